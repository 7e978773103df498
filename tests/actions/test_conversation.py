"""How a tracker's events become what a form needs to know."""

from actions.conversation import background_of
from helpline.forms.definition import CALLBACK
from tests.builders import action_ran, loop_changed, tracker, user_said

PASSING = user_said("my name is Grace, 215 555 0142")
WISH = user_said("call me", "request_callback")


def texts(*events, **slots):
    return [message.text for message in background_of(tracker(*events, **slots), CALLBACK).messages]


def test_a_form_that_begins_sees_the_message_that_started_it_alone():
    assert texts(PASSING, WISH) == ["call me"]
    assert texts(PASSING, WISH, action_ran("callback_form"), loop_changed("callback_form")) == ["call me"]


def test_within_the_form_all_its_messages_count():
    begun = (PASSING, WISH, action_ran("callback_form"), loop_changed("callback_form"))
    assert texts(*begun, user_said("I'm Bev"), user_said("mornings")) == ["call me", "I'm Bev", "mornings"]


def test_what_was_said_while_the_form_was_parked_does_not_count():
    parked = (WISH, loop_changed("callback_form"), user_said("bye", "goodbye"), loop_changed(None))
    resumed = user_said("go on", "resume_form")
    assert texts(*parked, PASSING, resumed) == ["go on"]
    assert texts(*parked, PASSING, resumed, loop_changed("callback_form")) == ["go on"]


def test_the_other_form_begins_with_the_message_that_turned_to_it():
    turned = (user_said("a volunteer please"), loop_changed("volunteer_form"), PASSING, WISH)
    assert texts(*turned) == ["call me"]
    assert texts(*turned, loop_changed(None)) == ["call me"]


def test_facts_come_from_the_slot_and_from_the_events_since_the_session_began():
    events = (
        user_said("my liver", spread_site="liver"),
        {"event": "session_started"},
        user_said("I'm 47", age="47"),
    )
    known = {"age_range": "30-39", "cancer_subtype": ["lobular"]}
    facts = background_of(tracker(*events, known_facts=known), CALLBACK).facts
    assert facts == {"age_range": "40-49", "cancer_subtype": ["lobular"]}
