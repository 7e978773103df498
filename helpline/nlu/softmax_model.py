"""The classifier's arithmetic: multinomial logistic regression over dense and sparse features together.

Fitted in a few hundred dimensions, where it takes seconds instead of minutes: the sparse features are projected on
their main directions first, and the weights carried back afterwards, so a message costs two matrix products.
Kept as one NumPy file. Same data, same weights, bit for bit: one thread, fixed seed. Knows nothing of Rasa.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.utils.extmath import randomized_svd
from threadpoolctl import threadpool_limits

from helpline.nlu.calibration import Matrix, fitted_temperature, folds, softmax


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
        rows = np.hstack([dense, projected, np.ones((len(labels), 1), np.float32)]).astype(np.float32)
        temperature = _temperature(rows, targets, len(names), fit)
        weights = _optimum(rows, targets, len(names), fit)
    width = dense.shape[1]
    return SoftmaxModel(
        [str(name) for name in names],
        dense=weights[:width],
        sparse=(fit.sparse_weight * directions.T @ weights[width:-1]).astype(np.float32),
        bias=weights[-1],
        temperature=temperature,
    )


def _temperature(rows: Matrix, targets: npt.NDArray[np.int64], classes: int, fit: Fit) -> float:
    held_out = np.zeros((len(rows), classes), np.float32)
    numbers = folds(targets, fit.folds)
    for number in range(fit.folds):
        inside = numbers != number
        weights = _optimum(rows[inside], targets[inside], classes, fit)
        held_out[~inside] = rows[~inside] @ weights
    return fitted_temperature(held_out, targets)


def _optimum(rows: Matrix, targets: npt.NDArray[np.int64], classes: int, fit: Fit) -> Matrix:
    """Return the weights that minimise the penalised log loss; the last, of the constant column, is free."""
    width = rows.shape[1]
    wanted = np.eye(classes, dtype=np.float32)[targets]

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        weights = flat.reshape(width, classes).astype(np.float32)
        scores = rows @ weights
        scores -= scores.max(axis=1, keepdims=True)
        exponents = np.exp(scores)
        sums = exponents.sum(axis=1, keepdims=True)
        log_loss = float(np.sum(np.log(sums[:, 0]) - (scores * wanted).sum(axis=1), dtype=np.float64))
        gradient = fit.inverse_penalty * (rows.T @ (exponents / sums - wanted))
        gradient[:-1] += weights[:-1]
        penalty = 0.5 * float(np.sum(np.square(weights[:-1]), dtype=np.float64))
        return fit.inverse_penalty * log_loss + penalty, gradient.ravel().astype(np.float64)

    start = np.zeros(width * classes)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": fit.iterations})
    optimum: Matrix = found.x.reshape(width, classes).astype(np.float32)
    return optimum
