"""The learned half of the danger detector: how much a message resembles the training messages of danger.

It catches what no pattern names, by meaning (the sentence vector) and by word n-grams of the mended words. Everything
that is no danger is one class, topics, distress and advice included. The threshold of each kind is found on held-out
folds of the training data: so high that hardly any message reaches it that is near danger and is none. Knows nothing of
Rasa.
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.utils.extmath import randomized_svd
from threadpoolctl import threadpool_limits

from helpline.nlu.intents import group_of
from helpline.nlu.sentence_encoder import Vectors
from helpline.safety.dangers import DANGER_LEAVES, DANGERS

Scores = Mapping[str, float]
Matrix = npt.NDArray[np.float32]

# The label of all that is no danger.
NONE = "none"
_MODEL_FILE = "model.npz"
_THRESHOLDS_FILE = "thresholds.json"
_CV_FOLDS = 3
# Word n-grams are hashed to this many features: nothing to keep but weights. Scikit-learn's own hashing reaches the
# same figures, and yet takes whose crisis it is wrongly where this does not.
_N_FEATURES = 2**15
_LONGEST_NGRAM = 3
# Under this, a score means nothing, whatever the folds say.
_LOWEST_THRESHOLD = 0.5


@dataclass(frozen=True)
class DangerScorerOptions:
    """How to fit.

    Attributes:
        C: How freely weights grow, as of a logistic regression.
        feature_scale: Length of a row of features; the half of the n-grams and the half of the vector share it.
        svd_components: SVD components of the n-grams kept while fitting: seconds instead of minutes.
        false_positive_rate: Part of the messages near danger that may score as danger on data not seen.
        random_state: Seed of the projection.
    """

    C: float
    feature_scale: float
    svd_components: int
    false_positive_rate: float
    random_state: int

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> "DangerScorerOptions":
        """Take them from among the options of a component."""
        return cls(**{field.name: options[field.name] for field in fields(cls)})


@dataclass(frozen=True)
class _Weights:
    labels: list[str]
    vector: Matrix
    ngrams: Matrix
    intercept: Matrix

    def scores(self, vectors: Vectors, ngrams: csr_matrix) -> list[dict[str, float]]:
        values = vectors @ self.vector + ngrams @ self.ngrams + self.intercept
        none = dict.fromkeys(DANGER_LEAVES, 0.0)
        return [{**none, **dict(zip(self.labels, map(float, row), strict=True))} for row in softmax(values, axis=1)]


class DangerScorer:
    """Scores messages for each leaf intent of danger, and knows from where on a score counts."""

    def __init__(self, weights: _Weights, thresholds: Mapping[str, float]) -> None:
        self._weights = weights
        self.thresholds = thresholds

    @classmethod
    def fitted(
        cls,
        texts: list[str],
        vectors: Vectors,
        leaves: Sequence[str],
        near: Sequence[bool],
        options: DangerScorerOptions,
    ) -> "DangerScorer":
        """Fit to the training data: the same data and seed give the same weights.

        Args:
            texts: Mended words of the messages, with spaces between.
            vectors: Their sentence vectors, one row each.
            leaves: Their leaf intents.
            near: Which of them, of those without danger, come near it.
            options: How to fit.
        """
        labels = np.array([leaf if leaf in DANGER_LEAVES else NONE for leaf in leaves])
        ngrams = _ngrams(texts)
        folds = StratifiedKFold(_CV_FOLDS, shuffle=True, random_state=options.random_state)
        validated: list[Scores] = [{}] * len(texts)
        with threadpool_limits(limits=1):
            for seen, held_out in folds.split(vectors, labels):
                weights = _fitted(vectors[seen], ngrams[seen], labels[seen], options)
                for row, scores in zip(held_out, weights.scores(vectors[held_out], ngrams[held_out]), strict=True):
                    validated[row] = scores
            weights = _fitted(vectors, ngrams, labels, options)
        near_misses = [validated[row] for row in range(len(texts)) if near[row] and labels[row] == NONE]
        rate = options.false_positive_rate
        return cls(weights, {danger: _threshold(near_misses, danger, rate) for danger in DANGERS})

    def scores(self, texts: list[str], vectors: Vectors) -> list[dict[str, float]]:
        """Return the probability of each leaf intent of danger, and of none, one mapping a text.

        Args:
            texts: Mended words, with spaces between.
            vectors: Their sentence vectors, one row each.
        """
        return self._weights.scores(vectors, _ngrams(texts))

    def ranked_by_words(self, texts: list[str]) -> list[str]:
        """Return the texts in another order: those first whose words alone are likeliest danger.

        Args:
            texts: Mended words, with spaces between.
        """
        values = _ngrams(texts) @ self._weights.ngrams + self._weights.intercept
        none = self._weights.labels.index(NONE)
        lead = np.delete(values, none, axis=1).max(axis=1) - values[:, none]
        return [texts[row] for row in np.argsort(-lead, kind="stable")]

    def save(self, directory: Path) -> None:
        """Write what was learned to a directory."""
        kept = self._weights
        np.savez(
            directory / _MODEL_FILE,
            labels=np.array(kept.labels),
            vector=kept.vector,
            ngrams=kept.ngrams,
            intercept=kept.intercept,
        )
        (directory / _THRESHOLDS_FILE).write_text(json.dumps(dict(self.thresholds)), encoding="utf-8")

    @classmethod
    def load(cls, directory: Path) -> "DangerScorer":
        """Read what ``save`` wrote."""
        thresholds = json.loads((directory / _THRESHOLDS_FILE).read_text(encoding="utf-8"))
        with np.load(directory / _MODEL_FILE, allow_pickle=False) as kept:
            labels = [str(label) for label in kept["labels"]]
            return cls(_Weights(labels, kept["vector"], kept["ngrams"], kept["intercept"]), thresholds)


def score_of(scores: Scores, danger: str) -> float:
    """Return how much a message resembles a kind of danger, from 0 to 1."""
    return sum(score for leaf, score in scores.items() if group_of(leaf) == danger)


def _fitted(
    vectors: Vectors, ngrams: csr_matrix, labels: npt.NDArray[np.str_], options: DangerScorerOptions
) -> _Weights:
    count = min(options.svd_components, min(ngrams.shape) - 1)
    _, _, components = randomized_svd(ngrams, count, n_iter=2, random_state=options.random_state)
    rows = np.hstack([vectors, np.asarray(ngrams @ components.T)]) * options.feature_scale
    model = LogisticRegression(C=options.C, max_iter=200, tol=1e-3).fit(rows, labels)
    # Of two classes only the second has weights; the first is the rest.
    two = len(model.classes_) == 2
    weights = (np.vstack([np.zeros_like(model.coef_), model.coef_]) if two else model.coef_).T * options.feature_scale
    intercept = np.array([0.0, *model.intercept_]) if two else model.intercept_
    width = vectors.shape[1]
    return _Weights(
        [str(label) for label in model.classes_],
        vector=weights[:width].astype(np.float32),
        ngrams=(components.T @ weights[width:]).astype(np.float32),
        intercept=intercept.astype(np.float32),
    )


def _ngrams(texts: list[str]) -> csr_matrix:
    """Return the word n-grams of each text as a row of length one."""
    columns: list[int] = []
    values: list[float] = []
    starts = [0]
    for text in texts:
        words = text.split()
        hashed = {
            zlib.crc32(" ".join(words[start:end]).encode()) % _N_FEATURES
            for start in range(len(words))
            for end in range(start + 1, min(start + _LONGEST_NGRAM, len(words)) + 1)
        }
        columns += sorted(hashed)
        values += [max(len(hashed), 1) ** -0.5] * len(hashed)
        starts.append(len(columns))
    return csr_matrix((np.array(values, np.float32), columns, starts), shape=(len(texts), _N_FEATURES))


def _threshold(near_misses: Sequence[Scores], danger: str, false_positive_rate: float) -> float:
    values = np.array([0.0, *(score_of(scores, danger) for scores in near_misses)])
    return max(_LOWEST_THRESHOLD, float(np.quantile(values, 1 - false_positive_rate)))
