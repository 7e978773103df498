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

    def __init__(self, dense: Matrix, sparse: csr_matrix, targets: Numbers, voting: Matrix) -> None:
        """Take the training messages.

        Args:
            dense: Their sentence vectors, rows of length one.
            sparse: Their n-gram rows.
            targets: Column of each one's label.
            voting: How many vote, how fast a vote fades with distance, the weight of the n-grams, and the similarity
                of a stranger.
        """
        self.dense = dense
        self.sparse = sparse
        # A row for each n-gram: a message then meets only the training messages that share one with it.
        self._by_ngram = csr_matrix(sparse.T)
        self.targets = targets
        self.voting = voting

    def shares(self, dense: Matrix, sparse: csr_matrix, classes: int) -> Matrix:
        """Return the share of each label in the votes, one row a message; the last column is for none of them."""
        similarity = self._similarity(dense, sparse)
        count = min(int(self.voting[0]), similarity.shape[1])
        order = np.stack([_nearest(row, count) for row in similarity])
        stranger = np.full((len(dense), 1), self.voting[3], np.float32)
        votes = softmax(np.hstack([np.take_along_axis(similarity, order, axis=1), stranger]) / self.voting[1])
        result = np.zeros((len(dense), classes + 1), np.float32)
        for row, (labels, weights) in enumerate(zip(self.targets[order], votes, strict=True)):
            np.add.at(result[row], labels, weights[:-1])
        result[:, -1] = votes[:, -1]
        return result

    def _similarity(self, dense: Matrix, sparse: csr_matrix) -> Matrix:
        weight = float(self.voting[2]) ** 2
        ngrams = (sparse @ self._by_ngram).toarray()
        both: Matrix = (dense @ self.dense.T + weight * ngrams) / np.float32(1 + weight * NGRAM_LENGTH)
        return both


def _nearest(similarity: Matrix, count: int) -> Numbers:
    """Return where the largest values stand, the largest first; equal ones in the order of the training messages."""
    smallest = np.partition(similarity, -count)[-count]
    candidates = np.flatnonzero(similarity >= smallest)
    chosen: Numbers = candidates[np.argsort(-similarity[candidates], kind="stable")][:count]
    return chosen
