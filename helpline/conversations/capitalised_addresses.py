"""Finds the addresses, or parts of them, that only their capitals tell: "House 8, Millbrook Park, Swords, Co. Dublin".

What is found elsewhere is extended by the parts in capitals beside it, since every country puts towns, districts and
counties in another order.
"""

import re
from collections.abc import Iterable, Iterator

from helpline.conversations.address_inner_parts import inner_part
from helpline.conversations.address_parts import AddressParts
from helpline.conversations.redaction_lexicon import Address, Names, domain_words, one_of, plain, read_list

_MOST_PARTS = 5
_LOOK_BACK = 120
_ARTICLES = frozenset({"the"})
_CODE = (
    r"(?:\d{2}-\d{3}|\d{4,5}-\d{3}|\d{3}-\d{4}|\d{7}|[A-Z]{1,2}-\d{4,5}|[A-Z]\d{4}[A-Z]{3}|\d{3}\s\d{2,3}|\d{4,6}(?:-\d{4})?(?:\s?[A-Z]{2}(?!\w))?"
    r"|[A-Z]{1,2}\d[A-Z\d]?\s?[A-Z\d]{3,4}|[A-Z]{2}\s\d{5}(?:-\d{4})?)(?![\w-])"
)
# "Calle Mayor 5, 3B, 28013 Madrid"
_FLOOR = r"\d{1,3}(?:[\u00ba\u00aa\u00b0]|\s?[A-Z]){0,2}(?=,)"
# "Dublin 2"
_DISTRICT = re.compile(r"(?<=[a-z])\s\d{1,2}(?=\s*(?:[,.\n]|$))")
_STATE_AND_CODE = r"[A-Z]{2}\s\d{5}(?!\w)"
_REGION_CODE = (
    r"(?:[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|(?!T\dN\d)[A-Z]\d[A-Z]\s?\d[A-Z]\d"
    r"|[A-Z]\d[\dW]\s?(?=[A-Z]{0,3}\d)[A-Z\d]{4})"
)


class CapitalisedAddressFinder:
    """Finds and extends addresses by capitals.

    Args:
        words: The parts of addresses.
        parts: The same as expressions.
        names: Words that begin something else than a part of an address.
    """

    def __init__(self, words: Address, parts: AddressParts, names: Names) -> None:
        joins = one_of(words.name_joins)
        shortened = rf"(?i:{one_of(words.short_forms)})\."
        capital = rf"(?:(?<!\w){shortened}|[A-Z]\.(?=\s)|[^\W\d_a-zß-öø-ÿ][\w'\u2019-]*)"
        no_part = [*names.never, *names.relations, *words.no_street, *words.no_part]
        self._town_first = frozenset(names.town_first)
        self._no_part = frozenset(no_part) - frozenset(words.houses)
        within = rf"(?:{capital}|\d{{1,4}}(?![\w-]))"
        part = rf"(?:{_CODE}\s)?{capital}(?:\s(?:{joins}\s){{0,2}}{within}){{0,4}}(?:\s{_CODE})?"
        after = r"(?:\s?,\s{0,2}|\s?\n\s?|\.?\s(?=[A-Z\d]))"
        self._following = re.compile(rf"{after}(?P<part>{part}|{_CODE}|{_FLOOR})")
        self._short_form = re.compile(rf"(?<!\w)(?:{one_of(words.short_forms)}|[A-Z])$", re.I)
        unit_number = r"(?=\w{0,5}\d|\w(?!\w))\w{1,6}(?:[-/]\w{1,4}){0,2}"
        unit = rf"(?i:{one_of(words.leading_places)})\.?\s?{parts.number_word}{unit_number}"
        house = rf"{capital}(?:\s(?:{joins}\s)?{capital}){{0,3}}?\s(?i:{one_of(words.houses)})(?!\w)"
        numbered = rf"(?i:{one_of(words.number_words)})\s?"
        district = rf"(?i:{one_of(words.districts)})\s{capital}(?:\s{capital}){{0,2}}"
        self._unit_before = re.compile(
            rf"(?<!\w)(?:(?:(?:{unit}(?:\s{capital}){{0,2}}|\d{{1,2}}/F|{house}|{district}),?\s){{1,4}}(?i:{one_of(words.street_first)}\s)?"
            rf"|{numbered})$"
        )
        road = rf"(?i:{one_of(words.numbered_roads)})\s?#?\d{{1,4}}[NSEW]?(?:\s(?i:{parts.directions})(?!\w))?"
        distance = (
            rf"(?i:\d{{1,3}}\s{one_of(words.distances)}\s{one_of(words.ways)})\s[^.!?,\n\x00]{{3,60}}?"
            rf"(?:{road}|(?i:{one_of(words.plain_types)})(?!\w))"
        )
        flat = rf",?\s(?i:{one_of(words.units)})\.?\s?#?(?:\d{{1,4}}[A-Za-z]?|[A-Z])"
        kinds = one_of(words.street_types)
        self._house_before = re.compile(rf"(?<!\w){capital}(?:\s(?:{joins}\s)?{capital}){{0,3}},\s$")
        places = one_of(names.places)
        small = r"[^\W\d_][\w'\u2019.-]*"
        self._town = re.compile(rf",?\s(?:[^\W\d_]{{2,5}}\s)?{places}(?!\w)", re.I)
        self._small_part = re.compile(rf",\s?(?P<part>{small}(?:\s{small}){{0,2}})(?=\s?[,.;\n]|\s?$)")
        self._landmark = re.compile(
            rf",?\s(?i:{one_of(words.landmarks)})\s(?:(?i:{one_of(words.articles)})\s)?{capital}(?:\s{capital}){{0,3}}"
        )
        self._crossing = re.compile(rf"\s{one_of(words.corner_joins)}\s{parts.word}\s{kinds}(?!\w)", re.I)
        self._one_more = re.compile(r"\s(?P<part>[a-z]{4,})(?=\s?[,.;\n]|\s?$)")
        inner = rf"(?:{one_of(words.units)}\.?\s?)?#?\d{{1,4}}[a-z\u00ba\u00aa\u00b0]{{0,3}}\.?"
        self._inner_part = re.compile(
            rf"(?:[/-]\d{{1,4}}[a-z]?(?!\w)|,?\s#\d{{1,4}}(?:-\d{{1,5}})?(?!\w)|,\s?(?:{inner}\s?){{1,2}}(?=,)"
            rf"|,\s?{one_of(words.units)}\.?\s?\d{{1,4}}[a-z]?(?!\w)|,?\s(?:{small}\s)?\d{{5,6}}(?![\w-]))",
            re.I,
        )
        self._inner = inner_part(words)
        self._common = read_list("common_words_en.txt") - frozenset(names.places)
        self._patterns = [
            re.compile(rf"(?<!\w)(?:{unit},\s?){{1,3}}{capital}[^,.!?\n\x00]{{0,40}}(?=,\s?(?:{capital}|\d))"),
            re.compile(rf"(?<!\w){unit},\s?(?:{capital}\s){{1,4}}(?i:{kinds})(?!\w)"),
            re.compile(rf"(?<!\w){unit},\s?{unit}(?=,\s?{capital})"),
            re.compile(rf"(?<![\w.$/-])\d{{2,5}}\s{capital}(?:\s{capital})?{flat}(?!\w)"),
            re.compile(rf"(?<!\w){house},\s?(?:{capital}\s){{1,4}}(?i:{kinds})(?!\w)"),
            re.compile(rf"(?<!\w){road}(?=,\s?{capital})"),
            re.compile(rf"(?<![\w.$/-])\d{{2,6}}\s(?i:(?:{parts.directions}\.?\s)?{road})(?!\w)"),
            re.compile(rf"(?<!\w){distance}"),
            # "7 Balallan, Isle of Lewis HS2 9PN", "Kilronan, Co. na Gaillimhe H91 X0T0"
            re.compile(rf"(?<![\w.$/-])\d{{1,5}}\s{part}(?:,\s?{part}){{0,3}},?\s{_REGION_CODE}(?!\w)"),
            re.compile(
                rf"(?<!\w){capital}(?:\s{capital}){{0,3}},\s?(?:{part},\s?){{0,3}}"
                rf"(?:(?i:{one_of(words.counties)})\s)?(?:{part},?\s)?{_REGION_CODE}(?!\w)"
            ),
            # "B-204 Shanti Niketan, Andheri West, Mumbai 400053", "Am Markt 4, 04109 Leipzig"
            re.compile(
                r"(?<![\w.$/-])(?:[A-Z]-?)?\d{1,5}[A-Za-z]?(?:[/-]\w{1,4})?,?\s[A-Z][^.!?\n\x00]{2,70}?"
                r"(?<=[a-z]),?\s(?!\d{2,3}000)\d{5,6}(?![\w,/-])"
            ),
            re.compile(
                rf"(?<!\w){capital}(?:\s{capital}){{0,2}}\s\d{{1,4}}[A-Za-z]?(?:[/-]\d{{1,4}})?,\s\d{{5,6}}\s{capital}"
            ),
            # "Ilica 44/II, 10000 Zagreb", "Bartók Béla út 14, III. em. 2, 1114 Budapest"
            re.compile(
                rf"(?<![\w'.-]){capital}(?:\s(?:{joins}\s)?{small}){{0,3}}\.?,?\s\d{{1,4}}[A-Za-z]?(?:[/-]\w{{1,4}}){{0,2}}"
                rf"(?:,[^,!?\n\x00]{{1,14}}){{0,3}},\s(?!(?:19|20)\d\d\s|\d{{2,3}}\s000){_CODE}\s{capital}"
            ),
            # "Vitosha 14, et. 3, ap. 8"
            re.compile(
                rf"(?<![\w'.-]){capital}(?:\s{capital}){{0,2}}\s\d{{1,4}}[A-Za-z]?"
                r"(?=,\s(?:et|ap|apt|esc|bl|sc|kv|byt|lgh|int|piso|de?pto|vh|vkh)\.?\s?\d)"
            ),
            # "19 Rd 5577, Farmington NM 87401"
            re.compile(
                rf"(?<![\w.$/-])\d{{1,6}}\s(?i:(?:{parts.directions}\.?\s)?{one_of(words.roads_before_number)})\.?"
                rf"\s\d{{1,5}}(?:\s?[NSEW])?(?=,?\s(?:{capital}\s?){{1,3}},?\s{_STATE_AND_CODE})"
            ),
            # "3F, No. 112, Lane 6, Zhongshan N. Rd."
            re.compile(
                rf"(?<!\w)(?:\d{{1,2}}F(?:-\d{{1,2}})?,\s)?No\.\s?\d{{1,4}}(?:-\d{{1,3}})?,\s(?:(?:Lane|Alley|Aly\.|Ln\.|Sec\.)\s\d{{1,4}},\s){{0,3}}"
                rf"{capital}(?:\s{capital}){{0,4}}"
            ),
            # "1-5-3 Asakusa, Taito-ku"
            re.compile(
                rf"(?<![\w.$/-])\d{{1,3}}-\d{{1,3}}(?:-\d{{1,4}})?,?\s{capital},\s(?:{capital},\s)?[A-Z][a-z]+-(?:ku|shi|gun|cho|machi|ken|fu|to)(?!\w)"
            ),
            # "1 Elms Cottage"
            re.compile(
                rf"(?<![\w.$/-])\d{{1,4}}[A-Za-z]?\s(?:{capital}\s){{1,3}}(?i:{one_of(words.cottages)})(?=\s?[,.;\n]|\s?$)"
            ),
            # "12 The Green, Wells"
            re.compile(rf"(?<![\w.$/-])\d{{1,4}}[A-Za-z]?,?\s(?i:{one_of(words.articles)})\s{capital}(?!\w)"),
        ]

    def extended(self, text: str, found: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """Yield what was found and what is found here, with the parts in capitals before and after."""
        shown = [*found, *(match.span() for pattern in self._patterns for match in pattern.finditer(text))]
        reached = -1
        for start, end in sorted(set(shown)):
            if end <= reached:
                continue
            reached = self._end(text, end)
            yield self._start(text, start), reached

    def _start(self, text: str, start: int) -> int:
        before = text[max(0, start - _LOOK_BACK) : start]
        match = self._unit_before.search(before)
        if not match and text[start].isdigit():
            match = self._house_before.search(before)
            if match and plain(match[0].split()[0].strip(",.'")) in self._no_part - _ARTICLES:
                match = None
        return start - len(match[0]) if match else start

    def _end(self, text: str, end: int) -> int:
        for _ in range(_MOST_PARTS):
            following = self._part_after(text, end)
            if not following:
                break
            end = following
        district = _DISTRICT.match(text, end)
        return district.end() if district else end

    def _begins_other(self, part: str) -> bool:
        """Whether the word is no part of an address; "New Braunfels" is one."""
        words = plain(part).split()
        first = words[0].strip(".'")
        return first in self._no_part and not (len(words) > 1 and first in self._town_first)

    def _part_after(self, text: str, end: int) -> int | None:
        """Return where the next part of an address ends, if one follows."""
        if match := self._inner.match(text, end):
            return match.end()
        match = self._following.match(text, end)
        if match and not self._begins_other(match["part"]):
            stopped = match[0].startswith(".") and not self._short_form.search(text[max(0, end - 8) : end])
            return None if stopped else match.end()
        if match := (
            self._inner_part.match(text, end)
            or self._town.match(text, end)
            or self._landmark.match(text, end)
            or self._crossing.match(text, end)
        ):
            return match.end()
        match = self._small_part.match(text, end) or self._one_more.match(text, end)
        if not match:
            return None
        parts = [plain(word).strip(".'") for word in match["part"].split()]
        in_town = any(part not in self._common for part in parts) and not any(
            part in self._no_part or part in domain_words() for part in parts
        )
        return match.end() if in_town else None
