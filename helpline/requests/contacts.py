"""Reads names, phone numbers and email addresses out of what a visitor typed, normalised."""

import re

import phonenumbers
from email_validator import EmailNotValidError, validate_email

_LONGEST_NAME = 60
_EMAIL = re.compile(r"[^\s@,;:<>()]+@[^\s@,;:<>()]+")
_MY_NAME = re.compile(r"\b(?:my (?:first )?name(?: is|'?s)|name is|i am called|i go by)\s+(?P<name>.+)", re.I)
_CALL_ME = re.compile(r"\bcall me\s+(?P<name>.+)", re.I)
# "I'm Grace" tells a name and "I'm scared" does not: here a capital letter has to show it.
_I_AM = re.compile(r"\b(?i:i'?m|i am|it'?s|it is|this is|actually)\s+(?P<name>[A-Z].*)")
_SENTENCE = re.compile(r"^(?:i'?m|i am|it'?s|it is|this is|call me)\b", re.I)
_AFTERWARDS = re.compile(r"\s+(?:and|but|with|not|because|please|thanks|here)\b.*$|[,.;!?(].*$", re.I)
_WORD = re.compile(r"^[^\W\d_]+(?:['\u2019.-][^\W\d_]+)*\.?$")
# Words that nobody is called, and that people do type when a name is asked for.
_NO_NAME = frozenset(
    """a about actually afraid
    alone am an and angry are back bad because been but callback can cancel cancer cannot dont
    don't doing done fine for from good have he hello help her hey hi him how hurts i idk i'm im in is it just
    later maybe me mets more my name need new no none nope not nothing number of ok okay on or pain person phone
    please private sad scared she sick so some someone sorry sure talk thank thanks that the them then they this
    tired to today tomorrow tonight unsure very volunteer wait want was we what when where which who why
    with worried would yeah yep yes you your""".split()  # noqa: SIM905
)


def read_name(text: str, entities: list[str], *, alone: bool = True) -> str | None:
    """Read a first name.

    Args:
        text: The message.
        entities: Names that the entity recogniser found in it.
        alone: Whether a message that is nothing but a name counts; else it must be introduced as one.
    """
    text = _EMAIL.sub(" ", re.sub(r"[+(]?\d[\d\s().-]{5,}", " ", text)).strip(" ,;")
    told = _MY_NAME.search(text)
    if told and (name := _as_name(told["name"])):
        return name
    if not alone:
        return next(
            (e for e in entities if re.search(rf"\b(?:i'?m|i am|this is)\s+{re.escape(e)}\b", text, re.I)), None
        )
    for pattern in (_CALL_ME, _I_AM):
        told = pattern.search(text)
        if told and (name := _as_name(next(filter(None, told.groups())))):
            return name
    for entity in entities:
        if name := _as_name(entity):
            return name
    return None if _SENTENCE.match(text) else _as_name(text)


def _as_name(text: str) -> str | None:
    words = _AFTERWARDS.sub("", text.strip()).split()
    if not 1 <= len(words) <= 3 or any(not _WORD.match(word) for word in words):
        return None
    if any(word.lower().strip(".") in _NO_NAME for word in words):
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
