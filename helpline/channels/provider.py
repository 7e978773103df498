"""What every messaging provider's module does: verify a webhook, read it, send a message, say what was sent.

A module knows its provider's shapes and nothing of conversations, the store or the assistant.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from helpline.channels.capabilities import Capabilities
from helpline.channels.messages import InboundMessage, OutboundMessage, Receipt
from helpline.errors import HelplineError

if TYPE_CHECKING:
    import httpx

# Larger than any documented webhook with a batch of messages.
MOST_BYTES = 512 * 1024


class ForgedError(HelplineError):
    """A webhook is not signed by its provider, is too old, or was seen before in a way that no provider repeats."""


class UnreadableError(HelplineError):
    """A webhook is signed and yet not in a form that its provider documents."""


class SendError(HelplineError):
    """A message was not sent, or nobody knows whether it was."""


class TryLaterError(SendError):
    """The provider did not take it now: too many at once, or a fault on its side. It was not sent.

    Attributes:
        seconds: How long the provider asks to wait; None where it does not say.
    """

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds


class UnknownOutcomeError(SendError):
    """The provider did not answer in time, or the connection broke: it may have been sent."""


class RefusedError(SendError):
    """The provider will never take it. ``code`` is the provider's; ``opted_out`` whether the receiver wants none."""

    def __init__(self, reason: str, code: str | None = None, opted_out: bool = False) -> None:
        super().__init__(reason)
        self.code = code
        self.opted_out = opted_out


@dataclass(frozen=True)
class WebhookRequest:
    """A webhook as it came in.

    Attributes:
        method: ``GET`` or ``POST``.
        url: The public address that the provider called, with its query.
        headers: Header fields, names in lower case.
        body: The raw body, byte for byte.
        query: The address's query.
        now: When it came in, Unix time.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    query: Mapping[str, str]
    now: float


@dataclass(frozen=True)
class Acknowledgement:
    """What a provider wants to hear: a status, a body and its type."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain"


@dataclass(frozen=True)
class SentMessage:
    """One of the messages that a provider says were sent to an address.

    Attributes:
        provider_id: The provider's id of it.
        text: What it says, as it was given to `Provider.send` where the provider keeps it so.
        at: When it was sent, Unix time.
        key: The key that it was sent with, where the provider keeps it; surer than the text.
    """

    provider_id: str
    text: str
    at: float
    key: str | None = None


class Provider(Protocol):
    """One provider's channel, made from its settings; holds no state of conversations.

    Attributes:
        channel: The channel's name, as in `InboundMessage.channel`.
        capabilities: What it can show.
    """

    channel: str
    capabilities: Capabilities

    def verify(self, request: WebhookRequest) -> None:
        """Prove on the raw body that the provider sent a webhook.

        Raises:
            ForgedError: It did not, or long ago.
        """

    def challenge(self, request: WebhookRequest) -> Acknowledgement | None:
        """Return the answer to a request that only asks whether this address is ours; None for other requests.

        It checks by itself what such a request must know, and raises `ForgedError`.
        """

    def read(self, request: WebhookRequest) -> Sequence[InboundMessage | Receipt]:
        """Return what a verified webhook tells, in its order; empty for what is not for us, such as group chats.

        A message in no documented form of which it can be told who wrote which words is of the kind ``unread``.

        Raises:
            UnreadableError: It is in no documented form, and not even that can be told.
        """

    def acknowledgement(self, request: WebhookRequest) -> Acknowledgement:
        """Return what the provider wants to hear once the messages are stored."""

    async def send(self, client: "httpx.AsyncClient", address: str, message: OutboundMessage, key: str) -> str:
        """Send a message, and return the provider's id of it.

        Args:
            client: Connections.
            address: To whom.
            message: What.
            key: The same for every try of the same message, for providers that know an idempotency key.

        Raises:
            TryLaterError: It was not sent, and may be later.
            UnknownOutcomeError: It may have been sent.
            RefusedError: It will never be.
        """

    async def sent_since(self, client: "httpx.AsyncClient", address: str, since: float) -> Sequence[SentMessage] | None:
        """Return what was sent to an address since a moment (Unix time); None where the provider keeps no such list.

        Raises:
            SendError: The list could not be had.
        """

    def rate_key(self, address: str) -> str:
        """Return what the provider's rate limits count by: the chat for Telegram, our number for text messages."""
