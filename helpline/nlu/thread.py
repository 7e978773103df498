"""The thread of a conversation: what its last turns were about, what was answered and offered.

The engine writes it after each turn into a slot (helpline/rasa/threads.py); the classifier reads a message by it. It
holds topics, names of responses and the assistant's own choices, and never a visitor's words. Knows nothing of Rasa.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

THREAD = "thread"
# Turns that are remembered.
KEPT_TURNS = 10


@dataclass(frozen=True)
class ThreadTurn:
    """One turn.

    Attributes:
        topic: The topic that it was about: answered, or the likeliest of those that were offered.
        answered: Whether that topic was answered.
        said: Names of the responses.
        choices: Title and payload of each choice that was offered.
    """

    topic: str | None = None
    answered: bool = False
    said: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {
            "topic": self.topic,
            "answered": self.answered,
            "said": list(self.said),
            "choices": [list(choice) for choice in self.choices],
        }

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> "ThreadTurn":
        """Return what `as_dict` wrote."""
        choices = tuple((title, payload) for title, payload in kept["choices"])
        return cls(kept["topic"], kept["answered"], tuple(kept["said"]), choices)


@dataclass(frozen=True)
class Thread:
    """The last turns, oldest first."""

    turns: tuple[ThreadTurn, ...] = field(default=())

    @classmethod
    def of(cls, kept: Iterable[Mapping[str, Any]] | None) -> "Thread":
        """Return the thread that a slot holds; an empty one for None."""
        return cls(tuple(ThreadTurn.from_dict(turn) for turn in kept or ()))

    def with_turn(self, turn: ThreadTurn) -> list[dict[str, Any]]:
        """Return what the slot holds after another turn."""
        return [each.as_dict() for each in (*self.turns, turn)[-KEPT_TURNS:]]

    @property
    def topics(self) -> list[str]:
        """The topics that were answered, each once, in the order in which they came up first."""
        return list(dict.fromkeys(turn.topic for turn in self.turns if turn.topic and turn.answered))

    @property
    def topic(self) -> str | None:
        """What the conversation is about now: what came up last, even if it was only offered."""
        return next((turn.topic for turn in reversed(self.turns) if turn.topic), None)

    def said_lately(self, turns: int) -> set[str]:
        """Return the names of the responses of the last turns."""
        return {name for turn in self.turns[-turns:] for name in turn.said}

    @property
    def offers(self) -> list[tuple[tuple[str, str], ...]]:
        """The choices of each turn that had some, the last first."""
        return [turn.choices for turn in reversed(self.turns) if turn.choices]
