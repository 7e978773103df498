"""How many proposals change when one request more comes, with what was proposed before and without."""

from dataclasses import dataclass, replace

from evaluation.matching.pools import Pool
from helpline.volunteers.assignment import plan
from helpline.volunteers.plan import Pair, Plan, Problem


@dataclass(frozen=True)
class Stability:
    """What one request more changes for the others, in the mean of some requests.

    Attributes:
        kept: How many others get somebody else, where what was proposed is worth something.
        afresh: The same where the plan is made afresh.
    """

    kept: float
    afresh: float


def measure_stability(pool: Pool, times: int = 5) -> Stability:
    """Take some requests out of a pool, and let each of them come back alone."""
    needs = pool.problem.needs
    kept = afresh = 0
    for place in range(times):
        taken = needs[place * len(needs) // times]
        without = replace(pool.problem, needs=tuple(need for need in needs if need.id != taken.id))
        before = _pairs(plan(without))
        kept += _changed(replace(pool.problem, proposed=before), before, taken.id)
        afresh += _changed(pool.problem, before, taken.id)
    return Stability(kept / times, afresh / times)


def _changed(problem: Problem, before: frozenset[Pair], new: int) -> int:
    return sum(need != new for need, _ in before - _pairs(plan(problem)))


def _pairs(made: Plan) -> frozenset[Pair]:
    return frozenset((match.need, match.volunteer) for match in made.matches)
