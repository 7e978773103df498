"""Opens what a server listens on: a TCP port, or a Unix socket that only our own user can reach."""

import errno
import os
import resource
import socket
import stat
from pathlib import Path

from helpline.errors import ListenError, PortInUseError

# Files that a process needs beside its connections: database, logs, the event loop's own.
_OTHER_FILES = 100
# Where the system sets no limit.
_MANY_FILES = 10_000


def open_port(host: str, port: int) -> socket.socket:
    """Return a socket bound to the port; port 0 takes a free one.

    Raises:
        PortInUseError: Another program has the port.
        ListenError: The port or the address cannot be had for another reason.
    """
    try:
        opened = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            message = f"Port {port} on {host} is in use by another program. Stop that program, or set another port."
            raise PortInUseError(message) from None
        raise ListenError(f"Port {port} on {host} cannot be opened: {os.strerror(error.errno or 0)}.") from None
    # Each connection takes it over. asyncio's own loop does not set it here, and answers would wait 40 ms.
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return opened


def open_unix_socket(path: Path) -> socket.socket:
    """Return a bound Unix socket of mode 0600, in a folder of mode 0700 that is made if it is not there.

    A file that a server left behind which is no longer running is replaced.

    Raises:
        PortInUseError: A server listens on it.
        ListenError: Others can reach the folder, or something that is no socket has the path, or it is too long.
    """
    _make_private_folder(path.parent)
    _remove_left_behind(path)
    opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    umask = os.umask(0o177)
    try:
        opened.bind(str(path))
    except OSError as error:
        opened.close()
        raise ListenError(f"The socket {path} cannot be opened: {error.strerror or error}.") from None
    finally:
        os.umask(umask)
    return opened


def raise_file_limit() -> int:
    """Raise this process's limit of open files as far as it may; return how many connections then fit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MANY_FILES if hard == resource.RLIM_INFINITY else hard
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError):  # some systems allow less than they say
        wanted = soft
    return max(wanted - _OTHER_FILES, 1)


def _make_private_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.stat()
    if found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise ListenError(f"The folder {folder} holds a socket and must be ours alone: chmod 700 {folder}")


def _remove_left_behind(path: Path) -> None:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise ListenError(f"{path} should be a socket, but is a file. Move it away.")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            path.unlink(missing_ok=True)
            return
        except OSError:  # it listens, but does not answer
            pass
    raise PortInUseError(f"The socket {path} is in use by another program. Stop that program first.")
