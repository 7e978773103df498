"""What came in and what goes out: stored once, in order, and gone when it must."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from helpline.settings import Settings
from helpline.store.erasure import erase_sender
from helpline.store.inbox import (
    Answer,
    IncomingMessage,
    contacts_waiting,
    finish,
    next_waiting,
    receive,
    tell_meanwhile,
)
from helpline.store.messaging_senders import MessagingSender, sender_id_of
from helpline.store.messaging_tables import InboxRow, MessagingContactRow, OutboxRow
from helpline.store.outbox import (
    Outgoing,
    begin_again,
    count_outbox,
    due_contacts,
    give_up,
    is_of_another,
    mark_sent,
    opt_out,
    record_receipt,
    take_next,
    try_later,
)
from helpline.store.queue_tables import QueueItemRow
from helpline.store.retention import purge
from tests.builders import NOON

PHONE = MessagingSender("sms", "+15550100000", "+12155550142", "+12155550142")
OTHER = MessagingSender("sms", "+15550100000", "+12155550143", "+12155550143")
NUMBERS = itertools.count(1)


def came(database, text="what is NED", sender=PHONE, id_=None, urgent=False, at=NOON):
    (stored,) = receive(database, [IncomingMessage(sender, id_ or f"SM{next(NUMBERS)}", {"text": text}, urgent)], at)
    return stored


def answered(database, *texts, urgent=False, sender=PHONE, **answer):
    """Answer a message of somebody, and return the contact's row."""
    stored = came(database, sender=sender, urgent=urgent)
    message = next_waiting(database, stored.contact_id, urgent)
    outgoing = [Outgoing({"text": text}, urgent) for text in texts]
    assert finish(database, message, Answer(outgoing, **answer), NOON)
    return stored.contact_id


def spoil(database, table, written):
    """Write something else in the place of what the first message of a table says."""
    token = database.cipher.encrypt(written) if written not in (None, "of another key") else written
    with database.transaction() as session:
        first = session.execute(text(f"SELECT min(id) FROM {table}")).scalar()
        session.execute(text(f"UPDATE {table} SET content = :it WHERE id = :id"), {"it": token, "id": first})


def all_of(database, table):
    with database.transaction() as session:
        return session.execute(select(table.__table__).order_by(table.id)).mappings().all()


def test_a_message_that_comes_again_is_stored_once(database):
    first, again = came(database, id_="SM1"), came(database, id_="SM1")
    assert (first.new, again.new) == (True, False)
    assert first.id == again.id
    assert came(database, id_="SM1", sender=MessagingSender("whatsapp", "1", "2")).new


def test_the_same_message_from_many_sides_at_once_is_stored_once(database):
    with ThreadPoolExecutor(6) as threads:
        stored = list(threads.map(lambda _: came(database, id_="SM-at-once"), range(6)))
    assert sum(each.new for each in stored) == 1
    assert len(all_of(database, InboxRow)) == len(all_of(database, MessagingContactRow)) == 1


def test_the_sender_id_tells_nothing_and_stays(database):
    stored = came(database)
    assert stored.sender_id == sender_id_of(database, PHONE) == came(database).sender_id
    assert "2155550142" not in stored.sender_id
    assert stored.sender_id != came(database, sender=OTHER).sender_id


def test_messages_are_answered_in_order_and_danger_on_its_own(database):
    contact = came(database, "first").contact_id
    came(database, "second")
    came(database, "danger", urgent=True)
    assert contacts_waiting(database) == [(contact, True), (contact, False)]
    assert next_waiting(database, contact, True).content["text"] == "danger"
    message = next_waiting(database, contact, False)
    assert message.content["text"] == "first"
    assert finish(database, message, Answer(), NOON)
    assert not finish(database, message, Answer([Outgoing({"text": "twice"})]), NOON)
    assert next_waiting(database, contact, False).content["text"] == "second"
    assert all_of(database, OutboxRow) == []


def test_what_is_said_meanwhile_is_said_once_and_not_after_the_answer(database):
    contact = came(database).contact_id
    message = next_waiting(database, contact, False)
    notice = [Outgoing({"text": "it takes longer"})]
    assert tell_meanwhile(database, message, notice, NOON)
    assert not tell_meanwhile(database, message, notice, NOON)
    assert next_waiting(database, contact, False).told
    finish(database, message, Answer(), NOON)
    later = came(database)
    told = next_waiting(database, contact, False)
    assert told.id == later.id
    finish(database, told, Answer(), NOON)
    assert not tell_meanwhile(database, told, notice, NOON)
    assert len(all_of(database, OutboxRow)) == 1


def test_a_conversation_is_sent_in_order_and_danger_goes_first(database):
    contact = answered(database, "one", "two")
    answered(database, "danger", urgent=True)
    assert due_contacts(database, NOON) == [(contact, True, "sms"), (contact, False, "sms")]
    assert take_next(database, contact, False, NOON) is None  # before the answer to danger nothing goes
    urgent = take_next(database, contact, True, NOON)
    assert urgent.content == {"text": "danger"}
    mark_sent(database, urgent, "SM-a", NOON)
    one = take_next(database, contact, False, NOON)
    assert (one.content, one.uncertain, one.tries) == ({"text": "one"}, False, 1)
    try_later(database, one, NOON + timedelta(seconds=30), False, NOON)
    assert take_next(database, contact, False, NOON) is None
    assert due_contacts(database, NOON) == []
    one = take_next(database, contact, False, NOON + timedelta(seconds=31))
    assert (one.content, one.tries) == ({"text": "one"}, 2)
    mark_sent(database, one, "SM-b", NOON)
    assert take_next(database, contact, False, NOON).content == {"text": "two"}


def test_a_try_that_was_broken_off_may_have_arrived(database):
    contact = answered(database, "one")
    first = take_next(database, contact, False, NOON)
    found = take_next(database, contact, False, NOON + timedelta(minutes=1))  # by the next process
    assert (found.id, found.key, found.uncertain, found.tried_at) == (first.id, first.key, True, NOON)
    assert begin_again(database, found, NOON, possibly_double=True)
    assert count_outbox(database, NOON).possibly_double == 1
    mark_sent(database, found, "SM-c", NOON)
    assert count_outbox(database, NOON).waiting == 0
    assert is_of_another(database, "sms", "SM-c", take_next(database, answered(database, "x"), False, NOON))


def test_a_receipt_with_the_key_tells_that_a_message_was_sent(database):
    contact = answered(database, "one")
    message = take_next(database, contact, False, NOON)
    assert not record_receipt(database, "sms", "SM-d", "sent", None, NOON)
    assert record_receipt(database, "sms", "SM-d", "sent", None, NOON, message.key)
    assert take_next(database, contact, False, NOON) is None
    assert [row["state"] for row in all_of(database, OutboxRow)] == ["sent"]


@pytest.mark.parametrize("status", ["sent", "delivered"])
@pytest.mark.parametrize(
    "end",
    [
        lambda store, message: try_later(store, message, NOON, True, NOON),
        lambda store, message: try_later(store, message, NOON, False, NOON),
        lambda store, message: give_up(store, message, "too old", NOON),
        lambda store, message: mark_sent(store, message, "SM-of-the-try", NOON),
        lambda store, message: begin_again(store, message, NOON, possibly_double=True),
    ],
)
def test_what_a_receipt_ended_while_the_try_was_under_way_stays_so(database, end, status):
    contact = answered(database, "danger", "and more", urgent=True)
    message = take_next(database, contact, True, NOON)
    assert record_receipt(database, "sms", "SM-receipt", status, None, NOON, message.key)
    assert not end(database, message)  # of a second try: that it must not be sent
    first = all_of(database, OutboxRow)[0]
    assert (first["state"], first["content"], first["error"], first["possibly_double"]) == (status, None, None, False)
    assert all_of(database, QueueItemRow) == []
    assert record_receipt(database, "sms", "SM-receipt", "delivered", None, NOON)
    assert take_next(database, contact, True, NOON).content == {"text": "and more"}


def test_a_receipt_of_an_earlier_try_ends_what_was_to_be_sent_again(database):
    contact = answered(database, "one")
    message = take_next(database, contact, False, NOON)
    try_later(database, message, NOON, False, NOON)
    assert record_receipt(database, "sms", "SM-x", "sent", None, NOON, message.key)
    assert take_next(database, contact, False, NOON) is None


def test_a_message_that_was_given_up_is_found_by_its_receipts_where_it_was_sent_all_the_same(database):
    message = take_next(database, answered(database, "one"), False, NOON)
    give_up(database, message, "too old", NOON)
    mark_sent(database, message, "SM-y", NOON)
    assert [row["state"] for row in all_of(database, OutboxRow)] == ["failed"]
    assert record_receipt(database, "sms", "SM-y", "delivered", None, NOON)
    assert [row["state"] for row in all_of(database, OutboxRow)] == ["delivered"]


def test_the_address_of_who_is_leaving_goes_also_when_only_a_receipt_tells_that_the_last_message_was_sent(database):
    message = take_next(database, answered(database, "deleted", leaving=True), False, NOON)
    assert record_receipt(database, "sms", "SM-z", "sent", None, NOON, message.key)
    assert all_of(database, MessagingContactRow) == []


def test_a_message_that_comes_late_is_as_old_as_it_is_and_moves_no_time_back(database):
    contact = came(database).contact_id
    hour = timedelta(hours=1)
    late = [IncomingMessage(PHONE, f"late-{at}", {"text": "x"}, sent_at=at) for at in (NOON - hour, NOON + hour)]
    receive(database, late, NOON)
    assert [row["received_at"] for row in all_of(database, InboxRow)] == [NOON, NOON - hour, NOON]
    assert next_waiting(database, contact, False).contact.last_message_at == NOON
    receive(database, [IncomingMessage(OTHER, "late", {"text": "x"}, sent_at=NOON - hour)], NOON)
    assert all_of(database, MessagingContactRow)[-1]["last_message_at"] == NOON - hour


def test_what_waits_to_be_sent_is_due_as_soon_as_somebody_writes(database):
    contact = answered(database, "one", "two")
    try_later(database, take_next(database, contact, False, NOON), NOON + timedelta(hours=8), False, NOON)
    came(database)
    assert take_next(database, contact, False, NOON).content == {"text": "one"}


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


@pytest.mark.parametrize(("urgent", "reason"), [(False, "undelivered"), (True, "undelivered/danger")])
def test_staff_see_that_there_is_no_answer_and_whether_it_was_about_danger(database, urgent, reason):
    answered(database, undelivered=True, urgent=urgent)
    assert [row["reason"] for row in all_of(database, QueueItemRow)] == [reason]


@pytest.mark.parametrize("order", [("delivered", "failed"), ("sent", "delivered", "read")])
def test_what_was_delivered_stays_so_in_whatever_order_receipts_come(database, order):
    message = take_next(database, answered(database, "one"), False, NOON)
    mark_sent(database, message, "SM-e", NOON)
    for status in order:
        assert record_receipt(database, "sms", "SM-e", status, None, NOON)
    assert [row["state"] for row in all_of(database, OutboxRow)] == ["delivered"]
    assert all_of(database, QueueItemRow) == []


@pytest.mark.parametrize(("urgent", "reasons"), [(False, []), (True, ["undelivered/danger"])])
def test_a_receipt_may_say_that_somebody_wants_no_messages(database, urgent, reasons):
    contact = answered(database, "one", urgent=urgent)
    mark_sent(database, take_next(database, contact, urgent, NOON), "SM-o", NOON)
    answered(database, "two")
    assert record_receipt(database, "sms", "SM-o", "failed", "21610", NOON, opted_out=True)
    assert take_next(database, contact, False, NOON) is None
    assert all_of(database, MessagingContactRow)[0]["opted_out_at"] == NOON
    assert [row["reason"] for row in all_of(database, QueueItemRow)] == reasons


@pytest.mark.parametrize(("urgent", "reason"), [(False, "undelivered"), (True, "undelivered/danger")])
def test_staff_see_what_did_not_arrive_once(database, urgent, reason):
    contact = answered(database, "one", "two", urgent=urgent)
    give_up(database, take_next(database, contact, urgent, NOON), "30007", NOON)
    second = take_next(database, contact, urgent, NOON)
    mark_sent(database, second, "SM-f", NOON)
    record_receipt(database, "sms", "SM-f", "failed", "30003", NOON)
    record_receipt(database, "sms", "SM-f", "failed", "30003", NOON)
    assert [(row["kind"], row["reason"]) for row in all_of(database, QueueItemRow)] == [("conversation", reason)]
    assert [row["error"] for row in all_of(database, OutboxRow)] == ["30007", "30003"]
    assert all(row["content"] is None for row in all_of(database, OutboxRow))


def test_after_stop_only_its_confirmation_and_answers_to_danger_are_left(database):
    contact = answered(database, "one", "two")
    answered(database, "danger", urgent=True)
    answered(database, "you get no more", opted_out=True)
    left = [take_next(database, contact, True, NOON)]
    mark_sent(database, left[0], "SM-g", NOON)
    left.append(take_next(database, contact, False, NOON))
    assert [each.content["text"] for each in left] == ["danger", "you get no more"]
    assert left[1].contact.opted_out
    answered(database, opted_out=False)
    came(database)
    assert not next_waiting(database, contact, False).contact.opted_out


def test_stop_counts_from_when_it_came(database):
    contact = came(database, "what is NED").contact_id
    earlier = next_waiting(database, contact, False)
    assert not earlier.contact.opted_out
    for _ in range(2):
        receive(database, [IncomingMessage(PHONE, "SM-stop", {"text": "STOP"}, opts_out=True)], NOON)
    ordinary, urgent = Outgoing({"text": "one"}), Outgoing({"text": "danger"}, True)
    assert not tell_meanwhile(database, earlier, [ordinary], NOON)
    assert finish(database, earlier, Answer([ordinary, urgent], more=[{"text": "the rest"}]), NOON)
    stop = next_waiting(database, contact, False)
    assert (stop.contact.opted_out, stop.opted_out_by_it, stop.contact.more) == (True, True, [])
    assert finish(database, stop, Answer([Outgoing({"text": "you get no more"})], opted_out=True), NOON)
    receive(database, [IncomingMessage(PHONE, "SM-stop-2", {"text": "STOP"}, opts_out=True)], NOON)
    assert not next_waiting(database, contact, False).opted_out_by_it
    mark_sent(database, take_next(database, contact, True, NOON), "SM-s", NOON)
    assert take_next(database, contact, False, NOON).content == {"text": "you get no more"}


def test_the_provider_may_say_that_somebody_wants_no_messages(database):
    contact = answered(database, "one", "two")
    opt_out(database, take_next(database, contact, False, NOON), "21610", NOON)
    assert take_next(database, contact, False, NOON) is None
    assert all_of(database, MessagingContactRow)[0]["opted_out_at"] == NOON
    assert all_of(database, QueueItemRow) == []  # they asked for it
    answered(database, "danger", urgent=True)
    opt_out(database, take_next(database, contact, True, NOON), "21610", NOON)
    assert [row["reason"] for row in all_of(database, QueueItemRow)] == ["undelivered/danger"]


def test_a_deletion_takes_all_once_what_confirms_it_went_out(database):
    contact = answered(database, "one", more=[{"text": "the rest"}])
    mark_sent(database, take_next(database, contact, False, NOON), "SM-h", NOON)
    stored = came(database, "yes, delete", id_="SM-delete")
    message = next_waiting(database, contact, False)
    erase_sender(database, stored.sender_id)
    (kept,) = all_of(database, MessagingContactRow)
    assert (kept["leaving"], kept["more"]) == (True, None)
    assert all_of(database, OutboxRow) == []
    # A process that ended here finds the message, and a provider's second copy makes no second turn.
    assert next_waiting(database, contact, False).id == message.id
    assert not came(database, "yes, delete", id_="SM-delete").new
    assert finish(database, message, Answer([Outgoing({"text": "deleted"})], leaving=True), NOON)
    ((same, urgent, _),) = due_contacts(database, NOON)
    confirmation = take_next(database, same, urgent, NOON)
    assert (confirmation.contact.address, confirmation.content) == (PHONE.address, {"text": "deleted"})
    assert not came(database, "yes, delete", id_="SM-delete").new
    mark_sent(database, confirmation, "SM-i", NOON)
    for table in (MessagingContactRow, InboxRow, OutboxRow):
        assert all_of(database, table) == []


def test_a_deletion_leaves_what_answers_danger_and_what_waits(database):
    contact = answered(database, "call 988", urgent=True)
    stored = came(database, "yes, delete")
    deleting = next_waiting(database, contact, False)
    urgent = came(database, "danger", urgent=True)
    erase_sender(database, stored.sender_id)
    assert next_waiting(database, contact, True).id == urgent.id
    assert finish(database, deleting, Answer([Outgoing({"text": "deleted"})], leaving=True), NOON)
    answer = take_next(database, contact, True, NOON)
    assert answer.content == {"text": "call 988"}
    mark_sent(database, answer, "SM-j", NOON)
    mark_sent(database, take_next(database, contact, False, NOON), "SM-k", NOON)
    assert finish(database, next_waiting(database, contact, True), Answer(), NOON)
    for table in (MessagingContactRow, InboxRow, OutboxRow):
        assert all_of(database, table) == []


def test_a_deletion_of_somebody_for_whom_nothing_waits_is_done_at_once(database):
    answered(database, sender=OTHER, opted_out=True)
    contact = answered(database, "one")
    mark_sent(database, take_next(database, contact, False, NOON), "SM-l", NOON)
    for sender in (PHONE, OTHER):
        erase_sender(database, sender_id_of(database, sender))
    (left,) = all_of(database, MessagingContactRow)  # that somebody wants no messages
    assert (left["opted_out_at"], left["address"], left["leaving"]) == (NOON, None, False)
    assert all_of(database, InboxRow) == all_of(database, OutboxRow) == []


def test_after_its_time_all_goes_but_that_somebody_wants_no_messages(database):
    answered(database, "one")
    answered(database, sender=OTHER, opted_out=True)
    settings = Settings()
    purge(database, settings, NOON + timedelta(days=settings.transcript_days - 1))
    assert len(all_of(database, MessagingContactRow)) == 2
    purge(database, settings, NOON + timedelta(days=settings.transcript_days + 1))
    (left,) = all_of(database, MessagingContactRow)
    assert left["opted_out_at"] == NOON
    assert [left[name] for name in ("address", "sender_id", "contact_digest", "more")] == [None] * 4
    assert all_of(database, InboxRow) == all_of(database, OutboxRow) == []
    later = came(database, sender=OTHER)
    assert next_waiting(database, later.contact_id, False).contact.opted_out


def test_what_waits_for_more_goes_with_the_state_of_the_conversation(database):
    contact = answered(database, "one", more=[{"text": "the rest"}])
    settings = Settings()
    came(database)
    assert next_waiting(database, contact, False).contact.more == [{"text": "the rest"}]
    purge(database, settings, NOON + timedelta(hours=settings.state_hours + 1))
    assert next_waiting(database, contact, False).contact.more == []
