"""A message in plain words, whatever it was dressed in."""

import pytest

from helpline.safety.words import SENTENCE_END, plain, split, written_out

SHORT_FORMS = {"im": "i am", "dont": "do not", "wanna": "want to", "i'll": "i will", "cant": "can not"}


@pytest.mark.parametrize(
    "dressed",
    [
        "KILL MYSELF",
        "\U0001d424\U0001d422\U0001d425\U0001d425 \U0001d426\U0001d432\U0001d42c\U0001d41e\U0001d425\U0001d41f",
        "k\u200bi\u200bl\u200bl my\u2060self",
        "ki\u00adll \u202emyself\u202c",
        "\u043aill mys\u0435lf",
        "ｋｉｌｌ　ｍｙｓｅｌｆ",  # noqa: RUF001
        "k\u0336i\u0336l\u0336l\u0336 myself",
        "kill\U0001f62dmyself \U0001f494",
        "kill\tmyself\x07",
    ],
)
def test_what_cannot_be_seen_or_looks_alike_makes_no_difference(dressed):
    assert [word for word in split(dressed) if word != SENTENCE_END] == ["kill", "myself"]


def test_pictures_of_means_are_words():
    assert split("thinking about \U0001f48a and \U0001f52b") == ["thinking", "about", "pills", "and", "gun"]


def test_sentences_end_where_people_end_them():
    assert split("no more. really!! is it?\nyes") == ["no", "more", ".", "really", ".", "is", "it", ".", "yes"]


def test_held_letters_become_two_at_most():
    assert split("dieeeeee noooow") == ["diee", "noow"]


def test_figures_and_temperatures_stay():
    assert split("stage 4, 101.3 at 5:30") == ["stage", "4", "101.3", "at", "5:30"]


def test_accents_are_dropped():
    assert plain("mam\u00e1 ca\u00f1\u00f3n") == "mama canon"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("im done and i dont wanna", "i am done and i do not want to"),
        ("I can\u2019t", "i can not"),
        ("ill kill myself", "i will kill myself"),
        ("I am ill from chemo", "i am ill from chemo"),
        ("i want 2 die", "i want 2 die".replace("2", "to")),
        ("stage 2 cancer", "stage 2 cancer"),
        ("i want too die", "i want to die"),
        ("me too", "me too"),
        ("want to b gone", "want to be gone"),
        ("mom's pills", "mom pills"),
    ],
)
def test_short_forms_are_written_out_where_they_are_meant(typed, meant):
    assert " ".join(written_out(split(typed), SHORT_FORMS)) == meant
