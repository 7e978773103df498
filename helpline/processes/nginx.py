"""nginx before the front doors of this machine: its folder, and how it is started.

What it does stands in `deploy/nginx`, the same for every place; here is what differs on one machine.
"""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from helpline.errors import StartError
from helpline.processes.certificate import write_certificate
from helpline.processes.sockets import HOST
from helpline.settings import ROOT

# Browsers take every name below localhost for this machine.
NAME, CONSOLE_NAME = "localhost", "console.localhost"
_PROGRAMS = ("nginx", "/usr/sbin/nginx")


def nginx_program() -> str:
    """Return nginx's path.

    Raises:
        StartError: It is not there.
    """
    found = next((path for name in _PROGRAMS if (path := shutil.which(name))), None)
    if found is None:
        raise StartError("nginx is not on this machine. On Debian: apt-get install nginx-light.")
    return found


def nginx_command(program: str, folder: Path) -> list[str]:
    """Return what starts nginx in the foreground; as root it does not become somebody else, who could not read us."""
    directives = "daemon off; user root;" if os.geteuid() == 0 else "daemon off;"
    return [program, "-p", str(folder), "-c", "conf/nginx.conf", "-g", directives]


def lay_out(folder: Path, port: int, doors: Sequence[int], console: int, health: int) -> None:
    """Write the folder that nginx is started with, anew; `deploy/nginx/README.md` says what is where.

    Args:
        folder: The folder.
        port: Where nginx listens, with TLS.
        doors: Ports of the front doors.
        console: Port of the console.
        health: Port of nginx's own health check, in clear.
    """
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "deploy" / "nginx", folder / "conf")
    (folder / "run").mkdir()
    (folder / "widget").symlink_to(ROOT / "widget" / "dist")
    place = folder / "conf" / "place"
    place.mkdir()
    write_certificate(place / "tls.crt", place / "tls.key", [NAME, CONSOLE_NAME])
    tls = "ssl_certificate place/tls.crt;\nssl_certificate_key place/tls.key;\n"
    listen = f"listen {HOST}:{port} ssl http2"
    servers = "".join(f"    server {HOST}:{door} max_fails=1 fail_timeout=3s;\n" for door in doors)
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
