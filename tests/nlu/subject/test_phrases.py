"""Names are found whatever their spelling, and ordinary words are not taken for names."""

import pytest

from helpline.nlu.subject.phrases import MOST_WORDS, Phrases, Spelling, TakenApart, words_of

PHRASES = Phrases({"cancer": ["lung cancer", "leukemia"], "illness": ["lung", "crohns disease"]}, run_together=True)
SPELLING = Spelling(PHRASES.words, ["dancers"])
NAMES = ["melanoma", "myeloma", "hepatitis", "infertility", "als", "all in", "stage4"]
TAKEN_APART = TakenApart(NAMES, Spelling(NAMES, []), {"is", "my", "in", "fertility"})


def found(text):
    return [place.label for place in PHRASES.find(SPELLING.mended(words_of(text)))]


def test_words_lose_capitals_accents_apostrophes_and_hyphens():
    assert words_of("Waldenstr\u00f6m's NON-Hodgkin, Crohn\u2019s") == ["waldenstroms", "non", "hodgkin", "crohns"]


@pytest.mark.parametrize("text", ["leukemia", "LEUKEMIA", "luekemia", "leukmia", "leukemias", "lungcancer"])
def test_a_name_is_found_however_it_is_spelt(text):
    assert found(text) == ["cancer"]


def test_the_longest_name_is_found():
    assert found("lung cancer, my lung, Crohn's disease") == ["cancer", "illness", "illness"]


def test_short_words_and_ordinary_words_are_not_mended():
    assert found("lang dancers crohn") == []


def test_only_the_first_words_of_a_text_are_read():
    assert len(words_of("word " * 1000)) == MOST_WORDS


@pytest.mark.parametrize(
    ("typed", "name"),
    [("does mela noma spread", "melanoma"), ("what is my loma", "myeloma"), ("is a l s a thing", "als")],
)
def test_names_in_two_words_or_in_letters_are_put_together(typed, name):
    assert name in TAKEN_APART.together(words_of(typed))


@pytest.mark.parametrize(
    "typed", ["her hepatic is", "support in fertility", "a l", "my melanoma is", "all in all", "stage 4", ""]
)
def test_words_of_their_own_stay_apart(typed):
    assert TAKEN_APART.together(words_of(typed)) == words_of(typed)
