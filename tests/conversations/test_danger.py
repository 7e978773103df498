"""Danger outside a form, by the real rules: it is answered first, whatever else was asked."""

import pytest

DANGER = [
    ("crisis/self", "988"),
    ("crisis/other", "988"),
    ("violence", "800-799-7233"),
    ("threat", "If somebody could get hurt now, call 911"),
    ("emergency/life_threat", "Call 911 now"),
    ("emergency/poisoning", "1-800-222-1222"),
    ("emergency/urgent", "urgent line"),
]


@pytest.mark.parametrize(("intent", "said"), DANGER)
async def test_danger_is_answered_before_anything_else(stage, intent, said):
    reply = await stage.say("what is ned and I am not safe", intent, topic="ned", safety=intent.split("/")[0])
    assert said in reply
    assert "evidence of disease" not in reply
    assert (await stage.slots())["safety"] == intent.split("/")[0]


async def test_after_a_crisis_the_topic_asked_besides_can_be_answered(stage):
    await stage.say("what is ned and I want to die", "crisis/self", topic="ned", safety="crisis")
    reply = await stage.say("so is it gone", "ask_if_cured")
    assert "988" in reply


async def test_a_crisis_is_answered_every_time(stage):
    for _ in range(3):
        assert "Please call or text 988" in await stage.say("I want to die", "crisis/self", safety="crisis")
