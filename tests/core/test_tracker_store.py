"""Conversations on disk: saved, read again, deleted."""

import sqlite3

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Restarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from helpline.core.tracker_store import ConversationStore


@pytest.fixture
def database(tmp_path):
    return tmp_path / "conversations.db"


@pytest.fixture
def store(database):
    return ConversationStore(Domain.empty(), host=f"sqlite:///{database}")


def conversation(*events, sender="visitor"):
    return DialogueStateTracker.from_events(sender, [UserUttered("my secret words"), *events])


def texts_on_disk(database) -> str:
    with sqlite3.connect(database) as connection:
        return str(connection.execute("SELECT sender_id, data FROM events").fetchall())


async def test_a_conversation_is_read_again(store):
    await store.save(conversation(BotUttered("hello")))
    assert [event.text for event in (await store.retrieve("visitor")).events] == ["my secret words", "hello"]


async def test_sqlite_is_in_wal_mode_and_forgets_what_is_deleted(store, database):
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 5000


async def test_deleting_takes_one_conversation_and_no_other(store, database):
    await store.save(conversation())
    await store.save(conversation(sender="other"))
    assert await store.delete("visitor") == 1
    assert "visitor" not in texts_on_disk(database)
    assert await store.retrieve("other") is not None


async def test_data_deleted_in_a_turn_take_the_conversation_with_them(store, database):
    await store.save(conversation())
    turn = [UserUttered("yes"), ActionExecuted("action_delete_data"), BotUttered("deleted"), Restarted()]
    await store.save(conversation(*turn, ActionExecuted("action_listen")))
    assert "secret" not in texts_on_disk(database)


async def test_a_deletion_that_failed_keeps_the_conversation(store, database):
    await store.save(conversation(UserUttered("yes"), ActionExecuted("action_delete_data"), BotUttered("not deleted")))
    assert "secret" in texts_on_disk(database)


async def test_starting_over_is_no_deletion(store, database):
    await store.save(conversation(UserUttered("start over"), ActionExecuted("action_restart"), Restarted()))
    assert "secret" in texts_on_disk(database)
