"""The training messages nearest to a message: what they are, and how near.

Remembers single ways of saying a thing, which linear heads average away. Knows nothing of Rasa.
"""

import numpy as np
from scipy.sparse import csr_matrix

from helpline.nlu.linear_model import Matrix, Numbers, softmax

# An n-gram row has two halves of length one each (helpline/nlu/ngrams.py).
NGRAM_LENGTH = 2.0


class Neighbours:
    """Votes of the nearest training messages."""

    def __init__(self, dense: Matrix, sparse: csr_matrix, targets: Numbers, settings: Matrix) -> None:
        """Take the training messages.

        Args:
            dense: Their sentence vectors, rows of length one.
            sparse: Their n-gram rows.
            targets: Column of each one's label.
            settings: How many vote, how fast a vote fades with distance, the weight of the n-grams.
        """
        self.dense = dense
        self.sparse = sparse
        self.targets = targets
        self.settings = settings

    def shares(self, dense: Matrix, sparse: csr_matrix, classes: int) -> Matrix:
        """Return the share of each label in the votes, one row a message."""
        similarity = self._similarity(dense, sparse)
        count = min(int(self.settings[0]), similarity.shape[1])
        # A stable sort, so that equally near ones are taken in the order of the training messages.
        order = np.argsort(-similarity, axis=1, kind="stable")[:, :count]
        votes = softmax(np.take_along_axis(similarity, order, axis=1) / self.settings[1])
        result = np.zeros((len(dense), classes), np.float32)
        for row, (labels, weights) in enumerate(zip(self.targets[order], votes, strict=True)):
            np.add.at(result[row], labels, weights)
        return result

    def _similarity(self, dense: Matrix, sparse: csr_matrix) -> Matrix:
        weight = float(self.settings[2]) ** 2
        ngrams = (self.sparse @ sparse.T).T.toarray()
        both: Matrix = (dense @ self.dense.T + weight * ngrams) / np.float32(1 + weight * NGRAM_LENGTH)
        return both
