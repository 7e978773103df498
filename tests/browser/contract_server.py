"""A server that keeps the website channel's contract with a handful of fixed answers.

The real assistant takes most of a minute to start, and cannot be stopped and started again in the middle of a
test. This one can. It serves the built widget with the same security headers; what it says is made up.
"""

import contextlib
import json
import re
import socket
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.browser import contract_form

BASE = "/webhooks/website/"
HELPLINE = {"title": "(888) 753-LBBC (5222)", "href": "tel:+18887535222"}
CRISIS_LINE = {"title": "988", "href": "tel:988"}
SORRY = "I can't answer right now. Call (888) 753-LBBC (5222). In a crisis, call or text 988."
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; require-trusted-types-for 'script'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}

Message = dict[str, Any]


@dataclass
class Conversation:
    """What the server knows of one session."""

    messages: list[Message] = field(default_factory=list)
    answers: dict[str, list[Message]] = field(default_factory=dict)
    offers: dict[str, str] = field(default_factory=dict)
    step: str = ""
    given: dict[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class World:
    """What outlives a restart, and what a test may look at or set."""

    site: Path
    sessions: dict[str, Conversation] = field(default_factory=dict)
    turns: list[str] = field(default_factory=list)
    on_turn: Callable[[], None] = lambda: None


def message(text: str, *buttons: str, **fields: Any) -> Message:
    """Return a message of the assistant with every field of the contract."""
    links = [link for link in (HELPLINE, CRISIS_LINE) if link["title"] in text]
    offered = [{"ref": uuid.uuid4().hex, "title": title} for title in buttons]
    message = {"id": uuid.uuid4().hex, "from": "assistant", "text": text, "at": now(), "buttons": offered}
    message |= {"links": links, "source": None, "input": None, "invalid": False, "feedback": None}
    message |= {"form": None, "saved": None}
    return message | fields


def now() -> str:
    """Return the time as the contract writes it."""
    return datetime.now(timezone.utc).isoformat()


def greeting() -> Message:
    """Return how a conversation begins."""
    return message(
        "Hello. I am an automated assistant, not a person. I answer questions about metastatic breast cancer."
        "\n\nThe Breast Cancer Helpline is (888) 753-LBBC (5222).\n\nWhat would you like to know?",
        "What does NED mean?",
        "Talk to a person",
        "Please call me back",
    )


def reply(conversation: Conversation, said: str) -> list[Message]:
    """Return the assistant's turn."""
    step, conversation.step = conversation.step, ""
    text = said.lower()
    if (turn := contract_form.turn(conversation, message, step, said)) is not None:
        return turn
    if step == "name":
        conversation.step = "phone"
        return [message(f"Thank you, {said}. Which number should we call?", "Skip", input="tel")]
    if step == "phone" and len(re.sub(r"\D", "", said)) < 10:
        conversation.step = "phone"
        return [
            message("That number looks too short. Please type all 10 digits.", invalid=True),
            message("Which number should we call?", "Skip", input="tel"),
        ]
    if step == "phone":
        conversation.step = "email"
        return [message("And your email address, if you like?", "Skip", input="email")]
    if "call me back" in text:
        conversation.step = "name"
        return [message("I can arrange that. What is your first name?", input="given-name")]
    if re.search(r"\bned\b", text):
        return [
            message(
                "NED stands for no evidence of disease: tests show no sign of the cancer.\n\nIt is a period that "
                "some people with MBC reach. It is not a cure.",
                "How is that different from stable?",
                "Talk to a person",
                source={
                    "title": "What NED means",
                    "section": "Overview",
                    "reviewed": "2025-07-10",
                    "page": "Metastatic breast cancer",
                    "href": "https://www.example.org/mbc",
                },
                feedback={"helpful": uuid.uuid4().hex, "not_helpful": uuid.uuid4().hex},
            )
        ]
    if "person" in text:
        return [message("You can call the Breast Cancer Helpline at (888) 753-LBBC (5222).", "Please call me back")]
    if "long" in text:
        return [message("This is a long answer. " * 60)]
    if text == "say nothing":
        return []
    return [message(f"I heard: {said}", "What does NED mean?")]


class Handler(BaseHTTPRequestHandler):
    """The endpoints of the contract."""

    world: World
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Serve the conversation, the demo page and the bundle."""
        name = self.path.removeprefix(BASE).split("?")[0]
        if name == "conversation":
            conversation = self.conversation()
            return self.answer({"messages": conversation.messages, "expires_in": 3600}) if conversation else None
        path = self.world.site / (name or "index.html")
        if not self.path.startswith(BASE) or path.parent != self.world.site or not path.is_file():
            return self.refuse(404, "not_found")
        return self.send(200, path.read_bytes(), TYPES.get(path.suffix, "text/plain"))

    def do_POST(self) -> None:
        """Open a session, or take a message."""
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        if self.path == BASE + "sessions":
            token, conversation = uuid.uuid4().hex, Conversation()
            self.world.sessions[token] = conversation
            self.say(conversation, [greeting()])
            return self.answer({"token": token, "expires_in": 3600, "messages": conversation.messages}, 201)
        conversation = self.conversation()
        return self.turn(conversation, body) if conversation else None

    def do_DELETE(self) -> None:
        """End the session."""
        if self.conversation():
            del self.world.sessions[self.token()]
            self.answer({"complete": True})

    def turn(self, conversation: Conversation, body: dict[str, str]) -> None:
        """Answer a message once, however often it is sent."""
        key = body["client_message_id"]
        with conversation.lock:
            if key not in conversation.answers:
                said = body.get("text") or conversation.offers.get(body.get("button", ""))
                if said is None:
                    return self.refuse(409, "unknown_button")
                self.world.on_turn()
                self.world.turns.append(said)
                conversation.messages.append(message(said) | {"from": "visitor"})
                conversation.answers[key] = reply(conversation, said)
                self.say(conversation, conversation.answers[key])
            ended = conversation.step == contract_form.ENDED
            self.answer({"messages": conversation.answers[key], "client_message_id": key, "ended": ended})
            if ended:
                self.world.sessions.pop(self.token(), None)
        return None

    def say(self, conversation: Conversation, messages: list[Message]) -> None:
        """Add the assistant's messages; only what they offer can be pressed from now on."""
        conversation.messages += messages
        conversation.offers = {button["ref"]: button["title"] for one in messages for button in one["buttons"]}
        for one in messages:
            for kind, ref in {**(one["feedback"] or {}), **contract_form.controls(one)}.items():
                conversation.offers[ref] = kind

    def token(self) -> str:
        """Return what the caller gave as token."""
        return self.headers.get("Authorization", "").removeprefix("Bearer ")

    def conversation(self) -> Conversation | None:
        """Return the caller's conversation, or refuse."""
        found = self.world.sessions.get(self.token())
        if found is None:
            self.refuse(401, "session_expired")
        return found

    def refuse(self, status: int, code: str) -> None:
        """Say no in the form of the contract."""
        self.answer({"error": {"code": code, "text": SORRY}}, status)

    def answer(self, body: dict[str, Any], status: int = 200) -> None:
        """Send JSON."""
        self.send(status, json.dumps(body).encode(), "application/json")

    def send(self, status: int, content: bytes, kind: str) -> None:
        """Send an answer with the channel's headers."""
        self.send_response(status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


class Server(ThreadingHTTPServer):
    """A server whose end is felt by those who are connected, as with a killed process."""

    daemon_threads = True

    def __init__(self, *args: Any) -> None:
        self._lines: set[socket.socket] = set()
        super().__init__(*args)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection."""
        self._lines.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection."""
        self._lines.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Cut every connection."""
        for line in list(self._lines):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hung up is no news."""


class ContractServer:
    """The server, which can be stopped and started on the same port.

    Args:
        site: Directory of the built widget.
    """

    def __init__(self, site: Path) -> None:
        self.world = World(site)
        self.port = 0
        self.start()

    @property
    def url(self) -> str:
        """Return the demo page's address."""
        return f"http://127.0.0.1:{self.port}{BASE}"

    def start(self) -> None:
        """Listen, on the port of before if there was one."""
        handler = type("Bound", (Handler,), {"world": self.world})
        self._server = Server(("127.0.0.1", self.port), handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Hear nothing any more."""
        self._server.shutdown()
        self._server.server_close()
        self._server.hang_up()
