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
from typing import TextIO

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

        Args:
            keep: Takes sender id, message id, reason and time. What it fails on stays in the file, with all the
                others, so it must not mind a flag that it has already.
        """
        if not self._path.exists():
            return 0
        with self._locked() as file:
            lines = file.read().split()
            for line in lines:
                try:
                    sender_id, message_id, reason, at = json.loads(self._cipher.decrypt(line))
                except (EncryptionKeyError, ValueError):
                    logger.error("A kept flag cannot be read: it was written with another key, or is damaged.")
                    continue
                keep(sender_id, message_id, reason, datetime.fromisoformat(at))
            file.truncate(0)
            os.fsync(file.fileno())
        return len(lines)

    def read_lines(self) -> list[str]:
        """Return the flags that wait, each encrypted, and leave them where they are."""
        if not self._path.exists():
            return []
        with self._locked() as file:
            return file.read().split()

    def add_lines(self, lines: Sequence[str]) -> None:
        """Keep flags that are encrypted already."""
        if lines:
            self._append("\n".join(lines))

    def _append(self, line: str) -> None:
        with self._locked() as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())

    @contextmanager
    def _locked(self) -> Iterator[TextIO]:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
