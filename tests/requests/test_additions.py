"""What adds to a request that was saved, and what only sounds like it."""

import pytest

from helpline.forms.definition import CALLBACK, VOLUNTEER
from helpline.forms.message import Message
from helpline.requests.additions import Addition, goes_on_about_oneself, may_be_addition, read_addition, says_addition
from tests.builders import callback_request, volunteer_request


@pytest.mark.parametrize(
    "text",
    [
        "oh and mornings are better",
        "not before noon please",
        "could they call in the evening instead?",
        "weekdays after 3 work best for me",
        "I also have HER2+ disease",
        "and it's in my lungs too",
        "also I want to talk about money",
    ],
)
def test_what_a_form_asks_for_may_be_an_addition(text):
    assert may_be_addition(text)


@pytest.mark.parametrize(
    "text",
    [
        "my pain is worse at night",
        "is it better to take the pill in the evening?",
        "nights are the worst",
        "I also have brain mets, what does that mean",
        "do I also have HER2+ disease?",
        "my daughter is home in the evening",
        "thanks",
    ],
)
def test_a_question_a_symptom_or_a_story_is_none(text):
    assert not may_be_addition(text)
    assert not goes_on_about_oneself(text)
    assert not says_addition(text)


@pytest.mark.parametrize(
    "text", ["I forgot to tell my doctor about the pain", "I should have told my kids", "add me to the list"]
)
def test_who_tells_somebody_else_adds_nothing(text):
    assert not says_addition(text)


@pytest.mark.parametrize("text", ["one more thing, I'm a nurse", "and I have two kids", "oh I live alone"])
def test_going_on_about_oneself_right_after_a_request(text):
    assert goes_on_about_oneself(text)


def read(form, request, text):
    return read_addition(form, request, Message(text), "US")


def test_a_time_keeps_all_of_the_visitors_words():
    request = callback_request(best_time="after lunch")
    for text in ("could they call in the evening instead?", "not before noon please"):
        assert read(CALLBACK, request, text) == Addition("best_time", text)
    assert read(CALLBACK, request, "oh and mornings are better") == Addition("best_time", "mornings are better")


def test_several_options_come_on_top_and_a_denied_one_goes():
    request = volunteer_request(spread_sites=("bones", "liver"))
    assert read(VOLUNTEER, request, "also in my lungs") == Addition("spread_sites", ["bones", "liver", "lungs"])
    assert read(VOLUNTEER, request, "also bones") == Addition("spread_sites", ["bones", "liver"], is_there_already=True)
    assert read(VOLUNTEER, request, "also my lungs, but not the liver") == Addition("spread_sites", ["bones", "lungs"])


def test_what_the_form_does_not_ask_for_is_none():
    assert read(CALLBACK, callback_request(), "I also have HER2+ disease") is None
    assert read(CALLBACK, callback_request(), "I forgot to say I'm deaf in one ear") is None
