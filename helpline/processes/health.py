"""Whether a part of the product answers: ``python -m helpline.processes.health engine``, exit status 1 if not.

Container platforms run it beside the part, with the part's settings. It is light, since they run it all the time.
"""

import http.client
import socket
import sys
from pathlib import Path

from helpline.errors import HelplineError
from helpline.processes.sockets import Place, internal_secret, listening
from helpline.settings import Settings, load_settings

# The part and the path that is asked. A front door that runs is well: it answers danger without an engine.
PARTS = {
    "door": "/health/live",
    "door-ready": "/health/ready",
    "console": "/health",
    "engine": "/health",
    "actions": "/health",
    "delivery": "/health",
}
_SECONDS = 3.0
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 -- what to ask where a part listens everywhere


def is_well(settings: Settings, part: str) -> bool:
    """Ask a part of this machine or container.

    Args:
        settings: The part's settings.
        part: A name in PARTS.
    """
    try:
        connection = _connection(_place(settings, part))
    except OSError:
        return False
    try:
        headers = (
            {} if part.startswith(("door", "console")) else {"Authorization": f"Bearer {internal_secret(settings)}"}
        )
        connection.request("GET", PARTS[part], headers=headers)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _place(settings: Settings, part: str) -> Place | tuple[str, int]:
    if part.startswith("door"):
        return settings.host, settings.port
    if part == "console":
        return settings.console_host, settings.console_port
    where = listening(settings, part)
    return Path(where["unix_socket"]) if "unix_socket" in where else (where["host"], where["port"])


def _connection(place: Place | tuple[str, int]) -> http.client.HTTPConnection:
    if isinstance(place, tuple):
        host, port = place
        return http.client.HTTPConnection(_ANYWHERE.get(host, host), port, timeout=_SECONDS)
    connection = http.client.HTTPConnection("part", timeout=_SECONDS)
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.settimeout(_SECONDS)
    connection.sock.connect(str(place))
    return connection


def main() -> int:
    """Ask the part that is named; return the exit status."""
    if len(sys.argv) != 2 or sys.argv[1] not in PARTS:
        print(f"Name a part: {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    try:
        return 0 if is_well(load_settings(), sys.argv[1]) else 1
    except (HelplineError, OSError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
