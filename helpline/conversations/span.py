"""A part of a text that must not be kept, and the marks that stand in its place."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

MARKS = {
    "email": "[email]",
    "profile": "[profile]",
    "record_number": "[record number]",
    "birth_date": "[birth date]",
    "address": "[address]",
    "phone": "[phone]",
    "name": "[name]",
}
MARK = re.compile("|".join(map(re.escape, MARKS.values())))
# Stands for what is already known, or is to be kept: it ends a sentence and is in no word.
BLANK = "\0"
_NOT_BLANK = re.compile(r"[^\0]+")


class Span(NamedTuple):
    """A part of a text, in characters, and which of `MARKS` it gets."""

    start: int
    end: int
    kind: str


def blank(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return the text, as long as before, with these parts blanked out."""
    for start, end in spans:
        text = f"{text[:start]}{BLANK * (end - start)}{text[end:]}"
    return text


def merged(spans: Sequence[Span]) -> list[Span]:
    """Return the spans in order, those that overlap joined; the kind is that of the one named first in `MARKS`."""
    rank = list(MARKS).index
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start < joined[-1].end:
            last = joined[-1]
            joined[-1] = Span(last.start, max(last.end, span.end), min(last.kind, span.kind, key=rank))
        else:
            joined.append(span)
    return joined


def without_blanks(text: str, spans: Iterable[Span]) -> list[Span]:
    """Return the spans without what is blanked out in the text, which may cut them into several."""
    return [
        Span(span.start + part.start(), span.start + part.end(), span.kind)
        for span in spans
        for part in _NOT_BLANK.finditer(text[span.start : span.end])
    ]
