"""The cluster of this checkout, run as ``helpline cluster`` runs it, with a Redis of its own."""

import json
import shutil
import socket
import ssl
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from evaluation.product.checkout import SECRET, WEBSITE, RunningProduct
from evaluation.product.process_usage import SUPERVISOR, cpu_seconds, descendants
from helpline.errors import StartError
from helpline.processes.cluster import ENGINES
from helpline.processes.sockets import free_port

_NAME = "localhost"
_ANSWER_SECONDS = 2.0
_REDIS_SECONDS = 10.0


class RedisServer:
    """A Redis of one's own, which can be killed and started again."""

    def __init__(self) -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise StartError("redis-server is not on this machine. On Debian: apt-get install redis-server.")
        self._command = [program, "--port", str(free_port()), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def port(self) -> int:
        """Its port."""
        return int(self._command[2])

    def start(self) -> None:
        """Start it, and wait until it takes connections; one that runs goes on.

        Raises:
            StartError: It takes none.
        """
        if self._process is None:
            self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)  # noqa: S603 -- Debian's
        until = time.monotonic() + _REDIS_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1.0).close()
                return
            except OSError:
                if time.monotonic() > until:
                    raise StartError("redis-server was started and takes no connection.") from None
                time.sleep(0.02)

    def kill(self) -> None:
        """End it at once, with all that it holds."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def __enter__(self) -> "RedisServer":
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.kill()


@dataclass
class RunningCluster(RunningProduct):
    """The cluster, behind nginx with TLS; ``database_url`` and ``redis_url`` are among the settings.

    Args:
        engines: How many engines it has.
    """

    engines: int = ENGINES

    @property
    def folder(self) -> Path:
        """Where its logs, its certificate and its models are."""
        return self.directory / "cluster"

    @property
    def trust(self) -> ssl.SSLContext:
        """What believes its certificate."""
        return ssl.create_default_context(cafile=str(self.folder / "nginx" / "conf" / "place" / "tls.crt"))

    def start(self) -> "RunningCluster":
        """Start it, and wait until the website's chat answers through nginx.

        Raises:
            StartError: It ended, or took too long.
        """
        port = self._port()
        self.url = f"https://{_NAME}:{port}"
        wanted = {
            "port": str(port),
            "spool_directory": str(self.directory / "spool"),
            "session_secret": SECRET,
            "console_secret": SECRET,
            **self.settings,
        }
        self._launch(["cluster", "--folder", str(self.folder), "--engines", str(self.engines)], wanted)
        return self

    def answers(self, seconds: float = _ANSWER_SECONDS) -> bool:
        """Whether the website's chat says that it is well."""
        try:
            return httpx.get(f"{self.url}{WEBSITE}/health", timeout=seconds, verify=self.trust).status_code == 200
        except (httpx.HTTPError, OSError):
            return False

    def cpu_seconds(self) -> float:
        """Return the processor time of all its processes so far, nginx's workers among them."""
        return sum(map(cpu_seconds, descendants(self._process.pid))) if self._process else 0.0

    def parts(self) -> dict[str, int]:
        """Return the process id of each part, by its name, and of the supervisor."""
        noted = self._noted()
        found = {SUPERVISOR: self._process.pid} if self._process else {}
        return found | {str(part["name"]): int(str(part["process"])) for part in noted}

    def _noted(self) -> list[dict[str, object]]:
        """Read what the supervisor noted, once more where it is being written."""
        for _ in range(20):
            try:
                noted: list[dict[str, object]] = json.loads((self._run_directory / "parts.json").read_text())
                return noted
            except (OSError, ValueError):
                time.sleep(0.05)
        return []
