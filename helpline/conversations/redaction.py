"""Takes out of a message what tells who somebody is, before it is kept.

Phone numbers, e-mail addresses, profiles, street addresses, birth dates, record numbers and personal names are replaced
by marks; ages, towns, drugs, the helpline's own numbers and reference codes stay. What it misses and what it takes too
much of is measured in `helpline/evaluation/redaction.py`.
"""

import re
from collections.abc import Iterable
from functools import cache

import phonenumbers

from helpline.conversations.addresses import AddressFinder
from helpline.conversations.code_letters import CodeLetters
from helpline.conversations.dates_and_records import BirthDateFinder, RecordNumberFinder
from helpline.conversations.lone_figures import LoneFigureFinder
from helpline.conversations.online_contacts import OnlineContactFinder
from helpline.conversations.person_names import PersonNameFinder
from helpline.conversations.phone_numbers import PhoneNumberFinder
from helpline.conversations.redaction_lexicon import one_of, own_numbers, read_lexicon
from helpline.conversations.span import MARK, MARKS, Span, blank, merged, without_blanks

_SHORTEST_PHONE_NUMBER = 7
# A registered study, also with a space.
_STUDY = re.compile(r"(?<!\w)NCT[\s:#-]{0,3}\d{8}(?!\w)", re.I)
_VALUE = "[value]"


class Redactor:
    """Replaces what tells who somebody is by marks. It is made once and may be used by several threads."""

    def __init__(self) -> None:
        lexicon = read_lexicon()
        self.phones = PhoneNumberFinder(lexicon.numbers, lexicon.phone, own_numbers())
        self._online = OnlineContactFinder(lexicon.email, lexicon.profile, lexicon.names)
        self._births = BirthDateFinder(lexicon.birth_date, lexicon.numbers)
        self._records = RecordNumberFinder(lexicon.record, self.phones.run)
        self._lone_figures = LoneFigureFinder(lexicon.record)
        self._letters = CodeLetters(lexicon.record, lexicon.birth_date, lexicon.names)
        self._addresses = AddressFinder(lexicon.address, lexicon.numbers, lexicon.names)
        self._names = PersonNameFinder(lexicon.names)
        self._kept = re.compile(rf"(?<!\w){one_of(lexicon.names.kept_phrases)}(?!\w)", re.I)

    def redact(self, text: str) -> str:
        """Return the text with a mark in the place of each part that must not be kept.

        Redacting what it returned changes nothing any more. Raises nothing, whatever the text holds.
        """
        for span in reversed(self.spans(text)):
            text = f"{text[: span.start]}{MARKS[span.kind]}{text[span.end :]}"
        return text

    def is_name_alone(self, text: str) -> bool:
        """Tell whether a text is a name and nothing else. A name that is a word as well ("hope") is none alone."""
        return self._names.is_name_alone(text)

    def spans(self, text: str) -> list[Span]:
        """Return the parts that must not be kept, in order and apart from each other; marks are none.

        The text is searched until nothing more is found, each time with marks for what was: a mark in the place of a
        number may show what stands beside it.
        """
        found: list[Span] = []
        origin = list(range(len(text)))
        while spans := self._search(text):
            for span in reversed(spans):
                mark = MARKS[span.kind]
                found.append(Span(origin[span.start], origin[span.end - 1] + 1, span.kind))
                text = f"{text[: span.start]}{mark}{text[span.end :]}"
                origin[span.start : span.end] = [-1] * len(mark)
        return sorted(found)

    def _search(self, text: str) -> list[Span]:
        kept = [match.span() for pattern in (MARK, _STUDY) for match in pattern.finditer(text)]
        rest = blank(text, [*kept, *self.phones.kept(text)])
        contacts = [
            *self._online.find(rest),
            *self._records.find(rest),
            *self._births.find(rest),
            *self._addresses.find(rest),
            *self._lone_figures.find(rest),
            *self.phones.find(rest),
        ]
        contacts = list(self._letters.extended(rest, contacts))
        for_names = blank(rest, [(span.start, span.end) for span in contacts])
        for_names = blank(for_names, [match.span() for match in self._kept.finditer(for_names)])
        return without_blanks(rest, merged([*contacts, *self._names.find(for_names)]))


@cache
def redactor() -> Redactor:
    """Return the redactor of this process."""
    return Redactor()


def redact_values(text: str, values: Iterable[str], region: str = "US") -> str:
    """Return the text with "[value]" wherever one of the values stands, whatever its capitals; marks stay.

    Args:
        text: What may hold the values.
        values: What a form holds: a name, a phone number. A phone number is found in each of its ways of writing, also
            in words. A value of one character is left.
        region: Whose phone numbers have no country code.
    """
    held = {value.strip() for value in values}
    forms = [_form(value) for value in sorted(held, key=lambda value: (-len(value), value)) if len(value) > 1]
    marks = [match.span() for match in MARK.finditer(text)]
    taken: list[tuple[int, int]] = []
    for value in held:
        if written := _ways_to_dial(value, region):
            taken += redactor().phones.places_of(text, written)
    if forms:
        taken += [match.span() for match in re.finditer(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)", text, re.I)]
    taken = [span for span in taken if not any(span[0] < end and start < span[1] for start, end in marks)]
    for span in reversed(merged([Span(*span, "name") for span in taken])):
        text = f"{text[: span.start]}{_VALUE}{text[span.end :]}"
    return text


def _form(value: str) -> str:
    return r"\s+".join(map(re.escape, value.split()))


def _ways_to_dial(value: str, region: str) -> set[str]:
    """Return the digits by which a phone number may be written, none for what is no phone number."""
    if re.search(r"[^\W\d_]{4}", value):
        return set()
    try:
        parsed = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return set()
    national = phonenumbers.national_significant_number(parsed)
    if len(national) < _SHORTEST_PHONE_NUMBER:
        return set()
    code = str(parsed.country_code)
    return {f"{prefix}{national}" for prefix in ("", "0", code, f"{code}0", f"00{code}", f"011{code}")}
