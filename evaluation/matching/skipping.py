"""Three ways to count what a volunteer left out, by how well people fit once everybody has told everything."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from evaluation.matching.plans import Board, Floats
from evaluation.matching.pools import Pool
from evaluation.matching.rivals import most_fit
from helpline.volunteers.assignment import scores_of
from helpline.volunteers.profile import Need, Volunteer
from helpline.volunteers.scoring import CRITERIA, NEUTRAL_WEIGHT, UNTOLD, Criterion, weight_of
from helpline.volunteers.weights import Weights

HALF, AS_THE_REST, AS_NO_FIT = "half a fit", "as well as the rest fits", "no fit at all"


@dataclass(frozen=True)
class Fit:
    """How well people truly fit.

    Attributes:
        score: Mean of the true scores of those who have somebody.
        worst_tenth: The same of the tenth of them that fits worst.
    """

    score: float
    worst_tenth: float


def measure_skipping(pool: Pool) -> dict[str, Fit]:
    """Match a pool for the most fit in all by each way, and measure by the truth behind it."""
    board = Board(pool.problem)
    told = {each.id: each for each in pool.problem.volunteers}
    truly = {each.id: each for each in pool.truth.volunteers}
    weights = pool.problem.weights
    truth = scores_of(pool.truth.needs, [truly[row] for row in board.ids], weights)
    able = [told[row] for row in board.ids]
    fits = {}
    for name, untold in ((HALF, UNTOLD), (AS_THE_REST, None), (AS_NO_FIT, 0.0)):
        scores = _scores(pool.problem.needs, able, weights, untold)
        chosen = most_fit(scores, board.allowed, board.places, board.days)
        rows = np.flatnonzero(chosen >= 0)
        got = np.sort(truth[rows, chosen[rows]])
        fits[name] = Fit(float(got.mean()), float(got[: max(1, len(got) // 10)].mean()))
    return fits


def _scores(needs: Sequence[Need], volunteers: Sequence[Volunteer], weights: Weights, untold: float | None) -> Floats:
    """Return scores in which what a volunteer left out fits so well; None for as well as what they told."""
    fitting = np.full((len(needs), len(volunteers)), NEUTRAL_WEIGHT * UNTOLD)
    compared = np.full_like(fitting, NEUTRAL_WEIGHT)
    for criterion in CRITERIA:
        there = [criterion.of_volunteer(each) for each in volunteers]
        values = [[_fit(criterion, criterion.of_need(need), each, untold) for each in there] for need in needs]
        fits = np.array(values, dtype=np.float64)
        known = ~np.isnan(fits)
        fitting[known] += weight_of(criterion, weights) * fits[known]
        compared[known] += weight_of(criterion, weights)
    return fitting / compared


def _fit(criterion: Criterion, wanted: Hashable, there: Hashable, untold: float | None) -> float | None:
    if wanted is None:
        return None
    return untold if there is None else criterion.of_both(wanted, there)
