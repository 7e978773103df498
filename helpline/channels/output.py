"""Collects the assistant's messages of one turn, with all that a channel may show of them."""

from typing import Any

from rasa.core.channels.channel import OutputChannel


class TurnOutput(OutputChannel):
    """Keeps the messages of a turn as dicts, in order.

    A message: ``text``, ``buttons`` (a list of ``title`` and ``payload``), ``utter_action`` (the response's
    name) and the response's own ``metadata`` (``title``, ``section``, ``reviewed`` of an answer).
    """

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self.messages: list[dict[str, Any]] = []

    def name(self) -> str:  # type: ignore[override]
        """Return the name of the channel that this turn came from."""
        return self.channel

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep one message. Empty ones are dropped."""
        kept = {
            "text": message.get("text") or "",
            "buttons": list(message.get("buttons") or []),
            "utter_action": message.get("utter_action"),
            "metadata": dict(message.get("metadata") or {}),
        }
        if kept["text"] or kept["buttons"]:
            self.messages.append(kept)
