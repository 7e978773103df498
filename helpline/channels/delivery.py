"""The delivery process as an ASGI app on a local socket: stores what the front door hands over, answers it, sends.

It stands between the front door and everything that can be slow: the store, the assistant, the providers. The website's
visitors never wait for any of them.

``POST /received``   messages and receipts; 200 once all are stored, 503 where they were not
``GET /health``      that it runs
``POST /links/...``  where e-mail is on, what links in mails lead to (`helpline.mail.link_server`)
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from helpline.channels.answering import Answering
from helpline.channels.direct_aid import DirectAid
from helpline.channels.handover import ReceivedMessage, sender_of, unpacked
from helpline.channels.messages import Receipt
from helpline.channels.sending import Sending
from helpline.channels.store_calls import PatientCalls
from helpline.channels.workers import Workers
from helpline.errors import StoreError
from helpline.mail.link_server import LinkServer
from helpline.store.inbox import IncomingMessage, receive
from helpline.store.outbox import record_receipt
from helpline.web.engine_client import EngineClient

logger = logging.getLogger(__name__)

# A receipt can come before we have noted what it is about.
_RECEIPT_PAUSES = (1.0, 5.0, 20.0)
_STOP_SECONDS = 5.0


@dataclass(frozen=True)
class MailWork:
    """What the delivery process does about mails: sends them, and answers about the links in them."""

    sending: Workers
    links: LinkServer


class Delivery:
    """The routes, and the work beside them.

    Args:
        inbound: The helpline store, for what comes in.
        store: The same, for the work beside; it must not keep what comes in waiting.
        answering: Answers what came in.
        sending: Sends what goes out.
        aid: Answers danger when the store is away.
        client: Connections to the providers.
        engine: Connections to the engine.
        mail: The sending of mails, and what the links in them lead to; None where e-mail is off.
    """

    def __init__(
        self,
        inbound: PatientCalls,
        store: PatientCalls,
        answering: Answering,
        sending: Sending,
        aid: DirectAid,
        client: httpx.AsyncClient,
        engine: EngineClient,
        mail: MailWork | None = None,
    ) -> None:
        self._inbound = inbound
        self._store = store
        self._answering = answering
        self._sending = sending
        self._aid = aid
        self._client = client
        self._engine = engine
        self._mail = mail
        self._receipts: set[asyncio.Task[None]] = set()

    def app(self) -> Starlette:
        """Return the ASGI app."""
        return Starlette(
            routes=[
                Route("/received", self._take, methods=["POST"]),
                Route("/health", self._health, methods=["GET"]),
                *(self._mail.links.routes() if self._mail is not None else ()),
            ],
            lifespan=self._lifespan,
        )

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        workers = [self._answering, self._sending, *([self._mail.sending] if self._mail is not None else [])]
        looking = [asyncio.create_task(each.look()) for each in workers]
        yield
        for task in looking:
            task.cancel()
        await asyncio.gather(*(each.stop(_STOP_SECONDS) for each in workers))
        await self._client.aclose()
        await self._engine.close()
        for store in (self._inbound, self._store):
            store.calls.close()

    async def _take(self, request: Request) -> Response:
        try:
            received, receipts = unpacked(await request.body())
        except ValueError:
            return JSONResponse({"error": "malformed"}, 400)
        try:
            await self._receive(received)
            for receipt in receipts:
                await self._note(receipt)
        except StoreError as error:
            logger.error("What came in could not be stored: %s.", error.reason)
            for each in received:
                self._aid.begin(each, self._client)
            return JSONResponse({"error": "not stored"}, 503)
        return JSONResponse({"status": "ok"})

    async def _receive(self, received: Sequence[ReceivedMessage]) -> None:
        if not received:
            return
        messages = [
            IncomingMessage(
                sender_of(each.message),
                each.message.message_id,
                each.as_dict(),
                each.danger is not None,
                self._answering.opts_out(each),
            )
            for each in received
        ]
        stored = await self._inbound(receive, messages, _now())
        for each, one in zip(received, stored, strict=True):
            if one.new:
                self._answering.begin_aid(one.id, each)
                self._answering.begin(one.contact_id, each.danger is not None)

    async def _note(self, receipt: Receipt) -> None:
        """Note a receipt; one of a message that is not known yet is tried again beside."""
        if not await self._inbound(record_receipt, *_told(receipt)):
            task = asyncio.create_task(self._note_later(receipt))
            self._receipts.add(task)
            task.add_done_callback(self._receipts.discard)

    async def _note_later(self, receipt: Receipt) -> None:
        for pause in _RECEIPT_PAUSES:
            await asyncio.sleep(pause)
            with contextlib.suppress(StoreError):
                if await self._store(record_receipt, *_told(receipt)):
                    return

    async def _health(self, _request: Request) -> Response:
        return JSONResponse({"status": "ok"})


def _told(receipt: Receipt) -> tuple[str, str, str, str | None, datetime, str | None]:
    return receipt.channel, receipt.provider_id, receipt.status, receipt.error, _now(), receipt.key


def _now() -> datetime:
    return datetime.now(timezone.utc)
