"""What a form does with a value that is in doubt, denied, added later or another person's."""

import pytest

from helpline.forms.definition import CALLBACK, VOLUNTEER
from helpline.forms.engine import Background
from helpline.forms.message import Message
from helpline.forms.prefill import facts_in, prefill
from helpline.requests.changes import open_for_change
from tests.forms.steps import FULL, SIGNED, turn

TWO = "646-555-0134 or 212-555-0187"


def said(*texts):
    """Return the background of a form in which this was said, the last just now."""
    return Background(messages=tuple(map(Message, ("call me", *texts))))


def address(*texts, method="email"):
    values = {**SIGNED, "contact_method": method}
    return turn("contact_address", texts[-1], form=VOLUNTEER, values=values, background=said(*texts))


def test_of_two_numbers_one_is_asked_for_and_can_be_chosen():
    asked = turn("phone_number", TWO, background=said(TWO))
    assert (asked.requested, asked.changes) == ("phone_number", {})
    assert (asked.doubt, asked.say) == ("utter_ask_which_number", ())
    assert asked.candidates == ("(646) 555-0134", "(212) 555-0187")
    for choice, number in [("the second one", "+12125550187"), ("1", "+16465550134"), ("212-555-0187", "+12125550187")]:
        assert turn("phone_number", choice, background=said(TWO, choice)).changes == {"phone_number": number}
    assert turn("phone_number", "yes", background=said(TWO, "yes")).changes == {}


def test_a_number_of_somebody_else_is_taken_when_it_is_confirmed():
    doctors = "my doctor's number is 646-555-0134"
    assert turn("phone_number", doctors, background=said(doctors)).doubt == "utter_ask_if_your_number"
    for answer in ("yes", doctors):
        changes = turn("phone_number", answer, background=said(doctors, answer)).changes
        assert changes == {"phone_number": "+16465550134"}
    no = turn("phone_number", "no", background=said(doctors, "no"))
    assert (no.requested, no.changes, no.say) == ("phone_number", {"phone_number": None}, ())


def test_the_helplines_own_number_is_never_the_visitors():
    own = turn("phone_number", "888-753-5222", background=said("888-753-5222", "888-753-5222"))
    assert (own.doubt, own.changes) == ("utter_number_not_yours", {})


def test_an_address_in_doubt_that_corrects_is_asked_about_too():
    values = {**SIGNED, "contact_method": "email"}
    result = turn("contact_address", "not an@gmail.com", "correct_value", form=VOLUNTEER, values=values)
    assert (result.doubt, result.requested) == ("utter_ask_if_your_address", "contact_address")


def test_a_misspelled_address_is_asked_about():
    assert address("rosa@gmial.con").doubt == "utter_ask_if_address_meant"
    assert address("rosa@gmial.con").candidates == ("rosa@gmail.com",)
    assert address("rosa@gmial.con", "yes").changes == {"contact_address": "rosa@gmail.com"}
    assert address("rosa@gmial.con", "no").changes == {"contact_address": None}
    assert address("rosa@gmial.con", "rosa@gmial.con").changes == {"contact_address": "rosa@gmial.con"}
    assert address("rosa@gmial.con", "no", "rosa@gmial.con").changes == {"contact_address": "rosa@gmial.con"}
    assert address("rosa@gmial.con", "rosa@yahoo.com").changes == {"contact_address": "rosa@yahoo.com"}


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("\u0e13\u0e31\u0e10", "other_language"),
        ("\u738b\u82b3", "other_language"),
        ("María del Carmen Ruiz", "other_language"),
        ("Nguyễn Thị Lan", "other_language"),
        ("call me Al", "request_callback"),
        ("it's Mary-Jo O'Neil", "nlu_fallback"),
        ("Joy Grace", "distress"),
        ("Linda from Ohio", "out_of_scope"),
    ],
)
def test_a_name_is_a_name_whatever_the_classifier_makes_of_it(text, intent):
    result = turn("first_name", text, intent)
    assert result.requested == "phone_number"
    assert result.changes["first_name"]


def test_a_sentence_in_another_language_is_no_name():
    for text in (
        "¿hablas español?",
        "no hablo inglés",
        "hola",
        "\u4f60\u4f1a\u8bf4\u4e2d\u6587\u5417\u6211",
    ):
        assert turn("first_name", text, "other_language").digression


def test_a_name_that_is_said_twice_is_taken():
    values = dict.fromkeys(CALLBACK.order)
    assert turn("first_name", "Chemo", "faq", values=values, background=said("Chemo")).digression
    again = turn("first_name", "Chemo", "faq", values=values, background=said("Chemo", "Chemo"))
    assert again.changes == {"first_name": "Chemo"}


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("whenever you can. call ASAP I'm scared", "distress"),
        ("asap please, I'm frightened", "distress"),
        ("cancel my morning, call at 3", "cancel"),
        ("skip monday, make it tuesday", "skip"),
        ("please phone me after lunch", "request_callback"),
    ],
)
def test_a_time_is_an_answer_to_when_whatever_else_is_said(text, intent):
    result = turn("best_time", text, intent)
    assert result.changes == {"best_time": text}
    assert result.requested == "callback_topic"


def test_a_feeling_or_a_cancel_is_not_taken_for_a_time():
    assert turn("best_time", "I'm so scared at night", "distress").digression
    assert turn("best_time", "cancel the call tomorrow", "cancel").changes == {"callback_confirmed": False}


def test_the_wish_that_began_the_form_is_no_other_wish():
    again = turn("phone_number", "I want someone to call me back", "request_callback")
    assert (again.digression, again.requested, again.say) == (False, "phone_number", ("utter_under_way_callback",))
    concern = "I want to be matched with someone who has kids"
    result = turn("main_concern", concern, "request_volunteer", form=VOLUNTEER)
    assert result.changes == {"main_concern": concern}


@pytest.mark.parametrize("words", ["please don't call me", "please don't phone me, my husband listens in"])
def test_who_says_that_a_call_is_not_safe_hears_so_and_is_asked_for_another_way(words):
    result = turn("contact_method", words, "request_callback", form=VOLUNTEER)
    assert (result.requested, result.say) == ("contact_method", ("utter_no_call",))
    assert result.changes.get("contact_method") is None
    named = turn("contact_method", f"{words}. email is fine", "request_callback", form=VOLUNTEER)
    assert named.changes["contact_method"] == "email"


def test_who_must_not_be_called_is_not_told_that_the_call_is_under_way():
    result = turn("callback_method", "no, don't call me", "request_callback", values={"first_name": "Grace"})
    assert (result.requested, result.say) == ("callback_method", ("utter_no_call",))
    assert result.changes.get("callback_method") is None


def test_an_address_for_the_call_back_form_may_be_in_doubt_and_is_no_try_in_vain():
    values = {"first_name": "Grace", "callback_method": "email"}
    asked = turn("phone_number", "rosa@gmial.con", values=values, background=said("rosa@gmial.con"))
    assert (asked.doubt, asked.candidates) == ("utter_ask_if_address_meant", ("rosa@gmail.com",))
    assert not asked.is_stuck
    background = said("rosa@gmial.con", "yes")
    assert turn("phone_number", "yes", values=values, background=background).changes == {
        "phone_number": "rosa@gmail.com"
    }


def test_the_wish_is_no_other_wish_at_the_consent_either():
    result = turn("volunteer_consent", "I'd like a mentor with kids", "request_volunteer", form=VOLUNTEER, values={})
    assert (result.digression, result.say) == (False, ("utter_under_way_volunteer",))


def test_later_additions_come_on_top():
    values = {**SIGNED, "cancer_subtype": ["lobular"], "spread_sites": ["bones"]}
    result = turn("age_range", "I also have HER2+", form=VOLUNTEER, values=values)
    assert result.changes == {"cancer_subtype": ["lobular", "her2_positive"]}
    result = turn("volunteer_confirmed", "it's also in my liver, not the brain", form=VOLUNTEER, values=values)
    assert result.changes == {"spread_sites": ["bones", "liver"]}
    result = turn("main_concern", "my liver, and also my bones worry me", form=VOLUNTEER, values=values)
    assert set(result.changes) == {"main_concern"}


@pytest.mark.parametrize(
    ("requested", "text", "intent", "changes"),
    [
        ("diagnosis_type", "HER2+ and lobular", "advice", {"cancer_subtype": ["her2_positive", "lobular"]}),
        ("diagnosis_type", "it's in my bones and my liver", "faq", {"spread_sites": ["bones", "liver"]}),
        ("diagnosis_type", "HR negative, HER2+", "inform", {"cancer_subtype": ["her2_positive"]}),
        ("for_whom", "I'm 47", "inform", {"age_range": "40-49"}),
        ("diagnosis_type", "forty-five", "nlu_fallback", {"age_range": "40-49"}),
    ],
)
def test_an_answer_to_a_later_question_is_taken_and_the_question_asked_again(requested, text, intent, changes):
    values = {**SIGNED, "contact_method": "email", "contact_address": "iris@example.org", requested: None}
    result = turn(requested, text, intent, form=VOLUNTEER, values=values)
    assert (result.changes, result.say, result.requested) == (changes, ("utter_noted_other",), requested)


def test_what_was_left_out_can_be_told_below_the_summary():
    values = dict.fromkeys(VOLUNTEER.order) | SIGNED
    left_out = ("age_range",)
    result = turn("volunteer_confirmed", "I'm 62", form=VOLUNTEER, values=values, skipped=left_out)
    assert (result.changes, result.skipped) == ({"age_range": "60-69"}, ())


@pytest.mark.parametrize(
    ("requested", "text"),
    [
        ("diagnosis_type", "my liver hurts so much"),
        ("diagnosis_type", "not the liver"),
        ("diagnosis_type", "HER2 negative"),
        ("diagnosis_type", "is lobular worse"),
        ("diagnosis_type", "she is 71"),
        ("contact_address", "55"),
    ],
)
def test_what_says_more_or_is_of_somebody_else_answers_no_later_question(requested, text):
    assert turn(requested, text, "distress", form=VOLUNTEER).changes == {}


@pytest.mark.parametrize("requested", ["diagnosis_type", "cancer_subtype", "main_concern", "preferred_times"])
def test_a_number_alone_takes_the_place_of_the_one_before(requested):
    values = dict.fromkeys(VOLUNTEER.order) | SIGNED | {"contact_method": "phone", "contact_address": "+12155550142"}
    result = turn(requested, "215 555 0199", form=VOLUNTEER, values=values)
    assert (result.changes, result.say) == ({"contact_address": "+12155550199"}, ("utter_noted_contact_address",))


@pytest.mark.parametrize(
    "text", ["what happens with my number?", "what will you do with it", "where does my number go?"]
)
def test_what_becomes_of_an_answer_is_said(text):
    assert turn("phone_number", text, "faq").say == ("utter_why_phone_number",)


def test_a_carer_is_asked_for_the_age_of_the_person_with_the_illness():
    values = {**SIGNED, "for_whom": "other"}
    assert turn("age_range", "I'm 45, my mother is 71", form=VOLUNTEER, values=values).changes == {"age_range": "70+"}
    assert turn("age_range", "I'm 45", form=VOLUNTEER, values=values).say == ("utter_invalid_age_range",)
    mine = turn("age_range", "my mother is 71", form=VOLUNTEER)
    assert (mine.changes, mine.say) == ({}, ("utter_invalid_age_range",))


def test_an_age_that_was_told_of_oneself_is_not_the_others():
    values = {"volunteer_consent": True, "first_name": "Grace", "age_range": "40-49"}
    facts = Background({"age_range": "40-49"}, (Message("I'm 47, a volunteer please"), Message("for my mom")))
    result = turn("for_whom", "for my mom", form=VOLUNTEER, values=values, background=facts)
    assert result.changes == {"for_whom": "other", "age_range": None}
    assert turn("for_whom", "for me", form=VOLUNTEER, values=values, background=facts).changes == {"for_whom": "self"}


def test_a_saved_request_that_turns_out_to_be_anothers_asks_for_the_age_again():
    slots = dict.fromkeys(VOLUNTEER.order) | SIGNED | {"for_whom": "self", "age_range": "40-49"}
    message = Message("it should be who it is for: my mom", "correct_value", 0.9)
    changed = open_for_change(VOLUNTEER, slots, message, "US")
    assert (changed["for_whom"], changed["age_range"]) == ("other", None)
    assert "age_range" not in changed["skipped_steps"]


def test_a_denied_fact_is_not_kept():
    entities = {"spread_site": ["liver", "bones"], "subtype": ["her2_negative"]}
    assert facts_in(Message("it's not in my liver, only the bones", "inform", 0.9, entities)) == {
        "spread_sites": ["bones"]
    }
    denied = Message("I never had a recurrence", "inform", 0.9, {"diagnosis_stage": ["recurrence"]})
    assert facts_in(denied) == {}


@pytest.mark.parametrize(
    ("text", "times", "found"),
    [
        ("call me back, but not in the morning", ["morning"], {"best_time": "not in the morning"}),
        ("I called (888) 753-5222, call me back", [], {}),
        ("my oncologist's office is 212-555-0100, call me back", [], {}),
        ("my sister's number is 212-555-0100, call me back", [], {}),
        (f"call me back: {TWO}", [], {}),
        ("call me back at 212-555-0187 room 4", [], {"phone_number": "+12125550187, room 4"}),
    ],
)
def test_what_is_said_with_the_wish_is_taken_only_where_it_is_the_visitors(text, times, found):
    message = Message(text, "request_callback", 0.9, {"time_of_day": times} if times else {})
    assert prefill(CALLBACK, {"callback_method": "phone"}, {}, (message,), "US") == found


def test_a_note_beside_the_number_can_be_corrected():
    result = turn("callback_confirmed", "my number is 646-555-0134 ext 7", "correct_value", values=FULL)
    assert result.changes == {"phone_number": "+16465550134;ext=7"}


@pytest.mark.parametrize("text", ["yes", "yes please", "yes save it", "ok"])
@pytest.mark.parametrize("requested", ["best_time", "callback_topic"])
def test_a_yes_says_neither_when_nor_what_about(requested, text):
    result = turn(requested, text, "affirm")
    assert (result.requested, result.changes) == (requested, {})


def test_a_sentence_without_a_time_is_no_time_and_a_few_words_may_be_one():
    told = turn("best_time", "i just want to talk to somebody who has had this", "nlu_fallback", 0.4)
    assert (told.requested, told.changes) == ("best_time", {})
    for text in ("you pick, I'm retired", "once my daughter is back from school", "it really does not matter to me"):
        assert turn("best_time", text, "nlu_fallback", 0.4).changes == {"best_time": text}


def test_a_number_beside_a_few_words_corrects_the_number_and_is_no_time():
    result = turn("best_time", "oh sorry i dont have my glasses. 215 877 4310", "nlu_fallback", 0.4)
    assert result.changes == {"phone_number": "+12158774310"}


def test_a_time_where_the_topic_is_asked_for_corrects_the_time():
    result = turn("callback_topic", "not mornings, afternoons", "nlu_fallback", 0.4)
    assert result.changes == {"best_time": "not mornings, afternoons"}
    assert turn("callback_topic", "nights are hard", "distress").changes == {"callback_topic": "nights are hard"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Call back pls. Dot, 215-843-7702", {"first_name": "Dot", "phone_number": "+12158437702"}),
        ("call me please 773 506 9914 lynette", {"first_name": "Lynette", "phone_number": "+17735069914"}),
        ("Work, 215 447 9206 call me", {"phone_number": "+12154479206"}),
        ("call my cell 215 447 9206 Philadelphia", {"phone_number": "+12154479206"}),
        ("can someone call me, it's about my new scan", {"callback_topic": "my new scan"}),
        ("I want a call about support groups thursday at 3", {"callback_topic": "support groups"}),
        (
            "call me about how to help her, 215 447 9206",
            {"phone_number": "+12154479206", "callback_topic": "how to help her"},
        ),
        ("how about a call", {}),
        ("call me about 3", {}),
    ],
)
def test_a_name_beside_the_number_and_the_reason_are_taken_from_the_wish(text, found):
    message = Message(text, "request_callback", 0.9, {})
    assert prefill(CALLBACK, {"callback_method": "phone"}, {}, (message,), "US") == found


@pytest.mark.parametrize(
    "text", ["can it be a man", "does she live near me", "will she call me", "how often do we talk", "is she my age"]
)
def test_who_asks_about_the_volunteer_within_the_match_stays_in_it(text):
    values = {slot: SIGNED.get(slot) for slot in VOLUNTEER.order}
    result = turn("contact_method", text, "request_callback", form=VOLUNTEER, values=values)
    assert (result.requested, result.say) == ("contact_method", ("utter_who_calls_volunteer",))


def test_what_came_back_is_an_answer_and_no_wish_to_go_back():
    values = {**SIGNED, "contact_method": "phone", "contact_address": "+12155550142"}
    values = {slot: values.get(slot) for slot in VOLUNTEER.order}
    assert turn("diagnosis_type", "came back", "go_back", 0.9, form=VOLUNTEER, values=values).changes == {
        "diagnosis_type": "recurrence"
    }
    for text in ("that's all correct", "yes that is correct, thank you"):
        result = turn("diagnosis_type", text, "correct_value", 0.9, form=VOLUNTEER, values=values)
        assert (result.requested, result.changes) == ("diagnosis_type", {})


@pytest.mark.parametrize(
    ("text", "way"),
    [("call her at 215-639-4481", "phone"), ("priya.n@example.org", "email"), ("text me at 215 639 4481", "text")],
)
def test_an_address_where_the_way_is_asked_for_tells_the_way(text, way):
    values = {slot: SIGNED.get(slot) for slot in VOLUNTEER.order}
    assert turn("contact_method", text, form=VOLUNTEER, values=values).changes["contact_method"] == way
