"""Reads the visitor's email address out of what was typed or spelled out; a likely slip of the fingers is asked about.

Asks no network whether an address exists. An address within a link is none that somebody gave.
"""

import re
from collections.abc import Iterator

from email_validator import EmailNotValidError, validate_email
from rapidfuzz.distance import OSA

from helpline.forms.denials import Denials, Doubt, Found, last_corrected
from helpline.text.lexicon import Lexicon
from helpline.text.normalising import straightened

_ADDRESS = re.compile(r"[^\s@,;:<>()\[\]{}\"|\\]+@[^\s@,;:<>()\[\]{}\"|\\]+")
_LINK = re.compile(r"\b(?:https?://|www\.)\S+|(?<![\w@.])(?:[\w-]+\.)+[a-z]{2,}[/?]\S*", re.IGNORECASE)
_MAILTO = re.compile(r"\bmailto:", re.IGNORECASE)
_AROUND = ".,!?'*~`_=#"
# Names of providers this long may have two slips.
_LONG_NAME = 8
_DOUBLED = re.compile(r"([@.])\1+")
_WITHOUT_ENDING = re.compile(r"[^\s@]+@[^\s@.,]+$")
_DENIED = "utter_ask_if_your_address"


def read_email(text: str) -> str | Doubt | None:
    """Read an email address, normalised.

    Returns:
        The address; a doubt where it looks misspelled, or is one of several; None where there is none.
    """
    straight = _MAILTO.sub("", _LINK.sub(" ", straightened(text)))
    denied: Doubt | None = None
    for cleaned in _cleanings(straight):
        if not (found := list(_addresses(cleaned))):
            continue
        read = _own(cleaned, found)
        if not isinstance(read, Doubt) or read.response != _DENIED:
            return read
        denied = denied or read  # "ann at gmail dot com, not an@gmail.com": the one that is meant may be spoken
    return denied


def suggested(address: str) -> str | None:
    """Return the address that a misspelled one is likely to be meant for; None where it looks right."""
    words = Lexicon.load().emails
    local, _, domain = address.rpartition("@")
    name, dot, ending = domain.rpartition(".")
    if domain in words.providers:
        return None
    is_provider = any(provider.startswith(f"{name}.") for provider in words.providers)
    ending = words.mistaken_endings.get(ending, ending)
    if is_provider:
        ending = words.doubtful_endings.get(ending, ending)
    meant = f"{name}{dot}{ending}"
    if meant not in words.providers and not is_provider:
        most = 2 if len(meant) > _LONG_NAME else 1
        distances = [OSA.distance(meant, provider, score_cutoff=most) for provider in words.providers]
        nearest = min(range(len(distances)), key=distances.__getitem__)
        if distances[nearest] <= (most if words.providers[nearest][0] == meant[0] else 1):
            meant = words.providers[nearest]
    return f"{local}@{meant}" if meant != domain else None


def _own(text: str, found: list[Found]) -> str | Doubt | None:
    denials = Denials(text, of_options=False)
    kept = [each for place, each in enumerate(found) if not _is_denied(denials, found, place)]
    if not kept:
        values = tuple(dict.fromkeys(each.value for each in found))
        if len(values) == 1:
            return Doubt(_DENIED, values, values, values[0])
        return Doubt("utter_ask_which_address", values, values)
    if len({each.value for each in kept}) > 1:
        corrected = last_corrected(text, kept)
        if corrected is None:
            values = tuple(dict.fromkeys(each.value for each in kept))
            return Doubt("utter_ask_which_address", values, values)
        kept = [corrected]
    address = kept[-1].value
    likely = suggested(address)
    return Doubt("utter_ask_if_address_meant", (likely,), (likely,), address) if likely else address


def _is_denied(denials: Denials, found: list[Found], place: int) -> bool:
    scope = denials.scope_before(found[place].start)
    return scope is not None and scope[0] >= (found[place - 1].end if place else 0)


def _addresses(text: str) -> Iterator[Found]:
    for match in _ADDRESS.finditer(text):
        candidate = match[0].rstrip(_AROUND).lstrip(_AROUND.replace("_", ""))
        if match[0].startswith("_") and match[0].endswith("_"):
            candidate = candidate.lstrip("_")
        if value := _valid(candidate):
            yield Found(value, match.start(), match.end())


def _valid(candidate: str) -> str | None:
    try:
        return validate_email(candidate, check_deliverability=False).normalized
    except EmailNotValidError:
        return None


def _cleanings(text: str) -> Iterator[str]:
    """Yield the text in ever bolder cleanings; the first that holds an address counts."""
    words = Lexicon.load().emails
    yield text
    yield _DOUBLED.sub(r"\1", text)
    spoken = text
    for word, sign in words.signs.items():
        spoken = re.sub(rf"\s+{word}\s+", sign, spoken, flags=re.IGNORECASE)
    spoken = re.sub(words.dot.expression, ".", spoken, flags=re.IGNORECASE)
    spoken = re.sub(words.at.expression, "@", spoken, flags=re.IGNORECASE)
    yield spoken
    yield re.sub(r"(?<=@)([\w-]+)[,\s]+(?=[a-z]{2,3}\b)", r"\1.", spoken)
    yield _completed(spoken)


def _completed(text: str) -> str:
    """Return the text with the ending of a provider where that is all that lacks: "grace@gmail"."""
    for match in re.finditer(r"@([\w-]+)(?![\w.-])", text):
        provider = next((each for each in Lexicon.load().emails.providers if each == f"{match[1].lower()}.com"), None)
        if provider:
            return f"{text[: match.start()]}@{match[1]}.con{text[match.end() :]}"
    return text
