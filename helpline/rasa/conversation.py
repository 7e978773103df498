"""What is kept of a conversation between two turns: Rasa's state, and the last messages with their replies."""

from dataclasses import dataclass, field, replace
from typing import Any

from helpline.rasa.controls import without_controls
from helpline.rasa.output import Reply
from helpline.rasa.state import LEFT_OUT, WITHOUT_PERSONAL, TrackerState

# Messages whose replies the state holds; older ones are looked up among the turns.
KEPT_ANSWERS = 20


@dataclass
class Answered:
    """A message and what was said to it.

    Attributes:
        message_id: The id that the sender gave the message.
        said: What the visitor wrote or pressed; None where they did neither.
        at: Unix time of the answer.
        replies: The assistant's messages.
        shown: Whether the answer came while somebody waited for it.
        danger: The kind of danger that was raised, such as ``crisis/self``.
        late_of: Ids of the earlier messages whose answers came too late, and were shown with this one.
    """

    message_id: str
    said: str | None
    at: float
    replies: list[Reply]
    shown: bool = True
    danger: str | None = None
    late_of: list[str] = field(default_factory=list)


@dataclass
class Conversation:
    """A conversation between two turns."""

    tracker: TrackerState = field(default_factory=TrackerState)
    answered: list[Answered] = field(default_factory=list)
    form: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {
            "tracker": self.tracker.as_dict(),
            "answered": [vars(each) for each in self.answered],
            "form": self.form,
        }

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> "Conversation":
        """Return what `as_dict` wrote."""
        answered = [Answered(**each) for each in kept["answered"]]
        return cls(TrackerState.from_dict(kept["tracker"]), answered, kept["form"])

    @property
    def late(self) -> list[Answered]:
        """The answers that came when nobody waited any more, and that nobody has seen yet."""
        return [each for each in self.answered if not each.shown]

    def late_with(self, message: Answered) -> list[Answered]:
        """Return the answers that came too late and were shown with a message's, as far as they are still kept."""
        return [each for each in self.answered if each.message_id in message.late_of]

    def find(self, message_id: str) -> Answered | None:
        """Return the message of an id with its replies, or None."""
        return next((each for each in self.answered if each.message_id == message_id), None)

    def button(self, ref: str) -> dict[str, str] | None:
        """Return a button or control of the last turn, or None: earlier ones can not be pressed any more."""
        replies = self.answered[-1].replies if self.answered else []
        pressable = (each for reply in replies for each in [*reply["buttons"], *reply.get("controls", ())])
        return next((each for each in pressable if each["ref"] == ref), None)

    @property
    def offered(self) -> list[str]:
        """The titles of the last turn's buttons: somebody may type one instead of pressing it."""
        replies = self.answered[-1].replies if self.answered else []
        return [button["title"] for reply in replies for button in reply["buttons"]]

    def mark_shown(self) -> bool:
        """Note that everything was seen. Returns whether anything had not been."""
        late = self.late
        for each in late:
            each.shown = True
        return bool(late)

    def after(self, tracker: TrackerState, entry: Answered, form: str | None) -> "Conversation":
        """Return the conversation after a turn.

        Args:
            tracker: Rasa's state after it.
            entry: The message and its replies.
            form: The form that is active now. Without one nothing is kept that a form held.
        """
        # Only the buttons of the last turn can be pressed.
        earlier = [
            replace(each, shown=True, replies=[without_controls(reply) for reply in each.replies])
            for each in self.answered
        ]
        answered = [*earlier, entry][-KEPT_ANSWERS:]
        if form is None:
            answered = [
                replace(each, said=None, replies=[without_personal(reply) for reply in each.replies])
                for each in answered
            ]
        return Conversation(tracker, answered, form)


def without_personal(reply: Reply) -> Reply:
    """Return a reply without what a form held."""
    if not reply["metadata"].get("personal"):
        return reply
    return {**reply, "text": reply.get(WITHOUT_PERSONAL) or LEFT_OUT}
