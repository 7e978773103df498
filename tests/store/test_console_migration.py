"""The migration of the console, up and down with data in the tables, and the audit log that nobody changes."""

from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from cryptography.fernet import Fernet
from sqlalchemy import text

from helpline.errors import StoreError
from helpline.store import database as module
from helpline.store.audit import Actor, list_entries, record
from helpline.store.encryption import Cipher
from helpline.store.erasure import erase_sender
from helpline.store.flags import flag_conversation
from helpline.store.queue import DueTimes, Wanted, list_queue
from helpline.store.queue_changes import add_note, assign
from helpline.store.requests import change_request, digest_contact, save_request, withdraw_request
from helpline.store.staff import add_account, find_account
from tests.builders import NOON, callback_request, volunteer_request

TIMES = DueTimes(*(timedelta(hours=hours) for hours in (24, 72, 1, 8)))
ANNA = Actor(None, "Anna")


def move(database, revision: str, up: bool) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(module.__file__).parent / "migrations"))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        (command.upgrade if up else command.downgrade)(config, revision)


def rows(database, statement: str) -> list:
    with database.transaction() as session:
        return session.execute(text(statement)).all()


def fill(database) -> tuple[str, str]:
    call = save_request(database, callback_request(), "sender", NOON)
    sign_up = save_request(database, volunteer_request(), "another", NOON)
    withdraw_request(database, sign_up, NOON + timedelta(hours=1))
    flag_conversation(database, "sender", "m1", "emergency/urgent", NOON)
    flag_conversation(database, "sender", "m2", "crisis/self", NOON + timedelta(minutes=5))
    return call, sign_up


def listed(database, **wanted):
    return list_queue(database, Wanted(status="all", **wanted), TIMES, NOON, 0).items


def test_down_and_up_again_with_data(database):
    call, sign_up = fill(database)
    add_account(database, ANNA, "anna", "Anna", "staff", "hash")
    add_note(database, ANNA, call, "a note")
    before = [(item.kind, item.reference, item.status, item.reason) for item in listed(database)]
    move(database, "0003", up=False)
    assert len(rows(database, "SELECT * FROM requests")) == 2
    assert len(rows(database, "SELECT * FROM callback_requests")) == 1
    assert len(rows(database, "SELECT * FROM volunteer_requests")) == 1
    assert len(rows(database, "SELECT * FROM flagged_conversations")) == 2
    move(database, "head", up=True)
    after = [(item.kind, item.reference, item.status, item.reason) for item in listed(database)]
    assert {one for one in after if one[0] != "conversation"} == {one for one in before if one[0] != "conversation"}
    assert [(kind, status, reason) for kind, _, status, reason in after if kind == "conversation"] == [
        ("conversation", "new", "crisis/self")
    ]
    for reference, address in ((call, "+12155550142"), (sign_up, "Grace@example.org")):
        found = listed(database, contact_digest=digest_contact(database, address))
        assert [item.reference for item in found] == [reference]


def test_a_row_whose_key_is_gone_is_not_found_by_its_contact_and_stops_nothing(database):
    fill(database)
    move(database, "0003", up=False)
    database.engine.dialect.helpline_cipher = Cipher([Fernet.generate_key().decode()])
    move(database, "head", up=True)
    assert rows(database, "SELECT DISTINCT contact_digest FROM requests") == [(None,)]
    assert len(rows(database, "SELECT * FROM queue_items")) == 3


@pytest.mark.parametrize("statement", ["UPDATE audit_log SET staff_name = 'x'", "DELETE FROM audit_log"])
def test_nobody_changes_or_deletes_what_is_in_the_audit_log(database, statement):
    with database.transaction() as session:
        record(session, ANNA, NOON, "contact revealed", "ACDE-FG")
    with pytest.raises(StoreError), database.transaction() as session:
        session.execute(text(statement))
    assert [entry.action for entry in list_entries(database)] == ["contact revealed"]


def test_nobody_empties_the_audit_log_of_postgresql(database):
    if database.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    with pytest.raises(StoreError), database.transaction() as session:
        session.execute(text("TRUNCATE audit_log"))


def test_a_changed_contact_is_found_and_the_old_one_is_not(database):
    call, _ = fill(database)
    change_request(database, call, callback_request(phone_number="+12155550199"), "sender", NOON)
    assert listed(database, contact_digest=digest_contact(database, "+12155550142")) == []
    assert listed(database, contact_digest=digest_contact(database, "+12155550199"))[0].version == 2


def test_a_deletion_takes_what_staff_wrote_and_leaves_the_audit_log(database):
    call, _ = fill(database)
    add_account(database, ANNA, "anna", "Anna", "staff", "hash")
    anna = find_account(database, "anna")
    add_note(database, anna.actor, call, "a note")
    assign(database, anna.actor, call, 2, anna.id)
    erase_sender(database, "sender")
    assert rows(database, "SELECT * FROM staff_notes") == []
    assert [item.kind for item in listed(database)] == ["volunteer"]
    assert [entry.action for entry in list_entries(database, call)] == ["taken", "note"]
