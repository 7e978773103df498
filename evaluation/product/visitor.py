"""A visitor of the website's chat, over its HTTP API as the widget uses it; it costs the machine little."""

import asyncio
import socket
import ssl
import time
import uuid
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import aiohttp

from evaluation.product.checkout import WEBSITE
from helpline.web.api_errors import SESSION_EXPIRED

# A visitor whose connection failed, or who waited too long, has no status.
NO_ANSWER = 0
# The widget gives up later than any server should.
PATIENCE = 60.0


@dataclass(frozen=True)
class Reply:
    """What came back to one request.

    Attributes:
        status: The HTTP status; 0 where there was no answer.
        seconds: How long it took.
        body: The JSON.
        problem: Class of the error, where there was no answer.
    """

    status: int
    seconds: float
    body: dict[str, Any] = field(default_factory=dict)
    problem: str = ""

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The assistant's messages."""
        return list(self.body.get("messages", []))

    @property
    def text(self) -> str:
        """All that can be read: the messages, or what is said with an error."""
        error = self.body.get("error") or {}
        return "\n".join([str(message["text"]) for message in self.messages] or [str(error.get("text", ""))]).strip()

    @property
    def is_answer(self) -> bool:
        """Whether the assistant answered, and not an error."""
        return self.status in (200, 201)

    @property
    def is_over(self) -> bool:
        """Whether the conversation has ended, as when a visitor had all of it deleted: the chat begins a new one."""
        return bool((self.body.get("error") or {}).get("code") == SESSION_EXPIRED.code)

    def button(self, title: str) -> str | None:
        """Return the reference of the button of a title."""
        refs = [button["ref"] for message in self.messages for button in message["buttons"] if button["title"] == title]
        return refs[0] if refs else None


def address_of(number: int) -> str:
    """Return a loopback address for a visitor's number, so that limits and queues for one address see many visitors."""
    return f"127.{1 + number // 62_500}.{number // 250 % 250}.{1 + number % 250}"


def message_id() -> str:
    """Return an id as the widget gives each message."""
    return str(uuid.uuid4())


class Visitor:
    """One visitor with a session.

    Args:
        url: Where the product listens.
        address: The loopback address that the visitor comes from.
        patience: Seconds until an answer counts as none.
        trust: What believes the certificate of one's own that stands before a cluster.
    """

    def __init__(
        self, url: str, address: str = "127.0.0.1", patience: float = PATIENCE, trust: ssl.SSLContext | None = None
    ) -> None:
        self._site = url + WEBSITE
        self._headers: dict[str, str] = {}
        connector = aiohttp.TCPConnector(local_addr=(address, 0), family=socket.AF_INET, ssl=trust or True)
        self._http = aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=patience))

    async def open(self) -> Reply:
        """Open a session; the visitor uses it from now on."""
        reply = await self._ask("POST", "/sessions", {})
        if "token" in reply.body:
            self._headers = {"Authorization": f"Bearer {reply.body['token']}"}
        return reply

    async def say(self, text: str, id_: str | None = None) -> Reply:
        """Send a message; with an id that was used before, it is sent again."""
        return await self._ask("POST", "/messages", {"client_message_id": id_ or message_id(), "text": text})

    async def press(self, ref: str, id_: str | None = None) -> Reply:
        """Press a button."""
        return await self._ask("POST", "/messages", {"client_message_id": id_ or message_id(), "button": ref})

    async def conversation(self) -> Reply:
        """Read the whole conversation, as a page load does."""
        return await self._ask("GET", "/conversation", None)

    async def _ask(self, method: str, path: str, body: dict[str, Any] | None) -> Reply:
        started = time.perf_counter()
        try:
            async with self._http.request(method, self._site + path, json=body, headers=self._headers) as response:
                content = await response.json(content_type=None)
                status = response.status
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError) as error:
            return Reply(NO_ANSWER, time.perf_counter() - started, problem=type(error).__name__)
        return Reply(status, time.perf_counter() - started, content if isinstance(content, dict) else {})

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    async def __aenter__(self) -> "Visitor":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
