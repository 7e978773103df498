"""The tracker that remembers what it played: it must tell policies what Rasa's own tracker tells them."""

import random
from collections.abc import Iterator

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    Event,
    Restarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from helpline.rasa.tracker import ConversationTracker
from helpline.settings import ROOT

FORM, ASKS = "callback_form", "utter_ask_phone_number"


@pytest.fixture(scope="module")
def domain() -> Domain:
    return Domain.load(ROOT / "domain.yml")


def conversation(seed: int) -> Iterator[Event]:
    """Yield the events of a conversation of no sense: all that may happen happens in it."""
    chance = random.Random(seed)
    for number in range(12):
        yield ActionExecuted("action_listen")
        intent = chance.choice(["affirm", "deny", "inform", "faq"])
        yield UserUttered(f"message {number}", {"name": intent, "confidence": 0.9})
        for _ in range(chance.randrange(4)):
            yield chance.choice(
                [
                    SlotSet("answered", chance.random() < 0.5),
                    SlotSet("form_in_progress", chance.choice(["callback", "volunteer", None])),
                    SlotSet("first_name", chance.choice(["Ann", None])),
                    ActionExecuted("utter_helpline"),
                    ActionExecuted(FORM),
                    ActionExecuted(ASKS, hide_rule_turn=True),
                    ActiveLoop(chance.choice([FORM, None])),
                ]
            )
        if chance.random() < 0.1:
            yield chance.choice([ActionReverted(), UserUtteranceReverted(), Restarted()])


@pytest.mark.parametrize("seed", range(20))
def test_policies_see_what_rasas_own_tracker_shows(domain: Domain, seed: int) -> None:
    ours = ConversationTracker("visitor", domain.slots)
    rasas = DialogueStateTracker("visitor", domain.slots)
    for event in conversation(seed):
        ours.update(event)
        rasas.update(event)
        for hide in (False, True):
            wanted = rasas.past_states(domain, ignore_rule_only_turns=hide)
            assert ours.past_states(domain, ignore_rule_only_turns=hide) == wanted
        assert ours.current_slot_values() == rasas.current_slot_values()
        assert ours.copy().current_state() == rasas.copy().current_state()


def test_a_copy_goes_on_by_itself(domain: Domain) -> None:
    tracker = ConversationTracker("visitor", domain.slots)
    tracker.update(ActiveLoop(FORM))
    copied = tracker.copy()
    copied.update(SlotSet("first_name", "Ann"))
    copied.reject_action(FORM)
    assert tracker.get_slot("first_name") is None
    assert not tracker.is_active_loop_rejected
    assert len(copied.events) == 2
    assert len(tracker.events) == 1


def test_a_new_conversation_never_holds_what_another_said(domain: Domain) -> None:
    first = ConversationTracker("somebody", domain.slots)
    first.update(SlotSet("first_name", "Ann"))
    assert ConversationTracker("somebody else", domain.slots).get_slot("first_name") is None
    assert next(slot for slot in domain.slots if slot.name == "first_name").value is None
