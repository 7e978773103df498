"""Reads what somebody is going through from their own words: concerns, children, work.

What they deny is not read as theirs ("no kids", "not worried about work"); but "I can't work" and "not being there for
my kids" are worries all the same, so only what takes something away as a whole does so.
"""

import re
from dataclasses import dataclass

from helpline.text.lexicon import Lexicon
from helpline.text.matching_words import MatchingWords
from helpline.text.normalising import straightened
from helpline.text.word_groups import Patterns, Phrases

_SPACE = re.compile(r"\s*")
# How far "no partner, job or kids" may go on to its "or".
_REST_OF_LIST = 60
# For a carer this is a worry also where it names whom they care for.
_CARING = "caring_for_somebody"


@dataclass(frozen=True)
class Life:
    """What was read.

    Attributes:
        concerns: Of `CONCERNS`.
        children: Of `CHILDREN`; None where nothing was said.
        work: Of `WORK`; None where nothing was said.
    """

    concerns: frozenset[str] = frozenset()
    children: str | None = None
    work: str | None = None


def read_life(text: str, role: str = "patient") -> Life:
    """Read what somebody is going through.

    Args:
        text: Their words.
        role: Of `ROLES`. "My husband" is a carer's name for whom they care for, and no worry about a partner.
    """
    words, plain = Lexicon.load().matching, straightened(text).lower()
    if quick := frozenset(key for key, replies in words.quick_replies.items() if replies.fullmatch(plain.strip(" .!"))):
        return Life(quick)
    concerns = set()
    if role == "carer":
        if words.concerns[_CARING].within(plain):
            concerns.add(_CARING)
        plain = _blanked(plain, words.of_carers)
    denials, left = _Denials(plain, words), plain
    for key, phrases in words.concerns.items():
        lack_counts = key in words.worse_without
        if any(not denials.cover(match, lack_counts=lack_counts) for match in phrases.all_within(left)):
            concerns.add(key)
        left = _blanked(left, phrases)
    return Life(frozenset(concerns), _children(plain, denials, words), _work(plain, denials, words))


def _blanked(text: str, patterns: Patterns) -> str:
    """Return the text with spaces in place of what is found, so that all else stands where it stood."""
    for match in patterns.all_within(text):
        text = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
    return text


def _children(text: str, denials: "_Denials", words: MatchingWords) -> str | None:
    of = words.children
    for key, phrases in (("young", of.young), ("grown", of.grown), ("none", of.none)):
        if any(not denials.cover(match) for match in phrases.all_within(text)):
            return key
    left = _blanked(_blanked(text, of.young), of.grown)
    return "none" if any(denials.say_there_is_no(match) for match in of.any.all_within(left)) else None


def _work(text: str, denials: "_Denials", words: MatchingWords) -> str | None:
    found = (
        key for key, phrases in words.work.items() for match in phrases.all_within(text) if not denials.cover(match)
    )
    return next(found, None)


class _Denials:
    """Knows which phrases of a text are taken away by what stands before or after them."""

    def __init__(self, text: str, words: MatchingWords) -> None:
        self._text = text
        self._words = words
        self._phrases = [
            *words.concerns.values(),
            *(words.children.any, words.children.none, words.children.young, words.children.grown),
            *words.work.values(),
        ]
        self._absent = self._reached_from(words.absent)
        self._untroubled = self._reached_from(words.untroubled)

    def cover(self, match: re.Match[str], *, lack_counts: bool = False) -> bool:
        """Tell whether a phrase is denied in any way.

        Args:
            match: Where it stands.
            lack_counts: Whether it stays a worry where it is said not to be there.
        """
        start = self._begin(match)
        denied = start in self._untroubled or (start in self._absent and not lack_counts)
        return denied or self._is_no_worry(match.end())

    def say_there_is_no(self, match: re.Match[str]) -> bool:
        """Tell whether a phrase is said not to be there, such as children."""
        return self._begin(match) in self._absent

    def _begin(self, match: re.Match[str]) -> int:
        """Return where a phrase begins behind words such as "my", which may belong to it or stand before it."""
        return self._skip(match.start())

    def _is_no_worry(self, place: int) -> bool:
        return self._words.after.at_start(self._text, _after_space(self._text, place)) is not None

    def _reached_from(self, denying: Phrases) -> set[int]:
        """Return where the phrases begin that a denial reaches, with words alone between that carry it on."""
        reached: set[int] = set()
        for denial in denying.all_within(self._text):
            place = denial.end()
            while phrase := self._next_phrase(place):
                reached.add(self._skip(phrase.start()))
                place = self._next_of_list(phrase.end())
        return reached

    def _next_phrase(self, place: int) -> re.Match[str] | None:
        """Return the longest phrase that begins at a place or behind words such as "any" and "my"."""
        while True:
            place = _after_space(self._text, place)
            if found := [match for each in self._phrases if (match := each.at_start(self._text, place))]:
                return max(found, key=lambda match: match.end())
            between = self._words.between.at_start(self._text, place)
            if between is None:
                return None
            place = between.end()

    def _next_of_list(self, place: int) -> int:
        """Return where a denied list goes on ("no kids or partner", "no partner, job or kids"), or the text ends."""
        place = _after_space(self._text, place)
        if alternative := self._words.alternatives.at_start(self._text, place):
            return alternative.end()
        if self._text[place : place + 1] == ",":
            rest = re.split(r"[.;:!?\n]", self._text[place : place + _REST_OF_LIST])[0]
            if self._words.alternatives.within(rest):
                following = _after_space(self._text, place + 1)
                alternative = self._words.alternatives.at_start(self._text, following)
                return alternative.end() if alternative else following
        return len(self._text)

    def _skip(self, place: int) -> int:
        """Return the place behind spaces and words such as "any" and "my"."""
        place = _after_space(self._text, place)
        while between := self._words.between.at_start(self._text, place):
            place = _after_space(self._text, between.end())
        return place


def _after_space(text: str, place: int) -> int:
    space = _SPACE.match(text, place)
    return space.end() if space else place
