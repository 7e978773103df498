"""Calibrated logistic regression over dense and sparse features, for few labels: one linear head, one temperature.

Kept as one NumPy file. Same data, same weights, bit for bit: one thread, fixed seed. Knows nothing of Rasa.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.utils.extmath import randomized_svd
from threadpoolctl import threadpool_limits

from helpline.nlu.calibration import fitted_temperature, folds
from helpline.nlu.linear_model import Head, Matrix, Numbers, fitted_weights, softmax


@dataclass(frozen=True)
class Fit:
    """How to fit a model.

    Attributes:
        inverse_penalty: How freely weights grow; C of a logistic regression.
        sparse_weight: Length of an n-gram row beside the dense row's one.
        directions: Main directions of the n-grams kept while fitting.
        iterations: Steps of the optimizer at most.
        folds: Parts of the data for calibration, each held out once.
        seed: Of the projection.
    """

    inverse_penalty: float
    sparse_weight: float
    directions: int
    iterations: int
    folds: int
    seed: int


class SoftmaxModel:
    """Probabilities of labels for rows of dense and sparse features."""

    def __init__(self, labels: list[str], dense: Matrix, sparse: Matrix, bias: Matrix, temperature: float) -> None:
        self.labels = labels
        self.temperature = temperature
        self._dense = dense
        self._sparse = sparse
        self._bias = bias

    def probabilities(self, dense: Matrix, sparse: csr_matrix) -> Matrix:
        """Return one row of probabilities a message, in the order of `labels`."""
        return softmax(self.scores(dense, sparse) / self.temperature)

    def scores(self, dense: Matrix, sparse: csr_matrix) -> Matrix:
        """Return the log-odds before the temperature."""
        result: Matrix = dense @ self._dense + sparse @ self._sparse + self._bias
        return result

    def save(self, path: Path) -> None:
        """Write the model to a NumPy file."""
        np.savez(
            path,
            labels=np.array(self.labels),
            dense=self._dense,
            sparse=self._sparse,
            bias=self._bias,
            temperature=np.array(self.temperature),
        )

    @classmethod
    def load(cls, path: Path) -> "SoftmaxModel":
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as kept:
            return cls(
                [str(label) for label in kept["labels"]],
                kept["dense"],
                kept["sparse"],
                kept["bias"],
                float(kept["temperature"]),
            )


def fit_softmax(dense: Matrix, sparse: csr_matrix, labels: list[str], fit: Fit) -> SoftmaxModel:
    """Fit a model to labelled rows, its temperature found on held-out folds of them."""
    names, targets = np.unique(labels, return_inverse=True)
    with threadpool_limits(limits=1):
        count = min(fit.directions, min(sparse.shape) - 1)
        _, _, directions = randomized_svd(sparse, count, n_iter=2, random_state=fit.seed)
        projected = fit.sparse_weight * np.asarray(sparse @ directions.T)
        rows = np.hstack([dense, projected]).astype(np.float32)
        temperature = _temperature(rows, targets, len(names), fit)
        weights = fitted_weights(rows, targets, len(names), _head(fit))
    width = dense.shape[1]
    return SoftmaxModel(
        [str(name) for name in names],
        dense=weights[:width],
        sparse=(fit.sparse_weight * directions.T @ weights[width:-1]).astype(np.float32),
        bias=weights[-1],
        temperature=temperature,
    )


def _temperature(rows: Matrix, targets: Numbers, classes: int, fit: Fit) -> float:
    held_out = np.zeros((len(rows), classes), np.float32)
    numbers = folds(targets, fit.folds)
    for number in range(fit.folds):
        inside = numbers != number
        weights = fitted_weights(rows[inside], targets[inside], classes, _head(fit))
        held_out[~inside] = rows[~inside] @ weights[:-1] + weights[-1]
    return fitted_temperature(held_out, targets)


def _head(fit: Fit) -> Head:
    return Head("logistic", fit.inverse_penalty, fit.iterations)
