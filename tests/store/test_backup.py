"""A backup holds everything, tells nobody anything, and is restored into an empty place on either database."""

import contextlib
import io
import threading

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text

from helpline.errors import StoreError
from helpline.store import backup as module
from helpline.store import backup_file
from helpline.store.backup import back_up, restore
from helpline.store.backup_file import BackupError, BackupWriter, read_records
from helpline.store.database import Database, newest_revision
from helpline.store.encryption import Cipher
from helpline.store.feedback import save_feedback
from helpline.store.flag_spool import FlagSpool
from helpline.store.mail_outbox import NewMail, add_mail, due_mails, take_mail
from helpline.store.mail_trouble import mails_in_trouble
from helpline.store.requests import save_request
from tests.builders import NOON, callback_request, volunteer_request
from tests.filled_store import SECRETS, counts, everything, fill_everything, finds_everything
from tests.store.conftest import KINDS, STORE_KEY, empty_database

KEY, ANOTHER_KEY = "k" * 40, "another key of forty characters or more.."
NEW_STORE_KEY = Fernet.generate_key().decode()


@pytest.fixture(params=KINDS)
def place(request, tmp_path):
    """An empty place, whose store has another key."""
    directory = tmp_path / "place"
    directory.mkdir()
    with empty_database(request.param, directory, NEW_STORE_KEY) as store:
        yield store


def spool_of(database: Database, directory) -> FlagSpool:
    return FlagSpool(directory / f"spool-{database.engine.dialect.name}-{id(database)}", database.cipher)


async def backed_up(database: Database, directory) -> bytes:
    spool = spool_of(database, directory)
    await spool.add("sender-of-grace", "m9", "violence", NOON)
    file = io.BytesIO()
    assert back_up(database, spool, file, KEY) == sum(counts(database).values()) + 1
    return file.getvalue()


@pytest.fixture
async def content(database, tmp_path) -> bytes:
    fill_everything(database)
    return await backed_up(database, tmp_path)


def test_every_table_holds_something(database):
    fill_everything(database)
    assert [name for name, number in counts(database).items() if number == 0] == []


async def test_what_was_backed_up_is_back_on_either_database(database, place, tmp_path):
    codes = fill_everything(database)
    content = await backed_up(database, tmp_path)
    spool = spool_of(place, tmp_path)
    restore(place, spool, io.BytesIO(content), KEY)
    place.require_ready()
    assert everything(place) == everything(database)
    assert counts(place) == counts(database)
    reopened = Database(place.engine.url.render_as_string(hide_password=False), Cipher([NEW_STORE_KEY]))
    assert finds_everything(reopened, codes)
    taken = []
    assert spool.take_in(lambda *flag: taken.append(flag)) == 1
    assert taken == [("sender-of-grace", "m9", "violence", NOON)]
    # New rows come after those that were restored.
    save_request(reopened, volunteer_request(first_name="New"), "somebody", NOON)
    save_feedback(reopened, "somebody", True, None, NOON)
    reopened.close()


async def test_a_mail_that_waited_may_have_been_sent_since_and_is_not_sent_by_itself(database, place, tmp_path):
    with database.transaction() as session:
        add_mail(session, database, NewMail("match_made", "visitor", "grace@example.org", database.now()), NOON)
    restore(place, spool_of(place, tmp_path), io.BytesIO(await backed_up(database, tmp_path)), KEY)
    ((mail, _),) = due_mails(place, place.now())
    assert take_mail(place, mail, place.now()) is None
    assert [one.state for one in mails_in_trouble(place)] == ["uncertain"]


async def test_the_restored_store_needs_its_own_key_alone(content, place, tmp_path):
    restore(place, spool_of(place, tmp_path), io.BytesIO(content), KEY)
    url = place.engine.url.render_as_string(hide_password=False)
    of_before = Database(url, Cipher([STORE_KEY]))
    with pytest.raises(StoreError):
        everything(of_before)
    of_before.close()


async def test_nothing_can_be_read_in_the_file(content):
    for secret in SECRETS:
        assert secret.encode() not in content
    assert content.count(b"\x00") < len(content) / 100  # as of noise


async def test_a_backup_is_one_moment_while_others_write(database, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_BATCH", 3)
    for number in range(20):
        save_request(database, callback_request(best_time=str(number)), "sender", NOON)
    stop, written = threading.Event(), []

    def write() -> None:
        while not stop.is_set() and len(written) < 300:
            with contextlib.suppress(StoreError):
                written.append(save_request(database, callback_request(best_time=f"x{len(written)}"), "sender", NOON))

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for _ in range(3):
            file = io.BytesIO()
            back_up(database, spool_of(database, tmp_path), file, KEY)
            file.seek(0)
            tables, of = {}, None
            for record in read_records(file, KEY):
                if isinstance(record, list):
                    tables.setdefault(of, []).append(record)
                else:
                    of = record.get("table")
            assert len(tables["requests"]) == len(tables["callback_requests"]) == len(tables["queue_items"])
    finally:
        stop.set()
        thread.join()
    assert written != []


def refusal(content: bytes, place: Database, directory, key: str = KEY) -> str:
    with pytest.raises(BackupError) as caught:
        restore(place, spool_of(place, directory), io.BytesIO(content), key)
    return str(caught.value)


async def test_another_key_is_refused_before_anything_is_made(content, place, tmp_path):
    assert "another key" in refusal(content, place, tmp_path, ANOTHER_KEY)
    with pytest.raises(StoreError):
        counts(place)


async def test_a_damaged_file_restores_nothing(content, place, tmp_path):
    place.upgrade()
    empty = counts(place)
    for damaged in (
        content[: len(content) // 2],
        content[:-1],
        content + b"x",
        content[:40] + bytes([content[40] ^ 1]) + content[41:],
        content[:-5] + bytes([content[-5] ^ 1]) + content[-4:],
        b"",
        content[:60],
    ):
        said = refusal(damaged, place, tmp_path)
        assert "damaged or not whole" in said or "no backup" in said
        assert counts(place) == empty


async def test_frames_cannot_change_places(place, tmp_path, monkeypatch):
    monkeypatch.setattr(backup_file, "_FRAME", 1)
    file = io.BytesIO()
    writer = BackupWriter(file, KEY)
    begin, ends = file.tell(), []
    for number in range(3000):
        writer.write([number, str(hash(str(number)))])
        ends.append(file.tell())
    writer.finish()
    content = file.getvalue()
    first, second = sorted(set(ends) - {begin})[:2]
    assert len(list(read_records(io.BytesIO(content), KEY))) == 3000
    swapped = content[:begin] + content[first:second] + content[begin:first] + content[second:]
    with pytest.raises(BackupError, match="damaged"):
        list(read_records(io.BytesIO(swapped), KEY))


async def test_a_place_that_is_not_empty_is_left_alone(content, place, tmp_path):
    place.upgrade()
    save_feedback(place, "sender", True, "ned", NOON)
    before = everything(place)
    assert "feedback holds rows" in refusal(content, place, tmp_path)
    assert everything(place) == before


async def test_a_spool_that_is_not_empty_is_left_alone(content, place, tmp_path):
    spool = spool_of(place, tmp_path)
    await spool.add("sender", "m1", "violence", NOON)
    with pytest.raises(BackupError, match="spool"):
        restore(place, spool, io.BytesIO(content), KEY)
    assert len(spool.read_lines()) == 1


async def test_another_version_is_refused_with_what_to_do(database, place, tmp_path, monkeypatch):
    content = bytearray(await backed_up(database, tmp_path))
    monkeypatch.setattr(module, "newest_revision", lambda: "9999")
    assert f"version {newest_revision()}" in refusal(bytes(content), place, tmp_path)
    monkeypatch.setattr(backup_file, "FORMAT", 2)
    file = io.BytesIO()
    back_up(database, spool_of(database, tmp_path), file, KEY)
    monkeypatch.setattr(backup_file, "FORMAT", 1)
    assert "format 2" in refusal(file.getvalue(), place, tmp_path)


async def test_what_no_key_opens_goes_along_as_it_is(database, place, tmp_path):
    save_request(database, callback_request(), "sender", NOON)
    with database.transaction() as session:
        lost = Cipher([Fernet.generate_key().decode()]).encrypt("lost")
        session.execute(text("UPDATE requests SET first_name = :lost"), {"lost": lost})
    restore(place, spool_of(place, tmp_path), io.BytesIO(await backed_up(database, tmp_path)), KEY)
    with place.transaction() as session:
        assert session.execute(text("SELECT first_name FROM requests")).scalar() == lost
