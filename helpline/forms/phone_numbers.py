"""Reads the visitor's own phone number out of what was typed, with what is to be dialled or asked for then.

`phonenumbers` reads numbers; this cleans what it does not know ("001 212 ...", the letter O, lines, words) and tells
whose number it is: a doctor's, an old one, or the helpline's own is not where a visitor can be reached.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

import phonenumbers

from helpline.contacts import approved_contacts
from helpline.forms.denials import Denials, Doubt, Found, last_corrected
from helpline.text.lexicon import Lexicon
from helpline.text.normalising import straightened

# Said of the helpline's own number, and of others that are nobody's to be called at.
NOT_YOURS = "utter_number_not_yours"
# Between the number and what to dial or to ask for.
_BEFORE_NOTE = ", "
_O_FOR_ZERO = re.compile(r"(?<=\d)[oO](?=[\doO\s.()-]|$)|(?<![^\W\d])[oO](?=[oO]*\d)|(?<=[.-])[oO](?=[.-])")
_L_FOR_ONE = re.compile(r"(?<=\d)[lI](?=\d)|(?<=[\s-])[lI](?=\d{2})")
_ABROAD = re.compile(r"(?<![\d+])00[\s.-]?(?=[1-9])")
_SEPARATORS = re.compile(r"(?<=[\d)])\s*[,\n/_*~=|;:]+\s*(?=[\d(])")
_WITHOUT_PLUS = re.compile(r"(?<![\d+])(?=(?:[\s().-]*\d){11,15}(?![\s.-]*\d))(?=[2-9])")
# "1-800-555-HELP", "1-800-GO-FEDEX"; small letters only after a hyphen.
_VANITY = re.compile(
    r"(?<!\w)(?:\+?1[\s.-]{0,2})?\(?[2-9]\d\d\)?[\s.-]{1,2}"
    r"(?:(?=[A-Z\d-]*[A-Z])(?:\d{3}[\s.-]?[A-Z]{4}|(?<=-)(?:[A-Z\d]-?){6}[A-Z\d])|\d{3}-[a-z]{4}|(?<=-)[a-z]{7})(?!\w)"
)
_TOLL_FREE_VANITY = re.compile(
    r"(?<!\w)(?:\+?1[\s.-]?)?8(?:00|33|44|55|66|77|88)[\s.-]?(?:[A-Z\d][\s-]?){6}[A-Z\d](?!\w)"
)
_CLOCK_TIME = re.compile(r"(?<!\d)\d{1,2}(?::\d\d)? ?(?:[ap]\.?m\b|o'?clock)", re.IGNORECASE)
_STOP = r"[;!?\n]|[,.](?=\s)"


def read_phone_number(text: str, region: str, *, in_passing: bool = False) -> str | Doubt | None:
    """Read the visitor's phone number as E.164, with a comma and what to dial or to ask for behind it.

    Args:
        text: The message.
        region: Region of numbers without country code.
        in_passing: Whether it was said before it was asked for. Then a relative's number does not count.

    Returns:
        The number; a doubt where it may be another's, or is one of several; None where there is none.
    """
    straight = straightened(text)
    for cleaned in _cleanings(straight):
        all_found = list(_numbers(cleaned, region))
        if all_found:
            return _own(cleaned, all_found, region, in_passing)
    return None


def show_phone_number(number: str, region: str) -> str:
    """Write a number as people of the region write it; foreign ones with their country code."""
    digits, _, note = number.partition(_BEFORE_NOTE)
    parsed = phonenumbers.parse(digits, None)
    at_home = phonenumbers.region_code_for_number(parsed) == region
    style = phonenumbers.PhoneNumberFormat
    shown = phonenumbers.format_number(parsed, style.NATIONAL if at_home else style.INTERNATIONAL)
    return f"{shown}{_BEFORE_NOTE}{note}" if note else shown


def _own(text: str, found: list[Found], region: str, in_passing: bool) -> str | Doubt | None:
    kept = [each for each in found if _national(each.value) not in _approved()]
    if not kept:
        return Doubt(NOT_YOURS)
    notes = Lexicon.load().phones.notes.all_within(_blank(text, [(each.start, each.end) for each in found]))
    noted = [" ".join(match[0].split()) for match in notes]
    others = _blank(text, [match.span() for match in notes])
    own = [each for place, each in enumerate(kept) if not _is_anothers(others, kept, place, in_passing)]
    if not own:
        return _doubt(kept, "utter_ask_if_your_number", noted, region)
    if len({each.value for each in own}) > 1:
        corrected = last_corrected(text, own)
        if corrected is None:
            return _doubt(own, "utter_ask_which_number", noted, region)
        own = [corrected]
    return _BEFORE_NOTE.join([own[-1].value, *noted])


def _doubt(found: list[Found], response_to_one: str, noted: list[str], region: str) -> Doubt:
    """Return what asks for one of several numbers, or whether the one is meant; what is dialled behind it stays."""
    numbers = list(dict.fromkeys(each.value for each in found))
    values = tuple(_BEFORE_NOTE.join([number, *noted]) for number in numbers)
    shown = tuple(show_phone_number(number, region) for number in numbers)
    if len(numbers) > 1:
        return Doubt("utter_ask_which_number", values, shown)
    return Doubt(response_to_one, values, shown, values[0])


def _is_anothers(text: str, found: list[Found], place: int, in_passing: bool) -> bool:
    """Tell whether words beside a number show that it is not the visitor's, or not to be used."""
    number = found[place]
    start = found[place - 1].end if place else 0
    before = _clauses(text[start : number.start])[-1]
    end = found[place + 1].start if place + 1 < len(found) else len(text)
    after = _clauses(text[number.end : end])[0]
    if _says_anothers(before, in_passing) or (place + 1 == len(found) and _says_anothers(after, False)):
        return True
    if place + 1 < len(found) and _says_anothers(after, False) and re.match(r"\s*(?:\(|is|was|'s)", after):
        return True
    denied = Denials(text, of_options=False).scope_before(number.start)
    return denied is not None and start <= denied[0]


def _clauses(text: str) -> list[str]:
    return re.split(rf"{_STOP}|\b{Lexicon.load().phones.joints.expression}\b", text, flags=re.IGNORECASE)


def _says_anothers(clause: str, in_passing: bool) -> bool:
    words = Lexicon.load().phones
    others = [
        *words.of_others.all_within(clause),
        *(words.of_others_in_passing.all_within(clause) if in_passing else ()),
    ]
    if not others:
        return False
    last = max(match.end() for match in others)
    return not any(own.start() >= last for own in words.own.all_within(clause))


def _blank(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return the text with lines of nothing in place of the spans."""
    signs = list(text)
    for start, end in spans:
        signs[start:end] = "\n" * (end - start)
    return "".join(signs)


def _numbers(text: str, region: str) -> Iterator[Found]:
    style = phonenumbers.PhoneNumberFormat
    for match in phonenumbers.PhoneNumberMatcher(text, region, leniency=phonenumbers.Leniency.VALID):
        number, extension = match.number, match.number.extension
        number.extension = None
        value = phonenumbers.format_number(number, style.E164)
        yield Found(f"{value};ext={extension}" if extension else value, match.start, match.end)


def _cleanings(text: str) -> Iterator[str]:
    """Yield the text in ever bolder cleanings; the first that holds a number counts."""
    text = _CLOCK_TIME.sub(lambda time: ";" * len(time[0]), text)
    text = _L_FOR_ONE.sub("1", _O_FOR_ZERO.sub("0", text))
    text = _ABROAD.sub("+", text)
    for vanity in (_VANITY, _TOLL_FREE_VANITY):
        text = vanity.sub(lambda number: phonenumbers.convert_alpha_characters_in_number(number[0]), text)
    yield text
    joined = _SEPARATORS.sub(" ", text)
    yield joined
    yield Lexicon.load().numbers.spoken_digits.sub(_in_figures, joined)
    yield _WITHOUT_PLUS.sub("+", joined)


def _in_figures(spoken: re.Match[str]) -> str:
    numbers = Lexicon.load().numbers
    figures, times = "", 1
    for word in re.findall(r"[a-z]+|\d+", spoken[0].lower()):
        if word in numbers.repeats:
            times = numbers.repeats[word]
        else:
            figures += str(numbers.digits.get(word, word)) * times
            times = 1
    return figures


def _national(value: str) -> str:
    return str(phonenumbers.parse(value, None).national_number)


@cache
def _approved() -> frozenset[str]:
    """Return the numbers of the approved contacts, without country code: the helpline's own, and those of others."""
    return frozenset(contact.national_number for contact in approved_contacts())
