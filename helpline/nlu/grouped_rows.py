"""Training messages in groups, of which each hands on its few highest similarities.

How near a message is to a class is the mean of its nearest few among thousands. In training that is asked for tens of
thousands of messages, and to look for the nearest took longer than to compare. Here the messages of a class stand in
groups, and one member of all groups is looked at at a time: whole blocks of numbers. Knows nothing of Rasa.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from helpline.nlu.sentence_encoder import Vectors

Numbers = npt.NDArray[np.integer[Any]]

# So many messages are in a group.
_MEMBERS = 64
# Of fewer vectors at once all similarities are handed on: a message in a conversation is compared alone.
_TOGETHER = 8


class GroupedRows:
    """Rows of numbers that others are compared with, by class.

    Args:
        rows: One row each.
        classes: Number of each one's class, rising.

    Attributes:
        classes: The classes that there are, rising.
    """

    def __init__(self, rows: Vectors, classes: Numbers) -> None:
        self.classes, sizes = np.unique(classes, return_counts=True)
        groups = -(-sizes // _MEMBERS)
        self._first_group = np.cumsum(groups) - groups
        self._groups = int(groups.sum())
        place = np.arange(len(classes)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        of_class = np.repeat(groups, sizes)
        # The members of all groups that are looked at together stand together.
        self._at = place // of_class * self._groups + np.repeat(self._first_group, sizes) + place % of_class
        self._rows = np.zeros((_MEMBERS * self._groups, rows.shape[1]), np.float32)
        self._rows[self._at] = rows
        self._empty = np.setdiff1d(np.arange(len(self._rows)), self._at)

    @property
    def rows(self) -> Vectors:
        """The rows as they were given."""
        found: Vectors = self._rows[self._at]
        return found

    def highest(self, vectors: Vectors, count: int) -> tuple[Vectors, Numbers]:
        """Return similarities among which the highest of each class are.

        Args:
            vectors: What is compared, one row each.
            count: How many of the highest of a class are asked for.

        Returns:
            A row for each vector, and at which column each class begins. Minus infinity stands where there is none.
        """
        similarities = self._rows @ vectors.T
        similarities[self._empty] = -np.inf
        members = similarities.reshape(_MEMBERS, self._groups, len(vectors))
        if len(vectors) >= _TOGETHER:
            members = _highest(members, count)
        columns = np.ascontiguousarray(members.transpose(2, 1, 0)).reshape(len(vectors), -1)
        return columns, self._first_group * len(members)


def _highest(members: Vectors, count: int) -> Vectors:
    """Return the highest along the first axis: each place keeps the higher of two, and hands on the lower."""
    kept = np.full((count, *members.shape[1:]), -np.inf, np.float32)
    lower, other = np.empty_like(kept[0]), np.empty_like(kept[0])
    for member in members:
        handed = member
        for place in kept[:-1]:
            np.minimum(place, handed, out=lower)
            np.maximum(place, handed, out=place)
            handed, lower, other = lower, other, lower
        np.maximum(kept[-1], handed, out=kept[-1])
    return kept
