"""The spaCy pipeline that finds the domain's own words, made of content/vocabulary.yml.

Entities of this domain are lists of words and regular expressions: no trained spaCy model is needed or could be
installed. Expressions are a component of our own, because spaCy's entity ruler matches token by token, and phone
numbers, ages and times run across tokens. So are slips of a letter: spaCy's fuzzy patterns hold each token against each
word. Importing this module makes both known to spaCy, which must happen before a pipeline is loaded. Knows nothing of
Rasa.
"""

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import spacy
import yaml
from rapidfuzz.distance import Levenshtein
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
_SLIPS = "helpline_slips"
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
    """Return the pipeline: English tokens, the words of the lists, those with a slip in them, the expressions."""
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
    nlp.add_pipe(_SLIPS).set(_single_words(content["words"]))  # type: ignore[attr-defined]
    nlp.add_pipe(_EXPRESSIONS).set(content["expressions"])  # type: ignore[attr-defined]
    return nlp


def _patterns(words: dict[str, dict[str, list[str]]]) -> list[dict[str, Any]]:
    return [
        {"label": entity, "id": value, "pattern": way}
        for entity, values in words.items()
        for value, phrases in values.items()
        for phrase in phrases
        for way in dict.fromkeys((phrase, phrase.replace(" ", "-")))
    ]


def _single_words(words: dict[str, dict[str, list[str]]]) -> list[list[str]]:
    """Return entity, value and word of the words that are known with one letter wrong as well."""
    return [
        [entity, value, phrase]
        for entity, values in words.items()
        if entity not in NEVER_MISSPELT
        for value, phrases in values.items()
        for phrase in phrases
        if phrase.isalpha() and len(phrase) >= SHORTEST_MISSPELT
    ]


class Slips:
    """Adds entities for words of the lists with one letter wrong, missing or too many, where no entity is yet."""

    def __init__(self) -> None:
        self.set([])

    def set(self, words: list[list[str]]) -> None:
        """Take the words to find: of each its entity, its value and the word itself."""
        self._words = words
        self._by_length: dict[int, list[list[str]]] = {}
        for entry in words:
            self._by_length.setdefault(len(entry[2]), []).append(entry)
        self._meant = lru_cache(maxsize=20_000)(self._find)

    def __call__(self, doc: Doc) -> Doc:
        """Add the entities to a document."""
        taken = {token.i for span in doc.ents for token in span}
        found = []
        for token in doc:
            if token.i not in taken and len(token) + 1 >= SHORTEST_MISSPELT:
                meant = self._meant(token.lower_)
                if meant is not None:
                    found.append(Span(doc, token.i, token.i + 1, label=meant[0], span_id=meant[1]))
        if found:
            doc.ents = (*doc.ents, *found)
        return doc

    def _find(self, typed: str) -> tuple[str, str] | None:
        for length in (len(typed), len(typed) + 1, len(typed) - 1):
            for entity, value, word in self._by_length.get(length, ()):
                if Levenshtein.distance(typed, word, score_cutoff=1) <= 1:
                    return entity, value
        return None

    def to_disk(self, path: Path, exclude: Iterable[str] = ()) -> None:
        """Write the words; spaCy calls this when the pipeline is saved."""
        path.write_text(json.dumps(self._words), encoding="utf-8")

    def from_disk(self, path: Path, exclude: Iterable[str] = ()) -> "Slips":
        """Read what `to_disk` wrote; spaCy calls this when the pipeline is loaded."""
        self.set(json.loads(path.read_text(encoding="utf-8")))
        return self


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
        text = doc.text
        found = [span for entity, expression in self._compiled for span in _spans(doc, text, entity, expression)]
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


@Language.factory(_SLIPS)
def make_slips(nlp: Language, name: str) -> Slips:
    """Return the component without words, for spaCy."""
    return Slips()


@Language.factory(_EXPRESSIONS)
def make_expressions(nlp: Language, name: str) -> Expressions:
    """Return the component without expressions, for spaCy."""
    return Expressions()


def _spans(doc: Doc, text: str, entity: str, expression: re.Pattern[str]) -> list[Span]:
    group = "value" if "value" in expression.groupindex else 0
    spans = []
    for match in expression.finditer(text):
        span = doc.char_span(*match.span(group), label=entity, span_id=match[group], alignment_mode="expand")
        if span is not None:
            spans.append(span)
    return spans
