"""Serves an ASGI application over HTTP/1.1: the one way in which each process of the product does it.

uvicorn runs the application; what a client may do is bounded by ``http_protocol`` and ``HttpLimits``. There are no
WebSockets, no access log, and no log line that holds anything of a request.
"""

import contextlib
import logging
import os
import signal
import socket
import threading
import traceback
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from helpline.errors import StartError
from helpline.observability.request_ids import RequestIds
from helpline.web.http_limits import HttpLimits, OpenConnections
from helpline.web.http_protocol import HttpProtocol
from helpline.web.listener import open_port, open_unix_socket, raise_file_limit

logger = logging.getLogger(__name__)

_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_START_SECONDS = 60.0


def serve(
    app: ASGIApp,
    *,
    host: str = "127.0.0.1",
    port: int | None = None,
    unix_socket: Path | None = None,
    limits: HttpLimits | None = None,
    stop_seconds: int = 10,
) -> None:
    """Serve the application on a port or on a Unix socket until SIGTERM or SIGINT.

    Requests in hand are then answered for at most ``stop_seconds``; a second SIGINT does not wait for them.

    Raises:
        ListenError: It cannot listen there (``PortInUseError``: another program does).
        StartError: The application's lifespan failed.
    """
    Server(app, host=host, port=port, unix_socket=unix_socket, limits=limits, stop_seconds=stop_seconds).run()


class Server:
    """A server that can be run in this thread (``run``) or in one of its own (``start`` and ``stop``, or ``with``).

    Port 0 takes a free one; ``url`` then names it. The arguments are those of ``serve``.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        host: str = "127.0.0.1",
        port: int | None = None,
        unix_socket: Path | None = None,
        limits: HttpLimits | None = None,
        stop_seconds: int = 10,
    ) -> None:
        if (port is None) == (unix_socket is None):
            raise ValueError("a server listens on a port or on a Unix socket")
        self._host, self._port, self._unix_socket = host, port, unix_socket
        self.limits = limits or HttpLimits()
        self._stop_seconds = stop_seconds
        self._app = app
        self._uvicorn: _UvicornServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where a client finds the server; for a Unix socket the client must be told the path as well."""
        if self._unix_socket is not None:
            return "http://localhost"
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"

    def run(self) -> None:
        """Serve in this thread until a signal comes, or ``stop`` is called in another."""
        listener = self._listen()
        self._serve(listener)
        if not self._made().started:
            raise StartError("The application refused to start; the log says why.")

    def start(self) -> None:
        """Serve in a thread; return when requests are answered."""
        listener = self._listen()
        self._thread = threading.Thread(target=self._serve, args=(listener,), name="http-server", daemon=True)
        self._thread.start()
        if not self._made().is_up.wait(_START_SECONDS) or not self._made().started:
            self.stop()
            raise StartError("The application refused to start; the log says why.")

    def stop(self) -> None:
        """Stop as a signal would. Does nothing where nothing runs."""
        if self._uvicorn is not None:
            self._uvicorn.should_exit = True
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def __enter__(self) -> "Server":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _listen(self) -> socket.socket:
        fitting = raise_file_limit()
        self.limits = replace(self.limits, max_connections=min(self.limits.max_connections, fitting))
        self._uvicorn = _UvicornServer(self._config())
        if self._unix_socket is not None:
            return open_unix_socket(self._unix_socket)
        listener = open_port(self._host, self._port or 0)
        self._port = listener.getsockname()[1]
        return listener

    def _config(self) -> uvicorn.Config:
        protocol = partial(HttpProtocol, limits=self.limits, open_connections=OpenConnections(self.limits))
        return uvicorn.Config(
            RequestIds(ContentFreeErrors(self._app)),
            http=cast(Any, protocol),
            ws="none",
            interface="asgi3",
            lifespan="on",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=self._stop_seconds,
        )

    def _serve(self, listener: socket.socket) -> None:
        try:
            with contextlib.suppress(SystemExit):  # uvicorn's way to say that the application did not start
                self._made().run([listener])
        finally:
            listener.close()
            if self._unix_socket is not None:
                self._unix_socket.unlink(missing_ok=True)
            self._made().is_up.set()

    def _made(self) -> "_UvicornServer":
        assert self._uvicorn is not None, "listen first"  # noqa: S101
        return self._uvicorn


class _UvicornServer(uvicorn.Server):
    """uvicorn's server, which returns after a signal where uvicorn raises the signal once more."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_up.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        for connection in list(self.server_state.connections):
            cast(HttpProtocol, connection).drop()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self._stop) for number in _STOP_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.force_exit = self.should_exit and number == signal.SIGINT
        self.should_exit = True


class ContentFreeErrors:
    """Answers 500 where the application fails, and logs the error's type and place, but not its message.

    The message of an error often quotes what could not be understood, and that is what a visitor has written.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the application."""
        started = False

        async def watched_send(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            await self.app(scope, receive, watched_send)
        except Exception as error:
            logger.error("A request failed: %s", _type_and_place(error))
            if not started:
                headers = [(b"content-length", b"0"), (b"connection", b"close")]
                await send({"type": "http.response.start", "status": 500, "headers": headers})
                await send({"type": "http.response.body", "body": b""})


def _type_and_place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    places = " > ".join(f"{os.path.basename(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames[-6:])
    caused = error.__cause__ or error.__context__
    return f"{type(error).__name__} at {places}" + (f", after {_type_and_place(caused)}" if caused else "")
