"""How near a message is to the training messages of each class: a second opinion beside the linear model's.

The tuned encoder puts messages that mean the same beside each other. So a message that no class's weights fit well may
still lie right beside a few of one class (docs/understanding.md has what it is worth). Knows nothing of Rasa.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from helpline.nlu.intent.linear_model import Matrix, Numbers
from helpline.nlu.sentence_encoder import along_main_directions, in_whole_steps

# The mean of so many nearest messages of a class is how near the class is.
_NEAREST = 3
# Vectors are compared in the directions in which they differ most: a third of the arithmetic, and of the memory.
_DIRECTIONS = 128
# So many messages are compared at once.
_BLOCK = 256


class Nearness:
    """Training messages that messages are compared with.

    Args:
        directions: One column for each direction that is compared in.
        rows: The training messages along these directions, a row each, those of a class together.
        targets: Column of each one's class, rising.
        classes: How many classes there are; one without a message is near to nothing.
    """

    def __init__(self, directions: Matrix, rows: Matrix, targets: Numbers, classes: int) -> None:
        self._directions = directions
        self._rows = rows
        self._targets = targets
        self._classes = classes
        self._known, self._starts, self._class_of = np.unique(targets, return_index=True, return_inverse=True)

    @classmethod
    def of(cls, dense: Matrix, targets: Numbers, classes: int) -> "Nearness":
        """Take training messages.

        Args:
            dense: Their sentence vectors, rows of length one.
            targets: Column of each one's class.
            classes: How many classes there are.
        """
        directions, rows = along_main_directions(dense, _DIRECTIONS)
        order = np.argsort(targets, kind="stable")
        return cls(directions, rows[order], targets[order], classes)

    def similarities(self, dense: Matrix) -> Matrix:
        """Return the mean similarity to the nearest training messages of each class: a row a message, a column a class.

        Args:
            dense: Sentence vectors of messages, rows of length one.
        """
        result = np.zeros((len(dense), self._classes), np.float32)
        for start in range(0, len(dense), _BLOCK):
            block = slice(start, start + _BLOCK)
            result[block, self._known] = self._of_known(dense[block])
        return result

    def _of_known(self, dense: Matrix) -> Matrix:
        similarities = (dense @ self._directions) @ self._rows.T
        nearest: list[Matrix] = []
        for _ in range(_NEAREST):
            best = np.maximum.reduceat(similarities, self._starts, axis=1)
            # A class of fewer messages has no further one: its last counts again.
            nearest.append(np.where(np.isneginf(best), nearest[-1], best) if nearest else best)
            similarities[similarities >= best[:, self._class_of]] = -np.inf
        result: Matrix = np.mean(nearest, axis=0, dtype=np.float32)
        return result

    def kept(self) -> dict[str, npt.NDArray[Any]]:
        """Return what to keep in a NumPy file, by name: the rows as whole numbers, in a quarter of the room."""
        rows, step = in_whole_steps(self._rows)
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
