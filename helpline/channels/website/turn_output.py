"""Collects what the assistant says in a turn, whole: Rasa's own collector drops a response's metadata."""

from typing import Any

from rasa.core.channels.channel import OutputChannel

from helpline.channels.website.transcript import is_visible


class WebsiteOutput(OutputChannel):
    """The messages of one turn, in order, as ``BotUttered.message()`` gives them."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        """Return the channel's name, by which a response can have a variation of its own."""
        return "website"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep one message; one without anything to show is left out."""
        if is_visible(message):
            self.messages.append(message)
