import stat
from datetime import datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from cryptography.fernet import Fernet
from sqlalchemy import text

from helpline.errors import StartError, StoreError
from helpline.settings import Settings
from helpline.store.database import Database, open_database
from helpline.store.encryption import Cipher
from helpline.store.feedback import save_feedback
from helpline.store.key_rotation import rotate_keys
from helpline.store.requests import save_request
from helpline.store.tables import Base, CallbackRow
from tests.builders import NOON, callback_request
from tests.store.conftest import STORE_KEY, empty_database


def test_the_migrations_make_the_tables_that_the_code_expects(database):
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_upgrading_again_changes_nothing(database):
    save_feedback(database, "sender", True, "ned", NOON)
    database.upgrade()
    with database.transaction() as session:
        assert session.execute(text("SELECT count(*) FROM feedback")).scalar() == 1


def test_a_request_that_does_not_exist_cannot_have_details(database):
    with pytest.raises(StoreError, match="IntegrityError"), database.transaction() as session:
        session.execute(text("INSERT INTO callback_requests (id) VALUES (99)"))


def test_a_status_outside_the_list_is_refused(database):
    save_request(database, callback_request(), "sender", NOON)
    with pytest.raises(StoreError, match="IntegrityError"), database.transaction() as session:
        session.execute(text("UPDATE requests SET status = 'lost'"))


def test_a_time_without_zone_is_refused(database):
    with pytest.raises(StoreError):
        save_feedback(database, "sender", True, None, datetime(2026, 3, 4))


def test_details_written_with_a_lost_key_are_a_problem_and_no_crash(database):
    save_request(database, callback_request(), "sender", NOON)
    database.engine.dialect.helpline_cipher = Cipher([Fernet.generate_key().decode()])
    with pytest.raises(StoreError, match="EncryptionKeyError"), database.transaction() as session:
        session.query(CallbackRow).one()


def test_a_part_with_another_key_does_not_begin(database):
    other, newer = (Fernet.generate_key().decode() for _ in range(2))
    url = database.engine.url.render_as_string(hide_password=False)
    for keys in ([other], [STORE_KEY, other]):  # the oldest is the one that things are found by
        with pytest.raises(StartError, match="another key"):
            Database(url, Cipher(keys)).require_ready()
    Database(url, Cipher([newer, STORE_KEY])).require_ready()
    rotate_keys(Database(url, Cipher([newer, STORE_KEY])))
    Database(url, Cipher([newer])).require_ready()
    with pytest.raises(StartError, match="another key"):
        Database(url, Cipher([STORE_KEY])).require_ready()
    lost = Database(url, Cipher([other]))
    lost.upgrade()
    lost.require_ready()


def test_an_sqlite_file_is_its_owners_and_writes_ahead(tmp_path):
    path = tmp_path / "var" / "helpline.db"
    store = open_database(Settings(database_url=f"sqlite:///{path}"), tmp_path / "helpline.key")
    store.upgrade()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with store.engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
        # 2 is FULL: what was committed outlives a power cut.
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2


def test_a_database_that_does_not_answer_is_a_problem():
    store = Database("postgresql://nobody@127.0.0.1:1/none", Cipher([Fernet.generate_key().decode()]))
    with pytest.raises(StoreError):
        store.upgrade()


@pytest.mark.parametrize(
    ("url", "hosts", "ports", "wanted"),
    [
        ("postgresql://me:secret@one:5433,two:5434/store", "one,two", "5433,5434", "read-write"),
        ("postgresql+psycopg2://one,[::1]:5434/store", "one,::1", "5432,5434", "read-write"),
        ("postgresql://me@one,two/store?target_session_attrs=primary", "one,two", "5432,5432", "primary"),
    ],
)
def test_a_primary_and_its_standby_are_named_as_postgresql_names_them(url, hosts, ports, wanted):
    store = Database(url, Cipher([STORE_KEY]))
    _, given = store.engine.dialect.create_connect_args(store.engine.url)
    assert (given["host"], given["port"], given["target_session_attrs"]) == (hosts, ports, wanted)
    assert given["database"] == "store"
    assert given.get("password") == ("secret" if "secret" in url else None)


def test_the_server_that_can_be_written_is_found_where_the_first_is_gone(tmp_path):
    with empty_database("postgresql", tmp_path) as single:
        url = single.engine.url
        place = f"{url.username}@127.0.0.1:1,{url.host}:{url.port or 5432}/{url.database}"
        several = Database(f"postgresql://{place}", Cipher([STORE_KEY]))
        several.upgrade()
        several.require_ready()
        several.close()


@pytest.mark.parametrize("given", ["host=one,two&port=5433", "host=one:5433&host=two:5434", "host=/var/run"])
def test_other_ways_to_name_servers_stay_as_they_are(given):
    store = Database(f"postgresql://me@/store?{given}", Cipher([STORE_KEY]))
    _, parameters = store.engine.dialect.create_connect_args(store.engine.url)
    assert parameters["host"] in {"one,two", "/var/run"}


@pytest.mark.parametrize("url", ["postgresql://me@one:none/store", "no address"])
def test_an_address_that_cannot_be_read_is_a_problem_and_no_crash(url):
    with pytest.raises(StoreError):
        Database(url, Cipher([STORE_KEY]))
