"""Column types of the helpline store: encrypted text, lists and bytes, and aware timestamps."""

import json
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import DateTime, LargeBinary, Text
from sqlalchemy.types import TypeDecorator


class EncryptedText(TypeDecorator):
    """Text that only the holder of the key can read. The engine's dialect carries the cipher."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """Encrypt on the way in."""
        return None if value is None else dialect.helpline_cipher.encrypt(value)

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:
        """Decrypt on the way out."""
        return None if value is None else dialect.helpline_cipher.decrypt(value)


class EncryptedList(TypeDecorator):
    """A tuple of texts, encrypted as one."""

    impl = EncryptedText
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Any) -> str | None:
        """Write as JSON."""
        return None if value is None else json.dumps(list(value))

    def process_result_value(self, value: str | None, dialect: Any) -> tuple[str, ...] | None:
        """Read JSON back."""
        return None if value is None else tuple(json.loads(value))


class EncryptedBytes(TypeDecorator):
    """Bytes that only the holder of the key can read."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Any) -> bytes | None:
        """Encrypt on the way in."""
        return None if value is None else dialect.helpline_cipher.encrypt_bytes(value)

    def process_result_value(self, value: bytes | None, dialect: Any) -> bytes | None:
        """Decrypt on the way out."""
        return None if value is None else dialect.helpline_cipher.decrypt_bytes(value)


class UtcDateTime(TypeDecorator):
    """An aware time, kept in UTC also where the database knows no zones. Refuses naive ones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Turn into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without zone cannot be stored")
        return value.astimezone(timezone.utc)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Give UTC back."""
        if value is None:
            return None
        return value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value.astimezone(timezone.utc)
