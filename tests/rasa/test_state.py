"""The compact state: the same tracker as with the whole history, and nothing of a form that has ended."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from helpline.rasa.state import KEPT_TURNS, RESPONSES_SAID, TrackerState, compact, tracker_of

DOMAIN = Domain.from_yaml("""
version: "3.1"
intents: [ask, tell]
entities: [topic, phone_number]
slots:
  topic: {type: text, influence_conversation: true, mappings: [{type: custom}]}
  answered: {type: bool, initial_value: false, influence_conversation: true, mappings: [{type: custom}]}
  first_name: {type: text, influence_conversation: false, mappings: [{type: custom}]}
  responses_said: {type: list, influence_conversation: false, mappings: [{type: custom}]}
forms:
  some_form: {required_slots: [first_name]}
responses:
  utter_a: [{text: a}]
""")

SECRET = "Grace 215 555 0142"


def user(intent: str = "ask", text: str = "words") -> UserUttered:
    entities = [{"entity": "topic", "value": "ned"}, {"entity": "phone_number", "value": text}]
    parsed = {"text": text, "intent": {"name": intent, "confidence": 0.9}, "entities": entities, "ranking": ["much"]}
    return UserUttered(text, parsed["intent"], entities, parsed)


def bot(name: str, text: str = "said", **metadata: object) -> BotUttered:
    return BotUttered(text, metadata={"utter_action": name, "metadata": metadata})


def turn(*after: Event, text: str = "words") -> list[Event]:
    return [user(text=text), *after, ActionExecuted("action_listen")]


def tracker(*events: Event) -> DialogueStateTracker:
    begin = [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")]
    return DialogueStateTracker.from_events("visitor", [*begin, *events], DOMAIN.slots)


def reloaded(tracker: DialogueStateTracker) -> DialogueStateTracker:
    state = json.loads(json.dumps(compact(tracker, DOMAIN).as_dict()))
    return tracker_of(TrackerState.from_dict(state), "visitor", DOMAIN)


def written(tracker: DialogueStateTracker) -> str:
    return json.dumps(compact(tracker, DOMAIN).as_dict())


def what_rules_see(tracker: DialogueStateTracker) -> list[dict[str, object]]:
    """Return Rasa's states as far as our rules look: intents, slots, forms and actions, not words and entities."""
    states = [{name: dict(values) for name, values in state.items()} for state in tracker.past_states(DOMAIN)]
    for state in states:
        for name in ("text", "entities"):
            state.get("user", {}).pop(name, None)
    return states


EVENTS = st.one_of(
    st.builds(SlotSet, st.just("topic"), st.sampled_from([None, "ned", "lmd"])),
    st.builds(SlotSet, st.just("answered"), st.booleans()),
    st.builds(SlotSet, st.just("first_name"), st.sampled_from([None, "Grace"])),
    st.builds(ActiveLoop, st.sampled_from([None, "some_form"])),
    st.builds(ActionExecuted, st.sampled_from(["utter_a", "some_form"])),
    st.builds(bot, st.sampled_from(["utter_a", "utter_b"])),
)
# A message is taken back by Rasa's fallback alone, and a restart begins anew: nothing else happens in their turns.
FALLBACK = [ActionExecuted("action_default_fallback"), bot("utter_default"), UserUtteranceReverted()]
RESTART = [ActionExecuted("action_restart"), Restarted()]
# A form that was begun before a restart does not run after it without being begun again.
BEFORE_RESTART = st.lists(st.one_of(st.lists(EVENTS, max_size=5), st.just(FALLBACK)), max_size=25)
WITHOUT_FORMS = st.lists(st.lists(EVENTS.filter(lambda event: "form" not in str(event)), max_size=5), max_size=5)
TURNS = st.one_of(BEFORE_RESTART, st.builds(lambda a, b: [*a, RESTART, *b], BEFORE_RESTART, WITHOUT_FORMS))


@settings(deadline=None, max_examples=200)
@given(TURNS)
def test_slots_form_and_last_states_are_those_of_the_whole_history(turns: list[list[Event]]) -> None:
    whole = tracker(*(event for after in turns for event in turn(*after)))
    again = reloaded(whole)
    assert again.current_slot_values() | {RESPONSES_SAID: None} == whole.current_slot_values() | {RESPONSES_SAID: None}
    assert again.active_loop_name == whole.active_loop_name
    assert again.latest_action_name == whole.latest_action_name
    ask = [user(), ActionExecuted("utter_a")]
    whole.update_with_events(ask, DOMAIN)
    again.update_with_events([user(), ActionExecuted("utter_a")], DOMAIN)
    assert what_rules_see(again)[-4:] == what_rules_see(whole)[-4:]


@settings(deadline=None, max_examples=50)
@given(TURNS)
def test_compacting_twice_changes_nothing(turns: list[list[Event]]) -> None:
    once = reloaded(tracker(*(event for after in turns for event in turn(*after))))
    assert compact(once, DOMAIN).as_dict() == compact(reloaded(once), DOMAIN).as_dict()


def test_a_long_conversation_is_no_larger_than_a_short_one():
    short = written(tracker(*(event for _ in range(KEPT_TURNS + 1) for event in turn(bot("utter_a")))))
    long = written(tracker(*(event for _ in range(300) for event in turn(bot("utter_a")))))
    assert len(long) < 1.05 * len(short)


def test_words_are_kept_within_a_form_and_gone_when_it_ends():
    begun = [
        *turn(ActiveLoop("some_form"), ActionExecuted("some_form")),
        *turn(SlotSet("first_name", SECRET), text=SECRET),
    ]
    summary = bot("utter_summary", f"I have {SECRET}", personal=True)
    open_form = tracker(*begun, *turn(summary))
    assert SECRET in written(open_form)
    ended = tracker(*begun, *turn(summary), *turn(ActiveLoop(None), SlotSet("first_name", None)))
    assert SECRET not in written(ended)
    shown_last = tracker(*begun, *turn(ActiveLoop(None), SlotSet("first_name", None), summary))
    assert SECRET not in written(shown_last)


def test_words_outside_of_a_form_are_not_kept():
    assert SECRET not in written(tracker(*turn(text=SECRET)))


def test_what_a_parked_form_holds_stays_in_its_slots_alone():
    parked = tracker(
        *turn(ActiveLoop("some_form"), ActionExecuted("some_form")),
        *turn(SlotSet("first_name", "Grace"), text=SECRET),
        *turn(ActiveLoop(None)),
    )
    assert SECRET not in written(parked)
    assert reloaded(parked).get_slot("first_name") == "Grace"


def test_what_was_said_is_remembered_for_longer_than_it_is_kept():
    events = turn(bot("utter_faq/ned"))
    for _ in range(3 * KEPT_TURNS):
        events += turn(bot("utter_a"))
    again = tracker(*events[: 5 * len(turn(bot("x")))])
    for start in range(5 * len(turn(bot("x"))), len(events)):
        again.update(events[start])
        if isinstance(events[start], ActionExecuted):
            again = reloaded(again)
    assert again.get_slot(RESPONSES_SAID) == ["utter_faq/ned", "utter_a"]


def test_a_new_session_forgets_the_old_one():
    events = [*turn(SlotSet("topic", "ned")), ActionExecuted("action_session_start"), SessionStarted()]
    assert reloaded(tracker(*events, ActionExecuted("action_listen"))).get_slot("topic") is None
