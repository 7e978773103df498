"""Training messages and development messages, read from their files."""

import json
from dataclasses import dataclass
from pathlib import Path

import yaml

from helpline.settings import ROOT

DEVELOPMENT = ROOT / "tests" / "nlu" / "development"
# Families of other subjects, each with an answer of its own.
FAMILIES = ("cancer", "illness", "early_breast", "drug", "organization", "animal")
# Different names of one answer, by data/rules/: the visitor hears the same, or that the page does not hold it.
SAME_ANSWER = (
    frozenset({"out_of_scope", "not_on_page", *(f"other_subject/{family}" for family in FAMILIES)}),
    frozenset({"ask_symptoms", "faq/symptoms"}),
    frozenset({"ask_if_cured", "faq/curable"}),
)


@dataclass(frozen=True)
class Example:
    """A training message.

    Attributes:
        intent: Its leaf intent.
        text: The message.
        path: The file it stands in, from the project's root.
    """

    intent: str
    text: str
    path: str


@dataclass(frozen=True)
class LabelledMessage:
    """A message that training never sees.

    Attributes:
        text: The message.
        expect: Its leaf intent, or the two of a message with two questions, in their order.
        accept: Leaf intents that are right as well.
    """

    text: str
    expect: tuple[str, ...]
    accept: frozenset[str]

    @property
    def right(self) -> frozenset[str]:
        """Return all leaf intents whose answer is a right one."""
        named = self.accept | set(self.expect)
        return frozenset(named.union(*(same for same in SAME_ANSWER if same & named)))


def training_examples(root: Path = ROOT) -> list[Example]:
    """Return all training messages under ``data/``, sorted by intent and text, each once."""
    found: dict[tuple[str, str], Example] = {}
    for path in sorted((root / "data").rglob("*.yml")):
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}
        for entry in content.get("nlu") or []:
            for line in (entry.get("examples") or "").splitlines():
                text = line.strip().removeprefix("- ").strip()
                if text and "intent" in entry:
                    example = Example(entry["intent"], text, str(path.relative_to(root)))
                    found.setdefault((example.intent, example.text), example)
    return [found[key] for key in sorted(found)]


def labelled(path: Path) -> list[LabelledMessage]:
    """Return the messages of a development file, a JSON object a line."""
    messages = []
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        expect = entry["expect"]
        named = tuple(expect) if isinstance(expect, list) else (expect,)
        messages.append(LabelledMessage(entry["text"], named, frozenset(entry.get("accept") or [])))
    return messages
