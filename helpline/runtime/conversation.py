"""Talking to the running assistant over its staff channel, as the tools and the tests do."""

import secrets
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import httpx

from helpline.errors import AssistantError


@dataclass(frozen=True)
class Turn:
    """One message of the visitor and what came back.

    ``replies`` are dicts with ``text``, ``buttons`` and ``metadata``; ``latency_ms`` is the time of the
    request. ``intent`` is the leaf intent, such as ``faq/ned``.
    """

    text: str
    replies: list[dict[str, Any]]
    latency_ms: float
    intent: str | None = None
    confidence: float | None = None
    slots: dict[str, Any] = field(default_factory=dict, repr=False)


class AssistantClient:
    """A client of the Rasa server on this machine.

    Args:
        url: Address of the Rasa server.
        token: Token of its staff channel and HTTP API.
        timeout: Seconds until a turn counts as failed.
    """

    def __init__(self, url: str, token: str, timeout: float = 30.0) -> None:
        self._token = token
        self._http = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=timeout)

    def converse(self) -> "Conversation":
        """Begin a fresh conversation."""
        return Conversation(self, f"staff-{secrets.token_hex(12)}")

    def send(self, sender: str, text: str) -> tuple[list[dict[str, Any]], float]:
        """Send one message; return the replies and the milliseconds it took.

        Raises:
            AssistantError: The server failed or could not be reached.
        """
        started = time.perf_counter()
        try:
            reply = self._http.post("/webhooks/staff/messages", json={"sender": sender, "text": text})
        except httpx.HTTPError as error:
            raise AssistantError(f"no answer from the server ({type(error).__name__})") from error
        latency = (time.perf_counter() - started) * 1000
        if reply.status_code != 200:
            raise AssistantError(f"the server answered with status {reply.status_code}")
        return list(reply.json()["messages"]), latency

    def state(self, sender: str) -> dict[str, Any]:
        """Return the tracker's state: slots, latest message. Without events."""
        reply = self._http.get(
            f"/conversations/{sender}/tracker", params={"include_events": "NONE", "token": self._token}
        )
        reply.raise_for_status()
        state: dict[str, Any] = reply.json()
        return state

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> "AssistantClient":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Conversation:
    """One conversation with the assistant; remembers the choices it offered last."""

    def __init__(self, client: AssistantClient, sender: str) -> None:
        self.client = client
        self.sender = sender
        self.choices: list[dict[str, str]] = []

    def say(self, text: str, inspect: bool = True) -> Turn:
        """Send a message and return the turn.

        Args:
            text: The message, or the payload of a button.
            inspect: Whether intent and slots are read from the tracker as well.
        """
        replies, latency = self.client.send(self.sender, text)
        self.choices = [button for reply in replies for button in reply.get("buttons", [])]
        if not inspect:
            return Turn(text, replies, latency)
        state = self.client.state(self.sender)
        latest = state["latest_message"]
        intent = latest.get("intent") or {}
        return Turn(
            text,
            replies,
            latency,
            intent.get("full_retrieval_intent_name") or intent.get("name"),
            intent.get("confidence"),
            state["slots"],
        )
