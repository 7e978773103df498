"""What is asked about people, beside a call or a match for oneself: how they get in touch, a message, giving help."""

import pytest

from helpline.store.tables import CallbackRow, VolunteerRow

NUMBER = "(888) 753-LBBC (5222)"


async def test_who_asks_how_a_call_goes_hears_what_is_not_known(stage):
    said = await stage.say("do they leave a voicemail", "ask_about_contact")
    assert "voicemail" in said
    assert "I do not know" in said
    assert NUMBER in said
    assert await stage.form() is None


async def test_within_a_form_the_question_is_answered_and_the_form_goes_on(stage):
    await stage.say("call me back", "request_callback")
    await stage.say("yes", "affirm")
    said = await stage.say("does it show as unknown caller", "ask_about_contact")
    assert "From which number they call" in said
    assert "first name" in said
    assert await stage.form() == "callback_form"


async def test_a_message_is_not_passed_on_and_nobody_is_made_to_believe_it(stage):
    said = await stage.say("tell the lady i spoke to thank you", "leave_message")
    assert "cannot pass on a message" in said
    assert NUMBER in said
    assert await stage.form() is None


@pytest.mark.parametrize("text", ["can i be a volunteer", "how do i donate"])
async def test_who_wants_to_give_is_not_put_into_the_form_for_patients(stage, text):
    said = await stage.say(text, "offer_help")
    assert "kind of you" in said
    assert NUMBER in said
    assert await stage.form() is None


async def test_the_last_weeks_are_met_with_the_people_who_can_answer(stage):
    first = await stage.say("my aunt is in hospice now", "distress/end_of_life")
    second = await stage.say("will she be in pain", "distress/end_of_life")
    assert "hospice or care team" in first
    assert "hospice or care team" in second
    assert first.partition(".")[2] not in second
    assert NUMBER in first
    assert NUMBER in second


async def test_the_staff_see_the_way_that_was_chosen_and_what_it_is_about(stage, store):
    await stage.say("call me back", "request_callback")
    await stage.say("do they leave a voicemail", "ask_about_contact")
    for answer in ("Grace", "no calls please, my husband listens in", "text message", "215 555 0142", "skip"):
        await stage.say(answer)
    await stage.say("never a voicemail please")
    await stage.say("yes", "affirm")
    with store.transaction() as session:
        (row,) = session.query(CallbackRow).all()
        assert row.contact_method == "text"
        assert row.callback_topic == "never a voicemail please"


@pytest.mark.parametrize("intent", ["leave_message", "offer_help"])
async def test_nothing_is_saved_of_a_message_or_an_offer(stage, store, intent):
    await stage.say("tell them Joan wants to help with the walk", intent)
    with store.transaction() as session:
        assert session.query(CallbackRow).count() == 0
        assert session.query(VolunteerRow).count() == 0
    assert "Joan" not in stage.kept_words
