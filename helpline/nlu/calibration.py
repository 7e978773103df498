"""Makes a confidence of 0.8 mean right in 8 of 10, by messages that a model did not see while it was fitted.

Knows nothing of Rasa.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logit

from helpline.nlu.linear_model import Matrix, Numbers

# A share nearer to 0 or 1 than this says no more; it keeps log-odds finite.
_EDGE = 1e-6


@dataclass(frozen=True)
class Calibration:
    """A straight line through the log-odds of shares; what would add up to more than one is scaled down to one.

    All shares move alike, so that doubt between two labels stays doubt.

    Attributes:
        slope: How fast confidence grows; above zero, so that the order of the labels stays.
        offset: What is added to the log-odds.
    """

    slope: float = 1.0
    offset: float = 0.0

    @classmethod
    def fitted(cls, shares: Matrix, targets: Numbers) -> "Calibration":
        """Return the line under which the largest shares explain best which of them are right.

        Args:
            shares: Shares of the labels for messages held out while fitting, one row each.
            targets: Column of the right label, for each row.
        """
        right = shares.argmax(axis=1) == targets

        def loss(line: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> float:
            sure = np.clip(cls(*line).applied(shares).max(axis=1).astype(np.float64), _EDGE, 1 - _EDGE)
            return -float(np.mean(np.log(np.where(right, sure, 1 - sure))))

        # Few steps of a search without slopes: there are two numbers to find, and single precision.
        found = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead", options={"xatol": 0.01, "fatol": 1e-5})
        return cls(max(float(found.x[0]), _EDGE), float(found.x[1]))

    def applied(self, shares: Matrix) -> Matrix:
        """Return calibrated rows; each adds up to one at most."""
        moved = expit(self.slope * logit(np.clip(shares, _EDGE, 1 - _EDGE)) + self.offset)
        result: Matrix = (moved / np.maximum(moved.sum(axis=1, keepdims=True), 1)).astype(np.float32)
        return result


def folds(targets: Numbers, count: int) -> Numbers:
    """Return a fold number for each row, each label spread evenly over the folds in the order of the rows."""
    numbers = np.zeros(len(targets), np.int64)
    for label in np.unique(targets):
        rows = np.flatnonzero(targets == label)
        numbers[rows] = np.arange(len(rows)) % count
    return numbers
