"""What becomes of a message when its provider does not answer: sent again, given up on time, told to staff."""

from datetime import datetime, timedelta, timezone
from functools import partial

import httpx
import pytest
from sqlalchemy import select, update

from helpline.channels.messages import OutboundMessage
from helpline.channels.outbound import outgoing
from helpline.channels.sending import AWAKE, MANY_PAUSED, MOST_AGE, MOST_BLIND, RECEIPT_WITHIN, Sending
from helpline.channels.store_calls import PatientCalls
from helpline.opening_hours import QuietHours
from helpline.store.calls import StoreCalls
from helpline.store.inbox import Answer, IncomingMessage, finish, next_waiting, receive
from helpline.store.messaging_contacts import CONTACTS
from helpline.store.messaging_senders import MessagingSender
from helpline.store.messaging_tables import OutboxRow
from helpline.store.outbox import Outgoing, take_next
from helpline.store.queue_tables import QueueItemRow
from tests.channels.servers.pairs import BY_NAME
from tests.channels.servers.provider_server import FAILURE_AFTER_ACCEPTING, Fault
from tests.store.conftest import empty_database

OUTBOX = OutboxRow.__table__
DANGER = OutboundMessage("Call or text 988.", urgent=True)


def now() -> datetime:
    return datetime.now(timezone.utc)


class Conversation:
    """Somebody who wrote, and the sending of what answers them."""

    def __init__(self, database, client, provider, address) -> None:
        self._database = database
        self._calls = StoreCalls(database, limit=10.0)
        self._client, self._provider = client, provider
        self.quiet(None)
        self._sender = MessagingSender(provider.channel, "ours", address, None)
        self._contact = self.write(f"1 of {address}")

    def quiet(self, hours: QuietHours | None) -> None:
        """Let these be the quiet hours."""
        providers = {self._provider.channel: self._provider}
        self._sending = Sending(PatientCalls(self._calls), providers, self._client, hours)

    def write(self, message_id: str) -> int:
        """Let somebody write, and return their contact."""
        (stored,) = receive(self._database, [IncomingMessage(self._sender, message_id, {"text": "x"}, False)], now())
        return stored.contact_id

    def another(self, address: str) -> "Conversation":
        """Return a conversation with somebody else, whom the same sends to."""
        other = Conversation(self._database, self._client, self._provider, address)
        other._calls.close()
        other._calls, other._sending = self._calls, self._sending
        return other

    def rested(self) -> None:
        """Let the time be over for which the provider wanted nothing."""
        self._sending._paused.clear()

    def wrote(self, ago: timedelta) -> None:
        """Let it be so long ago that somebody wrote last."""
        with self._database.transaction() as session:
            session.execute(update(CONTACTS).values(last_message_at=now() - ago))

    def answer(self, *messages: Outgoing) -> None:
        """Answer what was written."""
        message = next_waiting(self._database, self._contact, False)
        assert finish(self._database, message, Answer(list(messages)), now())

    def age(self, by: timedelta) -> None:
        """Let what is to be sent have been written down so long ago."""
        with self._database.transaction() as session:
            session.execute(update(OUTBOX).values(created_at=now() - by))

    async def work(self) -> None:
        """Send what is due, but for answers to danger."""
        await self._sending.work(self._contact, False)

    async def try_now(self, urgent: bool, seconds_ago: float = 0.0) -> None:
        """Let the next try be due, as if the one before had begun so long ago, and try."""
        with self._database.transaction() as session:
            session.execute(update(OUTBOX).values(next_try_at=now()))
            if seconds_ago:
                session.execute(update(OUTBOX).values(tried_at=now() - timedelta(seconds=seconds_ago)))
        await self._sending.work(self._contact, urgent)

    def row(self):
        with self._database.transaction() as session:
            mine = select(OUTBOX).where(OUTBOX.c.contact_id == self._contact).order_by(OUTBOX.c.id)
            return session.execute(mine).mappings().first()

    async def try_one(self, urgent: bool) -> None:
        """Try the message whose turn it is, and no other."""
        message = take_next(self._database, self._contact, urgent, now())
        await self._sending._send(message)

    def states(self) -> list[str]:
        with self._database.transaction() as session:
            return list(session.execute(select(OUTBOX.c.state).order_by(OUTBOX.c.id)).scalars())

    def reasons(self) -> list[str]:
        with self._database.transaction() as session:
            return list(session.execute(select(QueueItemRow.reason)).scalars())

    def close(self) -> None:
        self._calls.close()


# Telegram keeps no list of what was sent; what others do is tried where it matters.
on = partial(pytest.mark.parametrize, "pair", indirect=True)


@pytest.fixture
def pair(request):
    return BY_NAME[getattr(request, "param", "telegram")]


@pytest.fixture
def server(pair):
    with pair.server() as server:
        yield server


@pytest.fixture
def address(pair):
    return pair.somebody(1)


@pytest.fixture
async def conversation(tmp_path, pair, server, address):
    with empty_database("sqlite", tmp_path) as store:
        store.upgrade()
        async with httpx.AsyncClient(timeout=10.0) as client:
            one = Conversation(store, client, pair.module(server.url, pair.url), address)
            yield one
            one.close()


async def test_an_answer_to_danger_is_sent_again_blindly_a_few_times_ever_later_and_then_left_to_staff(
    conversation, server, address
):
    conversation.answer(*outgoing([DANGER]))
    server.begin_outage(FAILURE_AFTER_ACCEPTING)
    for _ in range(2 * MOST_BLIND):
        await conversation.try_now(urgent=True)
    assert server.tries == 1 + MOST_BLIND
    row = conversation.row()
    assert (row["state"], row["possibly_double"]) == ("sending", True)
    assert row["next_try_at"] - row["updated_at"] > timedelta(seconds=3)  # as after four tries, not as after one
    assert conversation.reasons() == []
    await conversation.try_now(urgent=True, seconds_ago=RECEIPT_WITHIN.total_seconds())
    assert (conversation.row()["state"], server.tries) == ("failed", 1 + MOST_BLIND)
    assert conversation.reasons() == ["undelivered/danger"]


async def test_an_answer_to_danger_that_was_often_put_off_is_still_sent_again_once(conversation, server, address):
    conversation.answer(*outgoing([DANGER]))
    server.fail_next(*(Fault(503) for _ in range(MOST_BLIND + 1)), FAILURE_AFTER_ACCEPTING)
    for _ in range(MOST_BLIND + 2):
        await conversation.try_now(urgent=True)
    await conversation.try_now(urgent=True)
    assert conversation.row()["state"] == "sent"
    assert server.texts(address) == [DANGER.text] * 2


@pytest.mark.parametrize("urgent", [True, False])
async def test_what_the_provider_puts_off_for_long_is_given_up_on_time(conversation, server, address, urgent):
    conversation.answer(*outgoing([OutboundMessage("x", urgent=urgent)]))
    server.fail_next(put_off(900_000))
    await conversation.try_now(urgent)
    row = conversation.row()
    assert (row["state"], row["next_try_at"]) == ("waiting", row["created_at"] + MOST_AGE)


async def test_a_message_in_the_form_of_another_version_is_given_up_and_holds_up_nothing(conversation, server, address):
    conversation.answer(Outgoing({"words": "x"}, True), *outgoing([DANGER]))
    await conversation.try_now(urgent=True)
    assert (conversation.row()["state"], conversation.row()["error"]) == ("failed", "cannot be read")
    assert server.texts(address) == [DANGER.text]
    assert conversation.reasons() == ["undelivered/danger"]


def quiet_now() -> QuietHours:
    """Return quiet hours that began two hours ago and end in two."""
    begin, end = now() - timedelta(hours=2), now() + timedelta(hours=2)
    return QuietHours(f"{begin:%H:%M}-{end:%H:%M}", "UTC")


async def test_in_quiet_hours_an_answer_waits_for_the_morning_unless_somebody_just_wrote(conversation, server, address):
    conversation.quiet(quiet_now())
    conversation.answer(*outgoing([OutboundMessage("late")]))
    conversation.wrote(AWAKE)
    await conversation.try_now(urgent=False)
    row = conversation.row()
    assert (row["state"], server.tries) == ("waiting", 0)
    assert timedelta(minutes=118) < row["next_try_at"] - now() <= timedelta(hours=2)
    conversation.write("2")  # awake, and an answer to it must not wait behind the other
    await conversation.work()
    assert server.texts(address) == ["late"]


async def test_answers_to_danger_know_no_quiet_hours(conversation, server, address):
    conversation.quiet(quiet_now())
    conversation.answer(*outgoing([DANGER]))
    conversation.wrote(timedelta(hours=3))
    await conversation.try_now(urgent=True)
    assert server.texts(address) == [DANGER.text]


async def test_what_waited_for_the_morning_is_not_too_old_then(conversation, server, address):
    conversation.quiet(quiet_now())
    conversation.answer(*outgoing([OutboundMessage("late")]))
    conversation.age(timedelta(hours=2))
    conversation.wrote(timedelta(hours=2))
    await conversation.try_now(urgent=False)
    assert conversation.row()["state"] == "waiting"
    conversation.wrote(timedelta(0))
    await conversation.try_now(urgent=False)
    assert server.texts(address) == ["late"]


async def test_what_is_too_old_is_left_to_staff(conversation, server, address):
    conversation.answer(*outgoing([OutboundMessage("late")]))
    conversation.age(MOST_AGE)
    await conversation.try_now(urgent=False)
    assert (conversation.row()["state"], conversation.row()["error"], server.tries) == ("failed", "too old", 0)
    assert conversation.reasons() == ["undelivered"]


@on(BY_NAME)
async def test_an_outage_by_bad_gateways_loses_and_doubles_nothing(conversation, server, address):
    conversation.answer(*outgoing([OutboundMessage("one"), OutboundMessage("two")]))
    server.begin_outage(Fault(502))
    for _ in range(4):
        await conversation.try_now(urgent=False, seconds_ago=2 * RECEIPT_WITHIN.total_seconds())
    assert conversation.reasons() == []
    server.end_outage()
    for _ in range(2):
        await conversation.try_now(urgent=False)
    assert server.texts(address) == ["one", "two"]


@on(["sms"])
async def test_while_the_list_cannot_be_had_it_is_asked_ever_later_and_not_before_the_provider_wants(
    conversation, server
):
    conversation.answer(*outgoing([OutboundMessage("one")]))
    server.fail_next(FAILURE_AFTER_ACCEPTING)
    await conversation.try_now(urgent=False)
    server.begin_outage(Fault(503))
    await conversation.try_now(urgent=False, seconds_ago=600)
    waits = conversation.row()["next_try_at"] - now()
    assert timedelta(seconds=28) < waits <= timedelta(seconds=90)
    server.begin_outage(Fault(503, headers={"Retry-After": "300"}))
    await conversation.try_now(urgent=False, seconds_ago=600)
    assert conversation.row()["next_try_at"] - now() > timedelta(seconds=300)
    server.end_outage()
    await conversation.try_now(urgent=False)
    assert (conversation.row()["state"], server.tries) == ("sent", 1)


async def test_what_is_put_off_does_not_come_back_all_at_once(conversation, server):
    conversation.answer(*outgoing([OutboundMessage("one")]))
    waits = set()
    for _ in range(4):
        server.fail_next(put_off(5))
        conversation.rested()
        await conversation.try_now(urgent=False)
        waits.add(round((conversation.row()["next_try_at"] - now()).total_seconds(), 3))
    assert min(waits) > 5
    assert len(waits) == 4


async def test_a_provider_that_puts_several_conversations_off_is_left_alone_by_all(conversation, server, pair):
    others = [conversation.another(pair.somebody(nth)) for nth in range(2, 2 + MANY_PAUSED)]
    for one in (conversation, *others):
        one.answer(*outgoing([OutboundMessage("one")]))
    for one in others:
        server.fail_next(put_off(30))
        await one.work()
    assert server.tries == MANY_PAUSED
    await conversation.work()
    assert server.tries == MANY_PAUSED
    assert conversation.row()["next_try_at"] - now() > timedelta(seconds=25)
    conversation.rested()
    await conversation.try_now(urgent=False)
    assert server.tries == MANY_PAUSED + 1


def put_off(seconds: int) -> Fault:
    """Return how Telegram asks to wait."""
    return Fault(429, {"ok": False, "error_code": 429, "description": "later", "parameters": {"retry_after": seconds}})


@on(["whatsapp by way of meta", "whatsapp by way of twilio", "messenger"])
@pytest.mark.parametrize("urgent", [False, True])
async def test_after_24_hours_nothing_is_sent_where_that_is_not_allowed(conversation, server, address, urgent):
    conversation.answer(*outgoing([OutboundMessage("in time", urgent=urgent), OutboundMessage("late", urgent=urgent)]))
    conversation.wrote(timedelta(hours=23, minutes=59))
    await conversation.try_one(urgent)
    assert server.texts(address) == ["in time"]
    conversation.wrote(timedelta(hours=24))
    await conversation.try_now(urgent)
    assert server.tries == 1
    assert conversation.states() == ["sent", "failed"]
    assert conversation.reasons() == ["undelivered/danger" if urgent else "undelivered"]


async def test_where_answers_are_allowed_at_any_time_they_are_sent(conversation, server, address):
    conversation.answer(*outgoing([OutboundMessage("late")]))
    conversation.wrote(timedelta(hours=24))
    await conversation.try_now(urgent=False)
    assert server.texts(address) == ["late"]
