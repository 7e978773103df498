"""What the words of a message alone say of danger, apart from its meaning: one linear model for each kind.

The sentence vector may blur what sets a veiled crisis apart from an anecdote; single words and pairs of words do not.
On messages by other hands both together find as many crises with a third fewer false alarms (docs/safety.md). They
also tell which sentences of a long message are worth being read. Knows nothing of Rasa.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from helpline.nlu.danger.danger_neighbours import KINDS
from helpline.safety.dangers import CRISIS, DESPAIR

_FILE = "words.npz"
# Words and pairs of words are hashed to this many features: nothing to keep but their weights.
_HASHED = HashingVectorizer(
    n_features=2**18,
    token_pattern=r"\S+",  # noqa: S106 -- no password
    ngram_range=(1, 2),
    lowercase=False,
    binary=True,
    norm=None,
    alternate_sign=False,
    dtype=np.float32,
)
_C = 1.0
_SEED = 42

Halves = npt.NDArray[np.float16]


class DangerWords:
    """Says by its words how much a message resembles each kind of danger, and despair.

    Args:
        rarity: How much each feature counts: the rarer, the more (inverse document frequency).
        weights: Of each feature, a column for each of `KINDS`.
        intercepts: One for each of `KINDS`.
    """

    def __init__(self, rarity: Halves, weights: Halves, intercepts: npt.NDArray[np.float32]) -> None:
        self._rarity = rarity
        self._weights = weights
        self._intercepts = intercepts

    @classmethod
    def fitted(cls, texts: Sequence[str], kinds: Sequence[str | None]) -> "DangerWords":
        """Fit to training messages: the same data give the same weights.

        Args:
            texts: Mended words of the messages, with spaces between.
            kinds: What each is: a kind of danger, despair, or None.
        """
        hashed = _HASHED.transform(texts)
        seen = np.bincount(hashed.indices, minlength=hashed.shape[1])
        rarity = (np.log((1 + len(texts)) / (1 + seen)) + 1).astype(np.float16)
        rows, found = _weighted(hashed, rarity), np.array([kind or "" for kind in kinds])
        weights = np.zeros((hashed.shape[1], len(KINDS)), np.float16)
        intercepts = np.zeros(len(KINDS), np.float32)
        for column, kind in enumerate(KINDS):
            # What may be a crisis may be despair as well: a check-in is right for both.
            meant = np.isin(found, (CRISIS, DESPAIR) if kind == DESPAIR else kind)
            if meant.any() and not meant.all():
                model = LinearSVC(C=_C, random_state=_SEED).fit(rows, meant)
                weights[:, column], intercepts[column] = model.coef_[0], model.intercept_[0]
        return cls(rarity, weights, intercepts)

    def margins(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """Return of each text how far it lies on the side of each kind: above zero where its words are like it.

        Args:
            texts: Mended words, with spaces between.
        """
        return [dict(zip(KINDS, map(float, row), strict=True)) for row in self._margins(texts)]

    def ranked(self, texts: Sequence[str]) -> list[str]:
        """Return the texts in another order: those first whose words are likeliest danger of some kind.

        Args:
            texts: Mended words, with spaces between.
        """
        return [texts[row] for row in np.argsort(-self._margins(texts).max(axis=1), kind="stable")]

    def save(self, directory: Path) -> None:
        """Write what was learned to a directory."""
        np.savez(directory / _FILE, rarity=self._rarity, weights=self._weights, intercepts=self._intercepts)

    @classmethod
    def load(cls, directory: Path) -> "DangerWords":
        """Read what ``save`` wrote."""
        with np.load(directory / _FILE, allow_pickle=False) as kept:
            return cls(kept["rarity"], kept["weights"], kept["intercepts"])

    def _margins(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        rows = _weighted(_HASHED.transform(texts), self._rarity)
        used, places = np.unique(rows.indices, return_inverse=True)
        narrow = csr_matrix((rows.data, places, rows.indptr), shape=(len(texts), len(used)))
        margins: npt.NDArray[np.float32] = narrow @ self._weights[used].astype(np.float32) + self._intercepts
        return margins


def _weighted(hashed: csr_matrix, rarity: Halves) -> csr_matrix:
    """Return the rows with each feature weighted by its rarity, each row of length one."""
    weighted = csr_matrix((rarity[hashed.indices].astype(np.float32), hashed.indices, hashed.indptr), hashed.shape)
    return normalize(weighted, copy=False)
