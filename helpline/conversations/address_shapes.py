"""Finds the addresses that no kind of street tells: estates and plots, crossings, rural routes, parks of trailers.

They are told by words that come together hardly anywhere else ("block 5 lot 21"), by a direction after a long number
("900 n lake shore"), or by what stands before them ("house number is").
"""

import re
from collections.abc import Iterator

from helpline.conversations.address_parts import AddressParts
from helpline.conversations.redaction_lexicon import Address, Numbers, one_of, read_list

_SMALL = r"[^\W\d_][\w'\u2019-]*"
_CAPITAL = r"[^\W\d_a-zß-öø-ÿ][\w'\u2019-]*"
_NO_YEAR = r"(?!(?:19|20)\d\d(?!\d))"
_CODE = r"(?=\w{0,5}\d|\w(?!\w))\w{1,6}(?:[-/]\w{1,4}){0,2}"
_END = r"(?=\s?[,.;!?\n]|\s?$)"


class AddressShapeFinder:
    """Finds addresses by their shape.

    Args:
        words: The parts of addresses.
        parts: The same as expressions.
        numbers: Ordinals of crossings.
    """

    def __init__(self, words: Address, parts: AddressParts, numbers: Numbers) -> None:
        self._whole = [
            *self._estates(words, parts),
            *self._streets(words, parts),
            *self._crossings(words, parts, numbers),
            *self._routes(words, parts),
        ]
        self._shown = [
            re.compile(
                rf"(?<!\w){one_of(words.number_cues)}[\s:,]{{1,3}}(?:{one_of(words.zip_fillers)}\s)?"
                rf"(?P<address>{parts.number})(?!\w)",
                re.I,
            ),
            re.compile(
                rf"(?<!\w){one_of(words.street_cues)}\s(?P<address>(?:{parts.word}\s){{1,3}}?{parts.kind}(?!\w)"
                rf"{parts.tail}|(?-i:{_CAPITAL}){_END})",
                re.I,
            ),
        ]
        self._one_word = re.compile(
            rf"(?<!\w)(?P<name>[^\W\d_]{{2,}}-?{one_of(words.street_endings)})\s?\d{{1,4}}\s?[a-z]?(?!\w){parts.tail}",
            re.I,
        )

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where they stand."""
        for pattern in self._whole:
            for match in pattern.finditer(text):
                yield match.span()
        for pattern in self._shown:
            for match in pattern.finditer(text):
                yield match.span("address")
        for match in self._one_word.finditer(text):
            if match["name"].lower() not in read_list("words_en.txt"):
                yield match.span()

    @staticmethod
    def _estates(words: Address, parts: AddressParts) -> Iterator[re.Pattern[str]]:
        """Yield patterns for "block 5 lot 21", "Erf 221, Windhoek North", "space 41 desert palms trailer park"."""
        number = rf"\.?\s?{parts.number_word}{_CODE}"
        first = rf"(?<!\w){one_of(words.estate_units)}{number}"
        further = rf"[\s,]{{1,2}}{one_of([*words.estate_units, *words.estate_streets])}{number}"
        parks = one_of(words.parks)
        rest = rf"(?:[\s,]{{1,2}}(?:{_SMALL}\s){{1,4}}?{parks}(?!\w))?"
        yield re.compile(rf"{first}(?:{further}){{1,4}}{rest}{parts.tail}", re.I)
        yield re.compile(rf"{first},\s(?-i:{_CAPITAL})(?:\s(?-i:{_CAPITAL})){{0,3}}", re.I)
        unit = rf"(?<!\w){one_of(words.leading_places)}{number}"
        yield re.compile(rf"{unit}[\s,]{{1,2}}(?:{parts.word}\s){{1,4}}?{parks}(?!\w){parts.tail}", re.I)
        houses, article = one_of(words.houses), one_of(words.articles)
        street = rf"(?:{parts.word}\s){{1,3}}?{parts.kind}"
        yield re.compile(
            rf"(?<!\w)(?:{article}\s)?(?:{parts.word}\s){{1,3}}?{houses},\s{street}{_END}{parts.tail}", re.I
        )
        # "Carrowmore, Lacken, Co. Mayo"
        part = rf"{_CAPITAL}(?:\s{_CAPITAL}){{0,3}}"
        yield re.compile(rf"(?<![\w'.]){part},\s{part},\s(?i:{one_of(words.counties)})\s{_CAPITAL}")

    @staticmethod
    def _streets(words: Address, parts: AddressParts) -> Iterator[re.Pattern[str]]:
        """Yield patterns for "12 the green", "900 n lake shore", "2207 pine apt 4", "An der Mühle 3"."""
        number = rf"(?<![\w.$/-])\d{{1,4}}[a-z]?,?\s{one_of(words.articles)}\s"
        yield re.compile(rf"{number}(?:{parts.word}\s)?{one_of(words.after_article)}(?!\w|\sof\s){parts.tail}", re.I)
        long_number = rf"(?<![\w.$/-]){_NO_YEAR}\d{{3,5}}"
        floor = rf"(?:{parts.ordinal}\s{one_of(words.units)},\s)?"
        direction = rf"(?:(?!n\s{parts.word}{_END})|(?-i:N)\s){parts.directions}"
        yield re.compile(
            rf"{floor}{long_number}\s{direction}\.?\s{parts.word}(?:\s{parts.word})?{_END}{parts.tail}", re.I
        )
        unit = (
            rf"{one_of([*words.certain_units, 'unit'])}\.?\s?{parts.number_word}(?:\d{{1,5}}\s?[a-z]?|[a-z]\d{{0,3}})"
        )
        direction = rf"(?:{parts.directions}\.?\s)?"
        yield re.compile(
            rf"(?<![\w.$/-])\d{{1,5}}\s{direction}{parts.word}(?:\s{parts.word})?,?\s{unit}(?!\w){parts.tail}", re.I
        )
        bare = rf",?\s(?i:{one_of(words.bare_units)})(?!\w)"
        yield re.compile(rf"(?<![\w.$/-])\d{{2,5}}\s{_CAPITAL}(?:\s{_CAPITAL})?{bare}")
        state = one_of(state for state in words.states if len(state) > 2 or state not in words.word_states)
        yield re.compile(
            rf"{long_number}\s{direction}{parts.word}(?:\s{parts.word})?,\s{parts.word}(?:\s{parts.word})?,?\s{state}{_END}",
            re.I,
        )
        yield re.compile(rf"(?<!\w)(?i:{one_of(words.german_first)})\s{_CAPITAL}\s\d{{1,4}}\s?[a-z]?(?!\w)")

    @staticmethod
    def _crossings(words: Address, parts: AddressParts, numbers: Numbers) -> Iterator[re.Pattern[str]]:
        """Yield patterns for "at 9th and Lombard" and "3rd Cross, 5th Main"."""
        ordinal = rf"(?:\d{{1,3}}(?:st|nd|rd|th)|(?i:{one_of(numbers.ordinals)}))"
        joins = rf"(?i:{one_of(words.corner_joins)})"
        before = rf"(?<=\sat\s)(?:{ordinal}|{_CAPITAL})\s{joins}\s"
        yield re.compile(rf"(?<=\sat\s){ordinal}\s{joins}\s(?:{_CAPITAL}|{ordinal}(?={_END}))")
        yield re.compile(rf"{before}(?:{_CAPITAL}\s)?(?i:{one_of(words.plain_types)})(?!\w)")
        cross = rf"{ordinal}\s{one_of(words.crosses)}"
        yield re.compile(rf"(?<!\w)(?:#?\d{{1,4}}[/\d]{{0,4}},?\s)?{cross}(?:,?\s{cross})?(?=,|\sroad)", re.I)

    @staticmethod
    def _routes(words: Address, parts: AddressParts) -> Iterator[re.Pattern[str]]:
        """Yield patterns for "R.R. #4", "CR 240 #1190", "state hwy 9 mile 14"."""
        rural = one_of(words.rural_routes)
        yield re.compile(
            rf"(?<!\w){rural}\s?(?:{parts.number_word}\d{{1,3}}(?=,\s(?-i:[A-Z]))|#\s?\d{{1,3}}(?!\w)){parts.tail}",
            re.I,
        )
        yield re.compile(
            rf"(?<!\w){one_of(words.certain_routes)}\s{parts.number_word}\d{{1,3}}(?!\w){parts.tail}", re.I
        )
        mark = rf"(?:#\s?|{one_of(words.route_marks)}\s)\d{{1,6}}[a-z]?"
        yield re.compile(rf"(?<!\w){one_of(words.numbered_roads)}\s\d{{1,4}},?\s{mark}(?!\w){parts.tail}", re.I)
