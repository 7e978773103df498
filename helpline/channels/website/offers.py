"""Buttons by reference: a visitor can press what was offered last, and send no payload of their own.

A reference is a keyed digest of where a button was offered and what it sends. Nothing is stored: the buttons
on offer are in the conversation, and a reference is looked for among them.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

# Payloads of the question whether an answer helped, which the widget shows as its own control.
FEEDBACK = {"/feedback_helpful": "helpful", "/feedback_not_helpful": "not_helpful"}


@dataclass(frozen=True)
class Offer:
    """A button: the reference that presses it, what it says and what it sends."""

    ref: str
    title: str
    payload: str


class Offers:
    """Makes and finds references.

    Args:
        secret: What makes the digests.
    """

    def __init__(self, secret: str) -> None:
        self._key = hashlib.sha256(b"offers:" + secret.encode()).digest()

    def of(self, sender: str, message: dict[str, Any]) -> list[Offer]:
        """Return the buttons of an assistant's message as Rasa gives it (``BotUttered.message()``)."""
        return [
            Offer(self._ref(sender, message["timestamp"], place, payload), title, payload)
            for place, (title, payload) in enumerate(_buttons(message))
        ]

    def find(self, sender: str, messages: Sequence[dict[str, Any]], ref: str) -> Offer | None:
        """Return the button with a reference among those of some messages."""
        given = ref.encode("utf-8", "surrogatepass")
        for message in messages:
            for offer in self.of(sender, message):
                if hmac.compare_digest(offer.ref.encode(), given):
                    return offer
        return None

    def _ref(self, sender: str, timestamp: float, place: int, payload: str) -> str:
        parts = "\n".join((sender, repr(timestamp), str(place), payload))
        return urlsafe_b64encode(hmac.new(self._key, parts.encode(), hashlib.sha256).digest()[:15]).decode()


def _buttons(message: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for button in [*(message.get("buttons") or []), *(message.get("quick_replies") or [])]:
        title = str(button.get("title") or "").strip()
        if title:
            yield title, str(button.get("payload") or title)
