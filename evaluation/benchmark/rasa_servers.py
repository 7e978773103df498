"""Rasa's own server, run as Rasa's users run it, to measure the product beside it.

The starter bot is what ``rasa init`` makes, with the configuration that it writes. That needs TensorFlow, and so a
Python environment of its own. The floor is Rasa's loop over our domain and rules where nothing has to be understood:
its visitors send what a button would, and our pipeline reads no such message.
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import aiohttp
import httpx

from evaluation.benchmark.measurements import resident_megabytes
from evaluation.product.process_usage import cpu_seconds, descendants
from evaluation.product.visitor import NO_ANSWER, PATIENCE, Reply
from helpline.errors import StartError
from helpline.processes.model import MODEL
from helpline.processes.sockets import free_port
from helpline.settings import ROOT

_START_SECONDS = 180.0
_STOP_SECONDS = 20.0
_REST = "rest:\n"
# What people say to a bot that greets, asks how one is, and says goodbye.
STARTER_MESSAGES = (
    "hello", "hi there", "good evening", "how are you", "i am great today", "feeling fine, thanks", "not so good",
    "i am sad", "my day was awful", "yes", "of course", "no", "not really", "are you a bot", "am i talking to a human",
    "bye", "see you later", "hey", "so so", "wonderful", "very bad", "no way", "good morning", "what are you", "ciao",
)  # fmt: skip
# Buttons of topics, as a visitor presses them.
FLOOR_MESSAGES = tuple(
    f'/ask_topic{{"topic": "{topic}"}}'
    for topic in ("ned", "mbc_definition", "treatment_goal", "clinical_trials", "care_team", "spread_sites")
)


@dataclass
class RasaServer:
    """``rasa run`` with Rasa's REST channel, as a context manager.

    Args:
        name: What it is called in tables.
        python: Of the environment that holds Rasa.
        folder: The project that it runs in.
        model: The trained model.
        directory: Where its settings and its output go.
    """

    name: str
    python: Path
    folder: Path
    model: Path
    directory: Path
    start_seconds: float = 0.0
    url: str = ""
    _process: "subprocess.Popen[bytes] | None" = None

    def visitor(self, number: int) -> "RestVisitor":
        """Return somebody who talks to it."""
        return RestVisitor(self.url, f"visitor-{number}-{uuid.uuid4().hex}")

    def cpu_seconds(self) -> float:
        """Return the processor time of all its processes so far."""
        return sum(map(cpu_seconds, self._processes()))

    def megabytes(self) -> float:
        """Return the memory of its largest process, in MB (10^6 bytes)."""
        return max(resident_megabytes(process) for process in self._processes())

    def _processes(self) -> list[int]:
        own = self._process.pid if self._process else 0
        return [own, *descendants(own)]

    def __enter__(self) -> "RasaServer":
        """Start it, and wait until it answers.

        Raises:
            StartError: It ended, or took too long.
        """
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        credentials = self.directory / "credentials.yml"
        credentials.write_text(_REST, encoding="utf-8")
        command = [str(self.python), "-m", "rasa", "run", "--model", str(self.model), "--port", str(port)]
        started = time.monotonic()
        with (self.directory / "rasa.log").open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 -- Rasa, with a model of ours
                [*command, "--credentials", str(credentials)],
                cwd=self.folder,
                env=rasa_environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() - started > _START_SECONDS:
                self.__exit__(None, None, None)
                said = (self.directory / "rasa.log").read_text(errors="replace").strip().splitlines()
                raise StartError(f"The {self.name} did not start: {said[-1] if said else 'it said nothing'}")
            time.sleep(0.05)
        self.start_seconds = time.monotonic() - started
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = None

    def _answers(self) -> bool:
        try:
            return httpx.get(self.url, timeout=2.0).status_code == 200
        except httpx.HTTPError:
            return False


class RestVisitor:
    """Somebody who talks to a bot over Rasa's REST channel.

    Args:
        url: Where Rasa's server listens.
        sender: The sender's id.
    """

    def __init__(self, url: str, sender: str) -> None:
        self._address = f"{url}/webhooks/rest/webhook"
        self._sender = sender
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE))

    async def open(self) -> Reply:
        """Do nothing: Rasa's channel takes a conversation up with its first message."""
        return Reply(200, 0.0)

    async def say(self, text: str) -> Reply:
        """Send a message. The starter bot says nothing to some of them, which counts as an answer."""
        started = time.perf_counter()
        try:
            async with self._http.post(self._address, json={"sender": self._sender, "message": text}) as response:
                messages = await response.json()
                status = response.status
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError) as error:
            return Reply(NO_ANSWER, time.perf_counter() - started, problem=type(error).__name__)
        return Reply(status, time.perf_counter() - started, {"messages": messages})

    async def __aenter__(self) -> "RestVisitor":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close()


def make_starter_bot(python: Path, directory: Path) -> RasaServer:
    """Make and train the starter bot of an environment's Rasa.

    Args:
        python: Of an environment with Rasa and TensorFlow.
        directory: An empty folder, where the bot is made.

    Raises:
        StartError: ``rasa init`` made no model.
    """
    if not python.is_file():
        raise StartError(f"There is no Python at {python}.")
    folder = directory / "starter"
    folder.mkdir()
    made = subprocess.run(  # noqa: S603 -- Rasa
        [str(python), "-m", "rasa", "init", "--no-prompt", "--init-dir", str(folder)],
        env=rasa_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    models = sorted((folder / "models").glob("*.tar.gz"))
    if not models:
        raise StartError(f"{python} made no starter bot: {(made.stdout + made.stderr).strip()[-300:]}")
    return RasaServer("starter bot", python, folder, models[-1], directory)


def floor_server(directory: Path) -> RasaServer:
    """Return Rasa's loop over our own domain, rules and answers, in this environment."""
    return RasaServer("floor", Path(sys.executable), ROOT, MODEL, directory)


def rasa_environment() -> Mapping[str, str]:
    """Return the environment in which Rasa runs as for anybody else, and reports to nobody."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("HELPLINE_")}
    return {**ours, "RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
