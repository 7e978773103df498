"""Conversations in the store: one transaction a turn, the newest version only, nothing in clear."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from helpline.errors import StoreError
from helpline.store.conversations import (
    TurnRecord,
    VersionConflictError,
    end_conversation,
    find_turn,
    list_turns,
    read_conversation,
    write_turn,
)
from helpline.store.flags import flag_conversation
from helpline.store.tables import ConversationRow, FlagRow, TurnRow
from tests.builders import NOON

STATE = {"slots": {"first_name": "Wilhelmina"}}
TURN = TurnRecord(
    "m1", NOON, "what is [name]", [{"text": "NED means"}], {"alternatives": [["faq", 0.9]]}, "faq/ned", 0.9
)


def write(database, version=0, sender="visitor", state=STATE, **changes):
    return write_turn(database, sender, "website", version, state, [replace(TURN, **changes)])


def count(database, table):
    with database.transaction() as session:
        return len(session.execute(select(table.id)).all())


def test_a_turn_is_read_again_with_its_state(database):
    assert read_conversation(database, "visitor") is None
    assert write(database) == 1
    stored = read_conversation(database, "visitor")
    assert (stored.version, stored.state, stored.ended_at) == (1, STATE, None)
    assert list_turns(database, "visitor") == [TURN]
    assert find_turn(database, "visitor", "m1") == TURN
    assert find_turn(database, "visitor", "m2") is None
    assert list_turns(database, "somebody else") == []


def test_only_who_read_the_newest_version_writes(database):
    write(database)
    assert write(database, 1, message_id="m2", state={"n": 2}) == 2
    for version in (0, 1, 7):
        with pytest.raises(VersionConflictError):
            write(database, version, message_id="m3", state={"n": 3})
    assert read_conversation(database, "visitor").state == {"n": 2}
    assert [turn.message_id for turn in list_turns(database, "visitor")] == ["m1", "m2"]


def test_the_same_message_makes_no_second_turn(database):
    write(database)
    with pytest.raises(VersionConflictError):
        write(database, 1)
    assert read_conversation(database, "visitor").version == 1


def test_danger_is_flagged_in_the_same_transaction_and_once_a_message(database):
    write(database, danger="crisis/self")
    assert count(database, FlagRow) == 1
    flag_conversation(database, "visitor", "m1", "crisis/self", NOON)  # the front door had told of it as well
    assert count(database, FlagRow) == 1
    with pytest.raises(VersionConflictError):
        write(database, 0, danger="crisis/self", message_id="m2")
    assert count(database, FlagRow) == 1


def test_several_turns_that_waited_are_written_together(database):
    turns = [replace(TURN, message_id=f"m{number}") for number in range(3)]
    write_turn(database, "visitor", "website", 0, STATE, turns)
    assert [turn.message_id for turn in list_turns(database, "visitor")] == ["m0", "m1", "m2"]


def test_an_ended_conversation_leaves_that_it_ended_and_nothing_else(database):
    write(database)
    write(database, sender="other")
    end_conversation(database, "visitor", NOON)
    stored = read_conversation(database, "visitor")
    assert (stored.state, stored.ended_at) == (None, NOON)
    assert list_turns(database, "visitor") == []
    assert list_turns(database, "other") == [TURN]
    with pytest.raises(VersionConflictError):
        write(database, 1)


def test_ending_what_was_never_stored_stores_nothing(database):
    end_conversation(database, "visitor", NOON)
    assert read_conversation(database, "visitor") is None


def test_nothing_is_stored_in_clear(database):
    write(database)
    with database.engine.connect() as connection:
        rows = [
            *connection.execute(select(ConversationRow.__table__.c.state)),
            *connection.exec_driver_sql("SELECT sender_id, sender_digest, state FROM conversations"),
            *connection.exec_driver_sql("SELECT content, message_digest FROM turns"),
        ]
    seen = str([[bytes(value) if isinstance(value, memoryview) else value for value in row] for row in rows])
    for word in ("visitor", "Wilhelmina", "what is", "m1'"):
        assert word not in seen


def test_a_store_that_fails_says_so_without_what_it_was_given(database):
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE turns RENAME TO lost")
    with pytest.raises(StoreError) as caught:
        write(database)
    assert "visitor" not in str(caught.value)
    assert "NED" not in str(caught.value)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE lost RENAME TO turns")
    assert read_conversation(database, "visitor") is None  # neither the turn nor the state
    assert count(database, TurnRow) == 0
