"""Finds phrases of a vocabulary in a message, whatever its spelling: capitals, accents, plurals, words run together.

A message costs a few look-ups in a dictionary for each of its words, whatever they are. Knows nothing of Rasa.
"""

import re
import unicodedata
from collections.abc import Container, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from rapidfuzz.distance import OSA

# From this length on a word is known with one letter wrong as well, as in the vocabulary of entities.
SHORTEST_MISSPELT = 7
# Names of several words are known run together from this length on; shorter ones could be other words.
SHORTEST_RUN_TOGETHER = 8
# A name is known as so many letters with spaces between them, or as two words of so many letters together.
FEWEST_SPELT_OUT = 3
SHORTEST_TAKEN_APART = 6
_MOST_SPELT_OUT = 6
# So many words of a message are read; no question is longer.
MOST_WORDS = 200

_WORD = re.compile(r"[a-z0-9]+")
_MARKS = str.maketrans("", "", "'\u2019")


class Place(NamedTuple):
    """Where a phrase stands: from which word to before which word, and its label."""

    start: int
    end: int
    label: str


def words_of(text: str) -> list[str]:
    """Return the words of a text in small letters, without accents and apostrophes; a hyphen parts words."""
    plain = unicodedata.normalize("NFKD", text.translate(_MARKS)).encode("ascii", "ignore").decode()
    return _WORD.findall(plain.lower())[:MOST_WORDS]


class Phrases:
    """Phrases with labels, found longest first; a plural "s" at the end does not matter.

    Args:
        labelled: The phrases of each label.
        run_together: Whether names of several words are found written as one word too.
    """

    def __init__(self, labelled: Mapping[str, Iterable[str]], *, run_together: bool = False) -> None:
        self._by_first: dict[str, dict[tuple[str, ...], str]] = {}
        for label, phrases in labelled.items():
            for phrase in phrases:
                self._add(tuple(words_of(phrase)), label, run_together)
        self._longest = {first: max(map(len, known)) for first, known in self._by_first.items()}

    def _add(self, words: tuple[str, ...], label: str, run_together: bool) -> None:
        ways = [words, (*words[:-1], f"{words[-1]}s")]
        joined = "".join(words)
        if run_together and len(words) > 1 and len(joined) >= SHORTEST_RUN_TOGETHER:
            ways.append((joined,))
        for way in ways:
            self._by_first.setdefault(way[0], {}).setdefault(way, label)

    @property
    def words(self) -> set[str]:
        """All words of the phrases."""
        return {word for known in self._by_first.values() for phrase in known for word in phrase}

    def find(self, words: Sequence[str]) -> list[Place]:
        """Return where phrases stand, from left to right; they do not overlap."""
        found, position = list[Place](), 0
        while position < len(words):
            known = self._by_first.get(words[position])
            length = self._length_at(words, position, known) if known else 0
            if known and length:
                label = known[tuple(words[position : position + length])]
                found.append(Place(position, position + length, label))
            position += length or 1
        return found

    def _length_at(self, words: Sequence[str], position: int, known: Mapping[tuple[str, ...], str]) -> int:
        longest = min(self._longest[words[position]], len(words) - position)
        lengths = range(longest, 0, -1)
        return next((length for length in lengths if tuple(words[position : position + length]) in known), 0)


class Spelling:
    """Mends long words that are one letter away from a known one: wrong, missing, too many, or two swapped.

    Args:
        words: The known words.
        ordinary: Words that are never mended, though they are near a known one.
    """

    def __init__(self, words: Iterable[str], ordinary: Iterable[str]) -> None:
        self._kept = {*words, *ordinary}
        self._near: dict[str, list[str]] = {}
        for word in sorted(self._kept.difference(ordinary)):
            if len(word) >= SHORTEST_MISSPELT and word.isalpha():
                for form in _with_a_letter_less(word):
                    self._near.setdefault(form, []).append(word)
        self._remembered = lru_cache(maxsize=10_000)(self.meant)

    def mended(self, words: Sequence[str]) -> list[str]:
        """Return the words, those that are known but for a letter as they are known."""
        return [self._remembered(word) for word in words]

    def meant(self, typed: str) -> str:
        """Return the known word that a typed one is but for a letter, or the word as typed."""
        if typed in self._kept or not SHORTEST_MISSPELT - 1 <= len(typed) <= 40:
            return typed
        for form in _with_a_letter_less(typed):
            for word in self._near.get(form, ()):
                if OSA.distance(typed, word, score_cutoff=1) <= 1:
                    return word
        return typed


class TakenApart:
    """Puts names together that were typed as two words or in single letters: "mela noma", "a l s".

    Two words that are both English stay apart ("in fertility"). Where the second is not, the name may have a letter
    wrong as well: "my loma" is a myeloma.

    Args:
        names: The names; those of one word are put together.
        spelling: Mends a name once it is together.
        english: Words that say something alone.
    """

    def __init__(self, names: Iterable[str], spelling: Spelling, english: Container[str]) -> None:
        self._names = frozenset(words[0] for words in map(words_of, names) if len(words) == 1)
        self._spelling = spelling
        self._english = english

    def together(self, words: Sequence[str]) -> list[str]:
        """Return the words, those that make a name together as one."""
        found, position = list[str](), 0
        while position < len(words):
            name, length = self._name_at(words, position)
            found.append(name)
            position += length
        return found

    def _name_at(self, words: Sequence[str], position: int) -> tuple[str, int]:
        letters = "".join(takewhile(lambda word: len(word) == 1, words[position : position + _MOST_SPELT_OUT]))
        for length in range(len(letters), FEWEST_SPELT_OUT - 1, -1):
            if letters[:length] in self._names:
                return letters[:length], length
        pair = words[position : position + 2]
        name = self._name_of(*pair) if len(pair) > 1 else None
        return (name, 2) if name is not None else (words[position], 1)

    def _name_of(self, first: str, second: str) -> str | None:
        joined = first + second
        if len(joined) < SHORTEST_TAKEN_APART or not joined.isalpha() or not self._names.isdisjoint((first, second)):
            return None
        if second in self._english:
            return joined if joined in self._names and first not in self._english else None
        meant = joined if joined in self._names else self._spelling.meant(joined)
        return meant if meant in self._names else None


def _with_a_letter_less(word: str) -> list[str]:
    return [word, *(word[:place] + word[place + 1 :] for place in range(len(word)))]
