"""When the halves of a message are two questions."""

from collections import defaultdict

import pytest

from helpline.nlu.follow_ups import FollowUps
from helpline.nlu.intent.context import Context
from helpline.nlu.intent.decision import decide_intent
from helpline.nlu.intent.prediction import Thresholds
from helpline.nlu.message_text import MessageText

THRESHOLDS = Thresholds(fallback=0.6, likely=0.5, outside=0.3, part=0.7, half=0.5, two=0.5, whole=0.95)
LMD = "leptomeningeal disease"
FOLLOW_UPS = FollowUps({"utter_faq/lmd": [{"metadata": {"subject": LMD}}]})


def questions(text, ranking, parts, topic=None):
    known = defaultdict(lambda: [("thanks", 0.9), ("faq/ned", 0.1)], parts)
    context = Context(topic=topic, follow_ups=FOLLOW_UPS)
    prediction = decide_intent(
        MessageText(text), ranking, lambda texts: [known[text] for text in texts], THRESHOLDS, context
    )
    return prediction.questions


@pytest.mark.parametrize(
    ("left", "right_half", "trace", "expected"),
    [
        (0.8, ("faq/support_groups", 0.8), 0.1, ("faq/living_well", "faq/support_groups")),
        (0.5, ("faq/support_groups", 0.5), 0.1, ()),
        (0.9, ("faq/support_groups", 0.3), 0.1, ()),
        (0.3, ("faq/support_groups", 0.9), 0.1, ()),
        (0.97, ("faq/support_groups", 0.97), 0.00001, ("faq/living_well", "faq/support_groups")),
        (0.8, ("faq/support_groups", 0.8), 0.00001, ()),
        (0.97, ("faq/living_well", 0.97), 0.1, ()),
        (0.97, ("talk_to_person", 0.97), 0.1, ()),
        (0.97, ("other_subject/cancer", 0.97), 0.1, ()),
        (0.97, ("crisis/self", 0.97), 0.1, ()),
    ],
)
def test_the_surer_the_halves_the_less_of_a_trace_in_the_whole_makes_them_two_questions(
    left, right_half, trace, expected
):
    parts = {
        "something on food": [("faq/living_well", left), ("thanks", 1 - left)],
        "somebody to talk with": [right_half],
    }
    ranking = [("faq/living_well", 0.7), (right_half[0], trace), ("faq/support_groups", trace)]
    assert questions("something on food and somebody to talk with", ranking, parts) == expected


@pytest.mark.parametrize(("half", "expected"), [(0.75, ()), (0.97, ("faq/living_well", "faq/support_groups"))])
def test_halves_need_more_where_the_whole_is_taken_for_a_third_question(half, expected):
    parts = {
        "something on food": [("faq/living_well", half), ("thanks", 1 - half)],
        "somebody to talk with": [("faq/support_groups", half)],
    }
    ranking = [("faq/helpline", 0.9), ("faq/living_well", 0.01), ("faq/support_groups", 0.01)]
    assert questions("something on food and somebody to talk with", ranking, parts) == expected


@pytest.mark.parametrize(
    ("text", "second", "behind", "expected"),
    [
        ("tell me what lmd is, is it common", "is it common", 0.8, ("faq/lmd", "faq/lmd_how_common")),
        ("tell me what lmd is, common or rare", "common or rare", 0.8, ("faq/lmd", "faq/lmd_how_common")),
        ("tell me what lmd is, is it common", "is it common", 0.3, ()),
        ("tell me what lmd is. my aunt said it is common", "my aunt said it is common", 0.9, ()),
    ],
)
def test_a_second_half_is_read_behind_the_topic_of_the_first(text, second, behind, expected):
    parts = {
        "tell me what lmd is": [("faq/lmd", 0.9), ("thanks", 0.1)],
        f"{LMD}: {second}": [("faq/lmd_how_common", behind)],
    }
    ranking = [("faq/lmd", 0.7), ("faq/lmd_how_common", 0.1), ("thanks", 0.1)]
    assert questions(text, ranking, parts) == expected


def test_where_parts_and_halves_differ_halves_are_taken():
    parts = {
        "what is lmd": [("faq/lmd", 0.9), ("ask_more", 0.0)],
        "where is a fact sheet?": [("faq/newsletter", 0.8)],
        f"{LMD}: where is a fact sheet?": [("faq/lmd_resources", 0.85)],
    }
    ranking = [("faq/lmd", 0.7), ("faq/lmd_resources", 0.2), ("faq/newsletter", 0.0), ("ask_more", 0.0)]
    assert questions("what is lmd and where is a fact sheet?", ranking, parts) == ("faq/lmd", "faq/lmd_resources")


@pytest.mark.parametrize(
    ("second", "expected"),
    [("does it turn into something else?", ()), ("who can I call?", ("other_subject/illness", "faq/helpline"))],
)
def test_what_points_back_to_another_subject_is_no_question_on_the_page(second, expected):
    parts = {
        "what are gallstones?": [("other_subject/illness", 0.9), ("thanks", 0.1)],
        second: [("faq/helpline", 0.9), ("thanks", 0.1)],
    }
    ranking = [("other_subject/illness", 0.6), ("faq/helpline", 0.2), ("thanks", 0.1)]
    assert questions(f"what are gallstones? {second}", ranking, parts) == expected


@pytest.mark.parametrize(
    ("alone", "expected"),
    [
        ("ask_how_common", ("faq/lmd", "faq/lmd_how_common")),
        ("crisis/self", ()),
        ("other_subject/cancer", ()),
        ("distress/fear", ()),
        ("advice/dose", ()),
    ],
)
def test_a_half_that_is_no_question_on_the_page_is_not_read_behind_a_topic(alone, expected):
    parts = {
        "tell me what lmd is": [("faq/lmd", 0.9), ("thanks", 0.1)],
        "something of that": [(alone, 0.9), ("thanks", 0.1)],
        f"{LMD}: something of that": [("faq/lmd_how_common", 0.9)],
    }
    ranking = [("faq/lmd", 0.7), ("faq/lmd_how_common", 0.1), ("thanks", 0.1)]
    assert questions("tell me what lmd is + something of that", ranking, parts) == expected


@pytest.mark.parametrize(("topic", "expected"), [(None, ("faq/symptoms", "faq/helpline")), ("lmd", ())])
def test_a_first_half_that_asks_on_about_the_answer_before_is_no_question_of_its_own(topic, expected):
    parts = {
        "what are the signs": [("ask_symptoms", 0.9), ("faq/symptoms", 0.1)],
        "phone number": [("faq/helpline", 0.95), ("thanks", 0.05)],
    }
    ranking = [("faq/helpline", 0.7), ("faq/symptoms", 0.2), ("thanks", 0.1)]
    assert questions("what are the signs n phone number", ranking, parts, topic) == expected


def test_advice_that_parts_ask_for_is_not_given_up_for_surer_halves():
    parts = {
        "what is lmd": [("faq/lmd", 0.9), ("thanks", 0.1)],
        "when can I stop it?": [("advice/stop_or_start", 0.8), ("thanks", 0.1)],
        f"{LMD}: when can I stop it?": [("faq/treatment_length", 0.95)],
    }
    ranking = [("faq/lmd", 0.6), ("advice/stop_or_start", 0.2), ("faq/treatment_length", 0.1)]
    assert questions("what is lmd and when can I stop it?", ranking, parts) == ("faq/lmd", "advice/stop_or_start")


def test_parts_that_are_sure_topics_are_one_question_where_the_halves_are_not_two():
    parts = {
        "is ned a cure?": [("faq/curable", 0.9), ("thanks", 0.1)],
        "what does it mean?": [("faq/ned", 0.72), ("thanks", 0.1)],
        "can it be cured?": [("faq/curable", 0.75), ("thanks", 0.25)],
    }
    ranking = [("faq/helpline", 0.98), ("faq/curable", 0.0), ("faq/ned", 0.0), ("thanks", 0.0)]
    assert questions("can it be cured? what does it mean?", ranking, parts) == ()


def test_a_question_about_the_assistant_gives_way_to_two_sure_topics():
    parts = {
        "what helps?": [("ask_capabilities", 0.7), ("faq/coping_emotions", 0.25)],
        "when is it time for a counselor?": [("faq/mental_health_professional", 0.9), ("thanks", 0.1)],
        "im scared, what helps?": [("faq/coping_emotions", 0.9), ("thanks", 0.1)],
    }
    ranking = [("faq/mental_health_professional", 0.6), ("faq/coping_emotions", 0.2), ("ask_capabilities", 0.1)]
    expected = ("faq/coping_emotions", "faq/mental_health_professional")
    assert questions("im scared, what helps? when is it time for a counselor?", ranking, parts) == expected
