"""Conversations as staff find them, their reviews and what was proposed: on both databases, up and down."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from helpline.store.audit import Actor, list_entries
from helpline.store.conversation_reviews import (
    MOST_TURNS,
    ConversationGoneError,
    WantedConversations,
    list_conversations,
    read_transcript,
    save_review,
)
from helpline.store.conversations import TurnRecord, end_conversation, write_turn
from helpline.store.feedback import save_feedback
from helpline.store.proposals import ProposalError, count_proposals, decide, list_proposals, proposals_of, propose
from helpline.store.retention import purge
from helpline.store.staff import add_account, find_account
from tests.builders import NOON
from tests.store.test_console_migration import move, rows

MAKER = Actor(None, "test")


def person(database, name: str) -> Actor:
    if find_account(database, name) is None:
        add_account(database, MAKER, name, name.title(), "staff", "hash")
    return find_account(database, name).actor


def turn(number: int, said: str | None = "what is NED", intent: str = "faq/ned", **more) -> TurnRecord:
    at = NOON + timedelta(minutes=number)
    understood = more.pop("understood", {})
    return TurnRecord(f"m{number}", at, said, [{"text": "NED means"}], understood, intent, 0.9, **more)


def converse(database, sender: str, *turns: TurnRecord, channel: str = "website") -> int:
    write_turn(database, sender, channel, 0, {}, [turn(0, None, "greet"), *turns])
    return rows(database, "SELECT max(id) FROM conversations")[0][0]


def found(database, me: int = 0, **wanted) -> list[int]:
    return [one.number for one in list_conversations(database, WantedConversations(**wanted), me).shown]


def test_conversations_are_found_by_what_happened(database):
    plain = converse(database, "a", turn(1))
    lost = converse(database, "b", turn(2), turn(3, "blub", "nlu_fallback"), channel="sms")
    asked = converse(database, "c", turn(4, "that", "nlu_fallback", understood={"asked_back": ["faq/ned"]}))
    raised = converse(database, "d", turn(5, "I want to die", "crisis/self", danger="crisis/self"))
    save_feedback(database, "a", False, "ned", NOON)
    save_feedback(database, "b", True, "ned", NOON)
    assert found(database) == [raised, asked, lost, plain]
    assert found(database, sign="not_understood") == [asked, lost]
    assert found(database, sign="asked_back") == [asked]
    assert found(database, sign="danger") == [raised]
    assert found(database, sign="not_helpful") == [plain]
    assert found(database, channel="sms") == [lost]
    listed = list_conversations(database, WantedConversations(sign="not_understood"), 0)
    assert [(one.said, one.not_understood, one.asked_back, one.turns) for one in listed.shown] == [
        ("that", 1, 1, 2),
        ("blub", 1, 0, 3),
    ]
    assert list_conversations(database, WantedConversations(), 0, first=3, limit=50).shown[0].said == "what is NED"


def test_a_sample_is_random_and_the_same_for_everybody(database):
    for number in range(200):
        converse(database, f"visitor {number}", turn(1))
    drawn = [
        list_conversations(database, WantedConversations(sample=25, draw=n), me).total for n in (1, 2) for me in (1, 2)
    ]
    assert drawn[0] == drawn[1]
    assert drawn[2] == drawn[3]
    assert all(25 <= number <= 80 for number in drawn)
    assert found(database, sample=25) != found(database, sample=25, draw=2)
    assert list_conversations(database, WantedConversations(sample=100), 0).total == 200


def test_two_people_review_and_where_they_differ_is_found(database):
    anna, ben = person(database, "anna"), person(database, "ben")
    one, other = converse(database, "a", turn(1)), converse(database, "b", turn(2))
    save_review(database, anna, one, "right", None)
    save_review(database, anna, other, "right", "well said")
    assert found(database, ben.id, review="second") == [other, one]
    assert found(database, anna.id, review="second") == []
    assert found(database, anna.id, review="unread") == []
    save_review(database, ben, one, "wrong", "It asked for a number")
    save_review(database, ben, other, "right", None)
    assert found(database, review="differ") == [one]
    listed = list_conversations(database, WantedConversations(), 0)
    assert (listed.reviewed_twice, listed.differ) == (2, 1)
    save_review(database, ben, one, "right", None)
    assert found(database, review="differ") == []
    assert len(read_transcript(database, one).reviews) == 2
    write_turn(database, "a", "website", 1, {}, [turn(7)])
    assert [review.is_old for review in read_transcript(database, one).reviews] == [True, True]
    assert list_entries(database, f"conversation {one}")[0].detail == {"verdict": "right"}
    with pytest.raises(ConversationGoneError):
        save_review(database, anna, 999, "right", None)


def test_a_long_conversation_is_read_in_parts(database):
    number = converse(database, "a", *(turn(n) for n in range(1, MOST_TURNS + 5)))
    last = read_transcript(database, number)
    assert (len(last.turns), last.has_earlier) == (MOST_TURNS, True)
    before = read_transcript(database, number, last.turns[0][0])
    assert (len(before.turns), before.has_earlier) == (5, False)


def test_a_proposal_waits_until_it_is_decided_on(database):
    anna = person(database, "anna")
    number = converse(database, "a", turn(1, "huh", "nlu_fallback"))
    key = read_transcript(database, number).turns[1][0]
    propose(database, anna, number, key, "what is NED", "faq/ned", "training")
    with pytest.raises(ProposalError):
        propose(database, anna, number, key, "what is NED", "faq/ned", "training")
    with pytest.raises(ProposalError):
        propose(database, anna, number + 1, key, "what is NED", "faq/ned", "development")
    (one,) = list_proposals(database, "proposed")
    assert (one.text, one.was, one.by, one.conversation) == ("what is NED", "nlu_fallback", "Anna", number)
    decide(database, anna, one.number, "accepted")
    assert count_proposals(database) == {"accepted": 1}
    assert proposals_of(database, number)[key][0].status == "accepted"
    with pytest.raises(ProposalError):
        decide(database, anna, 999, "accepted")
    assert "what is NED" not in rows(database, "SELECT text FROM example_proposals")[0][0]
    assert "what is NED" not in str([entry.detail for entry in list_entries(database)])


@pytest.mark.parametrize("how", ["deleted", "purged"])
def test_reviews_and_proposals_go_with_the_transcript(database, how):
    anna = person(database, "anna")
    number = converse(database, "a", turn(1))
    save_review(database, anna, number, "wrong", "a note")
    propose(database, anna, number, read_transcript(database, number).turns[1][0], "NED", "faq/ned", "training")
    if how == "deleted":
        end_conversation(database, "a", NOON)
    else:
        times = type(
            "Times",
            (),
            {"state_hours": 24, "transcript_days": 90, "request_days": 365, "draft_days": 180, "volunteer_days": 365},
        )
        purge(database, times, NOON + timedelta(days=91))
    assert rows(database, "SELECT * FROM conversation_reviews") == []
    assert rows(database, "SELECT * FROM example_proposals") == []
    assert read_transcript(database, number) is None


def test_down_and_up_again_with_data(database):
    anna = person(database, "anna")
    number = converse(database, "a", turn(1), turn(2, understood={"asked_back": ["faq/ned"]}))
    save_review(database, anna, number, "right", None)
    move(database, "0004", up=False)
    with database.engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM turns")).scalar() == 3
    move(database, "head", up=True)
    assert len(read_transcript(database, number).turns) == 3
    assert found(database, sign="asked_back") == []
    save_review(database, anna, number, "wrong", None)
