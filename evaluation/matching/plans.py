"""Measures ways to match on one pool, and proves the plans the best there are."""

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_bipartite_matching

from evaluation.matching.pools import RARE, Pool, usual_pool
from evaluation.matching.rivals import Choice, Way, best_pair_first, in_turn, least_missing_by_milp, most_fit
from helpline.volunteers.assignment import allowed_pairs, plan, scores_of
from helpline.volunteers.plan import Plan, Problem
from helpline.volunteers.planning import make_plan
from helpline.volunteers.scoring import nos_of_volunteer, score

Floats = NDArray[np.float64]
RIVALS: dict[str, Way] = {
    "in turn, by hand": in_turn,
    "best pair first": best_pair_first,
    "most fit in all": most_fit,
}
OURS = "the plan"


@dataclass(frozen=True)
class Measured:
    """What one way to match comes to on a pool.

    Attributes:
        total: Sum of the scores; nobody is 0.
        missing: What is missing in all, as the plan reckons it.
        worst_tenth: Mean score of the tenth that fits worst, of those who have somebody.
        longest_waiting: Mean score of the tenth that has waited longest; nobody is 0.
        rare: Share of requests with the rare subtype that get somebody with it; None where the pool has none.
        without: Share of requests without a volunteer.
        longest_without: Days that the longest of them has waited; None where all have one.
        seconds: How long it took.
    """

    total: float
    missing: float
    worst_tenth: float
    longest_waiting: float
    rare: float | None
    without: float
    longest_without: float | None
    seconds: float


class Board:
    """A pool as the rivals see it, with what each pair misses reckoned apart from how the plan reckons it.

    Attributes:
        ids: The volunteers who can be matched now, a column each.
        costs: What is missing to each pair, a row a request; infinite where it may not be.
        nobody: What is missing to each request that gets nobody.
    """

    def __init__(self, problem: Problem) -> None:
        able = [each for each in problem.volunteers if not nos_of_volunteer(each, problem.now, problem.weights)]
        self.needs = problem.needs
        self.ids = [each.id for each in able]
        self.scores = scores_of(problem.needs, able, problem.weights)
        self.allowed = allowed_pairs(problem.needs, able, problem.weights)
        self.places = np.array([each.capacity - each.matched for each in able], dtype=np.int64)
        self.days = np.array([(problem.now - need.waiting_since).days for need in problem.needs], dtype=np.int64)
        waiting = 1 + problem.weights.wait * np.clip(self.days / 28, 0, 3)
        rarity = problem.weights.rarity / (
            1 + np.where(self.allowed & (self.scores >= 0.7), self.places, 0).sum(axis=1)
        )
        self.costs = np.where(
            self.allowed, np.outer(waiting + rarity, np.ones(len(able))) * (1 - self.scores) ** 2, np.inf
        )
        self.nobody = 2 * waiting + rarity

    def chosen_by(self, made: Plan) -> Choice:
        """Return a plan's pairs as the rivals tell theirs."""
        column = {row: place for place, row in enumerate(self.ids)}
        matches = {match.need: column[match.volunteer] for match in made.matches}
        return np.array([matches.get(need.id, -1) for need in self.needs], dtype=np.int64)

    def missing(self, chosen: Choice) -> float:
        """Return what is missing in all."""
        return float(np.where(chosen >= 0, self.costs[np.arange(len(chosen)), chosen], self.nobody).sum())

    def fewest_without(self) -> float:
        """Return the share of requests that no plan whatever can find a volunteer for."""
        return 1 - most_matched(self.allowed, self.places) / len(self.needs)


def most_matched(allowed: NDArray[np.bool_], places: NDArray[np.int64]) -> int:
    """Return how many requests can have somebody at most."""
    columns = np.repeat(np.arange(len(places)), np.clip(places, 0, len(allowed)))
    found = maximum_bipartite_matching(csr_matrix(allowed[:, columns]), perm_type="column")
    return int((found >= 0).sum())


def most_rare(pool: Pool, board: Board) -> float:
    """Return the share of requests with the rare subtype that can have somebody with it at most."""
    there = {each.id: each for each in pool.problem.volunteers}
    as_rare = np.array([bool(RARE & there[row].subtypes) for row in board.ids])
    rows = [row for row, need in enumerate(board.needs) if need.id in pool.rare]
    return most_matched(board.allowed[rows] & as_rare, board.places) / len(rows)


def measure(pool: Pool) -> dict[str, Measured]:
    """Measure all ways on a pool; the plan is made as the console has it made, by its own process."""
    board = Board(pool.problem)
    begun = time.perf_counter()
    made = make_plan(pool.problem, 600).plan
    seconds = time.perf_counter() - begun
    measured = {OURS: _measured(pool, board, board.chosen_by(made), seconds)}
    for name, way in RIVALS.items():
        begun = time.perf_counter()
        chosen = way(board.scores, board.allowed, board.places, board.days)
        measured[name] = _measured(pool, board, chosen, time.perf_counter() - begun)
    return measured


@dataclass(frozen=True)
class OfTheRare:
    """What people with a rare subtype get beside all others, in a plan.

    Attributes:
        without: Share of them without a volunteer.
        all_without: Share of all without one.
        as_rare: Share of them that gets somebody with the rare subtype.
        most_as_rare: The most that can be.
        score: Their mean score; nobody is 0.
        total: Sum of the scores of all.
    """

    without: float
    all_without: float
    as_rare: float
    most_as_rare: float
    score: float
    total: float


def measure_rarity(pool: Pool, rarity: float) -> OfTheRare:
    """Measure what a weight of rarity does for the rare of a pool."""
    problem = replace(pool.problem, weights=replace(pool.problem.weights, rarity=rarity))
    matches = plan(problem).matches
    scores = {match.need: match.score for match in matches}
    as_rare = {each.id for each in problem.volunteers if each.subtypes & RARE}
    of_rare = [scores.get(row, 0.0) for row in sorted(pool.rare)]
    return OfTheRare(
        without=sum(row not in scores for row in pool.rare) / len(pool.rare),
        all_without=1 - len(scores) / len(problem.needs),
        as_rare=sum(each.need in pool.rare and each.volunteer in as_rare for each in matches) / len(pool.rare),
        most_as_rare=most_rare(pool, Board(problem)),
        score=sum(of_rare) / len(of_rare),
        total=sum(scores.values()),
    )


def share_of_known(pool: Pool) -> tuple[float, float]:
    """Return the total as a share of that of the known best plan, and the share of its pairs that were found."""
    assert pool.best is not None  # noqa: S101 -- for whoever calls it with another pool
    needs = {need.id: need for need in pool.problem.needs}
    there = {each.id: each for each in pool.problem.volunteers}
    best = sum(score(needs[need], there[volunteer], pool.problem.weights) for need, volunteer in pool.best)
    made = plan(pool.problem)
    found = frozenset((match.need, match.volunteer) for match in made.matches)
    return sum(match.score for match in made.matches) / best, len(found & pool.best) / len(pool.best)


def gap_to_other_solver(requests: int = 100, volunteers: int = 60) -> float:
    """Return what the plan misses more than another solver's (HiGHS) on a smaller pool: nothing, up to rounding."""
    problem = usual_pool(requests, volunteers).problem
    board = Board(problem)
    return plan(problem).missing - least_missing_by_milp(board.costs, board.nobody, board.places)


def _measured(pool: Pool, board: Board, chosen: Choice, seconds: float) -> Measured:
    got = np.where(chosen >= 0, board.scores[np.arange(len(chosen)), chosen], 0.0)
    without = chosen < 0
    of_matched = np.sort(got[~without])
    longest = np.argsort(-board.days, kind="stable")[: _tenth(got)]
    there = {each.id: each for each in pool.problem.volunteers}
    rare = [
        column >= 0 and bool(RARE & there[board.ids[column]].subtypes)
        for need, column in zip(board.needs, chosen, strict=True)
        if need.id in pool.rare
    ]
    return Measured(
        total=float(got.sum()),
        missing=board.missing(chosen),
        worst_tenth=float(of_matched[: _tenth(of_matched)].mean()),
        longest_waiting=float(got[longest].mean()),
        rare=sum(rare) / len(rare) if rare else None,
        without=float(without.mean()),
        longest_without=float(board.days[without].max()) if without.any() else None,
        seconds=seconds,
    )


def _tenth(of: Floats) -> int:
    return max(1, len(of) // 10)
