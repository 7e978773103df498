"""The thread of a conversation: what a turn was about, by what was asked and said in it."""

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, SlotSet, UserUttered
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker

from helpline.nlu.thread import THREAD, Thread
from helpline.rasa.threads import events_of_thread


def topics_after(intent: str, said: str, topic: str | None = None) -> tuple[str | None, str | None]:
    """Return the topics of thread and slot after a turn that was understood as an intent and answered so."""
    slots = [AnySlot(name, [], influence_conversation=False) for name in (THREAD, "topic", "answered", "offered")]
    turn = [
        SlotSet("topic", topic),
        UserUttered("x", intent={"name": intent}),
        BotUttered("y", metadata={"utter_action": said}),
    ]
    tracker = DialogueStateTracker.from_events("visitor", turn, slots)
    for event in events_of_thread(tracker):
        tracker.update(event, Domain.empty())
    return Thread.of(tracker.get_slot(THREAD)).topic, tracker.get_slot("topic")


def test_a_follow_up_to_nothing_turns_to_what_it_was_answered_with():
    assert topics_after("ask_symptoms", "utter_faq/symptoms") == ("symptoms", "symptoms")


def test_after_another_subject_it_does_not():
    assert topics_after("ask_symptoms", "utter_faq/symptoms", "none") == (None, "none")


@pytest.mark.parametrize(
    ("intent", "said", "before"),
    [
        ("ask_symptoms", "utter_faq/symptoms", "lmd"),  # it stays with what it followed up
        ("ask_more", "utter_more", None),
        ("thanks", "utter_faq/symptoms", None),
    ],
)
def test_else_the_topic_is_the_one_before(intent, said, before):
    assert topics_after(intent, said, before) == (before, before)
