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
from helpline.conversations.dates_and_records import BirthDateFinder, RecordNumberFinder
from helpline.conversations.online_contacts import OnlineContactFinder
from helpline.conversations.person_names import PersonNameFinder
from helpline.conversations.phone_numbers import PhoneNumberFinder
from helpline.conversations.redaction_lexicon import one_of, own_numbers, read_lexicon
from helpline.conversations.span import MARK, MARKS, Span, blank, merged, without_blanks

_SHORTEST_PHONE_NUMBER = 7
_VALUE = "[value]"


class Redactor:
    """Replaces what tells who somebody is by marks. It is made once and may be used by several threads."""

    def __init__(self) -> None:
        lexicon = read_lexicon()
        self._phones = PhoneNumberFinder(lexicon.numbers, lexicon.phone, own_numbers())
        self._online = OnlineContactFinder(lexicon.email, lexicon.profile, lexicon.names)
        self._births = BirthDateFinder(lexicon.birth_date, lexicon.numbers)
        self._records = RecordNumberFinder(lexicon.record, self._phones.run)
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
        rest = blank(text, [*(match.span() for match in MARK.finditer(text)), *self._phones.kept(text)])
        contacts = [
            *self._online.find(rest),
            *self._records.find(rest),
            *self._births.find(rest),
            *self._addresses.find(rest),
            *self._phones.find(rest),
        ]
        for_names = blank(rest, [(span.start, span.end) for span in contacts])
        for_names = blank(for_names, [match.span() for match in self._kept.finditer(for_names)])
        return without_blanks(rest, merged([*contacts, *self._names.find(for_names)]))


@cache
def redactor() -> Redactor:
    """Return the redactor of this process."""
    return Redactor()


def redact_values(text: str, values: Iterable[str], region: str = "US") -> str:
    """Return the text with "[value]" wherever one of the values stands, whatever its capitals.

    Args:
        text: What may hold the values.
        values: What a form holds: a name, a phone number. A phone number is found in each of its ways of writing.
        region: Whose phone numbers have no country code.
    """
    forms = {form for value in values for form in _forms(value.strip(), region)}
    if not forms:
        return text
    pattern = "|".join(sorted(forms, key=lambda form: (-len(form), form)))
    return re.sub(rf"(?<!\w)(?:{pattern})(?!\w)", _VALUE, text, flags=re.I)


def _forms(value: str, region: str) -> set[str]:
    if not value:
        return set()
    words = {r"\s+".join(map(re.escape, value.split()))}
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return words
    national = phonenumbers.national_significant_number(number)
    if len(national) < _SHORTEST_PHONE_NUMBER or re.search(r"[^\W\d_]{3}", value):
        return words
    digits = r"[\s().\-\u2010-\u2015/]*".join(national)
    return words | {
        rf"(?<![\d])(?:(?:\+|00|011)?[\s(]*{number.country_code}[\s().-]*(?:\(?0\)?[\s.-]*)?|\(?0)?[\s(]*{digits}"
    }
