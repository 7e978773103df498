"""The learned half of the danger detector: how much a message resembles the training messages of danger.

It catches what no pattern names, by meaning (the sentence vector) and by word n-grams of the mended words. What is no
danger is told apart by its group: topics, feelings, advice, everything else. From where on a score counts is for
`danger_weighing`. Knows nothing of Rasa.
"""

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

from helpline.nlu.intents import NEAR_DANGER_GROUPS, TOPIC_GROUP, group_of
from helpline.nlu.sentence_encoder import Vectors
from helpline.safety.dangers import DANGER_LEAVES

Scores = Mapping[str, float]
Matrix = npt.NDArray[np.float32]

# The label of what is no danger and of no group that comes near it.
NONE = "none"
_GROUPS = (TOPIC_GROUP, *NEAR_DANGER_GROUPS)
_MODEL_FILE = "model.npz"
_CV_FOLDS = 3
# Word n-grams are hashed to this many features: nothing to keep but weights. Scikit-learn's own hashing reaches the
# same figures, and yet takes whose crisis it is wrongly where this does not.
_N_FEATURES = 2**15
_LONGEST_NGRAM = 3


@dataclass(frozen=True)
class DangerScorerOptions:
    """How to fit.

    Attributes:
        C: How freely weights grow, as of a logistic regression.
        feature_scale: Length of a row of features; the half of the n-grams and the half of the vector share it.
        svd_components: SVD components of the n-grams kept while fitting: seconds instead of minutes.
        random_state: Seed of the projection.
    """

    C: float
    feature_scale: float
    svd_components: int
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
    """Scores messages for each leaf intent of danger."""

    def __init__(self, weights: _Weights) -> None:
        self._weights = weights

    @classmethod
    def fitted(
        cls, texts: list[str], vectors: Vectors, leaves: Sequence[str], options: DangerScorerOptions
    ) -> tuple["DangerScorer", list[Scores]]:
        """Fit to the training data: the same data and seed give the same weights.

        Args:
            texts: Mended words of the messages, with spaces between.
            vectors: Their sentence vectors, one row each.
            leaves: Their leaf intents.
            options: How to fit.

        Returns:
            The scorer, and the scores of each message by a fit that did not see it.
        """
        labels = np.array([_label(leaf) for leaf in leaves])
        ngrams = _ngrams(texts)
        folds = StratifiedKFold(_CV_FOLDS, shuffle=True, random_state=options.random_state)
        validated: list[Scores] = [{}] * len(texts)
        with threadpool_limits(limits=1):
            for seen, held_out in folds.split(vectors, labels):
                weights = _fitted(vectors[seen], ngrams[seen], labels[seen], options)
                for row, scores in zip(held_out, weights.scores(vectors[held_out], ngrams[held_out]), strict=True):
                    validated[row] = scores
            weights = _fitted(vectors, ngrams, labels, options)
        return cls(weights), validated

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
        danger = np.isin(self._weights.labels, DANGER_LEAVES)
        lead = values[:, danger].max(axis=1) - values[:, ~danger].max(axis=1)
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

    @classmethod
    def load(cls, directory: Path) -> "DangerScorer":
        """Read what ``save`` wrote."""
        with np.load(directory / _MODEL_FILE, allow_pickle=False) as kept:
            labels = [str(label) for label in kept["labels"]]
            return cls(_Weights(labels, kept["vector"], kept["ngrams"], kept["intercept"]))


def score_of(scores: Scores, danger: str) -> float:
    """Return how much a message resembles a kind of danger, from 0 to 1."""
    return sum(score for leaf, score in scores.items() if group_of(leaf) == danger)


def _label(leaf: str) -> str:
    if leaf in DANGER_LEAVES:
        return leaf
    group = group_of(leaf)
    return group if group in _GROUPS else NONE


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
