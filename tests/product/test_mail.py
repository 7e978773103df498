"""The product with e-mail on, as it is started: mails go out, links are answered, a killed process loses none."""

import os
import re
import signal
from collections.abc import Iterator
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default

import httpx
import pytest
from sqlalchemy import select, update

from helpline.mail.match_steps import MatchDesk, ask, make_final
from helpline.mail.writing import Receiver, ask_outcome
from helpline.processes.supervisor import Supervisor
from helpline.store.audit import Actor
from helpline.store.database import open_database
from helpline.store.mail_tables import MailRow, OutcomeAnswerRow
from helpline.store.mail_trouble import mails_in_trouble
from helpline.store.queue_tables import QueueItemRow
from helpline.store.requests import save_request
from helpline.store.tables import RequestRow
from helpline.store.volunteer_changes import add_volunteer
from helpline.store.volunteer_matches import matches_for
from helpline.store.volunteer_tables import MatchRow
from tests.builders import volunteer, volunteer_request
from tests.channels.product.conftest import until
from tests.mail.conftest import now
from tests.mail.server import MailServer, mail_settings

ADDRESS = "grace@example.org"


class Mailing:
    """The product, its mail server and its store."""

    def __init__(self, running: Supervisor, server: MailServer) -> None:
        self.running = running
        self.server = server
        self.database = open_database(running.settings)
        self.written = 1000  # numbers that no match has

    def ask(self) -> int:
        """Ask how a match went, as the console would."""
        self.written += 1
        code = save_request(self.database, volunteer_request(), f"sender {self.written}", now())
        with self.database.transaction() as session:
            request = session.execute(select(RequestRow.id).where(RequestRow.reference == code)).scalar()
            return ask_outcome(session, self.database, Receiver(self.written, request, ADDRESS), "visitor", now())

    def links(self, number: int) -> list[str]:
        until(lambda: len(self.server.received) > number, seconds=30)
        text = message_from_bytes(self.server.received[number][1], policy=default).get_body(("plain",)).get_content()
        return re.findall(r"https://chat\.example\.org(/v/\S+)", text)

    def logs(self) -> str:
        return "".join(part.log.read_text() for part in self.running.parts)


def states(mailing: Mailing, *mails: int) -> list[str]:
    """Return how mails stand."""
    with mailing.database.transaction() as session:
        return session.execute(select(MailRow.state).where(MailRow.id.in_(mails))).scalars().all()


@pytest.fixture(scope="module")
def mailing(trained_model, tmp_path_factory) -> Iterator[Mailing]:
    directory = tmp_path_factory.mktemp("mailing")
    with MailServer() as server:
        settings = mail_settings(directory, server, log_level="DEBUG")
        with Supervisor(settings, trained_model, directory / "log") as running:
            yield Mailing(running, server)


def test_from_the_outbox_to_the_answer(mailing):
    mailing.ask()
    link, leave = mailing.links(0)
    with httpx.Client(base_url=mailing.running.url, timeout=20) as http:
        assert "How did it go" in http.get(link).text
        assert "Thank you for telling us" in http.post(link, data={"answer": "helped"}).text
        assert http.get(leave).status_code == 200
    with mailing.database.transaction() as session:
        (kept,) = session.execute(select(OutcomeAnswerRow.__table__)).all()
    assert (kept.match_id, kept.side, kept.answer) == (1001, "visitor", "helped")
    logs = mailing.logs()
    for secret in (ADDRESS, link, link.removeprefix("/v/")[:24], leave.removeprefix("/v/")[:24]):
        assert secret not in logs


def test_from_asking_a_volunteer_to_what_both_say_some_weeks_later(mailing):
    desk, cora = MatchDesk(mailing.running.settings, mails=True), Actor(None, "Cora")
    code = save_request(mailing.database, volunteer_request(contact_address="rosa@example.org"), "rosa", now())
    joan = add_volunteer(mailing.database, cora, volunteer(trained_on=date(2025, 1, 1)))

    def standing():
        with mailing.database.transaction() as session:
            item = session.execute(select(QueueItemRow).where(QueueItemRow.reference == code)).scalar_one()
            (match,) = matches_for(session, item.request_id) or [None]
            return item, match

    first = len(mailing.server.received)
    ask(mailing.database, cora, code, standing()[0].version, joan, desk)
    with httpx.Client(base_url=mailing.running.url, timeout=20) as http:
        link = mailing.links(first)[0]
        assert "Would you talk with them" in http.get(link).text
        assert "Thank you" in http.post(link, data={"answer": "yes"}).text
        item, match = standing()
        assert (match.state, item.status) == ("accepted", "waiting_for_volunteer")
        make_final(mailing.database, cora, code, item.version, match.id, desk)
        until(lambda: len(mailing.server.received) == first + 3, seconds=30)
        assert standing()[0].status == "done"
        # Six weeks pass.
        with mailing.database.transaction() as session:
            session.execute(update(MatchRow.__table__).values(final_at=now() - timedelta(weeks=6, minutes=1)))
        until(lambda: len(mailing.server.received) == first + 5, seconds=60)
        for number, answer in ((first + 3, "helped"), (first + 4, "not_for_me")):
            assert "Thank you" in http.post(mailing.links(number)[0], data={"answer": answer}).text
    told = standing()[1]
    assert set(told.outcomes.values()) == {"helped", "not_for_me"}
    texts = [
        message_from_bytes(content, policy=default).get_body(("plain",)).get_content().lower()
        for _, content in mailing.server.received[first:]
    ]
    assert len(texts) == 5
    for secret in ("grace", "joan", "cancer", "her2", "555"):
        assert not any(secret in text for text in texts), secret


def test_killed_while_the_server_has_the_mail_it_is_neither_lost_nor_sent_twice(mailing):
    before = len(mailing.server.received)
    mailing.server.silent_at = "end"
    mail = mailing.ask()
    assert mailing.server.is_silent.wait(30)
    os.kill(mailing.running.delivery.process.pid, signal.SIGKILL)
    mailing.running.delivery.process.wait()
    mailing.server.silent_at = None
    mailing.running.launch(mailing.running.delivery)
    until(lambda: mailing.running.delivery.answers(mailing.running.secret), seconds=120)
    following = mailing.ask()
    until(lambda: len(mailing.server.received) == before + 2, seconds=30)
    assert mails_in_trouble(mailing.database) == []  # the server's answer would still be waited for
    until(lambda: sorted(states(mailing, mail, following)) == ["sent", "uncertain"], seconds=30)
    assert len(mailing.server.received) == before + 2
