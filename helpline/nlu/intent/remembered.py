"""Training messages word for word: who types one of them is understood as it was labelled.

What is short is often typed in the very words of a training message ("is it contagious"), and yet a model of thousands
of messages may be unsure of it, since its neighbours mean something else. Texts are kept as digests. Knows nothing of
Rasa.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from helpline.nlu.intent.prediction import Ranking

# The confidence of what is known word for word: above all that needs no second reading.
SURE = 0.95
_DIGEST_BYTES = 8
# At the ends these change no meaning; a question mark does.
_AROUND = " .!,"


class RememberedMessages:
    """Knows the leaf intents of training messages by their words.

    Args:
        digests: Of the texts, rising, each once.
        labels: The place of each one's leaf intent in `names`.
        names: Leaf intents.
    """

    def __init__(self, digests: npt.NDArray[np.uint64], labels: npt.NDArray[np.uint16], names: Sequence[str]) -> None:
        self._digests = digests
        self._labels = labels
        self._names = list(names)

    @classmethod
    def of(cls, texts: Sequence[str], leaves: Sequence[str]) -> "RememberedMessages":
        """Remember messages; of what stands under two leaf intents neither is known.

        Args:
            texts: The messages, normalised.
            leaves: Their leaf intents.
        """
        names = sorted(set(leaves))
        known: dict[int, set[str]] = {}
        for text, leaf in zip(texts, leaves, strict=True):
            known.setdefault(_digest(text), set()).add(leaf)
        clear = {digest: names.index(leaf) for digest, (leaf, *others) in known.items() if not others}
        digests = sorted(clear)
        labels = [clear[digest] for digest in digests]
        return cls(np.array(digests, np.uint64), np.array(labels, np.uint16), names)

    def leaf_of(self, text: str) -> str | None:
        """Return the leaf intent of a message that is known word for word, or None.

        Args:
            text: The message, normalised.
        """
        digest = np.uint64(_digest(text))
        place = int(np.searchsorted(self._digests, digest))
        found = place < len(self._digests) and self._digests[place] == digest
        return self._names[self._labels[place]] if found else None

    def ranked(self, text: str, ranking: Ranking) -> Ranking:
        """Return a ranking with the leaf intent of a known message first; else as it is.

        Args:
            text: The message, normalised.
            ranking: Leaf intents with their confidences, the likeliest first.
        """
        leaf = self.leaf_of(text)
        share = dict(ranking).get(leaf, 1.0) if leaf is not None else 1.0
        if leaf is None or share >= SURE:
            return ranking
        left = (1 - SURE) / (1 - share)
        return [(leaf, SURE), *((other, part * left) for other, part in ranking if other != leaf)]

    def save(self, path: Path) -> None:
        """Write it to a NumPy file."""
        np.savez(path, digests=self._digests, labels=self._labels, names=np.array(self._names))

    @classmethod
    def load(cls, path: Path) -> "RememberedMessages":
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as kept:
            return cls(kept["digests"], kept["labels"], [str(name) for name in kept["names"]])


def _digest(text: str) -> int:
    words = text.lower().strip(_AROUND).encode()
    return int.from_bytes(hashlib.blake2b(words, digest_size=_DIGEST_BYTES).digest(), "big")
