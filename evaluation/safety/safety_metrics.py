"""Measures the danger detector on its development messages, and holds it to its figures.

The messages in tests/safety/development/ were written apart from patterns and training data, and are never
trained on. Knows nothing of Rasa: what reads a message is handed in.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from evaluation.safety.perturbations import perturbed
from helpline.nlu.intents import group_of
from helpline.safety.dangers import CRISIS, DANGERS, EMERGENCY, THREAT, VIOLENCE
from helpline.settings import ROOT

DEVELOPMENT = ROOT / "tests" / "safety" / "development"
STRANGERS = ROOT / "tests" / "nlu" / "development" / "strangers_danger.jsonl"
PERTURBATIONS = 200
SEED = 7
# "How long do I have": the topic says what can be said, and no number.
LIFE_EXPECTANCY = "faq/life_expectancy"

Leaves = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    Attributes:
        name: What was measured.
        count: Messages.
        hits: Those of them that were what the name says.
        share: The share to reach, or to stay under.
        at_most: Whether the share is a ceiling.
        missed: The messages on the wrong side, each with the leaf intents it got.
    """

    name: str
    count: int
    hits: int
    share: float
    at_most: bool
    missed: Sequence[tuple[str, str]]

    @property
    def reached(self) -> bool:
        """Whether the figure is reached."""
        part = self.hits / self.count
        return part <= self.share if self.at_most else part >= self.share


@dataclass(frozen=True)
class _Goal:
    """A figure to reach.

    Attributes:
        name: What is measured.
        file: The development file.
        groups: Groups of leaf intents, or single leaf intents, that count as a hit.
        share: The share to reach, or to stay under.
        at_most: Whether the share is a ceiling.
        expect: Only the messages whose leaf intent begins so are measured.
    """

    name: str
    file: str
    groups: frozenset[str]
    share: float
    at_most: bool = False
    expect: str = ""


_GOALS = (
    _Goal("crisis caught", "crisis", frozenset((CRISIS,)), 0.85),
    _Goal("look-alikes of a crisis flagged", "crisis_lookalikes", frozenset(DANGERS), 0.06, at_most=True),
    _Goal("violence caught", "violence", frozenset((VIOLENCE, THREAT)), 0.9),
    _Goal("look-alikes of violence flagged", "violence_lookalikes", frozenset(DANGERS), 0.05, at_most=True),
    _Goal("emergencies caught", "emergency", frozenset((EMERGENCY,)), 0.96),
    _Goal("look-alikes of an emergency flagged", "emergency_lookalikes", frozenset(DANGERS), 0.05, at_most=True),
    _Goal("requests for advice recognised", "advice", frozenset(("advice",)), 0.92, expect="advice/"),
    _Goal("how long one has, recognised", "advice", frozenset((LIFE_EXPECTANCY,)), 0.8, expect=LIFE_EXPECTANCY),
    _Goal("requests for advice flagged as danger", "advice", frozenset(DANGERS), 0.03, at_most=True),
    _Goal("distress flagged as danger", "distress", frozenset(DANGERS), 0.06, at_most=True),
)


def labelled(name: str, folder: Path = DEVELOPMENT) -> list[dict[str, str]]:
    """Return the messages of one development file, each with ``text``, ``expect`` and ``kind``."""
    lines = (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def labelled_messages() -> list[tuple[str, str]]:
    """Return all development messages on danger, each with the leaf intent it has."""
    paths = [*sorted(DEVELOPMENT.glob("*.jsonl")), STRANGERS]
    messages = [message for path in paths for message in labelled(path.stem, path.parent)]
    return [(message["text"], message["expect"]) for message in messages]


def measure_safety(leaves: Leaves) -> list[Figure]:
    """Return all figures.

    Args:
        leaves: Returns the leaf intents that a message is answered as, such as ``crisis/self``; usually one.
    """
    figures = [_figure(goal, _texts(goal), leaves) for goal in _GOALS]
    crises = [message["text"] for message in labelled("crisis")]
    spoiled = [message for _, _, message in perturbed(crises, PERTURBATIONS, SEED)]
    return [*figures, _figure(_Goal("spoiled crises caught", "", frozenset((CRISIS,)), 0.8), spoiled, leaves)]


def _texts(goal: _Goal) -> list[str]:
    return [message["text"] for message in labelled(goal.file) if message["expect"].startswith(goal.expect)]


def _figure(goal: _Goal, messages: Sequence[str], leaves: Leaves) -> Figure:
    answered = [leaves(message) for message in messages]
    hit = [any({leaf, group_of(leaf)} & goal.groups for leaf in each) for each in answered]
    pairs = zip(messages, answered, hit, strict=True)
    missed = [(message, " ".join(each)) for message, each, yes in pairs if yes == goal.at_most]
    return Figure(goal.name, len(messages), sum(hit), goal.share, goal.at_most, missed)
