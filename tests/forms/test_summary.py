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
    ["yes", "correct", "that's correct", "ok", "looks good", "yes thats right save", "well ok then yes", "uh huh"],
)
def test_a_clear_yes_saves_whatever_the_classifier_makes_of_it(text):
    result = turn("callback_confirmed", text, "nlu_fallback", 0.4, values=FULL)
    assert result.changes == {"callback_confirmed": True}


@pytest.mark.parametrize("text", ["nothing", "no", "it's all fine", "leave it as it is", "back", "no changes"])
def test_who_wants_nothing_changed_after_all_sees_the_summary_again(text):
    result = turn(CHANGE, text, "nlu_fallback", 0.4, values=FULL)
    assert (result.requested, result.changes, result.say) == ("callback_confirmed", {}, ())
