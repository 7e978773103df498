"""What the words of a message alone say of danger, apart from its meaning: one linear model for each kind.

The sentence vector may blur what sets a veiled crisis apart from an anecdote; single words and pairs of words do not.
On messages by other hands both together find as many crises with a third fewer false alarms (docs/safety.md). They
also tell which sentences of a long message are worth being read. Knows nothing of Rasa.
"""

import zlib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from helpline.safety.dangers import KINDS, kinds_meant

_FILE = "words.npz"
# Words and pairs of words are hashed to this many features: nothing to keep but their weights.
_FEATURES = 2**18
_C = 1.0
_SEED = 42

Halves = npt.NDArray[np.float16]
Row = npt.NDArray[np.float32]


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
        places = [_places(text) for text in texts]
        seen = np.bincount(np.concatenate(places), minlength=_FEATURES)
        rarity = (np.log((1 + len(texts)) / (1 + seen)) + 1).astype(np.float16)
        ends = np.cumsum([0, *map(len, places)])
        values = np.concatenate([_values(rarity, each) for each in places])
        rows = csr_matrix((values, np.concatenate(places), ends), shape=(len(texts), _FEATURES))
        found = np.array([kind or "" for kind in kinds])
        weights = np.zeros((_FEATURES, len(KINDS)), np.float16)
        intercepts = np.zeros(len(KINDS), np.float32)
        for column, kind in enumerate(KINDS):
            meant = np.isin(found, kinds_meant(kind))
            if meant.any() and not meant.all():
                model = LinearSVC(C=_C, random_state=_SEED).fit(rows, meant)
                weights[:, column], intercepts[column] = model.coef_[0], model.intercept_[0]
        return cls(rarity, weights, intercepts)

    def margins(self, text: str) -> dict[str, float]:
        """Return how far a text lies on the side of each kind: above zero where its words are like it.

        Args:
            text: Mended words, with spaces between.
        """
        return dict(zip(KINDS, map(float, self._margins(text)), strict=True))

    def ranked(self, texts: Sequence[str]) -> list[str]:
        """Return the texts in another order: those first whose words are likeliest danger of some kind.

        Args:
            texts: Mended words, with spaces between.
        """
        return sorted(texts, key=lambda text: -self._margins(text).max())

    def save(self, directory: Path) -> None:
        """Write what was learned to a directory."""
        np.savez(directory / _FILE, rarity=self._rarity, weights=self._weights, intercepts=self._intercepts)

    @classmethod
    def load(cls, directory: Path) -> "DangerWords":
        """Read what ``save`` wrote."""
        with np.load(directory / _FILE, allow_pickle=False) as kept:
            return cls(kept["rarity"], kept["weights"], kept["intercepts"])

    def _margins(self, text: str) -> Row:
        places = _places(text)
        margins: Row = _values(self._rarity, places) @ self._weights[places].astype(np.float32) + self._intercepts
        return margins


def _places(text: str) -> npt.NDArray[np.int32]:
    """Return which features a text has: its words and the pairs of words that stand side by side."""
    words = text.split()
    pairs = map(" ".join, pairwise(words))
    return np.array(sorted({zlib.crc32(each.encode()) % _FEATURES for each in (*words, *pairs)}), np.int32)


def _values(rarity: Halves, places: npt.NDArray[np.int32]) -> Row:
    """Return how much each feature of a text counts beside its others; the squares of all add up to one."""
    values = rarity[places].astype(np.float32)
    total: Row = values / (np.sqrt(values @ values) or 1)
    return total
