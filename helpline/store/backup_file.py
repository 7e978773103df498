"""The file of a backup: records, compressed and encrypted, in frames that can neither be changed, moved nor cut off.

A key of its own opens it, and nothing else does: not the key of the store. Each file is encrypted with a key that is
made of that one and of random bytes at the file's beginning. What is backed up is left to ``backup``.
"""

import base64
import json
import secrets
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from helpline.errors import HelplineError

FORMAT = 1
_MARK = b"MBC helpline backup\n"
_KEY_NAME, _SALT, _CHECKSUM = 8, 16, 4
_FRAME = 256 * 1024
# A frame is no larger, whatever its head says.
_LONGEST_FRAME = 4 * _FRAME
_MORE, _LAST = b"\x00", b"\x01"


class BackupError(HelplineError):
    """A backup cannot be made or restored. The message says why, and what to do."""


class BackupWriter:
    """Writes records to a file. ``finish`` must be called: a file without its end is refused.

    Args:
        file: A new file.
        key: The key of backups.
    """

    def __init__(self, file: BinaryIO, key: str) -> None:
        salt = secrets.token_bytes(_SALT)
        self._head = _MARK + bytes([FORMAT]) + _key_name(key) + salt
        self._head += zlib.crc32(self._head).to_bytes(_CHECKSUM, "big")
        self._file, self._frames = file, _Frames(key, salt, self._head)
        self._compressor = zlib.compressobj()
        self._waiting = b""
        file.write(self._head)

    def write(self, record: Any) -> None:
        """Add a record: anything that JSON can hold."""
        line = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass") + b"\n"
        self._waiting += self._compressor.compress(line)
        if len(self._waiting) >= _FRAME:
            self._put(_MORE)

    def finish(self) -> None:
        """Write the end."""
        self._waiting += self._compressor.flush()
        self._put(_LAST)

    def _put(self, mark: bytes) -> None:
        sealed = self._frames.seal(self._waiting, mark)
        self._file.write(mark + len(sealed).to_bytes(4, "big") + sealed)
        self._waiting = b""


def read_records(file: BinaryIO, key: str) -> Iterator[Any]:
    """Give the records of a backup.

    Raises:
        BackupError: The file is no backup, of another format, made with another key, damaged, or cut off; records
            that were given before may not be used then.
    """
    frames = _read_head(file, key)
    unpacker, waiting, mark = zlib.decompressobj(), b"", _MORE
    while mark == _MORE:
        waiting += unpacker.decompress(_next_frame(file, frames))
        mark = frames.last_mark
        *lines, waiting = waiting.split(b"\n")
        for line in lines:
            yield json.loads(line.decode("utf-8", "surrogatepass"))
    if waiting or file.read(1):
        raise _damaged()


def as_text(content: bytes) -> str:
    """Write bytes as a text that a record can hold."""
    return base64.b64encode(content).decode()


def as_bytes(text: str) -> bytes:
    """Return the bytes that ``as_text`` wrote."""
    return base64.b64decode(text)


class _Frames:
    """Seals and opens frames in their order; each knows its place, the file's head and whether it is the last."""

    def __init__(self, key: str, salt: bytes, head: bytes) -> None:
        self._cipher = AESGCM(_derived(key, salt, b"helpline backup", 32))
        self._head, self._number = head, 0
        self.last_mark = _MORE

    def seal(self, content: bytes, mark: bytes) -> bytes:
        return self._cipher.encrypt(self._nonce(mark), content, self._head)

    def open(self, sealed: bytes, mark: bytes) -> bytes:
        try:
            content = self._cipher.decrypt(self._nonce(mark), sealed, self._head)
        except InvalidTag:
            raise _damaged() from None
        self.last_mark = mark
        return content

    def _nonce(self, mark: bytes) -> bytes:
        self._number += 1
        return self._number.to_bytes(11, "big") + mark


def _read_head(file: BinaryIO, key: str) -> _Frames:
    head = file.read(len(_MARK) + 1 + _KEY_NAME + _SALT)
    checksum = file.read(_CHECKSUM)
    if not head.startswith(_MARK):
        raise BackupError("This file is no backup of the helpline.")
    if len(head) < len(_MARK) + 1 + _KEY_NAME + _SALT or zlib.crc32(head) != int.from_bytes(checksum, "big"):
        raise _damaged()
    made = head[len(_MARK)]
    if made != FORMAT:
        raise BackupError(
            f"This backup has format {made}, and this version of the product reads format {FORMAT}. Restore it with "
            "the version that made it."
        )
    if head[len(_MARK) + 1 : -_SALT] != _key_name(key):
        raise BackupError(
            "This backup was made with another key. Put the key that belongs to it into var/backup.key or "
            "HELPLINE_BACKUP_KEY."
        )
    return _Frames(key, head[-_SALT:], head + checksum)


def _next_frame(file: BinaryIO, frames: _Frames) -> bytes:
    mark, length = file.read(1), int.from_bytes(file.read(4), "big")
    sealed = file.read(length) if length <= _LONGEST_FRAME else b""
    if mark not in {_MORE, _LAST} or len(sealed) != length:
        raise _damaged()
    return frames.open(sealed, mark)


def _damaged() -> BackupError:
    return BackupError("This backup is damaged or not whole. Nothing was restored. Take another copy of it.")


def _key_name(key: str) -> bytes:
    """Name a key without telling anything of it."""
    return _derived(key, None, b"helpline backup key name", _KEY_NAME)


def _derived(key: str, salt: bytes | None, purpose: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=purpose).derive(key.encode())
