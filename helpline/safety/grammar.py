"""The small language of the safety patterns, and its matcher.

A pattern is words with spaces between them, such as ``i <want_to> ~2 <die>``:

``word``      that word; ``no_one`` stands for the two words "no one"
``<name>``    any word, or phrase, of that list under ``words:`` in the files
``a|b|<c>``   any of these
``a|b?``      any of these, or none
``~2``        up to two words of any kind, in the same sentence
``not:a|b``   one word that is none of these, in the same sentence

Why not spaCy's matcher: lists of phrases multiply there to thousands of token patterns, and a message
took over ten milliseconds. Files and kinds of danger are left to ``matching``.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from helpline.errors import ContentError
from helpline.safety.words import SENTENCE_END

Words = Mapping[str, Sequence[str]]

_NOT = "not:"


class PatternError(ContentError):
    """A pattern cannot be read. The message quotes it and says what is wrong."""


@dataclass(frozen=True)
class Part:
    """One piece of a pattern.

    Attributes:
        single: Words that fit; where ``excludes``, words that do not.
        phrases: Phrases of two and more words that fit, by their first word.
        gap: Up to how many words of any kind fit; then the rest is empty.
        optional: Whether nothing at all fits too.
        excludes: Whether one word fits that is not in ``single``.
    """

    single: frozenset[str] = frozenset()
    phrases: Mapping[str, list[tuple[str, ...]]] = field(default_factory=dict)
    gap: int = 0
    optional: bool = False
    excludes: bool = False

    @cached_property
    def first_words(self) -> frozenset[str]:
        """Return the words that fit, and the first word of each phrase."""
        return self.single.union(self.phrases) if self.phrases else self.single

    @property
    def required(self) -> frozenset[str]:
        """Return words of which a message must hold one; empty when it can do without."""
        return frozenset() if self.gap or self.optional or self.excludes else self.first_words

    def ends(self, tokens: Sequence[str], start: int) -> Iterator[int]:
        """Return where the part can end when it begins at ``start``, shortest first."""
        if self.gap or self.optional:
            yield start
        if start >= len(tokens):
            return
        token = tokens[start]
        if self.gap:
            for end in range(start, min(start + self.gap, len(tokens))):
                if tokens[end] == SENTENCE_END:
                    return
                yield end + 1
        elif self.excludes:
            if token not in self.single and token != SENTENCE_END:
                yield start + 1
        else:
            if token in self.single:
                yield start + 1
            for phrase in self.phrases.get(token, ()):
                if tuple(tokens[start : start + len(phrase)]) == phrase:
                    yield start + len(phrase)


class Parts:
    """The pieces that patterns are made of. Most stand in many patterns, and each is made and kept once.

    Args:
        words: The lists of words that a pattern can name.
    """

    def __init__(self, words: Words) -> None:
        self._words = words
        self._made: dict[str, Part] = {}

    def of(self, pattern: str) -> list[Part]:
        """Return the pieces of a pattern, in their order.

        Raises:
            PatternError: It names a list that does not exist, or has a part that cannot be read.
        """
        return [
            self._made.get(text) or self._made.setdefault(text, self._part(text, pattern)) for text in pattern.split()
        ]

    def _part(self, text: str, pattern: str) -> Part:
        if text.startswith("~"):
            if not text[1:].isdigit():
                raise PatternError(f"{pattern!r}: {text!r} cannot be read; write ~ and a figure.")
            return Part(gap=int(text[1:]))
        if text.startswith(_NOT):
            return Part(frozenset(self._entries(text[len(_NOT) :], pattern)), excludes=True)
        phrases: dict[str, list[tuple[str, ...]]] = {}
        entries = self._entries(text.rstrip("?"), pattern)
        for entry in sorted(entry for entry in entries if " " in entry):
            phrase = tuple(sys.intern(word) for word in entry.split())
            phrases.setdefault(phrase[0], []).append(phrase)
        return Part(frozenset(entry for entry in entries if " " not in entry), phrases, optional=text.endswith("?"))

    def _entries(self, part: str, pattern: str) -> set[str]:
        entries: set[str] = set()
        for choice in part.split("|"):
            if choice.startswith("<") and choice.endswith(">"):
                if choice[1:-1] not in self._words:
                    raise PatternError(f"{pattern!r}: there is no list of words named {choice!r}.")
                entries.update(str(entry) for entry in self._words[choice[1:-1]])
            elif choice and not set(choice) & set("<>~?:"):
                entries.add(sys.intern(choice.replace("_", " ")))
            else:
                raise PatternError(f"{pattern!r}: {part!r} cannot be read.")
        return entries


class Pattern:
    """One expression.

    Raises:
        PatternError: It names a list that does not exist, or has a part that cannot be read.
    """

    def __init__(self, text: str, parts: Parts) -> None:
        self.text = text
        self._parts = parts.of(text)
        if not any(part.required for part in self._parts):
            raise PatternError(f"{text!r}: no word of it must be there, so it fits everything.")
        self._first = _first_words(self._parts)

    @property
    def required(self) -> list[frozenset[str]]:
        """Return sets of words; a message that the pattern fits holds a word of each."""
        return [part.required for part in self._parts if part.required]

    @property
    def words(self) -> set[str]:
        """Return all words the pattern is written in."""
        found: set[str] = set()
        for part in self._parts:
            if not part.excludes:
                found |= part.single
                found.update(word for phrases in part.phrases.values() for phrase in phrases for word in phrase)
        return found

    def spans(
        self, tokens: Sequence[str], places: Mapping[str, Sequence[int]], *, longest: bool
    ) -> Iterator[tuple[int, int]]:
        """Return where the pattern fits: from each start the shortest slice, or the longest.

        Args:
            tokens: The words of a message.
            places: Where each word stands among them, as `places_of` says.
            longest: Whether the longest slice is asked for.
        """
        starts: Iterable[int] = range(len(tokens))
        if self._first is not None:
            starts = sorted(place for word in places.keys() & self._first for place in places[word])
        for start in starts:
            ends = self._ends(tokens, start)
            if ends:
                yield start, max(ends) if longest else min(ends)

    def _ends(self, tokens: Sequence[str], start: int) -> set[int]:
        """Return where the pattern can end when it begins at ``start``.

        Part by part, each place once: what many gaps could reach in many ways costs no more than one.
        """
        ends = {start}
        for part in self._parts:
            ends = {end for place in ends for end in part.ends(tokens, place)}
            if not ends:
                break
        return ends


def places_of(tokens: Sequence[str]) -> dict[str, list[int]]:
    """Return where each word stands in a message."""
    places: dict[str, list[int]] = {}
    for place, token in enumerate(tokens):
        places.setdefault(token, []).append(place)
    return places


def _first_words(parts: Sequence[Part]) -> frozenset[str] | None:
    """Return the words that a match can begin with, or None where any can."""
    words: frozenset[str] = frozenset()
    for part in parts:
        if part.gap or part.excludes:
            return None
        words = words | part.first_words if words else part.first_words
        if not part.optional:
            return words
    return None
