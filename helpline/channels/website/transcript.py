"""A conversation as turns, read from the events of its tracker.

The tracker is the channel's only memory: what was said, which message was answered already, which buttons are
on offer. So nothing is forgotten when a server is restarted, nor lost between several servers.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from rasa.shared.core.constants import IS_EXTERNAL
from rasa.shared.core.events import BotUttered, Event, UserUttered

from helpline.channels.output import is_visible

# Id of the turn that greets; the visitor did not write it.
START = "start"
# Where a button press keeps what the button said.
TITLE = "button"


@dataclass
class Turn:
    """What the visitor sent and what the assistant answered.

    Attributes:
        message_id: The id that the sender of the message gave it.
        said: What the visitor wrote or pressed; None where they did neither.
        at: Unix time.
        answers: The assistant's messages, as ``BotUttered.message()`` gives them.
    """

    message_id: str | None
    said: str | None
    at: float
    answers: list[dict[str, Any]] = field(default_factory=list)


class Transcript:
    """The turns of a conversation, oldest first."""

    def __init__(self, events: Iterable[Event]) -> None:
        self.turns: list[Turn] = []
        for event in events:
            if isinstance(event, UserUttered) and event.message_id and not event.metadata.get(IS_EXTERNAL):
                self.turns.append(Turn(event.message_id, _said(event), event.timestamp))
            elif isinstance(event, BotUttered) and is_visible(event.message()):
                if not self.turns:
                    self.turns.append(Turn(None, None, event.timestamp))
                self.turns[-1].answers.append(event.message())

    @property
    def last_active(self) -> float:
        """Unix time of the visitor's last message; 0 without one."""
        return self.turns[-1].at if self.turns else 0.0

    @property
    def last_answers(self) -> list[dict[str, Any]]:
        """The assistant's messages of the last turn."""
        return self.turns[-1].answers if self.turns else []

    def turn(self, message_id: str) -> Turn | None:
        """Return the turn that answered a message, or None."""
        return next((turn for turn in self.turns if turn.message_id == message_id), None)


def _said(event: UserUttered) -> str | None:
    if event.message_id == START:
        return None
    title = event.metadata.get(TITLE)
    if title is not None:
        return str(title)
    return None if (event.text or "").startswith("/") else event.text
