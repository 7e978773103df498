"""The spaCy pipeline of the domain's own words, made of content/vocabulary.yml.

No trained spaCy model is needed or could be installed; entities of this domain are lists and expressions. Knows
nothing of Rasa.
"""

from pathlib import Path
from typing import Any

import spacy
import yaml
from spacy.language import Language
from spacy.util import compile_infix_regex

from helpline.errors import ContentError
from helpline.nlu import expressions
from helpline.settings import ROOT

SOURCE = ROOT / "content" / "vocabulary.yml"
# From this length on a single word is known with one letter wrong as well; shorter ones, and those for people ("others"
# for "mothers"), would be other words.
SHORTEST_MISSPELT = 7
NEVER_MISSPELT = frozenset({"relation"})


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
    ordinary = [{"label": expressions.ORDINARY, "pattern": phrase} for phrase in content.get("ordinary", [])]
    ruler.add_patterns([*_patterns(content["words"]), *ordinary])  # type: ignore[attr-defined]
    nlp.add_pipe(expressions.NAME).set(content["expressions"])  # type: ignore[attr-defined]
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
