"""How near a message is to the training messages of each class: a second opinion beside the linear model's.

The tuned encoder puts messages that mean the same beside each other. So a message that no class's weights fit well may
still lie right beside a few of one class (docs/understanding.md has what it is worth). Knows nothing of Rasa.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from helpline.nlu.grouped_rows import GroupedRows
from helpline.nlu.intent.linear_model import Matrix, Numbers
from helpline.nlu.sentence_encoder import along_main_directions, in_whole_steps

# The mean of so many nearest messages of a class is how near the class is.
_NEAREST = 3
# Vectors are compared in the directions in which they differ most: a third of the arithmetic, and of the memory.
_DIRECTIONS = 128
# So many messages are compared at once.
_BLOCK = 64


class Nearness:
    """Training messages that messages are compared with.

    Args:
        directions: One column for each direction that is compared in.
        rows: The training messages along these directions, a row each, no two alike in a class.
        targets: Column of each one's class, rising.
        classes: How many classes there are; one without a message is near to nothing.
    """

    def __init__(self, directions: Matrix, rows: Matrix, targets: Numbers, classes: int) -> None:
        self._directions = directions
        self._targets = targets
        self._classes = classes
        self._grouped = GroupedRows(rows, targets)

    @classmethod
    def of(cls, dense: Matrix, targets: Numbers, classes: int) -> "Nearness":
        """Take training messages.

        Args:
            dense: Their sentence vectors, rows of length one.
            targets: Column of each one's class.
            classes: How many classes there are.
        """
        directions, rows = along_main_directions(dense, _DIRECTIONS)
        # What is typed twice, in capitals as well, counts once.
        once = {(target, row.tobytes()): at for at, (target, row) in enumerate(zip(targets, rows, strict=True))}
        chosen = sorted(once.values(), key=lambda at: targets[at])
        return cls(directions, rows[chosen], targets[chosen], classes)

    def similarities(self, dense: Matrix) -> Matrix:
        """Return the mean similarity to the nearest training messages of each class: a row a message, a column a class.

        Args:
            dense: Sentence vectors of messages, rows of length one.
        """
        result = np.zeros((len(dense), self._classes), np.float32)
        for start in range(0, len(dense), _BLOCK):
            block = slice(start, start + _BLOCK)
            highest, starts = self._grouped.highest(dense[block] @ self._directions, _NEAREST)
            result[block, self._grouped.classes] = _mean_of_nearest(highest, starts)
        return result

    def kept(self) -> dict[str, npt.NDArray[Any]]:
        """Return what to keep in a NumPy file, by name: the rows as whole numbers, in a quarter of the room."""
        rows, step = in_whole_steps(self._grouped.rows)
        return {
            "near_directions": self._directions,
            "near_rows": rows,
            "near_step": np.array(step, np.float32),
            "near_targets": self._targets,
        }

    @classmethod
    def of_kept(cls, kept: Mapping[str, npt.NDArray[Any]], classes: int) -> "Nearness":
        """Read what ``kept`` gave."""
        rows = kept["near_rows"] * np.float32(kept["near_step"])
        return cls(kept["near_directions"], rows, kept["near_targets"], classes)


def _mean_of_nearest(similarities: Matrix, starts: npt.NDArray[np.integer[Any]]) -> Matrix:
    """Return the mean of the highest similarities of each class, whose columns begin where it is said."""
    class_of = np.repeat(np.arange(len(starts)), np.diff(starts, append=similarities.shape[1]))
    nearest = [np.maximum.reduceat(similarities, starts, axis=1)]
    while len(nearest) < _NEAREST:
        similarities[similarities >= nearest[-1][:, class_of]] = -np.inf
        best = np.maximum.reduceat(similarities, starts, axis=1)
        # A class of fewer messages has no further one: its last counts again.
        nearest.append(np.where(np.isneginf(best), nearest[-1], best))
    result: Matrix = np.mean(nearest, axis=0, dtype=np.float32)
    return result
