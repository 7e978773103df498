"""How the front door hands messages and receipts to the delivery process: JSON over its local socket."""

import asyncio
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import aiohttp

from helpline.channels.messages import InboundMessage, Receipt
from helpline.errors import HelplineError
from helpline.observability.request_ids import request_id
from helpline.store.messaging_senders import MessagingSender
from helpline.web.local_client import LocalClient

logger = logging.getLogger(__name__)

# Of the three seconds that the quickest provider waits.
_SECONDS = 2.0
_CONNECT_SECONDS = 0.5


class NotStoredError(HelplineError):
    """What a provider sent could not be stored. ``aided`` tells whether danger in it was answered all the same."""

    def __init__(self, aided: bool) -> None:
        super().__init__("not stored")
        self.aided = aided


@dataclass(frozen=True)
class ReceivedMessage:
    """A message as the front door hands it over.

    Attributes:
        message: The message.
        danger: The kind of danger that it shows outright, such as ``crisis/self``.
        limited: Whether its sender is over the limit: no turn is taken.
        request_id: The id of the request that brought it, for the log lines of whatever answers it later.
    """

    message: InboundMessage
    danger: str | None = None
    limited: bool = False
    request_id: str = field(default_factory=request_id.get)

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> "ReceivedMessage":
        """Return what `as_dict` gave."""
        message, id_ = InboundMessage(**content["message"]), content.get("request_id", "")
        return cls(message, content["danger"], content["limited"], id_)


def sender_of(message: InboundMessage) -> MessagingSender:
    """Return who wrote a message."""
    return MessagingSender(message.channel, message.account, message.address, message.phone_number)


def packed(received: Sequence[ReceivedMessage], receipts: Sequence[Receipt]) -> str:
    """Return what is handed over as JSON."""
    content = {"received": [each.as_dict() for each in received], "receipts": [asdict(each) for each in receipts]}
    return json.dumps(content)


def unpacked(content: bytes) -> tuple[list[ReceivedMessage], list[Receipt]]:
    """Return what `packed` holds.

    Raises:
        ValueError: It is something else.
    """
    try:
        body = json.loads(content)
        received = [ReceivedMessage.from_dict(each) for each in body["received"]]
        return received, [Receipt(**each) for each in body["receipts"]]
    except (TypeError, LookupError) as error:
        raise ValueError("not what the front door hands over") from error


class DeliveryClient(LocalClient):
    """Hands over to the delivery process."""

    async def hand_over(self, received: Sequence[ReceivedMessage], receipts: Sequence[Receipt]) -> None:
        """Return when all is stored.

        Raises:
            NotStoredError: Not all is.
        """
        timeout = aiohttp.ClientTimeout(total=_SECONDS, sock_connect=_CONNECT_SECONDS)
        content = packed(received, receipts)
        try:
            async with self._client().post(
                self._url("/received"), data=content, headers=self._headers, timeout=timeout
            ) as reply:
                status = reply.status
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            logger.error("The delivery process did not answer (%s).", type(error).__name__)
            raise NotStoredError(aided=False) from None
        if status != 200:
            raise NotStoredError(aided=status == 503)
