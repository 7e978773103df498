"""A checkout of the product, this one or another, run as its users run it: ``helpline run`` as a subprocess.

Both this state and the one before the front door can be run, so that they are measured in the same hour.
"""

import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from evaluation.benchmark.measurements import resident_megabytes
from evaluation.product.process_usage import SUPERVISOR, cpu_seconds, descendants, parts_below
from helpline.errors import StartError
from helpline.processes.sockets import free_port
from helpline.settings import ROOT

WEBSITE = "/webhooks/website"
START_SECONDS = 180.0
STOP_SECONDS = 25.0
SECRET = "secret-of-a-measurement-on-this-machine-alone"  # noqa: S105 -- nothing outside this machine can reach it
# More than a measurement sends.
NO_LIMITS = dict.fromkeys(("messages_per_minute", "address_messages_per_minute", "sessions_per_hour"), "1000000")


@dataclass(frozen=True)
class Checkout:
    """A folder with the product.

    Attributes:
        name: What it is called in tables.
        folder: The checkout.
        helpline: How its ``helpline`` is called.
        environment: The folder of its Python environment.
    """

    name: str
    folder: Path
    helpline: tuple[str, ...]
    environment: Path

    @classmethod
    def this(cls) -> "Checkout":
        """Return the checkout that this program is part of."""
        return cls("now", ROOT, (sys.executable, "-m", "helpline.cli.main"), Path(sys.prefix))

    @classmethod
    def other(cls, folder: Path) -> "Checkout":
        """Return another checkout, with an environment and a model of its own.

        Raises:
            StartError: It cannot be run.
        """
        environment = folder.resolve() / ".venv"
        if not (environment / "bin" / "helpline").exists():
            raise StartError(
                f"{folder} cannot be run beside: it has no .venv. Run 'make setup' and 'make train' there."
            )
        return cls("before", folder.resolve(), (str(environment / "bin" / "helpline"),), environment)

    @property
    def model(self) -> Path:
        """The trained model's file."""
        return self.folder / "models" / "mbc.tar.gz"

    def has_verb(self, verb: str) -> bool:
        """Whether its ``helpline`` has a verb."""
        return (self.folder / "helpline" / "cli" / f"{verb.replace('-', '_')}.py").exists()

    def settings(self) -> set[str]:
        """Return the names of the settings that it knows: an unknown one may be refused."""
        sources = [path.read_text(encoding="utf-8") for path in (self.folder / "helpline").glob("*settings.py")]
        return set(re.findall(r"^    (\w+): .*= (?:Field|_weight)\(", "".join(sources), re.MULTILINE))


@dataclass
class RunningProduct:
    """A checkout that runs, with a database, sockets and ports of its own.

    Args:
        checkout: What is run.
        directory: Where its database and its output go.
        settings: Settings by their names, such as ``database_url``; those that it does not know are left out.
    """

    checkout: Checkout
    directory: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    url: str = ""
    console_url: str = ""
    start_seconds: float = 0.0
    _process: "subprocess.Popen[bytes] | None" = None
    _run_directory: Path = Path()
    _given: Mapping[str, str] = field(default_factory=dict)

    def start(self) -> "RunningProduct":
        """Start it, and wait until the website's chat answers.

        Raises:
            StartError: It ended, or took too long.
        """
        port, action_port, console_port = self._port(), free_port(), free_port()
        self.url, self.console_url = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{console_port}"
        wanted = {
            "port": str(port),
            "console_port": str(console_port),
            "rasa_port": str(port),
            "action_port": str(action_port),
            "spool_directory": str(self.directory / "spool"),
            "database_url": f"sqlite:///{self.directory}/helpline.db",
            "tracker_database_url": f"sqlite:///{self.directory}/conversations.db",
            "session_secret": SECRET,
            "api_token": SECRET,
            **self.settings,
        }
        self._launch(["run"], wanted)
        return self

    def operate(self, verb: str, *arguments: str, **changes: str) -> None:
        """Run a verb of its command line as its operator does, with some settings of its own.

        Raises:
            StartError: The verb refused or failed.
        """
        done = subprocess.run(  # noqa: S603 -- our own program
            [*self.checkout.helpline, verb, *arguments],
            cwd=self.checkout.folder,
            env=self._environment({**self._given, **changes}),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise StartError(
                f"'helpline {verb}' failed in {self.checkout.folder}: {(done.stdout + done.stderr).strip()}"
            )

    def _port(self) -> int:
        """Return the port that the settings name, for one that is started again, or a free one."""
        return int(self.settings.get("port", free_port()))

    def _launch(self, arguments: list[str], settings: Mapping[str, str]) -> None:
        """Bring the tables up to date, begin, and wait until the website's chat answers."""
        self._run_directory = Path(tempfile.mkdtemp(prefix="hl-"))
        self._given = {**settings, "run_directory": str(self._run_directory)}
        if self.checkout.has_verb("migrate"):
            self.operate("migrate")
        started = time.monotonic()
        with (self.directory / "run.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 -- our own program
                [*self.checkout.helpline, *arguments],
                cwd=self.checkout.folder,
                env=self._environment(self._given),
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        while not self.answers():
            self.require_running()
            if time.monotonic() - started > START_SECONDS:
                self.stop()
                raise StartError(f"The product in {self.checkout.folder} did not start: {self._last_words()}")
            time.sleep(0.05)
        self.start_seconds = time.monotonic() - started

    def answers(self, seconds: float = 2.0) -> bool:
        """Whether the website's chat says that it is well."""
        try:
            return httpx.get(f"{self.url}{WEBSITE}/health", timeout=seconds).status_code == 200
        except httpx.HTTPError:
            return False

    @property
    def trust(self) -> ssl.SSLContext | None:
        """What believes its certificate, where it has one of its own."""
        return None

    def console_answers(self, seconds: float = 2.0) -> bool:
        """Whether the staff's console says that it is well."""
        try:
            return httpx.get(f"{self.console_url}/health", timeout=seconds).status_code == 200
        except httpx.HTTPError:
            return False

    def require_running(self) -> None:
        """Make sure that it was not ended by somebody else: nothing that is measured afterwards would count.

        Raises:
            StartError: It was.
        """
        if self._process is not None and self._process.poll() is not None:
            self.stop()
            raise StartError(f"The product in {self.checkout.folder} ended: {self._last_words()}")

    def require_uninterrupted(self) -> None:
        """Make sure that nobody from outside ended it, as somebody who types Ctrl-C; it may have ended by itself.

        Raises:
            StartError: Somebody did.
        """
        if "\nStopping" in (self.directory / "run.log").read_text(errors="replace"):
            self.require_running()

    def parts(self) -> dict[str, int]:
        """Return the process id of each part, by its name, and of the supervisor."""
        return parts_below(self._process.pid) if self._process else {}

    def cpu_seconds(self) -> float:
        """Return the processor time of all its processes so far."""
        return sum(map(cpu_seconds, self.parts().values()))

    def memory(self) -> dict[str, float]:
        """Return the resident memory of each part, in MB (10^6 bytes)."""
        return {part: resident_megabytes(process) for part, process in self.parts().items() if part != SUPERVISOR}

    def database_megabytes(self) -> float:
        """Return the size of all database files, with what was not yet written into their main file."""
        return sum(path.stat().st_size for path in self.directory.glob("*.db*")) / 1e6

    def stop(self) -> None:
        """Stop it with all its processes, those too that do not listen. Again, it does nothing."""
        if self._process is not None:
            processes = [*descendants(self._process.pid), self._process.pid]
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            for process in processes[:-1]:
                _kill(process, self.checkout.folder)
            self._process = None
        if self._run_directory != Path():
            shutil.rmtree(self._run_directory, ignore_errors=True)

    def __enter__(self) -> "RunningProduct":
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def _last_words(self) -> str:
        lines = (self.directory / "run.log").read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"

    def _environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("HELPLINE_")}
        known = self.checkout.settings()
        return {**ours, **{f"HELPLINE_{name.upper()}": value for name, value in settings.items() if name in known}}


def folder_megabytes(folder: Path) -> float:
    """Return the space that a folder takes on the disk, in MB (10^6 bytes); hard links are counted once."""
    sizes = {}
    for path, _folders, files in os.walk(folder):
        for name in files:
            found = os.lstat(os.path.join(path, name))
            sizes[found.st_dev, found.st_ino] = found.st_blocks * 512
    return sum(sizes.values()) / 1e6


def _kill(process: int, folder: Path) -> None:
    """End a process that outlived its supervisor; one that runs elsewhere has another owner by now."""
    try:
        if Path(os.readlink(f"/proc/{process}/cwd")) == folder:
            os.kill(process, signal.SIGCONT)
            os.kill(process, signal.SIGKILL)
    except OSError:
        return
