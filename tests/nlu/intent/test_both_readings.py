"""What a message means when its reading alone and its reading behind the subject are weighed together."""

import pytest

from helpline.nlu.follow_ups import FollowUps
from helpline.nlu.intent.both_readings import likeliest_meaning
from helpline.nlu.intent.context import Context

RESPONSES = {
    "utter_follow_up": [{"metadata": {"follow_ups": {"ask_meaning": "utter_simply", "ask_sign_up": "helpline"}}}],
    "utter_faq/lmd": [{"metadata": {"subject": "LMD", "follow_ups": {"ask_how_common": "lmd_how_common"}}}],
    "utter_lmd_simply": [{}],
}
AFTER_LMD = Context(topic="lmd", follow_ups=FollowUps(RESPONSES))


def test_shares_of_one_meaning_add_up():
    alone = [("greet", 0.4), ("ask_how_common", 0.3), ("faq/lmd_how_common", 0.3)]
    second = [("greet", 0.3), ("faq/lmd_how_common", 0.3)]
    assert likeliest_meaning(alone, second, AFTER_LMD)[0] == "faq/lmd_how_common"


def test_a_follow_up_that_stands_with_no_topic_says_nothing_of_what_is_meant():
    alone = [("ask_sign_up", 0.6), ("faq/newsletter", 0.2)]
    assert likeliest_meaning(alone, [("faq/newsletter", 0.8)], AFTER_LMD)[0] == "faq/newsletter"


def test_the_topic_told_last_is_likelier_than_another():
    even = [("faq/lmd", 0.3), ("faq/ned", 0.3)]
    leaf, sure = likeliest_meaning(even, even, AFTER_LMD)
    assert leaf == "faq/lmd"
    assert likeliest_meaning(even, even, Context(topic="ned", follow_ups=FollowUps(RESPONSES))) == ("faq/ned", sure)
    assert sure == pytest.approx(0.82, abs=0.01)  # e ** 1.5 to 1


@pytest.mark.parametrize(("share", "leaf"), [(0.5, "ask_meaning"), (0.3, "faq/lmd")])
def test_a_follow_up_says_which_part_of_a_topic_is_meant(share, leaf):
    assert likeliest_meaning([("ask_meaning", share)], [("faq/lmd", 0.9)], AFTER_LMD)[0] == leaf


def test_where_one_reading_knows_nothing_the_other_decides():
    unsure = [("greet", 0.1), ("thanks", 0.1), ("faq/ned", 0.1)]
    assert likeliest_meaning(unsure, [("faq/ned", 0.9)], AFTER_LMD)[0] == "faq/ned"
    assert likeliest_meaning([("faq/ned", 0.8)], unsure, AFTER_LMD)[0] == "faq/ned"
