"""What a plan for all who wait is made from, and what it says, as values and as JSON.

It goes to a process of its own and comes back (`helpline.volunteers.planning`), so that whoever asks need not load what
reckons it.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime
from typing import Any, TypeVar

from helpline.volunteers.profile import Need, Volunteer
from helpline.volunteers.weights import DEFAULT_WEIGHTS, Weights

# A request and a volunteer, by their rows.
Pair = tuple[int, int]


@dataclass(frozen=True)
class Problem:
    """Who waits, who may help, and what a coordinator has decided.

    Attributes:
        needs: All who wait; their order does not matter.
        volunteers: All volunteers, also those who cannot be matched now; their order does not matter.
        now: In UTC. Waiting counts by whole days.
        weights: The settings.
        proposed: Pairs that were proposed before. They are kept where it costs next to nothing.
        fixed: Pairs that a coordinator wants.
        forbidden: Pairs that a coordinator does not want.
    """

    needs: tuple[Need, ...]
    volunteers: tuple[Volunteer, ...]
    now: datetime
    weights: Weights = DEFAULT_WEIGHTS
    proposed: frozenset[Pair] = frozenset()
    fixed: frozenset[Pair] = frozenset()
    forbidden: frozenset[Pair] = frozenset()


@dataclass(frozen=True)
class Match:
    """A volunteer for somebody.

    Attributes:
        need: The row of the request.
        volunteer: The row of the volunteer.
        score: How well they fit, from 0 to 1.
    """

    need: int
    volunteer: int
    score: float


@dataclass(frozen=True)
class Plan:
    """A volunteer for as many as can have one.

    Attributes:
        matches: By the row of the request.
        without: Requests for which there is no volunteer, by row.
        missing: What is missing to a perfect fit for everybody, each by how much they count; 0 is perfect.
    """

    matches: tuple[Match, ...]
    without: tuple[int, ...]
    missing: float


@dataclass(frozen=True)
class Difference:
    """What a change is to one request.

    Attributes:
        need: The row of the request.
        before: Who was proposed; None for nobody.
        after: Who is proposed now; None for nobody.
    """

    need: int
    before: Match | None
    after: Match | None


@dataclass(frozen=True)
class ChangedPlan:
    """A plan under what a coordinator decided, beside the plan without it.

    Attributes:
        plan: The best plan with the pairs that were fixed, and without those that were forbidden.
        unchanged: The best plan without either.
        cost: By how much more is missing, 0 or more.
        worse: Requests that get somebody who fits less, or nobody.
        better: Requests that get somebody who fits better, or somebody at all.
        choices: For each request the rows of the volunteers who fit it best and may be matched, the best first, as
            `helpline.volunteers.scoring.rank` gives them; pairs that were ruled out too.
    """

    plan: Plan
    unchanged: Plan
    cost: float
    worse: tuple[Difference, ...]
    better: tuple[Difference, ...]
    choices: dict[int, tuple[int, ...]] = field(default_factory=dict)


Value = TypeVar("Value")


def to_json(value: object) -> str:
    """Write a problem or a changed plan."""
    return json.dumps(asdict(value), default=_plain)  # type: ignore[call-overload]


def read_problem(text: str) -> Problem:
    """Read what `to_json` wrote of a problem.

    Raises:
        ValueError: It is none.
        KeyError: A part is missing.
        TypeError: A part is not what it should be.
    """
    told = json.loads(text)
    return Problem(
        needs=tuple(_read(Need, each) for each in told["needs"]),
        volunteers=tuple(_read(Volunteer, each) for each in told["volunteers"]),
        now=datetime.fromisoformat(told["now"]),
        weights=Weights(**told["weights"]),
        proposed=_pairs(told["proposed"]),
        fixed=_pairs(told["fixed"]),
        forbidden=_pairs(told["forbidden"]),
    )


def read_changed_plan(text: str) -> ChangedPlan:
    """Read what `to_json` wrote of a changed plan.

    Raises:
        ValueError: It is none.
        KeyError: A part is missing.
        TypeError: A part is not what it should be.
    """
    told = json.loads(text)
    return ChangedPlan(
        plan=_read_plan(told["plan"]),
        unchanged=_read_plan(told["unchanged"]),
        cost=told["cost"],
        worse=tuple(map(_read_difference, told["worse"])),
        better=tuple(map(_read_difference, told["better"])),
        choices={int(need): tuple(volunteers) for need, volunteers in told["choices"].items()},
    )


def _plain(value: object) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _read(kind: type[Value], told: Mapping[str, Any]) -> Value:
    """Return a need or a volunteer from the fields that were written."""
    types = {each.name: each.type for each in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: _typed(types[name], value) for name, value in told.items()})


def _typed(kind: Any, value: Any) -> Any:
    if isinstance(value, list):
        return frozenset(value)
    if isinstance(value, str) and kind in (datetime, datetime | None):
        return datetime.fromisoformat(value)
    if isinstance(value, str) and kind == date | None:
        return date.fromisoformat(value)
    return value


def _pairs(told: list[list[int]]) -> frozenset[Pair]:
    return frozenset((need, volunteer) for need, volunteer in told)


def _read_plan(told: Mapping[str, Any]) -> Plan:
    return Plan(tuple(Match(**each) for each in told["matches"]), tuple(told["without"]), told["missing"])


def _read_difference(told: Mapping[str, Any]) -> Difference:
    before, after = (Match(**told[side]) if told[side] else None for side in ("before", "after"))
    return Difference(told["need"], before, after)
