"""The product with text messages switched on, and somebody who writes them."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from helpline.processes.supervisor import Supervisor
from helpline.settings import Settings
from helpline.store.database import Database, open_database
from helpline.store.messaging_tables import TO_SEND, InboxRow, OutboxRow
from tests.channels.servers.twilio import ACCOUNT, NUMBER, TOKEN, TwilioServer
from tests.conftest import settings_for


class Phone:
    """Somebody's telephone: what is sent from it comes to the front door as Twilio's webhook."""

    def __init__(self, number: str, twilio: TwilioServer, settings: Settings) -> None:
        self.number = number
        self.twilio = twilio
        self._url = f"{settings.public_url}/webhooks/sms"
        self._door = f"http://127.0.0.1:{settings.port}"

    def send(self, text: str, sid: str | None = None) -> httpx.Response:
        """Send a text, and return what the front door says to Twilio."""
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
    """The product, its provider, and its store."""

    def __init__(self, settings: Settings, twilio: TwilioServer, supervisor: Supervisor) -> None:
        self.settings = settings
        self.twilio = twilio
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


def settings_with_texts(directory: Path, twilio: TwilioServer, **others) -> Settings:
    settings = settings_for(directory)
    return settings.copy(
        update=Settings(
            public_url="https://chat.example.org",
            twilio_account_sid=ACCOUNT,
            twilio_auth_token=TOKEN,
            twilio_url=twilio.url,
            sms_sender=NUMBER,
            **others,
        ).dict(include={"public_url", "twilio_account_sid", "twilio_auth_token", "twilio_url", "sms_sender", *others})
    )


@pytest.fixture(scope="session")
def texting(trained_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProductWithTexts]:
    """The product with text messages, running for the whole session; a test that breaks it mends it again."""
    directory = tmp_path_factory.mktemp("texting")
    with (
        TwilioServer() as twilio,
        Supervisor(settings_with_texts(directory, twilio), trained_model, directory / "log") as running,
    ):
        yield ProductWithTexts(running.settings, twilio, running)


@pytest.fixture
def phone(texting: ProductWithTexts) -> Phone:
    return texting.phone()
