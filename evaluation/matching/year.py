"""Years of matching, week by week, by each way: how long people wait when others come, volunteers rest and say no."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import mean

import numpy as np

from evaluation.matching.plans import OURS, RIVALS, Board
from evaluation.matching.pools import NOW, People
from helpline.volunteers.assignment import plan
from helpline.volunteers.plan import Problem
from helpline.volunteers.profile import Need
from helpline.volunteers.weights import DEFAULT_WEIGHTS, Weights

YEARS, WEEKS, VOLUNTEERS, REQUESTS_A_WEEK = 10, 52, 200, 16
# In these weeks three times as many come.
BURST = range(20, 23)
# How long a match lasts, and how often a volunteer says "not now".
SHORTEST_WEEKS, LONGEST_WEEKS, NOT_NOW = 5, 11, 0.1


@dataclass(frozen=True)
class Year:
    """What a year came to, or several in the mean.

    Attributes:
        longest: The longest wait, in weeks; also of those who still wait at its end.
        worst_longest: The longest of all years.
        late: Share of requests that waited longer than four weeks.
        score: Mean score of those who got somebody.
        worst_tenth: Mean score of the tenth of them that fits worst.
    """

    longest: float
    worst_longest: float
    late: float
    score: float
    worst_tenth: float


def measure_years(
    weights: Weights = DEFAULT_WEIGHTS, names: Sequence[str] = (OURS, *RIVALS), years: int = YEARS, weeks: int = WEEKS
) -> dict[str, Year]:
    """Return the same years by each way: the same people come, and the same volunteers are there."""
    ways = {OURS: _by_plan, **{name: _by_rival(name) for name in RIVALS}}
    return {name: _mean([_year(ways[name], weights, seed, weeks) for seed in range(years)]) for name in names}


def _mean(years: Sequence[Year]) -> Year:
    longest, late, score, worst_tenth = (
        mean(getattr(year, name) for year in years) for name in ("longest", "late", "score", "worst_tenth")
    )
    return Year(longest, max(year.longest for year in years), late, score, worst_tenth)


def _by_plan(problem: Problem) -> dict[int, tuple[int, float]]:
    return {match.need: (match.volunteer, match.score) for match in plan(problem).matches}


def _by_rival(name: str) -> Callable[[Problem], dict[int, tuple[int, float]]]:
    def match(problem: Problem) -> dict[int, tuple[int, float]]:
        board = Board(problem)
        chosen = RIVALS[name](board.scores, board.allowed, board.places, board.days)
        return {
            need.id: (board.ids[column], float(board.scores[row, column]))
            for row, (need, column) in enumerate(zip(problem.needs, chosen, strict=True))
            if column >= 0
        }

    return match


def _year(
    way: Callable[[Problem], dict[int, tuple[int, float]]],
    weights: Weights,
    seed: int,
    weeks: int,
) -> Year:
    people, chance = People(100 + seed), np.random.default_rng(seed)
    invented = (people.silent(each) for each in people.volunteers(VOLUNTEERS))
    there = {each.id: replace(each, last_ended_at=None) for each in invented}
    waiting: dict[int, Need] = {}
    ends: list[tuple[int, int]] = []
    waits, scores, came = [], [], 0
    for week in range(weeks):
        now = NOW + timedelta(weeks=week)
        for _, volunteer in [end for end in ends if end[0] == week]:
            helper = there[volunteer]
            there[volunteer] = replace(helper, matched=helper.matched - 1, last_ended_at=now)
        for _ in range(REQUESTS_A_WEEK * (3 if week in BURST else 1)):
            waiting[came] = replace(people.silent(people.need(came)), waiting_since=now)
            came += 1
        problem = Problem(tuple(waiting.values()), tuple(there.values()), now, weights)
        for row, (volunteer, score) in way(problem).items():
            need, helper = waiting[row], there[volunteer]
            if _says_not_now(row, volunteer):
                waiting[row] = replace(need, declined=need.declined | {volunteer})
                continue
            there[volunteer] = replace(helper, matched=helper.matched + 1)
            ends.append((week + 1 + int(chance.integers(SHORTEST_WEEKS, LONGEST_WEEKS)), volunteer))
            waits.append((now - need.waiting_since).days / 7)
            scores.append(score)
            del waiting[row]
    end = NOW + timedelta(weeks=weeks)
    still = [(end - need.waiting_since).days / 7 for need in waiting.values()]
    of_all = np.array([*waits, *still])
    ordered = np.sort(scores)
    return Year(
        longest=float(of_all.max()),
        worst_longest=float(of_all.max()),
        late=float((of_all > 4).mean()),
        score=float(ordered.mean()),
        worst_tenth=float(ordered[: max(1, len(ordered) // 10)].mean()),
    )


def _says_not_now(row: int, volunteer: int) -> bool:
    """Tell whether a volunteer says "not now" to a request; the same whichever way proposed them."""
    return (row * 7919 + volunteer * 104729) % 1000 < NOT_NOW * 1000
