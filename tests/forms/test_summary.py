"""Below the summary: what saves a request, what changes it, and what does neither."""

import pytest

from helpline.forms.definition import CHANGE
from tests.forms.steps import FULL, turn


def test_a_no_to_the_summary_asks_what_to_change_and_a_yes_ends_the_form():
    no = turn("callback_confirmed", "No", "deny", values=FULL)
    assert (no.requested, no.changes) == (CHANGE, {"callback_confirmed": None})
    named = turn(CHANGE, "My phone number", values=FULL)
    assert (named.requested, named.changes) == ("phone_number", {"phone_number": None})
    yes = turn("callback_confirmed", "Yes, that's right", "affirm", values=FULL)
    assert (yes.requested, yes.changes) == (None, {"callback_confirmed": True})


def test_an_unclear_word_is_never_a_yes():
    result = turn("callback_confirmed", "hmm purple", "out_of_scope", values=FULL)
    assert (result.requested, result.say) == ("callback_confirmed", ("utter_invalid_callback_confirmed",))


@pytest.mark.parametrize(
    ("text", "requested", "changes"),
    [
        ("time", "best_time", {"best_time": None}),
        ("my number", "phone_number", {"phone_number": None}),
        ("mornings", "callback_confirmed", {"best_time": "mornings"}),
    ],
)
def test_a_word_below_the_summary_says_what_to_change(text, requested, changes):
    values = {**FULL, "callback_confirmed": None}
    result = turn("callback_confirmed", text, "greet", values=values)
    assert (result.requested, result.changes) == (requested, changes)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("make it afternoons", "afternoons"),
        ("could they call in the evening", "in the evening"),
        ("call after 6 instead", "after 6"),
        ("actually, thursday at 3", "thursday at 3"),
        ("i'd rather mornings", "mornings"),
        ("can you change it to afternoons", "afternoons"),
        ("any day but sunday", "any day but sunday"),
        ("nights after 8 pacific time", "nights after 8 pacific time"),
        ("everything is fine but call in the morning", "in the morning"),
    ],
)
def test_a_few_words_below_the_summary_move_the_call(text, time):
    result = turn("callback_confirmed", text, "nlu_fallback", 0.4, values={**FULL, "callback_confirmed": None})
    assert (result.requested, result.changes) == ("callback_confirmed", {"best_time": time})


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("and add that im deaf in one ear", "my kids; im deaf in one ear"),
        ("oh, tell them I'm hard of hearing", "my kids; I'm hard of hearing"),
        ("can you note that i have a baby", "my kids; i have a baby"),
    ],
)
def test_what_is_to_be_added_below_the_summary_is(text, topic):
    result = turn("callback_confirmed", text, "nlu_fallback", 0.4, values={**FULL, "callback_confirmed": None})
    assert (result.requested, result.changes) == ("callback_confirmed", {"callback_topic": topic})


@pytest.mark.parametrize(
    "text",
    [
        "drop the reason, i dont want that in there",
        "also take out the bit about the kids",
        "leave out the kids",
        "actually erase that last bit",
        "dont say the boss thing",
        "dont put that about my husband",
    ],
)
def test_what_is_to_be_left_out_is_asked_for_once_more_and_nothing_is_cancelled(text):
    result = turn("callback_confirmed", text, "cancel", 0.9, values={**FULL, "callback_confirmed": None})
    assert (result.requested, result.changes) == ("callback_topic", {"callback_topic": None})
    assert result.say == ("utter_tell_anew",)


@pytest.mark.parametrize(
    "text", ["remove my number", "delete all of it", "tell them", "add my name", "don't say anything to my husband"]
)
def test_nothing_else_is_left_out_or_added(text):
    result = turn("callback_confirmed", text, "nlu_fallback", 0.4, values={**FULL, "callback_confirmed": None})
    assert not {"callback_topic", "phone_number"} & {slot for slot, value in result.changes.items() if value}


def test_who_no_longer_wants_the_call_is_not_asked_for_another_way():
    result = turn("callback_confirmed", "forget it, i dont want the call anymore", "deny", values=FULL)
    assert result.changes == {"callback_confirmed": False}


@pytest.mark.parametrize(
    "text",
    ["ok goodnight. thank you for being there", "ok thanks, good night", "alright bye", "good night"],
)
def test_who_says_goodbye_below_the_summary_has_not_said_yes(text):
    result = turn("callback_confirmed", text, "goodbye", values={**FULL, "callback_confirmed": None})
    assert result.requested == "callback_confirmed"
    assert result.changes == {}


@pytest.mark.parametrize("text", ["when will they call", "can it be a nurse", "what about my data", "make it quick"])
def test_a_question_below_the_summary_moves_nothing(text):
    result = turn("callback_confirmed", text, "nlu_fallback", 0.4, values={**FULL, "callback_confirmed": None})
    assert (result.requested, result.changes) == ("callback_confirmed", {})


@pytest.mark.parametrize("text", ["yes", "ok thanks", "Grace", "save it"])
def test_a_word_that_names_no_answer_changes_none(text):
    result = turn("callback_confirmed", text, "thanks", values={**FULL, "callback_confirmed": None})
    assert "best_time" not in result.changes
    assert result.requested in {None, "callback_confirmed"}


@pytest.mark.parametrize(("command", "requested"), [("edit", CHANGE), ("change", CHANGE), ("back", "callback_topic")])
def test_a_command_at_the_summary_is_obeyed(command, requested):
    assert turn("callback_confirmed", command, "nlu_fallback", 0.5, values=FULL).requested == requested


@pytest.mark.parametrize(
    "text", ["hmm", "ok wait", "i am not sure", "i do not want that", "yes but the number", "um", "si"]
)
def test_nothing_is_saved_after_what_is_no_clear_yes(text):
    result = turn("callback_confirmed", text, "affirm", 0.82, values=FULL)
    assert "callback_confirmed" not in result.changes
    assert result.requested == "callback_confirmed"


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "correct",
        "that's correct",
        "ok",
        "looks good",
        "yes thats right save",
        "well ok then yes",
        "uh huh",
        "its all right",
        "everything is fine",
        "all fine",
        "looks great",
        "alright then its fine",
    ],
)
def test_a_clear_yes_saves_whatever_the_classifier_makes_of_it(text):
    result = turn("callback_confirmed", text, "nlu_fallback", 0.4, values=FULL)
    assert result.changes == {"callback_confirmed": True}


@pytest.mark.parametrize("text", ["nothing", "no", "it's all fine", "leave it as it is", "back", "no changes"])
def test_who_wants_nothing_changed_after_all_sees_the_summary_again(text):
    result = turn(CHANGE, text, "nlu_fallback", 0.4, values=FULL)
    assert (result.requested, result.changes, result.say) == ("callback_confirmed", {}, ())


@pytest.mark.parametrize("text", ["no keep it", "leave it", "looks good", "yes", "whatever, its fine", "that's all"])
def test_nor_is_anything_cancelled_then(text):
    result = turn(CHANGE, text, "cancel", 0.95, values=FULL)
    assert (result.requested, result.changes) == ("callback_confirmed", {})


@pytest.mark.parametrize("text", ["no thats all", "no, that's everything thanks", "nothing more to add"])
def test_what_says_no_more_than_that_it_is_all_opens_no_menu_and_saves_nothing(text):
    result = turn("callback_confirmed", text, "deny", 0.9, values={**FULL, "callback_confirmed": None})
    assert (result.requested, result.changes) == ("callback_confirmed", {})
    assert result.say == ("utter_invalid_callback_confirmed",)


@pytest.mark.parametrize(
    "text", ["how do i cancel this later", "what if I change my mind", "can i cancel later if i need to"]
)
def test_who_asks_how_to_cancel_is_told_and_cancels_nothing(text):
    result = turn("callback_confirmed", text, "cancel", 0.95, values={**FULL, "callback_confirmed": None})
    assert (result.requested, result.changes, result.say) == ("callback_confirmed", {}, ("utter_how_to_cancel",))


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("the number is my old one! its 312 736 5135 now", {"phone_number": "+13127365135"}),
        ("call me Tessa instead", {"first_name": "Tessa"}),
        ("the name is Viera", {"first_name": "Viera"}),
        ("the time is wednesday at 2", {"best_time": "wednesday at 2"}),
        ("time is wrong too", {"best_time": None}),
        ("call me tomorrow", {"best_time": "tomorrow"}),
    ],
)
def test_an_answer_that_is_told_anew_below_the_summary_takes_the_place_of_the_old_one(text, changes):
    result = turn("callback_confirmed", text, "nlu_fallback", 0.4, values={**FULL, "callback_confirmed": None})
    assert result.changes == changes


@pytest.mark.parametrize("text", ["no, its fine", "no its all good"])
def test_a_no_that_says_all_is_right_opens_no_menu_and_saves_nothing(text):
    result = turn("callback_confirmed", text, "deny", values={**FULL, "callback_confirmed": None})
    assert (result.requested, result.changes) == ("callback_confirmed", {})


@pytest.mark.parametrize("text", ["forget the time", "delete the time", "take out the time", "no need for a time"])
@pytest.mark.parametrize("intent", ["cancel", "delete_my_data", "nlu_fallback"])
def test_an_answer_may_be_left_out_before_the_summary_and_cancels_nothing(text, intent):
    asked = turn("best_time", text, intent)
    assert (asked.requested, asked.skipped) == ("callback_topic", ("best_time",))


@pytest.mark.parametrize(
    "text", ["it doesn't matter", "i dont care when", "dont bother with a time", "no time", "no preference"]
)
def test_who_has_no_wish_leaves_it_out(text):
    asked = turn("best_time", text, "nlu_fallback", 0.4)
    assert (asked.requested, asked.skipped) == ("callback_topic", ("best_time",))


def test_what_is_left_out_by_name_is_asked_anew_where_it_was_answered():
    asked = turn("callback_topic", "delete the time", "delete_my_data")
    assert (asked.requested, asked.changes) == ("best_time", {"best_time": None})


def test_work_is_something_to_talk_about_and_no_time():
    asked = turn("callback_topic", "work", "nlu_fallback", 0.4)
    assert (asked.requested, asked.changes) == ("callback_confirmed", {"callback_topic": "work"})
