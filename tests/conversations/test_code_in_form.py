"""The code of a saved request, said while a form is open: it is looked up, and the form goes on and says so."""

import pytest

from helpline.forms.definition import VOLUNTEER
from helpline.requests.reference import code_in_form
from tests.conversations.test_saved_requests import callback, saved
from tests.conversations.test_volunteer_form import ANSWERS

WRITTEN = ["my code is {}", "{}", "I have a request already: {}", "{} is my code"]


async def test_at_every_question_it_is_looked_up_and_the_question_comes_again(stage, store):
    code = await saved(stage)
    asked = await stage.say("match me with a volunteer", "request_volunteer")
    for place, answer in enumerate([*ANSWERS, None]):
        before = await values(stage)
        reply = await stage.say(WRITTEN[place % len(WRITTEN)].format(code.lower()), "nlu_fallback")
        assert f"{code} is saved, and it stays as it is" in reply
        assert "another request. It is not saved yet" in reply
        assert reply.endswith(asked.split("\n")[-1])
        assert await values(stage) == before
        if answer is not None:
            asked = await stage.say(*answer)


async def values(stage):
    slots = await stage.slots()
    return {slot: slots.get(slot) for slot in (*VOLUNTEER.order, "requested_slot", "skipped_steps")}


async def test_a_code_that_nobody_has_is_said_to_be_unknown_and_the_form_goes_on(stage):
    await stage.say("can someone call me", "request_callback")
    reply = await stage.say("my code is ACDE-34", "nlu_fallback")
    assert "cannot find a request with that code" in reply
    assert "goes on here" in reply
    assert reply.endswith("What is your first name?")


async def test_the_code_of_the_request_that_is_changed_right_now(stage, store):
    code = await saved(stage)
    await stage.say("change my number", "correct_value")
    reply = await stage.say(f"my code is {code}", "nlu_fallback")
    assert f"changing your request {code} right now" in reply
    assert "What phone number" in reply
    await stage.say("610 555 0117")
    await stage.say("yes", "affirm")
    assert callback(store).phone_number == "+16105550117"


@pytest.mark.parametrize("text", ["Kate-Ma", "Kate-Ma Smith", "change", "I want to talk about CANCER", "215-555-0142"])
def test_what_only_looks_like_a_code_is_an_answer(text):
    if text == "Kate-Ma":
        assert code_in_form(text) == "KATE-MA"  # nothing tells it from a code
    else:
        assert code_in_form(text) is None
