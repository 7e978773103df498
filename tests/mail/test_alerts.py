"""Staff hear by mail that something urgent came, once in a while, and nothing of what it is."""

from datetime import timedelta

from sqlalchemy import select, update

from helpline.mail.alerts import BETWEEN, write_alerts
from helpline.store.flags import flag_conversation
from helpline.store.mail_tables import MailRow
from helpline.store.queue_entries import UNDELIVERED, UNDELIVERED_MAIL, add_conversation_to_queue
from helpline.store.queue_tables import QueueItemRow
from tests.mail.conftest import now

STAFF = ["anna@example.org", "cora@example.org"]


def addresses(database) -> list[str]:
    with database.transaction() as session:
        return session.execute(select(MailRow.address).order_by(MailRow.id)).scalars().all()


def test_each_of_staff_is_told_once_of_what_nobody_has_touched(database):
    at = now()
    assert not write_alerts(database, STAFF, at)
    flag_conversation(database, "sender", "m1", "crisis/self", at)
    assert write_alerts(database, STAFF, at + timedelta(seconds=5))
    assert not write_alerts(database, STAFF, at + timedelta(hours=1))
    assert addresses(database) == STAFF


def test_what_comes_soon_after_waits_for_the_next_mail(database):
    at = now()
    flag_conversation(database, "sender", "m1", "crisis/self", at)
    write_alerts(database, STAFF, at + timedelta(seconds=5))
    flag_conversation(database, "another", "m2", "violence", at + timedelta(minutes=1))
    assert not write_alerts(database, STAFF, at + timedelta(minutes=2))
    assert write_alerts(database, STAFF, at + BETWEEN + timedelta(minutes=1))
    assert len(addresses(database)) == 4


def test_what_is_not_urgent_or_in_somebodys_hands_sends_nobody_a_mail(database):
    at = now()
    with database.transaction() as session:
        for number, reason in enumerate((UNDELIVERED, UNDELIVERED_MAIL)):
            add_conversation_to_queue(session, f"{number:064}", reason, at)
    assert not write_alerts(database, STAFF, at + timedelta(seconds=5))
    flag_conversation(database, "sender", "m1", "crisis/self", at)
    with database.transaction() as session:
        session.execute(update(QueueItemRow.__table__).values(touched_at=at))
    assert not write_alerts(database, STAFF, at + timedelta(seconds=5))


def test_what_is_older_than_it_is_worth_is_not_told(database):
    at = now()
    flag_conversation(database, "sender", "m1", "crisis/self", at)
    assert not write_alerts(database, STAFF, at + timedelta(hours=5))
