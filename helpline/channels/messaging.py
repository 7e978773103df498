"""The messaging channels at the front door: each webhook is verified, read, handed over, and only then acknowledged.

Danger is looked for before limits turn anybody away. What comes of a message is left to the delivery process.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Literal

import httpx
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from helpline.channels.direct_aid import DirectAid
from helpline.channels.handling import SAYS_NOTHING, says_start, says_stop
from helpline.channels.handover import DeliveryClient, NotStoredError, ReceivedMessage
from helpline.channels.messages import InboundMessage, Receipt
from helpline.channels.provider import (
    MOST_BYTES,
    Acknowledgement,
    ForgedError,
    Provider,
    UnreadableError,
    WebhookRequest,
)
from helpline.channels.providers import webhook_path
from helpline.web.first_aid import FirstAid
from helpline.web.limits import Limits

logger = logging.getLogger(__name__)

Endpoint = Callable[[Request], Awaitable[Response]]

BODY_SECONDS = 10.0
# Messages of which is remembered how they stood to the limits, for a provider that sends them again.
REMEMBERED = 5_000

# Within the limits; over them, and to be answered once more; over them, after that was told.
Limit = Literal["none", "over", "passed over"]


class Messaging:
    """The webhooks of the channels that are switched on.

    Args:
        providers: Those channels.
        public_url: Address of the front door as providers call it, which some of them sign.
        delivery: Takes what came in.
        limits: How much one sender may ask.
        first_aid: Finds danger.
        aid: Answers danger when nobody could store it.
    """

    def __init__(
        self,
        providers: Mapping[str, Provider],
        public_url: str,
        delivery: DeliveryClient,
        limits: Limits,
        first_aid: FirstAid,
        aid: DirectAid,
    ) -> None:
        self._providers = providers
        self._public_url = public_url
        self._delivery = delivery
        self._limits = limits
        self._first_aid = first_aid
        self._aid = aid
        self._client: httpx.AsyncClient | None = None
        self._limited: dict[tuple[str, str, str], Limit] = {}

    def routes(self) -> list[BaseRoute]:
        """Return a route for each channel."""
        return [
            Route(webhook_path(channel), self._endpoint(provider), methods=["GET", "POST"])
            for channel, provider in self._providers.items()
        ]

    async def close(self) -> None:
        """Close the connections."""
        await self._delivery.close()
        if self._client is not None:
            await self._client.aclose()

    def _endpoint(self, provider: Provider) -> Endpoint:
        async def answer(request: Request) -> Response:
            try:
                body = await asyncio.wait_for(_content(request), BODY_SECONDS)
            except (asyncio.TimeoutError, ClientDisconnect):
                return Response(status_code=408, headers={"Connection": "close"})
            if body is None:
                return Response(status_code=413, headers={"Connection": "close"})
            return await self._take(provider, self._webhook(request, body))

        return answer

    def _webhook(self, request: Request, body: bytes) -> WebhookRequest:
        query = f"?{request.url.query}" if request.url.query else ""
        return WebhookRequest(
            request.method,
            f"{self._public_url}{request.url.path}{query}",
            {name.lower(): value for name, value in request.headers.items()},
            body,
            dict(request.query_params),
            time.time(),
        )

    async def _take(self, provider: Provider, webhook: WebhookRequest) -> Response:
        try:
            challenge = provider.challenge(webhook)
            if challenge is not None:
                return _acknowledged(challenge)
            if webhook.method != "POST":
                return Response(status_code=405, headers={"Allow": "POST"})
            provider.verify(webhook)
        except ForgedError:
            logger.warning("A webhook of %s was refused: it is not signed as it must be.", provider.channel)
            return Response(status_code=403)
        try:
            events = provider.read(webhook)
        except UnreadableError as error:
            # Refused it would come again and again, on Telegram before all else that its sender writes.
            logger.error("A webhook of %s is signed and cannot be read: %s.", provider.channel, error)
            return _acknowledged(provider.acknowledgement(webhook))
        receipts = [event for event in events if isinstance(event, Receipt)]
        received = [
            noted
            for event in events
            if isinstance(event, InboundMessage) and (noted := await self._noted(event)) is not None
        ]
        if received or receipts:
            try:
                await self._delivery.hand_over(received, receipts)
            except NotStoredError as error:
                if not error.aided:
                    self._aid_directly(received)
                return Response(status_code=503, headers={"Retry-After": "5"})
        return _acknowledged(provider.acknowledgement(webhook))

    async def _noted(self, message: InboundMessage) -> ReceivedMessage | None:
        """Return a message with its danger and whether its sender asks too much; None for one that is passed over."""
        if message.kind in SAYS_NOTHING:
            return None  # gets nothing, and makes nobody a contact
        danger = self._first_aid.danger(message.text)
        if message.kind == "unread":
            logger.error("A message on %s cannot be read.", message.channel)
            if danger is None:
                return None
        capabilities = self._providers[message.channel].capabilities
        if danger is None and (says_stop(message, capabilities) or says_start(message, capabilities)):
            return ReceivedMessage(message)
        limit = await self._limit(message, danger is not None)
        return None if limit == "passed over" else ReceivedMessage(message, danger, limit != "none")

    async def _limit(self, message: InboundMessage, danger: bool) -> Limit:
        """Return how a message stands to the limits; one that the provider sends again counts no second time."""
        key = (message.channel, message.account, message.message_id)
        known = self._limited.get(key)
        if known is not None:
            return known
        sender = f"{message.channel} {message.account} {message.address}"
        limit: Limit = "none"
        if await self._limits.refusal("session messages", sender) is not None:
            # Told once in a while that it was too much, and not with every message.
            told = not danger and await self._limits.refusal("sender notices", sender) is not None
            limit = "passed over" if told else "over"
        self._limited[key] = limit
        while len(self._limited) > REMEMBERED:
            del self._limited[next(iter(self._limited))]
        return limit

    def _aid_directly(self, received: list[ReceivedMessage]) -> None:
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=10.0)
        for each in received:
            self._aid.begin(each, self._client)


async def _content(request: Request) -> bytes | None:
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > MOST_BYTES:
            return None
    return bytes(content)


def _acknowledged(acknowledgement: Acknowledgement) -> Response:
    return Response(
        acknowledgement.body,
        acknowledgement.status,
        {"Cache-Control": "no-store"},
        media_type=acknowledgement.content_type,
    )
