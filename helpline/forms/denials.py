"""What a message denies: "not the liver, only bones", "anything but phone", "HR negative".

Also which of several values is meant. What is denied is never taken; what is in doubt is asked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from helpline.text.lexicon import Lexicon

_MINUS = re.compile(r"-(?![\w-])")


@dataclass(frozen=True)
class Doubt:
    """Values of which it is not clear whether they are meant, so that the visitor is asked.

    Attributes:
        response: What to say before the question is asked again; it may hold ``{candidates}``.
        values: What may be meant. A yes to one of them takes it; of several, one can be chosen.
        shown: The same as people write it.
        typed: What was typed, to be taken when it is typed once more.
    """

    response: str
    values: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    typed: str | None = None


@dataclass(frozen=True)
class Found:
    """A value and where it stands in the text."""

    value: str
    start: int
    end: int


class Denials:
    """Knows which parts of a text are denied.

    Args:
        text: The text, straightened (``helpline.text.normalising``).
        of_options: Whether an option may be denied, so that "no" counts. "No, it's 212 ..." denies no number.
    """

    def __init__(self, text: str, *, of_options: bool = True) -> None:
        self._text = text
        self._of_options = of_options
        self._words = Lexicon.load().denial
        self._scopes = list(self._find_scopes())

    def _find_scopes(self) -> Sequence[tuple[int, int, int]]:
        """Return where each denial begins, where what it denies begins, and where that ends."""
        scopes = []
        place = 0
        while match := self._words.words.within(self._text, place):
            place = match.end()
            if not self._of_options and self._words.of_options_only.fullmatch(match[0]):
                continue
            if self._words.unless_followed_by.at_start(self._text, _after_space(self._text, place)):
                continue
            stop = self._words.end.search(self._text, place)
            if stop and stop[0].isalpha() and not self._text[place : stop.start()].strip():
                stop = self._words.end.search(self._text, stop.end())  # "don't use ..."
            end = stop.start() if stop else len(self._text)
            more = self._words.list.match(self._text, end) if stop and stop[0] == "," else None
            scopes.append((match.start(), place, more.end() if more else end))
        return scopes

    def cover(self, start: int, end: int, *, signs: bool = False) -> bool:
        """Tell whether what stands there is denied, by words before it or right after it.

        Args:
            start: Where it begins.
            end: Where it ends.
            signs: Whether a minus after it denies it too, as in "HR-".
        """
        if self.scope_before(start) is not None or self._words.negative.match(self._text, end):
            return True
        return signs and _MINUS.match(self._text, end) is not None

    def scope_before(self, start: int) -> tuple[int, int] | None:
        """Return where the denial begins that covers a place, and where what it denies begins; None for none."""
        return next(((begin, after) for begin, after, stop in self._scopes if after <= start < stop), None)


def last_corrected(text: str, found: Sequence[Found]) -> Found | None:
    """Return the last of several values if a word before it shows that it corrects the one before it."""
    between = text[found[-2].end : found[-1].start]
    return found[-1] if Lexicon.load().correction.between.within(between) else None


def _after_space(text: str, place: int) -> int:
    space = re.compile(r"\s*").match(text, place)
    return space.end() if space else place
