"""How much waits and for how long, as operators see it."""

from datetime import timedelta

from helpline.store.ages import read_ages
from helpline.store.conversations import TurnRecord, write_turn
from helpline.store.inbox import IncomingMessage, receive
from helpline.store.messaging_senders import MessagingSender
from helpline.store.requests import save_request
from tests.builders import NOON, callback_request, volunteer_request

HOUR = timedelta(hours=1)


def test_nothing_waits_in_an_empty_store(database):
    ages = read_ages(database, NOON)
    assert set(ages.open.values()) == {0}
    assert set(ages.untouched.values()) == {0.0}
    assert (ages.outbox_waiting, ages.outbox, ages.inbox, ages.mails) == (0, 0.0, 0.0, 0.0)


def test_the_oldest_of_each_kind_is_told(database):
    save_request(database, callback_request(), "a", NOON - 3 * HOUR, "m1")
    save_request(database, callback_request(), "b", NOON - HOUR, "m2")
    save_request(database, volunteer_request(), "c", NOON - 2 * HOUR, "m3")
    danger = TurnRecord("m4", NOON - HOUR, "said", [], {}, "crisis/self", 1.0, "crisis/self")
    write_turn(database, "d", "website", 0, {}, [danger])
    sender = MessagingSender("sms", "+15550100000", "+15550100001", "+15550100001")
    receive(database, [IncomingMessage(sender, "x1", {}, False, None, None)], NOON - HOUR)
    ages = read_ages(database, NOON)
    assert (ages.open["callback"], ages.open["volunteer"], ages.open["danger"]) == (2, 1, 1)
    assert ages.untouched["callback"] == 3 * 3600
    assert ages.untouched["volunteer"] == 2 * 3600
    assert ages.untouched["danger"] > 0
    assert ages.inbox == 3600
