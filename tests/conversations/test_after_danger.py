"""After danger was answered, by the real rules: the next words are no question of their own, and it may go on."""

import pytest

from helpline.nlu.intents import FOLLOW_UPS

AGAIN = [
    ("crisis/self", "call or text 988, at any hour"),
    ("crisis/other", "call or text 988, at any hour"),
    ("violence", "get to where other people are"),
    ("threat", "If somebody could get hurt now, call 911"),
    ("emergency/life_threat", "call 911 now, also if it has eased"),
    ("emergency/poisoning", "Poison Help (U.S.) now, also if you are not sure: 1-800-222-1222"),
    ("emergency/urgent", "urgent line now, also at night or if it has eased"),
]
# What such a message was taken for, without a subject of its own.
LEANING = [
    ("all of them", "nlu_fallback"),
    ("it went away", "ask_if_cured"),
    ("what do i do", "ask_what_now"),
    ("where", "ask_where"),
    ("should i still go", "advice/stop_or_start"),
    ("help me", "ask_capabilities"),
    ("ok", "affirm"),
    ("are you sure", "deny"),
    ("he's outside now", "remark/story"),
    ("its cold", "out_of_scope"),
    ("what does it cost", "not_on_page"),
    ("around nine", "inform"),
]


async def in_danger(stage, intent="emergency/life_threat"):
    return await stage.say("something is happening", intent, safety=intent.split("/")[0])


@pytest.mark.parametrize(("intent", "said"), AGAIN)
async def test_what_leans_on_danger_gets_the_way_to_help_once_more(stage, intent, said):
    await in_danger(stage, intent)
    for text in ("it stopped", "and now"):
        reply = await stage.say_unclearly(text, "ned", "curable")
        assert said in reply
        assert "[" not in reply


@pytest.mark.parametrize(("text", "intent"), LEANING)
async def test_whatever_it_is_taken_for(stage, text, intent):
    await in_danger(stage)
    assert "Please call 911 now" in await stage.say(text, intent)


@pytest.mark.parametrize("intent", sorted(FOLLOW_UPS))
async def test_no_follow_up_leads_to_a_topic(stage, intent):
    await in_danger(stage)
    assert "Please call 911 now" in await stage.say("and", intent)


@pytest.mark.parametrize(
    ("intent", "goes_on"),
    [("crisis/self", False), ("crisis/other", False), ("emergency/urgent", True), ("violence", True)],
)
async def test_some_turns_after_a_crisis_what_is_told_is_heard_again(stage, intent, goes_on):
    first = await in_danger(stage, intent)
    again = [await stage.say(text, "remark/story") for text in ("she is twelve", "i bought a wig today")]
    later = await stage.say("we had soup with the neighbors", "remark/story")
    assert again[0] == again[1] != first
    assert (later == again[0]) == goes_on
    if not goes_on:
        assert "Still there for you: 988" in later
        # What is not understood is still no reason to offer topics.
        assert await stage.say_unclearly("i dont know", "ned", "curable") == again[0]


async def test_ok_after_something_else_is_said_to_that(stage):
    await in_danger(stage, "crisis/other")
    assert "worn out" in await stage.say("shes just so tired of it", "distress/exhaustion")
    reply = await stage.say("ok", "affirm")
    assert "what you told me needs a person now" not in reply
    assert "Still there for you: 988" in reply


async def test_danger_told_again_is_answered_as_such(stage):
    await in_danger(stage)
    assert "Call 911 now. Please do not wait" in await in_danger(stage)
    assert "urgent line now. This should not wait." in await in_danger(stage, "emergency/urgent")


@pytest.mark.parametrize(
    ("intent", "reminder"),
    [
        ("emergency/life_threat", "still going on: call 911"),
        ("emergency/urgent", "still going on: call 911"),
        ("emergency/poisoning", "still going on: Poison Help, 1-800-222-1222"),
        ("violence", "In danger: 911. National Domestic Violence Hotline (U.S.): 800-799-7233"),
        ("threat", "Still there for you: 988"),
        ("crisis/self", "Still there for you: 988"),
    ],
)
async def test_a_question_is_answered_and_the_numbers_stay_in_sight(stage, intent, reminder):
    await in_danger(stage, intent)
    reply = await stage.say("what is ned", "faq/ned")
    assert "no evidence of disease" in reply
    assert reminder in reply
    # What leans on that answer is about NED again.
    assert "Please call" not in await stage.say("tell me more", "ask_more")


async def test_a_person_is_still_one_step_away(stage):
    await in_danger(stage)
    assert "(888) 753-LBBC" in await stage.say("let me talk to somebody", "talk_to_person")
    assert "Which one do you mean" in await stage.say("yes", "affirm")
    assert "What is your first name" in await stage.say("call me back", "request_callback")
    assert "Thanks, Maria" in await stage.say("Maria", "inform")


async def test_it_ends_two_turns_later(stage):
    await in_danger(stage)
    for _ in range(2):
        assert "still going on" in await stage.say("what is ned", "faq/ned")
    assert "still going on" not in await stage.say("what is stable disease", "faq/stable_disease")


@pytest.mark.parametrize("intent", ["crisis/self", "crisis/other", "violence", "emergency/urgent"])
async def test_what_was_misread_is_not_held_against_anybody(stage, intent):
    await in_danger(stage, intent)
    reply = await stage.say("i'm not suicidal, i meant my usual pills", "remark/misread")
    assert "would rather ask once too often" in reply
    assert "call or text 988" in reply
    assert "Still there for you" not in reply
    for text, topic in (("what is ned", "ned"), ("can it be cured", "curable")):
        reply = await stage.say(text, f"faq/{topic}")
        assert "988" not in reply
        assert "911" not in reply


async def test_danger_after_what_was_misread_counts_anew(stage):
    await in_danger(stage, "crisis/self")
    await stage.say("no i am fine", "remark/misread")
    assert "Please call or text 988" in await in_danger(stage, "crisis/self")
    assert "call or text 988, at any hour" in await stage.say("all of them", "nlu_fallback")


@pytest.mark.parametrize("goes_on", ["yes ok keep going", "/resume_form"])
async def test_a_request_that_danger_interrupted_is_one_step_away(stage, goes_on):
    await stage.say("call me back", "request_callback")
    await stage.say("Maria", "inform")
    await in_danger(stage, "violence")
    reply = await stage.say("he is not here now", "nlu_fallback")
    assert "get to where other people are" in reply
    assert "[Go on]" in reply
    assert "What phone number" in await stage.say(goes_on, goes_on.lstrip("/") if "/" in goes_on else "affirm")


@pytest.mark.parametrize("intent", ["crisis/self", "violence", "emergency/life_threat", "emergency/poisoning"])
async def test_who_says_that_help_has_come_is_not_told_to_call_it_once_more(stage, intent):
    await in_danger(stage, intent)
    reply = await stage.say("my neighbor is here, she called them", "remark/helped")
    assert "If anything changes, or it is not safe after all: 911" in reply
    assert "988" in reply
    later = await stage.say("they gave me a blanket", "remark/story")
    assert "Thank you for telling me" in later or "I am here if a question comes up" in later
    # The numbers stay in sight, and danger told again counts anew.
    assert "911" in later or "988" in later
    assert "911" in await in_danger(stage, intent)
