"""Where our own processes listen for each other, and where they find each other.

On one machine that is a Unix socket that only its owner can use. On several it is a host and a port of a network of our
own; a name may stand for several addresses, and so for several engines.
"""

import asyncio
import contextlib
import fcntl
import functools
import hashlib
import os
import random
import socket
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from helpline.errors import ListenError
from helpline.secrets import secret_file
from helpline.settings import VAR, Settings

# A Unix socket's path may have 107 characters.
LONGEST_PATH = 100

HOST = "127.0.0.1"
# The system takes a port for each outgoing connection out of a range that begins here, unless its own file says where.
_FOR_CONNECTIONS_FROM = 32768
_FOR_CONNECTIONS_FILE = Path("/proc/sys/net/ipv4/ip_local_port_range")
_FIRST_PORT = 10_000
# The byte of a port's number in this file is locked by the process that was given the port.
_GIVEN_PORTS = "helpline-ports-{user}.lock"

# The path of a Unix socket, or a host with a port, such as ``engine:7000``.
Place = Path | str


def socket_path(settings: Settings, part: str) -> Path:
    """Return the socket of a part, such as ``engine``; in the system's folder for temporary files if ours is too deep.

    Args:
        settings: The settings.
        part: The part's name.
    """
    path = settings.run_directory.absolute() / f"{part}.sock"
    if len(str(path)) > LONGEST_PATH:
        name = hashlib.sha256(str(path.parent).encode()).hexdigest()[:16]
        path = Path(tempfile.gettempdir()) / f"helpline-{name}" / f"{part}.sock"
    return path


def place_of(settings: Settings, part: str) -> Place:
    """Return where a part of which there is one is found: ``actions`` or ``delivery``."""
    given = {"actions": settings.actions_address, "delivery": settings.delivery_address}[part]
    return _place(given) if given else socket_path(settings, part)


def engine_places(settings: Settings) -> list[Place]:
    """Return where the engines are found."""
    return [_place(given) for given in settings.engine_addresses] or [socket_path(settings, "engine")]


def listening(settings: Settings, part: str) -> dict[str, Any]:
    """Return where a part listens, as arguments for `helpline.web.http_server.serve`."""
    if settings.part_address is None:
        return {"unix_socket": socket_path(settings, part)}
    place = _place(settings.part_address)
    if isinstance(place, Path):
        return {"unix_socket": place}
    host, port = host_and_port(place)
    return {"host": host, "port": port}


def host_and_port(place: str) -> tuple[str, int]:
    """Return the two halves of ``engine:7000`` or ``[::1]:7000``."""
    host, _, port = place.rpartition(":")
    return host.strip("[]"), int(port)


async def resolved(places: Sequence[Place]) -> list[Place]:
    """Return each place once: a name that leads to several addresses as all of them, an unknown one as none."""
    found: dict[Place, None] = {}
    for place in places:
        if isinstance(place, Path):
            found[place] = None
            continue
        host, port = host_and_port(place)
        with contextlib.suppress(OSError):
            for *_, address in await asyncio.get_running_loop().getaddrinfo(host, port, proto=6):
                ip = str(address[0])
                found[f"[{ip}]:{port}" if ":" in ip else f"{ip}:{port}"] = None
    return list(found)


def by_preference(places: Sequence[Place], conversation: str) -> list[Place]:
    """Return the places in the order in which a conversation asks them: always the same while the places are.

    An engine remembers the conversations that it had last, so a conversation does best to stay with one; and each
    engine has about as many as the next.
    """
    return sorted(places, key=lambda place: hashlib.blake2b(f"{place} {conversation}".encode(), digest_size=8).digest())


def free_ports(count: int) -> list[int]:
    """Return different ports of the loopback address that nobody uses now, for servers that begin soon.

    They lie below those that the system takes for outgoing connections: one of those would be free now, and taken by
    any process's connection before its server begins. None is given twice while the process lives that it was given to:
    two clusters that begin at once would each find the other's ports free.

    Raises:
        ListenError: There are not so many.
    """
    found: list[int] = []
    candidates = range(_FIRST_PORT, _first_for_connections())
    given = _given_ports()
    for port in random.SystemRandom().sample(candidates, len(candidates)):
        with contextlib.suppress(OSError), socket.create_server((HOST, port)):
            if given.take(port):
                found.append(port)
        if len(found) == count:
            return found
    raise ListenError(f"Of the ports {candidates.start} to {candidates.stop - 1} on {HOST} not {count} are free.")


def free_port() -> int:
    """Return one port as `free_ports` does."""
    return free_ports(1)[0]


class _GivenPorts:
    """Which ports were given to processes of one user that still live.

    Args:
        path: A file in which each port is a byte. What a process has locked is free again when it ends.
    """

    def __init__(self, path: Path) -> None:
        self._ours: set[int] = set()
        # Open as long as the process lives: closed, it would lock nothing any more.
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def take(self, port: int) -> bool:
        """Keep a port for this process; False where it was given to this one or another."""
        if port in self._ours:
            return False
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
        except OSError:
            return False
        self._ours.add(port)
        return True


@functools.lru_cache(maxsize=1)
def _given_ports() -> _GivenPorts:
    return _GivenPorts(Path(tempfile.gettempdir()) / _GIVEN_PORTS.format(user=os.getuid()))


def _first_for_connections() -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        first = int(_FOR_CONNECTIONS_FILE.read_text().split()[0])
        return first if first > 2 * _FIRST_PORT else _FOR_CONNECTIONS_FROM
    return _FOR_CONNECTIONS_FROM


def internal_secret(settings: Settings) -> str:
    """Return the secret that our own processes show each other."""
    return settings.api_token or secret_file("api.token", VAR)


def _place(given: str) -> Place:
    return Path(given) if given.startswith("/") else given
