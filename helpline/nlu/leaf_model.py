"""The model behind the classifier: one linear head and the nearest training messages, blended and calibrated.

The head is fitted with the squared hinge loss, each label against the rest, so that a score below zero says "not
this", and where nothing fits the confidences add up to less than one. Measured on messages of a writer, and on
subjects, that the training left out, that beats logistic regression, and a blend with it (docs/understanding.md).
Kept as one NumPy file. Knows nothing of Rasa.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.utils.extmath import randomized_svd
from threadpoolctl import threadpool_limits

from helpline.nlu.calibration import Calibration, folds
from helpline.nlu.linear_model import Head, LinearModel, Matrix, fitted_weights, softmax
from helpline.nlu.neighbours import Neighbours

# Arithmetic runs on one thread, so that sums are added up in one order; whole fits run side by side.
PARALLEL = 2


@dataclass(frozen=True)
class Fit:
    """How to fit a model.

    Attributes:
        sparse_weight: Length of an n-gram row beside the dense row's one.
        directions: Main directions of the n-grams kept while fitting.
        inverse_penalty: How freely weights grow; C of a support vector machine.
        iterations: Steps of the optimizer at most.
        sharpness: What the head's scores are multiplied with before they become probabilities.
        neighbours: How many of the nearest training messages vote.
        neighbour_fade: The difference in similarity over which a vote falls to a third.
        neighbour_weight: Weight of the votes beside one for the head; 0 leaves them out.
        stranger: Similarity at which a training message is no neighbour: a vote for none of the labels stands there.
        folds: Parts of the data for calibration, each held out once.
        seed: Of the projection.
    """

    sparse_weight: float
    directions: int
    inverse_penalty: float
    iterations: int
    sharpness: float
    neighbours: int
    neighbour_fade: float
    neighbour_weight: float
    stranger: float
    folds: int
    seed: int

    @property
    def head(self) -> Head:
        """Return how to fit the linear head."""
        return Head("hinge", self.inverse_penalty, self.iterations)

    @property
    def voting(self) -> Matrix:
        """Return what `Neighbours` takes as its settings."""
        return np.array([self.neighbours, self.neighbour_fade, self.sparse_weight, self.stranger], np.float32)


@dataclass(frozen=True)
class Blend:
    """How the parts' probabilities become one: the head's sharpness, and the votes' weight beside its one."""

    sharpness: float
    neighbour_weight: float

    def shares(self, scores: Matrix, votes: Matrix) -> Matrix:
        """Return the weighted mean of both parts, without the votes for none of the labels."""
        nothing = np.zeros((len(scores), 1), np.float32)
        shares = softmax(np.float32(self.sharpness) * np.hstack([scores, nothing]))
        mean: Matrix = (shares + np.float32(self.neighbour_weight) * votes) / np.float32(1 + self.neighbour_weight)
        return mean[:, :-1]


class LeafModel:
    """Calibrated probabilities of labels for rows of dense and sparse features."""

    def __init__(
        self, labels: list[str], head: LinearModel, neighbours: Neighbours, blend: Blend, calibration: Calibration
    ) -> None:
        self.labels = labels
        self.blend = blend
        self.calibration = calibration
        self._head = head
        self._neighbours = neighbours

    def probabilities(self, dense: Matrix, sparse: csr_matrix) -> Matrix:
        """Return one row of probabilities a message, in the order of `labels`; what is missing to 1 is for none."""
        votes = self._neighbours.shares(dense, sparse, len(self.labels))
        return self.calibration.applied(self.blend.shares(self._head.scores(dense, sparse), votes))

    def save(self, path: Path) -> None:
        """Write the model to a NumPy file."""
        near = self._neighbours
        np.savez(
            path,
            labels=np.array(self.labels),
            dense=self._head.dense,
            sparse=self._head.sparse,
            bias=self._head.bias,
            blend=np.array([self.blend.sharpness, self.blend.neighbour_weight]),
            calibration=np.array([self.calibration.slope, self.calibration.offset]),
            near_dense=near.dense,
            near_values=near.sparse.data,
            near_columns=near.sparse.indices,
            near_rows=near.sparse.indptr,
            near_targets=near.targets,
            near_voting=near.voting,
        )

    @classmethod
    def load(cls, path: Path) -> "LeafModel":
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as kept:
            shape = (len(kept["near_targets"]), len(kept["sparse"]))
            ngrams = csr_matrix((kept["near_values"], kept["near_columns"], kept["near_rows"]), shape=shape)
            return cls(
                [str(label) for label in kept["labels"]],
                LinearModel(kept["dense"], kept["sparse"], kept["bias"]),
                Neighbours(kept["near_dense"], ngrams, kept["near_targets"], kept["near_voting"]),
                Blend(*kept["blend"].tolist()),
                Calibration(*kept["calibration"].tolist()),
            )


def fit_leaf_model(dense: Matrix, sparse: csr_matrix, labels: list[str], fit: Fit) -> LeafModel:
    """Fit a model to labelled rows, its calibration found on held-out folds of them."""
    names, targets = np.unique(labels, return_inverse=True)
    classes, width = len(names), dense.shape[1]
    blend = Blend(fit.sharpness, fit.neighbour_weight)
    with threadpool_limits(limits=1):
        count = min(fit.directions, min(sparse.shape) - 1)
        _, _, directions = randomized_svd(sparse, count, n_iter=2, random_state=fit.seed)
        rows = np.hstack([dense, fit.sparse_weight * np.asarray(sparse @ directions.T)]).astype(np.float32)
        numbers = folds(targets, fit.folds)
        insides = [np.ones(len(rows), bool), *(numbers != number for number in range(fit.folds))]
        with ThreadPoolExecutor(PARALLEL) as pool:
            weights, *parts = pool.map(
                lambda inside: fitted_weights(rows[inside], targets[inside], classes, fit.head), insides
            )
        held_out = np.zeros((len(rows), classes), np.float32)
        for inside, part in zip(insides[1:], parts, strict=True):
            near = Neighbours(dense[inside], sparse[inside], targets[inside], fit.voting)
            votes = near.shares(dense[~inside], sparse[~inside], classes)
            held_out[~inside] = blend.shares(rows[~inside] @ part[:-1] + part[-1], votes)
        carried = (fit.sparse_weight * directions.T).astype(np.float32)
        head = LinearModel(weights[:width], carried @ weights[width:-1], weights[-1])
    return LeafModel(
        [str(name) for name in names],
        head,
        Neighbours(dense, sparse, targets, fit.voting),
        blend,
        Calibration.fitted(held_out, targets),
    )
