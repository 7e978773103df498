"""Makes a confidence of 0.8 mean right in 8 of 10: a temperature found on messages the model did not see.

Knows nothing of Rasa.
"""

import numpy as np
from scipy.optimize import minimize_scalar

from helpline.nlu.linear_model import Matrix, Numbers, softmax

TEMPERATURES = (0.05, 20.0)


def fitted_temperature(scores: Matrix, targets: Numbers) -> float:
    """Return the temperature under which the scores explain the targets best.

    Args:
        scores: Log-odds of messages held out while fitting, one row each.
        targets: Column of the right label, for each row.
    """
    rows = np.arange(len(targets))

    def loss(log_temperature: float) -> float:
        right = softmax(scores / np.float32(np.exp(log_temperature)))[rows, targets]
        return float(-np.mean(np.log(np.maximum(right, 1e-12)), dtype=np.float64))

    found = minimize_scalar(loss, bounds=tuple(np.log(TEMPERATURES)), method="bounded")
    return float(np.exp(found.x))


def folds(targets: Numbers, count: int) -> Numbers:
    """Return a fold number for each row, each label spread evenly over the folds in the order of the rows."""
    numbers = np.zeros(len(targets), np.int64)
    for label in np.unique(targets):
        rows = np.flatnonzero(targets == label)
        numbers[rows] = np.arange(len(rows)) % count
    return numbers
