"""Takes the letters before a number along with it: "LTD 881-20447", "KV-M 330 1192 87"."""

import re
from collections.abc import Iterable, Iterator

from helpline.conversations.redaction_lexicon import BirthDate, Names, Record, plain
from helpline.conversations.span import Span

_LONGEST = 14
_LETTERS = re.compile(r"(?<![\w.@/#-])(?P<letters>[A-Z]{1,5}(?:-[A-Z]{1,3})?)[\s-]$")
_NO_CODE = frozenset({"i", "a", "to", "at", "is", "no", "my", "or", "id", "tel", "cell", "fax", "call", "text", "her"})


class CodeLetters:
    """Extends the numbers that are found.

    Args:
        record: Its cues, units and measures say what a number is and are no part of it.
        birth: Neither are its events.
        names: Nor are these.
    """

    def __init__(self, record: Record, birth: BirthDate, names: Names) -> None:
        words = [
            *record.cues,
            *record.fillers,
            *record.units,
            *record.measures,
            *birth.cues,
            *birth.more_cues,
            *birth.other_events,
            *names.never,
        ]
        self._words = frozenset(map(plain, words)) | _NO_CODE

    def extended(self, text: str, spans: Iterable[Span]) -> Iterator[Span]:
        """Yield the spans, record numbers with the letters before them, phone numbers where these have a hyphen."""
        for span in spans:
            letters = None
            if span.kind in ("record_number", "phone") and text[span.start].isdigit():
                letters = _LETTERS.search(text[max(0, span.start - _LONGEST) : span.start])
            if letters and self._belongs(letters["letters"], span.kind):
                yield Span(span.start - len(letters[0]), span.end, "record_number")
            else:
                yield span

    def _belongs(self, letters: str, kind: str) -> bool:
        return plain(letters) not in self._words and ("-" in letters or kind == "record_number")
