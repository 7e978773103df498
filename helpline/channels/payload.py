"""Reads JSON webhooks: a field that is missing or of another type than documented makes the whole unreadable.

Fields that nobody asks for are left alone, since providers add new ones without notice.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from typing import Any

from helpline.channels.provider import UnreadableError

_LONGEST_ID = 512


class Payload:
    """A JSON object of a provider. Each method raises `UnreadableError` where the field is not as documented."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields

    def __contains__(self, name: str) -> bool:
        return self._fields.get(name) is not None

    def text(self, name: str) -> str | None:
        """Return a text that can be stored and sent; None where the field is missing or empty."""
        value = self._fields.get(name)
        if value is not None and not isinstance(value, str):
            raise UnreadableError(f"{name} is no text")
        return storable(value) or None if value else None

    def id(self, name: str) -> str:
        """Return an id: a text or a whole number, printable, not empty."""
        value = self._fields.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63:
            value = str(value)
        if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_ID or not value.isascii():
            raise UnreadableError(f"{name} is no id")
        if not value.isprintable():
            raise UnreadableError(f"{name} is no id")
        return value

    def flag(self, name: str) -> bool:
        """Return whether a field is there and true."""
        return self._fields.get(name) is True

    def time(self, name: str, units: float = 1.0) -> float:
        """Return a moment as Unix time.

        Args:
            name: A number, or a text with one.
            units: How many of it make a second.
        """
        value = self._fields.get(name)
        try:
            seconds = float(value if isinstance(value, (int, str)) and len(str(value)) <= 20 else "none") / units
        except ValueError:
            raise UnreadableError(f"{name} is no time") from None
        if not math.isfinite(seconds) or not 0 <= seconds < 1e11:
            raise UnreadableError(f"{name} is no time")
        return seconds

    def object(self, name: str) -> "Payload":
        """Return an object."""
        value = self._fields.get(name)
        if not isinstance(value, dict):
            raise UnreadableError(f"{name} is no object")
        return Payload(value)

    def object_or_empty(self, name: str) -> "Payload":
        """Return an object; an empty one where the field is missing."""
        return self.object(name) if name in self else Payload({})

    def objects(self, name: str) -> list["Payload"]:
        """Return the objects of a list; none where the field is missing."""
        value = self._list(name)
        if not all(isinstance(each, dict) for each in value):
            raise UnreadableError(f"{name} is no list of objects")
        return [Payload(each) for each in value]

    def ids(self, name: str) -> list[str]:
        """Return the ids of a list; none where the field is missing."""
        return [Payload({name: each}).id(name) for each in self._list(name)]

    def rows(self, name: str) -> list["Payload"]:
        """Return the objects of a list of lists, such as the buttons of a keyboard; none where the field is missing."""
        return [one for row in self._list(name) for one in Payload({name: row}).objects(name)]

    def _list(self, name: str) -> list[Any]:
        value = self._fields.get(name)
        if value is not None and not isinstance(value, list):
            raise UnreadableError(f"{name} is no list")
        return value or []


def read_json(body: bytes | str) -> Payload:
    """Return the JSON object of a body.

    Raises:
        UnreadableError: It is none.
    """
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        raise UnreadableError("the body is no JSON") from None
    if not isinstance(fields, dict):
        raise UnreadableError("the body is no JSON object")
    return Payload(fields)


def storable(text: str) -> str:
    """Return a text without what no database takes: NUL, and halves of characters that JSON can spell."""
    return text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def digest_of(*parts: str) -> str:
    """Return an id that stands for others and shows nothing of them.

    Providers make ids of phone numbers (WhatsApp), or none at all for what happens to a message.
    """
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:40]
