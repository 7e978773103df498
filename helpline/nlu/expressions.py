"""A spaCy component that finds entities by regular expressions over the text.

spaCy's entity ruler matches token by token, and phone numbers, ages and times run across tokens. Knows nothing of
Rasa. Importing this module makes the component known to spaCy, which must happen before a pipeline is loaded.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

NAME = "helpline_expressions"
# The label of what holds a word of the lists and means none of them.
ORDINARY = "ordinary"


class Expressions:
    """Adds entities for expressions; where entities overlap the longest stays, the earlier of equals.

    Ordinary phrases, which kept a word in them from being found, are no entities and go.
    Kept in a file of its own: the configuration of a spaCy pipeline reads "$" as a reference.
    """

    def __init__(self) -> None:
        self.set([])

    def set(self, expressions: list[dict[str, str]]) -> None:
        """Take the expressions to find: each an ``entity`` and an ``expression``."""
        self._expressions = expressions
        self._compiled = [(entry["entity"], re.compile(entry["expression"])) for entry in expressions]

    def __call__(self, doc: Doc) -> Doc:
        """Add the entities to a document."""
        found = [span for entity, expression in self._compiled for span in _spans(doc, entity, expression)]
        kept = filter_spans([*found, *doc.ents]) if found else doc.ents
        doc.ents = tuple(span for span in kept if span.label_ != ORDINARY)
        return doc

    def to_disk(self, path: Path, exclude: Iterable[str] = ()) -> None:
        """Write the expressions; spaCy calls this when the pipeline is saved."""
        path.write_text(json.dumps(self._expressions), encoding="utf-8")

    def from_disk(self, path: Path, exclude: Iterable[str] = ()) -> "Expressions":
        """Read what `to_disk` wrote; spaCy calls this when the pipeline is loaded."""
        self.set(json.loads(path.read_text(encoding="utf-8")))
        return self


@Language.factory(NAME)
def make_expressions(nlp: Language, name: str) -> Expressions:
    """Return the component without expressions, for spaCy."""
    return Expressions()


def _spans(doc: Doc, entity: str, expression: re.Pattern[str]) -> list[Span]:
    group = "value" if "value" in expression.groupindex else 0
    spans = []
    for match in expression.finditer(doc.text):
        span = doc.char_span(*match.span(group), label=entity, span_id=match[group], alignment_mode="expand")
        if span is not None:
            spans.append(span)
    return spans
