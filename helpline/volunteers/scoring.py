"""How well a volunteer fits somebody who waits: a hard no with its reasons, or a score from 0 to 1.

The score is the weighted mean of how well each thing fits that both told, with a small neutral share in it, so that one
answer that fits is not worth more than many. What either left out is no part of it:

- Two volunteers who differ only in what the visitor left out have the same score.
- Leaving an answer out is worth exactly as much as one that fits as well as all else: never less than the answer that
  fits least, nor more than the one that fits best; and it makes no hard no.

Only when a volunteer was trained, and whether their treatment has ended, must be known: those are no answers to skip.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from helpline.volunteers.profile import AGE_RANGES, Need, Volunteer
from helpline.volunteers.weights import DEFAULT_WEIGHTS, Weights

# Weight and score of the neutral share.
NEUTRAL_WEIGHT, NEUTRAL_SCORE = 2.0, 0.5
# By how many ranges of ten years two ages lie apart.
_AGES = (1.0, 0.6, 0.25)
_OF_CHILDREN = frozenset({"telling_children", "raising_children"})
# What somebody has who worries about children and did not say how old they are.
SOME_CHILDREN = "some"
# How well the children of a volunteer (second) fit those of a visitor (first).
_CHILDREN = {
    ("young", "young"): 1.0,
    ("young", "grown"): 0.5,
    ("young", "none"): 0.0,
    ("grown", "grown"): 1.0,
    ("grown", "young"): 0.5,
    ("grown", "none"): 0.0,
    ("none", "none"): 1.0,
    ("none", "young"): 0.25,
    ("none", "grown"): 0.25,
    (SOME_CHILDREN, "young"): 1.0,
    (SOME_CHILDREN, "grown"): 1.0,
    (SOME_CHILDREN, "none"): 0.0,
}


@dataclass(frozen=True)
class Criterion:
    """One thing by which two people are compared.

    Attributes:
        key: Its name, also that of its weight.
        of_need: What somebody who waits told of it; None for nothing.
        of_volunteer: The same of a volunteer.
        fit: How well the one fits the other, from 0 to 1.
    """

    key: str
    of_need: Callable[[Need], Hashable]
    of_volunteer: Callable[[Volunteer], Hashable]
    fit: Callable[[Any, Any], float]


def _same(wanted: object, there: object) -> float:
    return 1.0 if wanted == there else 0.0


def _in_common(wanted: frozenset[str], there: frozenset[str]) -> float:
    """Dice coefficient: twice what both named, of all that each named."""
    return 2 * len(wanted & there) / (len(wanted) + len(there))


def _share_of_concerns(wanted: frozenset[str], there: frozenset[str]) -> float:
    return len(wanted & there) / len(wanted)


def _age(wanted: str, there: str) -> float:
    apart = abs(AGE_RANGES.index(wanted) - AGE_RANGES.index(there))
    return _AGES[apart] if apart < len(_AGES) else 0.0


def _any_time(wanted: frozenset[str], there: frozenset[str]) -> float:
    return 1.0 if wanted & there else 0.0


def children_of(need: Need) -> str | None:
    """Return what is known of a visitor's children: of `CHILDREN`, or `SOME_CHILDREN` from their worries; or None."""
    return need.children or (SOME_CHILDREN if need.concerns & _OF_CHILDREN else None)


CRITERIA = (
    Criterion("stage", lambda need: True, lambda volunteer: volunteer.metastatic, _same),
    Criterion("role", lambda need: need.role, lambda volunteer: volunteer.role, _same),
    Criterion("subtype", lambda need: need.subtypes or None, lambda volunteer: volunteer.subtypes or None, _in_common),
    Criterion("diagnosis", lambda need: need.diagnosis, lambda volunteer: volunteer.diagnosis, _same),
    Criterion("sites", lambda need: need.sites or None, lambda volunteer: volunteer.sites or None, _in_common),
    Criterion("age", lambda need: need.age_range, lambda volunteer: volunteer.age_range, _age),
    Criterion(
        "concerns",
        lambda need: need.concerns or None,
        lambda volunteer: volunteer.concerns or None,
        _share_of_concerns,
    ),
    Criterion("children", children_of, lambda volunteer: volunteer.children, lambda *both: _CHILDREN[both]),
    Criterion("work", lambda need: need.work, lambda volunteer: volunteer.work, _same),
    # A mail is answered at any time.
    Criterion(
        "times",
        lambda need: (need.times or None) if need.method != "email" else None,
        lambda volunteer: volunteer.times or None,
        _any_time,
    ),
)


def weight_of(criterion: Criterion, weights: Weights) -> float:
    """Return what a criterion weighs; 0 for a role that must be the same anyway."""
    return 0.0 if criterion.key == "role" and weights.same_role else float(getattr(weights, criterion.key))


def score(need: Need, volunteer: Volunteer, weights: Weights = DEFAULT_WEIGHTS) -> float:
    """Return how well a volunteer fits, from 0 to 1, whether or not there is a hard no."""
    fitting, compared = NEUTRAL_WEIGHT * NEUTRAL_SCORE, NEUTRAL_WEIGHT
    for criterion in CRITERIA:
        wanted, there = criterion.of_need(need), criterion.of_volunteer(volunteer)
        if wanted is not None and there is not None:
            weight = weight_of(criterion, weights)
            fitting += weight * criterion.fit(wanted, there)
            compared += weight
    return fitting / compared


@dataclass(frozen=True)
class HardNo:
    """Why a volunteer cannot be matched.

    Attributes:
        key: Of ``hard_nos`` in content/matching/en.yml.
        detail: What stands in its words: a day, a number, a way to be reached.
    """

    key: str
    detail: str = ""


def nos_of_volunteer(volunteer: Volunteer, now: datetime, weights: Weights = DEFAULT_WEIGHTS) -> list[HardNo]:
    """Return why a volunteer can be matched with nobody now; nothing where they can.

    Args:
        volunteer: The volunteer.
        now: In UTC.
        weights: The settings.
    """
    nos = []
    if volunteer.state != "active":
        nos.append(HardNo("pausing"))
    if volunteer.trained_on is None or volunteer.trained_on > now.date():
        nos.append(HardNo("untrained"))
    if volunteer.matched >= volunteer.capacity:
        nos.append(HardNo("full", str(volunteer.capacity)))
    if volunteer.last_ended_at is not None:
        rested_at = volunteer.last_ended_at + timedelta(days=volunteer.rest_days)
        if rested_at > now:
            nos.append(HardNo("resting", _in_words(rested_at.date())))
    if not volunteer.metastatic:
        if volunteer.treatment_ended is None:
            nos.append(HardNo("in_treatment"))
        elif _months_later(volunteer.treatment_ended, weights.treatment_months) > now.date():
            nos.append(HardNo("treatment_recent", str(weights.treatment_months)))
    return nos


def nos_of_pair(need: Need, volunteer: Volunteer, weights: Weights = DEFAULT_WEIGHTS) -> list[HardNo]:
    """Return why two cannot be matched with each other; nothing where they can."""
    nos = []
    if weights.same_role and need.role != volunteer.role:
        nos.append(HardNo("role", need.role))
    if not shares_language(need.language, volunteer.languages):
        nos.append(HardNo("language"))
    if need.never_by_phone and need.method == "phone":
        nos.append(HardNo("never_by_phone"))
    elif need.method not in volunteer.methods:
        nos.append(HardNo("method", need.method))
    if volunteer.id in need.declined:
        nos.append(HardNo("declined"))
    return nos


def hard_nos(need: Need, volunteer: Volunteer, now: datetime, weights: Weights = DEFAULT_WEIGHTS) -> list[HardNo]:
    """Return all reasons why a volunteer cannot be matched with somebody now."""
    return nos_of_volunteer(volunteer, now, weights) + nos_of_pair(need, volunteer, weights)


def shares_language(wanted: str, spoken: Iterable[str]) -> bool:
    """Tell whether a language is spoken, in whichever country's way."""
    return wanted.split("-")[0].lower() in {tag.split("-")[0].lower() for tag in spoken}


def best(
    need: Need, volunteers: Iterable[Volunteer], now: datetime, weights: Weights = DEFAULT_WEIGHTS, count: int = 3
) -> list[tuple[Volunteer, float]]:
    """Return the volunteers who fit best and may be matched, with their scores, the best first.

    Of those who fit alike comes first who has the most room, then who has waited longest for somebody, then the
    one who was there first; the order of ``volunteers`` does not matter.
    """
    able = (each for each in volunteers if not hard_nos(need, each, now, weights))
    scored = [(each, score(need, each, weights)) for each in able]
    return sorted(scored, key=lambda pair: (-pair[1], *_turn(pair[0])))[:count]


def _turn(volunteer: Volunteer) -> tuple[float, float, int]:
    """Return whose turn it is among volunteers who fit alike; the least comes first."""
    last = volunteer.last_ended_at.timestamp() if volunteer.last_ended_at else 0.0
    return volunteer.matched / volunteer.capacity, last, volunteer.id


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(day.day, last))


def _in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
