"""Collects what the assistant says in a turn, whole: Rasa's own collector drops a response's metadata."""

from typing import Any

from rasa.core.channels.channel import OutputChannel


class TurnOutput(OutputChannel):
    """The messages of one turn, in order, as ``BotUttered.message()`` gives them.

    Args:
        channel: The input channel's name, by which a response can have a variation of its own.
    """

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self.messages: list[dict[str, Any]] = []

    def name(self) -> str:  # type: ignore[override]
        """Return the channel's name."""
        return self.channel

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep one message; one without anything to show is left out."""
        if is_visible(message):
            self.messages.append(message)


def is_visible(message: dict[str, Any]) -> bool:
    """Say whether an assistant's message has anything that a visitor can see."""
    return bool((message.get("text") or "").strip() or message.get("buttons") or message.get("quick_replies"))
