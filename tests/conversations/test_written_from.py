"""The number that somebody writes from is offered for a call back: asked, with its last figures, never just taken."""

import pytest

NUMBER = "+12155550142"
OFFER = "Shall we call you at the number you write from, which ends in 0142?"


async def up_to_number(stage, *, written_from: str | None = NUMBER) -> str:
    stage.written_from = written_from
    await stage.say("please call me back", "request_callback")
    return await stage.say("Grace")


async def test_it_is_asked_and_a_yes_takes_it(stage):
    assert OFFER in await up_to_number(stage)
    assert (await stage.slots()).get("phone_number") is None
    assert "(215) 555-0142" in await stage.say("yes", "affirm")
    assert (await stage.slots())["phone_number"] == NUMBER


async def test_before_the_yes_nothing_that_is_kept_holds_it(stage):
    await up_to_number(stage)
    assert NUMBER not in stage.kept
    assert "555" not in stage.kept_words
    await stage.say("no", "deny")
    assert NUMBER not in stage.kept
    assert '"written_from"' not in stage.kept


@pytest.mark.parametrize("said", ["no", "another number", "not this number", "no, a different number please"])
async def test_a_no_asks_for_a_number_and_does_not_offer_it_again(stage, said):
    await up_to_number(stage)
    assert "What phone number should the helpline call?" in await stage.say(said, "deny")
    assert "write from" not in await stage.say("what is that for", "ask_why_needed")
    assert "write from" not in await stage.say("12")
    await stage.say("212 555 0177")
    assert (await stage.slots())["phone_number"] == "+12125550177"


@pytest.mark.parametrize("said", ["this number", "yes, this number please", "the number I'm texting from", "sure"])
async def test_a_yes_in_other_words_takes_it(stage, said):
    await up_to_number(stage)
    await stage.say(said, "inform")
    assert (await stage.slots())["phone_number"] == NUMBER


@pytest.mark.parametrize("said", ["no, 212 555 0177", "212 555 0177", "yes but call 212-555-0177"])
async def test_another_number_is_taken_at_once(stage, said):
    await up_to_number(stage)
    await stage.say(said)
    assert (await stage.slots())["phone_number"] == "+12125550177"


@pytest.mark.parametrize("said", ["hmm", "maybe", "0142", "who wants to know"])
async def test_what_is_no_yes_takes_nothing(stage, said):
    await up_to_number(stage)
    await stage.say(said, "affirm", 0.9)
    assert (await stage.slots()).get("phone_number") is None


async def test_an_aside_asks_the_same_again(stage):
    await up_to_number(stage)
    assert OFFER in await stage.say("what does NED mean", "faq/ned")
    await stage.say("yes", "affirm")
    assert (await stage.slots())["phone_number"] == NUMBER


async def test_it_is_offered_for_a_text_message_and_not_for_an_email(stage):
    await up_to_number(stage)
    assert "Shall the text message go to the number you write from" in await stage.say("text me instead")
    assert "email address" in await stage.say("by email")


async def test_a_channel_that_does_not_know_it_asks_as_before(stage):
    said = await up_to_number(stage, written_from=None)
    assert "What phone number should the helpline call?" in said
    assert "write from" not in said


async def test_a_yes_without_the_number_is_no_answer(stage):
    await up_to_number(stage)
    stage.written_from = None
    await stage.say("yes", "affirm")
    assert (await stage.slots()).get("phone_number") is None


async def test_the_number_that_is_to_be_changed_is_not_offered(stage):
    await up_to_number(stage)
    for said in ("yes", "mornings", "skip"):
        await stage.say(said)
    summary = await stage.say("change my number", "correct_value")
    assert "What phone number" in summary
    assert "write from" not in summary
    await stage.say("212 555 0177")
    assert "saved" in await stage.say("yes, save it", "affirm")
    assert "0142" not in stage.kept_words
