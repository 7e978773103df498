"""Which choice a message means, by its number, its place or its words."""

import pytest

from helpline.text.choices import places_meant

TITLES = ["Ask for a call back", "Match me with a volunteer", "What is NED?"]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("1", [0]),
        ("2.", [1]),
        ("number 3", [2]),
        ("1 and 3", [0, 2]),
        ("the first", [0]),
        ("The second one, please", [1]),
        ("the second one please", [1]),
        ("I'll take the third", [2]),
        ("the last one", [2]),
        ("the first one you mentioned before", [0]),
        ("both", [0, 1]),
        ("both please", [0, 1]),
        ("match me with a volunteer", [1]),
        ("what is ned", [2]),
        ("4", []),
        ("0", []),
        ("yes", []),
        ("one of my friends has it", []),
        ("is the second opinion worth it", []),
        ("", []),
    ],
)
def test_a_choice_is_meant_by_number_place_or_words(text, places):
    assert places_meant(text, TITLES) == places


def test_within_a_form_words_are_an_answer_and_no_choice():
    assert places_meant("match me with a volunteer", TITLES, any_words=False) == []
    assert places_meant("2", TITLES, any_words=False) == [1]


def test_both_of_one_is_none_and_without_choices_nothing_is_meant():
    assert places_meant("both", TITLES[:1]) == []
    assert places_meant("1", []) == []
