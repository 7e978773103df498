"""What words alone say of danger: the same every time, kept without loss, and with a reading of what was never seen."""

import pytest

from helpline.nlu.danger.danger_words import DangerWords

TEXTS = ["i want to die", "let me die now", "i give up", "what is ned", "what does stable mean", "tell me more now"]
KINDS = ["crisis", "crisis", "despair", None, None, None]


@pytest.fixture
def words():
    return DangerWords.fitted(TEXTS, KINDS)


def test_words_of_a_kind_lie_on_its_side(words):
    margins = [words.margins(text)["crisis"] for text in TEXTS]
    assert min(margins[:2]) > 0 > max(margins[2:])


def test_words_that_were_not_seen_together_count_as_well(words):
    assert words.margins("you let me die")["crisis"] > words.margins("you tell me what")["crisis"]


def test_a_crisis_counts_as_despair_as_well(words):
    assert min(words.margins(text)["despair"] for text in TEXTS[:3]) > 0


def test_a_kind_without_messages_says_nothing(words):
    assert {words.margins(text)["violence"] for text in TEXTS} == {0.0}


def test_a_pair_of_words_tells_what_its_words_do_not():
    words = DangerWords.fitted(["let me", "me let", "let", "me"], ["crisis", None, None, None])
    assert words.margins("let me")["crisis"] > words.margins("me let")["crisis"]


def test_same_data_give_the_same_margins_and_so_does_what_is_kept(words, tmp_path):
    margins = [words.margins(text) for text in (*TEXTS, "", "never seen")]
    assert [DangerWords.fitted(TEXTS, KINDS).margins(text) for text in (*TEXTS, "", "never seen")] == margins
    words.save(tmp_path)
    assert [DangerWords.load(tmp_path).margins(text) for text in (*TEXTS, "", "never seen")] == margins


def test_what_is_likeliest_danger_of_any_kind_stands_first(words):
    assert words.ranked(["", "what is that", "i give up", "let me die"])[-2:] == ["", "what is that"]
