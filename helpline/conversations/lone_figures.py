"""Finds figures that stand alone and measure nothing: a postal code, a part of a number."""

import re
from collections.abc import Iterator

from helpline.conversations.redaction_lexicon import Record, one_of
from helpline.conversations.span import Span

_LONE = re.compile(r"(?<![\w.,$\u00a3\u20ac/+-])\d{5,6}(?![\w,/+-]|\.\d)")
_ROUND = 500
_LOOK_BACK = 25


class LoneFigureFinder:
    """Finds five or six figures in a row that are not round, have no unit and stand after nothing measured or paid."""

    def __init__(self, words: Record) -> None:
        self._units = re.compile(rf"\s?{one_of(words.units)}(?!\w)", re.I)
        self._measures = re.compile(rf"(?<!\w){one_of(words.measures)}(?!\w)", re.I)

    def find(self, text: str) -> Iterator[Span]:
        """Yield them as parts of addresses, which most of them are."""
        for match in _LONE.finditer(text):
            measured = self._measures.search(text[max(0, match.start() - _LOOK_BACK) : match.start()])
            if not (measured or int(match[0]) % _ROUND == 0 or self._units.match(text, match.end())):
                yield Span(*match.span(), "address")
