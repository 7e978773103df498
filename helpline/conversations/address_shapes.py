"""Finds the addresses that no kind of street tells: estates and plots, crossings, rural routes, parks of trailers.

They are told by words that come together hardly anywhere else ("block 5 lot 21"), by a direction after a long number
("900 n lake shore"), or by what stands before them ("house number is").
"""

import re
from collections.abc import Iterator

from helpline.conversations.address_parts import AddressParts
from helpline.conversations.address_pattern import AddressMatch, AddressPattern, matches
from helpline.conversations.redaction_lexicon import Address, Numbers, one_of, read_list
from helpline.conversations.word_list import slips

_SMALL = r"[^\W\d_][\w'\u2019-]*"
_CAPITAL = r"[^\W\d_a-zß-öø-ÿ][\w'\u2019-]*"
_NO_YEAR = r"(?!(?:19|20)\d\d(?!\d))"
_CODE = r"(?=\w{0,5}\d|\w(?!\w))\w{1,6}(?:[-/]\w{1,4}){0,2}"
_SHORTEST_MISSPELT = 6
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
            *self._routes(words, parts),
        ]
        self._shown = [
            *self._crossings(words, parts, numbers),
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
        self._kind_first = parts.tailed(
            rf"(?<!\w)(?P<name>{parts.word})\s{one_of(words.numbered_kinds)}\.?,?\s?"
            rf"(?:{parts.number_word}|no:\s?|d\.\s?)\d{{1,4}}[a-z]?(?:[/-]\w{{1,4}}){{0,2}}(?:{_END}|(?=\s(?:d|kat|daire):))"
        )
        shown = one_of([*words.live_cues, *words.weak_cues])
        self._rare_word = parts.tailed(
            rf"(?<!\w){shown}[\s:,]{{1,3}}(?P<address>\d{{1,4}}[a-z]?,?\s(?P<name>{parts.word}){_END})"
        )
        self._misspelt = parts.tailed(
            rf"(?<![\w.$/-]){parts.number},?\s(?:{parts.word}\s){{1,3}}?(?P<kind>[a-z]{{5,10}})(?!\w)"
        )
        known = read_list("words_en.txt")
        self._slips = {
            slip for kind in words.long_types if len(kind) >= _SHORTEST_MISSPELT for slip in slips(kind)
        } - known
        self._one_word = parts.tailed(
            rf"(?<!\w)(?P<name>[^\W\d_]{{2,}}-?{one_of(words.street_endings)})\s?\d{{1,4}}\s?[a-z]?(?!\w)"
        )

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where they stand, without a full stop at their end."""
        for match in self._matches(text):
            yield match.start, match.start + len(text[match.start : match.end].rstrip("."))

    def _matches(self, text: str) -> Iterator[AddressMatch]:
        for pattern in (*self._whole, *self._shown):
            yield from matches(pattern, text)
        common, known = read_list("common_words_en.txt"), read_list("words_en.txt")
        for match in self._kind_first.matches(text):
            if match["name"][0].isupper() or match["name"].lower() not in common:
                yield match
        for match in self._rare_word.matches(text):
            if match["name"].lower() not in common:
                yield match
        for match in self._misspelt.matches(text):
            if match["kind"].lower() in self._slips:
                yield match
        for match in self._one_word.matches(text):
            if match["name"].lower() not in known:
                yield match

    @staticmethod
    def _estates(words: Address, parts: AddressParts) -> Iterator[AddressPattern]:
        """Yield patterns for "block 5 lot 21", "Erf 221, Windhoek North", "space 41 desert palms trailer park"."""
        number = rf"\.?\s?{parts.number_word}{_CODE}"
        first = rf"(?<!\w){one_of(words.estate_units)}{number}"
        further = rf"[\s,]{{1,2}}{one_of([*words.estate_units, *words.estate_streets])}{number}"
        parks = one_of(words.parks)
        rest = rf"(?:[\s,]{{1,2}}(?:{_SMALL}\s){{1,4}}?{parks}(?!\w))?"
        yield parts.tailed(rf"{first}(?:{further}){{1,4}}{rest}")
        yield re.compile(rf"{first},\s(?-i:{_CAPITAL})(?:\s(?-i:{_CAPITAL})){{0,3}}", re.I)
        unit = rf"(?<!\w){one_of(words.leading_places)}{number}"
        yield parts.tailed(rf"{unit}[\s,]{{1,2}}(?:{parts.word}\s){{1,4}}?{parks}(?!\w)")
        houses, article = one_of(words.houses), one_of(words.articles)
        street = rf"(?:{parts.word}\s){{1,3}}?{parts.kind}"
        yield parts.tailed(rf"(?<!\w)(?:{article}\s)?(?:{parts.word}\s){{1,3}}?{houses},\s{street}{_END}")
        name = rf"\s(?:[-:]\s?)?{parts.word}(?:\s{parts.word})?"
        village, further = one_of(words.villages), rf"[\s,]{{1,2}}{one_of(words.village_parts)}{name}"
        yield re.compile(rf"(?<!\w){village}{name}(?:{further}){{1,4}}", re.I)
        # "Carrowmore, Lacken, Co. Mayo"
        part = rf"{_CAPITAL}(?:\s{_CAPITAL}){{0,3}}"
        yield re.compile(rf"(?<![\w'.]){part},\s{part},\s(?i:{one_of(words.counties)})\s{_CAPITAL}")

    @staticmethod
    def _streets(words: Address, parts: AddressParts) -> Iterator[AddressPattern]:
        """Yield patterns for "12 the green", "900 n lake shore", "2207 pine apt 4", "An der Mühle 3"."""
        number = rf"(?<![\w.$/-])\d{{1,4}}[a-z]?,?\s{one_of(words.articles)}\s"
        yield parts.tailed(rf"{number}(?:{parts.word}\s)?{one_of(words.after_article)}(?!\w|\sof\s)")
        long_number = rf"(?<![\w.$/-]){_NO_YEAR}\d{{3,5}}"
        floor = rf"(?:{parts.ordinal}\s{one_of(words.units)},\s)?"
        direction = rf"(?:(?!n\s{parts.word}{_END})|(?-i:N)\s){parts.directions}"
        yield parts.tailed(rf"{floor}{long_number}\s{direction}\.?\s{parts.word}(?:\s{parts.word})?{_END}")
        yield parts.tailed(
            rf"(?<![\w.$/-])\d{{2,5}}\s{parts.directions}\.?\s\d{{1,3}}(?:st|nd|rd|th)?\s{parts.kind}(?!\w)"
        )
        cross = rf"{parts.ordinal}\s{one_of(words.crosses)}"
        yield re.compile(rf"(?<!\w)(?:#?\d{{1,4}}[/\d]{{0,4}},?\s)?{cross}(?:,?\s{cross})?(?=,|\sroad)", re.I)
        unit = (
            rf"{one_of([*words.certain_units, 'unit'])}\.?\s?{parts.number_word}(?:\d{{1,5}}\s?[a-z]?|[a-z]\d{{0,3}})"
        )
        direction = rf"(?:{parts.directions}\.?\s)?"
        yield parts.tailed(rf"(?<![\w.$/-])\d{{1,5}}\s{direction}{parts.word}(?:\s{parts.word})?,?\s{unit}(?!\w)")
        bare = rf",?\s(?i:{one_of(words.bare_units)})(?!\w)"
        yield re.compile(rf"(?<![\w.$/-])\d{{2,5}}\s{_CAPITAL}(?:\s{_CAPITAL})?{bare}")
        state = one_of(state for state in words.states if len(state) > 2 or state not in words.word_states)
        yield re.compile(
            rf"{long_number}\s{direction}{parts.word}(?:\s{parts.word})?,\s{parts.word}(?:\s{parts.word})?,?\s{state}{_END}",
            re.I,
        )
        yield re.compile(rf"(?<!\w)(?i:{one_of(words.german_first)})\s{_CAPITAL}\s\d{{1,4}}\s?[a-z]?(?!\w)")

    @staticmethod
    def _crossings(words: Address, parts: AddressParts, numbers: Numbers) -> Iterator[AddressPattern]:
        """Yield patterns for "at 9th and Lombard", "on 5th and main"."""
        ordinal = rf"(?:\d{{1,3}}(?:st|nd|rd|th)|(?i:{one_of(numbers.ordinals)}))"
        joins = rf"(?i:{one_of(words.corner_joins)})"
        kind = rf"(?i:{one_of(words.plain_types)})(?!\w)"
        main = rf"(?i:{one_of(words.crossing_streets)})(?!\w)"
        shown = rf"(?<!\w)(?i:{one_of(words.crossing_cues)})\s"
        for crossing in (
            rf"{ordinal}\s{joins}\s(?:{_CAPITAL}|{main}|{ordinal}{_END})",
            rf"{main}\s{joins}\s(?:{ordinal}{_END}|{main})",
            rf"(?:{ordinal}|{_CAPITAL})\s{joins}\s(?:{_CAPITAL}\s)?{kind}",
        ):
            yield re.compile(rf"{shown}(?P<address>{crossing})")

    @staticmethod
    def _routes(words: Address, parts: AddressParts) -> Iterator[AddressPattern]:
        """Yield patterns for "R.R. #4", "CR 240 #1190", "state hwy 9 mile 14"."""
        rural = one_of(words.rural_routes)
        yield parts.tailed(rf"(?<!\w){rural}\s?(?:{parts.number_word}\d{{1,3}}(?=,\s(?-i:[A-Z]))|#\s?\d{{1,3}}(?!\w))")
        yield parts.tailed(rf"(?<!\w){one_of(words.certain_routes)}\s{parts.number_word}\d{{1,3}}(?!\w)")
        yield re.compile(r"(?<!\w)rr\s?#?\d{1,2}(?:,?\s(?:s|c|site|comp|box)\s?\d{1,4}){1,3}(?!\w)", re.I)
        kilometres = rf"{one_of(words.kilometre_roads)}\s(?:\d{{1,4}},?\s)?km\.?\s\d{{1,4}}(?:\.\d)?"
        yield parts.tailed(rf"(?<!\w){kilometres}(?!\w)")
        mark = rf"(?:{parts.directions}\s)?(?:#\s?|{one_of(words.route_marks)}\s)\d{{1,6}}[a-z]?"
        yield parts.tailed(rf"(?<!\w){one_of(words.numbered_roads)}\s\d{{1,4}},?\s{mark}(?!\w)")
