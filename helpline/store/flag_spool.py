"""Flags of danger that the store could not take: an encrypted file on the local disk, taken in later.

Each line is one flag, encrypted, and on the disk before anybody is told so. A lock on the file keeps those who add
and who takes in apart, also between processes.
"""

import asyncio
import fcntl
import json
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from helpline.errors import EncryptionKeyError
from helpline.store.encryption import Cipher

logger = logging.getLogger(__name__)

# A disk that hangs must not hold up a reply.
WRITE_LIMIT = 1.0


class FlagSpool:
    """The file, for one process or several.

    Args:
        directory: Where it is; it need not exist.
        cipher: Encrypts the lines.
    """

    def __init__(self, directory: Path, cipher: Cipher) -> None:
        self._path = directory / "flags"
        self._unreadable = directory / "flags.unreadable"
        self._tried_unreadable = False
        self._cipher = cipher

    async def add(self, sender_id: str, message_id: str, reason: str, at: datetime) -> bool:
        """Keep a flag on the disk. Returns whether it is there; waits a second at most.

        Args:
            sender_id: Whose conversation it is.
            message_id: The message that called for it.
            reason: What was raised, such as ``crisis/self``.
            at: When, in UTC.
        """
        line = self._cipher.encrypt(json.dumps([sender_id, message_id, reason, at.isoformat()]))
        try:
            await asyncio.wait_for(asyncio.to_thread(self._append, line), WRITE_LIMIT)
        except (OSError, asyncio.TimeoutError) as error:
            logger.error("A flag was not kept (%s).", type(error).__name__)
            return False
        return True

    def take_in(self, keep: Callable[[str, str, str, datetime], None]) -> int:
        """Hand all flags to a function that keeps them for good; return how many there were.

        What cannot be read, because it was written with another key or is damaged, goes into a file beside, and is
        tried again by the next process: the key may be back by then.

        Args:
            keep: Takes sender id, message id, reason and time. What it fails on stays in the file, with all the
                others, so it must not mind a flag that it has already.
        """
        tries_again = not self._tried_unreadable and self._unreadable.exists()
        if not tries_again and not self._path.exists():
            return 0
        with self._locked() as file:
            lines = _lines(file.read()) + (_lines(self._unreadable.read_bytes()) if tries_again else [])
            unreadable, taken = [], 0
            for line in lines:
                flag = self._read(line)
                if flag is None:
                    unreadable.append(line)
                else:
                    keep(*flag)
                    taken += 1
            if unreadable:
                logger.error("%d kept flags cannot be read; they are kept in %s.", len(unreadable), self._unreadable)
            if tries_again:
                self._write_unreadable(unreadable, "wb")
            elif unreadable:
                self._write_unreadable(unreadable, "ab")
            self._tried_unreadable = True
            file.truncate(0)
            os.fsync(file.fileno())
        return taken

    def read_lines(self) -> list[str]:
        """Return the flags that wait, each encrypted, and leave them where they are; not what cannot be read."""
        if not self._path.exists():
            return []
        with self._locked() as file:
            return [line.decode("ascii") for line in _lines(file.read()) if self._read(line) is not None]

    def add_lines(self, lines: Sequence[str]) -> None:
        """Keep flags that are encrypted already."""
        if lines:
            self._append("\n".join(lines))

    def _append(self, line: str) -> None:
        with self._locked() as file:
            file.write(line.encode("ascii") + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _read(self, line: bytes) -> tuple[str, str, str, datetime] | None:
        try:
            sender_id, message_id, reason, at = json.loads(self._cipher.decrypt(line.decode("ascii")))
            return sender_id, message_id, reason, datetime.fromisoformat(at)
        except (EncryptionKeyError, ValueError, TypeError):
            return None

    def _write_unreadable(self, lines: Sequence[bytes], mode: str) -> None:
        """Keep what cannot be read, on the disk before it is taken out of the file."""
        with open(self._unreadable, mode, opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(b"".join(line + b"\n" for line in lines))
            file.flush()
            os.fsync(file.fileno())

    @contextmanager
    def _locked(self) -> Iterator[BinaryIO]:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file


def _lines(content: bytes) -> list[bytes]:
    """Return the lines; a power cut may leave null characters where a line was."""
    return content.replace(b"\0", b"\n").split()
