"""What a turn is asked with and what it answers: the engine's own terms, whatever carries them."""

from dataclasses import dataclass, field
from typing import Any

from helpline.errors import HelplineError
from helpline.rasa.output import Reply


@dataclass(frozen=True)
class TurnRequest:
    """A message for the assistant: a text, a pressed button, or the start of a conversation with neither.

    Attributes:
        conversation: The sender id.
        channel: The channel's name.
        message_id: The id that the sender gave the message.
        text: What was typed.
        button: Reference of the button that was pressed.
        opened_at: When the visitor's session was opened, Unix time; 0 where the channel has no sessions. A conversation
            that ended after it does not go on.
        idle_limit: Seconds after the last message in which the conversation ends by itself; 0 for never.
        wait: Seconds after which nobody waits for the answer any more.
        phone_number: The number that the visitor writes from, in E.164, where the channel knows it. A form may offer
            it; nothing keeps it before the visitor said yes to that.
    """

    conversation: str
    channel: str
    message_id: str
    text: str | None = None
    button: str | None = None
    opened_at: float = 0.0
    idle_limit: float = 0.0
    wait: float = 10.0
    phone_number: str | None = field(default=None, repr=False)

    @property
    def begins(self) -> bool:
        """Whether the message begins a conversation."""
        return self.text is None and self.button is None


@dataclass(frozen=True)
class TurnAnswer:
    """What is said to a message.

    Attributes:
        replies: The assistant's messages.
        late: Replies of an earlier turn that came when nobody waited any more; to be shown first.
        form: The form that is active after the turn.
        intent: The leaf intent of the message, such as ``faq/ned``.
        confidence: The classifier's.
        danger: The kind of danger that was raised, such as ``crisis/self``.
        slots: Slots that hold something, for the team's own tools.
        ended: Whether the conversation was deleted in the turn, so that it does not go on.
        stored: Whether the turn is stored; else this engine alone knows of it.
    """

    replies: list[Reply]
    late: list[Reply] = field(default_factory=list)
    form: str | None = None
    intent: str | None = None
    confidence: float | None = None
    danger: str | None = None
    slots: dict[str, Any] = field(default_factory=dict)
    ended: bool = False
    stored: bool = True


class ConversationEndedError(HelplineError):
    """The visitor deleted the conversation; it does not go on."""


class UnknownButtonError(HelplineError):
    """The button is not on offer; only those of the last turn are."""
