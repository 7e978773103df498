"""Danger outside a form, by the real rules and actions: the answer comes first, then staff are told."""

import pytest

from helpline.store.tables import FlagRow

DANGER = [
    ("crisis/self", "988"),
    ("crisis/other", "988"),
    ("violence", "800-799-7233"),
    ("emergency/life_threat", "Call 911 now"),
    ("emergency/urgent", "urgent line"),
]


def reasons(store) -> list[str]:
    with store.transaction() as session:
        return [row.reason for row in session.query(FlagRow).all()]


@pytest.mark.parametrize(("intent", "said"), DANGER)
async def test_danger_is_answered_before_anything_else(stage, store, intent, said):
    reply = await stage.say("what is ned and I am not safe", intent, topic="ned", safety=intent.split("/")[0])
    assert said in reply
    assert "evidence of disease" not in reply
    assert reasons(store) == [intent]
    assert (await stage.slots())["safety"] == intent.split("/")[0]


async def test_after_a_crisis_the_topic_asked_besides_can_be_answered(stage, store):
    await stage.say("what is ned and I want to die", "crisis/self", topic="ned", safety="crisis")
    reply = await stage.say("so is it gone", "ask_if_cured")
    assert "988" in reply


async def test_a_crisis_is_answered_every_time(stage, store):
    for _ in range(3):
        assert "Please call or text 988" in await stage.say("I want to die", "crisis/self", safety="crisis")
    assert reasons(store) == ["crisis/self"] * 3
