"""Other ways to find a volunteer for each request, which our plans are measured beside.

Each takes the scores of all pairs (a row a request), which pairs may be, how many places each volunteer has, and how
many days each request has waited; and returns the chosen volunteer of each request, -1 for nobody.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp
from scipy.sparse import csr_matrix

Floats = NDArray[np.float64]
Choice = NDArray[np.int64]
Way = Callable[[Floats, NDArray[np.bool_], NDArray[np.int64], NDArray[np.int64]], Choice]


def in_turn(scores: Floats, allowed: NDArray[np.bool_], places: NDArray[np.int64], days: NDArray[np.int64]) -> Choice:
    """Who has waited longest takes the best volunteer who is left, then the next: what people do by hand."""
    left = places.copy()
    chosen = np.full(len(scores), -1, dtype=np.int64)
    for row in np.argsort(-days, kind="stable"):
        able = allowed[row] & (left > 0)
        if able.any():
            chosen[row] = np.where(able, scores[row], -1).argmax()
            left[chosen[row]] -= 1
    return chosen


def best_pair_first(
    scores: Floats, allowed: NDArray[np.bool_], places: NDArray[np.int64], days: NDArray[np.int64]
) -> Choice:
    """The two who fit best of all are matched first, then the next two."""
    left = places.copy()
    chosen = np.full(len(scores), -1, dtype=np.int64)
    for pair in np.argsort(np.where(allowed, -scores, np.inf), axis=None, kind="stable"):
        row, column = divmod(int(pair), scores.shape[1])
        if not allowed[row, column]:
            break
        if chosen[row] < 0 and left[column] > 0:
            chosen[row] = column
            left[column] -= 1
    return chosen


def most_fit(scores: Floats, allowed: NDArray[np.bool_], places: NDArray[np.int64], days: NDArray[np.int64]) -> Choice:
    """The sum of all scores is as large as can be, whoever pays for it."""
    columns = np.repeat(np.arange(len(places)), np.clip(places, 0, len(scores)))
    gains = np.where(allowed, scores, 0.0)[:, columns]
    rows, found = linear_sum_assignment(gains, maximize=True)
    chosen = np.full(len(scores), -1, dtype=np.int64)
    chosen[rows] = columns[found]
    chosen[~allowed[np.arange(len(scores)), chosen] & (chosen >= 0)] = -1
    return chosen


def least_missing_by_milp(costs: Floats, nobody: Floats, places: NDArray[np.int64]) -> float:
    """Return the least sum of costs by another solver (HiGHS, a mixed-integer linear program), to prove ours by.

    Args:
        costs: Of all pairs, a row a request; infinite for those that may not be.
        nobody: What it costs that a request gets nobody.
        places: How many each volunteer has.
    """
    rows, columns = np.nonzero(np.isfinite(costs))
    count = len(rows)
    ones = np.ones(count)
    by_request = csr_matrix((ones, (rows, np.arange(count))), shape=(len(costs), count))
    by_volunteer = csr_matrix((ones, (columns, np.arange(count))), shape=(costs.shape[1], count))
    found = milp(
        costs[rows, columns] - nobody[rows],
        constraints=[LinearConstraint(by_request, ub=1), LinearConstraint(by_volunteer, ub=places)],
        bounds=Bounds(0, 1),
        integrality=ones,
        options={"mip_rel_gap": 0},
    )
    return float(found.fun + nobody.sum())
