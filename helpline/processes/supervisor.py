"""The parts of the product on one machine: started, watched, started again, and stopped together."""

import contextlib
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import httpx

from helpline.channels.providers import channel_states, check_channels
from helpline.errors import StartError
from helpline.mail.setup import check_mail, mail_state
from helpline.processes.environment import child_environment
from helpline.processes.model import MODEL
from helpline.processes.sockets import internal_secret, socket_path
from helpline.settings import ROOT, VAR, Settings

START_TIMEOUT = 120.0
# How much longer than for the others the start waits for the console.
CONSOLE_TIMEOUT = 10.0
STOP_TIMEOUT = 10.0
CHECK_EVERY = 2.0
# Parts are asked in clear. To read the certificates of all authorities each time would take a twentieth of a core.
_IN_CLEAR = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
CHECK_TIMEOUT = 3.0
# A part that does not answer so many checks in a row is ended and started again.
MISSED_CHECKS = 3
FIRST_PAUSE = 0.5
# With the time that a part takes to start, half a minute after what kept it from it is mended.
LONGEST_PAUSE = 15.0
# A part that ran so long before it stopped is started again at once.
RAN_WELL = 60.0

Say = Callable[[str], None]


@dataclass
class Part:
    """One process of the product.

    Attributes:
        name: What people call it.
        command: What is run.
        log: Where its log goes.
        address: Where its health check is.
        socket: Its local socket; None for the front door and the console, which have a port.
        process: The running process.
        started: When it was started last, by the monotonic clock.
        ready: Whether it has answered since it was started.
        missed: Health checks in a row that it did not answer.
        pause: Seconds until it is started again after it stopped.
        due: When it is started again, by the monotonic clock; None while it runs.
        environment: Variables of its own.
    """

    name: str
    command: Sequence[str]
    log: Path
    address: str
    socket: Path | None = None
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)
    started: float = 0.0
    ready: bool = False
    missed: int = 0
    pause: float = FIRST_PAUSE
    due: float | None = None
    environment: dict[str, str] = field(default_factory=dict, repr=False)

    def answers(self, secret: str, timeout: float = CHECK_TIMEOUT) -> bool:
        """Whether the part answers its health check now, and can work."""
        transport = httpx.HTTPTransport(uds=str(self.socket) if self.socket else None, verify=_IN_CLEAR)
        try:
            with httpx.Client(transport=transport, timeout=timeout) as http:
                return http.get(self.address, headers={"Authorization": f"Bearer {secret}"}).status_code == 200
        except httpx.HTTPError:
            return False

    def last_words(self) -> str:
        """Return the last line of its log."""
        try:
            lines = [line for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        except OSError:
            lines = []
        return lines[-1].strip() if lines else "it gave no reason"


def local_console_url(settings: Settings) -> str:
    """Return the console's address on this machine, by a name: for a bare address browsers make no passkeys."""
    name = "localhost" if settings.console_host == "127.0.0.1" else _in_url(settings.console_host)
    return f"http://{name}:{settings.console_port}"


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


class Supervisor:
    """The action server, the engine, the front door and the staff's console, as a context manager.

    Where a messaging channel or e-mail is switched on, the delivery process belongs to them.

    Args:
        settings: The settings of the product.
        model: The model that the engine loads.
        log_directory: Where each part writes its log.
        say: Told what happens, a sentence at a time.
    """

    def __init__(
        self,
        settings: Settings,
        model: Path = MODEL,
        log_directory: Path = VAR / "log",
        say: Say = lambda sentence: None,
    ) -> None:
        self.settings = settings
        self.url = f"http://{settings.host}:{settings.port}"
        self.secret = internal_secret(settings)
        self._environment = child_environment(settings)
        self._say = say
        self._record = settings.run_directory / "parts.json"
        python = sys.executable

        def part(name: str, module: str, log: str, *arguments: str) -> Part:
            return Part(name, [python, "-m", module, *arguments], log_directory / log, "http://part/health")

        self.actions = part("action server", "actions.server", "actions.log")
        self.actions.socket = socket_path(settings, "actions")
        self.engine = part("engine", "helpline.rasa.main", "engine.log", str(model))
        self.engine.socket = socket_path(settings, "engine")
        self.door = part("front door", "helpline.web.main", "front_door.log", str(model))
        self.door.address = f"{self.url}/health/live"
        self.console = part("console", "helpline.console.main", "console.log")
        self.console.address = f"http://{_in_url(settings.console_host)}:{settings.console_port}/health"
        self.console_url = settings.console_url or local_console_url(settings)
        self.delivery = part("delivery", "helpline.channels.delivery_main", "delivery.log")
        self.delivery.socket = socket_path(settings, "delivery")
        self.channels = sorted(state.channel for state in channel_states(settings) if state.is_on)
        # The front door begins after what it hands over to.
        delivery = (self.delivery,) if self.channels or mail_state(settings).is_on else ()
        self.parts: tuple[Part, ...] = (self.actions, self.engine, *delivery, self.door, self.console)

    def is_running(self) -> bool:
        """Whether the assistant answers already, whoever started it; the console may be down."""
        return all(part.answers(self.secret) for part in self._assistant)

    def start(self, tick: Callable[[float], None] = lambda seconds: None) -> float:
        """Start all parts and wait until they answer.

        Visitors do not wait for the console: where it cannot start that is said, and `watch` tries it again.

        Args:
            tick: Called a few times a second with the seconds so far.

        Returns:
            Seconds until all answered.

        Raises:
            SettingsError: A messaging channel or e-mail is set up in part.
            StartError: The port is in use, a part stopped, or it took longer than two minutes.
        """
        check_channels(self.settings)
        check_mail(self.settings)
        self._require_free_port(self.settings.host, self.settings.port, "front door", "HELPLINE_PORT")
        started = time.monotonic()
        try:
            for part in self._assistant:
                self.launch(part)
            if self.console in self.parts:
                self._launch_console()
            waiting = list(self._assistant)
            while waiting := [part for part in waiting if not part.answers(self.secret)]:
                tick(time.monotonic() - started)
                self._require_alive()
                if time.monotonic() - started > START_TIMEOUT:
                    names = " and the ".join(part.name for part in waiting)
                    raise StartError(
                        f"The {names} did not answer within {START_TIMEOUT:.0f} seconds. "
                        f"Look into {shown(waiting[0].log)}."
                    )
                time.sleep(0.2)
            if self.console in self.parts:
                self._wait_for_console(lambda: tick(time.monotonic() - started))
        except BaseException:
            self.stop()
            raise
        return time.monotonic() - started

    def launch(self, part: Part) -> None:
        """Start one part without waiting for it."""
        part.log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(os.open(part.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as log:
            part.process = subprocess.Popen(  # noqa: S603 -- our own module, fixed arguments
                part.command,
                cwd=ROOT,
                env={**self._environment, **part.environment},
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C reaches us alone; we stop them in order
                umask=0o077,
            )
        part.started, part.ready, part.missed, part.due = time.monotonic(), False, 0, None
        self._note_processes()

    def watch(self) -> None:
        """Keep the parts running until somebody interrupts."""
        next_check = time.monotonic() + CHECK_EVERY
        while True:
            self.tend()
            if time.monotonic() >= next_check:
                for part in self.parts:
                    self._check(part)
                next_check = time.monotonic() + CHECK_EVERY
            time.sleep(0.2)

    def tend(self) -> None:
        """Start again what stopped, where its pause is over."""
        for part in self.parts:
            self._revive(part)

    def stop(self) -> None:
        """Stop what was started, the front door first. A second interrupt ends it at once. Again, it does nothing."""
        try:
            for part in reversed(self.parts):
                end_part(part, STOP_TIMEOUT)
        except KeyboardInterrupt:
            for part in self.parts:
                end_part(part, 0.0)
        self._record.unlink(missing_ok=True)

    def __enter__(self) -> "Supervisor":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def _assistant(self) -> list[Part]:
        """All parts that visitors need."""
        return [part for part in self.parts if part is not self.console]

    def _launch_console(self) -> None:
        """Start the console; where its port is taken, leave it for later."""
        place = self.settings.console_host, self.settings.console_port
        try:
            self._require_free_port(*place, "console", "HELPLINE_CONSOLE_PORT")
        except StartError as error:
            self.console.due = time.monotonic() + self.console.pause
            self._say(f"{error} The assistant starts without it, and it is tried again.")
        else:
            self.launch(self.console)

    def _wait_for_console(self, tick: Callable[[], None]) -> None:
        """Wait a little until the console answers, unless it stopped."""
        until = time.monotonic() + CONSOLE_TIMEOUT
        while self.console.due is None and not self.console.answers(self.secret):
            tick()
            self._revive(self.console)
            if time.monotonic() > until:
                self._say(f"The console does not answer yet. Its log is {shown(self.console.log)}.")
                return
            time.sleep(0.2)

    def _revive(self, part: Part) -> None:
        """Start a part again that stopped, after a pause that grows each time it happens soon after."""
        now = time.monotonic()
        if part.due is not None:
            if now >= part.due:
                self.launch(part)
            return
        if part.process is None or part.process.poll() is None:
            return
        status = part.process.returncode
        part.pause = FIRST_PAUSE if now - part.started > RAN_WELL else min(part.pause * 2, LONGEST_PAUSE)
        part.due = now + part.pause
        self._say(
            f"The {part.name} stopped (exit status {status}): {part.last_words()} "
            f"It is started again in {part.pause:.0f} s; the others go on."
        )

    def _check(self, part: Part) -> None:
        """End a part that runs and does not answer; `_revive` starts it again."""
        if part.process is None or part.process.poll() is not None:
            return
        if part.answers(self.secret):
            part.missed, part.ready = 0, True
            return
        if not part.ready and time.monotonic() - part.started < START_TIMEOUT:
            return  # it still starts
        part.missed += 1
        if part.missed >= MISSED_CHECKS:
            self._say(f"The {part.name} runs and does not answer. It is ended.")
            part.process.kill()
            part.process.wait()

    def _require_alive(self) -> None:
        for part in self._assistant:
            if part.process is not None and part.process.poll() is not None:
                raise StartError(f"The {part.name} did not start: {part.last_words()}\nIts log is {shown(part.log)}.")

    def _require_free_port(self, host: str, port: int, part: str, setting: str) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                return
            except OSError as error:
                problem = error
        leftovers = [entry for entry in self._noted_processes() if _is_ours(entry["process"])]
        if leftovers:
            names = ", ".join(f"{entry['name']}: process {entry['process']}" for entry in leftovers)
            numbers = " ".join(str(entry["process"]) for entry in leftovers)
            raise StartError(
                f"Port {port} is held by what an earlier run of this product left ({names}). "
                f"End it with: kill {numbers}"
            )
        raise StartError(
            f"Port {port} of {host} cannot be used ({problem.strerror}), and the {part} needs it. "
            f"Stop the program that uses it, or choose another port with {setting}."
        )

    def _note_processes(self) -> None:
        running = [{"name": part.name, "process": part.process.pid} for part in self.parts if part.process]
        self._record.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(os.open(self._record, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as record:
            json.dump(running, record)

    def _noted_processes(self) -> list[dict[str, object]]:
        try:
            noted: list[dict[str, object]] = json.loads(self._record.read_text())
        except (OSError, ValueError):
            noted = []
        return noted


@contextlib.contextmanager
def running(settings: Settings, tick: Callable[[float], None] = lambda seconds: None) -> Iterator[Supervisor]:
    """Use the parts that run already, or start them and stop them in the end."""
    supervisor = Supervisor(settings)
    if supervisor.is_running():
        yield supervisor
        return
    supervisor.start(tick)
    try:
        yield supervisor
    finally:
        supervisor.stop()


def shown(path: Path) -> str:
    """Return a path as a person types it, from the project's folder."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def end_part(part: Part, seconds: float) -> None:
    """End a part: ask it to, and after so many seconds do not ask; with none, at once."""
    process, part.process, part.due = part.process, None, None
    if process is None or process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM if seconds else signal.SIGKILL)
    try:
        process.wait(seconds or None)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    except KeyboardInterrupt:
        process.kill()
        process.wait()
        raise


def _is_ours(process: object) -> bool:
    try:
        command = Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False
    modules = (
        b"actions.server",
        b"helpline.rasa.main",
        b"helpline.channels.delivery_main",
        b"helpline.web.main",
        b"helpline.console.main",
    )
    return any(module in command for module in modules)
