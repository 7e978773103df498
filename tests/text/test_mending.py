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
        ("howlong can one livewith it", "how long can one live with it"),
        ("isitcurable", "is it curable"),
        ("Whatis the prognosis, tellme", "what is the prognosis, tell me"),
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
        "infusion, dishwasher, statin, mastitis, milligrams",
        "Annemarie and Forrest in Onalaska, Thea from Doylestown",
        "everolimus, sotorasib, Hollis Benbrook, tyrosine",
        "what does stable disease mean?",
    ],
)
def test_names_drugs_and_english_words_stay(text):
    assert mended(text) == text


def test_endless_words_are_left_alone():
    assert mended("xyz" * 2000) == "xyz" * 2000
