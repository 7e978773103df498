"""Collects what the assistant says in a turn, whole: Rasa's own collector drops a response's metadata."""

import secrets
import time
from typing import Any

from rasa.core.channels.channel import OutputChannel

from helpline.rasa.state import ANSWERED_WITH, WITHOUT_PERSONAL

Reply = dict[str, Any]


class TurnOutput(OutputChannel):
    """The replies of one turn, in order.

    A reply has ``id`` (the same whenever it is read), ``at`` (Unix time), ``text``, ``response`` (its name),
    ``metadata`` and ``buttons``, each with ``title``, ``payload`` and a ``ref`` that presses it. Nobody outside of our
    own processes gets to see a payload. A reply that tells what a form holds has ``without_personal`` as well: its
    text without that. `helpline.rasa.controls` adds ``form``, ``saved`` and ``controls`` where there is something
    to show beside the text.

    Args:
        channel: The input channel's name, by which a response can have a variation of its own.
    """

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self.replies: list[Reply] = []

    def name(self) -> str:  # type: ignore[override]
        """Return the channel's name."""
        return self.channel

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep one message; one without anything to show is left out."""
        text = (message.get("text") or "").strip()
        buttons = [_button(each) for each in [*(message.get("buttons") or []), *(message.get("quick_replies") or [])]]
        shown = [button for button in buttons if button["title"]]
        if text or shown:
            reply = {
                "id": f"m{secrets.token_hex(8)}",
                "at": time.time(),
                "text": text,
                "buttons": shown,
                "response": message.get(ANSWERED_WITH) or message.get("utter_action"),
                "metadata": dict(message.get("metadata") or {}),
            }
            if message.get(WITHOUT_PERSONAL):
                reply[WITHOUT_PERSONAL] = message[WITHOUT_PERSONAL].strip()
            self.replies.append(reply)


def _button(button: dict[str, Any]) -> dict[str, str]:
    title = str(button.get("title") or "").strip()
    return {"title": title, "payload": str(button.get("payload") or title), "ref": secrets.token_urlsafe(12)}
