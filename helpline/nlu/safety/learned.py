"""The learned half of the safety net: how much a message resembles the examples of danger.

It catches what no pattern names, by meaning (the sentence vector) and by its runs of mended words. Everything
that is no danger is one class, topics, distress and advice included. How high a score must be is found on
held-out folds of the training data: so high that hardly any near miss reaches it. Knows nothing of Rasa.
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.utils.extmath import randomized_svd
from threadpoolctl import threadpool_limits

from helpline.nlu.calibration import folds
from helpline.nlu.decision import group_of
from helpline.nlu.sentence_encoder import Vectors
from helpline.safety.dangers import DANGER_LEAVES, DANGERS

Scores = Mapping[str, float]
Matrix = npt.NDArray[np.float32]

# The label of all that is no danger.
NONE = "none"
_MODEL_FILE = "model.npz"
_THRESHOLDS_FILE = "thresholds.json"
_FOLDS = 3
# Runs of words are counted in this many boxes, by their checksum: nothing to keep but weights.
_BOXES = 2**15
_LONGEST_RUN = 3
# Under this, a score means nothing, whatever the folds say.
_LOWEST_THRESHOLD = 0.5


@dataclass(frozen=True)
class Fit:
    """How to fit.

    Attributes:
        inverse_penalty: How freely weights grow; C of a logistic regression.
        weight: Length of a row of features; the half of the runs and the half of the vector share it.
        directions: Main directions of the runs kept while fitting: seconds instead of minutes.
        flagged: Part of the near misses that may score as danger on data not seen.
        seed: Of the main directions.
    """

    inverse_penalty: float
    weight: float
    directions: int
    flagged: float
    seed: int


@dataclass(frozen=True)
class _Weights:
    labels: list[str]
    vector: Matrix
    runs: Matrix
    bias: Matrix

    def scores(self, vectors: Vectors, runs: csr_matrix) -> list[dict[str, float]]:
        values = vectors @ self.vector + runs @ self.runs + self.bias
        exponents = np.exp(values - values.max(axis=1, keepdims=True))
        chances = exponents / exponents.sum(axis=1, keepdims=True)
        none = dict.fromkeys(DANGER_LEAVES, 0.0)
        return [{**none, **dict(zip(self.labels, map(float, row), strict=True))} for row in chances]


class LearnedScores:
    """Scores messages for each leaf intent of danger, and knows from where on a score counts."""

    def __init__(self, weights: _Weights, thresholds: Mapping[str, float]) -> None:
        self._weights = weights
        self.thresholds = thresholds

    @classmethod
    def fitted(
        cls, texts: list[str], vectors: Vectors, leaves: Sequence[str], near: Sequence[bool], fit: Fit
    ) -> "LearnedScores":
        """Fit to the training data: the same data and seed give the same weights.

        Args:
            texts: Mended words of the messages, with spaces between.
            vectors: Their sentence vectors, one row each.
            leaves: Their leaf intents.
            near: Which of them, of those without danger, come near it.
            fit: How to fit.
        """
        labels = np.array([leaf if leaf in DANGER_LEAVES else NONE for leaf in leaves])
        runs = _runs(texts)
        numbers = folds(labels, _FOLDS)
        seen_as: list[Scores] = [{}] * len(texts)
        with threadpool_limits(limits=1):
            for number in range(_FOLDS):
                inside, outside = np.flatnonzero(numbers != number), np.flatnonzero(numbers == number)
                weights = _fitted(vectors[inside], runs[inside], labels[inside], fit)
                for row, scores in zip(outside, weights.scores(vectors[outside], runs[outside]), strict=True):
                    seen_as[row] = scores
            weights = _fitted(vectors, runs, labels, fit)
        misses = [seen_as[row] for row in range(len(texts)) if near[row] and labels[row] == NONE]
        return cls(weights, {kind: _threshold(misses, kind, fit.flagged) for kind in DANGERS})

    def scores(self, texts: list[str], vectors: Vectors) -> list[dict[str, float]]:
        """Return the probability of each leaf intent of danger, and of none, one mapping a text.

        Args:
            texts: Mended words, with spaces between.
            vectors: Their sentence vectors, one row each.
        """
        return self._weights.scores(vectors, _runs(texts))

    def save(self, directory: Path) -> None:
        """Write what was learned to a directory."""
        kept = self._weights
        labels = np.array(kept.labels)
        np.savez(directory / _MODEL_FILE, labels=labels, vector=kept.vector, runs=kept.runs, bias=kept.bias)
        (directory / _THRESHOLDS_FILE).write_text(json.dumps(dict(self.thresholds)), encoding="utf-8")

    @classmethod
    def load(cls, directory: Path) -> "LearnedScores":
        """Read what ``save`` wrote."""
        thresholds = json.loads((directory / _THRESHOLDS_FILE).read_text(encoding="utf-8"))
        with np.load(directory / _MODEL_FILE, allow_pickle=False) as kept:
            labels = [str(label) for label in kept["labels"]]
            return cls(_Weights(labels, kept["vector"], kept["runs"], kept["bias"]), thresholds)


def of_kind(scores: Scores, kind: str) -> float:
    """Return how much a message resembles a kind of danger, from 0 to 1."""
    return sum(score for leaf, score in scores.items() if group_of(leaf) == kind)


def _fitted(vectors: Vectors, runs: csr_matrix, labels: npt.NDArray[np.str_], fit: Fit) -> _Weights:
    count = min(fit.directions, min(runs.shape) - 1)
    _, _, directions = randomized_svd(runs, count, n_iter=2, random_state=fit.seed)
    rows = np.hstack([vectors, np.asarray(runs @ directions.T)]) * fit.weight
    model = LogisticRegression(C=fit.inverse_penalty, max_iter=200, tol=1e-3).fit(rows, labels)
    # Of two classes only the second has weights; the first is the rest.
    two = len(model.classes_) == 2
    weights = (np.vstack([np.zeros_like(model.coef_), model.coef_]) if two else model.coef_).T * fit.weight
    bias = np.array([0.0, *model.intercept_]) if two else model.intercept_
    width = vectors.shape[1]
    return _Weights(
        [str(label) for label in model.classes_],
        vector=weights[:width].astype(np.float32),
        runs=(directions.T @ weights[width:]).astype(np.float32),
        bias=bias.astype(np.float32),
    )


def _runs(texts: list[str]) -> csr_matrix:
    """Return the runs of words of each text as a row of length one."""
    columns: list[int] = []
    values: list[float] = []
    starts = [0]
    for text in texts:
        words = text.split()
        boxes = {
            zlib.crc32(" ".join(words[start:end]).encode()) % _BOXES
            for start in range(len(words))
            for end in range(start + 1, min(start + _LONGEST_RUN, len(words)) + 1)
        }
        columns += sorted(boxes)
        values += [max(len(boxes), 1) ** -0.5] * len(boxes)
        starts.append(len(columns))
    return csr_matrix((np.array(values, np.float32), columns, starts), shape=(len(texts), _BOXES))


def _threshold(misses: Sequence[Scores], kind: str, flagged: float) -> float:
    values = np.array([0.0, *(of_kind(scores, kind) for scores in misses)])
    return max(_LOWEST_THRESHOLD, float(np.quantile(values, 1 - flagged)))
