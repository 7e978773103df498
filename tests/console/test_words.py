"""The words that staff read in the place of keys."""

import pytest

from helpline.console import words
from helpline.console.item import _answer_words
from helpline.text.lexicon import Lexicon


@pytest.mark.parametrize("slot", ["for_whom", "diagnosis_type", "cancer_subtype", "spread_sites"])
def test_every_answer_that_a_form_takes_has_words(slot):
    assert set(Lexicon.load().options[slot]) <= set(words.ANSWERS)


def test_the_facts_of_whom_somebody_cares_for_are_said_to_be_theirs():
    told = {"for_whom": "other", "cancer_subtype": ("hormone_receptor_positive",), "age_range": "50-59"}
    assert _answer_words(told) == [
        ("Help is for", "Somebody they care for"),
        ("Subtype (of the person with MBC)", "Hormone receptor-positive"),
        ("Age (of the person with MBC)", "50-59"),
    ]
    assert _answer_words({**told, "for_whom": "self"})[1][0] == "Subtype"
