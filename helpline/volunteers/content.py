"""What is written of a volunteer, and how each part of it is read from text, by the console's form and from a file.

What a text must say instead is told in plain words. Neither the store nor the console is known here.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from helpline.errors import HelplineError
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
    Volunteer,
)

MOST_AT_ONCE, LONGEST_REST = 20, 180
LONGEST_NAME, LONGEST_EMAIL, LONGEST_NOTES, MOST_LANGUAGES = 80, 200, 4000, 12
# What a list of languages offers by name. Any other is written as its tag.
LANGUAGES = {
    "en": "English",
    "es": "Spanish",
    "zh": "Chinese",
    "tl": "Tagalog",
    "vi": "Vietnamese",
    "ar": "Arabic",
    "fr": "French",
    "ht": "Haitian Creole",
    "ko": "Korean",
    "ru": "Russian",
    "pt": "Portuguese",
    "hi": "Hindi",
    "ur": "Urdu",
    "bn": "Bengali",
    "pl": "Polish",
    "it": "Italian",
    "de": "German",
    "ase": "American Sign Language",
}
# Parts of which one is chosen, and parts of which several may be.
ONE_OF: dict[str, tuple[str, ...]] = {
    "role": ROLES,
    "diagnosis": DIAGNOSES,
    "age_range": AGE_RANGES,
    "children": CHILDREN,
    "work": WORK,
    "state": STATES,
}
SOME_OF: dict[str, tuple[str, ...]] = {
    "subtypes": SUBTYPES,
    "sites": SITES,
    "concerns": CONCERNS,
    "times": TIMES,
    "methods": METHODS,
}
_USUAL = Volunteer(id=0)
_NEVER_EMPTY = {"role", "state", "metastatic", "methods", "languages", "capacity", "rest_days"}
_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}")
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_YES, _NO = {"yes", "y", "true", "1"}, {"no", "n", "false", "0"}


class PartError(HelplineError):
    """A text cannot be what it should be. The message says what to write, for whoever wrote it.

    It may repeat the text: whoever reads a part catches it, shows it beside the part, and logs it nowhere.
    """


@dataclass(frozen=True)
class VolunteerContent:
    """What is written of a volunteer.

    Attributes:
        name: As the staff call them.
        email: Normalised; None for none.
        phone: E.164; None for none. One of the two is there.
        profile: What a match goes by. Its ``id``, ``matched`` and ``last_ended_at`` are not written.
        notes: What staff should know.
    """

    name: str = ""
    email: str | None = None
    phone: str | None = None
    profile: Volunteer = _USUAL
    notes: str | None = None

    @property
    def contact(self) -> str:
        """By what a volunteer is known again: the email address, or the phone number of somebody without one."""
        return self.email or self.phone or ""


# What stands beside the profile.
BESIDE = ("name", "email", "phone", "notes")
# Every part that is written, in the order in which it is told.
PARTS = (
    "name",
    "email",
    "phone",
    "state",
    "role",
    "metastatic",
    "treatment_ended",
    "diagnosis",
    "subtypes",
    "sites",
    "age_range",
    "languages",
    "concerns",
    "children",
    "work",
    "times",
    "methods",
    "capacity",
    "rest_days",
    "trained_on",
    "notes",
)


def part_of(content: VolunteerContent, name: str) -> Any:
    """Return one of ``PARTS``."""
    return getattr(content if name in BESIDE else content.profile, name)


def with_parts(content: VolunteerContent, parts: Mapping[str, Any]) -> VolunteerContent:
    """Return the content with some of its parts exchanged."""
    beside = {name: value for name, value in parts.items() if name in BESIDE}
    rest = {name: value for name, value in parts.items() if name not in BESIDE}
    return replace(content, profile=replace(content.profile, **rest), **beside)


def differing_parts(one: VolunteerContent, other: VolunteerContent) -> list[str]:
    """Return the names of the parts in which two differ."""
    return [name for name in PARTS if part_of(one, name) != part_of(other, name)]


def problems_of(content: VolunteerContent, today: date) -> list[tuple[str, str]]:
    """Return what is wrong with parts that are each right by themselves: the part, and what to do."""
    profile, found = content.profile, []
    if not content.name:
        found.append(("name", "Write a name."))
    if not content.email and not content.phone:
        found.append(("email", "Write an email address or a phone number: without one nobody can ask them."))
    if profile.metastatic and profile.treatment_ended:
        found.append(("treatment_ended", "Leave this empty for metastatic cancer: its treatment goes on."))
    for name in ("treatment_ended", "trained_on"):
        day = getattr(profile, name)
        if day is not None and day > today:
            found.append((name, "This day is still to come. Write one that is over, or leave it empty."))
    return found


def read_part(name: str, text: str, region: str) -> Any:
    """Read a part from text.

    Args:
        name: Of ``PARTS``.
        text: What was written; several values have a semicolon or a comma between them.
        region: Of phone numbers without a country code, such as ``US``.

    Raises:
        PartError: The text cannot be it; the message says what to write.
    """
    text = text.strip()
    if not text:
        return _nothing(name)
    if name in ONE_OF:
        return _one_of(text, ONE_OF[name])
    if name in SOME_OF:
        return frozenset(_one_of(each, SOME_OF[name]) for each in split_values(text))
    if name == "phone":
        return _phone(text, region)
    return _READERS[name](text)


def split_values(text: str) -> list[str]:
    """Return the values of a text that has semicolons or commas between them."""
    return [each.strip() for each in re.split("[;,]", text) if each.strip()]


def _nothing(name: str) -> Any:
    if name in _NEVER_EMPTY:
        return getattr(_USUAL, name)
    return "" if name == "name" else frozenset() if name in SOME_OF else None


def _one_of(text: str, choices: Iterable[str]) -> str:
    """Read a choice, with blanks or dashes in place of its underlines and in any case."""
    meant = _plain(text)
    for choice in choices:
        if _plain(choice) == meant:
            return choice
    raise PartError(f"{_quoted(text)} is not one of these: {', '.join(choices)}.")


def _plain(text: str) -> str:
    # An age range that a spreadsheet writes with a long dash is one too.
    return re.sub(r"[\s_\-\u2010-\u2015]+", "_", text.strip().lower())


def _quoted(text: str) -> str:
    return f'"{text[:40]}"'


def _languages(text: str) -> frozenset[str]:
    names = {name.lower(): tag for tag, name in LANGUAGES.items()}
    found = set()
    for each in split_values(text):
        tag = names.get(each.lower(), each.lower())
        if not _TAG.fullmatch(tag):
            raise PartError(
                f"{_quoted(each)} is not a language. Write its English name, such as Spanish, or its code, such as es."
            )
        found.add(tag)
    if len(found) > MOST_LANGUAGES:
        raise PartError(f"Write at most {MOST_LANGUAGES} languages.")
    return frozenset(found) or frozenset({"en"})


def _yes_or_no(text: str) -> bool:
    if text.lower() in _YES | _NO:
        return text.lower() in _YES
    raise PartError(f"{_quoted(text)} is neither yes nor no. Write yes or no.")


def _day(text: str) -> date:
    found = _DAY.fullmatch(text)
    try:
        if found:
            return date(*(int(part) for part in found.groups()))
    except ValueError:
        pass
    raise PartError(f"{_quoted(text)} is not a day. Write it as year-month-day, such as 2026-03-31.")


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if text.isascii() and text.isdigit() and len(text) < 9 and least <= int(text) <= most:
            return int(text)
        raise PartError(f"{_quoted(text)} does not fit. Write a number from {least} to {most}.")

    return read


def _email(text: str) -> str:
    try:
        if len(text) <= LONGEST_EMAIL:
            return str(validate_email(text, check_deliverability=False).normalized).lower()
    except EmailNotValidError:
        pass
    raise PartError("This is not an email address. Write one such as joan@example.org.")


def _phone(text: str, region: str) -> str:
    try:
        number = phonenumbers.parse(text, region)
        if phonenumbers.is_possible_number(number) and not number.extension:
            return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    except phonenumbers.NumberParseException:
        pass
    raise PartError("This is not a phone number. Write one such as (215) 555-0142, from abroad with + and country.")


def _text(longest: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > longest:
            raise PartError(f"This is too long. Write at most {longest} characters.")
        return text

    return read


_READERS: dict[str, Callable[[str], Any]] = {
    "name": lambda text: " ".join(_text(LONGEST_NAME)(text).split()),
    "email": _email,
    "notes": lambda text: _text(LONGEST_NOTES)(text.replace("\r\n", "\n").replace("\r", "\n")),
    "metastatic": _yes_or_no,
    "treatment_ended": _day,
    "trained_on": _day,
    "languages": _languages,
    "capacity": _number(1, MOST_AT_ONCE),
    "rest_days": _number(0, LONGEST_REST),
}
