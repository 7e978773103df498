"""What is asked beside a courtesy, and where a message holds no more than one."""

from collections import defaultdict

import pytest

from helpline.nlu.intent.courtesy import asked_beside_courtesy
from helpline.nlu.intent.prediction import Thresholds

THRESHOLDS = Thresholds(fallback=0.65, likely=0.5, outside=0.3, part=0.5, half=0.8, two=0.5, whole=0.8)
COURTEOUS = {
    "thanks": "thanks",
    "thanks.": "thanks",
    "thank you dear.": "thanks",
    "hi": "greet",
    "that helps": "feedback_helpful",
    "thanks for that": "thanks",
    "thank you so much, Ann": "thanks",
    "thx!!": "thanks",
}


def asked(text, share=0.9):
    known = defaultdict(lambda: [("faq/ned", 0.9)], {words: [(leaf, share)] for words, leaf in COURTEOUS.items()})
    return asked_beside_courtesy(text, lambda texts: [known[each] for each in texts], THRESHOLDS)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("thank you dear. how many people live with this", "how many people live with this"),
        ("thanks, can it be cured", "can it be cured"),
        ("hi do you have a newsletter", "do you have a newsletter"),
        ("thanks and what about the other one?", "what about the other one?"),
        ("that helps, thanks. is it rare", "is it rare"),
        ("is it rare thanks", "is it rare"),
        ("is it rare?? thx!!", "is it rare??"),
        ("hi, is it rare? thank you so much, Ann", "is it rare?"),
        ("hi, my mum was told yesterday. what can she read", "my mum was told yesterday. what can she read"),
    ],
)
def test_what_is_asked_beside_a_courtesy_is_found(text, question):
    assert asked(text) == question


@pytest.mark.parametrize(
    "text",
    [
        "thanks",
        "thank you dear. i needed that",
        "it is in my bones. can it be cured",  # tells something
        "can it be cured? thanks, is it rare",  # asks before it thanks, and after it
        "she said with a hand on my shoulder thanks for that, is it rare",  # longer than a courtesy
        "can it be cured, i found thanks in my inbox for a gift i never gave",
    ],
)
def test_a_message_without_a_courtesy_or_without_a_question_beside_it_has_none(text):
    assert asked(text) is None


def test_what_is_not_surely_a_courtesy_is_none():
    assert asked("thanks, can it be cured", share=0.4) is None


def test_courtesies_without_end_cost_little():
    read = []

    def rank(texts):
        read.extend(texts)
        return [[("thanks", 0.9)] for _ in texts]

    asked_beside_courtesy("thanks, " * 120 + "is it rare", rank, THRESHOLDS)
    assert 0 < len(read) <= 18
