"""Files that hold one secret each: made at the first use, readable by their owner only.

The product runs as several processes, and two of them may ask for the same secret for the first time at the same
moment. Both then get the same one: it is written to a file of another name, and only a whole file is ever given
the real name.
"""

import os
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path

from helpline.errors import SecretFileError
from helpline.settings import VAR


def random_secret() -> str:
    """Make a secret of 256 random bits, in characters that any header and file may hold."""
    return secrets.token_urlsafe(32)


def secret_file(name: str, directory: Path = VAR, make: Callable[[], str] = random_secret) -> str:
    """Return the secret that a file holds, without white space at its ends; make the file if there is none.

    Args:
        name: File name, such as ``api.token``.
        directory: Where it is kept; made if missing.
        make: Makes the secret of a new file.

    Raises:
        SecretFileError: The file is empty, or others than its owner can read it.
    """
    path = directory / name
    if not path.exists():
        directory.mkdir(parents=True, exist_ok=True)
        _create(path, make())
    if path.stat().st_mode & 0o077:
        raise SecretFileError(f"{path} can be read by others. Run: chmod 600 {path}")
    secret = path.read_text().strip()
    if not secret:
        raise SecretFileError(
            f"{path} is empty. Put it back from a backup. Without one, remove it and whatever only this secret opens."
        )
    return secret


def replace_secret(path: Path, secret: str) -> None:
    """Put another secret into a file: whoever reads it, also after a crash, finds the one before or this one, whole."""
    os.replace(_written(path, secret), path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _create(path: Path, secret: str) -> None:
    """Write a whole file under a temporary name and link it to the real one, unless another process was first."""
    temporary = _written(path, secret)
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(temporary)


def _written(path: Path, secret: str) -> str:
    """Write a file of another name beside the one that it is meant for, and return its path."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    with os.fdopen(handle, "w") as file:
        file.write(secret + "\n")
        file.flush()
        os.fsync(file.fileno())
    return temporary
