from functools import reduce

import pytest

from helpline.forms.definition import CALLBACK, CHANGE, VOLUNTEER
from helpline.forms.engine import Background, begin
from helpline.forms.message import Message
from helpline.forms.prefill import facts_in, merge_facts
from tests.forms.steps import ASKED, FULL, SIGNED, turn


@pytest.mark.parametrize(
    ("requested", "text", "intent", "value"),
    [
        ("first_name", "Grace", "distress", "Grace"),
        ("first_name", "Ned", "faq", "Ned"),
        ("first_name", "my name is Hope", "faq", "Hope"),
        ("phone_number", "215 555 0142", "out_of_scope", "+12155550142"),
        ("phone_number", "can you call 215 555 0142?", "faq", "+12155550142"),
        ("best_time", "after lunch", "faq", "after lunch"),
        ("best_time", "when I'm off work", "out_of_scope", "when I'm off work"),
        ("best_time", "would 5pm be ok?", "nlu_fallback", "would 5pm be ok?"),
        ("callback_topic", "telling my kids", "faq", "telling my kids"),
        ("callback_topic", "how to tell my kids", "faq", "how to tell my kids"),
        ("callback_topic", "bone mets", "faq", "bone mets"),
    ],
)
def test_an_answer_is_taken_whatever_the_classifier_makes_of_it(requested, text, intent, value):
    result = turn(requested, text, intent)
    assert not result.digression
    assert result.changes[requested] == value
    assert result.requested == ASKED[ASKED.index(requested) + 1]


@pytest.mark.parametrize(
    "requested", ["first_name", "phone_number", "best_time", "callback_topic", "callback_confirmed"]
)
@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("what is ned?", "faq"),
        ("how common is lmd", "faq"),
        ("is it curable", "faq"),
        ("should I stop my pills?", "advice"),
        ("what does foo bar mean?", "nlu_fallback"),
        ("can I talk to a person now", "talk_to_person"),
        ("who reads this", "ask_privacy"),
        ("delete all of it", "delete_my_data"),
        ("Ask me about NED", "ask_topic"),
        ("I want to die", "crisis"),
    ],
)
def test_a_question_in_the_middle_is_left_to_the_rules(requested, text, intent):
    result = turn(requested, text, intent)
    assert result.digression
    assert result.requested == requested
    assert result.changes == {}


def test_another_wish_is_not_taken_for_a_choice_that_it_names():
    assert turn("for_whom", "call me instead please", "request_callback", form=VOLUNTEER).digression
    assert turn("for_whom", "for me", "request_volunteer", form=VOLUNTEER).changes == {"for_whom": "self"}
    by_phone = turn("contact_method", "please call me", "request_callback", form=VOLUNTEER)
    assert by_phone.changes == {"contact_method": "phone"}
    number = turn("phone_number", "call me at 215 555 0142", "request_callback")
    assert number.changes == {"phone_number": "+12155550142"}


def test_a_feeling_is_acknowledged_but_is_an_answer_where_worries_are_asked_for():
    assert turn("phone_number", "I'm so scared", "distress").digression
    assert turn("first_name", "I'm so scared", "distress").digression
    worry = turn("main_concern", "I'm so scared of the scans", "distress", form=VOLUNTEER)
    assert worry.changes == {"main_concern": "I'm so scared of the scans"}


def test_a_question_about_a_choice_is_no_choice():
    assert turn("diagnosis_type", "what is de novo?", "faq", form=VOLUNTEER).digression
    assert turn("cancer_subtype", "is lobular worse?", "nlu_fallback", form=VOLUNTEER).digression
    assert turn("diagnosis_type", "de novo", "faq", form=VOLUNTEER).changes == {"diagnosis_type": "de_novo"}
    assert turn("cancer_subtype", "what is ned?", "faq", form=VOLUNTEER).digression


@pytest.mark.parametrize("requested", CALLBACK.order)
def test_every_step_can_be_cancelled(requested):
    for text, intent in [("cancel", "faq"), ("never mind", "out_of_scope"), ("I quit this thing", "cancel")]:
        result = turn(requested, text, intent)
        assert result.requested is None
        assert result.changes == {"callback_confirmed": False}


@pytest.mark.parametrize("requested", [*CALLBACK.order, *VOLUNTEER.order])
def test_every_step_says_why_it_is_asked(requested):
    form = CALLBACK if requested in CALLBACK.order else VOLUNTEER
    result = turn(requested, "why do you ask", "faq", form=form)
    assert result.say == (f"utter_why_{requested}",)
    assert result.requested == requested


@pytest.mark.parametrize(("requested", "before"), zip(ASKED[1:], ASKED, strict=False))
def test_every_step_leads_back_to_the_one_before(requested, before):
    result = turn(requested, "go back", "out_of_scope")
    assert result.requested == before
    assert result.changes == {before: None}


def test_the_first_step_has_none_before():
    assert turn("first_name", "go back").requested == "first_name"


@pytest.mark.parametrize("text", ["skip", "/skip", "rather not say", "not sure", "pass"])
def test_an_optional_step_can_be_left_out(text):
    result = turn("best_time", text)
    assert (result.requested, result.skipped, result.changes) == ("callback_topic", ("best_time",), {})


def test_going_back_to_a_step_that_was_left_out_asks_it_again():
    values = {**FULL, "best_time": None, "callback_topic": None}
    result = turn("callback_topic", "back", values=values, skipped=("best_time",))
    assert (result.requested, result.skipped) == ("best_time", ())


def test_what_a_person_needs_to_reach_the_visitor_cannot_be_left_out():
    result = turn("phone_number", "skip")
    assert (result.requested, result.say, result.skipped) == ("phone_number", ("utter_cannot_skip",), ())


def test_what_is_no_answer_is_asked_again_with_help():
    result = turn("phone_number", "555-0142")
    assert (result.requested, result.say) == ("phone_number", ("utter_invalid_phone_number",))
    assert result.changes == {}


@pytest.mark.parametrize(
    ("requested", "text", "slot", "value"),
    [
        ("callback_confirmed", "that's wrong, my number is 610-555-0117", "phone_number", "+16105550117"),
        ("best_time", "that's wrong, my number is 610-555-0117", "phone_number", "+16105550117"),
        ("callback_confirmed", "yes but my number is 610-555-0117", "phone_number", "+16105550117"),
        ("callback_confirmed", "correction: 610-555-0117", "phone_number", "+16105550117"),
        ("callback_confirmed", "no, my name is karen with a k", "first_name", "Karen"),
        ("callback_confirmed", "you spelled my name wrong, its Siobhan", "first_name", "Siobhan"),
        ("callback_confirmed", "change my name to Karen", "first_name", "Karen"),
        ("callback_confirmed", "change the time to Thursday", "best_time", "Thursday"),
        ("callback_confirmed", "I meant 6pm not 6am", "best_time", "6pm"),
        (CHANGE, "my number is 610-555-0117", "phone_number", "+16105550117"),
    ],
)
def test_a_correction_replaces_what_was_given(requested, text, slot, value):
    before = {**FULL, **dict.fromkeys(CALLBACK.order[CALLBACK.order.index(requested) :] if requested != CHANGE else ())}
    result = turn(requested, text, "correct_value", values=before)
    assert result.changes == {slot: value}
    assert result.requested == (requested if requested != CHANGE else "callback_confirmed")


@pytest.mark.parametrize("text", ["change my phone number", "oops typo in my phone, last digits are 0176"])
def test_a_correction_without_its_value_asks_for_it(text):
    result = turn("callback_confirmed", text, "correct_value", values=FULL)
    assert (result.requested, result.changes) == ("phone_number", {"phone_number": None})


def test_without_consent_nothing_is_asked():
    result = turn("volunteer_consent", "No thanks", "deny", form=VOLUNTEER)
    assert (result.requested, result.changes) == (None, {"volunteer_confirmed": False})


def test_another_way_to_be_reached_needs_another_address():
    values = {**SIGNED, "contact_method": "email", "contact_address": "grace@example.org", "volunteer_confirmed": None}
    skipped = tuple(step.slot for step in VOLUNTEER.steps if step.optional)
    result = turn(
        "volunteer_confirmed", "change the contact method to text", "correct_value",
        form=VOLUNTEER, values=values, skipped=skipped,
    )  # fmt: skip
    assert result.changes == {"contact_method": "text", "contact_address": None}
    assert result.requested == "contact_address"


def test_a_number_does_not_serve_for_email_even_when_the_method_is_asked_for_again():
    values = {**SIGNED, "contact_method": None, "contact_address": "+12155550142"}
    result = turn("contact_method", "Email", form=VOLUNTEER, values=values)
    assert (result.requested, result.changes["contact_address"]) == ("contact_address", None)
    kept = turn("contact_method", "Text message", form=VOLUNTEER, values=values)
    assert "contact_address" not in kept.changes


def test_the_address_is_taken_from_what_was_said_once_the_method_is_known():
    background = Background(
        messages=(Message("I'm Grace, 215 555 0142, can I get a volunteer", "request_volunteer", 0.9),)
    )
    result = turn("contact_method", "Text message", form=VOLUNTEER, background=background)
    assert result.changes["contact_address"] == "+12155550142"
    assert result.requested == "diagnosis_type"
    by_email = turn("contact_method", "email", form=VOLUNTEER, background=background)
    assert by_email.changes == {"contact_method": "email"}
    assert by_email.requested == "contact_address"


def test_more_than_was_asked_is_taken_at_once():
    text = "Grace, 215-555-0142"
    result = turn("first_name", text, background=Background(messages=(Message(text),)))
    assert result.changes == {"first_name": "Grace", "phone_number": "+12155550142"}
    assert result.requested == "best_time"


def test_what_was_said_before_is_not_asked_again():
    earlier = (
        Message("I have TNBC, mets in my liver", "inform", 0.9, {"subtype": ["TNBC"], "spread_site": ["liver"]}),
        Message("what is her2?", "faq", 0.9, {"subtype": ["her2"]}),
    )  # fmt: skip
    facts = reduce(merge_facts, map(facts_in, earlier))
    trigger = Message("I'm 47, sign me up please, my name is Grace", "request_volunteer", 0.9, {"age": ["47"]})
    result = begin(VOLUNTEER, {}, (), Background(facts, (trigger,)), "US")
    assert result.requested == "volunteer_consent"
    assert result.changes == {
        "cancer_subtype": ["triple_negative"],
        "spread_sites": ["liver"],
        "age_range": "40-49",
        "first_name": "Grace",
    }


def test_a_request_for_a_relative_is_for_somebody_else():
    trigger = Message("can my mom get a volunteer", "request_volunteer", 0.9, {"relation": ["mom"]})
    assert begin(VOLUNTEER, {}, (), Background(messages=(trigger,)), "US").changes == {"for_whom": "other"}


def test_a_time_said_with_the_wish_to_be_called_counts():
    trigger = Message("phone me after 5", "request_callback", 0.9, {"time_of_day": ["after 5"]})
    assert begin(CALLBACK, {}, (), Background(messages=(trigger,)), "US").changes == {
        "callback_method": "phone",
        "best_time": "after 5",
    }


def test_taking_a_form_up_again_keeps_what_was_given():
    values = {"first_name": "Grace", "callback_method": "phone"}
    again = Background(messages=(Message("ok where were we", "resume_form"),))
    result = begin(CALLBACK, values, (), again, "US", anew=False)
    assert (result.requested, result.changes) == ("phone_number", {})


@pytest.mark.parametrize("requested", ["phone_number", "best_time", "callback_topic"])
@pytest.mark.parametrize("opening", ["actually", "btw,", "oh and", "by the way", "um,"])
def test_a_question_is_one_whatever_word_it_opens_with(requested, opening):
    result = turn(requested, f"{opening} what is NED", "faq", 0.99)
    assert result.digression
    assert result.changes == {}


def test_what_was_called_wrong_among_several_is_taken_out():
    given = {"spread_sites": ["bones", "liver"], "volunteer_confirmed": None}
    values = dict.fromkeys(VOLUNTEER.order, "x") | given
    result = turn("volunteer_confirmed", "no, the liver was wrong, only bones", form=VOLUNTEER, values=values)
    assert list(result.changes["spread_sites"]) == ["bones"]


def test_nothing_is_called_changed_that_is_as_before():
    values = dict.fromkeys(VOLUNTEER.order, "x") | {"spread_sites": ["bones", "liver"], "volunteer_confirmed": None}
    result = turn("volunteer_confirmed", "that is wrong: bones and liver", form=VOLUNTEER, values=values)
    assert (result.requested, result.say) == ("spread_sites", ())


@pytest.mark.parametrize("command", ["edit", "change", "Change something", "please edit my answers", "back", "go back"])
@pytest.mark.parametrize(
    ("requested", "before"),
    [
        ("first_name", "first_name"),
        ("phone_number", "first_name"),
        ("best_time", "phone_number"),
        ("callback_topic", "best_time"),
    ],
)
def test_a_command_is_no_answer_to_any_question(requested, before, command):
    result = turn(requested, command, "nlu_fallback", 0.5)
    assert result.requested == before
    assert not any(result.changes.values())


@pytest.mark.parametrize(
    ("requested", "text", "slot", "value"),
    [
        ("phone_number", "no its gracie", "first_name", "Gracie"),
        ("phone_number", "sorry, it's Hannah", "first_name", "Hannah"),
        ("phone_number", "actually its Graça", "first_name", "Graça"),
        ("callback_topic", "no wait mornings", "best_time", "mornings"),
        ("best_time", "oops 610 555 0117", "phone_number", "+16105550117"),
    ],
)
def test_a_slip_in_the_answer_just_given_is_corrected_and_the_question_asked_again(requested, text, slot, value):
    result = turn(requested, text, "deny", 0.69)
    assert (result.requested, result.changes) == (requested, {slot: value})
    assert result.say == (f"utter_changed_{slot}",)


@pytest.mark.parametrize(
    ("requested", "text"),
    [
        ("phone_number", "no problem"),
        ("phone_number", "sorry it's late"),
        ("phone_number", "no, it's my wife's"),
        ("callback_topic", "no more treatment"),
        ("callback_topic", "sorry, my scan"),
    ],
)
def test_what_only_begins_like_a_correction_changes_no_answer(requested, text):
    result = turn(requested, text, "nlu_fallback", 0.5)
    assert not {"first_name", "best_time"} & {slot for slot, value in result.changes.items() if value}


@pytest.mark.parametrize("text", ["www.example.org", "https://example.org/contact", "example.org"])
def test_a_pages_address_is_no_address_to_write_to(text):
    values = {"first_name": "Grace", "callback_method": "email"}
    result = turn("phone_number", text, "faq", values=values)
    assert result.say == ("utter_invalid_phone_number",)
    assert not result.digression
