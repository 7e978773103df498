"""The delivery process as an ASGI app on a local socket: stores what the front door hands over, answers it, sends.

It stands between the front door and everything that can be slow: the store, the assistant, the providers. The website's
visitors never wait for any of them.

``POST /received``   messages and receipts; 200 once the messages are stored, 503 where they were not
``GET /health``      that it runs
``POST /links/...``  where e-mail is on, what links in mails lead to (`helpline.mail.link_server`)
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from helpline.channels.answering import Answering
from helpline.channels.direct_aid import DirectAid
from helpline.channels.handover import ReceivedMessage, sender_of, unpacked
from helpline.channels.messages import InboundMessage, Receipt
from helpline.channels.sending import Sending
from helpline.channels.store_calls import PatientCalls
from helpline.channels.workers import Job, Workers
from helpline.errors import StoreError
from helpline.mail.link_server import LinkServer
from helpline.store.inbox import IncomingMessage, receive
from helpline.store.outbox import record_receipt
from helpline.web.engine_client import EngineClient

logger = logging.getLogger(__name__)

# A receipt can come before we have noted what it is about.
_RECEIPT_PAUSES = (1.0, 5.0, 20.0)
_STOP_SECONDS = 5.0
# Meta repeats for a week at most; what is said to be older has an odd time.
LONGEST_REPEATED = timedelta(days=8)


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
        await asyncio.gather(*(each.stop(_STOP_SECONDS) for each in workers), self._end_receipts())
        await self._client.aclose()
        await self._engine.close()
        for store in (self._inbound, self._store):
            store.calls.close()

    async def _end_receipts(self) -> None:
        """Let the receipts that came last be noted; those whose messages are not known yet are left."""
        if self._receipts:
            _, late = await asyncio.wait(self._receipts, timeout=_RECEIPT_PAUSES[0])
            for task in late:
                task.cancel()

    async def _take(self, request: Request) -> Response:
        try:
            received, receipts = unpacked(await request.body())
        except ValueError:
            return JSONResponse({"error": "malformed"}, 400)
        try:
            await self._receive(received)
        except StoreError as error:
            logger.error("What came in could not be stored: %s.", error.reason)
            for each in received:
                self._aid.begin(each, self._client)
            return JSONResponse({"error": "not stored"}, 503)
        if receipts:
            # Beside: a batch of many would be answered too late, and come again the same.
            task = asyncio.create_task(self._note_all(receipts))
            self._receipts.add(task)
            task.add_done_callback(self._receipts.discard)
        return JSONResponse({"status": "ok"})

    async def _receive(self, received: Sequence[ReceivedMessage]) -> None:
        if not received:
            return
        now = _now()
        messages = [
            IncomingMessage(
                sender_of(each.message),
                each.message.message_id,
                each.as_dict(),
                each.danger is not None,
                self._answering.opts_out(each),
                _written_at(each.message, now),
            )
            for each in received
        ]
        stored = await self._inbound(receive, messages, now)
        for each, one in zip(received, stored, strict=True):
            if one.new:
                self._answering.begin_aid(one.id, each)
                self._answering.begin(Job(one.contact_id, each.danger is not None))

    async def _note_all(self, receipts: Sequence[Receipt]) -> None:
        """Note receipts, in their order; those of messages that are not known yet, and what failed, some times more."""
        for pause in (*_RECEIPT_PAUSES, None):
            receipts = [receipt for receipt in receipts if not await self._note(receipt)]
            if not receipts or pause is None:
                return
            await asyncio.sleep(pause)

    async def _note(self, receipt: Receipt) -> bool:
        """Note a receipt; return whether it was."""
        told = (receipt.channel, receipt.provider_id, receipt.status, receipt.error, _now(), receipt.key)
        try:
            return await self._store(record_receipt, *told, receipt.opted_out)
        except StoreError as error:
            logger.error("A receipt is not noted yet: %s.", error.reason)
            return False

    async def _health(self, _request: Request) -> Response:
        return JSONResponse({"status": "ok"})


def _written_at(message: InboundMessage, now: datetime) -> datetime | None:
    """Return when a message was written; None where that is not known, or cannot be."""
    at = datetime.fromtimestamp(message.sent_at, timezone.utc) if message.sent_at is not None else None
    return at if at is not None and now - LONGEST_REPEATED <= at else None


def _now() -> datetime:
    return datetime.now(timezone.utc)
