"""What came in and what goes out: stored once, in order, and gone when it must."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

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
    due_contacts,
    mark_sent,
    opt_out,
    take_next,
    try_later,
)
from helpline.store.queue_tables import QueueItemRow
from helpline.store.retention import purge
from tests.builders import NOON
from tests.store.messages import OTHER, PHONE, all_of, answered, came


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


@pytest.mark.parametrize(("urgent", "reason"), [(False, "undelivered"), (True, "undelivered/danger")])
def test_staff_see_that_there_is_no_answer_and_whether_it_was_about_danger(database, urgent, reason):
    answered(database, undelivered=True, urgent=urgent)
    assert [row["reason"] for row in all_of(database, QueueItemRow)] == [reason]


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
