"""After a rotation the old key opens nothing, every value reads the same, and everything is found."""

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import insert, select, text

from helpline.cli.rotate_keys import rotate
from helpline.errors import EncryptionKeyError, StoreError
from helpline.settings import ROOT, Settings
from helpline.store.all_tables import all_tables, digest_columns, encrypted_columns, raw_table
from helpline.store.database import Database
from helpline.store.encryption import Cipher
from helpline.store.erasure import erase_sender
from helpline.store.flag_spool import FlagSpool
from helpline.store.key_rotation import rotate_keys
from helpline.store.queue import Wanted, list_queue
from helpline.store.staff import count_failures, find_account, take_recovery_code
from helpline.store.tables import TurnRow
from tests.builders import NOON
from tests.filled_store import TIMES, everything, fill_everything, finds_everything
from tests.store.conftest import STORE_KEY

NEW, NEWER = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture
def reopen(database):
    """Open the same store with other keys, as after a restart."""
    opened = []

    def open_with(*keys: str) -> Database:
        opened.append(Database(database.engine.url.render_as_string(hide_password=False), Cipher(list(keys))))
        return opened[-1]

    yield open_with
    for other in opened:
        other.close()


def raw_values(database: Database, names) -> list[tuple[str, str, object]]:
    """Return table, column and value of what the database itself holds in some columns."""
    found = []
    with database.transaction() as session:
        for of in all_tables():
            raw = raw_table(of)
            for name in names(of):
                values = session.execute(select(raw.c[name]).where(raw.c[name].is_not(None))).scalars()
                found += [(of.name, name, value) for value in values]
    return found


def opens(key: str, token: object) -> bool:
    try:
        Fernet(key).decrypt(token.encode() if isinstance(token, str) else bytes(token))
    except InvalidToken:
        return False
    return True


def test_the_old_key_opens_nothing_and_everything_reads_the_same(database, reopen):
    codes = fill_everything(database)
    before = everything(database)
    old_digests = {value for _, _, value in raw_values(database, digest_columns)}
    assert rotate_keys(reopen(NEW, STORE_KEY)).unreadable == 0
    after = reopen(NEW)
    assert everything(after) == before
    assert finds_everything(after, codes)
    tokens = raw_values(after, encrypted_columns)
    assert {(table, name) for table, name, _ in tokens} >= {("requests", "phone_number"), ("conversations", "state")}
    assert [(table, name) for table, name, token in tokens if opens(STORE_KEY, token) or not opens(NEW, token)] == []
    assert [one for one in raw_values(after, digest_columns) if one[2] in old_digests] == []
    with pytest.raises(StoreError):
        everything(reopen(STORE_KEY))
    by_old_key = Cipher([STORE_KEY]).digest("contact", "+12155550142")
    assert list_queue(after, Wanted(contact_digest=by_old_key), TIMES, NOON, 0).total == 0


def test_what_is_known_by_a_digest_alone_goes_on(database, reopen):
    fill_everything(database)
    rotate_keys(reopen(NEW, STORE_KEY))
    after = reopen(NEW)
    anna = find_account(after, "anna")
    assert take_recovery_code(after, anna, "aaaa-bbbb-cc")
    assert not take_recovery_code(after, anna, "aaaa-bbbb-cc")
    assert count_failures(after, "anna", "192.0.2.1", NOON.resolution * 10**15) == (1, 1)
    assert erase_sender(after, "sender-of-grace").requests == 3
    assert erase_sender(after, "sender-of-grace").complete


def test_again_and_again(database, reopen):
    codes = fill_everything(database)
    before = everything(database)
    rotate_keys(reopen(NEW, STORE_KEY))
    rotate_keys(reopen(NEWER, NEW))
    rotate_keys(reopen(NEWER, NEW))  # as after a crash between the last two steps
    after = reopen(NEWER)
    assert everything(after) == before
    assert finds_everything(after, codes)
    assert len(after.cipher.digest_keys) == 3
    after.upgrade()
    with after.transaction() as session:
        assert session.execute(text("SELECT count(*) FROM encryption_keys")).scalar() == 1


def test_what_no_key_opens_stays_and_is_counted(database, reopen):
    fill_everything(database)
    lost = Cipher([Fernet.generate_key().decode()]).encrypt("lost")
    with database.transaction() as session:
        session.execute(text("UPDATE requests SET first_name = :lost WHERE id = 1"), {"lost": lost})
    assert rotate_keys(reopen(NEW, STORE_KEY)).unreadable == 1


def test_no_token_of_the_old_key_is_left_in_the_files_of_sqlite(database, reopen):
    if database.engine.dialect.name != "sqlite":
        pytest.skip("files of SQLite")
    fill_everything(database)
    database.close()
    rotate_keys(reopen(NEW, STORE_KEY))
    content = b"".join(file.read_bytes() for file in Path(database.engine.url.database).parent.glob("store.db*"))
    # What follows a token in a file may look like a part of it.
    found = re.findall(rb"gAAAA(?:(?!gAAAA)[\w-])+={0,2}", content)
    whole = [token[:length] for token in found for length in range(100, len(token) + 1, 4)]
    assert len([token for token in whole if opens(NEW, token)]) > 20
    assert [token for token in whole if opens(STORE_KEY, token)] == []


async def test_with_a_key_file_it_is_one_step(database, tmp_path):
    codes = fill_everything(database)
    settings, key_file = _place(database, tmp_path)
    spool = FlagSpool(settings.spool_directory, database.cipher)
    await spool.add("sender-of-grace", "m9", "violence", NOON)
    rotate(settings, key_file)
    (new,) = key_file.read_text().split()
    assert new != STORE_KEY
    assert key_file.stat().st_mode & 0o077 == 0
    after = Database(settings.database_url, Cipher([new]))
    assert finds_everything(after, codes)
    assert spool.read_lines() == []
    with after.transaction() as session:
        reasons = session.execute(text("SELECT reason FROM flagged_conversations ORDER BY id")).scalars().all()
    assert reasons == ["crisis/self", "violence"]
    after.close()


def test_a_key_in_the_environment_needs_a_new_one_before_it(database, tmp_path):
    url = database.engine.url.render_as_string(hide_password=False)
    settings = Settings(database_url=url, encryption_key=STORE_KEY, spool_directory=tmp_path / "spool")
    with pytest.raises(EncryptionKeyError, match="new,old"):
        rotate(settings)
    rotate(settings.copy(update={"encryption_key": f"{NEW},{STORE_KEY}"}))
    after = Database(url, Cipher([NEW]))
    after.upgrade()
    after.close()


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.2])
def test_killed_in_the_middle_it_is_whole_and_goes_on(database, tmp_path, seconds):
    codes = fill_everything(database)
    _add_turns(database, 5000)
    before = everything(database)
    settings, key_file = _place(database, tmp_path)
    program = (
        "from pathlib import Path; from helpline.settings import Settings; from helpline.cli.rotate_keys import rotate;"
        f"rotate(Settings(database_url={settings.database_url!r}, spool_directory={str(settings.spool_directory)!r}),"
        f"Path({str(key_file)!r}))"
    )
    process = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT)
    while len(key_file.read_text().split()) == 1 and process.poll() is None:
        time.sleep(0.002)
    time.sleep(seconds)
    process.kill()
    assert process.wait() == -9
    keys = key_file.read_text().split()
    meanwhile = Database(settings.database_url, Cipher(keys))
    assert everything(meanwhile) == before
    meanwhile.close()
    rotate(settings, key_file)
    (last,) = key_file.read_text().split()
    # One that had come to its end already is followed by another, with another key.
    assert (last == keys[0]) == (len(keys) == 2)
    after = Database(settings.database_url, Cipher([last]))
    assert everything(after) == before
    assert finds_everything(after, codes)
    after.close()


def _place(database: Database, directory: Path) -> tuple[Settings, Path]:
    key_file = directory / "helpline.key"
    key_file.write_text(STORE_KEY + "\n")
    key_file.chmod(0o600)
    url = database.engine.url.render_as_string(hide_password=False)
    return Settings(database_url=url, spool_directory=directory / "spool"), key_file


def _add_turns(database: Database, number: int) -> None:
    row = {"conversation_id": 1, "content": '{"id":"m","said":"x","answers":[],"understood":{}}', "created_at": NOON}
    with database.transaction() as session:
        session.execute(
            insert(TurnRow.__table__),
            [{**row, "message_digest": f"{one:064x}", "asked_back": False} for one in range(number)],
        )
