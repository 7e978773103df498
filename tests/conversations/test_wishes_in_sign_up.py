"""What people say in place of the answer that the sign-up for a volunteer asks for, and what it means there."""

import pytest


async def at_consent(stage):
    await stage.say("match me with a volunteer", "request_volunteer")


async def at_method(stage):
    await at_consent(stage)
    for text in ("Yes", "Grace", "For myself"):
        said = await stage.say(text, "inform")
    assert "How would you like to be reached" in said


@pytest.mark.parametrize(
    "text",
    [
        "no not someone older than me, last time it was a lady of 72",
        "no men please",
        "not a nurse, a patient",
        "no one too cheerful please lol",
        "somebody my age, i am 38",
        "someone who had kids at home when they found out",
    ],
)
@pytest.mark.parametrize("intent", ["deny", "nlu_fallback"])
async def test_whom_one_hopes_for_ends_nothing(stage, text, intent):
    await at_consent(stage)
    reply = await stage.say(text, intent)
    assert "That matters for a match" in reply
    assert "Is it all right if I ask" in reply
    assert "first name" in (await stage.say("Yes", "affirm")).lower()


@pytest.mark.parametrize("text", ["no", "No thanks", "nope, not now", "no, I changed my mind"])
async def test_a_no_is_one(stage, text):
    await at_consent(stage)
    assert "I stopped" in await stage.say(text, "deny")


async def test_a_number_says_how_one_is_reached(stage):
    await at_method(stage)
    await stage.say("215 555 0143", "inform")
    slots = await stage.slots()
    assert slots["contact_method"] == "phone"
    assert "2155550143" in slots["contact_address"].replace(" ", "").replace("-", "")


@pytest.mark.parametrize(
    "text", ["either", "i don't mind", "whatever is easiest", "any of those is fine", "oh, whichever"]
)
async def test_any_way_is_by_phone(stage, text):
    await at_method(stage)
    await stage.say(text, "nlu_fallback")
    assert (await stage.slots())["contact_method"] == "phone"


@pytest.mark.parametrize("text", ["anything but phone", "not email", "hm"])
async def test_what_is_no_way_is_asked_again(stage, text):
    await at_method(stage)
    await stage.say(text, "nlu_fallback")
    assert (await stage.slots()).get("contact_method") is None


@pytest.mark.parametrize("text", ["from the beginning", "all over", "right from the start"])
async def test_an_answer_does_not_begin_the_conversation_anew(stage, text):
    await at_method(stage)
    await stage.say(text, "start_over")
    assert await stage.form() == "volunteer_form"
    assert (await stage.slots())["first_name"] == "Grace"


@pytest.mark.parametrize("text", ["start over", "please restart", "can we start again?", "begin again from scratch"])
async def test_who_says_so_begins_anew(stage, text):
    await at_method(stage)
    await stage.say(text, "start_over")
    assert await stage.form() is None
