"""Expressions for street addresses that a flat, a town or a zip code may follow.

What may follow is a long expression. In each of thirty others it took a second of each start of the engine to compile.
So it is compiled once, and looked for where one of the others ends. It may be nothing, so what is found is the same.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ADDRESS = "address"


@dataclass(frozen=True)
class AddressMatch:
    """A place in a text that looks like an address.

    Attributes:
        match: The match, without what follows.
        end: Where the address ends, with what follows.
    """

    match: re.Match[str]
    end: int

    @property
    def start(self) -> int:
        """Where the address begins: what shows it, as in "live at", is none of it."""
        return self.match.start(_group_of(self.match.re))

    @property
    def has_tail(self) -> bool:
        """Whether a flat, a town or a zip code follows."""
        return self.end > self.match.end()

    def __getitem__(self, group: str) -> str:
        """Return what a group matched."""
        return self.match[group]


class TailedPattern:
    """An expression that a tail may follow.

    Args:
        pattern: The expression; if it has a group ``address``, that ends where the whole does. Capitals do not matter.
        tail: What may follow; it matches nothing as well.
    """

    def __init__(self, pattern: str, tail: re.Pattern[str]) -> None:
        self._pattern = re.compile(pattern, re.I)
        self._tail = tail

    def matches(self, text: str) -> Iterator[AddressMatch]:
        """Yield what is found, from left to right and apart from each other."""
        start = 0
        while match := self._pattern.search(text, start):
            tail = self._tail.match(text, match.end())
            start = tail.end() if tail else match.end()
            yield AddressMatch(match, start)


AddressPattern = re.Pattern[str] | TailedPattern


def matches(pattern: AddressPattern, text: str) -> Iterator[AddressMatch]:
    """Yield what an expression finds, with a tail or without."""
    if isinstance(pattern, TailedPattern):
        yield from pattern.matches(text)
        return
    for match in pattern.finditer(text):
        yield AddressMatch(match, match.end(_group_of(pattern)))


def _group_of(pattern: re.Pattern[str]) -> str | int:
    return _ADDRESS if _ADDRESS in pattern.groupindex else 0
