"""The figures that understanding is held to, on messages that training never saw, read as the server reads them."""

import pytest

from helpline.evaluation.figures import answered_with_topic
from helpline.evaluation.outcome import Outcome, shares
from helpline.evaluation.systems import judged_readings, messages
from helpline.nlu.trained import TrainedReader


@pytest.fixture(scope="module")
def judged(trained_model):
    reader = TrainedReader(trained_model)
    return judged_readings(lambda texts: [reader.reading(text) for text in texts], messages())


def share(judged, *outcomes):
    each = shares(judged)
    return sum(each[outcome] for outcome in outcomes)


def wrong(judged):
    return [(one.message.text, one.reading.intent) for one in judged if one.outcome is Outcome.WRONG]


def test_messages_with_one_question(judged):
    together = [*judged["topics"], *judged["conversation"], *judged["noisy"]]
    assert share(together, Outcome.RIGHT) >= 0.90
    assert share(together, Outcome.RIGHT, Outcome.OFFERED) >= 0.95
    assert share(together, Outcome.WRONG) <= 0.02, wrong(together)


def test_topics(judged):
    assert share(judged["topics"], Outcome.RIGHT) >= 0.90
    assert share(judged["topics"], Outcome.RIGHT, Outcome.OFFERED) >= 0.95


def test_noisy(judged):
    assert share(judged["noisy"], Outcome.RIGHT, Outcome.OFFERED) >= 0.90


def test_two_questions(judged):
    assert share(judged["two_questions"], Outcome.RIGHT) >= 0.85, wrong(judged["two_questions"])


def test_out_of_scope(judged):
    assert answered_with_topic(judged["out_of_scope"]) <= 0.03, wrong(judged["out_of_scope"])
