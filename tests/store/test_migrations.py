"""Every migration, up and down, with data in the tables: nothing that was there before is lost."""

from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import delete, text, update

from helpline.errors import StartError
from helpline.store import database as module
from helpline.store.database import Database, newest_revision
from helpline.store.key_rotation import rotate_keys
from helpline.store.mail_tables import MailRefusalRow
from helpline.store.messaging_tables import MessagingContactRow
from helpline.store.requests import read_request, save_request
from tests.builders import NOON, callback_request, volunteer_request
from tests.filled_store import SENDER, counts, fill_everything
from tests.store.conftest import KINDS, empty_database

REVISIONS = sorted(path.name[:4] for path in (Path(module.__file__).parent / "migrations" / "versions").glob("0*.py"))


# Of the newest version: what they hold is not there in the version before.
NEW_TABLES = ()


@pytest.fixture(params=KINDS)
def empty(request, tmp_path):
    with empty_database(request.param, tmp_path) as store:
        yield store


def move(database: Database, revision: str, up: bool) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(module.__file__).parent / "migrations"))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        (command.upgrade if up else command.downgrade)(config, revision)


def number_of(database: Database, table: str) -> int:
    with database.transaction() as session:
        return session.execute(text(f"SELECT count(*) FROM {table}")).scalar()


def fill_first_tables(database: Database) -> None:
    """Put a call back, a sign-up, a flag and feedback into the tables as the first version made them."""
    encrypt, digest = database.cipher.encrypt, database.cipher.digest("sender", SENDER)
    with database.transaction() as session:
        for number, (kind, phone, email) in enumerate(
            (("callback", "+12155550142", None), ("volunteer", None, "grace@example.org")), start=1
        ):
            session.execute(
                text(
                    "INSERT INTO requests (id, kind, reference, status, sender_digest, first_name, phone_number, "
                    "email, created_at, updated_at) "
                    "VALUES (:id, :kind, :code, 'new', :digest, :name, :phone, :email, :at, :at)"
                ),
                {
                    "id": number,
                    "kind": kind,
                    "code": f"ACDE-F{number}",
                    "digest": digest,
                    "name": encrypt("Grace"),
                    "phone": phone and encrypt(phone),
                    "email": email and encrypt(email),
                    "at": NOON,
                },
            )
        session.execute(
            text("INSERT INTO callback_requests (id, best_time, callback_topic) VALUES (1, :time, :topic)"),
            {"time": encrypt("after lunch"), "topic": encrypt("telling my kids")},
        )
        session.execute(
            text(
                "INSERT INTO volunteer_requests (id, for_whom, contact_method, diagnosis_type, cancer_subtype, "
                "spread_sites, age_range, main_concern, preferred_times) VALUES (2, 'self', 'email', 'de_novo', :one, "
                ":two, '40-49', :concern, :times)"
            ),
            {
                "one": encrypt('["her2_positive"]'),
                "two": encrypt('["bones", "liver"]'),
                "concern": encrypt("scans"),
                "times": encrypt("evenings"),
            },
        )
        flag = "INSERT INTO flagged_conversations (id, sender_digest, sender_id, reason, created_at) "
        session.execute(
            text(flag + "VALUES (1, :digest, :sender, 'violence', :at)"),
            {"digest": digest, "sender": encrypt(SENDER), "at": NOON},
        )


def reads_the_requests(database: Database) -> bool:
    call, sign_up = read_request(database, "ACDE-F1", SENDER), read_request(database, "ACDE-F2", SENDER)
    return (call, sign_up) == (callback_request(), volunteer_request())


def test_from_the_first_version_to_the_newest_and_back_nothing_is_lost(empty):
    if empty.engine.dialect.name == "sqlite":
        empty.upgrade()  # makes the file
        move(empty, "base", up=False)
    move(empty, "0001", up=True)
    fill_first_tables(empty)
    for revision in REVISIONS[1:]:
        move(empty, revision, up=True)
        assert number_of(empty, "callback_requests") == number_of(empty, "volunteer_requests") == 1, revision
    assert reads_the_requests(empty)
    assert number_of(empty, "queue_items") == 3
    for revision in reversed(REVISIONS[:-1]):
        move(empty, revision, up=False)
        assert number_of(empty, "callback_requests") == number_of(empty, "volunteer_requests") == 1, revision
        assert number_of(empty, "flagged_conversations") == 1
    move(empty, "head", up=True)
    assert reads_the_requests(empty)


def test_the_newest_migration_loses_nothing_of_a_full_store(database):
    codes = fill_everything(database)
    before = counts(database)
    move(database, REVISIONS[-2], up=False)
    move(database, "head", up=True)
    after = counts(database)
    assert {name: number for name, number in after.items() if number != before[name]} == dict.fromkeys(NEW_TABLES, 0)
    assert read_request(database, codes["call"], SENDER) == callback_request()
    save_request(database, callback_request(best_time="later"), SENDER, NOON + timedelta(days=1))
    database.require_ready()
    assert newest_revision() == REVISIONS[-1]


def test_after_a_rotation_there_is_no_way_back_to_a_version_that_would_find_nothing(database):
    fill_everything(database)
    rotate_keys(database)
    before = counts(database)
    with pytest.raises(StartError, match="backup"):
        move(database, "0005", up=False)
    assert counts(database) == before


def test_that_somebody_wants_no_mail_is_not_forgotten_by_going_back(database):
    fill_everything(database)
    before = counts(database)
    with pytest.raises(StartError, match="no mail"):
        move(database, "0009", up=False)
    assert counts(database) == before


def test_that_somebody_wants_no_messages_is_not_forgotten_by_going_back(database):
    fill_everything(database)
    with database.transaction() as session:
        session.execute(update(MessagingContactRow.__table__).values(opted_out_at=NOON))
        session.execute(delete(MailRefusalRow.__table__))
    before = counts(database)
    with pytest.raises(StartError, match="no messages"):
        move(database, "0008", up=False)
    assert counts(database) == before
