"""The parts as they run in production, as processes of one machine: nginx, two front doors, two engines and the rest.

PostgreSQL and Redis are not ours to start: the settings say where they are. The parts find each other by ports of the
loopback address, as they do by names in containers (`deploy/`), so that what is tried out here is what runs there.
"""

import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

from helpline.errors import StartError
from helpline.processes.certificate import write_certificate
from helpline.processes.model import MODEL
from helpline.processes.supervisor import Part, Supervisor
from helpline.settings import ROOT, VAR, Settings

FOLDER = VAR / "cluster"
HOST = "127.0.0.1"
# Browsers take every name below localhost for this machine.
NAME, CONSOLE_NAME = "localhost", "console.localhost"
ENGINES = DOORS = 2
NGINX = ("nginx", "/usr/sbin/nginx")


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
            [self._nginx, "-p", str(folder / "nginx"), "-c", "conf/nginx.conf", "-g", _directives()],
            log / "nginx.log",
            f"http://{HOST}:{health}/health",
        )
        self.parts = (self.actions, *self.engines, self.delivery, *self.doors, self.nginx, self.console)
        self._lay_out_nginx(doors, console, health)

    @property
    def certificate(self) -> Path:
        """The certificate that nginx shows, which no one but its maker believes."""
        return self._folder / "nginx" / "conf" / "place" / "tls.crt"

    def _lay_out_nginx(self, doors: list[int], console: int, health: int) -> None:
        """Write the folder that nginx is started with; `deploy/nginx/README.md` says what is where."""
        folder = self._folder / "nginx"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(ROOT / "deploy" / "nginx", folder / "conf")
        (folder / "run").mkdir()
        (folder / "widget").symlink_to(ROOT / "widget" / "dist")
        place = folder / "conf" / "place"
        place.mkdir()
        write_certificate(place / "tls.crt", place / "tls.key", [NAME, CONSOLE_NAME])
        tls = "ssl_certificate place/tls.crt;\nssl_certificate_key place/tls.key;\n"
        listen = f"listen {HOST}:{self.settings.port} ssl http2"
        servers = "".join(f"    server {HOST}:{port} max_fails=1 fail_timeout=3s;\n" for port in doors)
        files = {
            "upstreams.conf": f"upstream doors {{\n    zone doors 64k;\n{servers}    keepalive 32;\n}}\n"
            f"upstream console {{\n    server {HOST}:{console};\n}}\n",
            "listen_default.conf": f"{listen} default_server;\n",
            "door.conf": f"{listen};\nserver_name {NAME};\n{tls}",
            "console.conf": f"{listen};\nserver_name {CONSOLE_NAME};\n{tls}",
            # Nothing is redirected here: the machine's port 80 is not ours.
            "plain.conf": f"listen {HOST}:{health};\nserver_name plain.{NAME};\n",
            "health.conf": f"server {{\n    listen {HOST}:{health} default_server;\n    access_log off;\n"
            "    location = /health { return 200; }\n    location = /status { stub_status; }\n"
            "    location / { return 404; }\n}\n",
        }
        for name, content in files.items():
            (place / name).write_text(content)


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
    nginx = next((path for name in NGINX if (path := shutil.which(name))), None)
    if nginx is None:
        raise StartError("nginx is not on this machine. On Debian: apt-get install nginx-light.")
    return nginx


def _directives() -> str:
    """Return what nginx is told at its start: to stay in the foreground, and as root not to become somebody else."""
    return "daemon off; user root;" if os.geteuid() == 0 else "daemon off;"


def _free_ports(count: int) -> list[int]:
    """Return ports of the loopback address that nobody uses now."""
    probes = [socket.create_server((HOST, 0)) for _ in range(count)]
    try:
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()
