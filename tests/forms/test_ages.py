"""Ages in figures and in words, among other numbers and other people's ages."""

import pytest

from helpline.forms.ages import read_age_range


@pytest.mark.parametrize(
    ("text", "age_range"),
    [
        ("I'm 47", "40-49"),
        ("40-49", "40-49"),
        ("40 to 49", "40-49"),
        ("18", "18-29"),
        ("29", "18-29"),
        ("30", "30-39"),
        ("in my early fifties", "50-59"),
        ("60s", "60-69"),
        ("70+", "70+"),
        ("70 or older", "70+"),
        ("over 80", "70+"),
        ("83", "70+"),
        ("thirty-eight", "30-39"),
        ("I'm sixty two", "60-69"),
        ("fifty", "50-59"),
        ("mid 40s", "40-49"),
        ("stage 4, I am 52", "50-59"),
        ("stage four and 61", "60-69"),
        ("I have 2 kids and I'm 38", "30-39"),
        ("47 with three kids", "40-49"),
        ("diagnosed at 38, now 45", "40-49"),
        ("52, diagnosed 3 years ago", "50-59"),
        ("I am a 52 year old woman", "50-59"),
        ("52y/o", "50-59"),
        ("almost 50", "40-49"),
        ("just turned 50", "50-59"),
        ("I'm not 47 I'm 57", "50-59"),
        ("under 30", "18-29"),
    ],
)
def test_an_age_becomes_a_range(text, age_range):
    assert read_age_range(text, 2026) == age_range


@pytest.mark.parametrize(
    "text",
    ["17", "130", "old", "under 40", "over 50", "less than 35", "younger than 60", "between 40 and 50",
     "diagnosed 3 years ago", "stage 4", "two kids", "45 or 55", "not 47", "HER2 3+"],
)  # fmt: skip
def test_what_names_no_one_range_is_asked_again(text):
    assert read_age_range(text, 2026) is None


@pytest.mark.parametrize(
    ("text", "age_range"),
    [
        ("born in 1972", "50-59"),
        ("b. 1979", "40-49"),
        ("I was born March 3, 1960", "60-69"),
        ("dob 3/14/1985", "40-49"),
        ("born 3/14/85", "40-49"),
        ("1958", "60-69"),
        ("'72", "50-59"),
        ("born in 1976", None),
        ("diagnosed in 2019", None),
    ],
)
def test_a_year_of_birth_becomes_a_range_where_it_names_only_one(text, age_range):
    assert read_age_range(text, 2026) == age_range


@pytest.mark.parametrize(
    ("text", "of_self", "of_other"),
    [
        ("47", "40-49", "40-49"),
        ("my mother is 71", None, "70+"),
        ("she's 58", None, "50-59"),
        ("I'm 45 and my mother is 71", "40-49", "70+"),
        ("I'm 45", "40-49", None),
        ("my mother is 71 i am 40", "40-49", "70+"),
        ("i am 40 my mother is 71", "40-49", "70+"),
        ("I'm 38, my husband is 41", "30-39", "40-49"),
    ],
)
def test_the_age_is_that_of_the_right_person(text, of_self, of_other):
    assert read_age_range(text, 2026, of_other=False) == of_self
    assert read_age_range(text, 2026, of_other=True) == of_other
