"""Precision and recall of the entities that the vocabulary finds, on messages of their own."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from evaluation.understanding.messages import DEVELOPMENT
from helpline.nlu.vocabulary import pipeline

FILE = DEVELOPMENT / "entities.jsonl"


@dataclass(frozen=True)
class EntityScore:
    """How well an entity is found: with its canonical value, or it does not count.

    Attributes:
        entity: Its name.
        wanted: How many there are to find.
        precision: Share of those found that are wanted.
        recall: Share of those wanted that are found.
    """

    entity: str
    wanted: int
    precision: float
    recall: float


def entity_scores(path: Path = FILE) -> list[EntityScore]:
    """Return a score for each entity; a line of the file holds ``text`` and ``entities``, pairs of name and value."""
    nlp = pipeline()
    # Each value counts once a message, however often it is named: a form asks for it once.
    wanted: Counter[tuple[str, str]] = Counter()
    found: Counter[tuple[str, str]] = Counter()
    both: Counter[tuple[str, str]] = Counter()
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        here = Counter({(name, value) for name, value in entry["entities"]})
        there = Counter({(span.label_, span.ent_id_ or span.text) for span in nlp(entry["text"]).ents})
        wanted, found, both = wanted + here, found + there, both + (here & there)
    scores = []
    for entity in sorted({name for name, _ in wanted | found}):
        hits, asked, made = (
            sum(count for (name, _), count in counted.items() if name == entity) for counted in (both, wanted, found)
        )
        scores.append(EntityScore(entity, asked, hits / max(made, 1), hits / max(asked, 1)))
    return scores
