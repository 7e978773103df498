"""The spaCy pipeline that finds the domain's own words, made of content/vocabulary.yml.

Entities of this domain are lists of words and regular expressions: no trained spaCy model is needed or could be
installed. The expressions are a component of our own, because spaCy's entity ruler matches token by token, and phone
numbers, ages and times run across tokens. Importing this module makes that component known to spaCy, which must
happen before a pipeline is loaded. Knows nothing of Rasa.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import spacy
import yaml
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import compile_infix_regex, filter_spans

from helpline.errors import ContentError
from helpline.settings import ROOT

SOURCE = ROOT / "content" / "vocabulary.yml"
# From this length on a single word is known with one letter wrong as well; shorter ones, and those for people ("others"
# for "mothers"), would be other words.
SHORTEST_MISSPELT = 7
NEVER_MISSPELT = frozenset({"relation"})
_EXPRESSIONS = "helpline_expressions"
# The label of what holds a word of the lists and means none of them.
_ORDINARY = "ordinary"


class VocabularyError(ContentError):
    """The vocabulary's file does not have the form that its head describes."""


def build(path: Path, source: Path = SOURCE) -> None:
    """Write the pipeline to a directory, over what is there.

    Raises:
        VocabularyError: The source lacks a part or has one that is empty.
    """
    path.mkdir(parents=True, exist_ok=True)
    pipeline(source).to_disk(path)


def pipeline(source: Path = SOURCE) -> Language:
    """Return the pipeline: English words, then the words of the lists, then the expressions."""
    content = yaml.safe_load(source.read_text(encoding="utf-8"))
    for part in ("words", "expressions"):
        if not isinstance(content, dict) or not content.get(part):
            raise VocabularyError(f"{source.name} has no {part!r}.")
    nlp = spacy.blank("en")
    # "ER-/PR-" is two statuses.
    infixes = [*(nlp.Defaults.infixes or ()), r"(?<=[+-])/(?=\w)"]
    nlp.tokenizer.infix_finditer = compile_infix_regex(infixes).finditer  # type: ignore[union-attr]
    ruler = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    ordinary = [{"label": _ORDINARY, "pattern": phrase} for phrase in content.get("ordinary", [])]
    ruler.add_patterns([*_patterns(content["words"]), *ordinary])  # type: ignore[attr-defined]
    nlp.add_pipe(_EXPRESSIONS).set(content["expressions"])  # type: ignore[attr-defined]
    return nlp


def _patterns(words: dict[str, dict[str, list[str]]]) -> list[dict[str, Any]]:
    patterns: list[dict[str, Any]] = []
    for entity, values in words.items():
        for value, phrases in values.items():
            for phrase in phrases:
                ways: list[Any] = list(dict.fromkeys((phrase, phrase.replace(" ", "-"))))
                if phrase.isalpha() and len(phrase) >= SHORTEST_MISSPELT and entity not in NEVER_MISSPELT:
                    ways.append([{"LOWER": {"FUZZY1": phrase}}])
                patterns += [{"label": entity, "id": value, "pattern": way} for way in ways]
    return patterns


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
        doc.ents = tuple(span for span in kept if span.label_ != _ORDINARY)
        return doc

    def to_disk(self, path: Path, exclude: Iterable[str] = ()) -> None:
        """Write the expressions; spaCy calls this when the pipeline is saved."""
        path.write_text(json.dumps(self._expressions), encoding="utf-8")

    def from_disk(self, path: Path, exclude: Iterable[str] = ()) -> "Expressions":
        """Read what `to_disk` wrote; spaCy calls this when the pipeline is loaded."""
        self.set(json.loads(path.read_text(encoding="utf-8")))
        return self


@Language.factory(_EXPRESSIONS)
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
