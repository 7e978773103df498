"""A delivery process that runs before an engine that waits, and providers that take what it sends."""

import asyncio
import fcntl
import itertools
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
from cryptography.fernet import Fernet
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from helpline.channels.answering import Answering
from helpline.channels.delivery import Delivery
from helpline.channels.direct_aid import DirectAid
from helpline.channels.handover import DeliveryClient, NotStoredError, ReceivedMessage
from helpline.channels.layout import load_channel_wording
from helpline.channels.messages import InboundMessage
from helpline.channels.sending import Sending
from helpline.channels.store_calls import PatientCalls
from helpline.safety.replies import danger_replies
from helpline.settings import Settings
from helpline.store.calls import StoreCalls
from helpline.store.database import Database
from helpline.store.encryption import Cipher
from helpline.store.flag_spool import FlagSpool
from helpline.store.messaging_senders import MessagingSender
from helpline.store.messaging_tables import TO_SEND, InboxRow, OutboxRow
from helpline.store.queue_tables import QueueItemRow
from helpline.web.engine_client import EngineClient
from helpline.web.first_aid import FirstAid
from helpline.web.http_server import Server
from tests.channels.servers.pairs import BY_NAME
from tests.channels.servers.provider_server import ProviderServer
from tests.channels.servers.twilio import NUMBER
from tests.web.server import SECRET

GRACE = "+12155550142"
SENDER = MessagingSender("sms", NUMBER, GRACE, GRACE)
CRISIS = "call or text 988"
UNAVAILABLE = "I can't answer right now"
STOPPED = "You will get no more messages"
WORDS = ("crisis/self", "I want to kill myself")


class WaitingEngine:
    """An engine that takes a turn when it is let to, and says to it what the test says."""

    def __init__(self) -> None:
        self.asked: list[dict] = []
        self.request_ids: list[str | None] = []
        self.lets = threading.Event()
        self.lets.set()
        self.away = False
        self.turn: Callable[[dict], dict] = lambda asked: said(f"You wrote: {asked['text']}.")

    async def take(self, request: Request) -> Response:
        asked = await request.json()
        self.asked.append(asked)
        self.request_ids.append(request.headers.get("X-Request-ID"))
        while not self.lets.is_set():
            await asyncio.sleep(0.01)
        if self.away:
            return Response(status_code=503)
        return JSONResponse(self.turn(asked))


def said(*texts: str, danger: str | None = None, form: str | None = None) -> dict:
    replies = [{"text": text, "buttons": [], "metadata": {}} for text in texts]
    return {"replies": replies, "late": [], "form": form, "danger": danger, "ended": False}


class Running:
    """A delivery process, its engine, its providers and its store.

    Args:
        directory: Where the store and the spool are.
        servers: The providers, by the names of their pairs; somebody writes on the first one's channel.
    """

    def __init__(self, directory: Path, servers: Mapping[str, ProviderServer]) -> None:
        self._pairs = {BY_NAME[name].channel: BY_NAME[name] for name in servers}
        self.servers = {BY_NAME[name].channel: server for name, server in servers.items()}
        self.channel = next(iter(self.servers))
        self.engine = WaitingEngine()
        self.spool = directory / "spool"
        self.database = Database(f"sqlite:///{directory / 'store.db'}", Cipher([Fernet.generate_key().decode()]))
        self.database.upgrade()
        self.sockets = Path(tempfile.mkdtemp(prefix="hl-"))
        self._settings = Settings(danger_timeout=0.05, reply_timeout=0.05)
        self.first_aid = FirstAid(None, danger_replies(), FlagSpool(self.spool, self.database.cipher))
        self._ids = itertools.count(1)

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Run the engine and the delivery process."""
        providers = {
            channel: self._pairs[channel].module(server.url, self._pairs[channel].url)
            for channel, server in self.servers.items()
        }
        client = httpx.AsyncClient(timeout=5)
        inbound, store = (PatientCalls(StoreCalls(self.database, 5.0)) for _ in range(2))
        sending = Sending(store, providers, client)
        engine = EngineClient(self.sockets / "engine.sock", SECRET)
        wording = load_channel_wording()
        answering = Answering(store, providers, engine, self.first_aid, wording, sending, self._settings)
        aid = DirectAid(providers, self.first_aid, self.database.cipher)
        app = Delivery(inbound, store, answering, sending, aid, client, engine).app()
        turns = Starlette(routes=[Route("/turns", self.engine.take, methods=["POST"])])
        with (
            Server(turns, unix_socket=self.sockets / "engine.sock", stop_seconds=1),
            Server(app, unix_socket=self.sockets / "delivery.sock", stop_seconds=1),
        ):
            yield
            self.engine.lets.set()

    async def send(
        self,
        text: str | None,
        danger: str | None = None,
        channel: str | None = None,
        limited: bool = False,
        address: str | None = None,
        **fields,
    ) -> None:
        channel = channel or self.channel
        account, address = NUMBER if channel == "sms" else "ours", address or self.address(channel)
        number = f"m{next(self._ids)}"
        message = InboundMessage(channel, account, address, number, text=text, **fields)
        client = DeliveryClient(self.sockets / "delivery.sock", SECRET)
        for tries_left in (2, 1, 0):  # a provider sends again what nobody took in time
            try:
                await client.hand_over([ReceivedMessage(message, danger, limited)], [])
                break
            except NotStoredError:
                if not tries_left:
                    raise
        await client.close()

    def wait_for_answers(self) -> None:
        """Say of no answer that it takes longer, however slow this machine is."""
        self._settings.reply_timeout = 30.0

    def address(self, channel: str) -> str:
        return GRACE if channel == "sms" else self._pairs[channel].somebody(142)

    def texts(self, channel: str | None = None) -> list[str]:
        channel = channel or self.channel
        return self.servers[channel].texts(self.address(channel))

    def rows(self, table) -> list:
        with self.database.transaction() as session:
            return session.execute(select(table.__table__)).mappings().all()

    def reasons(self) -> list[str]:
        """Return why conversations are in the staff's queue."""
        return [row["reason"] for row in self.rows(QueueItemRow)]

    async def all_sent(self) -> None:
        """Wait until everything that is written down is sent."""
        await until(lambda: not any(row["state"] in TO_SEND for row in self.rows(OutboxRow)))

    async def settle(self) -> None:
        """Wait until everything is answered and sent."""
        await until(
            lambda: (
                all(row["state"] == "done" for row in self.rows(InboxRow))
                and not any(row["state"] in TO_SEND for row in self.rows(OutboxRow))
            )
        )


async def until(holds: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came"
        await asyncio.sleep(0.02)


@contextmanager
def disk_hangs(spool: Path) -> Iterator[None]:
    """Let nobody write a flag to the disk."""
    spool.mkdir(exist_ok=True)
    with (spool / "flags").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
