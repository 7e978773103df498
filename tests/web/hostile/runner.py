"""Plays a hostile case against a server over one raw socket and says how the server dealt with it."""

import contextlib
import re
import socket
import struct
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.web.hostile.case import Case, End, Outcome, Pause, Repeat, Step
from tests.web.hostile.echo_app import LARGE_BYTES

Endpoint = tuple[str, int] | Path
PLAIN_REQUEST = b"POST /plain HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"

# A server that has answered and not closed gets so long to do either before the case is judged.
_QUIET_SECONDS = 0.5
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})[ \r]")
# Of a long answer only the beginning is looked at.
_KEPT_BYTES = 1024 * 1024


@dataclass
class Report:
    """What came of a case. ``seconds`` is until the last byte or the end of the connection."""

    case: Case
    outcome: Outcome
    statuses: list[int]
    closed: bool
    seconds: float

    @property
    def harmless(self) -> bool:
        return self.outcome in self.case.harmless


def connect(endpoint: Endpoint, timeout: float = 10.0) -> socket.socket:
    """Return a connected socket."""
    if isinstance(endpoint, Path):
        opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        opened.settimeout(timeout)
        opened.connect(str(endpoint))
        return opened
    return socket.create_connection(endpoint, timeout=timeout)


def plain_request(endpoint: Endpoint, timeout: float = 10.0) -> float:
    """Send an ordinary request on a connection of its own; return the seconds until its whole answer was there.

    Raises:
        AssertionError: The answer is not what it should be.
        OSError: There was none.
    """
    start = time.perf_counter()
    with connect(endpoint, timeout) as opened:
        opened.sendall(PLAIN_REQUEST)
        received = b""
        while piece := opened.recv(65536):
            received += piece
    assert received.startswith(b"HTTP/1.1 200 "), received[:200]
    assert received.endswith(b"served POST /plain\nhello"), received[-200:]
    return time.perf_counter() - start


def play_all(endpoint: Endpoint, cases: Iterable[Case], within: float, at_once: int = 16) -> list[Report]:
    """Play many cases, some of them at the same time; return their reports in order."""
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(lambda case: play(endpoint, case, within), cases))


def play(endpoint: Endpoint, case: Case, within: float) -> Report:
    """Do what the case's client does and watch the server for at most ``within`` seconds."""
    with connect(endpoint) as opened:
        return _Client(opened, case).play(within)


class _Client:
    """Plays one case on one connection: a thread sends, the caller's thread reads."""

    def __init__(self, opened: socket.socket, case: Case) -> None:
        self._socket = opened
        self._case = case
        self._over = threading.Event()
        self._sent_all = False
        self._took_all = False  # the server took all that an endless sender wanted to send
        self._dropped = False  # the client dropped the connection
        self._closed = False  # the server closed it
        self._received = bytearray()
        self._received_bytes = 0

    def play(self, within: float) -> Report:
        start = last_byte = time.monotonic()
        self._socket.settimeout(0.02)
        sender = threading.Thread(target=self._send, args=(within,), daemon=True)
        sender.start()
        while not (self._closed or self._dropped) and (now := time.monotonic()) - start < within:
            if not self._case.reads:
                self._over.wait(0.02)
            elif self._receive():
                last_byte = time.monotonic()
            elif self._sent_all and now - last_byte > _QUIET_SECONDS and self._is_answered():
                break
        end = last_byte if self._received else time.monotonic()
        if not self._case.reads and not self._dropped:
            self._read_the_rest()
        self._stop(sender)
        statuses = self._statuses()
        return Report(self._case, self._judge(statuses), statuses, self._closed, end - start)

    def _send(self, within: float) -> None:
        with self._socket.dup() as out:
            out.settimeout(within)
            try:
                for step in self._case.steps:
                    self._take(step, out)
            except OSError:  # closed by the server, or the time is over
                pass
        self._sent_all = True

    def _take(self, step: Step, out: socket.socket) -> None:
        if isinstance(step, bytes):
            out.sendall(step)
        elif isinstance(step, Pause):
            self._over.wait(step.seconds)
        elif isinstance(step, Repeat):
            sent = 0
            while sent < step.most_bytes and not self._over.wait(step.pause):
                out.sendall(step.data)
                sent += len(step.data)
            self._took_all = sent >= step.most_bytes
        elif step is End.HALF_CLOSE:
            out.shutdown(socket.SHUT_WR)
        else:
            self._dropped = True

    def _receive(self) -> bool:
        """Read once; say whether anything came, be it the end."""
        try:
            piece = self._socket.recv(1024 * 1024)
        except TimeoutError:
            return False
        except OSError:
            piece = b""
        self._closed = not piece
        self._received_bytes += len(piece)
        if len(self._received) < _KEPT_BYTES:
            self._received += piece
        return True

    def _is_answered(self) -> bool:
        """Say whether the hostile request, not only the good ones before it, has an answer."""
        return len(self._statuses()) > self._case.good_first or self._received.startswith(b"served ")

    def _statuses(self) -> list[int]:
        return [int(status) for status in _STATUS.findall(bytes(self._received)) if not status.startswith(b"1")]

    def _read_the_rest(self) -> None:
        """Read what is left for a client that did not read; a server that gave up on it has closed the connection."""
        self._socket.settimeout(1)
        while self._receive() and not self._closed:
            pass
        self._closed = self._closed and self._received_bytes < LARGE_BYTES

    def _stop(self, sender: threading.Thread) -> None:
        self._over.set()
        if self._dropped:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
        sender.join(10)

    def _judge(self, statuses: list[int]) -> Outcome:
        judged = statuses[self._case.good_first :]
        if b"served GET /smuggled" in self._received:
            return Outcome.SMUGGLED
        if not self._case.reads:
            return Outcome.REFUSED if self._closed else Outcome.HUNG
        if judged and judged[-1] >= 300:
            return Outcome.REFUSED if judged[-1] < 500 or judged[-1] in (501, 505) else Outcome.FAILED
        # An answer of HTTP/0.9 has no status. Of several requests a server may answer the first and close.
        if judged or (not self._case.good_first and b"served " in self._received):
            return Outcome.ANSWERED
        if self._dropped or self._closed:
            return Outcome.REFUSED
        return Outcome.SWALLOWED if self._took_all else Outcome.HUNG
