"""The parts as they run in production, as processes of one machine: nginx, two front doors, two engines and the rest.

PostgreSQL and Redis are not ours to start: the settings say where they are. The parts find each other by ports of the
loopback address, as they do by names in containers (`deploy/`), so that what is tried out here is what runs there.
"""

import json
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from helpline.errors import HelplineError, StartError
from helpline.processes.model import MODEL
from helpline.processes.nginx import CONSOLE_NAME, NAME, lay_out, nginx_command, nginx_program
from helpline.processes.releases import ReleaseError, Releases, replace_model
from helpline.processes.sockets import HOST, free_ports
from helpline.processes.supervisor import STOP_TIMEOUT, Part, Supervisor, end_part
from helpline.settings import VAR, Settings

FOLDER = VAR / "cluster"
ENGINES = DOORS = 2


class Cluster(Supervisor):
    """All parts of production on this machine, as a context manager; ``HELPLINE_PORT`` is the port of nginx, with TLS.

    Args:
        settings: The settings of the product, with PostgreSQL and Redis.
        model: The model that the engines load.
        folder: Where logs, the certificate and nginx's files go.
        say: Told what happens, a sentence at a time.
        engines: How many engines there are.

    Raises:
        StartError: PostgreSQL, Redis or nginx is missing.
    """

    def __init__(
        self,
        settings: Settings,
        model: Path = MODEL,
        folder: Path = FOLDER,
        say: Callable[[str], None] = lambda sentence: None,
        engines: int = ENGINES,
    ) -> None:
        self._folder = folder
        self._released = model
        self._is_rolling = False
        self._nginx = _require(settings)
        url = f"https://{NAME}:{settings.port}"
        # Each part counts in the open at a port of its own, nginx apart.
        ports = iter(free_ports(2 * (engines + DOORS + 3) + 1))
        engine_ports, doors = list(islice(ports, engines)), list(islice(ports, DOORS))
        actions, delivery, console, health = islice(ports, 4)
        shared = settings.copy(
            update={
                "public_url": settings.public_url or url,
                "console_url": settings.console_url or f"https://{CONSOLE_NAME}:{settings.port}",
                "console_port": console,
                "trusted_proxies": [HOST],
                "engine_addresses": [f"{HOST}:{port}" for port in engine_ports],
                "actions_address": f"{HOST}:{actions}",
                "delivery_address": f"{HOST}:{delivery}",
            }
        )
        super().__init__(shared, model, folder / "log", say)
        self.url = url
        python, log = self.actions.command[0], folder / "log"

        def process(name: str, module: str, port: int, path: str, environment: dict[str, str], *arguments: str) -> Part:
            file = log / f"{name.replace(' ', '_')}.log"
            command = [python, "-m", module, *arguments]
            return Part(name, command, file, f"http://{HOST}:{port}{path}", environment=environment)

        def inner(name: str, module: str, port: int, *arguments: str) -> Part:
            return process(name, module, port, "/health", {"HELPLINE_PART_ADDRESS": f"{HOST}:{port}"}, *arguments)

        self.actions = inner("action server", "actions.server", actions)
        self.engines = [
            inner(f"engine {n}", "helpline.rasa.main", port, str(model)) for n, port in enumerate(engine_ports, 1)
        ]
        self.delivery = inner("delivery", "helpline.channels.delivery_main", delivery)
        self.doors = [
            process(
                f"front door {n}", "helpline.web.main", port, "/health/live", {"HELPLINE_PORT": str(port)}, str(model)
            )
            for n, port in enumerate(doors, 1)
        ]
        self.nginx = Part(
            "nginx",
            nginx_command(self._nginx, folder / "nginx"),
            log / "nginx.log",
            f"http://{HOST}:{health}/health",
        )
        self.parts = (self.actions, *self.engines, self.delivery, *self.doors, self.nginx, self.console)
        counting = [part for part in self.parts if part is not self.nginx]
        self.metrics = {part.name: f"{HOST}:{port}" for part, port in zip(counting, ports, strict=True)}
        for part in counting:
            part.environment["HELPLINE_METRICS_ADDRESS"] = self.metrics[part.name]
        lay_out(folder / "nginx", settings.port, doors, console, health)

    def start(self, tick: Callable[[float], None] = lambda seconds: None) -> float:
        """Start all parts with a copy of the model, which stays as it is, and wait until they answer.

        Returns:
            Seconds until all answered.

        Raises:
            HelplineError: See `Supervisor.start`.
        """
        self._releases = releases_of(self._folder, self._environment)
        self._released = self._releases.keep(self._released)
        for part in (*self.engines, *self.doors):
            part.command = [*part.command[:-1], str(self._released)]
        self._releases.note([self._released])
        self._releases.wish_file.unlink(missing_ok=True)
        return super().start(tick)

    def tend(self) -> None:
        """Start again what stopped, and do what `helpline rollout` and `helpline rollback` wish."""
        super().tend()
        if self._is_rolling or not self._releases.wish_file.exists():
            return
        try:
            wish = json.loads(self._releases.wish_file.read_text())
        except ValueError:
            return  # it is being written
        self._releases.wish_file.unlink()
        problem = ""
        try:
            if wish["model"] is None:
                self.roll_back()
            else:
                self.roll_out(Path(wish["model"]))
        except (HelplineError, OSError) as error:
            problem = str(error)
        self._say(problem or f"In service now: {self._released.name}.")
        answer = {"problem": problem, "model": self._released.name}
        part = self._releases.answer_file.with_suffix(".part")
        part.write_text(json.dumps(answer))
        part.replace(self._releases.answer_file)

    def roll_out(self, model: Path) -> None:
        """Take a model into service, worker by worker.

        Raises:
            ReleaseError: It answers wrongly, or a part did not begin with it. The one before stays in service.
        """
        self._change(self._releases.keep(model), lambda served, new: [*(each for each in served if each != new), new])

    def roll_back(self) -> None:
        """Take the model before into service again.

        Raises:
            ReleaseError: There is none, or it cannot be.
        """
        served = self._releases.served()
        if len(served) < 2:
            raise ReleaseError("There is no model before this one.")
        self._change(served[-2], lambda served, new: served[:-1])

    def _change(self, new: Path, noted: Callable[[list[Path], Path], list[Path]]) -> None:
        served = self._releases.served()
        self._is_rolling = True
        try:
            self._releases.try_out(new, self.tend)
            replace_model(self, [*self.engines, *self.doors], self._released, new)
        except ReleaseError:
            self._releases.note(served)
            raise
        finally:
            self._is_rolling = False
        self._released = new
        self._releases.note(noted(served, new))

    def retire(self, part: Part) -> None:
        """Let a part finish what it has in hand, and stop."""
        end_part(part, STOP_TIMEOUT)

    @property
    def certificate(self) -> Path:
        """The certificate that nginx shows, which no one but its maker believes."""
        return self._folder / "nginx" / "conf" / "place" / "tls.crt"


def releases_of(folder: Path, environment: dict[str, str]) -> Releases:
    """Return the models that a cluster in a folder has had."""
    return Releases(folder / "releases", environment)


def _require(settings: Settings) -> str:
    """Return nginx's path.

    Raises:
        StartError: Something that a cluster stands on is missing.
    """
    if not settings.database_url.startswith("postgresql"):
        raise StartError(
            "Several front doors and engines need PostgreSQL: set HELPLINE_DATABASE_URL, such as "
            "postgresql://helpline@127.0.0.1/helpline."
        )
    if settings.redis_url is None:
        raise StartError("Several front doors share their limits: set HELPLINE_REDIS_URL, such as redis://127.0.0.1/0.")
    return nginx_program()
