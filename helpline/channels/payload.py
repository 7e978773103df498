"""Reads JSON webhooks: a field that is missing or of another type than documented makes its message unreadable.

Fields that nobody asks for are left alone, since providers add new ones without notice. Where a webhook holds several
messages, each is read by itself (`Batch`).
"""

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from helpline.channels.messages import InboundMessage, Receipt
from helpline.channels.provider import UnreadableError

logger = logging.getLogger(__name__)

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

    def time(self, name: str, per_second: int = 1) -> float | None:
        """Return a Unix time in seconds; None where it is missing or odd, which makes no words unreadable.

        Args:
            name: The field: a number, or one written as text.
            per_second: In how many parts of a second it counts.
        """
        value = self._fields.get(name)
        try:
            time = float(value) / per_second if isinstance(value, (int, float, str)) else 0.0
        except (ValueError, OverflowError):
            return None
        return time if 1e9 <= time < 1e11 else None

    def flag(self, name: str) -> bool:
        """Return whether a field is there and true."""
        return self._fields.get(name) is True

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

    def parts(self, name: str) -> list["Payload | None"]:
        """Return the objects of a list that is read part by part, with None for what is no object."""
        return [Payload(each) if isinstance(each, dict) else None for each in self._list(name)]

    def ids(self, name: str) -> list[str]:
        """Return the ids of a list; none where the field is missing."""
        return [Payload({name: each}).id(name) for each in self._list(name)]

    def rows(self, name: str) -> list["Payload"]:
        """Return the objects of a list of lists, such as the buttons of a keyboard; none where the field is missing."""
        return [one for row in self._list(name) for one in Payload({name: row}).objects(name)]

    def id_at(self, *path: str) -> str | None:
        """Return an id that lies deeper within; None where there is none. Raises nothing."""
        inner = self
        try:
            for name in path[:-1]:
                inner = inner.object(name)
            return inner.id(path[-1])
        except UnreadableError:
            return None

    def salvaged(self, channel: str, account: str, address: str | None) -> InboundMessage | None:
        """Return what cannot be read as a message of which who wrote and the words are known; None without either.

        Args:
            channel: The channel.
            account: Which of our numbers, pages, bots or workspaces it was sent to.
            address: Who wrote, where that can be told.
        """
        words = "\n".join(_words(self._fields))
        if address is None or not words:
            return None
        id_ = digest_of("unread", json.dumps(self._fields, sort_keys=True))
        return InboundMessage(channel, account, address, id_, "unread", words)

    def _list(self, name: str) -> list[Any]:
        value = self._fields.get(name)
        if value is not None and not isinstance(value, list):
            raise UnreadableError(f"{name} is no list")
        return value or []


class Batch:
    """What a webhook of several messages and receipts tells. One that cannot be read takes none of the others with it.

    Args:
        channel: The channel, for the log.
    """

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self._told: list[InboundMessage | Receipt] = []
        self._passed_over: list[UnreadableError] = []
        self._any_readable = False

    def each(
        self,
        payload: Payload,
        name: str,
        read: Callable[[Payload], Iterable[InboundMessage | Receipt]],
        salvage: Callable[[Payload], InboundMessage | None] = lambda part: None,
    ) -> None:
        """Read each part of a list.

        Args:
            payload: What holds the list.
            name: The list.
            read: Reads a part; it may itself go on to lists within.
            salvage: Returns of a part that cannot be read who wrote which words, where that can be told.
        """
        try:
            parts = payload.parts(name)
        except UnreadableError as error:
            self._pass_over(error)
            return
        for part in parts:
            before = len(self._passed_over)
            try:
                if part is None:
                    raise UnreadableError(f"a part of {name} is no object")
                self._told += read(part)
            except UnreadableError as error:
                self._pass_over(error)
                if part is not None and (words := salvage(part)) is not None:
                    self._told.append(words)
                    self._any_readable = True
            self._any_readable |= len(self._passed_over) == before

    def all(self) -> list[InboundMessage | Receipt]:
        """Return everything that could be read, in its order.

        Raises:
            UnreadableError: Something was there, and nothing could be read.
        """
        if self._passed_over and not self._any_readable:
            raise self._passed_over[0]
        return self._told

    def _pass_over(self, error: UnreadableError) -> None:
        logger.error("A part of a webhook of %s was passed over: %s.", self._channel, error)
        self._passed_over.append(error)


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


# Where providers put what somebody wrote.
_WORDS = frozenset({"text", "caption", "body", "title"})
_DEEPEST = 20


def _words(value: Any, within: str = "", depth: int = 0) -> Iterator[str]:
    """Yield what reads like somebody's words, as deep as any provider puts them."""
    if isinstance(value, str) and within in _WORDS and (text := storable(value).strip()):
        yield text
    elif isinstance(value, list) and depth < _DEEPEST:
        for each in value:
            yield from _words(each, within, depth + 1)
    elif isinstance(value, dict) and depth < _DEEPEST:
        for name, each in value.items():
            yield from _words(each, name, depth + 1)


def storable(text: str) -> str:
    """Return a text without what no database takes: NUL, and halves of characters that JSON can spell."""
    return text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def digest_of(*parts: str) -> str:
    """Return an id that stands for others and shows nothing of them.

    Providers make ids of phone numbers (WhatsApp), or none at all for what happens to a message.
    """
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:40]
