"""A conversation as a messaging channel would show it, without a provider: in the terminal, for staff, and in tests.

It does with a message what delivery does, and keeps for its one visitor what delivery keeps of a contact.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from helpline.channels.capabilities import CHANNELS, Capabilities
from helpline.channels.handling import Handling, Standing, handling_of
from helpline.channels.layout import Layout, lay_out, more, say
from helpline.channels.messages import InboundMessage, Kind, OutboundMessage
from helpline.web.wording import Wording


class TakesTurns(Protocol):
    """The assistant. It answers a text, a pressed button by its reference, or the beginning with neither.

    The answer has ``replies``, ``late``, ``form`` and ``danger`` of `helpline.rasa.turn_request.TurnAnswer`.
    """

    def __call__(self, *, text: str | None, button: str | None) -> dict[str, Any]:
        """Take one turn."""


class Rehearsal:
    """One visitor's conversation on a channel.

    Args:
        assistant: Takes the turns.
        channel: The channel's name.
        capabilities: What it can show.
        wording: What it says itself.
        danger: Tells whether a text shows a danger outright, as the front door does.
    """

    def __init__(
        self,
        assistant: TakesTurns,
        channel: str,
        capabilities: Capabilities,
        wording: Wording,
        danger: Callable[[str], bool] = lambda text: False,
    ) -> None:
        self._assistant = assistant
        self._channel = channel
        self._capabilities = capabilities
        self._wording = wording
        self._danger = danger
        self._waiting: tuple[OutboundMessage, ...] = ()
        self._introduced = False
        self._number = 0
        self.stopped = False
        self.form: str | None = None
        self.turn: dict[str, Any] | None = None

    def send(self, text: str, kind: Kind = "text") -> tuple[OutboundMessage, ...]:
        """Return what comes back to a message.

        Args:
            text: What was typed; a caption.
            kind: What the message is, such as a picture.
        """
        return self._messages(self._inbound(kind, text, None), self._danger(text))

    def press(self, ref: str, title: str) -> tuple[OutboundMessage, ...]:
        """Return what comes back to a pressed button."""
        return self._messages(self._inbound("choice", title, ref), danger=False)

    def handling(self, text: str) -> Handling:
        """Return what the channel would do now with a text."""
        standing = Standing(self.form is not None, self.stopped, bool(self._waiting))
        return handling_of(self._inbound("text", text, None), self._capabilities, standing, danger=self._danger(text))

    def _inbound(self, kind: Kind, text: str | None, choice: str | None) -> InboundMessage:
        self._number += 1
        return InboundMessage(self._channel, "ours", "theirs", f"m{self._number}", kind, text, choice)

    def _messages(self, message: InboundMessage, danger: bool) -> tuple[OutboundMessage, ...]:
        standing = Standing(self.form is not None, self.stopped, bool(self._waiting))
        handling = handling_of(message, self._capabilities, standing, danger=danger)
        self.stopped = self.stopped if handling.stopped is None else handling.stopped
        if handling.stopped:
            self._waiting = ()
        laid, self.turn, heard = Layout(waiting=self._waiting), None, False
        if handling.more:
            return self._shown(more(self._waiting, self._capabilities))
        if handling.takes_turn:
            button = message.choice if handling.text is None else None
            laid, self.turn = Layout(), self._assistant(text=handling.text, button=button)
            self.form = self.turn["form"]
            raised = bool(self.turn["danger"])
            heard = handling.heard == "all" or (handling.heard == "danger" and raised)
            if heard:
                laid = self._laid_out(self.turn, raised, handling.say)
        if handling.say is not None and not heard:
            said = say(handling.say, self._capabilities, self._wording, introduced=self._introduces())
            laid = replace(said, waiting=said.waiting or laid.waiting)
        return self._shown(laid)

    def _laid_out(self, turn: dict[str, Any], danger: bool, before: str | None) -> Layout:
        return lay_out(
            turn["replies"],
            self._capabilities,
            self._wording,
            danger=danger,
            late=turn["late"],
            introduced=self._introduces(),
            before=before,
        )

    def _introduces(self) -> bool:
        """Return whether the visitor was told before who answers; they are now, unless they want no messages."""
        introduced = self._introduced or self.stopped
        self._introduced = self._introduced or not introduced
        return introduced

    def _shown(self, laid: Layout) -> tuple[OutboundMessage, ...]:
        self._waiting = laid.waiting
        return laid.messages


def replay(
    turns: Sequence[Mapping[str, Any]], name: str, wording: Wording
) -> tuple[Rehearsal, list[tuple[OutboundMessage, ...]]]:
    """Return a conversation as it stands on a channel after turns that were taken, and what came back to each there.

    Args:
        turns: Each with ``said`` (None where the assistant spoke first), ``pressed``, ``asked`` (whether it took a turn
            of the assistant) and, of that, ``replies``, ``form`` and ``danger``.
        name: The channel's name.
        wording: What it says itself.
    """
    taken: list[Mapping[str, Any]] = []
    rehearsal = Rehearsal(lambda *, text, button: {**taken[-1], "late": []}, name, CHANNELS[name], wording)
    shown = []
    for turn in turns:
        taken.append(turn)
        said, pressed = turn["said"], turn["pressed"]
        kind: Kind = "start" if said is None else "text"
        messages = rehearsal.press("", said or "") if pressed else rehearsal.send(said or "", kind)
        unanswered = rehearsal.turn is not None and not turn["asked"]  # by the channel where it was said
        shown.append(() if unanswered else messages)
    return rehearsal, shown
