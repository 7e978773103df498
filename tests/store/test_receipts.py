"""What a provider says later of a message: sent, delivered, not arrived; in whatever order, and during a try."""

from datetime import timedelta

import pytest

from helpline.store.messaging_tables import MessagingContactRow, OutboxRow
from helpline.store.outbox import (
    begin_again,
    count_outbox,
    give_up,
    is_of_another,
    mark_sent,
    record_receipt,
    take_next,
    try_later,
)
from helpline.store.queue_tables import QueueItemRow
from tests.builders import NOON
from tests.store.messages import all_of, answered


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
