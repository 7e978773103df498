"""How well a volunteer fits somebody who waits: a hard no with its reasons, or a score from 0 to 1.

The score is the weighted mean of how well each thing fits that the visitor told. What was left out counts against
nobody:

- What the visitor left out is not compared. Two volunteers who differ only in it have the same score.
- What a volunteer left out counts as half a fit, half-way between the answer that fits best and the one that fits
  least. So they never stand behind one who told an answer that fits half or less, nor before one whose answer fits half
  or more. And it makes no hard no.

Only when a volunteer was trained, and whether their treatment has ended, must be known: those are no answers to skip.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from heapq import nsmallest
from itertools import chain
from typing import Any

from helpline.volunteers.profile import AGE_RANGES, KINDS, RECEPTORS, TIMES, Need, Volunteer
from helpline.volunteers.weights import DEFAULT_WEIGHTS, Weights

# How well an answer fits that a volunteer left out.
UNTOLD = 0.5
# Weight of a neutral share in every score, so that the fit of a visitor who told little is not perfect.
NEUTRAL_WEIGHT = 2.0
# By how many ranges of ten years two ages lie apart.
_AGES = (1.0, 0.6, 0.25)
_RECEPTORS, _KINDS = frozenset(RECEPTORS), frozenset(KINDS)
_OFTEN_NOT_KNOWN = "her2_low"
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
        key: Its name.
        weight: The name of its weight.
        of_need: What somebody who waits told of it; None for nothing.
        of_volunteer: The same of a volunteer.
        of_both: How well the one fits the other, from 0 to 1, where both told.
    """

    key: str
    weight: str
    of_need: Callable[[Need], Hashable]
    of_volunteer: Callable[[Volunteer], Hashable]
    of_both: Callable[[Any, Any], float]

    def fit(self, wanted: Any, there: Any) -> float | None:
        """Return how well what a volunteer told fits what a visitor told; None where it is not compared."""
        if wanted is None:
            return None
        return UNTOLD if there is None else self.of_both(wanted, there)


def _same(wanted: object, there: object) -> float:
    return 1.0 if wanted == there else 0.0


def _share(wanted: frozenset[str], there: frozenset[str]) -> float:
    return len(wanted & there) / len(wanted)


def _receptors(wanted: frozenset[str], there: frozenset[str]) -> float:
    """Dice coefficient: twice what both have, of all that each has. HER2-low, known to few, counts if both told it."""
    if _OFTEN_NOT_KNOWN not in wanted & there:
        wanted, there = (receptors - {_OFTEN_NOT_KNOWN} or receptors for receptors in (wanted, there))
    return 2 * len(wanted & there) / (len(wanted) + len(there))


def _age(wanted: str, there: str) -> float:
    apart = abs(AGE_RANGES.index(wanted) - AGE_RANGES.index(there))
    return _AGES[apart] if apart < len(_AGES) else 0.0


def _any_time(wanted: frozenset[str], there: frozenset[str]) -> float:
    return 1.0 if wanted & there else 0.0


def children_of(need: Need) -> str | None:
    """Return what is known of a visitor's children: of `CHILDREN`, or `SOME_CHILDREN` from their worries; or None."""
    return need.children or (SOME_CHILDREN if need.concerns & _OF_CHILDREN else None)


def kinds_of(volunteer: Volunteer) -> frozenset[str] | None:
    """Return which of `KINDS` a volunteer has, maybe none of them; None where they told no subtype at all."""
    return volunteer.subtypes & _KINDS if volunteer.subtypes else None


CRITERIA = (
    Criterion("stage", "stage", lambda need: True, lambda volunteer: volunteer.metastatic, _same),
    Criterion("role", "role", lambda need: need.role, lambda volunteer: volunteer.role, _same),
    Criterion(
        "receptors",
        "subtype",
        lambda need: (need.subtypes & _RECEPTORS) or None,
        lambda volunteer: (volunteer.subtypes & _RECEPTORS) or None,
        _receptors,
    ),
    Criterion("kind", "kind", lambda need: (need.subtypes & _KINDS) or None, kinds_of, _share),
    Criterion("diagnosis", "diagnosis", lambda need: need.diagnosis, lambda volunteer: volunteer.diagnosis, _same),
    Criterion("sites", "sites", lambda need: need.sites or None, lambda volunteer: volunteer.sites or None, _share),
    Criterion("age", "age", lambda need: need.age_range, lambda volunteer: volunteer.age_range, _age),
    Criterion(
        "concerns",
        "concerns",
        lambda need: need.concerns or None,
        lambda volunteer: volunteer.concerns or None,
        _share,
    ),
    Criterion("children", "children", children_of, lambda volunteer: volunteer.children, lambda *both: _CHILDREN[both]),
    Criterion("work", "work", lambda need: need.work, lambda volunteer: volunteer.work, _same),
    # A mail is answered at any time.
    Criterion(
        "times",
        "times",
        lambda need: (need.times or None) if need.method != "email" else None,
        lambda volunteer: volunteer.times or frozenset(TIMES),
        _any_time,
    ),
)


def weight_of(criterion: Criterion, weights: Weights) -> float:
    """Return what a criterion weighs; 0 for a role that must be the same anyway."""
    return 0.0 if criterion.key == "role" and weights.same_role else float(getattr(weights, criterion.weight))


def score(need: Need, volunteer: Volunteer, weights: Weights = DEFAULT_WEIGHTS) -> float:
    """Return how well a volunteer fits, from 0 to 1, whether or not there is a hard no."""
    return _scorer(need, weights)(volunteer)


def _scorer(need: Need, weights: Weights) -> Callable[[Volunteer], float]:
    """Return what gives the score of each volunteer for one need.

    Of thousands of volunteers many told the same: what the need told is read once, and each answer is compared once.
    """
    told: list[tuple[Criterion, float, Any, dict[Hashable, float]]] = []
    compared = NEUTRAL_WEIGHT
    for criterion in CRITERIA:
        wanted = criterion.of_need(need)
        if wanted is not None:
            weight = weight_of(criterion, weights)
            told.append((criterion, weight, wanted, {}))
            compared += weight

    def scored(volunteer: Volunteer) -> float:
        fitting = NEUTRAL_WEIGHT * UNTOLD
        for criterion, weight, wanted, known in told:
            there = criterion.of_volunteer(volunteer)
            worth = known.get(there)
            if worth is None:
                fit = criterion.fit(wanted, there)
                worth = known[there] = 0.0 if fit is None else weight * fit
            fitting += worth
        return fitting / compared

    return scored


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
    return list(_of_volunteer(volunteer, now, weights))


def nos_of_pair(need: Need, volunteer: Volunteer, weights: Weights = DEFAULT_WEIGHTS) -> list[HardNo]:
    """Return why two cannot be matched with each other; nothing where they can."""
    return list(_of_pair(need, volunteer, weights))


def hard_nos(need: Need, volunteer: Volunteer, now: datetime, weights: Weights = DEFAULT_WEIGHTS) -> list[HardNo]:
    """Return all reasons why a volunteer cannot be matched with somebody now."""
    return nos_of_volunteer(volunteer, now, weights) + nos_of_pair(need, volunteer, weights)


def _of_volunteer(volunteer: Volunteer, now: datetime, weights: Weights) -> Iterator[HardNo]:
    if volunteer.state != "active":
        yield HardNo("pausing")
    if volunteer.trained_on is None or volunteer.trained_on > now.date():
        yield HardNo("untrained")
    if volunteer.matched >= volunteer.capacity:
        yield HardNo("full", str(volunteer.capacity))
    if volunteer.last_ended_at is not None:
        rested_at = volunteer.last_ended_at + timedelta(days=volunteer.rest_days)
        if rested_at > now:
            yield HardNo("resting", _in_words(rested_at.date()))
    if not volunteer.metastatic:
        if volunteer.treatment_ended is None:
            yield HardNo("in_treatment")
        elif _months_later(volunteer.treatment_ended, weights.treatment_months) > now.date():
            yield HardNo("treatment_recent", str(weights.treatment_months))


def _of_pair(need: Need, volunteer: Volunteer, weights: Weights) -> Iterator[HardNo]:
    if weights.same_role and need.role != volunteer.role:
        yield HardNo("role", need.role)
    if not shares_language(need.language, volunteer.languages):
        yield HardNo("language")
    if need.never_by_phone and need.method == "phone":
        yield HardNo("never_by_phone")
    elif need.method not in volunteer.methods:
        yield HardNo("method", need.method)
    if volunteer.id in need.declined:
        yield HardNo("declined")


@lru_cache(maxsize=1024)
def shares_language(wanted: str, spoken: frozenset[str]) -> bool:
    """Tell whether a language is spoken, in whichever country's way."""
    return wanted.split("-")[0].lower() in {tag.split("-")[0].lower() for tag in spoken}


@dataclass(frozen=True)
class Ranking:
    """Who of many volunteers may be matched with somebody, and why the others may not.

    Attributes:
        best: Those who fit best, with their scores, the best first.
        able: How many may be matched.
        nos: How many may not for each reason, by its key. Each of them counts once, by the first of their reasons.
    """

    best: list[tuple[Volunteer, float]]
    able: int
    nos: Counter[str]


def rank(
    need: Need, volunteers: Iterable[Volunteer], now: datetime, weights: Weights = DEFAULT_WEIGHTS, count: int = 3
) -> Ranking:
    """Go once through all volunteers.

    Of those who fit alike comes first who has the most room, then who has waited longest for somebody, then the
    one who was there first; the order of ``volunteers`` does not matter.
    """
    scored, nos, score_of = [], Counter[str](), _scorer(need, weights)
    for each in volunteers:
        no = next(chain(_of_volunteer(each, now, weights), _of_pair(need, each, weights)), None)
        if no is None:
            scored.append((each, score_of(each)))
        else:
            nos[no.key] += 1
    return Ranking(nsmallest(count, scored, key=lambda pair: (-pair[1], *turn(pair[0]))), len(scored), nos)


def turn(volunteer: Volunteer) -> tuple[float, float, int]:
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
