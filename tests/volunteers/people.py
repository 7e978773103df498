"""Builders of volunteers and of people who wait, and how Hypothesis makes any of them."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from helpline.volunteers.plan import Problem
from helpline.volunteers.profile import (
    AGE_RANGES,
    CHILDREN,
    CONCERNS,
    DIAGNOSES,
    METHODS,
    ROLES,
    SITES,
    STATES,
    SUBTYPES,
    TIMES,
    WORK,
    Need,
    Volunteer,
)

NOW = datetime(2026, 11, 27, 12, tzinfo=timezone.utc)
TRAINED = date(2025, 3, 1)


def volunteer(row: int = 1, **told: Any) -> Volunteer:
    """Build a volunteer who is trained and free."""
    return replace(Volunteer(row, trained_on=TRAINED), **_frozen(told))


def need(row: int = 1, **told: Any) -> Need:
    """Build somebody who asked two days ago."""
    return replace(Need(row, NOW - timedelta(days=2)), **_frozen(told))


def _frozen(told: dict[str, Any]) -> dict[str, Any]:
    return {name: frozenset(value) if isinstance(value, set) else value for name, value in told.items()}


def some_of(keys: tuple[str, ...], least: int = 0) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(keys), min_size=least, max_size=3)


def told_or_not(keys: tuple[str, ...]) -> st.SearchStrategy[str | None]:
    return st.none() | st.sampled_from(keys)


LANGUAGES = ("en", "es", "en-GB")


@st.composite
def volunteers(draw: st.DrawFn, row: int = 1) -> Volunteer:
    """Make any volunteer; most can be matched."""
    capacity = draw(st.integers(1, 2))
    return Volunteer(
        row,
        role=draw(st.sampled_from(("patient", *ROLES))),
        metastatic=draw(st.booleans()),
        treatment_ended=draw(st.sampled_from((None, date(2020, 1, 1), date(2026, 10, 1)))),
        diagnosis=draw(told_or_not(DIAGNOSES)),
        subtypes=draw(some_of(SUBTYPES)),
        sites=draw(some_of(SITES)),
        age_range=draw(told_or_not(AGE_RANGES)),
        languages=draw(some_of(LANGUAGES, 1)),
        concerns=draw(some_of(CONCERNS)),
        children=draw(told_or_not(CHILDREN)),
        work=draw(told_or_not(WORK)),
        times=draw(some_of(TIMES)),
        methods=draw(some_of(METHODS, 1)),
        capacity=capacity,
        matched=draw(st.integers(0, capacity)),
        rest_days=draw(st.integers(0, 30)),
        last_ended_at=draw(st.sampled_from((None, NOW - timedelta(days=20)))),
        trained_on=draw(st.sampled_from((TRAINED, TRAINED, None))),
        state=draw(st.sampled_from(("active", *STATES))),
    )


@st.composite
def needs(draw: st.DrawFn, row: int = 1) -> Need:
    """Make anybody who waits."""
    return Need(
        row,
        NOW - timedelta(days=draw(st.integers(0, 100))),
        role=draw(st.sampled_from(("patient", *ROLES))),
        diagnosis=draw(told_or_not(DIAGNOSES)),
        subtypes=draw(some_of(SUBTYPES)),
        sites=draw(some_of(SITES)),
        age_range=draw(told_or_not(AGE_RANGES)),
        language=draw(st.sampled_from(("en", *LANGUAGES))),
        concerns=draw(some_of(CONCERNS)),
        children=draw(told_or_not(CHILDREN)),
        work=draw(told_or_not(WORK)),
        times=draw(some_of(TIMES)),
        method=draw(st.sampled_from(METHODS)),
        never_by_phone=draw(st.booleans()),
        declined=frozenset(draw(st.lists(st.integers(1, 6), max_size=2))),
    )


@st.composite
def problems(draw: st.DrawFn, most_needs: int = 5, most_volunteers: int = 6) -> Problem:
    """Make a small pool, maybe with pairs that were proposed before."""
    waiting = draw(st.integers(0, most_needs))
    there = draw(st.integers(0, most_volunteers))
    proposed = {}
    if waiting and there:
        proposed = draw(st.dictionaries(st.integers(1, waiting), st.integers(1, there), max_size=3))
    return Problem(
        tuple(draw(needs(row)) for row in range(1, waiting + 1)),
        tuple(draw(volunteers(row)) for row in range(1, there + 1)),
        NOW,
        proposed=frozenset(proposed.items()),
    )
