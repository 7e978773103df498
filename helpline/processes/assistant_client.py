"""Talking to the running assistant as the team's own tools and tests do: to the engine, over its local socket."""

import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from helpline.errors import AssistantError
from helpline.processes.sockets import socket_path
from helpline.processes.supervisor import Supervisor

CHANNEL = "staff"


@dataclass(frozen=True)
class ClientTurn:
    """One message of the visitor and what came back.

    Attributes:
        text: What was typed, or what the button said.
        replies: Dicts with ``text``, ``buttons`` (``title``, ``payload``, ``ref``), ``response`` and ``metadata``;
            maybe ``controls`` like the buttons, ``form`` and ``saved`` (`helpline.rasa.controls`).
        latency_ms: The time of the request, in milliseconds.
        intent: The leaf intent, such as ``faq/ned``.
        confidence: The classifier's, from 0 to 1.
        slots: Slots that hold something.
        late: Replies of an earlier turn that nobody waited for any more.
        form: The form that is active after the turn.
        danger: The kind of danger that was raised, such as ``crisis/self``.
    """

    text: str
    replies: list[dict[str, Any]]
    latency_ms: float
    intent: str | None = None
    confidence: float | None = None
    slots: dict[str, Any] = field(default_factory=dict, repr=False)
    late: list[dict[str, Any]] = field(default_factory=list)
    form: str | None = None
    danger: str | None = None


class AssistantClient:
    """A client of the engine on this machine.

    Args:
        socket: The engine's local socket.
        secret: What our own processes show each other.
        timeout: Seconds until a turn counts as failed.
    """

    def __init__(self, socket: Path, secret: str, timeout: float = 30.0) -> None:
        self._http = httpx.Client(
            transport=httpx.HTTPTransport(uds=str(socket)),
            base_url="http://engine",
            headers={"Authorization": f"Bearer {secret}"},
            timeout=timeout,
        )

    @classmethod
    def of(cls, supervisor: Supervisor) -> "AssistantClient":
        """Return a client of the engine that a supervisor runs."""
        return cls(socket_path(supervisor.settings, "engine"), supervisor.secret)

    def converse(self) -> "ClientConversation":
        """Begin a fresh conversation."""
        return ClientConversation(self, f"staff-{secrets.token_hex(12)}")

    def take_turn(self, conversation: str, **content: str) -> ClientTurn:
        """Send one message and return the turn.

        Args:
            conversation: The sender id.
            content: ``text``, or ``button`` with a reference; neither begins the conversation. Also other fields of
                `helpline.rasa.turn_request.TurnRequest`, such as the ``channel``.

        Raises:
            AssistantError: The engine failed or could not be reached.
        """
        body = {"conversation": conversation, "channel": CHANNEL, "message_id": secrets.token_hex(8), **content}
        started = time.perf_counter()
        try:
            reply = self._http.post("/turns", json=body)
        except httpx.HTTPError as error:
            raise AssistantError(f"no answer from the engine ({type(error).__name__})") from error
        latency = (time.perf_counter() - started) * 1000
        if reply.status_code != 200:
            raise AssistantError(f"the engine answered with status {reply.status_code}")
        answer = reply.json()
        return ClientTurn(
            content.get("text", ""),
            answer["replies"],
            latency,
            answer["intent"],
            answer["confidence"],
            answer["slots"],
            answer["late"],
            answer["form"],
            answer["danger"],
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> "AssistantClient":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class ClientConversation:
    """One conversation with the assistant; remembers the buttons it offered last."""

    def __init__(self, client: AssistantClient, sender: str) -> None:
        self.client = client
        self.sender = sender
        self.choices: list[dict[str, str]] = []

    def start(self) -> ClientTurn:
        """Begin the conversation and return the greeting."""
        return self._taken(self.client.take_turn(self.sender))

    def say(self, text: str) -> ClientTurn:
        """Say what a visitor would type."""
        return self._taken(self.client.take_turn(self.sender, text=text))

    def press(self, choice: dict[str, str]) -> ClientTurn:
        """Press a button or control of the last turn."""
        return self._taken(self.client.take_turn(self.sender, button=choice["ref"]))

    def press_titled(self, title: str) -> ClientTurn:
        """Press the button of a title among those offered last."""
        return self.press(next(choice for choice in self.choices if choice["title"] == title))

    def _taken(self, turn: ClientTurn) -> ClientTurn:
        self.choices = [button for reply in turn.replies for button in reply["buttons"]]
        return turn
