"""A mail server, and an outbox that sends to it."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import select, update

from helpline.mail.composing import Composer
from helpline.mail.sending import Postman
from helpline.mail.setup import MailSetup
from helpline.mail.smtp import SmtpServer
from helpline.store.database import Database
from helpline.store.mail_links import NewLink
from helpline.store.mail_outbox import NewMail, add_mail, due_mails
from helpline.store.mail_tables import MailRow
from helpline.volunteers.links import Links
from tests.mail.server import PASSWORD, USER, MailServer
from tests.store.conftest import database, prepared_postgresql, prepared_sqlite  # noqa: F401 -- fixtures

SECRET = "a secret of the tests with more than 32 characters"
ANNA = "anna@example.org"


def now() -> datetime:
    return datetime.now(timezone.utc)


def setup_for(server: MailServer, security: str = "none", **others) -> MailSetup:
    values = {
        "host": "127.0.0.1",
        "port": server.port,
        "security": security,
        "user": None,
        "password": None,
        "sender": "The helpline <helpline@example.org>",
        "reply_to": None,
        "public_url": "https://chat.example.org",
        **others,
    }
    return MailSetup(**values)


SIGN_IN = {"user": USER, "password": PASSWORD}


class Outbox:
    """The store's mails, and somebody who tries them."""

    def __init__(self, store: Database, server: MailServer, setup: MailSetup | None = None) -> None:
        self.database = store
        self.server = server
        self.links = Links(SECRET)
        self.smtp = SmtpServer(
            setup or setup_for(server), server.client_context, answer_seconds=1.0, command_seconds=1.0
        )
        self.postman = Postman(store, Composer(setup or setup_for(server), self.links, None), self.smtp)

    def write(self, address: str = ANNA, **others) -> int:
        """Write a mail down that asks a volunteer."""
        at = now()
        values = {
            "template": "ask_volunteer",
            "receiver": "volunteer",
            "give_up_at": at + timedelta(days=3),
            "links": (
                NewLink("ask", at + timedelta(days=3), 7),
                NewLink("unsubscribe", at + timedelta(days=60)),
            ),
            **others,
        }
        with self.database.transaction() as session:
            return add_mail(session, self.database, NewMail(address=address, **values), at)

    def row(self, mail: int):
        with self.database.transaction() as session:
            return session.execute(select(MailRow.__table__).where(MailRow.__table__.c.id == mail)).one()

    def change(self, mail: int, **values) -> None:
        with self.database.transaction() as session:
            session.execute(update(MailRow.__table__).where(MailRow.__table__.c.id == mail).values(**values))

    def wait(self, mail: int) -> None:
        """Let the time pass until something is due about a mail."""
        if self.row(mail).next_try_at is not None:
            self.change(mail, next_try_at=now() - timedelta(seconds=1))

    def attempt(self, mail: int) -> str:
        """Let a mail be tried once it is due, and return how it stands then."""
        self.wait(mail)
        self.postman.attempt(mail)
        return self.row(mail).state

    def due(self) -> list[int]:
        return [mail for mail, _ in due_mails(self.database, now())]


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


@pytest.fixture
def outbox(database, server) -> Outbox:  # noqa: F811
    return Outbox(database, server)
