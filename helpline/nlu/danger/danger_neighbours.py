"""How near a message is to the training messages of each danger, and to those that are none.

What no word gives away is told by its neighbours: a sentence on painting or on a trip may lean as far towards a crisis
as a veiled one does, and yet messages of everyday life lie right beside it. On messages by other hands this finds a
quarter more crises at the same share of false alarms (docs/safety.md). Knows nothing of Rasa.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from helpline.nlu.danger.danger_scores import Matrix
from helpline.nlu.grouped_rows import GroupedRows
from helpline.nlu.sentence_encoder import Vectors, along_main_directions, in_whole_steps
from helpline.safety.dangers import KINDS, kinds_meant

_FILE = "neighbours.npz"
# The mean of so many nearest messages is how near a message is.
_NEAREST = 5
# Vectors are compared in the directions in which they differ most: half of the arithmetic, and of the memory.
_DIRECTIONS = 192
_NONE = -1
# So many messages are compared at once: the training messages are then read once for all of them.
_BLOCK = 32


@dataclass(frozen=True)
class Nearness:
    """How near a message is to those that are of a kind, and to those that are not: cosines, from -1 to 1."""

    of_kind: float
    of_others: float


class DangerNeighbours:
    """The training messages that a message is compared with.

    Args:
        directions: One column for each direction that is compared in.
        rows: The messages along these directions, one row each.
        kinds: Number of each one's kind among `KINDS`; `_NONE` where it is none of them.
    """

    def __init__(self, directions: Matrix, rows: Matrix, kinds: npt.NDArray[np.int8]) -> None:
        self._directions = directions
        order = np.argsort(kinds, kind="stable")
        self._kinds = kinds[order]
        self._grouped = GroupedRows(rows[order], self._kinds)

    @classmethod
    def of(cls, vectors: Vectors, kinds: Sequence[str | None]) -> "DangerNeighbours":
        """Take training messages.

        Args:
            vectors: Their sentence vectors, one row each.
            kinds: What each is: a kind of danger, despair, or None.
        """
        directions, rows = along_main_directions(vectors, _DIRECTIONS)
        numbers = np.array([KINDS.index(kind) if kind else _NONE for kind in kinds], np.int8)
        return cls(directions, rows, numbers)

    def nearness(self, vectors: Vectors) -> list[dict[str, Nearness]]:
        """Return of each message how near it is to each kind and to all else.

        What may be a crisis may be despair as well: of the kind despair are both.

        Args:
            vectors: The sentence vectors of the messages, one row each.
        """
        blocks = [vectors[start : start + _BLOCK] for start in range(0, len(vectors), _BLOCK)]
        return [each for block in blocks for each in self._nearness_of_block(block)]

    def _nearness_of_block(self, vectors: Vectors) -> Iterator[dict[str, Nearness]]:
        highest, starts = self._grouped.highest(vectors @ self._directions, _NEAREST)
        of_kinds = np.split(highest, starts[1:], axis=1)
        nearest = dict(zip(self._grouped.classes, map(_nearest, of_kinds), strict=True))
        none = highest[:, :0]
        means = {}
        for kind in KINDS:
            own = set(map(KINDS.index, kinds_meant(kind)))
            means[kind] = (
                _mean_of_nearest([none, *(nearest[each] for each in nearest if each in own)]),
                _mean_of_nearest([none, *(nearest[each] for each in nearest if each not in own)]),
            )
        for row in range(len(vectors)):
            yield {kind: Nearness(float(own[row]), float(others[row])) for kind, (own, others) in means.items()}

    def save(self, directory: Path) -> None:
        """Write the messages to a directory, as whole numbers."""
        rows, step = in_whole_steps(self._grouped.rows)
        np.savez(
            directory / _FILE,
            directions=self._directions,
            rows=rows,
            step=step,
            kinds=self._kinds,
        )

    @classmethod
    def load(cls, directory: Path) -> "DangerNeighbours":
        """Read what ``save`` wrote."""
        with np.load(directory / _FILE, allow_pickle=False) as kept:
            return cls(kept["directions"], kept["rows"] * np.float32(kept["step"]), kept["kinds"])


def _nearest(similarities: Matrix) -> Matrix:
    count = min(_NEAREST, int(np.isfinite(similarities[:1]).sum()))
    return np.partition(similarities, -count, axis=1)[:, -count:] if count else similarities[:, :0]


def _mean_of_nearest(parts: list[Matrix]) -> Matrix:
    """Return how near messages are to all parts together, of each of which the nearest are given."""
    nearest = _nearest(np.hstack(parts))
    return nearest.mean(axis=1) if nearest.shape[1] else np.zeros(len(nearest), np.float32)
