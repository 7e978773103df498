"""Reads answers out of what a visitor typed: names, phone numbers, email addresses, options, ages."""

import re
from collections.abc import Iterable

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from helpline.text.lexicon import Lexicon, Names

_LONGEST_NAME = 60
_EMAIL = re.compile(r"[^\s@,;:<>()]+@[^\s@,;:<>()]+")
_WORD = re.compile(r"^[^\W\d_]+(?:['\u2019.-][^\W\d_]+)*\.?$")

_PHONE_NUMBER = re.compile(r"(?=(?:\D*\d){7})[\d\s()+./-]+(?:(?:x|ext\.?)\s*\d{1,6})?", re.IGNORECASE)
_AGE = re.compile(r"(?:1[01]\d|\d{1,2})(?:\s*(?:\+|-\s*\d{2}))?")

AGE_RANGES = {"18-29": (18, 29), "30-39": (30, 39), "40-49": (40, 49), "50-59": (50, 59), "60-69": (60, 69)}
_OLDEST = "70+"


def read_name(text: str, entities: list[str], *, alone: bool = True) -> str | None:
    """Read a first name.

    Args:
        text: The message.
        entities: Names that the entity recogniser found in it.
        alone: Whether a message that is nothing but a name counts; else it must be introduced as one.
    """
    words = Lexicon.load().names
    text = _EMAIL.sub(" ", re.sub(r"[+(]?\d[\d\s().-]{5,}", " ", text)).strip(" ,;")
    told = words.introduced.search(text)
    if told and (name := _as_name(told["name"], words)):
        return name
    if not alone:
        of_oneself = words.of_oneself.expression
        stated = (rf"\b{of_oneself}\s+{re.escape(entity)}\b" for entity in entities)
        return next((e for e, pattern in zip(entities, stated, strict=True) if re.search(pattern, text, re.I)), None)
    for pattern in (words.requested, words.capitalised):
        told = pattern.search(text)
        if told and (name := _as_name(told["name"], words)):
            return name
    for entity in entities:
        if name := _as_name(entity, words):
            return name
    return None if words.sentence.match(text) else _as_name(text, words)


def _as_name(text: str, lexicon: Names) -> str | None:
    words = lexicon.rest.sub("", text.strip()).split()
    if not 1 <= len(words) <= 3 or any(not _WORD.match(word) for word in words):
        return None
    if any(word.lower().strip(".") in lexicon.not_names for word in words):
        return None
    name = " ".join(words)
    if len(name) > _LONGEST_NAME:
        return None
    return name if any(c.isupper() for c in name) else name.title()


def read_phone_number(text: str, region: str) -> str | None:
    """Read the last valid phone number in a text, as E.164; numbers without country code are the region's.

    The last one, because a correction names the right number after the wrong one.
    """
    matches = phonenumbers.PhoneNumberMatcher(text, region, leniency=phonenumbers.Leniency.VALID)
    found = [match.number for match in matches]
    if not found:
        return None
    return phonenumbers.format_number(found[-1], phonenumbers.PhoneNumberFormat.E164)


def show_phone_number(number: str, region: str) -> str:
    """Write an E.164 number as people of the region write it; foreign ones with their country code."""
    parsed = phonenumbers.parse(number, None)
    at_home = phonenumbers.region_code_for_number(parsed) == region
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, style.NATIONAL if at_home else style.INTERNATIONAL)


def read_email(text: str) -> str | None:
    """Read the last valid email address in a text, normalised. Asks no network whether it exists."""
    for candidate in reversed(_EMAIL.findall(text)):
        try:
            return validate_email(candidate.strip(".,!?'\""), check_deliverability=False).normalized
        except EmailNotValidError:
            continue
    return None


def read_choice(slot: str, text: str) -> str | None:
    """Read the one option of a slot that a text names; the first in the lexicon's order when it names several."""
    options = Lexicon.load().options[slot]
    if text.strip().lower() in options:
        return text.strip().lower()
    return next((key for key, phrases in options.items() if phrases.within(text)), None)


def read_choices(slot: str, text: str) -> tuple[str, ...]:
    """Read all options of a slot that a text names, in the lexicon's order. A denied one ("not liver") is left out."""
    lexicon = Lexicon.load()
    kept = lexicon.denial.pattern.sub(" ", text)
    return tuple(key for key, phrases in lexicon.options[slot].items() if key == text or phrases.within(kept))


def read_age_range(text: str) -> str | None:
    """Read an age or a range in years as one of the ranges. Ages below 18 or above 110 are none."""
    lowered, words = text.lower(), Lexicon.load().age
    over = rf"\b{words.over.expression} 70\b|\b70 {words.and_over.expression}"
    if re.search(rf"\b7\d\s*\+|{over}", lowered):
        return _OLDEST
    if match := re.search(r"(?<!\d)(\d{1,3})(?!\d)", lowered):
        return _range_of(int(match[1]))
    return next((_range_of(age) for word, age in words.decades.items() if word in lowered), None)


def _range_of(age: int) -> str | None:
    if 70 <= age <= 110:
        return _OLDEST
    return next((name for name, (low, high) in AGE_RANGES.items() if low <= age <= high), None)


def is_data_alone(text: str, offered: Iterable[str] = ()) -> bool:
    """Tell whether a message is nothing but a phone number, an email address, an age, a time or an offered option.

    Such an answer has no words of the visitor's own. A name has, whatever it looks like.

    Args:
        text: The message.
        offered: The options that are on offer now.
    """
    said = text.strip(" \t\n.,!?'\"\u2019\u201d")
    if said.casefold() in {option.strip().casefold() for option in offered}:
        return True
    if any(form.fullmatch(said) for form in (_PHONE_NUMBER, _EMAIL, _AGE)):
        return True
    lexicon = Lexicon.load()
    if not lexicon.times.within(said):
        return False
    words = rf"\b(?:{lexicon.times.expression}|{lexicon.around_times.expression})(?!\w)"
    return not re.search(r"\w", re.sub(words, " ", said, flags=re.IGNORECASE))
