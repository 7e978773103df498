"""Why a volunteer fits somebody, what speaks against it, and why it cannot be, in words without a name.

The words are in content/matching/en.yml; which of them hold is decided as in `helpline.volunteers.scoring`. What weighs
most is said first. What the visitor left out is not spoken of.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml
from pydantic import BaseModel, Extra, StrictStr, ValidationError

from helpline.errors import ContentError
from helpline.settings import ROOT
from helpline.volunteers.profile import AGE_RANGES, KINDS, RECEPTORS, SITES, TIMES, Need, Volunteer
from helpline.volunteers.scoring import CRITERIA, HardNo, children_of, weight_of
from helpline.volunteers.weights import DEFAULT_WEIGHTS, Weights

FILE = ROOT / "content" / "matching" / "en.yml"
Words = dict[str, StrictStr]


class _Strict(BaseModel):
    class Config:
        """Every key must be there, and no other."""

        extra = Extra.forbid


class _Names(_Strict):
    subtypes: Words
    sites: Words
    concerns: Words
    times: Words
    methods: Words


class _For(_Strict):
    stage: StrictStr
    stage_of_carer: StrictStr
    subtype: StrictStr
    subtype_in_part: StrictStr
    diagnosis: Words
    sites: StrictStr
    sites_in_part: StrictStr
    age: StrictStr
    ten_years_older: StrictStr
    ten_years_younger: StrictStr
    concerns: Words
    children: Words
    work: Words
    times: StrictStr


class _Against(_Strict):
    stage: StrictStr
    stage_of_carer: StrictStr
    role_patient: StrictStr
    role_carer: StrictStr
    subtype: StrictStr
    subtype_missing: StrictStr
    subtype_more: StrictStr
    diagnosis: Words
    sites: StrictStr
    sites_missing: StrictStr
    years_older: StrictStr
    years_younger: StrictStr
    concerns: StrictStr
    children: Words
    work: Words
    times: StrictStr


class _HardNos(_Strict):
    pausing: StrictStr
    untrained: StrictStr
    full: StrictStr
    resting: StrictStr
    in_treatment: StrictStr
    treatment_recent: StrictStr
    role: Words
    language: StrictStr
    never_by_phone: StrictStr
    method: StrictStr
    declined: StrictStr


class MatchingWording(_Strict):
    """All words of the file."""

    and_: StrictStr
    names: _Names
    reasons: _For
    against: _Against
    untold: Words
    hard_nos: _HardNos
    offered: StrictStr
    nobody: Words

    class Config:
        """The word "and" is none that Python has for a name."""

        fields = {"and_": "and"}

    def listed(self, words: Iterable[str]) -> str:
        """Join words as people do: "a, b and c"."""
        *first, last = words
        return f"{', '.join(first)} {self.and_} {last}" if first else last


@cache
def matching_wording() -> MatchingWording:
    """Read the words, once in a process.

    Raises:
        ContentError: The file has a part that cannot be used; names the key.
    """
    try:
        return MatchingWording.parse_obj(yaml.safe_load(FILE.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError) as error:
        raise ContentError(f"{FILE} cannot be read: {error}") from None
    except ValidationError as error:
        lines = [f"  {'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
        raise ContentError("\n".join([f"{FILE} has parts that cannot be used:", *lines])) from None


@dataclass(frozen=True)
class Reasons:
    """What is to say of a volunteer for somebody, what weighs most first.

    Attributes:
        fitting: What speaks for them.
        against: What speaks against them.
        untold: What the visitor told and the volunteer left out, which counts half; to be asked.
    """

    fitting: tuple[str, ...]
    against: tuple[str, ...]
    untold: tuple[str, ...]


def reasons(need: Need, volunteer: Volunteer, weights: Weights = DEFAULT_WEIGHTS) -> Reasons:
    """Say why a volunteer fits somebody, and what speaks against it."""
    wording = matching_wording()
    told: list[tuple[float, str]] = []
    against: list[tuple[float, str]] = []
    untold: list[tuple[float, str]] = []
    for criterion in CRITERIA:
        wanted, there = criterion.of_need(need), criterion.of_volunteer(volunteer)
        weight = weight_of(criterion, weights)
        if wanted is None or not weight:
            continue
        if there is None:
            untold.append((weight, wording.untold[criterion.key]))
            continue
        fit = criterion.of_both(wanted, there)
        good, bad = _WORDS[criterion.key](need, volunteer, wording)
        told.extend((weight * fit, text) for text in good)
        if fit < 1:
            against.extend((weight * (1 - fit), text) for text in bad)
    return Reasons(_heaviest_first(told), _heaviest_first(against), _heaviest_first(untold))


def hard_no_in_words(no: HardNo) -> str:
    """Say why a volunteer cannot be matched."""
    wording = matching_wording()
    if no.key == "role":
        return wording.hard_nos.role[no.detail]
    detail = wording.names.methods[no.detail] if no.key == "method" else no.detail
    return str(getattr(wording.hard_nos, no.key)).format(detail)


def why_nobody(nos: Mapping[str, int]) -> tuple[str, ...]:
    """Say why volunteers cannot be matched with somebody, the most frequent reason first.

    Args:
        nos: How many cannot for each reason (`helpline.volunteers.scoring.Ranking`).
    """
    wording = matching_wording().nobody
    order = list(wording)
    ranked = sorted(nos.items(), key=lambda counted: (-counted[1], order.index(counted[0])))
    return tuple(wording[key].format(count) for key, count in ranked)


def _heaviest_first(weighed: list[tuple[float, str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for _, text in sorted(weighed, key=lambda each: -each[0])))


Said = tuple[list[str], list[str]]


def _stage(need: Need, volunteer: Volunteer, wording: MatchingWording) -> Said:
    key = "stage_of_carer" if volunteer.role == "carer" else "stage"
    if volunteer.metastatic:
        return [getattr(wording.reasons, key)], []
    return [], [getattr(wording.against, key)]


def _role(need: Need, volunteer: Volunteer, wording: MatchingWording) -> Said:
    return ([], []) if need.role == volunteer.role else ([], [getattr(wording.against, f"role_{need.role}")])


def _receptors(need: Need, volunteer: Volunteer, wording: MatchingWording) -> Said:
    return _subtypes(need, volunteer, wording, RECEPTORS)


def _kind(need: Need, volunteer: Volunteer, wording: MatchingWording) -> Said:
    return _subtypes(need, volunteer, wording, KINDS)


def _subtypes(need: Need, volunteer: Volunteer, wording: MatchingWording, of: tuple[str, ...]) -> Said:
    def names(keys: frozenset[str]) -> str:
        return wording.listed(wording.names.subtypes[key] for key in of if key in keys)

    wanted, there = need.subtypes & frozenset(of), volunteer.subtypes & frozenset(of)
    shared, missing, more = wanted & there, wanted - there, there - wanted
    good = wording.reasons.subtype_in_part if missing else wording.reasons.subtype
    told = [(wording.against.subtype_missing, missing), (wording.against.subtype_more, more)]
    if not shared and more:
        told = [(wording.against.subtype, more)]
    return [good.format(names(shared))] if shared else [], [words.format(names(keys)) for words, keys in told if keys]


def _sites(need: Need, volunteer: Volunteer, wording: MatchingWording) -> Said:
    def names(keys: frozenset[str]) -> str:
        return wording.listed(wording.names.sites[key] for key in SITES if key in keys)

    shared = need.sites & volunteer.sites
    missing = need.sites - shared
    if not shared:
        return [], [wording.against.sites.format(names(volunteer.sites))]
    if not missing:
        return [wording.reasons.sites.format(names(shared))], []
    return [wording.reasons.sites_in_part.format(names(shared))], [wording.against.sites_missing.format(names(missing))]


def _diagnosis(need: Need, volunteer: Volunteer, wording: MatchingWording) -> Said:
    there = str(volunteer.diagnosis)
    if need.diagnosis == there:
        return [wording.reasons.diagnosis[there]], []
    return [], [wording.against.diagnosis[there]]


def _age(need: Need, volunteer: Volunteer, wording: MatchingWording) -> Said:
    older = AGE_RANGES.index(str(volunteer.age_range)) - AGE_RANGES.index(str(need.age_range))
    if older == 0:
        return [wording.reasons.age], []
    if abs(older) == 1:
        return [wording.reasons.ten_years_older if older > 0 else wording.reasons.ten_years_younger], []
    words = wording.against.years_older if older > 0 else wording.against.years_younger
    return [], [words.format(10 * abs(older))]


def _concerns(need: Need, volunteer: Volunteer, wording: MatchingWording) -> Said:
    names = wording.names.concerns
    good = [wording.reasons.concerns[key] for key in names if key in need.concerns & volunteer.concerns]
    missing = [name for key, name in names.items() if key in need.concerns - volunteer.concerns]
    return good, [wording.against.concerns.format(wording.listed(missing))] if missing else []


def _children(need: Need, volunteer: Volunteer, wording: MatchingWording) -> Said:
    wanted, there = str(children_of(need)), str(volunteer.children)
    if wanted == there or (wanted == "some" and there != "none"):
        return [wording.reasons.children[wanted]], []
    if there == "none":
        return [], [wording.against.children["none"]]
    if wanted == "none":
        return [], [wording.against.children["some"]]
    return [wording.reasons.children[f"{there}_for_{wanted}"]], []


def _work(need: Need, volunteer: Volunteer, wording: MatchingWording) -> Said:
    there = str(volunteer.work)
    return ([wording.reasons.work[there]], []) if need.work == there else ([], [wording.against.work[there]])


def _times(need: Need, volunteer: Volunteer, wording: MatchingWording) -> Said:
    def names(keys: frozenset[str]) -> str:
        return wording.listed(wording.names.times[key] for key in TIMES if key in keys)

    if shared := need.times & (volunteer.times or frozenset(TIMES)):
        return [wording.reasons.times.format(names(shared))], []
    return [], [wording.against.times.format(names(volunteer.times))]


_WORDS: dict[str, Callable[[Need, Volunteer, MatchingWording], Any]] = {
    "stage": _stage,
    "role": _role,
    "receptors": _receptors,
    "kind": _kind,
    "diagnosis": _diagnosis,
    "sites": _sites,
    "age": _age,
    "concerns": _concerns,
    "children": _children,
    "work": _work,
    "times": _times,
}
