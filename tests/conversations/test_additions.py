"""What is said after a request was saved is never lost in silence: it is shown as a change, or said not to be in it."""

import pytest

from helpline.store.tables import VolunteerRow
from tests.conversations.test_callback_form import begin_and_fill
from tests.conversations.test_saved_requests import callback, saved
from tests.conversations.test_volunteer_form import fill


def volunteer(store):
    with store.transaction() as session:
        return session.query(VolunteerRow).one()


@pytest.mark.parametrize(
    ("text", "intent", "kept"),
    [
        ("oh and mornings are better", "nlu_fallback", "mornings are better"),
        ("not before noon please", "nlu_fallback", "not before noon please"),
        ("could they call in the evening instead?", "request_callback", "could they call in the evening instead?"),
        ("actually call me after 5", "request_callback", "call me after 5"),
        ("please note that I work nights", "nlu_fallback", "I work nights"),
        ("I forgot to say I'm only free on Fridays", "faq/helpline", "I'm only free on Fridays"),
    ],
)
async def test_a_time_is_shown_in_the_visitors_words_and_saved_only_after_a_yes(stage, store, text, intent, kept):
    code = await saved(stage)
    reply = await stage.say(text, intent)
    assert f"request {code} with the change" in reply
    assert f"Best time: {kept}" in reply
    assert callback(store).best_time == "after lunch"
    assert "change is saved" in await stage.say("yes", "affirm")
    assert callback(store).best_time == kept


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("I also have HER2+ disease", "nlu_fallback"),
        ("and it spread to my lungs too", "faq/spread_sites"),
        ("I forgot to say I'm deaf in one ear", "nlu_fallback"),
        ("I forgot to say I have kids", "distress/guilt"),
        ("tell them I speak only Spanish", "faq/family_friends"),
        ("can you add that I have two kids?", "faq/newsletter"),
        ("i forgot something", "faq/newsletter"),
        ("one more thing, I'm a nurse", "ask_more"),
    ],
)
async def test_what_the_call_back_does_not_ask_for_is_said_not_to_be_in_it(stage, store, text, intent):
    code = await saved(stage)
    reply = await stage.say(text, intent)
    assert f"It is not in your request {code}" in reply
    assert "(888) 753-LBBC" in reply
    assert "[Change what it is about]" in reply
    assert await stage.form() is None
    row = callback(store)
    assert (row.first_name, row.best_time, row.callback_topic) == ("Grace", "after lunch", "telling my kids")


async def test_after_that_the_topic_can_be_changed(stage, store):
    await saved(stage)
    await stage.say("I forgot to say I'm deaf in one ear", "nlu_fallback")
    assert "like to talk about" in await stage.say("Change what it is about", "nlu_fallback")
    assert "deaf in one ear" in await stage.say("deaf in one ear, my kids", "nlu_fallback")
    await stage.say("yes", "affirm")
    assert callback(store).callback_topic == "deaf in one ear, my kids"


async def test_what_a_match_asks_for_comes_on_top_of_what_was_said(stage, store):
    await fill(stage)
    await stage.say("yes", "affirm")
    before = list(volunteer(store).spread_sites)
    assert "lungs" in await stage.say("also it's in my lungs", "faq/spread_sites")
    assert list(volunteer(store).spread_sites) == before
    await stage.say("yes", "affirm")
    assert set(volunteer(store).spread_sites) == {*before, "lungs"}
    assert "in your request" in await stage.say("it's in my lungs too", "nlu_fallback")
    assert await stage.form() is None


async def test_a_further_wish_to_talk_about_keeps_the_first(stage, store):
    await saved(stage)
    reply = await stage.say("also I want to talk about money", "faq/newsletter")
    assert "telling my kids; I want to talk about money" in reply
    await stage.say("yes", "affirm")
    assert callback(store).callback_topic == "telling my kids; I want to talk about money"


async def test_with_two_requests_the_one_that_asks_for_it_is_meant(stage, store):
    await saved(stage)
    await fill(stage)
    await stage.say("yes", "affirm")
    assert "lungs" in await stage.say("I also have it in my lungs", "nlu_fallback")
    await stage.say("yes", "affirm")
    assert "lungs" in volunteer(store).spread_sites
    assert "[The call back]" in await stage.say("mornings are better", "nlu_fallback")


@pytest.mark.parametrize(
    ("text", "intent", "answer"),
    [
        ("what is stable disease", "faq/stable_disease", "utter_faq/stable_disease"),
        ("I also have brain mets what does that mean", "faq/spread_sites", "utter_faq/spread_sites"),
        ("I'm also so scared at night", "distress/fear", "utter_distress/fear"),
        ("my pain is worse at night", "faq/symptoms", "utter_faq/symptoms"),
        ("should have told my kids in the morning but I can't", "distress/guilt", "utter_distress/guilt"),
    ],
)
async def test_a_question_or_a_feeling_is_no_addition(stage, text, intent, answer):
    await saved(stage)
    reply = await stage.say(text, intent)
    assert reply.split("\n")[0][:30] in stage.processor.domain.responses[answer][0]["text"]
    assert await stage.form() is None


async def test_a_call_is_a_wish_of_its_own_after_a_sign_up_for_a_volunteer(stage):
    await fill(stage)
    await stage.say("yes", "affirm")
    assert "first name" in await stage.say("can someone call me tomorrow", "request_callback")


async def test_without_a_saved_request_nothing_of_it_is_said(stage):
    reply = await stage.say("I also have HER2+ disease", "nlu_fallback")
    assert "request" not in reply
    await begin_and_fill(stage)
    await stage.say("cancel", "cancel")
    assert "change" not in await stage.say("oh and mornings are better", "nlu_fallback")
