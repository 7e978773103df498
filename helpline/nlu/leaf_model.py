"""The model behind the classifier: one linear head, and confidences that were checked on messages it did not see.

The head is fitted with the squared hinge loss, each label against the rest, so that a score below zero says "not
this". Measured on messages of a writer, and on subjects, that the training left out, that beats logistic regression,
and votes of the nearest messages add nothing to it (docs/understanding.md). Kept as one NumPy file. Knows nothing of
Rasa.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.utils.extmath import randomized_svd
from threadpoolctl import threadpool_limits

from helpline.nlu.calibration import Calibration, folds, spread
from helpline.nlu.linear_model import LinearModel, Matrix, Numbers, fitted_weights, softmax
from helpline.nlu.nearness import Nearness

# Arithmetic runs on one thread, so that sums are added up in one order; whole fits run side by side.
PARALLEL = 2
# What the head's scores are multiplied with for the shares of the labels beside the likeliest.
SHARPNESS = np.float32(4.0)


@dataclass(frozen=True)
class Fit:
    """How to fit a model.

    Attributes:
        sparse_weight: Length of an n-gram row beside the dense row's one.
        directions: Main directions of the n-grams kept while fitting.
        inverse_penalty: How freely weights grow; C of a support vector machine.
        iterations: Steps of the optimizer at most.
        folds: Parts of the data for calibration, each held out once.
        strangers: Of so many labels one is left out of each part as well; more than there are folds.
        seed: Of the projection.
    """

    sparse_weight: float
    directions: int
    inverse_penalty: float
    iterations: int
    folds: int
    strangers: int
    seed: int


class LeafModel:
    """Calibrated probabilities of labels for rows of dense and sparse features."""

    def __init__(self, labels: list[str], head: LinearModel, near: Nearness, calibration: Calibration) -> None:
        self.labels = labels
        self.calibration = calibration
        self._head = head
        self._near = near

    def scores(self, dense: Matrix, sparse: csr_matrix) -> Matrix:
        """Return one row of the head's scores a message: about 1 where a label fits, about -1 where it does not."""
        return self._head.scores(dense, sparse)

    def probabilities(self, dense: Matrix, scores: Matrix) -> Matrix:
        """Return one row of probabilities a message, in the order of `labels`; what is missing to 1 is for none."""
        likeliest = scores.argmax(axis=1)
        best = scores[np.arange(len(scores)), likeliest]
        confidence = self.calibration.confidence(best, self._near.of(dense, likeliest))
        return spread(softmax(SHARPNESS * scores), confidence)

    def save(self, path: Path) -> None:
        """Write the model to a NumPy file."""
        np.savez(
            path,
            labels=np.array(self.labels),
            dense=self._head.dense,
            sparse=self._head.sparse,
            bias=self._head.bias,
            calibration=np.array(astuple(self.calibration)),
            near_dense=self._near.dense,
            near_targets=self._near.targets,
        )

    @classmethod
    def load(cls, path: Path) -> "LeafModel":
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as kept:
            return cls(
                [str(label) for label in kept["labels"]],
                LinearModel(kept["dense"], kept["sparse"], kept["bias"]),
                Nearness(kept["near_dense"], kept["near_targets"]),
                Calibration(*kept["calibration"].tolist()),
            )


def fit_leaf_model(dense: Matrix, sparse: csr_matrix, labels: list[str], fit: Fit) -> LeafModel:
    """Fit a model to labelled rows, its calibration found on held-out folds of them."""
    names, targets = np.unique(labels, return_inverse=True)
    width = dense.shape[1]
    with threadpool_limits(limits=1):
        count = min(fit.directions, min(sparse.shape) - 1)
        _, _, directions = randomized_svd(sparse, count, n_iter=2, random_state=fit.seed)
        rows = np.hstack([dense, fit.sparse_weight * np.asarray(sparse @ directions.T)]).astype(np.float32)
        numbers = folds(targets, fit.folds)
        strangers = [targets % fit.strangers == number for number in range(fit.folds)]
        insides = [
            np.ones(len(rows), bool),
            *((numbers != number) & ~strangers[number] for number in range(fit.folds)),
        ]
        with ThreadPoolExecutor(PARALLEL) as pool:
            weights, *parts = pool.map(
                lambda inside: fitted_weights(
                    rows[inside],
                    targets[inside],
                    len(names),
                    inverse_penalty=fit.inverse_penalty,
                    iterations=fit.iterations,
                ),
                insides,
            )
        seen_as = [
            _seen_as(rows, width, targets, inside, numbers == number, parts[number])
            for number, inside in enumerate(insides[1:])
        ]
        known = np.concatenate([~strangers[number][numbers == number] for number in range(fit.folds)])
        carried = (fit.sparse_weight * directions.T).astype(np.float32)
        head = LinearModel(weights[:width], carried @ weights[width:-1], weights[-1])
    score, near, right = (np.concatenate(each) for each in zip(*seen_as, strict=True))
    return LeafModel(
        [str(name) for name in names], head, Nearness(dense, targets), Calibration.fitted(score, near, right, known)
    )


def _seen_as(
    rows: Matrix,
    width: int,
    targets: Numbers,
    inside: npt.NDArray[np.bool_],
    outside: npt.NDArray[np.bool_],
    weights: Matrix,
) -> tuple[Matrix, Matrix, npt.NDArray[np.bool_]]:
    """Return the likeliest label's score and nearness, and whether it is right, for rows that a fit did not see."""
    scores = rows[outside] @ weights[:-1] + weights[-1]
    likeliest = scores.argmax(axis=1)
    near = Nearness(rows[inside, :width], targets[inside]).of(rows[outside, :width], likeliest)
    return scores[np.arange(len(scores)), likeliest], near, likeliest == targets[outside]
