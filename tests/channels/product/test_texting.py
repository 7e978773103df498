"""A conversation by text message, end to end: signed webhooks in, answers out, whatever breaks in between."""

import re
import sqlite3
from contextlib import contextmanager

from sqlalchemy import select

from helpline.store.messaging_tables import InboxRow, MessagingContactRow, OutboxRow
from tests.channels.product.conftest import Phone, ProductWithTexts, killed, until
from tests.channels.servers.provider_server import FAILURE_AFTER_ACCEPTING, Fault

CRISIS = "call or text 988"
UNAVAILABLE = "I can't answer right now"


def test_a_question_is_answered_and_the_first_answer_says_who_answers(phone: Phone, texting: ProductWithTexts):
    answer = phone.send("what does NED mean")
    assert answer.status_code == 200
    assert answer.text == '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
    phone.awaits("no evidence of disease")
    assert "not a person" in phone.texts[0]
    texting.settle()
    before = len(phone.texts)
    phone.send("so am I cured")
    texting.settle()
    assert any("not considered curable" in text for text in phone.texts[before:])
    assert not any("not a person" in text for text in phone.texts[before:])


def test_what_the_provider_sends_again_is_answered_once_also_after_a_restart(phone: Phone, texting: ProductWithTexts):
    sid = "SM" + "ab" * 16
    assert phone.send("what does NED mean", sid).status_code == 200
    phone.awaits("no evidence of disease")
    count = len(phone.texts)
    assert phone.send("what does NED mean", sid).status_code == 200
    with killed(texting, texting.supervisor.delivery):
        pass
    assert phone.send("what does NED mean", sid).status_code == 200
    phone.send("what is leptomeningeal disease?")
    phone.awaits("eptomeningeal")
    assert sum("no evidence of disease" in text for text in phone.texts[:count]) == sum(
        "no evidence of disease" in text for text in phone.texts
    )


def test_forged_webhooks_take_no_turn(phone: Phone, texting: ProductWithTexts):
    webhook = texting.twilio.inbound("https://evil.example.org/webhooks/sms", phone.number, "what does NED mean")
    assert phone.post(webhook).status_code == 403
    before = len(texting.rows(InboxRow))
    headers = {**webhook.headers, "X-Twilio-Signature": "x"}
    assert phone.post(type(webhook)(webhook.url, headers, webhook.body)).status_code == 403
    assert len(texting.rows(InboxRow)) == before
    assert phone.texts == []


def test_what_was_stored_when_the_process_was_killed_is_answered_once_by_the_next(
    phone: Phone, texting: ProductWithTexts
):
    with killed(texting, texting.supervisor.engine):
        assert phone.send("what does NED mean").status_code == 200
        until(lambda: any(row["state"] == "waiting" for row in texting.rows(InboxRow)))
        with killed(texting, texting.supervisor.delivery):
            pass
    phone.awaits("no evidence of disease")
    assert texting.twilio.doubled() == []


def test_what_may_have_been_sent_when_the_process_was_killed_is_not_sent_twice(phone: Phone, texting: ProductWithTexts):
    texting.twilio.fail_next(Fault(delivers=True, hangs=True))
    phone.send("what does NED mean")
    phone.awaits("not a person")  # it arrived, and nobody told us so
    with killed(texting, texting.supervisor.delivery):
        pass
    phone.awaits("no evidence of disease")
    texting.settle()
    assert [each for each in texting.twilio.doubled() if each.address == phone.number] == []


def test_after_a_failure_that_may_have_been_none_the_provider_is_asked(phone: Phone, texting: ProductWithTexts):
    texting.twilio.fail_next(FAILURE_AFTER_ACCEPTING, Fault(503))
    phone.send("what does NED mean")
    phone.awaits("no evidence of disease")
    texting.settle()
    assert [each for each in texting.twilio.doubled() if each.address == phone.number] == []


def test_while_the_assistant_is_away_its_number_is_told_and_danger_answered(phone: Phone, texting: ProductWithTexts):
    other = texting.phone()
    with killed(texting, texting.supervisor.engine):
        phone.send("what does NED mean")
        other.send("I want to kill myself")
        other.awaits(CRISIS)
        phone.awaits(UNAVAILABLE)
        assert "not a person" not in other.texts[0]
    phone.awaits("no evidence of disease")
    until(lambda: flags_of(texting, other) == ["crisis/self"])
    # The assistant's own answer says the same, and is not said twice.
    texting.settle()
    assert sum(CRISIS in text and "not a person" not in text for text in other.texts) == 1


def flags_of(texting: ProductWithTexts, phone: Phone) -> list[str]:
    from helpline.store.tables import FlagRow

    with texting.database.transaction() as session:
        contact = session.execute(
            select(MessagingContactRow).where(MessagingContactRow.contact_digest == _contact_digest(texting, phone))
        ).scalar_one()
        query = select(FlagRow.reason).where(FlagRow.sender_digest == contact.sender_digest)
        return list(session.execute(query).scalars())


def _contact_digest(texting: ProductWithTexts, phone: Phone) -> str:
    return texting.database.digest("contact", phone.number)


def test_a_crisis_comes_first_and_whole(phone: Phone):
    phone.send("I want to kill myself")
    phone.awaits(CRISIS)
    assert CRISIS in phone.texts[0]


def test_after_stop_nothing_comes_but_to_danger_until_start(phone: Phone, texting: ProductWithTexts):
    phone.send("what does NED mean")
    phone.awaits("no evidence of disease")
    phone.send("STOP")
    until(lambda: any(row["opted_out_at"] for row in texting.rows(MessagingContactRow)))
    count = len(phone.texts)
    phone.send("what is leptomeningeal disease?")
    texting.settle()
    assert len(phone.texts) == count
    # Twilio lets nothing through after STOP: staff must see it.
    phone.send("I want to kill myself")
    until(lambda: "undelivered/danger" in queue_reasons(texting))
    texting.twilio.opted_out.discard(phone.number)
    phone.send("START")
    phone.send("what does NED mean")
    phone.awaits("no evidence of disease", 2)


def queue_reasons(texting: ProductWithTexts) -> list[str | None]:
    from helpline.store.queue_tables import QueueItemRow

    with texting.database.transaction() as session:
        return list(session.execute(select(QueueItemRow.reason)).scalars())


def test_receipts_are_noted_and_what_did_not_arrive_is_in_the_queue(phone: Phone, texting: ProductWithTexts):
    phone.send("what does NED mean")
    phone.awaits("no evidence of disease")
    texting.settle()
    assert phone.receipt("delivered").status_code == 200
    until(lambda: any(row["state"] == "delivered" for row in texting.rows(OutboxRow)))
    phone.send("what is leptomeningeal disease?")
    phone.awaits("Leptomeningeal")
    texting.settle()
    phone.receipt("undelivered", 30007)
    until(lambda: any(row["error"] == "30007" for row in texting.rows(OutboxRow)))
    assert "undelivered" in queue_reasons(texting)


def test_deleting_deletes_the_address_once_that_was_said(phone: Phone, texting: ProductWithTexts):
    digest = _contact_digest(texting, phone)
    phone.send("what does NED mean")
    phone.awaits("no evidence of disease")
    assert digest in [row["contact_digest"] for row in texting.rows(MessagingContactRow)]
    phone.send("delete my data")
    phone.awaits("Shall I delete")
    phone.send("yes")
    phone.awaits("Your data is deleted")
    until(lambda: digest not in [row["contact_digest"] for row in texting.rows(MessagingContactRow)])


def test_no_log_holds_what_was_written_or_who_wrote(phone: Phone, texting: ProductWithTexts):
    phone.send("my zebra word, what does NED mean")
    phone.awaits("no evidence of disease")
    for part in texting.supervisor.parts:
        log = part.log.read_text(errors="replace")
        assert "zebra" not in log
        assert not re.search(r"\+?1?215555\d{4}", log)


@contextmanager
def store_away(texting: ProductWithTexts):
    """Hold the database so that nobody can write."""
    path = texting.settings.database_url.removeprefix("sqlite:///")
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        holder.execute("ROLLBACK")
        holder.close()


def test_while_the_store_is_away_nothing_is_acknowledged_and_danger_is_answered(
    phone: Phone, texting: ProductWithTexts
):
    other = texting.phone()
    phone.send("hello")
    texting.settle()
    with store_away(texting):
        sid = "SM" + "cd" * 16
        assert phone.try_once("what does NED mean", sid).status_code == 503
        assert other.try_once("I want to kill myself").status_code == 503
        other.awaits(CRISIS)
        assert phone.try_once("what does NED mean", sid).status_code == 503
    # The store rests for a moment after it failed.
    assert phone.send("what does NED mean", sid).status_code == 200
    phone.awaits("no evidence of disease")
    until(lambda: "crisis/self" in queue_reasons(texting))


def test_without_a_delivery_process_danger_is_answered_by_the_front_door(phone: Phone, texting: ProductWithTexts):
    with killed(texting, texting.supervisor.delivery):
        assert phone.try_once("what does NED mean").status_code == 503
        assert phone.try_once("I want to kill myself").status_code == 503
        phone.awaits(CRISIS)
        assert len(phone.texts) == 1


def test_an_outage_of_the_provider_loses_and_doubles_nothing(texting: ProductWithTexts):
    phones = [texting.phone() for _ in range(5)]
    texting.twilio.begin_outage(Fault(503))
    for phone in phones:
        assert phone.send("what does NED mean").status_code == 200
        assert phone.send("what is leptomeningeal disease?").status_code == 200
    until(lambda: texting.twilio.tries > 10)
    assert all(phone.texts == [] for phone in phones)
    texting.twilio.end_outage()
    texting.settle()
    for phone in phones:
        together = "\n".join(phone.texts)
        assert together.index("no evidence of disease") < together.index("Leptomeningeal")
        assert [each for each in texting.twilio.doubled() if each.address == phone.number] == []
