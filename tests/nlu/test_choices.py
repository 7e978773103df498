"""The choices below a reply: what a message may have meant comes first, and the way to a person stays."""

import pytest

from helpline.nlu.choices import Choices


def button(topic: str) -> dict[str, str]:
    return {"title": topic, "payload": f'/ask_topic{{"topic": "{topic}"}}'}


PERSON = {"title": "Talk to a person", "payload": "/talk_to_person"}
ONE, TWO, THREE = button("one"), button("two"), button("three")
RESPONSES = {
    **{f"utter_faq/{topic}": [{"metadata": {"title": topic}}] for topic in ("asked", "one", "two", "three")},
    "utter_faq/hard": [{"metadata": {"title": "hard", "only_when_sure": True}}],
    "utter_asked_simply": [{"text": "In other words."}],
}


def parse_data(leaf: str, *topics: tuple[str, float], **noted: str) -> dict:
    group = leaf.partition("/")[0]
    ranking = [{"intent_response_key": f"faq/{topic}", "confidence": share} for topic, share in topics]
    selector = {"faq": {"ranking": ranking}}
    selector.setdefault(group, {})["response"] = {"intent_response_key": leaf}
    return {"intent": {"name": group}, "response_selector": selector, **noted}


ASKED = parse_data("faq/asked", ("asked", 0.7), ("three", 0.2), ("two", 0.001))


@pytest.fixture
def choices() -> Choices:
    return Choices(RESPONSES)


def test_a_topic_that_may_have_been_meant_takes_the_last_place(choices):
    assert choices.shown("utter_faq/asked", [ONE, TWO, PERSON], ASKED) == [ONE, THREE, PERSON]


def test_where_the_message_leaves_no_room_the_choices_lead_on(choices):
    parsed = parse_data("faq/asked", ("asked", 0.99), ("three", 0.004))
    assert choices.shown("utter_faq/asked", [ONE, TWO, PERSON], parsed) == [ONE, TWO, PERSON]


def test_one_of_three_leads_on_in_any_case(choices):
    parsed = parse_data("faq/asked", ("asked", 0.5), ("three", 0.2), ("two", 0.1), ("hard", 0.1))
    assert choices.shown("utter_faq/asked", [ONE, button("four"), button("five")], parsed) == [ONE, THREE, TWO]


def test_a_topic_that_stands_there_already_keeps_its_place(choices):
    assert choices.shown("utter_faq/asked", [ONE, THREE, PERSON], ASKED) == [ONE, THREE, PERSON]
    parsed = parse_data("faq/asked", ("asked", 0.5), ("three", 0.2), ("two", 0.1))
    assert choices.shown("utter_faq/asked", [ONE, TWO, button("four")], parsed) == [ONE, TWO, THREE]


def test_the_one_place_there_is_goes_to_the_likeliest(choices):
    assert choices.shown("utter_faq/asked", [PERSON, ONE], ASKED) == [PERSON, THREE]


def test_the_same_answer_in_other_words_has_them_too(choices):
    assert choices.shown("utter_asked_simply", [ONE, PERSON], ASKED) == [THREE, PERSON]


def test_what_is_said_of_something_else_keeps_its_own(choices):
    assert choices.shown("utter_faq/one", [TWO, PERSON], ASKED) == [TWO, PERSON]
    assert choices.shown("utter_callback_offer", [TWO, PERSON], parse_data("request_callback")) == [TWO, PERSON]
    assert choices.shown("utter_greet", [TWO, PERSON], {}) == [TWO, PERSON]


def test_advice_leads_to_the_topic_that_the_message_is_near(choices):
    parsed = parse_data("advice/dose", ("hard", 0.1), ("three", 0.01))
    assert choices.shown("utter_advice/dose", [ONE, TWO, PERSON], parsed) == [button("hard"), THREE, PERSON]


def test_a_feeling_is_not_met_with_what_is_hard_to_hear(choices):
    parsed = parse_data("distress/fear", ("hard", 0.1), ("three", 0.01))
    assert choices.shown("utter_distress/fear", [PERSON, ONE], parsed) == [PERSON, THREE]


def test_beside_the_numbers_for_a_crisis_nothing_is_a_guess(choices):
    parsed = parse_data("distress/fear", ("three", 0.2), check_in="despair")
    assert choices.shown("utter_distress/fear", [PERSON, ONE], parsed) == [PERSON, ONE]


def test_a_question_back_offers_the_nearest_topics_and_keeps_the_person(choices):
    parsed = parse_data("out_of_scope", ("asked", 0.2), ("three", 0.1), ("one", 0.001), ("none", 0.0005))
    assert choices.shown("utter_did_you_mean", [], parsed) == [button("asked"), THREE, ONE]
    assert choices.shown("utter_out_of_scope", [TWO, PERSON], parsed) == [button("asked"), THREE, PERSON]
    assert choices.shown("utter_out_of_scope", [TWO, PERSON], {}) == [PERSON]
