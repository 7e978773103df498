"""What is said of a saved request is known by its words; a danger and the form's own answers are left alone."""

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActiveLoop, SlotSet
from rasa.shared.core.slots import AnySlot, TextSlot
from rasa.shared.core.trackers import DialogueStateTracker

from helpline.nlu.thread import THREAD
from helpline.rasa.request_wishes import AT_HAND
from helpline.rasa.rereading import reread


def intent_of(text, *events, intent="nlu_fallback"):
    slots = [TextSlot(name, [], influence_conversation=False) for name in (AT_HAND, "form_in_progress")]
    slots.append(AnySlot(THREAD, [], influence_conversation=False))
    tracker = DialogueStateTracker.from_events("visitor", list(events), slots)
    parsed = {"text": text, "intent": {"name": intent, "confidence": 0.5}}
    return reread(parsed, tracker, Domain.empty())["intent"]["name"]


SAVED = SlotSet(AT_HAND, "ACDE-FG")


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("when is someone going to phone me", "check_request"),
        ("update my phone number", "correct_value"),
        ("withdraw my request please", "cancel"),
        ("i no longer need a call back", "cancel"),
        ("which number can I ring", "talk_to_person"),
        ("ACDE-FG", "check_request"),
        ("cancel ACDE-FG", "cancel"),
        ("what is stable disease", "nlu_fallback"),
        ("I want to stop treatment", "nlu_fallback"),
        ("can diet change my cancer", "nlu_fallback"),
    ],
)
def test_words_tell_it_without_a_saved_request(text, intent):
    assert intent_of(text) == intent


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("I don't want it anymore", "cancel"),
        ("don't call me", "cancel"),
        ("change the time", "correct_value"),
        ("did it save?", "check_request"),
        ("never mind", "cancel"),
    ],
)
def test_few_words_are_enough_once_one_was_saved(text, intent):
    assert intent_of(text, SAVED) == intent
    assert intent_of(text) in {"nlu_fallback", "remark"}


@pytest.mark.parametrize("text", ["go on", "Carry on.", "continue", "keep going"])
def test_go_on_takes_up_the_form_that_waits_and_nothing_else(text):
    assert intent_of(text, SlotSet("form_in_progress", "callback"), intent="affirm") == "resume_form"
    assert intent_of(text, intent="affirm") == "affirm"


def test_a_danger_and_a_button_are_left_alone():
    assert intent_of("cancel my call back, I want to die", SAVED, intent="crisis") == "crisis"
    assert intent_of("/affirm", SAVED, intent="affirm") == "affirm"


def test_within_a_form_only_questions_and_a_whole_code_are_told():
    form = ActiveLoop("callback_form")
    assert intent_of("when will you call me?", form) == "check_request"
    assert intent_of("acde-fg", form) == "check_request"
    for text in ("cancel my call back", "change my number", "my friend Acde-fg told me to"):
        assert intent_of(text, form, SAVED) == "nlu_fallback"
