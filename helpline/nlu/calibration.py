"""Makes a confidence of 0.8 mean right in 8 of 10, by messages that a model did not see while it was fitted.

Two things tell whether the likeliest label is right better than any share of probability: how far the message lies
on that label's side of the head's border, and how near it is to training messages of that label
(docs/understanding.md). Knows nothing of Rasa.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit

from helpline.nlu.linear_model import Matrix, Numbers

# Keeps the line from growing without end where every message held out is right.
_PENALTY = 1e-4


@dataclass(frozen=True)
class Calibration:
    """A straight line from two signs of the likeliest label to the log-odds that it is right.

    Attributes:
        score: Weight of the head's score of the label.
        nearness: Weight of the nearness to training messages of the label.
        offset: What is added.
    """

    score: float
    nearness: float
    offset: float

    @classmethod
    def fitted(
        cls, score: Matrix, nearness: Matrix, right: npt.NDArray[np.bool_], known: npt.NDArray[np.bool_]
    ) -> "Calibration":
        """Return the line that explains best which messages are right.

        How much each sign says is learned with strangers among the messages, whose labels the fit did not know: they
        are what nearness tells apart. How sure to be on the whole is learned without them, since few come in earnest.

        Args:
            score: The head's score of the likeliest label, for messages held out while fitting.
            nearness: The nearness of each to the label's training messages.
            right: Which of them are right.
            known: Which of them are no strangers.
        """
        signs = np.column_stack([score, nearness]).astype(np.float64)
        weights = _logistic(signs, right, np.zeros(len(right)))[:2]
        (offset,) = _logistic(signs[known, :0], right[known], signs[known] @ weights)
        return cls(float(weights[0]), float(weights[1]), float(offset))

    def confidence(self, score: Matrix, nearness: Matrix) -> Matrix:
        """Return the probability that each likeliest label is right."""
        odds = self.score * score.astype(np.float64) + self.nearness * nearness + self.offset
        result: Matrix = expit(odds).astype(np.float32)
        return result


def spread(shares: Matrix, confidence: Matrix) -> Matrix:
    """Return rows whose largest share is the confidence; the others stand to it as before, as far as there is room.

    So doubt between two labels stays doubt, and where nothing fits a row adds up to less than one.
    """
    rows, largest = np.arange(len(shares)), shares.argmax(axis=1)
    others = shares * (confidence / np.maximum(shares[rows, largest], np.finfo(np.float32).tiny))[:, None]
    others[rows, largest] = 0
    room = (1 - confidence) / np.maximum(others.sum(axis=1), np.finfo(np.float32).tiny)
    result: Matrix = (others * np.minimum(room, 1)[:, None]).astype(np.float32)
    result[rows, largest] = confidence
    return result


def folds(targets: npt.NDArray[Any], count: int) -> Numbers:
    """Return a fold number for each row, each label spread evenly over the folds in the order of the rows."""
    numbers = np.zeros(len(targets), np.int64)
    for label in np.unique(targets):
        rows = np.flatnonzero(targets == label)
        numbers[rows] = np.arange(len(rows)) % count
    return numbers


def _logistic(
    signs: npt.NDArray[np.float64], right: npt.NDArray[np.bool_], given: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return the weights of the signs, and what is added to them and to given log-odds, that explain what is right."""
    signs = np.column_stack([signs, np.ones(len(signs))])

    def loss(line: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        odds = given + signs @ line
        value = np.mean(np.logaddexp(0, odds) - right * odds) + _PENALTY * line @ line
        return float(value), signs.T @ (expit(odds) - right) / len(right) + 2 * _PENALTY * line

    found: npt.NDArray[np.float64] = minimize(loss, np.zeros(signs.shape[1]), jac=True, method="L-BFGS-B").x
    return found
