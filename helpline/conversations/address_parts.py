"""The parts of street addresses as regular expressions, of which `addresses.py` puts together whole ones."""

import re

from helpline.conversations.address_pattern import TailedPattern
from helpline.conversations.redaction_lexicon import Address, Names, Numbers, one_of

ZIP_CODE = r"(?:\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{1,2}\d?)(?![\w-])"
_GRID_NUMBER = r"[NSEW]\d{2,5}(?:\s?[NSEW]\d{2,5})?"
_WORD = r"[^\W\d_][\w'.-]*"
_GAP = r"[\s,]{1,3}"


class AddressParts:
    """The parts, none of them with groups: `number`, `word` and `kind` make a street, `tail` is what may follow."""

    def __init__(self, words: Address, numbers: Numbers, names: Names) -> None:
        counted = one_of([*numbers.digits, *numbers.teens, *numbers.tens, *numbers.hundreds])
        self.counted = counted
        self.spoken = rf"{counted}(?:[\s-]{counted}){{0,4}}"
        self.number = (
            rf"(?:\d{{1,6}}(?:\s?\u00bd|\s1/2)?(?:-?[A-Za-z](?!\w))?(?:[-/]\d{{1,4}})?|{_GRID_NUMBER}|{self.spoken})"
        )
        self.number_word = rf"(?:{one_of(words.number_words)}\s?)?"
        self.directions = one_of(words.directions)
        self.direction = rf"(?:{self.directions}\.?\s{{1,2}})?"
        self.ordinal = rf"(?:\d{{1,3}}\s?(?:st|nd|rd|th)|{one_of(numbers.ordinals)})"
        self.word = rf"(?!{one_of(words.no_street)}(?!\w))(?:[^\W\d_][\w'\u2019.-]*|{self.ordinal})"
        self.kind = one_of(words.street_types)
        self.state = one_of(state for state in words.states if len(state) > 2)
        short = [state for state in words.states if len(state) == 2]
        self.short_state = one_of(short)
        self.capital_state = f"(?-i:{one_of(short).upper()})"
        self.place = one_of(names.places)
        self.unit = self._unit(words)
        self.tail = self._tail(words, one_of(set(short) - set(words.word_states)))
        self._tail_pattern = re.compile(self.tail, re.I)

    def tailed(self, pattern: str) -> TailedPattern:
        """Return the expression that `tail` may follow."""
        return TailedPattern(pattern, self._tail_pattern)

    def _unit(self, words: Address) -> str:
        """Return what tells the flat: "apt 4b", "#12", "2nd floor"."""
        units = one_of(words.units)
        within = rf"#?\s?(?:\d{{1,5}}[A-Za-z]?|[A-Za-z](?!\w)|{self.spoken})"
        named = rf"{units}\.?\s{{0,2}}{self.number_word}{within}"
        bare = rf"{one_of(words.bare_units)}(?!\w)"
        return rf"(?:{_GAP}(?:{named}|#\s?\w{{1,5}}|{self.ordinal}\s{units}(?!\w)|{bare})){{0,2}}"

    def _tail(self, words: Address, plain_state: str) -> str:
        """Return what may follow a street: flat, town, state, zip code, or a town in capitals."""
        in_town = rf"(?:{one_of(words.town_cues)}\s)?"
        town = rf"(?:{_GAP}{in_town}{_WORD}(?:\s{_WORD}){{0,2}}?)"
        place = rf"{_GAP}{in_town}{self.place}(?:\s{self.place})?"
        capital = r"(?-i:[A-Z])(?:[\w'-]*|\w{1,3}\.)"
        ways = [
            rf"{town}?{_GAP}(?:{self.state}|{self.short_state})\.?{_GAP}{ZIP_CODE}",
            rf"{town}?{_GAP}(?:{self.state}|{self.capital_state})(?!\w)",
            rf"{town}?{_GAP}{one_of(words.australian_states)}\s\d{{4}}(?!\w)",
            rf"{town}{_GAP}{plain_state}(?=\s*(?:[.,!?]|$))",
            rf"{place}(?:{_GAP}{self.short_state})?(?!\w)(?:{_GAP}{ZIP_CODE})?",
            rf"{town}?{_GAP}{ZIP_CODE}",
            rf",\s?{capital}(?:\s{capital})?(?=\s*(?:[.!?,]|$))",
        ]
        return rf"{self.unit}(?:{'|'.join(ways)})?"
