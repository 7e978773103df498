"""Where our own processes listen for each other: Unix sockets that only their owner can use."""

import hashlib
import tempfile
from pathlib import Path

from helpline.secrets import secret_file
from helpline.settings import VAR, Settings

# A Unix socket's path may have 107 characters.
LONGEST_PATH = 100


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


def internal_secret(settings: Settings) -> str:
    """Return the secret that our own processes show each other."""
    return settings.api_token or secret_file("api.token", VAR)
