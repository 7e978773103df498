"""A linear head over dense and sparse features together: one weight for each feature and label.

Two losses: the logistic loss, whose scores are log-odds among the labels, and the squared hinge loss of each label
against the rest, whose scores fall below zero where a label does not fit. Fitted in a few hundred dimensions, where
it takes seconds instead of minutes: the sparse features are projected on their main directions first, and the
weights carried back afterwards, so that a message costs two matrix products. Same data, same weights, bit for bit.
Knows nothing of Rasa.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

Matrix = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]
Loss = Callable[[Matrix], tuple[float, Matrix]]


@dataclass(frozen=True)
class Head:
    """How to fit one head.

    Attributes:
        loss: "logistic" or "hinge".
        inverse_penalty: How freely weights grow; C of a logistic regression or a support vector machine.
        iterations: Steps of the optimizer at most.
    """

    loss: Literal["logistic", "hinge"]
    inverse_penalty: float
    iterations: int


@dataclass(frozen=True)
class LinearModel:
    """Weights of one head: of the dense features, of the n-grams, and of each label as such."""

    dense: Matrix
    sparse: Matrix
    bias: Matrix

    def scores(self, dense: Matrix, sparse: csr_matrix) -> Matrix:
        """Return one row of scores a message, a column for each label."""
        result: Matrix = dense @ self.dense + sparse @ self.sparse + self.bias
        return result


def softmax(scores: Matrix) -> Matrix:
    """Turn rows of scores into rows of probabilities."""
    exponents = np.exp(scores - scores.max(axis=1, keepdims=True))
    result: Matrix = exponents / exponents.sum(axis=1, keepdims=True)
    return result


def fitted_weights(rows: Matrix, targets: Numbers, classes: int, head: Head) -> Matrix:
    """Return the weights that minimise a head's penalised loss; the last row is of a constant column, not penalised.

    Args:
        rows: Features, a row for each message.
        targets: Column of the right label, for each row.
        classes: How many labels there are.
        head: The loss and how to minimise it.
    """
    rows = np.hstack([rows, np.ones((len(rows), 1), np.float32)]).astype(np.float32)
    wanted = np.zeros((len(rows), classes), np.float32)
    wanted[np.arange(len(rows)), targets] = 1
    loss = _logistic(wanted) if head.loss == "logistic" else _hinge(wanted)

    def penalised(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        weights = flat.reshape(rows.shape[1], classes).astype(np.float32)
        value, slope = loss(rows @ weights)
        gradient = head.inverse_penalty * (rows.T @ slope)
        gradient[:-1] += weights[:-1]
        penalty = 0.5 * float(np.sum(np.square(weights[:-1]), dtype=np.float64))
        return head.inverse_penalty * value + penalty, gradient.ravel().astype(np.float64)

    start = np.zeros(rows.shape[1] * classes)
    found = minimize(penalised, start, jac=True, method="L-BFGS-B", options={"maxiter": head.iterations})
    weights: Matrix = found.x.reshape(rows.shape[1], classes).astype(np.float32)
    return weights


def _logistic(wanted: Matrix) -> Loss:
    def loss(scores: Matrix) -> tuple[float, Matrix]:
        scores -= scores.max(axis=1, keepdims=True)
        exponents = np.exp(scores)
        sums = exponents.sum(axis=1, keepdims=True)
        value = float(np.sum(np.log(sums[:, 0]) - (scores * wanted).sum(axis=1), dtype=np.float64))
        return value, exponents / sums - wanted

    return loss


def _hinge(wanted: Matrix) -> Loss:
    signs = 2 * wanted - 1

    def loss(scores: Matrix) -> tuple[float, Matrix]:
        short = np.maximum(0, 1 - signs * scores)
        return float(np.sum(np.square(short), dtype=np.float64)), -2 * signs * short

    return loss
