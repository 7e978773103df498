"""What the console calls the parts of a volunteer's profile and the states of a match. For staff alone."""

from datetime import date, datetime, timedelta
from typing import Any

from helpline.console import words
from helpline.volunteers.content import LANGUAGES, PARTS, VolunteerContent, part_of
from helpline.volunteers.csv_file import COLUMNS
from helpline.volunteers.profile import Volunteer

STATES = {"active": "Active", "pausing": "Pausing", "removed": "Removed"}
MATCH_STATES = {
    "proposed": "Proposed, nobody was asked yet",
    "asked": "Asked, no answer yet",
    "accepted": "Said yes",
    "declined": "Said not now",
    "expired": "Did not answer in time",
    "offered": "Offered to the visitor",
    "not_chosen": "The visitor chose somebody else",
    "chosen": "Chosen by the visitor",
    "final": "Matched",
    "ended": "Ended",
}
# Each part of a profile of which one or several are chosen, and what its choices are called.
CHOICES: dict[str, dict[str, str]] = {
    "role": {"patient": "Has or had breast cancer", "carer": "Cares for somebody"},
    "diagnosis": words.DIAGNOSES,
    "subtypes": words.SUBTYPES,
    "sites": words.SITES,
    "age_range": {key: key for key in ("18-29", "30-39", "40-49", "50-59", "60-69", "70+")},
    "concerns": {
        "newly_told": "Being told",
        "telling_children": "Telling children",
        "raising_children": "Raising children",
        "work": "Work",
        "money": "Money",
        "partner": "Partner",
        "dating": "Dating",
        "body_image": "Body image",
        "menopause": "Menopause",
        "pain": "Pain",
        "side_effects": "Side effects",
        "changing_treatment": "Changing treatment",
        "clinical_trial": "A clinical trial",
        "waiting_for_scans": "Waiting for scans",
        "fear_of_dying": "Fear of dying",
        "faith": "Faith",
        "living_alone": "Living alone",
        "caring_for_somebody": "Caring for somebody",
    },
    "children": {"none": "None", "young": "Young", "grown": "Grown up"},
    "work": {"working": "Works", "stopped": "Stopped working", "retired": "Retired", "at_home": "At home"},
    "times": {
        "weekday_mornings": "Weekday mornings",
        "weekday_afternoons": "Weekday afternoons",
        "weekday_evenings": "Weekday evenings",
        "weekend_mornings": "Weekend mornings",
        "weekend_afternoons": "Weekend afternoons",
        "weekend_evenings": "Weekend evenings",
    },
    "methods": {"phone": "By phone", "text": "By text message", "email": "By email"},
}
# What a list can be narrowed to.
DIAGNOSES = {**words.DIAGNOSES, "not_metastatic": "Not metastatic"}
_BESIDE = {"name", "email", "phone", "state", "notes"}


def language(tag: str) -> str:
    """Return the English name of a language, or its tag."""
    return LANGUAGES.get(tag, tag)


def languages(tags: Any) -> str:
    """Return the names of languages with commas between, as the form takes them."""
    return ", ".join(sorted(language(tag) for tag in tags))


def value(name: str, given: Any) -> str:
    """Return a part of a volunteer in words; nothing for what was left out."""
    if isinstance(given, bool):
        return "Yes" if given else "No"
    if name == "languages":
        return languages(given)
    if isinstance(given, frozenset):
        return ", ".join(word for key, word in CHOICES[name].items() if key in given)
    if isinstance(given, date):
        return given.isoformat()
    return "" if given is None else CHOICES.get(name, {}).get(str(given), str(given))


def facts(content: VolunteerContent) -> list[tuple[str, str]]:
    """Return a profile as lines; what was left out has none."""
    lines = [(COLUMNS[name], value(name, part_of(content, name))) for name in PARTS if name not in _BESIDE]
    return [(name, shown) for name, shown in lines if shown]


def places(profile: Volunteer, now: datetime) -> str:
    """Say how many places a volunteer has free at a time, in UTC, or until when they rest."""
    free = max(0, profile.capacity - profile.matched)
    if profile.last_ended_at is not None:
        end = profile.last_ended_at + timedelta(days=profile.rest_days)
        if end > now:
            return f"rests until {end.date().isoformat()}"
    return f"{free} of {profile.capacity} {'place' if profile.capacity == 1 else 'places'} free"


def summary(profile: Volunteer) -> str:
    """Return in one line whom a volunteer speaks for."""
    told = (
        "" if profile.role == "patient" else value("role", profile.role),
        value("diagnosis", profile.diagnosis) if profile.metastatic else DIAGNOSES["not_metastatic"],
        profile.age_range or "",
        value("subtypes", profile.subtypes),
        languages(profile.languages),
    )
    return " · ".join(each for each in told if each)


def parts(names: Any) -> str:
    """Return what parts are called, with commas between."""
    return ", ".join(COLUMNS[name].lower() for name in names)
