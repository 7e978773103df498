"""Invented conversations for the demonstration: four weeks of them, some that went badly, some reviewed by two."""

from datetime import datetime, timedelta

from helpline.store.audit import Actor
from helpline.store.conversation_reviews import WantedConversations, list_conversations, read_transcript, save_review
from helpline.store.conversations import TurnRecord, write_turn
from helpline.store.database import Database
from helpline.store.feedback import save_feedback
from helpline.store.proposals import propose

_HELLO = "Hello. I answer questions about metastatic breast cancer, and bring you to people."
# What was said, what it was taken for, how surely, and what was answered.
_SAID = (
    ("what does NED mean", "faq/ned", 0.97, "NED means no evidence of disease: scans show no cancer."),
    ("how do I tell my kids", "faq/family_friends", 0.91, "Many parents tell it in small steps."),
    ("is there a support group near me", "faq/support_groups", 0.95, "LBBC has groups that meet online."),
    ("what are clinical trials", "faq/clinical_trials", 0.93, "A clinical trial tests a new treatment."),
    ("can it be cured", "faq/curable", 0.96, "It cannot be cured today, and it can be treated."),
    ("can I take a break from the pills", "faq/treatment_break", 0.88, "Talk with your care team before you stop."),
    ("the tired is so bad", "nlu_fallback", 0.31, "I am not sure that I understand. Did you mean one of these?"),
    ("is ned a guy or what", "nlu_fallback", 0.38, "I am not sure that I understand. Did you mean one of these?"),
)
_ASKED_BACK = {
    "alternatives": [["nlu_fallback", 0.38], ["faq/ned", 0.31], ["faq/symptoms", 0.12]],
    "asked_back": ["faq/ned", "faq/symptoms", "talk_to_person"],
}
_DAYS = 28


def fill_conversations(database: Database, anna: Actor, cora: Actor, now: datetime) -> None:
    """Add conversations, reviews of the newest, and a proposal.

    Args:
        database: The store.
        anna: Reviews, and proposes.
        cora: Reviews, and differs once.
        now: The time, in UTC.
    """
    for number in range(2 * _DAYS):
        at = now - timedelta(days=_DAYS - number // 2, hours=-3 * (number % 4), minutes=-number)
        _converse(database, number, min(at, now))
        if number % 2 and number % 7 == 0:
            _converse(database, number + 1000, min(at, now))
    lost = list_conversations(database, WantedConversations(sign="not_understood"), 0, limit=3).shown
    for place, one in enumerate(lost):
        save_review(database, anna, one.number, "wrong", "It should know this.")
        if place < 2:
            save_review(database, cora, one.number, "unsure" if place else "wrong", None)
    transcript = read_transcript(database, lost[0].number)
    turns = transcript.turns if transcript else []
    unclear = next(number for number, turn in turns if turn.intent == "nlu_fallback")
    propose(database, anna, lost[0].number, unclear, "is ned a guy or what", "faq/ned", "training")


def _converse(database: Database, number: int, at: datetime) -> None:
    sender, channel = f"demo-talk-{number}", "sms" if number % 3 == 0 else "website"
    turns = [TurnRecord("hello", at, None, [{"text": _HELLO}], {}, "greet", 1.0)]
    for place in range(1 + number % 3):
        said, intent, confidence, answer = _SAID[(number * 3 + place) % len(_SAID)]
        understood = _ASKED_BACK if intent == "nlu_fallback" else {"alternatives": [[intent, confidence]]}
        later = at + timedelta(minutes=place + 1)
        turns.append(TurnRecord(f"said-{place}", later, said, [{"text": answer}], understood, intent, confidence))
    write_turn(database, sender, channel, 0, {}, turns)
    if number % 5 == 0:
        save_feedback(database, sender, number % 10 != 0, None, turns[-1].at)
