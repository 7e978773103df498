"""Who asks what is held on them gets all of it: every table, every column, and nobody else's."""

import json
import re
from datetime import datetime, timedelta, timezone
from html import unescape

import pytest
from sqlalchemy import select, text

from helpline.console.access import TITLES
from helpline.store.access import HELD, NOT_ABOUT_VISITORS, SPOOL
from helpline.store.all_tables import all_tables, digest_columns
from helpline.store.audit import list_entries
from helpline.store.conversations import TurnRecord, end_conversation, write_turn
from helpline.store.flag_spool import FlagSpool
from helpline.store.inbox import IncomingMessage, receive
from helpline.store.mail_links import NewLink
from helpline.store.mail_outbox import NewMail, add_mail
from helpline.store.mail_refusals import refuse_mail
from helpline.store.messaging_senders import MessagingSender, sender_id_of
from helpline.store.requests import digest_contact, save_request
from tests.builders import NOON, callback_request
from tests.console.conftest import Console
from tests.filled_store import EMAIL, OF_STAFF, PHONE, SECRETS, VOLUNTEER, fill_everything


@pytest.fixture
def filled(console: Console, tmp_path) -> dict[str, str]:
    object.__setattr__(console.settings, "spool_directory", tmp_path / "spool")
    return fill_everything(console.database)


def taken(console: Console, reference: str, form: str = "json"):
    return console.signed_in("cora", "coordinator").post("/access/file", reference=reference, form=form)


def as_words(page: str) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", " ", page)).split())


def test_every_table_is_said_to_be_held_or_not_to_be_about_a_visitor() -> None:
    assert {each.name for each in all_tables()} == set(HELD) | NOT_ABOUT_VISITORS
    assert set(HELD) & NOT_ABOUT_VISITORS == set()
    assert set(TITLES) == set(HELD) | {SPOOL}


async def test_nothing_that_is_held_is_missing(console: Console, filled) -> None:
    spool = FlagSpool(console.settings.spool_directory, console.database.cipher)
    await spool.add("sender-of-grace", "m9", "violence", NOON)
    await spool.add("sender-of-another", "m9", "violence", NOON)
    held = json.loads(taken(console, filled["call"]).text)["held"]
    read = as_words(taken(console, filled["call"], "html").text)
    # Of each column of each table, what the store holds on this person.
    not_hers = {"requests": {4}, "callback_requests": {4}, "queue_items": {5}, "volunteers": {2}}
    not_hers |= {"mail_outbox": {2}, "mail_links": {3, 4}}
    for of in all_tables():
        if of.name in NOT_ABOUT_VISITORS:
            continue
        columns = [each.name for each in of.columns if each.name not in digest_columns(of)]
        with console.database.transaction() as session:
            rows = session.execute(select(of)).mappings().all()
        if of.name == "audit_log":
            rows = [row for row in rows if row["subject"] in {*filled.values(), "conversation 1", "volunteer 1"}]
            rows.pop()  # that the second file was taken, written down after the first
        if of.name == "mail_refusals":
            assert held[of.name] == []  # that of somebody else
            continue
        mine = [row for row in rows if row["id"] not in not_hers.get(of.name, ())]
        assert mine, of.name
        assert [set(one) for one in held[of.name]] == [set(columns)] * len(held[of.name]), of.name
        assert [one["id"] for one in held[of.name]] == [row["id"] for row in mine], of.name
        for row, one in zip(mine, held[of.name], strict=True):
            for name in columns:
                assert (row[name] is None) == (one[name] is None), (of.name, name)
                if isinstance(row[name], str) and (of.name, name) not in {
                    ("turns", "content"),
                    ("inbox", "content"),
                    ("outbox", "content"),
                    ("messaging_contacts", "more"),
                    ("mail_outbox", "content"),
                    ("audit_log", "detail"),
                    ("volunteer_requests", "set_by_staff"),
                }:
                    assert one[name] == row[name]
                    assert row[name] in read, (of.name, name)
                if isinstance(row[name], datetime):
                    assert one[name] == row[name].isoformat(timespec="seconds")
                    assert one[name] in read
    assert [flag["sender_id"] for flag in held[SPOOL]] == ["sender-of-grace"]
    for secret in set(SECRETS) - {VOLUNTEER, *OF_STAFF}:
        assert secret in json.dumps(held), secret
        assert secret.strip('"') in read, secret
    for other in ("Ruth", VOLUNTEER, "5550199", "sender-of-another"):
        assert other not in json.dumps(held)
        assert other not in read


@pytest.mark.parametrize("typed", ["call", "sign_up", "flagged", "(215) 555-0142", "Grace@Example.org"])
def test_found_by_code_number_and_address(console: Console, filled, typed: str) -> None:
    cora = console.signed_in("cora", "coordinator")
    answer = cora.post("/access", q=filled.get(typed, typed))
    assert answer.status_code == 200
    assert {filled[name] for name in ("call", "double", "sign_up", "flagged")} == set(
        re.findall(r'href="/queue/([A-Z0-9-]+)"', answer.text)
    )
    assert PHONE not in answer.text
    assert EMAIL not in answer.text
    reference = re.search(r'name="reference" value="([^"]+)"', answer.text).group(1)
    assert len(json.loads(taken(console, reference).text)["held"]["requests"]) == 3


def test_somebody_who_is_a_volunteer_and_asked_for_nothing_is_found_too(console: Console, filled) -> None:
    cora = console.signed_in("cora", "coordinator")
    for typed in ("(215) 555-0177", "Joan@example.org"):
        answer = cora.post("/access", q=typed)
        assert 'href="/volunteers/2"' in answer.text
        assert "joan@" not in answer.text
    digest = re.search('name="digest" value="([0-9a-f]{64})"', answer.text).group(1)
    held = json.loads(cora.post("/access/file", digest=digest, form="json").text)["held"]
    assert [one["name"] for one in held["volunteers"]] == ["Joan"]
    assert held["requests"] == held["volunteer_matches"] == []
    assert [one["action"] for one in held["audit_log"]] == ["volunteer added", "access request answered"]


def test_who_is_known_from_mails_alone_is_found_too(console: Console) -> None:
    """Such as a volunteer who was deleted: what was written to them is kept for some time."""
    address, refused = "gone@example.org", "quiet@example.org"
    with console.database.transaction() as session:
        links = (NewLink("ask", NOON + timedelta(days=3), 1),)
        add_mail(session, console.database, NewMail("ask_volunteer", "volunteer", address, NOON, links=links), NOON)
        refuse_mail(session, digest_contact(console.database, refused), NOON)
    cora = console.signed_in("cora", "coordinator")
    for typed, tables in ((address, ["mail_outbox", "mail_links"]), (refused, ["mail_refusals"])):
        found = cora.post("/access", q=typed)
        assert found.status_code == 200
        digest = re.search('name="digest" value="([0-9a-f]{64})"', found.text).group(1)
        held = json.loads(cora.post("/access/file", digest=digest, form="json").text)["held"]
        assert [name for name, rows in held.items() if rows] == tables


def test_requests_of_another_conversation_by_the_same_number_are_held_too(console: Console, filled) -> None:
    later = save_request(console.database, callback_request(best_time="new"), "her-telephone", NOON)
    held = json.loads(taken(console, later).text)
    assert set(held["codes"]) == {filled["call"], filled["double"], filled["sign_up"], filled["flagged"], later}


def test_who_took_it_is_in_the_audit_log_and_in_the_file(console: Console, filled) -> None:
    answer = taken(console, filled["call"])
    assert answer.headers["content-disposition"] == f'attachment; filename="held-on-{filled["call"]}.json"'
    entry = list_entries(console.database, filled["call"])[0]
    assert (entry.staff_name, entry.action, entry.detail) == ("Cora", "access request answered", {"form": "json"})
    assert json.loads(answer.text)["held"]["audit_log"][-1]["action"] == "access request answered"
    assert PHONE not in str(list_entries(console.database))


def test_what_is_not_held_is_said(console: Console, filled) -> None:
    cora = console.signed_in("cora", "coordinator")
    for typed, status in (("ZZZZ-99", 404), ("+1 212 555 0100", 404), ("", 422), ("stranger@example.org", 404)):
        assert cora.post("/access", q=typed).status_code == status
    assert taken(console, "ACDE-FG").status_code == 404
    assert taken(console, filled["call"], "exe").status_code == 404
    assert list_entries(console.database)[0].action != "access request answered"


def test_a_file_runs_nothing_and_writes_words_as_words(console: Console) -> None:
    code = save_request(console.database, callback_request(first_name="<script>x</script>"), "s", NOON)
    answer = taken(console, code, "html")
    assert "<script" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_after_a_deletion_what_is_left_is_told(console: Console, filled) -> None:
    end_conversation(console.database, "sender-of-grace", datetime.now(timezone.utc) + timedelta(hours=1))
    held = json.loads(taken(console, filled["call"]).text)["held"]
    assert held["turns"] == []
    assert held["conversations"][0]["ended_at"] is not None
    with console.database.transaction() as session:
        assert session.execute(text("SELECT count(*) FROM turns")).scalar() == 0


def test_who_only_ever_wrote_by_text_message_gets_an_answer_too(console: Console) -> None:
    phone = MessagingSender("sms", "+12155550100", "+12155550177", "+12155550177")
    receive(console.database, [IncomingMessage(phone, "SM1", {"text": "about Zebulon"})], NOON)
    turn = TurnRecord("m1", NOON, "what is NED", [], {}, "faq/ned", 0.9)
    write_turn(console.database, sender_id_of(console.database, phone), "sms", 0, {}, [turn])
    cora = console.signed_in("cora", "coordinator")
    assert 'value="conversation 1"' in cora.get("/conversations/1").text
    assert 'value="conversation 1"' not in console.signed_in().get("/conversations/1").text
    for typed in ("215 555 0177", "conversation 1"):
        answer = cora.post("/access", q=typed)
        assert "No request and no flagged conversation" in answer.text
        assert "5550177" not in answer.text
        name, value = re.search(r'type="hidden" name="(conversation|digest)" value="([^"]+)"', answer.text).groups()
        answer = cora.post("/access/file", form="json", **{name: value})
        assert answer.headers["content-disposition"] == 'attachment; filename="held-on-a-person.json"'
        held = json.loads(answer.text)["held"]
        assert [row["address"] for row in held["messaging_contacts"]] == ["+12155550177"]
        assert held["inbox"][0]["content"]["text"] == "about Zebulon"
        assert len(held["turns"]) == 1
        assert held["audit_log"][-1]["action"] == "access request answered"
    assert "5550177" not in str(list_entries(console.database))
    assert cora.post("/access", q="conversation 99").status_code == 404
