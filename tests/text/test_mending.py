"""Key words and short forms are mended, and nothing else is touched."""

import pytest

from helpline.text.mending import mended


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("wat is metastic brest cancr", "what is metastatic breast cancer"),
        ("any new tx optns", "any new treatment options"),
        ("leptomenigeal desease", "leptomeningeal disease"),
        ("WAT IS STG 4", "WHAT IS STAGE 4"),
        ("my onc says it progresed", "my oncologist says it progressed"),
    ],
)
def test_what_hurried_people_type_is_written_out(typed, meant):
    assert mended(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "letrozole and Ibrance since May",
        "my sister Rosalind lives in Tacoma",
        "Zoladex, not Zometa",
        "the garden gate squeaks",
        "what does stable disease mean?",
    ],
)
def test_names_drugs_and_english_words_stay(text):
    assert mended(text) == text


def test_endless_words_are_left_alone():
    assert mended("x" * 5000) == "x" * 5000
