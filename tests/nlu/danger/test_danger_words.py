"""What words alone say of danger: the same every time, kept without loss, and with a reading of what was never seen."""

import pytest

from helpline.nlu.danger.danger_words import DangerWords

TEXTS = ["i want to die", "let me die now", "i give up", "what is ned", "what does stable mean", "tell me more now"]
KINDS = ["crisis", "crisis", "despair", None, None, None]


@pytest.fixture
def words():
    return DangerWords.fitted(TEXTS, KINDS)


def test_words_of_a_kind_lie_on_its_side(words):
    margins = [each["crisis"] for each in words.margins(TEXTS)]
    assert min(margins[:2]) > 0 > max(margins[2:])


def test_words_that_were_not_seen_together_count_as_well(words):
    near, far = words.margins(["you let me die", "you tell me what"])
    assert near["crisis"] > far["crisis"]


def test_a_crisis_counts_as_despair_as_well(words):
    assert min(each["despair"] for each in words.margins(TEXTS[:3])) > 0


def test_a_kind_without_messages_says_nothing(words):
    assert {each["violence"] for each in words.margins(TEXTS)} == {0.0}


def test_same_data_give_the_same_margins_and_so_does_what_is_kept(words, tmp_path):
    assert DangerWords.fitted(TEXTS, KINDS).margins(TEXTS) == words.margins(TEXTS)
    words.save(tmp_path)
    assert DangerWords.load(tmp_path).margins(TEXTS) == words.margins(TEXTS)


def test_a_margin_does_not_depend_on_what_else_is_read(words):
    assert [words.margins([text])[0] for text in TEXTS] == words.margins(TEXTS)


def test_what_is_likeliest_danger_of_any_kind_stands_first(words):
    assert words.ranked(["", "what is that", "i give up", "let me die"])[-2:] == ["", "what is that"]
