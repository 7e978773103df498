"""The file of other subjects: whole, answered, and apart from ordinary words."""

import pytest
import yaml

from evaluation.understanding.messages import FAMILIES
from helpline.errors import ContentError
from helpline.nlu.subject.subject_decision import SIGNS, parts_of, subject_of
from helpline.nlu.subject.subject_vocabulary import SPREAD_SITE, read_subjects
from helpline.settings import ROOT


def test_each_family_has_an_answer_and_a_weight(vocabulary):
    responses = yaml.safe_load((ROOT / "data/responses/other_subject.yml").read_text(encoding="utf-8"))["responses"]
    assert {name.partition("/")[2] for name in responses} == set(vocabulary.families) == set(FAMILIES)
    assert set(SIGNS) == {*vocabulary.families, SPREAD_SITE}


def test_every_sign_that_is_weighed_has_words(vocabulary):
    for sign in {sign for signs in SIGNS.values() for sign in signs}:
        vocabulary.signal(sign, [])


def test_common_words_are_not_taken_for_misspelt_names(vocabulary):
    path = ROOT / "content/lexicon/redaction/common_words_en.txt"
    common = [word for word in path.read_text(encoding="utf-8").split() if word.isalpha()]
    assert [word for word in common if vocabulary.words(word) != [word]] == []


@pytest.mark.parametrize(
    "word", ["Desmond", "Barrett", "Collins", "Stokes", "Rosella", "hematoma", "scallions", "poppies", "welding"]
)
def test_common_names_and_things_are_no_names_of_other_subjects(vocabulary, word):
    assert vocabulary.names(vocabulary.words(word)) == []


@pytest.mark.parametrize(
    "asked",
    [
        "our lab says her tumor marker went up",
        "it has spread to the gullet",
        "is an itchy nipple a symptom",
        "is there a cancer support community near me",
        "why do i have chronic fatigue",
        "what is a good ejection fraction on herceptin",
        "do you have support in fertility preservation",
        "the pain on the needle site",
    ],
)
def test_what_patients_ask_is_not_refused(vocabulary, asked):
    assert subject_of(parts_of(asked, [asked], vocabulary), vocabulary) is None


def test_the_words_of_an_organization_are_not_put_together(vocabulary):
    assert vocabulary.words("who is on a cancer care team") == ["who", "is", "on", "a", "cancer", "care", "team"]


def test_letters_of_the_pages_own_subject_are_put_together(vocabulary):
    assert vocabulary.signal("breast", vocabulary.words("i have m b c and c o p d"))


@pytest.mark.parametrize("slip", ["bone mers are growing", "what are mest", "liver nets", "mats in my spine"])
def test_slips_of_mets_are_no_other_illness(vocabulary, slip):
    assert vocabulary.names(vocabulary.words(slip)) == []


def test_a_file_that_lacks_a_part_is_refused_by_name(tmp_path):
    path = tmp_path / "subjects.yml"
    path.write_text("families: {cancer: [leukemia]}")
    with pytest.raises(ContentError, match="signals"):
        read_subjects(path)
    with pytest.raises(ContentError, match="no file"):
        read_subjects(tmp_path / "none.yml")
