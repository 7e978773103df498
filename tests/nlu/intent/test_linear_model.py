"""The weights of n-grams are kept as whole steps, and what they score is what they scored before."""

import numpy as np
from scipy.sparse import random as random_rows

from helpline.nlu.intent.linear_model import LinearModel


def test_weights_in_steps_score_as_they_are():
    drawn = np.random.default_rng(0)
    # Classes differ in how large their weights are, and one has none.
    weights = (drawn.normal(size=(5000, 6)) * [0.001, 0.01, 0.1, 1, 10, 0]).astype(np.float32)
    dense, intercept = drawn.normal(size=(8, 6)).astype(np.float32), drawn.normal(size=6).astype(np.float32)
    model = LinearModel.of(dense, weights, intercept)
    assert model.sparse.dtype == np.int8
    rows = random_rows(40, 5000, density=0.01, format="csr", random_state=1, dtype=np.float32)
    vectors = drawn.normal(size=(40, 8)).astype(np.float32)
    exact = vectors @ dense + rows @ weights + intercept
    assert np.all(np.abs(model.scores(vectors, rows) - exact) <= 0.05 * np.abs(weights).max(axis=0) + 1e-5)
