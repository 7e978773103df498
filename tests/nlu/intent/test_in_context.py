"""Where a message is read by what came before it, and where it is not."""

from dataclasses import replace

import pytest

from helpline.nlu.follow_ups import FollowUps
from helpline.nlu.intent.context import Context, opening_of
from helpline.nlu.intent.in_context import decide_in_context
from helpline.nlu.intent.prediction import Thresholds
from helpline.nlu.intents import FALLBACK_INTENT, TWO_QUESTIONS_INTENT
from helpline.nlu.message_text import MessageText
from helpline.nlu.thread import Thread, ThreadTurn

THRESHOLDS = Thresholds(fallback=0.65, likely=0.5, outside=0.3, part=0.5, half=0.8, two=0.5, whole=0.8)
RESPONSES = {
    "utter_follow_up": [{"metadata": {"follow_ups": {"ask_meaning": "utter_simply", "ask_sign_up": "helpline"}}}],
    "utter_faq/ned": [
        {
            "metadata": {"subject": "NED", "follow_ups": {"ask_difference": "ned_vs_stable"}},
        }
    ],
    "utter_ned_simply": [{}],
    "utter_faq/life_expectancy": [{"metadata": {"subject": "time", "only_when_sure": True}}],
    "utter_faq/peer_volunteer": [{"metadata": {"subject": "volunteers", "follow_ups": {"ask_sign_up": "/request"}}}],
}
FOLLOW_UPS = FollowUps(RESPONSES)


def about(*topics: str) -> Context:
    thread = Thread(tuple(ThreadTurn(topic, True) for topic in topics))
    return Context(topics[-1], topics[-1], thread, FOLLOW_UPS)


def read(text, *ranking, context, others=None):
    others = others or {}
    return decide_in_context(
        MessageText(text),
        list(ranking),
        lambda texts: [others.get(each, list(ranking)) for each in texts],
        THRESHOLDS,
        context,
    )


def test_a_follow_up_needs_less_confidence_where_there_is_something_to_follow_up():
    ranking = ("ask_meaning", 0.45), ("greet", 0.1)
    others = {"NED: huh, the meaning": [("faq/ned", 0.5), ("faq/curable", 0.3)]}
    assert read("huh, the meaning", *ranking, context=about("ned"), others=others).intent == "ask_meaning"
    alone = read("huh, the meaning", *ranking, context=Context(follow_ups=FOLLOW_UPS))
    assert alone.intent == FALLBACK_INTENT


@pytest.mark.parametrize(
    ("share", "second", "intent"),
    [
        (0.3, ("faq/curable", 0.9), "faq/curable"),
        (0.95, ("faq/curable", 0.9), "ask_difference"),  # sure itself
        (0.5, ("faq/curable", 0.02), "ask_difference"),  # the second reading is not
        (0.5, ("faq/ned_vs_stable", 0.5), "ask_difference"),  # both say so
    ],
)
def test_a_follow_up_that_is_not_sure_gives_way_to_where_the_second_reading_leads(share, second, intent):
    others = {"NED: then why bother": [second]}
    found = read("then why bother", ("ask_difference", share), ("greet", 0.0), context=about("ned"), others=others)
    assert found.intent == intent


def test_a_wish_that_stands_with_the_topic_needs_no_second_reading():
    others = {"volunteers: id like that": [("faq/peer_volunteer", 0.99)]}
    found = read("id like that", ("ask_sign_up", 0.7), ("greet", 0.0), context=about("peer_volunteer"), others=others)
    assert found.intent == "request"


def test_an_unclear_message_is_read_behind_the_subject():
    others = {"NED: can anyone reach that": [("faq/ned", 0.9)]}
    found = read("can anyone reach that", ("greet", 0.2), ("faq/lmd", 0.1), context=about("ned"), others=others)
    assert found.intent == "faq/ned"


def test_a_message_that_says_what_it_means_is_not():
    assert read("what is that lmd", ("faq/lmd", 0.97), ("greet", 0.0), context=about("ned")).intent == "faq/lmd"


def test_what_is_not_sure_alone_may_mean_another_topic():
    others = {"NED: and is that a cure": [("faq/curable", 0.95)]}
    found = read("and is that a cure", ("faq/lobular", 0.8), ("greet", 0.0), context=about("ned"), others=others)
    assert found.intent == "faq/curable"


@pytest.mark.parametrize(
    ("text", "topic_share", "intent"),
    [("Mareike", 0.01, FALLBACK_INTENT), ("odds", 0.1, "faq/ned"), ("in men", 0.01, "faq/ned")],
)
def test_a_word_alone_is_about_the_topic_only_with_a_hint_of_one(text, topic_share, intent):
    others = {f"NED: {text}": [("faq/ned", 0.99)]}
    found = read(text, ("greet", 0.3), ("faq/lmd", topic_share), context=about("ned"), others=others)
    assert found.intent == intent


@pytest.mark.parametrize(("topic_share", "intent"), [(0.01, "inform"), (0.1, "faq/ned")])
def test_a_name_that_no_form_asked_for_is_about_the_topic_only_with_a_hint_of_one(topic_share, intent):
    others = {"NED: Mareike": [("faq/ned", 0.99)]}
    found = read("Mareike", ("inform", 0.8), ("faq/lmd", topic_share), context=about("ned"), others=others)
    assert found.intent == intent


@pytest.mark.parametrize(
    ("other", "share", "intent"),
    [
        ("distress/fear", 0.75, "distress/fear"),
        ("distress/despair", 0.75, "distress/despair"),
        ("crisis/self", 0.5, FALLBACK_INTENT),
        ("advice/dose", 0.7, "advice/dose"),
        ("out_of_scope", 0.95, "out_of_scope"),
        ("out_of_scope", 0.6, "faq/ned"),  # neither the message alone is sure, nor is it told as a feeling
    ],
)
def test_a_feeling_advice_or_what_is_surely_something_else_is_not_taken_for_the_topic(other, share, intent):
    others = {"NED: what about it": [("faq/ned", 0.99)]}
    found = read("what about it", (other, share), ("greet", 0.1), context=about("ned"), others=others)
    assert found.intent == intent


@pytest.mark.parametrize(("share", "intent"), [(0.95, "faq/ned"), (0.1, FALLBACK_INTENT)])
@pytest.mark.parametrize("feeling", ["distress/fear", "distress/despair", "crisis/self"])
def test_beside_a_little_of_a_feeling_or_danger_only_a_sure_question_is_answered(feeling, share, intent):
    others = {"NED: what about it": [("faq/ned", share), ("faq/lmd", 0.1)]}
    found = read("what about it", (feeling, 0.4), ("faq/lmd", 0.1), context=about("ned"), others=others)
    assert found.intent == intent
    assert found.also_feels == (feeling if feeling.startswith("distress/") and intent == "faq/ned" else None)


@pytest.mark.parametrize(
    ("text", "share", "intent"),
    [
        ("what about it", 0.95, "faq/ned"),
        ("what about it", 0.3, "distress/fear"),
        ("so it is hopeless", 0.95, "distress/fear"),  # asks nothing
    ],
)
def test_a_feeling_that_is_not_clear_gives_way_to_what_surely_asks_and_is_kept(text, share, intent):
    others = {f"NED: {text}": [("faq/ned", share), ("distress/fear", 1 - share)]}
    found = read(text, ("distress/fear", 0.7), ("greet", 0.1), context=about("ned"), others=others)
    assert (found.intent, found.also_feels) == (intent, "distress/fear" if intent == "faq/ned" else None)


@pytest.mark.parametrize(("text", "intent"), [("so it is hopeless", FALLBACK_INTENT), ("why bother", "faq/ned")])
def test_a_little_despair_gives_way_only_to_what_asks(text, intent):
    others = {f"NED: {text}": [("faq/ned", 0.95)]}
    found = read(text, ("distress/despair", 0.4), ("faq/lmd", 0.1), context=about("ned"), others=others)
    assert found.intent == intent


def test_much_of_feelings_and_danger_together_stands_alone():
    others = {"NED: what about it": [("faq/ned", 0.99)]}
    ranking = (("crisis/self", 0.3), ("distress/despair", 0.28), ("distress/fear", 0.2))
    assert read("what about it", *ranking, context=about("ned"), others=others).intent != "faq/ned"


@pytest.mark.parametrize(("share", "intent"), [(0.3, FALLBACK_INTENT), (0.95, "faq/life_expectancy")])
def test_what_is_hard_to_hear_must_be_surer(share, intent):
    others = {"NED: and then what": [("faq/life_expectancy", share), ("faq/ned", 0.02)]}
    found = read("and then what", ("greet", 0.2), ("faq/lmd", 0.1), context=about("ned"), others=others)
    assert found.intent == intent
    others = {"time: and then what": [("faq/life_expectancy", share)]}
    told = read("and then what", ("greet", 0.2), ("faq/lmd", 0.1), context=about("life_expectancy"), others=others)
    assert told.intent == "faq/life_expectancy"


def test_a_follow_up_that_stands_for_another_intent_is_that_however_it_came_about():
    others = {"volunteers: can i": [("ask_sign_up", 0.9)]}
    found = read("can i", ("greet", 0.3), ("ask_sign_up", 0.2), context=about("peer_volunteer"), others=others)
    assert found.intent == "request"


def test_what_may_be_danger_is_not_read_as_a_topic():
    others = {"NED: i want it over": [("faq/ned", 0.99)]}
    found = read("i want it over", ("crisis/self", 0.5), ("greet", 0.1), context=about("ned"), others=others)
    assert found.intent == FALLBACK_INTENT


def test_in_a_form_only_what_asks_is_about_the_topic():
    for text, intent in (("my sister too", FALLBACK_INTENT), ("is that for my sister too?", "faq/ned")):
        others = {f"NED: {text}": [("faq/ned", 0.99)]}
        found = read(text, ("inform", 0.5), ("greet", 0.1), context=replace(about("ned"), in_form=True), others=others)
        assert found.intent == intent


def test_a_danger_is_left_to_the_detector():
    found = read("is that so, i will end it", ("crisis/self", 0.9), ("greet", 0.0), context=about("ned"))
    assert found.intent == "crisis/self"


def test_a_follow_up_may_mean_another_intent():
    found = read("count me in", ("ask_sign_up", 0.9), ("greet", 0.0), context=about("peer_volunteer"))
    assert (found.intent, found.ranking[0][0]) == ("request", "request")


def test_going_back_to_the_first_thing_reads_the_rest_with_it():
    others = {"what does it mean": [("ask_meaning", 0.9), ("greet", 0.0)], "NED: what does it mean": [("faq/ned", 0.9)]}
    context = about("ned", "peer_volunteer")
    text = "going back to the first thing, what does it mean"
    found = read(text, ("start_over", 0.5), ("greet", 0.1), context=context, others=others)
    assert (found.intent, found.about) == ("ask_meaning", "ned")


def test_two_follow_ups_in_one_message_are_two_questions():
    others = {
        "what does that mean": [("ask_meaning", 0.9)],
        "how is it different": [("ask_difference", 0.9)],
    }
    text = "what does that mean and how is it different"
    found = read(text, ("ask_difference", 0.6), ("ask_meaning", 0.3), context=about("ned"), others=others)
    assert found.intent == TWO_QUESTIONS_INTENT
    assert found.questions == ("utter_ned_simply", "faq/ned_vs_stable")


@pytest.mark.parametrize(
    ("text", "kind", "rest"),
    [
        ("sorry, back to the first question: is it rare", "first", "is it rare"),
        ("let's go back to what you said before, is it rare", "earlier", "is it rare"),
        ("thank you kindly. returning to the earlier matter, is it rare", "earlier", "is it rare"),
        ("got it. going back: is it rare", "earlier", "is it rare"),
        ("going back on treatment", None, "going back on treatment"),
        ("no, i meant stable", "correction", "stable"),
        ("what is the first thing to do", None, "what is the first thing to do"),
        ("no", None, "no"),
    ],
)
def test_how_a_message_opens(text, kind, rest):
    opening = opening_of(text)
    assert (opening.kind, opening.rest) == (kind, rest)


def two_questions(text, parts, *ranking):
    others = {part: [*found, ("greet", 0.01)] for part, found in parts.items()}
    return read(text, *ranking, context=Context(follow_ups=FOLLOW_UPS), others=others)


def test_what_is_told_before_two_questions_is_their_topic():
    parts = {
        "They call it NED": [("faq/ned", 0.9)],
        "What does that mean?": [("ask_meaning", 0.95)],
        "And can it be cured?": [("faq/curable", 0.9)],
    }
    text = "They call it NED. What does that mean? And can it be cured?"
    found = two_questions(text, parts, ("faq/ned", 0.7), ("faq/curable", 0.2), ("ask_meaning", 0.1))
    assert found.questions == ("faq/ned", "faq/curable")


def test_the_whole_tells_the_topic_where_what_is_told_does_not():
    parts = {
        "My doctor rang": [("greet", 0.3)],
        "What does that mean?": [("ask_meaning", 0.95)],
        "And can it be cured?": [("faq/curable", 0.9)],
    }
    text = "My doctor rang. What does that mean? And can it be cured?"
    ranking = ("faq/ned", 0.7), ("faq/curable", 0.2), ("ask_meaning", 0.1)
    assert two_questions(text, parts, *ranking).questions == ("faq/ned", "faq/curable")


def test_with_nothing_before_it_a_question_is_no_follow_up():
    parts = {
        "how many have it": [("ask_how_common", 0.9), ("faq/people_living_with_mbc", 0.08)],
        "can it be cured?": [("faq/curable", 0.9)],
    }
    text = "how many have it and can it be cured?"
    ranking = ("faq/curable", 0.7), ("ask_how_common", 0.2), ("faq/people_living_with_mbc", 0.1)
    assert two_questions(text, parts, *ranking).questions == ("faq/people_living_with_mbc", "faq/curable")


def test_a_follow_up_that_leads_to_another_topic_is_a_question_of_its_own():
    parts = {
        "what is NED": [("faq/ned", 0.95)],
        "how is that different?": [("ask_difference", 0.6)],
    }
    text = "what is NED and how is that different?"
    ranking = ("faq/ned", 0.7), ("ask_difference", 0.2)
    assert two_questions(text, parts, *ranking).questions == ("faq/ned", "faq/ned_vs_stable")


@pytest.mark.parametrize(("confidence", "two"), [(0.6, False), (0.9, True)])
def test_a_follow_up_that_stands_with_no_topic_must_be_a_sure_one(confidence, two):
    parts = {
        "what is NED": [("faq/ned", 0.95)],
        "how do I join that?": [("ask_sign_up", confidence)],
    }
    text = "what is NED and how do I join that?"
    found = two_questions(text, parts, ("faq/ned", 0.7), ("ask_sign_up", 0.2))
    assert (found.intent == TWO_QUESTIONS_INTENT) is two


@pytest.mark.parametrize(
    ("rest", "intent"),
    [
        (("faq/curable", 0.9), "faq/curable"),
        (("ask_why", 0.95), "ask_why"),
        (("out_of_scope", 0.9), "out_of_scope"),
        (("affirm", 0.6), "thanks"),  # no question
        (("crisis/self", 0.9), "thanks"),  # danger is the detector's to tell
    ],
)
def test_what_is_asked_after_a_courtesy_counts_and_not_the_courtesy(rest, intent):
    others = {"thanks": [("thanks", 0.9)], "is that it": [rest], "NED: is that it": [rest]}
    assert read("thanks, is that it", ("thanks", 0.95), context=about("ned"), others=others).intent == intent


@pytest.mark.parametrize(("text", "intent"), [("is that it", "thanks"), ("is that it?", FALLBACK_INTENT)])
def test_what_is_not_understood_after_a_courtesy_is_asked_back_where_it_is_surely_a_question(text, intent):
    others = {"thanks": [("thanks", 0.9)], text: [("faq/curable", 0.4)]}
    assert read(f"thanks, {text}", ("thanks", 0.95), context=Context(), others=others).intent == intent


def test_what_is_sure_as_a_whole_keeps_its_meaning_beside_a_courtesy():
    others = {"thanks": [("thanks", 0.9)], "is that it": [("faq/curable", 0.9)]}
    assert read("thanks, is that it", ("faq/lmd", 0.95), context=Context(), others=others).intent == "faq/lmd"
    assert read("thanks, is that it", ("faq/lmd", 0.8), context=Context(), others=others).intent == "faq/curable"
