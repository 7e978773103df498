"""A question whether the helpline is open is answered as one, whatever the classifier takes it for."""

import pytest

UNKNOWN = "don't know the helpline's hours"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("is the phone line open today", "faq/helpline"),
        ("can I call right now", "request_callback"),
        ("do you answer at night", "nlu_fallback"),
        ("are you closed on christmas", "out_of_scope"),
        ("are you available this weekend", "bot_challenge"),
        ("is the hotline open", "talk_to_person"),
    ],
)
async def test_it_is_said_that_the_hours_are_not_known(stage, text, intent):
    said = await stage.say(text, intent)
    assert UNKNOWN in said
    assert "(888) 753-LBBC (5222)" in said
    assert await stage.form() is None


async def test_a_call_back_is_offered_each_time(stage):
    assert "[Ask for a call back]" in await stage.say("are you open now", "nlu_fallback")
    assert "[Ask for a call back]" in await stage.say("are you open on sundays", "out_of_scope")


async def test_a_wish_for_a_call_back_stays_one(stage):
    await stage.say("can someone call me tonight", "request_callback")
    assert await stage.form() == "callback_form"


async def test_loneliness_and_danger_stay_what_they_are(stage):
    assert UNKNOWN not in await stage.say("is anyone there at night", "distress/loneliness")
    assert "988" in await stage.say("are you open now, I want to die", "crisis/self")


async def test_within_a_form_the_question_of_the_form_comes_again(stage):
    await stage.say("please call me back", "request_callback")
    said = await stage.say("are you open on sundays", "faq/helpline")
    assert UNKNOWN in said
    assert await stage.form() == "callback_form"
