"""The model behind the classifier: two linear heads and the nearest training messages, blended and calibrated.

Each part errs in its own way; measured across writers the blend finds the right one of 103 intents about 3 points
more often than logistic regression alone, and its confidence separates right from wrong better
(docs/understanding.md). Kept as one NumPy file. Knows nothing of Rasa.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.utils.extmath import randomized_svd
from threadpoolctl import threadpool_limits

from helpline.nlu.calibration import fitted_temperature, folds
from helpline.nlu.linear_model import Head, LinearModel, Matrix, fitted_weights, softmax
from helpline.nlu.neighbours import Neighbours

# Below this a share says nothing; it keeps logarithms finite.
SMALLEST_SHARE = 1e-6
# Arithmetic runs on one thread, so that sums are added up in one order; whole heads run side by side.
PARALLEL = 2


@dataclass(frozen=True)
class Fit:
    """How to fit a model.

    Attributes:
        sparse_weight: Length of an n-gram row beside the dense row's one.
        directions: Main directions of the n-grams kept while fitting.
        logistic_penalty: Inverse penalty of the logistic head.
        logistic_iterations: Its steps at most.
        hinge_penalty: Inverse penalty of the hinge head.
        hinge_iterations: Its steps at most.
        hinge_sharpness: What its scores are multiplied with before they become probabilities.
        neighbours: How many of the nearest training messages vote.
        neighbour_fade: The difference in similarity over which a vote falls to a third.
        neighbour_weight: Weight of the votes beside one for each head; 0 leaves them out.
        folds: Parts of the data for calibration, each held out once.
        seed: Of the projection.
    """

    sparse_weight: float
    directions: int
    logistic_penalty: float
    logistic_iterations: int
    hinge_penalty: float
    hinge_iterations: int
    hinge_sharpness: float
    neighbours: int
    neighbour_fade: float
    neighbour_weight: float
    folds: int
    seed: int

    @property
    def heads(self) -> list[Head]:
        """Return the linear heads, logistic first."""
        return [
            Head("logistic", self.logistic_penalty, self.logistic_iterations, 1.0),
            Head("hinge", self.hinge_penalty, self.hinge_iterations, self.hinge_sharpness),
        ]

    @property
    def neighbour_settings(self) -> Matrix:
        """Return what `Neighbours` takes."""
        return np.array([self.neighbours, self.neighbour_fade, self.sparse_weight], np.float32)


class LeafModel:
    """Calibrated probabilities of labels for rows of dense and sparse features."""

    def __init__(
        self,
        labels: list[str],
        heads: list[LinearModel],
        sharpness: list[float],
        neighbours: Neighbours,
        neighbour_weight: float,
        temperature: float,
    ) -> None:
        self.labels = labels
        self.temperature = temperature
        self._heads = heads
        self._sharpness = sharpness
        self._neighbours = neighbours
        self._neighbour_weight = neighbour_weight

    def probabilities(self, dense: Matrix, sparse: csr_matrix) -> Matrix:
        """Return one row of probabilities a message, in the order of `labels`."""
        shares = [
            softmax(np.float32(sharpness) * head.scores(dense, sparse))
            for head, sharpness in zip(self._heads, self._sharpness, strict=True)
        ]
        votes = self._neighbours.shares(dense, sparse, len(self.labels))
        return softmax(_blended(shares, votes, self._neighbour_weight) / np.float32(self.temperature))

    def save(self, path: Path) -> None:
        """Write the model to a NumPy file."""
        near = self._neighbours
        np.savez(
            path,
            labels=np.array(self.labels),
            dense=np.stack([head.dense for head in self._heads]),
            sparse=np.stack([head.sparse for head in self._heads]),
            bias=np.stack([head.bias for head in self._heads]),
            sharpness=np.array(self._sharpness),
            near_dense=near.dense,
            near_values=near.sparse.data,
            near_columns=near.sparse.indices,
            near_rows=near.sparse.indptr,
            near_targets=near.targets,
            near_settings=near.settings,
            near_weight=np.array(self._neighbour_weight),
            temperature=np.array(self.temperature),
        )

    @classmethod
    def load(cls, path: Path) -> "LeafModel":
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as kept:
            weights = zip(kept["dense"], kept["sparse"], kept["bias"], strict=True)
            shape = (len(kept["near_targets"]), kept["sparse"].shape[1])
            ngrams = csr_matrix((kept["near_values"], kept["near_columns"], kept["near_rows"]), shape=shape)
            return cls(
                [str(label) for label in kept["labels"]],
                [LinearModel(*parts) for parts in weights],
                kept["sharpness"].tolist(),
                Neighbours(kept["near_dense"], ngrams, kept["near_targets"], kept["near_settings"]),
                float(kept["near_weight"]),
                float(kept["temperature"]),
            )


def fit_leaf_model(dense: Matrix, sparse: csr_matrix, labels: list[str], fit: Fit) -> LeafModel:
    """Fit a model to labelled rows, its temperature found on held-out folds of them."""
    names, targets = np.unique(labels, return_inverse=True)
    classes, width = len(names), dense.shape[1]
    with threadpool_limits(limits=1):
        count = min(fit.directions, min(sparse.shape) - 1)
        _, _, directions = randomized_svd(sparse, count, n_iter=2, random_state=fit.seed)
        projected = fit.sparse_weight * np.asarray(sparse @ directions.T)
        rows = np.hstack([dense, projected]).astype(np.float32)
        numbers = folds(targets, fit.folds)
        insides = [np.ones(len(rows), bool), *(numbers != number for number in range(fit.folds))]
        with ThreadPoolExecutor(PARALLEL) as pool:
            fitted = [
                [pool.submit(fitted_weights, rows[inside], targets[inside], classes, head) for head in fit.heads]
                for inside in insides
            ]
            weights = [[one.result() for one in heads] for heads in fitted]
        held_out = np.zeros((len(rows), classes), np.float32)
        for inside, parts in zip(insides[1:], weights[1:], strict=True):
            shares = [
                softmax(np.float32(head.sharpness) * (rows[~inside] @ one[:-1] + one[-1]))
                for head, one in zip(fit.heads, parts, strict=True)
            ]
            near = Neighbours(dense[inside], sparse[inside], targets[inside], fit.neighbour_settings)
            votes = near.shares(dense[~inside], sparse[~inside], classes)
            held_out[~inside] = _blended(shares, votes, fit.neighbour_weight)
        temperature = fitted_temperature(held_out, targets)
        carried = (fit.sparse_weight * directions.T).astype(np.float32)
        heads = [LinearModel(one[:width], carried @ one[width:-1], one[-1]) for one in weights[0]]
    return LeafModel(
        [str(name) for name in names],
        heads,
        [head.sharpness for head in fit.heads],
        Neighbours(dense, sparse, targets, fit.neighbour_settings),
        fit.neighbour_weight,
        temperature,
    )


def _blended(shares: list[Matrix], votes: Matrix, weight: float) -> Matrix:
    """Return the logarithm of the weighted mean of the parts' probabilities."""
    mean = (sum(shares[1:], shares[0]) + np.float32(weight) * votes) / np.float32(len(shares) + weight)
    logarithm: Matrix = np.log(np.maximum(mean, SMALLEST_SHARE))
    return logarithm
