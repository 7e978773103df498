"""Measures the redaction on marked messages: what it finds, and what else it takes away.

A file holds a message a line: ``{"text": "...", "spans": [{"start": 0, "end": 5, "kind": "name"}]}``, in characters.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpline.conversations.redaction import Redactor, redactor

_NAME = "name"
_WORD = re.compile(r"\S+")


@dataclass(frozen=True)
class RedactionFigures:
    """How well messages were redacted. Shares are of 1; of nothing all is found and none lost."""

    messages: int
    contact_data: int
    contact_data_found: int
    names: int
    names_found: int
    other_words: int
    other_words_lost: int

    @property
    def recall_contact_data(self) -> float:
        """Share of phone numbers, addresses, dates and numbers of which no letter or digit is left."""
        return self.contact_data_found / self.contact_data if self.contact_data else 1.0

    @property
    def recall_names(self) -> float:
        """Share of names of which no letter is left."""
        return self.names_found / self.names if self.names else 1.0

    @property
    def share_lost(self) -> float:
        """Share of the words outside all marked parts of which a letter or digit was taken."""
        return self.other_words_lost / self.other_words if self.other_words else 0.0


def measure(path: Path, redact: Redactor | None = None) -> RedactionFigures:
    """Redact the messages of a file and compare."""
    redact = redact or redactor()
    counts = dict.fromkeys(RedactionFigures.__dataclass_fields__, 0)
    for message in read_messages(path):
        text, gold = message["text"], message["spans"]
        covered = _characters((span.start, span.end) for span in redact.spans(text))
        counts["messages"] += 1
        for span in gold:
            group = "names" if span["kind"] == _NAME else "contact_data"
            counts[group] += 1
            counts[f"{group}_found"] += not missed(text, span, covered)
        marked = _characters((span["start"], span["end"]) for span in gold)
        for word in _WORD.finditer(text):
            letters = {i for i in range(*word.span()) if text[i].isalnum()}
            if letters and not letters & marked:
                counts["other_words"] += 1
                counts["other_words_lost"] += bool(letters & covered)
    return RedactionFigures(**counts)


def missed(text: str, span: dict[str, Any], covered: set[int]) -> bool:
    """Whether a letter or digit of a marked part is not covered."""
    return any(text[i].isalnum() and i not in covered for i in range(span["start"], span["end"]))


def read_messages(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the messages of a file with their marked parts."""
    for line in path.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def _characters(spans: Iterator[tuple[int, int]]) -> set[int]:
    return {i for start, end in spans for i in range(start, end)}
