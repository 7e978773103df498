"""The product with every channel switched on, before servers of all providers, and somebody who writes texts."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qsl

import httpx
import pytest
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from helpline.processes.supervisor import Supervisor
from helpline.settings import Settings
from helpline.store.database import Database, open_database
from helpline.store.messaging_tables import TO_SEND, InboxRow, OutboxRow
from tests.channels.servers import messenger, slack, telegram, whatsapp
from tests.channels.servers.graph import ACCESS_TOKEN, APP_SECRET, VERIFY_TOKEN
from tests.channels.servers.messenger import MessengerServer
from tests.channels.servers.pairs import PUBLIC_URL
from tests.channels.servers.provider_server import ProviderServer
from tests.channels.servers.slack import SlackServer
from tests.channels.servers.telegram import TelegramServer
from tests.channels.servers.twilio import ACCOUNT, NUMBER, TOKEN, TwilioServer
from tests.channels.servers.whatsapp import WhatsAppServer
from tests.conftest import settings_for


class Phone:
    """Somebody's telephone: what is sent from it comes to the front door as Twilio's webhook."""

    def __init__(self, number: str, twilio: TwilioServer, settings: Settings) -> None:
        self.number = number
        self.twilio = twilio
        self._url = f"{settings.public_url}/webhooks/sms"
        self._door = f"http://127.0.0.1:{settings.port}"

    def send(self, text: str, sid: str | None = None) -> httpx.Response:
        """Send a text as Twilio does, the same again until it is stored, and return what the front door says at last.

        A machine that is busy may need longer than the front door waits for the delivery process.
        """
        answer = self.twilio.inbound(self._url, self.number, text, sid).answers(self._door)[-1]
        assert answer is not None
        return answer

    def try_once(self, text: str, sid: str | None = None) -> httpx.Response:
        """Send a text once, and return what the front door says to Twilio."""
        return self.post(self.twilio.inbound(self._url, self.number, text, sid))

    def post(self, webhook) -> httpx.Response:
        url = httpx.URL(self._door).copy_with(raw_path=httpx.URL(webhook.url).raw_path)
        return httpx.request(webhook.method, url, headers=dict(webhook.headers), content=webhook.body, timeout=20)

    def receipt(self, status: str, error: int | None = None) -> httpx.Response:
        """Tell what became of the last message that came here."""
        sid = [each for each in self.twilio.delivered if each.address == self.number][-1].id
        return self.post(self.twilio.receipt(self._url, sid, status, error))

    @property
    def texts(self) -> list[str]:
        """What came, in its order."""
        return self.twilio.texts(self.number)

    def awaits(self, words: str, count: int = 1) -> None:
        """Wait until so many texts hold the words."""
        until(lambda: sum(words in text for text in self.texts) >= count, lambda: f"{words!r} in {self.texts}")


def until(holds: Callable[[], bool], what: Callable[[], str] = lambda: "", seconds: float = 60.0) -> None:
    """Wait until something holds; how long that takes is not tested."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"it never came: {what()}"
        time.sleep(0.05)


class ProductWithTexts:
    """The product, its providers by the names of pairs, and its store."""

    def __init__(self, settings: Settings, servers: Mapping[str, ProviderServer], supervisor: Supervisor) -> None:
        self.settings = settings
        self.servers = servers
        self.twilio = servers["sms"]
        self.supervisor = supervisor
        self.database: Database = open_database(settings)
        self._phones = 0

    def phone(self) -> Phone:
        """Return a telephone that nobody used before."""
        self._phones += 1
        return Phone(f"+1215555{self._phones:04d}", self.twilio, self.settings)

    def rows(self, table) -> list:
        """Return all rows of a table."""
        with self.database.transaction() as session:
            return session.execute(select(table.__table__)).mappings().all()

    def settle(self) -> None:
        """Wait until everything is answered and sent."""
        until(
            lambda: (
                all(row["state"] == "done" for row in self.rows(InboxRow))
                and not any(row["state"] in TO_SEND for row in self.rows(OutboxRow))
            )
        )

    def restart(self, part) -> None:
        """Start a part that was killed, and wait until it answers."""
        self.supervisor.launch(part)
        until(lambda: part.answers(self.supervisor.secret), seconds=300)


@contextmanager
def killed(texting: ProductWithTexts, part):
    """Kill a part as kill -9 does, and start it again in the end."""
    part.process.kill()
    part.process.wait()
    try:
        yield
    finally:
        texting.restart(part)


class MetaServer(MessengerServer):
    """The Graph API with a page and a number at WhatsApp, as it is: at one address."""

    def __init__(self) -> None:
        super().__init__()
        self.whatsapp = WhatsAppServer()

    def routes(self) -> list[BaseRoute]:
        return [*super().routes(), *self.whatsapp.routes()]


class TwilioWithWhatsApp(TwilioServer):
    """Twilio with a number for text messages and one at WhatsApp, as it is: at one address."""

    def __init__(self) -> None:
        super().__init__()
        self.whatsapp = TwilioServer("whatsapp:")

    async def _create(self, request: Request) -> Response:
        to = dict(parse_qsl((await request.body()).decode())).get("To", "")
        return await (self.whatsapp._create(request) if to.startswith("whatsapp:") else super()._create(request))

    async def _list(self, request: Request) -> Response:
        to = request.query_params.get("To", "")
        return await (self.whatsapp._list(request) if to.startswith("whatsapp:") else super()._list(request))


@contextmanager
def providers_on_loopback(whatsapp_at_twilio: bool) -> Iterator[tuple[dict[str, ProviderServer], dict[str, str]]]:
    """Serve all providers; give their servers by the names of pairs, and the settings that switch the channels on."""
    with TwilioWithWhatsApp() as twilio_, MetaServer() as meta, TelegramServer() as telegram_, SlackServer() as slack_:
        servers: dict[str, ProviderServer] = {
            "sms": twilio_,
            "whatsapp by way of meta": meta.whatsapp,
            "whatsapp by way of twilio": twilio_.whatsapp,
            "messenger": meta,
            "telegram": telegram_,
            "slack": slack_,
        }
        secrets = {"access_token": ACCESS_TOKEN, "app_secret": APP_SECRET, "verify_token": VERIFY_TOKEN}
        given = {
            "public_url": PUBLIC_URL,
            "twilio_account_sid": ACCOUNT,
            "twilio_auth_token": TOKEN,
            "twilio_url": twilio_.url,
            "sms_sender": NUMBER,
            "graph_url": meta.url,
            "messenger_page_id": messenger.PAGE_ID,
            "telegram_url": telegram_.url,
            "telegram_bot_token": telegram.BOT_TOKEN,
            "telegram_webhook_secret": telegram.WEBHOOK_SECRET,
            "slack_url": slack_.url,
            "slack_bot_token": slack.BOT_TOKEN,
            "slack_signing_secret": slack.SIGNING_SECRET,
        }
        if whatsapp_at_twilio:
            given["whatsapp_twilio_sender"] = NUMBER
        else:
            given["whatsapp_phone_number_id"] = whatsapp.PHONE_NUMBER_ID
        for channel in ("messenger",) if whatsapp_at_twilio else ("messenger", "whatsapp"):
            given |= {f"{channel}_{name}": value for name, value in secrets.items()}
        yield servers, given


def with_channels(settings: Settings, given: Mapping[str, str]) -> Settings:
    """Return settings with channels switched on."""
    return settings.copy(update=Settings(**given).dict(include=set(given)))


@contextmanager
def product_with_channels(
    settings: Settings, model: Path, directory: Path, whatsapp_at_twilio: bool = False
) -> Iterator[ProductWithTexts]:
    """Run the product with every channel on, before servers of all providers."""
    with (
        providers_on_loopback(whatsapp_at_twilio) as (servers, given),
        Supervisor(with_channels(settings, given), model, directory / "log") as running,
    ):
        yield ProductWithTexts(running.settings, servers, running)


@pytest.fixture(scope="session")
def texting(trained_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProductWithTexts]:
    """The product with every channel on, running for the whole session; a test that breaks it mends it again."""
    directory = tmp_path_factory.mktemp("texting")
    with product_with_channels(settings_for(directory), trained_model, directory) as running:
        yield running


@pytest.fixture
def phone(texting: ProductWithTexts) -> Phone:
    return texting.phone()
