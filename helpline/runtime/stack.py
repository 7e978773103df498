"""The two servers of the product: started, watched and stopped together."""

import contextlib
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import httpx

from helpline.errors import StartError
from helpline.runtime.environment import child_environment
from helpline.runtime.model import MODEL
from helpline.settings import ROOT, VAR, Settings

START_TIMEOUT = 180.0
STOP_TIMEOUT = 10.0


@dataclass
class Server:
    """One process, with the address that answers when it is ready."""

    name: str
    command: list[str]
    port: int
    health: str
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def answers(self) -> bool:
        """Whether the server answers now."""
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}{self.health}", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False


class Stack:
    """The action server and the Rasa server on one machine, as a context manager.

    Args:
        settings: The settings of the product.
        model: The model that the Rasa server loads.
        log_directory: Where each server writes its log.
        credentials: The channels.
    """

    def __init__(
        self,
        settings: Settings,
        model: Path = MODEL,
        log_directory: Path = VAR / "log",
        credentials: Path = ROOT / "credentials.yml",
    ) -> None:
        self.settings = settings
        self.environment = child_environment(settings)
        self.url = f"http://{settings.host}:{settings.rasa_port}"
        python = sys.executable
        self.actions = Server(
            "action server",
            [python, "-m", "helpline.runtime.action_server", str(settings.action_port)],
            settings.action_port,
            "/health",
            log_directory / "actions.log",
        )
        rasa = [python, "-m", "helpline.runtime.rasa_server", "run", "--enable-api"]
        rasa += ["--auth-token", self.environment["HELPLINE_API_TOKEN"], "--interface", settings.host]
        rasa += ["--port", str(settings.rasa_port), "--model", str(model)]
        rasa += ["--credentials", str(credentials), "--endpoints", str(ROOT / "endpoints.yml")]
        if settings.log_level in {"DEBUG", "INFO"}:
            rasa.append("--debug" if settings.log_level == "DEBUG" else "--verbose")
        self.rasa = Server("Rasa server", rasa, settings.rasa_port, "/webhooks/staff/", log_directory / "rasa.log")

    @property
    def servers(self) -> tuple[Server, Server]:
        """Both servers, in the order in which they start."""
        return (self.actions, self.rasa)

    @property
    def token(self) -> str:
        """The token of the HTTP API and the staff channel."""
        return self.environment["HELPLINE_API_TOKEN"]

    def is_running(self) -> bool:
        """Whether both servers answer already, whoever started them."""
        return all(server.answers() for server in self.servers)

    def start(self, tick: Callable[[float], None] = lambda seconds: None) -> float:
        """Start both servers and wait until they answer.

        Args:
            tick: Called a few times a second with the seconds so far.

        Returns:
            Seconds until both answered.

        Raises:
            StartError: A port is in use, a server stopped, or it took longer than three minutes.
        """
        for server in self.servers:
            _require_free(server, self.settings.host)
        started = time.monotonic()
        try:
            for server in self.servers:
                self.launch(server)
            while not all(server.answers() for server in self.servers):
                tick(time.monotonic() - started)
                self._require_alive()
                if time.monotonic() - started > START_TIMEOUT:
                    raise StartError(
                        f"The servers did not answer within {START_TIMEOUT:.0f} seconds. "
                        f"Look into {_shown(self.rasa.log)} and {_shown(self.actions.log)}."
                    )
                time.sleep(0.25)
        except BaseException:
            self.stop()
            raise
        return time.monotonic() - started

    def launch(self, server: Server) -> None:
        """Start one server's process without waiting for it."""
        server.log.parent.mkdir(parents=True, exist_ok=True)
        with server.log.open("ab") as log:
            server.process = subprocess.Popen(  # noqa: S603 -- our own module, fixed arguments
                server.command,
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches us alone; we stop them in order
            )

    def watch(self) -> None:
        """Wait until a server stops by itself.

        Raises:
            StartError: A server stopped.
        """
        while True:
            self._require_alive()
            time.sleep(0.5)

    def stop(self) -> None:
        """Stop what was started, the Rasa server first. Calling it again does nothing."""
        for server in reversed(self.servers):
            process, server.process = server.process, None
            if process is None or process.poll() is not None:
                continue
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def __enter__(self) -> "Stack":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _require_alive(self) -> None:
        for server in self.servers:
            if server.process is not None and server.process.poll() is not None:
                raise StartError(
                    f"The {server.name} stopped by itself (exit status {server.process.returncode}). "
                    f"The reason stands at the end of {_shown(server.log)}."
                )


@contextlib.contextmanager
def running(settings: Settings, tick: Callable[[float], None] = lambda seconds: None) -> Iterator[Stack]:
    """Use the servers that run already, or start them and stop them in the end."""
    stack = Stack(settings)
    if stack.is_running():
        yield stack
        return
    stack.start(tick)
    try:
        yield stack
    finally:
        stack.stop()


def _require_free(server: Server, host: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, server.port))
        except OSError:
            setting = "HELPLINE_ACTION_PORT" if server.health == "/health" else "HELPLINE_RASA_PORT"
            raise StartError(
                f"Port {server.port} is in use, and the {server.name} needs it. Stop the program that uses it, "
                f"or choose another port with {setting}."
            ) from None


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
