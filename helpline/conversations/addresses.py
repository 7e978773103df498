"""Finds street addresses, with the flat, the town, the state and the zip code that go with them.

Here are those that begin with a number or that a word such as "live on" shows; `capitalised_addresses.py` finds those
of other shapes, told by their capitals.
"""

import re
from collections.abc import Iterator

from helpline.conversations.address_parts import ZIP_CODE, AddressParts
from helpline.conversations.address_pattern import AddressMatch, AddressPattern, matches
from helpline.conversations.address_shapes import AddressShapeFinder
from helpline.conversations.capitalised_addresses import CapitalisedAddressFinder
from helpline.conversations.redaction_lexicon import Address, Names, Numbers, one_of, read_list
from helpline.conversations.span import Span

_LONG_NUMBER = 3
_POSTCODES = re.compile(
    r"(?<!\w)(?:"
    r"[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}"  # Britain
    r"|[a-z]{1,2}\d[a-z\d]?\s\d[a-z]{2}"
    r"|(?!T\dN\dM\d)[ABCEGHJ-NPRSTVXY]\d[A-Z]\s?\d[A-Z]\d"  # Canada, no stage of cancer
    r"|(?!t\dn\d)[abceghj-nprstvxy]\d[a-z]\s\d[a-z]\d"
    r"|[ac-fhknprtv-y]\d[\dw]\s(?=\d{0,3}[a-z])(?!\d+(?:mg|ml|cm|mm|am|pm|st|nd|rd|th))(?=[a-z]{0,3}\d)[a-z\d]{4}"
    r"|[AC-FHKNPRTV-Y]\d[\dW]\s?(?=[A-Z]{0,3}\d)[A-Z\d]{4}"  # Ireland
    r"|\d{2}-\d{3}(?=\s[A-ZŁŚŻŹĆ])"  # Poland
    r")(?!\w)"
)
_PLUS_FOUR = re.compile(r"(?<![\w-])\d{5}-\d{4}(?![\w-])")


class AddressFinder:
    """Finds street addresses.

    Args:
        words: The parts of addresses.
        numbers: Words for numbers: "twelve Elm Street".
        names: Its places are towns that may follow.
    """

    def __init__(self, words: Address, numbers: Numbers, names: Names) -> None:
        parts = AddressParts(words, numbers, names)
        cue = rf"(?<!\w){one_of(words.live_cues)}[\s:,]{{1,3}}{_article(words)}"
        leading = (
            rf"(?:{one_of(words.leading_units)}\.?\s?{parts.number_word}"
            r"(?:(?=\w{0,3}\d|\w\W)\w{1,4}(?:[/-]\w{1,4})?[,\s]\s?)?"
            rf"|#\s?[a-z]?\d{{1,5}}[a-z]?(?:\s?[-\u2013/,]\s?|\s)|\d{{1,5}}[a-z]?\s[-\u2013]\s|\d{{1,3}}[a-z]/"
            rf"|{one_of(words.number_words)}\s?|\d/\d\s|[uf]\d{{1,3}}/)?"
        )
        self._numbered = parts.tailed(
            rf"(?<![\w.$/-]){leading}(?P<number>{parts.number})(?:[\s,]{{1,2}}|\s-\s){parts.direction}"
            rf"(?P<street>(?:{parts.word}\s{{1,2}}){{1,4}}?)(?P<kind>{parts.kind})(?:\s{{1,2}}{parts.kind})?(?!\w)\.?"
            rf"(?:\s(?:\d{{1,3}}|(?-i:[A-HJ-Z]{{1,2}})(?=,|\.|\s?$))(?!\w))?"
            rf"(?:\s{parts.directions}(?!\w))?"
        )
        self._whole = [
            *self._without_kind(words, parts),
            *self._with_zip(parts, leading),
            self._box(words, parts),
            re.compile(
                rf"(?<!\w){one_of(words.certain_units)}\.?\s?{parts.number_word}"
                r"(?:\d{1,5}\s?[A-Za-z]?|[A-Za-z]\d{0,3})(?!\w)",
                re.I,
            ),
            _POSTCODES,
            _PLUS_FOUR,
        ]
        self._shown = self._after_words(words, parts, cue)
        self._zips = self._zip_codes(words, parts)
        self._word_kinds = frozenset(words.word_types)
        self._short_kinds = frozenset(words.short_types) | self._word_kinds
        self._plain_kinds = frozenset(words.plain_types) - frozenset(words.ambiguous_types)
        weak = one_of([*words.live_cues, *words.weak_cues])
        self._cue_before = re.compile(rf"(?<!\w){weak}[\s:,]{{1,3}}{_article(words)}$", re.I)
        self._shapes = AddressShapeFinder(words, parts, numbers)
        self._capitalised = CapitalisedAddressFinder(words, parts, names)

    def find(self, text: str) -> Iterator[Span]:
        """Yield the addresses, zip codes and boxes, each with the capitalised parts around it."""
        found = [(match.start, match.end) for match in self._numbered.matches(text) if self._is_address(text, match)]
        for pattern in (*self._whole, *self._shown):
            found += [(match.start, match.end) for match in matches(pattern, text)]
        found += self._shapes.find(text)
        for start, end in self._capitalised.extended(text, found):
            yield Span(start, end, "address")
        for pattern in self._zips:
            for match in pattern.finditer(text):
                yield Span(*match.span("zip"), "address")

    @staticmethod
    def _without_kind(words: Address, parts: AddressParts) -> Iterator[AddressPattern]:
        """Yield patterns for "410 w 5th", "rue des Tilleuls 83", "Gartenstr. 41"."""
        first = one_of(words.street_first)
        certain = set(words.plain_types) - set(words.ambiguous_types)
        number, joins = parts.number, one_of(words.name_joins)
        house = rf"(?:,?\s?{parts.number_word}\d{{1,4}}[a-z]?(?:[/-]\d{{1,4}}[a-z]?)?)(?!\w)"
        for street in (
            rf"(?<![\w.$/-]){number}\s{parts.directions}\.?\s{parts.ordinal}(?!\w)",
            rf"(?<![\w.$/-]){number}\s{parts.direction}{one_of(words.bare_streets)}",
            rf"(?<!\w)(?:{number},?\s)?{first}\s(?:\d{{1,2}}\s(?={joins}\s))?(?:d[aeo]s?\s)?(?:{parts.word}\s?){{1,4}}{house}",
            rf"(?<!\w){first}\s(?:{parts.word}\s?){{1,4}},\s(?:b[âa]t|appt?|bloco?|esc|torre)\.?\s?\w{{1,3}}(?!\w)",
            r"(?<![\w.$/-])\d{2,5}\s(?-i:[NSEW])\.?\s\d{1,4}\s(?-i:[NSEW])(?!\w)",
            rf"(?<!\w){first}\s\d{{1,4}}\s?{one_of(words.number_words)}\s?\d{{1,4}}(?!\w)",
            rf"(?<!\w){number},?\s{first}\s(?:{parts.word}|\d{{1,4}})(?:\s{parts.word}){{0,2}}",
            rf"(?<![\w.$/-])\d{{1,4}}\s?{one_of(words.number_additions)},?\s{first}(?:\s{parts.word}){{1,3}}",
            rf"(?<![\w.$/-])\d{{1,6}}\s(?-i:(?:[A-Z][\w'.-]*\s){{1,4}}){one_of(words.plain_types)}(?!\w)",
            rf"(?<=,\s)(?:{parts.word}\s){{1,2}}{one_of(certain)}(?=\s?[,\n]|\s?$)",
        ):
            yield parts.tailed(street)

    @staticmethod
    def _with_zip(parts: AddressParts, leading: str) -> Iterator[AddressPattern]:
        """Yield patterns for "12 Maple, Dayton OH 45417" and "at 12 N Maple"."""
        street = rf"(?<![\w.$/-]){leading}{parts.number}\s{parts.direction}{parts.word}(?:,?\s{parts.word}){{0,4}}"
        state = rf"(?:{parts.state}|{parts.short_state})"
        yield re.compile(rf"{street},?\s{{1,2}}{state}[\s,]{{1,3}}{ZIP_CODE}", re.I)
        yield parts.tailed(rf"(?<=\sat\s){parts.number}\s{parts.directions}\.?\s{parts.word}(?!\w)")

    @staticmethod
    def _box(words: Address, parts: AddressParts) -> AddressPattern:
        route = rf"(?:{one_of(words.box_routes)}\s?#?\d{{1,4}},?\s)?"
        number = rf"\s?{parts.number_word}#?\s?(?:\d{{1,6}}(?:-\d{{4,5}}|[A-Za-z])?|{parts.spoken})"
        return parts.tailed(rf"(?<!\w)(?:{route}{one_of(words.box)}{number}|{one_of(words.without_number)})(?!\w)")

    @staticmethod
    def _after_words(words: Address, parts: AddressParts, cue: str) -> list[AddressPattern]:
        """Return patterns for what "live at", "live on" and "corner of" show."""
        live = one_of([*words.live_cues, *words.live_on_cues])
        corner = one_of(words.corner_cues)
        article = _article(words)
        streets = rf"(?:{parts.word}\s(?:{one_of(words.street_joins)}\s)?){{1,4}}?{one_of(words.plain_types)}(?!\w)\.?"
        return [
            parts.tailed(
                rf"{cue}(?P<address>{parts.number}[\s,]{{1,2}}{article}{parts.direction}"
                rf"{parts.word}(?:\s{parts.word}){{0,2}})"
            ),
            parts.tailed(rf"(?<!\w){live}\s{article}(?:{corner}\s)?(?P<address>{parts.direction}{streets})"),
            re.compile(
                rf"\b{corner}\s(?P<address>{parts.word}(?:\s{parts.word})?\s{one_of(words.corner_joins)}"
                rf"\s{parts.word}(?:\s{parts.kind})?)(?!\w)",
                re.I,
            ),
        ]

    @staticmethod
    def _zip_codes(words: Address, parts: AddressParts) -> list[re.Pattern[str]]:
        """Return patterns for codes beside "zip" or after a town or state."""
        cues, filler = one_of(words.zip_cues), one_of(words.zip_fillers)
        digits = r"\d{5}(?:-\d{4})?(?![\w-])"
        town = rf"(?:{parts.state}|{parts.place}|{parts.capital_state})"
        return [
            re.compile(
                rf"(?<!\w){cues}(?:[\s:]+{filler}){{0,3}}[\s:]+(?P<zip>\d{{4,5}}-\d{{3}}|\d{{3}}\s\d\d|\d{{4}}|\d{{6}})(?![\w-])",
                re.I,
            ),
            re.compile(rf"(?<!\w)(?:{cues}(?:[\s:]+{filler}){{0,3}}[\s:]+|{town}[\s,]{{1,3}})(?P<zip>{digits})", re.I),
            re.compile(rf"(?<![\w'-])[A-Z][a-z]{{3,}},?\s(?P<zip>{digits})(?!\s?\d)"),
            re.compile(
                rf"(?<!\w){cues}(?:\s{filler})?\s(?P<zip>{parts.counted}(?:[\s-]{parts.counted}){{2,4}})(?!\w)", re.I
            ),
            re.compile(
                rf"(?<![\w-])(?P<zip>\d{{5}}),?\s(?:{one_of(words.zip_verbs)}\s)?(?:{filler}\s)?{cues}(?!\w)", re.I
            ),
        ]

    def _is_address(self, text: str, match: AddressMatch) -> bool:
        if match["kind"].lower() not in self._short_kinds:
            return True
        number = match["number"]
        long_number = sum(c.isdigit() for c in number) >= _LONG_NUMBER or not number[0].isdigit()
        rare = any(word.lower() not in read_list("words_en.txt") for word in match["street"].split())
        capital = any(word[0].isupper() for word in match["street"].split())
        if match["kind"].lower() in self._word_kinds:
            long_number, capital = False, capital and match["kind"][0].isupper()
        return bool(
            long_number
            or capital
            or rare
            or match.has_tail
            or self._cue_before.search(text[: match.start])
            or match["kind"].lower() in self._plain_kinds
        )


def _article(words: Address) -> str:
    return rf"(?:{one_of(words.articles)}\s)?"
