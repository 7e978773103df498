"""A linear support vector machine over dense and sparse features together: one weight for each feature and class.

The loss is the squared hinge of each class against the rest, whose scores fall below zero where a class does not fit.
It is fitted in a few hundred dimensions, where it takes seconds instead of minutes: the sparse features are projected
on their SVD components first, and the weights carried back afterwards, so that a message costs two matrix products.
Same data, same weights, bit for bit. Knows nothing of Rasa.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from helpline.nlu.sentence_encoder import in_whole_steps_by_column

Matrix = npt.NDArray[np.float32]
Steps = npt.NDArray[np.int8]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class LinearModel:
    """Weights of the dense features and of the n-grams, and the intercept of each class.

    The weights of the n-grams are many, and so whole numbers of steps: a quarter of the room, and the same answers.

    Attributes:
        dense: A row for each dense feature, a column for each class.
        sparse: The same for the n-grams, in steps.
        step: What a step is worth, for each class.
        intercept: One number for each class.
    """

    dense: Matrix
    sparse: Steps
    step: Matrix
    intercept: Matrix

    @classmethod
    def of(cls, dense: Matrix, sparse: Matrix, intercept: Matrix) -> "LinearModel":
        """Return the model of such weights, those of the n-grams in steps."""
        steps, step = in_whole_steps_by_column(sparse)
        return cls(dense, steps, step, intercept)

    def scores(self, dense: Matrix, sparse: csr_matrix) -> Matrix:
        """Return one row of scores a message, a column for each class."""
        used = np.unique(sparse.indices)
        of_used = np.searchsorted(used, sparse.indices), sparse.indptr
        narrow = csr_matrix((sparse.data, *of_used), shape=(sparse.shape[0], len(used)))
        of_ngrams = self.step * (narrow @ self.sparse[used].astype(np.float32))
        result: Matrix = dense @ self.dense + of_ngrams + self.intercept
        return result


def fitted_weights(
    rows: Matrix, targets: Numbers, classes: int, *, C: float, max_iter: int, start: Matrix | None = None
) -> Matrix:
    """Return the weights that minimise the penalised loss; the last row is the intercept, which is not penalised.

    Args:
        rows: Features, a row for each message.
        targets: Column of the right class, for each row.
        classes: How many classes there are.
        C: How freely weights grow, as of a support vector machine.
        max_iter: Steps of the optimizer at most.
        start: Weights to begin with, as returned by another fit; zero if left out.
    """
    rows = np.hstack([rows, np.ones((len(rows), 1), np.float32)]).astype(np.float32)
    signs = np.full((len(rows), classes), -1, np.float32)
    signs[np.arange(len(rows)), targets] = 1

    short = np.empty_like(signs)  # how much each score falls short of its side; large, so one place for all steps

    def penalised(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        weights = flat.reshape(rows.shape[1], classes).astype(np.float32)
        np.matmul(rows, weights, out=short)
        np.multiply(short, signs, out=short)
        np.subtract(1, short, out=short)
        np.maximum(short, 0, out=short)
        loss = float(np.einsum("ij,ij->i", short, short).sum(dtype=np.float64))
        np.multiply(short, signs, out=short)
        gradient = -2 * C * (rows.T @ short)
        gradient[:-1] += weights[:-1]
        penalty = 0.5 * float(np.sum(np.square(weights[:-1]), dtype=np.float64))
        return C * loss + penalty, gradient.ravel().astype(np.float64)

    first = np.zeros(rows.shape[1] * classes) if start is None else start.ravel().astype(np.float64)
    found = minimize(penalised, first, jac=True, method="L-BFGS-B", options={"maxiter": max_iter})
    weights: Matrix = found.x.reshape(rows.shape[1], classes).astype(np.float32)
    return weights
