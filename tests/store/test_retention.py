"""What is past its time goes, and nothing else: tested with a moved clock."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import update

from helpline.store.audit import Actor
from helpline.store.conversations import TurnRecord, list_turns, read_conversation, write_turn
from helpline.store.database import Database
from helpline.store.drafts import list_drafts, save_draft
from helpline.store.feedback import save_feedback
from helpline.store.flags import flag_conversation
from helpline.store.requests import find_requests_of, save_request
from helpline.store.retention import purge
from helpline.store.tables import RequestRow
from tests.builders import NOON, callback_request

TIMES = SimpleNamespace(state_hours=24, transcript_days=90, request_days=365, draft_days=180, volunteer_days=365)


@pytest.fixture
def filled(database):
    write_turn(database, "visitor", "website", 0, {"a": 1}, [TurnRecord("m1", NOON, "hello", [])])
    flag_conversation(database, "visitor", "m1", "crisis/self", NOON)
    save_feedback(database, "visitor", True, "ned", NOON)
    save_request(database, callback_request(), "visitor", NOON, "m1")
    return database


def close_request(database):
    with database.transaction() as session:
        session.execute(update(RequestRow.__table__).values(status="done", updated_at=NOON))


def test_nothing_goes_before_its_time(filled):
    purged = purge(filled, TIMES, NOON + timedelta(hours=23))
    assert set(vars(purged).values()) == {0}


def test_the_state_goes_first_and_the_transcript_stays(filled):
    assert purge(filled, TIMES, NOON + timedelta(hours=25)).states == 1
    assert read_conversation(filled, "visitor").state is None
    assert len(list_turns(filled, "visitor")) == 1


def test_transcripts_flags_and_feedback_go_after_their_days(filled):
    purged = purge(filled, TIMES, NOON + timedelta(days=91))
    assert (purged.turns, purged.flags, purged.feedback, purged.conversations) == (1, 1, 1, 1)
    assert read_conversation(filled, "visitor") is None


def test_a_request_that_somebody_waits_for_is_never_purged(filled):
    assert purge(filled, TIMES, NOON + timedelta(days=4000)).requests == 0
    assert len(find_requests_of(filled, "visitor")) == 1
    close_request(filled)
    assert purge(filled, TIMES, NOON + timedelta(days=364)).requests == 0
    assert purge(filled, TIMES, NOON + timedelta(days=366)).requests == 1
    assert find_requests_of(filled, "visitor") == []


def test_a_draft_goes_some_days_after_its_last_change(filled, monkeypatch):
    monkeypatch.setattr(Database, "now", staticmethod(lambda: NOON))
    for name, changes in (("utter_goodbye", 1), ("utter_faq/ned", 2)):
        for version in range(changes):
            save_draft(filled, Actor(None, "test"), name, [("It is so.", [])], [("It was so.", [])], version)
            monkeypatch.setattr(Database, "now", staticmethod(lambda: NOON + timedelta(days=100)))
        monkeypatch.setattr(Database, "now", staticmethod(lambda: NOON))
    assert purge(filled, TIMES, NOON + timedelta(days=179)).drafts == 0
    assert purge(filled, TIMES, NOON + timedelta(days=181)).drafts == 1
    assert [draft.name for draft in list_drafts(filled)] == ["utter_faq/ned"]
    assert purge(filled, TIMES, NOON + timedelta(days=281)).drafts == 1


def test_purging_again_finds_nothing(filled):
    purge(filled, TIMES, NOON + timedelta(days=91))
    assert set(vars(purge(filled, TIMES, NOON + timedelta(days=91))).values()) == {0}


def test_what_was_purged_is_told_in_words(filled):
    assert str(purge(filled, TIMES, NOON + timedelta(days=91))).startswith("1 states of conversations, 1 turns")
