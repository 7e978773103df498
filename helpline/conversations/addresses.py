"""Finds street addresses, with the flat, the town, the state and the zip code that go with them."""

import re
from collections.abc import Iterator

from helpline.conversations.redaction_lexicon import Address, Names, Numbers, one_of, read_list
from helpline.conversations.span import Span

_LONG_NUMBER = 3
_POSTCODES = re.compile(
    r"(?<!\w)(?:[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|[ABCEGHJ-NPRSTVXY]\d[A-Z]\s?\d[A-Z]\d|[a-z]{1,2}\d[a-z\d]?\s\d[a-z]{2})(?!\w)"
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
        counted = [*numbers.digits, *numbers.teens, *numbers.tens, *numbers.hundreds]
        spoken = rf"{one_of(counted)}(?:[\s-]{one_of(counted)}){{0,4}}"
        number = rf"(?:\d{{1,6}}(?:-?[A-Za-z](?!\w))?(?:[-/]\d{{1,4}})?|{spoken})"
        direction = rf"(?:{one_of(words.directions)}\.?\s{{1,2}})?"
        ordinal = rf"(?:\d{{1,3}}\s?(?:st|nd|rd|th)|{one_of(numbers.ordinals)})"
        word = rf"(?!{one_of(words.no_street)}(?!\w))(?:[^\W\d_][\w'\u2019.-]*|{ordinal})"
        kind = one_of(words.street_types)
        state = one_of(s for s in words.states if len(s) > 2)
        short_state = one_of(s for s in words.states if len(s) == 2)
        plain_state = one_of(s for s in words.states if len(s) == 2 and s not in words.word_states)
        place = rf"{one_of(names.places)}(?:\s{one_of(names.places)})?"
        zip_code = r"(?:\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{1,2}\d?)(?![\w-])"
        in_unit = rf"#?\s?(?:\d{{1,5}}[A-Za-z]?|[A-Za-z](?!\w)|{spoken})"
        unit = (
            rf"(?:[\s,]{{1,3}}(?:{one_of(words.units)}\.?\s{{0,2}}(?:no\.?\s|number\s)?{in_unit}|#\s?\w{{1,5}}"
            rf"|{ordinal}\s{one_of(words.units)}(?!\w))){{0,2}}"
        )
        town = r"(?:[\s,]{1,3}(?:in\s)?[^\W\d_][\w'.-]*(?:\s[^\W\d_][\w'.-]*){0,2}?)"
        tail = (
            rf"{unit}(?:{town}?[\s,]{{1,3}}(?:{state}|{short_state})\.?[\s,]{{1,3}}{zip_code}"
            rf"|{town}?[\s,]{{1,3}}(?:{state}|(?-i:{short_state.upper()}))(?!\w)"
            rf"|{town}?[\s,]{{1,3}}{one_of(words.australian_states)}\s\d{{4}}(?!\w)"
            rf"|{town}[\s,]{{1,3}}{plain_state}(?=\s*(?:[.,!?]|$))"
            rf"|[\s,]{{1,3}}(?:in\s)?{place}(?:[\s,]{{1,3}}{short_state})?(?!\w)(?:[\s,]{{1,3}}{zip_code})?"
            rf"|{town}?[\s,]{{1,3}}{zip_code}"
            rf"|,\s?(?-i:[A-Z])[\w'.-]*(?:\s(?-i:[A-Z])[\w'.-]*)?(?=\s*(?:[.!?,]|$)))?"
        )
        leading = rf"(?:{one_of(words.leading_units)}\s?\w{{1,4}}[,\s]\s?)?"
        cue = rf"(?<!\w){one_of(words.live_cues)}[\s:,]{{1,3}}(?:the\s)?"
        self._numbered = re.compile(
            rf"(?<![\w.$/-]){leading}(?P<number>{number})[\s,]{{1,2}}{direction}"
            rf"(?P<street>(?:{word}\s{{1,2}}){{1,4}}?)(?P<kind>{kind})(?:\s{{1,2}}{kind})?(?!\w)\.?(?:\s\d{{1,3}}(?!\w))?"
            rf"(?:\s{one_of(words.directions)}(?!\w))?(?P<tail>{tail})",
            re.I,
        )
        self._without_kind = re.compile(
            rf"(?<![\w.$/-]){number}\s(?:(?:{one_of(words.directions)})\.?\s{ordinal}(?!\w)|{direction}broadway){tail}"
            rf"|(?<!\w)(?:{number},?\s)?{one_of(words.street_first)}\s(?:{word}\s?){{1,4}}(?:,?\s?\d{{1,4}})(?!\w){tail}"
            rf"|(?<!\w){number},?\s{one_of(words.street_first)}\s(?:{word}|\d{{1,4}})(?:\s{word}){{0,2}}{tail}"
            rf"|(?<!\w)[^\W\d_]+(?:stra(?:ß|ss)e|str\.)\s?\d{{1,4}}[a-z]?(?!\w){tail}",
            re.I,
        )
        self._with_zip = re.compile(
            rf"(?<![\w.$/-]){leading}{number}\s{direction}{word}(?:,?\s{word}){{0,4}},?\s{{1,2}}"
            rf"(?:{state}|{short_state})[\s,]{{1,3}}{zip_code}"
            rf"|(?<=\sat\s){number}\s{one_of(words.directions)}\.?\s{word}(?!\w){tail}",
            re.I,
        )
        self._after_cue = re.compile(
            rf"{cue}(?P<address>{number}[\s,]{{1,2}}(?:the\s)?{direction}{word}(?:\s{word}){{0,2}}{tail})", re.I
        )
        self._plain = re.compile(
            rf"(?<!\w){one_of([*words.live_cues, *words.live_on_cues])}\s(?:the\s(?:corner of\s)?)?"
            rf"(?P<address>{direction}(?:{word}\s(?:and\s)?){{1,4}}?{one_of(words.plain_types)}(?!\w)\.?{tail})",
            re.I,
        )
        self._corner = re.compile(
            rf"\bcorner of\s(?P<address>{word}(?:\s{word})?\s(?:and|&)\s{word}(?:\s{kind})?)(?!\w)", re.I
        )
        self._box = re.compile(
            rf"(?<!\w)(?:(?:rr|hc|rural route)\s?#?\d{{1,3}},?\s)?{one_of(words.box)}"
            rf"\s?(?:number\s|no\.?\s)?#?\s?(?:\d{{1,6}}|{spoken})(?!\w){tail}",
            re.I,
        )
        self._unit = re.compile(
            r"(?<!\w)(?:apt|apartment)\.?\s?#?\s?(?:\d{1,5}\s?[A-Za-z]?|[A-Za-z]\d{0,3})(?!\w)", re.I
        )
        self._zip = re.compile(
            rf"(?<!\w)(?:{one_of(words.zip_cues)}(?:[\s:]+(?:is|code|its|it's)){{0,2}}[\s:]+"
            rf"|(?:{state}|{place}|(?-i:{short_state.upper()}))[\s,]{{1,3}})(?P<zip>\d{{5}}(?:-\d{{4}})?)(?![\w-])",
            re.I,
        )
        self._spoken_zip = re.compile(
            rf"(?<!\w){one_of(words.zip_cues)}(?:\s(?:is|code))?\s"
            rf"(?P<zip>{one_of(counted)}(?:[\s-]{one_of(counted)}){{2,4}})(?!\w)",
            re.I,
        )
        self._zip_before_cue = re.compile(
            rf"(?<![\w-])(?P<zip>\d{{5}})\s(?:is|was)\s(?:my|the|our)\s{one_of(words.zip_cues)}(?!\w)", re.I
        )
        self._short_kinds = frozenset(words.short_types)
        self._plain_kinds = frozenset(words.plain_types) - frozenset(words.ambiguous_types)
        self._cue_before = re.compile(rf"{cue}$", re.I)

    def find(self, text: str) -> Iterator[Span]:
        """Yield the addresses, zip codes and boxes."""
        for match in self._numbered.finditer(text):
            if self._is_address(text, match):
                yield Span(*match.span(), "address")
        for pattern in (self._without_kind, self._with_zip, self._box, self._unit, _POSTCODES, _PLUS_FOUR):
            for match in pattern.finditer(text):
                yield Span(*match.span(), "address")
        for pattern in (self._after_cue, self._plain, self._corner):
            for match in pattern.finditer(text):
                yield Span(*match.span("address"), "address")
        for pattern in (self._zip, self._spoken_zip, self._zip_before_cue):
            for match in pattern.finditer(text):
                yield Span(*match.span("zip"), "address")

    def _is_address(self, text: str, match: re.Match[str]) -> bool:
        if match["kind"].lower() not in self._short_kinds:
            return True
        number = match["number"]
        long_number = sum(c.isdigit() for c in number) >= _LONG_NUMBER or not number[0].isdigit()
        rare = any(word.lower() not in read_list("words_en.txt") for word in match["street"].split())
        capital = any(word[0].isupper() for word in match["street"].split())
        return bool(
            long_number
            or capital
            or rare
            or match["tail"]
            or self._cue_before.search(text[: match.start()])
            or match["kind"].lower() in self._plain_kinds
        )
