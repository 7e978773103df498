"""A message or an address that no key opens is given up, and holds up nothing."""

import pytest
from sqlalchemy import text

from helpline.store.inbox import (
    Answer,
    finish,
    next_waiting,
)
from helpline.store.messaging_senders import sender_id_of
from helpline.store.messaging_tables import InboxRow
from helpline.store.outbox import (
    Outgoing,
    take_next,
)
from helpline.store.queue_tables import QueueItemRow
from tests.builders import NOON
from tests.store.messages import PHONE, all_of, answered, came, spoil

UNREADABLE = pytest.mark.parametrize("written", [None, "of another key", '"no object"', "{"])


@UNREADABLE
@pytest.mark.parametrize(("urgent", "reason"), [(False, "undelivered"), (True, "undelivered/danger")])
def test_a_message_that_came_in_and_cannot_be_read_is_given_up_and_holds_up_nothing(database, written, urgent, reason):
    lost = came(database, urgent=urgent)
    kept = came(database, text="still here", urgent=urgent)
    spoil(database, "inbox", written)
    assert next_waiting(database, kept.contact_id, urgent).content["text"] == "still here"
    assert [(row["id"], row["state"]) for row in all_of(database, InboxRow)] == [
        (lost.id, "done"),
        (kept.id, "waiting"),
    ]
    assert [row["reason"] for row in all_of(database, QueueItemRow)] == [reason]


@UNREADABLE
def test_a_message_that_cannot_be_read_is_given_up_and_holds_up_nothing(database, written):
    contact = answered(database, "lost", "kept", urgent=True)
    spoil(database, "outbox", written)
    assert take_next(database, contact, True, NOON).content == {"text": "kept"}
    with database.transaction() as session:
        states = session.execute(text("SELECT state, error FROM outbox ORDER BY id")).all()
    assert [tuple(each) for each in states] == [("failed", "cannot be read"), ("sending", None)]
    assert [row["reason"] for row in all_of(database, QueueItemRow)] == ["undelivered/danger"]


def spoil_contact(database, column):
    """Write what no key opens into the place of what is kept of the first contact."""
    with database.transaction() as session:
        session.execute(text(f"UPDATE messaging_contacts SET {column} = 'of another key'"))


def test_what_waits_for_more_and_cannot_be_read_holds_up_nothing(database):
    contact = answered(database, "one", more=[{"text": "the rest"}])
    spoil_contact(database, "more")
    came(database, "MORE")
    message = next_waiting(database, contact, False)
    assert (message.content["text"], message.contact.more) == ("MORE", [])
    assert take_next(database, contact, False, NOON).content == {"text": "one"}
    assert finish(database, message, Answer([Outgoing({"text": "two"})], more=[{"text": "more"}]), NOON)
    came(database)
    assert next_waiting(database, contact, False).contact.more == [{"text": "more"}]


@pytest.mark.parametrize("column", ["address", "sender_id"])
def test_what_goes_to_an_address_that_cannot_be_read_is_given_up_until_somebody_writes_again(database, column):
    contact = answered(database, "one", "two")
    answered(database, "danger", urgent=True)
    came(database, "lost")
    spoil_contact(database, column)
    assert next_waiting(database, contact, False) is None
    assert take_next(database, contact, True, NOON) is None
    assert take_next(database, contact, False, NOON) is None
    with database.transaction() as session:
        states = session.execute(text("SELECT DISTINCT state, error FROM outbox")).all()
    assert [tuple(each) for each in states] == [("failed", "cannot be read")]
    assert [row["reason"] for row in all_of(database, QueueItemRow)] == ["undelivered/danger"]
    assert came(database, "again").contact_id == contact
    message = next_waiting(database, contact, False)
    assert (message.content["text"], message.contact.address) == ("again", PHONE.address)
    assert message.contact.sender_id == sender_id_of(database, PHONE)
