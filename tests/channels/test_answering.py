"""What is answered when the assistant is slow, away or overtaken: a delivery process before an engine that waits."""

import asyncio
import json
import secrets
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import httpx
from cryptography.fernet import Fernet
from sqlalchemy import update

from helpline.channels.direct_aid import DirectAid
from helpline.channels.handover import DeliveryClient, ReceivedMessage
from helpline.channels.messages import InboundMessage, Receipt
from helpline.channels.providers import load_providers
from helpline.observability.request_ids import request_id
from helpline.safety.replies import danger_replies
from helpline.settings import Settings
from helpline.store.encryption import Cipher
from helpline.store.flag_spool import FlagSpool
from helpline.store.inbox import IncomingMessage, receive
from helpline.store.messaging_senders import MessagingSender
from helpline.store.messaging_tables import InboxRow, MessagingContactRow, OutboxRow
from helpline.web.first_aid import FirstAid
from tests.channels.running import (
    CRISIS,
    GRACE,
    SENDER,
    STOPPED,
    UNAVAILABLE,
    WORDS,
    Running,
    disk_hangs,
    said,
    until,
)
from tests.channels.servers.provider_server import TIME_OUT, Fault
from tests.channels.servers.telegram import TelegramServer
from tests.channels.servers.twilio import ACCOUNT, NUMBER, TOKEN, TwilioServer
from tests.web.server import SECRET


async def test_an_answer_to_danger_that_comes_while_another_is_prepared_is_said(running: Running) -> None:
    danger, words = WORDS
    running.engine.lets.clear()
    running.engine.turn = lambda asked: said(danger_replies()[danger], danger=danger)
    with disk_hangs(running.spool):
        await running.send(words, danger)
        await until(lambda: bool(running.engine.asked) and bool(running.first_aid._given))
        running.engine.lets.set()
        await until(lambda: all(row["state"] == "done" for row in running.rows(InboxRow)))
    await running.settle()
    assert sum(CRISIS in text for text in running.texts()) == 1


async def test_danger_that_the_assistant_did_not_see_is_answered_when_the_contact_is_gone(running: Running) -> None:
    danger, words = WORDS

    def deletes(asked: dict) -> dict:
        with running.database.transaction() as session:
            session.execute(MessagingContactRow.__table__.delete())
        return said("Something else.")

    running.engine.turn = deletes
    await running.send(words, danger)
    await until(lambda: bool(running.texts()))
    await running.settle()
    assert sum(CRISIS in text for text in running.texts()) == 1


async def test_an_answer_to_danger_that_no_try_brought_is_tried_again_when_the_message_comes_again(tmp_path) -> None:
    danger, words = WORDS
    cipher = Cipher([Fernet.generate_key().decode()])
    message = InboundMessage("sms", NUMBER, GRACE, "m1", text=words)
    with TwilioServer() as twilio:
        settings = Settings(
            twilio_account_sid=ACCOUNT,
            twilio_auth_token=TOKEN,
            twilio_url=twilio.url,
            sms_sender=NUMBER,
            public_url="https://chat.example.org",
        )
        first_aid = FirstAid(None, danger_replies(), FlagSpool(tmp_path, cipher))
        aid = DirectAid(load_providers(settings), first_aid, cipher, pauses=(0.01,))
        async with httpx.AsyncClient() as client:
            twilio.begin_outage(Fault(503))
            aid.begin(ReceivedMessage(message, danger), client)
            await until(lambda: twilio.tries == 2)
            await until(lambda: not aid._running)
            twilio.end_outage()
            for _ in range(2):
                aid.begin(ReceivedMessage(message, danger), client)
                await until(lambda: not aid._running)
        assert [CRISIS in text for text in twilio.texts(GRACE)] == [True]


async def test_what_another_version_wrote_down_is_left_to_staff_and_holds_up_nothing(running: Running) -> None:
    (stored,) = receive(running.database, [IncomingMessage(SENDER, "old", {"words": "x"})], datetime.now(timezone.utc))
    await until(lambda: running.reasons() == ["undelivered"])
    with running.database.transaction() as session:
        waiting = json.dumps([{"words": "of another version"}])
        session.execute(
            update(MessagingContactRow).where(MessagingContactRow.id == stored.contact_id).values(more=waiting)
        )
    await running.send("MORE")
    await running.settle()
    assert "You wrote: MORE." in running.texts()[-1]


LONG_AGO = timedelta(hours=2)


async def test_what_is_too_old_for_an_answer_is_left_to_staff(running: Running) -> None:
    await running.send("what does NED mean", sent_at=time.time() - LONG_AGO.total_seconds())
    await running.settle()
    assert [asked["text"] for asked in running.engine.asked] == ["what does NED mean"]  # so that staff can read it
    assert (running.texts(), running.reasons()) == ([], ["undelivered"])


async def test_danger_that_only_the_assistant_sees_is_answered_however_late(running: Running) -> None:
    danger, _ = WORDS
    running.engine.turn = lambda asked: said(danger_replies()[danger], "And this.", danger=danger)
    await running.send("it is all too much", sent_at=time.time() - LONG_AGO.total_seconds())
    await running.settle()
    assert CRISIS in running.texts()[0]
    assert running.reasons() == []  # the assistant tells staff of the danger


async def test_what_the_channel_itself_would_say_is_not_said_late(running: Running) -> None:
    late = {"sent_at": time.time() - LONG_AGO.total_seconds()}
    await running.send("a" * 5000, **late)
    await running.send("HELP", **late)
    await running.send("what does NED mean", limited=True, **late)
    await running.settle()
    assert (running.texts(), running.reasons()) == ([], ["undelivered"])
    running.engine.lets.clear()
    await running.send("what does NED mean", **late)
    await until(lambda: bool(running.engine.asked))
    await asyncio.sleep(0.3)
    running.engine.lets.set()
    await running.settle()
    assert running.texts() == []


async def test_an_odd_time_makes_no_message_old(running: Running) -> None:
    running.wait_for_answers()
    await running.send("what does NED mean", sent_at=1e9)
    await running.send("and now", sent_at=time.time() + 3600)
    await running.settle()
    assert "You wrote: and now." in running.texts()[-1]
    assert running.reasons() == []


async def test_danger_is_answered_however_late_and_staff_see_it(running: Running) -> None:
    danger, words = WORDS
    await running.send(words, danger, sent_at=time.time() - LONG_AGO.total_seconds())
    await running.settle()
    assert [CRISIS in text for text in running.texts()] == [True]
    assert len(running.first_aid._given) == 1  # with it the flag for staff


async def test_late_words_of_the_channel_count_and_what_asks_nothing_is_no_ones_to_see(running: Running) -> None:
    at = time.time() - LONG_AGO.total_seconds()
    await running.send("STOP", sent_at=at)
    await running.settle()
    assert all(row["opted_out_at"] for row in running.rows(MessagingContactRow))
    assert [STOPPED in text for text in running.texts()] == [True]
    await running.send("START", sent_at=at)
    await running.send("new words", kind="edit", sent_at=at)
    await running.settle()
    assert not any(row["opted_out_at"] for row in running.rows(MessagingContactRow))
    assert (len(running.texts()), running.reasons()) == (1, [])


async def test_danger_on_a_channel_that_is_off_is_flagged_and_first_in_the_queue(running: Running) -> None:
    danger, words = WORDS
    content = ReceivedMessage(InboundMessage("slack", "T1", "D1", "m1", text=words), danger).as_dict()
    sender = MessagingSender("slack", "T1", "D1")
    receive(running.database, [IncomingMessage(sender, "m1", content, True)], datetime.now(timezone.utc))
    await until(lambda: running.reasons() == ["undelivered/danger"])
    assert len(running.first_aid._given) == 1


async def test_a_provider_that_hangs_keeps_no_other_channel_waiting(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("helpline.channels.sending.AT_ONCE", 2)
    with TwilioServer() as twilio, TelegramServer() as telegram:
        running = Running(tmp_path, {"sms": twilio, "telegram": telegram})
        with running.serving():
            twilio.begin_outage(TIME_OUT)
            for number in range(4):
                await running.send("what does NED mean", address=f"+1215555010{number}")
            await until(lambda: twilio.tries == 2)
            await running.send("what does NED mean", channel="telegram")
            await until(lambda: bool(running.texts("telegram")))
            assert twilio.tries == 2
            twilio.end_outage()


LONG = " ".join(f"This is sentence number {number} of a long answer." for number in range(40))


async def test_more_brings_what_waits_also_after_help_and_a_picture_and_then_is_a_question(running: Running) -> None:
    running.engine.turn = lambda asked: said(LONG)
    await running.send("tell me everything")
    await running.settle()
    assert len(running.texts()) == 3
    assert "sentence number 39" not in " ".join(running.texts())
    await running.send("HELP")
    await running.send(None, kind="picture")
    await running.settle()
    before = len(running.texts())
    for _ in range(3):
        await running.send("MORE")
        await running.settle()
    rest = " ".join(running.texts()[before:])
    numbers = [number for number in range(40) if f"number {number} " in " ".join(running.texts()[:3]) + rest]
    assert numbers == list(range(40))
    assert len(running.engine.asked) == 2  # the third MORE, when nothing waited
    assert running.engine.asked[-1]["text"] == "MORE"


async def test_a_turn_of_the_assistant_ends_what_waited(running: Running) -> None:
    running.engine.turn = lambda asked: said(LONG)
    await running.send("tell me everything")
    await running.settle()
    running.engine.turn = lambda asked: said("Short.")
    await running.send("and now")
    await running.settle()
    await running.send("MORE")
    await running.settle()
    assert running.engine.asked[-1]["text"] == "MORE"


async def test_receipts_are_noted_beside_and_those_of_what_is_not_known_yet_later(running: Running) -> None:
    await running.send("what does NED mean")
    await running.settle()
    known = [each.id for each in running.servers["sms"].delivered]
    unknown = [f"SM{number:032x}" for number in range(300)]
    client = DeliveryClient(running.sockets / "delivery.sock", SECRET)
    await client.hand_over([], [Receipt("sms", each, "delivered", None) for each in (*unknown, *known)])
    await client.close()
    await until(lambda: all(row["state"] == "delivered" for row in running.rows(OutboxRow)))


async def test_on_every_channel_questions_are_answered_in_order_and_the_first_says_who_answers(
    on_each: Running,
) -> None:
    on_each.wait_for_answers()
    for text in ("first", "second", "third"):
        await on_each.send(text)
    await on_each.settle()
    together = "\n".join(on_each.texts())
    places = [together.index(f"You wrote: {text}.") for text in ("first", "second", "third")]
    assert places == sorted(places)
    assert together.count("not a person") == 1
    assert "not a person" in on_each.texts()[0]


async def test_on_every_channel_danger_is_answered_first_whole_and_in_time(on_each: Running) -> None:
    danger, words = WORDS
    on_each.engine.lets.clear()
    await on_each.send("what does NED mean")
    await on_each.send(words, danger)

    def aids() -> int:
        return sum(CRISIS in text and UNAVAILABLE not in text for text in on_each.texts())

    await until(lambda: aids() == 1)
    on_each.engine.turn = lambda asked: (
        said(danger_replies()[danger], danger=danger) if asked["text"] == words else said("An answer.")
    )
    on_each.engine.lets.set()
    await on_each.settle()
    assert aids() == 1
    assert sum("An answer." in text for text in on_each.texts()) == 1


async def test_on_every_channel_that_it_takes_longer_is_said_once_and_the_answer_comes_all_the_same(
    on_each: Running,
) -> None:
    on_each.engine.lets.clear()
    await on_each.send("first")
    await until(lambda: any(UNAVAILABLE in text for text in on_each.texts()))
    await on_each.send("second")
    await asyncio.sleep(0.3)
    on_each.engine.lets.set()
    await on_each.settle()
    assert sum(UNAVAILABLE in text for text in on_each.texts()) == 1
    assert [any(f"You wrote: {text}." in each for each in on_each.texts()) for text in ("first", "second")] == [
        True
    ] * 2
    on_each.engine.lets.clear()
    await on_each.send("third")
    await until(lambda: sum(UNAVAILABLE in text for text in on_each.texts()) == 2)  # there was an answer since
    on_each.engine.lets.set()
    await on_each.settle()


async def test_on_every_channel_a_message_without_an_answer_in_all_that_time_is_left_to_staff(
    on_each: Running, monkeypatch
) -> None:
    monkeypatch.setattr("helpline.channels.answering.ANSWER_WITHIN", timedelta(0))
    on_each.engine.away = True
    await on_each.send("what does NED mean")
    await until(lambda: on_each.reasons() == ["undelivered"])
    await on_each.settle()
    assert not any("You wrote" in text for text in on_each.texts())


async def test_on_every_channel_what_the_provider_put_off_comes_once_and_in_order(on_each: Running) -> None:
    server = on_each.servers[on_each.channel]
    server.fail_next(Fault(503), Fault(429))
    for text in ("first", "second"):
        await on_each.send(text)
    await on_each.settle()
    assert server.doubled() == []
    together = "\n".join(on_each.texts())
    assert together.index("You wrote: first.") < together.index("You wrote: second.")


async def test_the_id_of_the_webhook_is_that_of_the_turn_also_of_what_waited(running: Running) -> None:
    ids = [secrets.token_hex(16) for _ in range(2)]
    running.engine.lets.clear()
    for id_ in ids:  # the second waits in the inbox until the first is answered
        request_id.set(id_)
        await running.send("what does NED mean")
    running.engine.lets.set()
    await running.settle()
    assert running.engine.request_ids == ids
