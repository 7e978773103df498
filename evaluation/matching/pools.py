"""Invented pools of people who wait and of volunteers: usual ones, skewed ones, and ones whose best plan is known.

Nobody in them is or was anybody. How often a subtype or an age occurs is roughly as among people with metastatic breast
cancer; the figures compare ways to match on the same pool, and do not hang on it.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from typing import TypeVar

from helpline.volunteers.plan import Pair, Problem
from helpline.volunteers.profile import (
    AGE_RANGES,
    CHILDREN,
    CONCERNS,
    DIAGNOSES,
    SITES,
    TIMES,
    WORK,
    Need,
    Volunteer,
)

NOW = datetime(2026, 11, 27, 12, tzinfo=timezone.utc)
RARE = frozenset({"inflammatory"})
# How many people a chain has.
CHAIN = 5
_SUBTYPES = {
    frozenset({"hormone_receptor_positive"}): 58,
    frozenset({"hormone_receptor_positive", "lobular"}): 9,
    frozenset({"hormone_receptor_positive", "her2_positive"}): 9,
    frozenset({"her2_positive"}): 7,
    frozenset({"hormone_receptor_positive", "her2_low"}): 5,
    frozenset({"triple_negative"}): 12,
}
_AGES = dict(zip(AGE_RANGES, (2, 12, 22, 28, 22, 14), strict=True))
_SITES = dict(zip(SITES, (60, 30, 30, 12, 2, 20, 8, 6), strict=True))
# The shares of answers that people leave out, and that nobody asks a visitor for.
SKIPPED, _NOT_ASKED = 0.2, 0.6
_ANSWERS: dict[str, object] = {"diagnosis": None, "subtypes": frozenset(), "sites": frozenset(), "age_range": None,
            "concerns": frozenset(), "children": None, "work": None, "times": frozenset()}  # fmt: skip
Value = TypeVar("Value")
Person = TypeVar("Person", Need, Volunteer)


@dataclass(frozen=True)
class Pool:
    """Who waits, who may help, and what is known of the best plan.

    Attributes:
        name: What it is, in words.
        problem: The problem, as people told of themselves.
        truth: The same with all that they left out.
        best: The pairs of the best plan, where it is known.
        rare: Requests of people with a rare diagnosis.
    """

    name: str
    problem: Problem
    truth: Problem
    best: frozenset[Pair] | None = None
    rare: frozenset[int] = frozenset()


def pools(requests: int = 1000, volunteers: int = 2000) -> list[Pool]:
    """Return all pools, made anew with the same people each time."""
    return [
        usual_pool(requests, volunteers),
        twin_pool(requests, volunteers),
        chain_pool(requests),
        rare_pool(requests, volunteers),
        pausing_pool(requests, requests * 6 // 5),
        burst_pool(requests, requests * 2 // 5),
    ]


def usual_pool(requests: int, volunteers: int) -> Pool:
    """Return a pool with twice as many volunteers as requests, of all kinds."""
    people = People(1)
    return _pool("usual", people, people.needs(requests), people.volunteers(volunteers))


def twin_pool(requests: int, volunteers: int) -> Pool:
    """Return a pool in which everybody has a twin among the volunteers, which is the best plan.

    Nobody skipped anything, and no two people are the same in all of it, so a twin fits perfectly and nobody else does.
    """
    people = People(2)
    needs: list[Need] = []
    seen: set[Need] = set()
    while len(needs) < requests:
        need = replace(people.need(len(needs)), id=0, waiting_since=NOW)
        if need not in seen:
            seen.add(need)
            needs.append(replace(need, id=len(needs), waiting_since=people.asked()))
    ids = list(range(volunteers))
    people.random.shuffle(ids)
    twins = [people.twin(need, row) for need, row in zip(needs, ids, strict=False)]
    others = [replace(people.volunteer(row), concerns=frozenset({"faith"})) for row in ids[requests:]]
    best = frozenset((need.id, twin.id) for need, twin in zip(needs, twins, strict=True))
    problem = _problem(needs, [*twins, *others])
    return Pool("everybody has a twin", problem, problem, best)


def chain_pool(requests: int) -> Pool:
    """Return a pool of chains in which the best for one is the only one for another, so that the best plan is known.

    In each chain the first may have the first volunteer alone; every other the one before them, who fits perfectly, or
    their own, who is ten years older. Everybody has somebody only where each gets their own, and the first asked last.
    """
    needs, there = [], []
    for row in range(requests):
        chain, place = divmod(row, CHAIN)
        asked = NOW - timedelta(days=place)
        needs.append(Need(row, asked, language=_language(chain, place), age_range=AGE_RANGES[place]))
        speaks = {_language(chain, place), _language(chain, place + 1)}
        age = AGE_RANGES[place + 1]
        trained = date(2025, 1, 15)
        there.append(Volunteer(row, languages=frozenset(speaks), age_range=age, trained_on=trained))
    best = frozenset((row, row) for row in range(requests))
    problem = _problem(needs, there)
    return Pool("chains", problem, problem, best)


def _language(chain: int, place: int) -> str:
    return f"x{chain}n{place}"


def rare_pool(requests: int, volunteers: int) -> Pool:
    """Return a pool in which one request in twenty has a rare subtype, and one volunteer in a hundred."""
    people = People(3)
    needs = [replace(each, subtypes=RARE) if each.id % 20 == 0 else each for each in people.needs(requests)]
    # The rare volunteers have been through a lot, so they would be good for many.
    there = [
        replace(each, subtypes=RARE | {"hormone_receptor_positive"}, concerns=frozenset(CONCERNS[:12]))
        if each.id % 100 == 0
        else each
        for each in people.volunteers(volunteers)
    ]
    return _pool("one rare subtype", people, needs, there, frozenset(each.id for each in needs if each.id % 20 == 0))


def pausing_pool(requests: int, volunteers: int) -> Pool:
    """Return a pool in which every second volunteer is pausing."""
    people = People(4)
    there = [
        replace(each, state="pausing" if each.id % 2 else "active", capacity=1)
        for each in people.volunteers(volunteers)
    ]
    return _pool("half the volunteers pausing", people, people.needs(requests), there)


def burst_pool(requests: int, volunteers: int) -> Pool:
    """Return a pool in which nine requests in ten came within the last three days, and volunteers are few."""
    people = People(5)
    needs = [
        replace(each, waiting_since=NOW - timedelta(days=each.id % 3)) if each.id % 10 else each
        for each in people.needs(requests)
    ]
    return _pool("a burst of requests", people, needs, people.volunteers(volunteers))


class People:
    """Makes people up, the same for the same seed.

    Args:
        seed: Where the chance begins.
    """

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 -- invented people, no secrets

    def needs(self, count: int) -> list[Need]:
        """Make so many people who wait; they are numbered from 0."""
        return [self.need(row) for row in range(count)]

    def volunteers(self, count: int) -> list[Volunteer]:
        """Make so many volunteers; they are numbered from 0."""
        return [self.volunteer(row) for row in range(count)]

    def asked(self) -> datetime:
        """Return when somebody asked: within six weeks, most of them lately."""
        return NOW - timedelta(days=min(42, int(self.random.expovariate(1 / 10))))

    def need(self, row: int) -> Need:
        """Make one who waits, with all answers."""
        return Need(
            row,
            self.asked(),
            role="carer" if self.random.random() < 0.1 else "patient",
            diagnosis=self.random.choices(DIAGNOSES, (3, 7))[0],
            subtypes=self._one_of(_SUBTYPES),
            sites=self._places(),
            age_range=self._one_of(_AGES),
            concerns=frozenset(self.random.sample(CONCERNS, self.random.choice((1, 1, 2)))),
            children=self.random.choice(CHILDREN),
            work=self.random.choice(WORK),
            times=frozenset(self.random.sample(TIMES, 2)),
            method=self.random.choices(("phone", "text", "email"), (6, 2, 2))[0],
        )

    def volunteer(self, row: int) -> Volunteer:
        """Make one who is trained, with all answers; some pause, some are still resting."""
        resting = self.random.random() < 0.05
        return Volunteer(
            row,
            role="carer" if self.random.random() < 0.1 else "patient",
            metastatic=self.random.random() < 0.85,
            treatment_ended=date(2022, 6, 1),
            diagnosis=self.random.choices(DIAGNOSES, (3, 7))[0],
            subtypes=self._one_of(_SUBTYPES),
            sites=self._places(),
            age_range=self._one_of(_AGES),
            languages=frozenset({"en", "es"}) if self.random.random() < 0.1 else frozenset({"en"}),
            concerns=frozenset(self.random.sample(CONCERNS, self.random.randrange(3, 9))),
            children=self.random.choice(CHILDREN),
            work=self.random.choice(WORK),
            times=frozenset(self.random.sample(TIMES, self.random.randrange(1, 5))),
            methods=frozenset({"phone", "text", "email"} if self.random.random() < 0.6 else {"phone", "email"}),
            capacity=self.random.choices((1, 2, 3), (7, 2, 1))[0],
            rest_days=14,
            last_ended_at=NOW - timedelta(days=5) if resting else None,
            trained_on=date(2025, 1, 15),
            state="pausing" if self.random.random() < 0.1 else "active",
        )

    def silent(self, person: Person) -> Person:
        """Return somebody with some of their answers left out; few visitors tell of children and work."""
        left_out: dict[str, object] = {}
        for name, empty in _ANSWERS.items():
            share = _NOT_ASKED if isinstance(person, Need) and name in ("children", "work") else SKIPPED
            if self.random.random() < share:
                left_out[name] = empty
        return replace(person, **left_out)  # type: ignore[arg-type]

    def twin(self, need: Need, row: int) -> Volunteer:
        """Make a volunteer who is like somebody who waits, in all that they told."""
        return Volunteer(
            row,
            role=need.role,
            diagnosis=need.diagnosis,
            subtypes=need.subtypes,
            sites=need.sites,
            age_range=need.age_range,
            concerns=need.concerns,
            children=need.children,
            work=need.work,
            times=need.times,
            methods=frozenset({need.method}),
            trained_on=date(2025, 1, 15),
        )

    def _one_of(self, shares: dict[Value, int]) -> Value:
        return self.random.choices(list(shares), list(shares.values()))[0]

    def _places(self) -> frozenset[str]:
        chosen = frozenset(site for site, percent in _SITES.items() if self.random.random() * 100 < percent)
        return chosen or frozenset({"bones"})


def _pool(
    name: str,
    people: People,
    needs: Sequence[Need],
    volunteers: Sequence[Volunteer],
    rare: frozenset[int] = frozenset(),
) -> Pool:
    """Return a pool in which people left some of their answers out; of a rare diagnosis all who have it tell."""
    told_needs = [
        replace(people.silent(each), subtypes=each.subtypes) if each.id in rare else people.silent(each)
        for each in needs
    ]
    told_volunteers = [
        replace(people.silent(each), subtypes=each.subtypes) if each.subtypes & RARE else people.silent(each)
        for each in volunteers
    ]
    return Pool(name, _problem(told_needs, told_volunteers), _problem(needs, volunteers), rare=rare)


def _problem(needs: Sequence[Need], volunteers: Sequence[Volunteer]) -> Problem:
    return Problem(tuple(needs), tuple(volunteers), NOW)
