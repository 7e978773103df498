"""How near a message is to the training messages of a label. Knows nothing of Rasa."""

import numpy as np

from helpline.nlu.linear_model import Matrix, Numbers

# How many messages of a label say how near it is.
NEAREST = 3


class Nearness:
    """The training messages, by label."""

    def __init__(self, dense: Matrix, targets: Numbers) -> None:
        """Take the training messages.

        Args:
            dense: Their sentence vectors, rows of length one.
            targets: Column of each one's label.
        """
        self.dense = dense
        self.targets = targets

    def of(self, dense: Matrix, labels: Numbers) -> Matrix:
        """Return the mean similarity to the nearest training messages of a label, from -1 to 1, for each message.

        Args:
            dense: Sentence vectors of messages, rows of length one.
            labels: Column of a label, for each message.
        """
        result = np.zeros(len(dense), np.float32)
        for label in np.unique(labels):
            asked, known = labels == label, self.targets == label
            if not known.any():
                continue  # a label without a message is near to nothing
            similarity = dense[asked] @ self.dense[known].T
            result[asked] = np.sort(similarity, axis=1)[:, -NEAREST:].mean(axis=1)
        return result
