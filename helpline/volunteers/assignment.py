"""A volunteer for everybody who waits, at once: the plan in which the least is missing.

What is missing to one person is (1 - score) squared where they get somebody, so that one bad fit counts more than two
middling ones. It counts by how much the person does: more, the longer they wait, and more, the fewer volunteers fit
them well. To whom nobody is proposed as much is missing as with the worst fit, and once more by their waiting. The plan
makes the sum as small as can be, exactly (`scipy.optimize.linear_sum_assignment`; a volunteer stands there once for
each place they have).

- The same people give the same plan, in whichever order they are told.
- What was proposed before is worth a little (`Weights.keep`). So a plan that is made again from what it proposed is the
  same, and one request more changes no more than is worth it.
- One volunteer more never makes the sum larger: nobody comes to count more by it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from helpline.volunteers.plan import ChangedPlan, Difference, Match, Pair, Plan, Problem
from helpline.volunteers.profile import Need, Volunteer
from helpline.volunteers.scoring import (
    CRITERIA,
    NEUTRAL_WEIGHT,
    UNTOLD,
    nos_of_pair,
    nos_of_volunteer,
    turn,
    weight_of,
)
from helpline.volunteers.weights import Weights

Floats = NDArray[np.float64]

# From this score on a volunteer fits well.
FITS_WELL = 0.7
# So many volunteers are told for each request, for a coordinator to choose another one from.
CHOICES = 12
# After so many days, and as many times four weeks, waiting counts no more.
WAIT_DAYS, MOST_WAITS = 28, 3
# What is missing is reckoned in whole numbers, so that sums are exact on every machine.
_STEPS = 100_000
_ANY_TIME = datetime(2000, 1, 1, tzinfo=timezone.utc)


def plan(problem: Problem) -> Plan:
    """Return the best plan; fixed and forbidden pairs hold.

    A fixed pair is taken as it is. Whether it may be is for `helpline.volunteers.planning` to ask before.
    """
    return _Board(problem).solve(problem.fixed, problem.forbidden)


def changed_plan(problem: Problem) -> ChangedPlan:
    """Return the best plan under what a coordinator decided, and what that costs whom."""
    board = _Board(problem)
    unchanged = board.solve()
    if not problem.fixed and not problem.forbidden:
        return ChangedPlan(unchanged, unchanged, 0.0, (), (), board.choices())
    pairs = frozenset((match.need, match.volunteer) for match in unchanged.matches)
    changed = board.solve(problem.fixed, problem.forbidden, pairs)
    differences = _differences(unchanged, changed)
    return ChangedPlan(
        plan=changed,
        unchanged=unchanged,
        cost=max(0.0, round(changed.missing - unchanged.missing, 5)),
        worse=tuple(each for each in differences if _worth(each.after) < _worth(each.before)),
        better=tuple(each for each in differences if _worth(each.after) > _worth(each.before)),
        choices=board.choices(),
    )


def scores_of(needs: Sequence[Need], volunteers: Sequence[Volunteer], weights: Weights) -> Floats:
    """Return all scores, a row a need, to the last bit those of `helpline.volunteers.scoring.score`."""
    shape = (len(needs), len(volunteers))
    fitting, compared = np.full(shape, NEUTRAL_WEIGHT * UNTOLD), np.full(shape, NEUTRAL_WEIGHT)
    for criterion in CRITERIA:
        weight = weight_of(criterion, weights)
        fits = _expanded(
            [criterion.of_need(each) for each in needs],
            [criterion.of_volunteer(each) for each in volunteers],
            criterion.fit,
        )
        told = ~np.isnan(fits)
        fitting[told] += weight * fits[told]
        compared[told] += weight
    return fitting / compared


def _expanded(rows: Sequence[Any], columns: Sequence[Any], of: Callable[[Any, Any], float | None]) -> Floats:
    """Return a function of all pairs, called once for each pair of different keys; its None becomes NaN."""
    row_keys, column_keys = list(dict.fromkeys(rows)), list(dict.fromkeys(columns))
    values = [[of(row, column) for column in column_keys] for row in row_keys]
    table = np.array(values, dtype=np.float64).reshape(len(row_keys), len(column_keys))
    row_places = {key: place for place, key in enumerate(row_keys)}
    column_places = {key: place for place, key in enumerate(column_keys)}
    return table[np.ix_([row_places[key] for key in rows], [column_places[key] for key in columns])]


class _Board:
    """All who wait by their rows, and all volunteers who can be matched now, those first whose turn it is."""

    def __init__(self, problem: Problem) -> None:
        self._needs = sorted(problem.needs, key=lambda need: need.id)
        self._volunteers = sorted(
            (each for each in problem.volunteers if not nos_of_volunteer(each, problem.now, problem.weights)),
            key=turn,
        )
        self._places = np.array([each.capacity - each.matched for each in self._volunteers], dtype=np.int64)
        self._row = {need.id: row for row, need in enumerate(self._needs)}
        self._column = {volunteer.id: column for column, volunteer in enumerate(self._volunteers)}
        self._scores = scores_of(self._needs, self._volunteers, problem.weights)
        self._allowed = allowed_pairs(self._needs, self._volunteers, problem.weights)
        waiting, rarity = self._by_waiting(problem), self._by_rarity(problem.weights)
        self._missing = np.rint((waiting + rarity)[:, None] * (1 - self._scores) ** 2 * _STEPS)
        self._nobody = np.rint((2 * waiting + rarity) * _STEPS)
        self._keep = np.rint(problem.weights.keep * _STEPS)
        self._proposed = self._known(problem.proposed)

    def solve(
        self,
        fixed: frozenset[Pair] = frozenset(),
        forbidden: frozenset[Pair] = frozenset(),
        preferred: frozenset[Pair] = frozenset(),
    ) -> Plan:
        """Return the best plan.

        Args:
            fixed: Pairs that are in it.
            forbidden: Pairs that are not in it.
            preferred: Pairs that are in it if nothing else decides.
        """
        chosen = {self._row[need]: self._column[volunteer] for need, volunteer in fixed}
        places = self._places - np.bincount(list(chosen.values()), minlength=len(self._places)).astype(np.int64)
        allowed = self._allowed.copy()
        for row, column in self._known(forbidden):
            allowed[row, column] = False
        rows = np.array([row for row in range(len(self._needs)) if row not in chosen], dtype=np.intp)
        costs = self._costs(len(rows), self._known(preferred))
        costs[~allowed] = np.inf
        columns = np.repeat(np.arange(len(places)), np.clip(places, 0, len(rows)))
        nobody = np.full((len(rows), len(rows)), np.inf)
        np.fill_diagonal(nobody, self._nobody[rows] * _finer(len(rows)))
        of_rows, of_columns = linear_sum_assignment(np.hstack([costs[np.ix_(rows, columns)], nobody]))
        for row, column in zip(of_rows, of_columns, strict=True):
            if column < len(columns):
                chosen[int(rows[row])] = int(columns[column])
        return self._plan(chosen)

    def choices(self, count: int = CHOICES) -> dict[int, tuple[int, ...]]:
        """Return for each request the volunteers who fit it best and may be matched, the best first."""
        scores = np.where(self._allowed, self._scores, -1.0)
        order = np.argsort(-scores, axis=1, kind="stable")[:, :count]
        return {
            need.id: tuple(self._volunteers[column].id for column in order[row] if self._allowed[row, column])
            for row, need in enumerate(self._needs)
        }

    def _costs(self, rows: int, preferred: list[tuple[int, int]]) -> Floats:
        """Return what each pair costs in whole numbers, so fine that what was proposed wins where all else is equal.

        What is missing is a multiple of a number larger than any count of pairs; what is worth keeping is one more
        than a multiple. So two plans that keep different numbers of pairs never cost the same.
        """
        costs = self._missing * _finer(rows)
        for row, column in self._proposed:
            costs[row, column] -= self._keep * _finer(rows) + 1
        for row, column in preferred:
            costs[row, column] -= 1
        return costs

    def _by_waiting(self, problem: Problem) -> Floats:
        """Return how much everybody counts by their waiting, 1 or more."""
        days = [max(0, (problem.now - need.waiting_since).days) for need in self._needs]
        return 1 + problem.weights.wait * np.minimum(np.array(days, dtype=np.float64) / WAIT_DAYS, MOST_WAITS)

    def _by_rarity(self, weights: Weights) -> Floats:
        """Return how much more everybody counts, the fewer places there are with volunteers who fit them well."""
        return weights.rarity / (1 + (self._allowed & (self._scores >= FITS_WELL)) @ self._places)

    def _known(self, pairs: frozenset[Pair]) -> list[tuple[int, int]]:
        """Return where those pairs stand whose people are both there."""
        return [
            (self._row[need], self._column[volunteer])
            for need, volunteer in sorted(pairs)
            if need in self._row and volunteer in self._column
        ]

    def _plan(self, chosen: dict[int, int]) -> Plan:
        matches = tuple(
            Match(self._needs[row].id, self._volunteers[column].id, float(self._scores[row, column]))
            for row, column in sorted(chosen.items())
        )
        without = [row for row in range(len(self._needs)) if row not in chosen]
        missing = sum(self._missing[row, column] for row, column in chosen.items()) + self._nobody[without].sum()
        return Plan(matches, tuple(self._needs[row].id for row in without), float(missing / _STEPS))


def _finer(rows: int) -> int:
    """Return a number larger than twice the count of pairs, by which whole numbers are made finer."""
    return 1 << (2 * rows + 1).bit_length()


def allowed_pairs(needs: Sequence[Need], volunteers: Sequence[Volunteer], weights: Weights) -> NDArray[np.bool_]:
    """Return for all pairs whether nothing forbids them."""
    plain_needs = [
        Need(0, _ANY_TIME, need.role, language=need.language, method=need.method, never_by_phone=need.never_by_phone)
        for need in needs
    ]
    plain_volunteers = [Volunteer(0, each.role, languages=each.languages, methods=each.methods) for each in volunteers]
    nos = _expanded(plain_needs, plain_volunteers, lambda need, volunteer: len(nos_of_pair(need, volunteer, weights)))
    allowed = nos == 0
    columns = {volunteer.id: column for column, volunteer in enumerate(volunteers)}
    for row, need in enumerate(needs):
        allowed[row, [columns[each] for each in need.declined if each in columns]] = False
    return allowed


def _differences(before: Plan, after: Plan) -> list[Difference]:
    old, new = ({match.need: match for match in each.matches} for each in (before, after))
    needs = sorted({*old, *new})
    return [Difference(need, old.get(need), new.get(need)) for need in needs if old.get(need) != new.get(need)]


def _worth(match: Match | None) -> float:
    return -1.0 if match is None else match.score
