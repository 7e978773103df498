"""The parts as they run in production, as processes of one machine: nginx, two front doors, two engines and the rest.

PostgreSQL and Redis are not ours to start: the settings say where they are. The parts find each other by ports of the
loopback address, as they do by names in containers (`deploy/`), so that what is tried out here is what runs there.
"""

import socket
from collections.abc import Callable
from pathlib import Path

from helpline.errors import StartError
from helpline.processes.model import MODEL
from helpline.processes.nginx import CONSOLE_NAME, HOST, NAME, lay_out, nginx_command, nginx_program
from helpline.processes.supervisor import Part, Supervisor
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

    Raises:
        StartError: PostgreSQL, Redis or nginx is missing.
    """

    def __init__(
        self,
        settings: Settings,
        model: Path = MODEL,
        folder: Path = FOLDER,
        say: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        self._folder = folder
        self._nginx = _require(settings)
        url = f"https://{NAME}:{settings.port}"
        engines, doors = _free_ports(ENGINES), _free_ports(DOORS)
        actions, delivery, console, health = _free_ports(4)
        shared = settings.copy(
            update={
                "public_url": settings.public_url or url,
                "console_url": settings.console_url or f"https://{CONSOLE_NAME}:{settings.port}",
                "console_port": console,
                "trusted_proxies": [HOST],
                "engine_addresses": [f"{HOST}:{port}" for port in engines],
                "actions_address": f"{HOST}:{actions}",
                "delivery_address": f"{HOST}:{delivery}",
            }
        )
        super().__init__(shared, model, folder / "log", say)
        self.url = url
        python, log = self.actions.command[0], folder / "log"

        def part(name: str, module: str, port: int, path: str, environment: dict[str, str], *arguments: str) -> Part:
            file = log / f"{name.replace(' ', '_')}.log"
            command = [python, "-m", module, *arguments]
            return Part(name, command, file, f"http://{HOST}:{port}{path}", environment=environment)

        def inner(name: str, module: str, port: int, *arguments: str) -> Part:
            return part(name, module, port, "/health", {"HELPLINE_PART_ADDRESS": f"{HOST}:{port}"}, *arguments)

        self.actions = inner("action server", "actions.server", actions)
        self.engines = [
            inner(f"engine {n}", "helpline.rasa.main", port, str(model)) for n, port in enumerate(engines, 1)
        ]
        self.delivery = inner("delivery", "helpline.channels.delivery_main", delivery)
        self.doors = [
            part(f"front door {n}", "helpline.web.main", port, "/health/live", {"HELPLINE_PORT": str(port)}, str(model))
            for n, port in enumerate(doors, 1)
        ]
        self.nginx = Part(
            "nginx",
            nginx_command(self._nginx, folder / "nginx"),
            log / "nginx.log",
            f"http://{HOST}:{health}/health",
        )
        self.parts = (self.actions, *self.engines, self.delivery, *self.doors, self.nginx, self.console)
        lay_out(folder / "nginx", settings.port, doors, console, health)

    @property
    def certificate(self) -> Path:
        """The certificate that nginx shows, which no one but its maker believes."""
        return self._folder / "nginx" / "conf" / "place" / "tls.crt"


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


def _free_ports(count: int) -> list[int]:
    """Return ports of the loopback address that nobody uses now."""
    probes = [socket.create_server((HOST, 0)) for _ in range(count)]
    try:
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()
