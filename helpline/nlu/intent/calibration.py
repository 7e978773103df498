"""Calibration: a confidence of 0.8 is to be right in 8 of 10, as measured on messages held out of a fit.

Two signs tell better than any share of probability whether the likeliest class is right: the score of that class, and
how near the message is to training messages of that class (docs/understanding.md). Knows nothing of Rasa.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit

from helpline.nlu.intent.linear_model import Matrix

# Keeps the line from growing without end where every message held out is right.
_PENALTY = 1e-4


@dataclass(frozen=True)
class Calibration:
    """A logistic regression from two signs of the likeliest class to the probability that it is right.

    Attributes:
        score: Weight of the score of the class.
        nearness: Weight of the similarity to training messages of the class.
        intercept: What is added.
    """

    score: float
    nearness: float
    intercept: float

    @classmethod
    def fitted(
        cls, score: Matrix, nearness: Matrix, right: npt.NDArray[np.bool_], class_seen: npt.NDArray[np.bool_]
    ) -> "Calibration":
        """Return the calibration that explains best which messages are right.

        The weights are learned with messages of held-out classes among the others, which the fit could not know: they
        are what nearness tells apart. The intercept is learned without them, since few such messages come in earnest.

        Args:
            score: The score of the likeliest class, for messages held out while fitting.
            nearness: The similarity of each to the training messages of that class.
            right: Which of them are right.
            class_seen: Which of them are of classes that the fit saw.
        """
        signs = np.column_stack([score, nearness]).astype(np.float64)
        weights = _logistic(signs, right, np.zeros(len(right)))[:2]
        (intercept,) = _logistic(signs[class_seen, :0], right[class_seen], signs[class_seen] @ weights)
        return cls(float(weights[0]), float(weights[1]), float(intercept))

    def confidence(self, score: Matrix, nearness: Matrix) -> Matrix:
        """Return the probability that each likeliest class is right."""
        odds = self.score * score.astype(np.float64) + self.nearness * nearness + self.intercept
        result: Matrix = expit(odds).astype(np.float32)
        return result


def with_top_probability(shares: Matrix, confidence: Matrix) -> Matrix:
    """Return rows whose largest share is the confidence; the others stand to it as before, as far as there is room.

    So doubt between two classes stays doubt, and where nothing fits a row adds up to less than one.
    """
    rows, largest = np.arange(len(shares)), shares.argmax(axis=1)
    others = shares * (confidence / np.maximum(shares[rows, largest], np.finfo(np.float32).tiny))[:, None]
    others[rows, largest] = 0
    room = (1 - confidence) / np.maximum(others.sum(axis=1), np.finfo(np.float32).tiny)
    result: Matrix = (others * np.minimum(room, 1)[:, None]).astype(np.float32)
    result[rows, largest] = confidence
    return result


def _logistic(
    signs: npt.NDArray[np.float64], right: npt.NDArray[np.bool_], given: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return the weights of the signs and an intercept, beside given log-odds, that explain what is right."""
    signs = np.column_stack([signs, np.ones(len(signs))])

    def loss(line: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        odds = given + signs @ line
        value = np.mean(np.logaddexp(0, odds) - right * odds) + _PENALTY * line @ line
        return float(value), signs.T @ (expit(odds) - right) / len(right) + 2 * _PENALTY * line

    found: npt.NDArray[np.float64] = minimize(loss, np.zeros(signs.shape[1]), jac=True, method="L-BFGS-B").x
    return found
