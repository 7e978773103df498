"""HTTP/1.1 on one connection: uvicorn's, with time limits, bounds, and refusals of what is ambiguous.

It differs from uvicorn's protocol in these points:

- The application is called when the whole request is there, so that a slow client holds none of its locks or tasks,
  and a body that turns out to be malformed never reaches it.
- Each state of the connection has a time limit (see ``HttpLimits``).
- What is malformed, too long or ambiguous is refused with a status of the 400 class, and the connection is closed.
- One request at a time: what a client sends before it has been answered is not read, and the connection is closed
  after the answer. HTTP allows that, and clients then send the rest again.
"""

import asyncio
import http
import logging
from enum import Enum
from typing import Any

import httptools
from uvicorn._types import ASGI3Application
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from helpline.errors import HelplineError
from helpline.web.http_limits import HttpLimits, OpenConnections
from helpline.web.request_head import METHODS, RefusedRequest, check_head

logger = logging.getLogger(__name__)

# A client that is refused while it still sends may read why: what it sends is thrown away for so long, and so much.
_DISCARD_SECONDS = 2.0
_DISCARD_BYTES = 1024 * 1024


class _State(Enum):
    WAITING = "for the first byte of a request"
    HEAD = "a part of the head is there"
    BODY = "the head is there, and a part of the body may be"
    ANSWERING = "the request is there, the answer is not out"
    REFUSED = "what comes is thrown away"


class _SecondRequest(HelplineError):
    """A request came before the one in hand was answered."""


class HttpProtocol(HttpToolsProtocol):
    """One connection of the server.

    Args:
        config, server_state, app_state, _loop: uvicorn's own.
        limits: What is allowed.
        open_connections: All connections of the server.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        limits: HttpLimits,
        open_connections: OpenConnections,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._limits = limits
        self._open_connections = open_connections
        self._state = _State.WAITING
        self._timer: asyncio.TimerHandle | None = None
        self._request_began = 0.0
        self._request_bytes = 0
        self._discarded_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Count the connection, or close it where there is no room."""
        super().connection_made(transport)
        self._request_began = self.loop.time()
        self._arm(self._limits.head_seconds)
        if not self._open_connections.add(self, self.client[0] if self.client else None):
            self.drop()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._open_connections.remove(self)
        self._disarm()
        super().connection_lost(exc)

    def drop(self) -> None:
        """Close the connection at once; what was to be sent is lost."""
        self.transport.abort()

    def shutdown(self) -> None:
        """Close the connection, after the answer if one is under way."""
        if self._state is _State.ANSWERING:
            self.cycle.keep_alive = False
        else:
            self.transport.close()

    def data_received(self, data: bytes) -> None:
        """Take what the client has sent."""
        if self._state is _State.REFUSED:
            self._discard(data)
            return
        if self._state is _State.ANSWERING:
            self.cycle.keep_alive = False
            self._discard(data)
            return
        if self._state is _State.WAITING:
            self._state = _State.HEAD
            if self.cycle is not None:
                self._request_began = self.loop.time()
                self._arm(self._limits.head_seconds)
        self._request_bytes += len(data)
        try:
            self._feed(data)
        except RefusedRequest as refused:
            self._refuse(refused)

    def _feed(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError as error:
            if self._state is _State.ANSWERING:
                self.cycle.keep_alive = False
                return
            if isinstance(error.__context__, RefusedRequest):
                raise error.__context__ from None
            raise RefusedRequest(400, "This is not a valid HTTP request.") from None
        except httptools.HttpParserUpgrade:
            raise RefusedRequest(400, "No other protocol is spoken here.") from None
        if self._state is _State.HEAD and self._request_bytes > self._limits.max_head:
            raise RefusedRequest(431, "The head of the request is too long.")
        if self._state is _State.BODY and self._request_bytes > self._limits.max_request:
            raise RefusedRequest(413, "The body is too long.")

    # Called by the parser. What these raise, it hands on as the context of an error of its own.

    def on_message_begin(self) -> None:
        """Begin a request."""
        if self._state is _State.ANSWERING:
            raise _SecondRequest
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take one header."""
        if self._state is _State.BODY:
            raise RefusedRequest(400, "Headers may not follow a body.")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Check the head, and prepare the call of the application."""
        method = self.parser.get_method().decode("ascii")
        check_head(method, self.url, self.parser.get_http_version(), self.headers, self._limits)
        self._state = _State.BODY
        self._arm(self._request_began + self._limits.request_seconds - self.loop.time())
        super().on_headers_complete()
        if self.expect_100_continue:
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.cycle.waiting_for_100_continue = False

    def on_body(self, body: bytes) -> None:
        """Keep a part of the body."""
        self.cycle.body += body
        if len(self.cycle.body) > self._limits.max_body:
            raise RefusedRequest(413, "The body is too long.")

    def on_message_complete(self) -> None:
        """Call the application: all of the request is there."""
        super().on_message_complete()
        self._state = _State.ANSWERING
        self._open_connections.is_answered(self)
        self._arm(self._limits.response_seconds)
        super()._start_asgi_task(self.cycle, self.app)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """Do nothing where uvicorn would call the application: only the head is there."""

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return  # once the client has taken the answer, or its time is over
        self._state = _State.WAITING
        self._request_bytes = self._discarded_bytes = 0
        self._open_connections.waits(self)
        if not self.transport.get_write_buffer_size():
            self._arm(self._limits.idle_seconds)

    def _refuse(self, refused: RefusedRequest) -> None:
        logger.debug("Refused a request with %d: %s", refused.status, refused.reason)
        self._state = _State.REFUSED
        if self.transport.is_closing():
            return
        # A visitor's program may show this to the visitor.
        body, kind = refused.reason.encode(), b"text/plain; charset=utf-8"
        if self._limits.refusal_json is not None:
            body, kind = self._limits.refusal_json(refused.status), b"application/json"
        lines = [b"HTTP/1.1 %d %s" % (refused.status, http.HTTPStatus(refused.status).phrase.encode())]
        lines += [name + b": " + value for name, value in self.server_state.default_headers]
        if refused.status == http.HTTPStatus.METHOD_NOT_ALLOWED:
            lines.append(b"allow: " + ", ".join(METHODS).encode())
        lines += [b"content-type: " + kind, b"content-length: %d" % len(body), b"connection: close"]
        self.transport.write(b"\r\n".join(lines) + b"\r\n\r\n" + body)
        self.transport.write_eof()
        self._arm(_DISCARD_SECONDS)

    def _discard(self, data: bytes) -> None:
        self._discarded_bytes += len(data)
        if self._discarded_bytes > _DISCARD_BYTES:
            self.drop()

    def _arm(self, seconds: float) -> None:
        self._disarm()
        self._timer = self.loop.call_later(seconds, self._time_is_over)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _time_is_over(self) -> None:
        if self._state in (_State.HEAD, _State.BODY):
            self._refuse(RefusedRequest(408, "The request took too long."))
        else:
            self.drop()
