"""Whose question it is: by names, by what stands beside them, and never when the page's own words speak against it."""

import sys

import pytest

from helpline.nlu.message_text import MessageText
from helpline.nlu.subject.subject_decision import parts_of, subject_of


@pytest.fixture(scope="module")
def subject(vocabulary):
    def of(typed):
        text = MessageText(typed)
        return subject_of(parts_of(text.text, text.segments, vocabulary), vocabulary)

    return of


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("what is leukemia", "cancer"),
        ("how long do people live with stage 4 kidney cancer", "cancer"),
        ("ovariancancer symptoms", "cancer"),
        ("LCIS, what are my options", "early_breast"),
        ("is lupus curable", "illness"),
        ("side effects of verzenio", "drug"),
        ("is this the American Cancer Society", "organization"),
        ("my cat has lymphoma, is it curable", "animal"),
        ("do dogs get breast cancer", "animal"),
    ],
)
def test_a_question_about_something_else_has_its_family(subject, text, family):
    assert subject(text) == family


@pytest.mark.parametrize(
    ("other", "own"),
    [
        ("what are the symptoms of liver cancer", "breast cancer went to my liver, is it liver cancer now"),
        ("my grandpas lung cancer spread to his brain", "it spread to my lung. is that lung cancer"),
        ("what does stage 4 liver cancer mean", "does that mean she has liver cancer now"),
        ("is there a cure for bone cancer", "so would you call it bone cancer"),
        ("what is liver cancer", "it's in mom's liver, they found it in there last week. does she have liver cancer"),
        ("what is brain cancer", "is brain cancer the same as brain mets"),
        ("is diabetes curable", "i have diabetes and mbc, what should i eat"),
        ("stage 1, what treatment is there", "i was stage 1 in 2012, now it is in my bones"),
        ("does ibrance make your hair thin", "i'm on ibrance and stable, what does stable mean"),
        (
            "what does progression mean in multiple sclerosis",
            "i have multiple sclerosis. what does mets progression mean",
        ),
        ("what is a lumpectomy", "six years since my lumpectomy, which signs should i watch for"),
        ("is lymphoma curable", "my dad died of lymphoma. what are the symptoms when it has spread to my bones"),
        ("what does Komen do", "is LBBC the same as Komen"),
        ("our dog has a tumor, is it curable", "can i walk my dog during chemo"),
    ],
)
def test_what_stands_beside_a_name_decides(subject, other, own):
    assert subject(other) is not None
    assert subject(own) is None


def test_a_message_that_names_nothing_is_not_about_something_else(subject):
    assert subject("what does NED mean?") is None
    assert subject("") is None


@pytest.mark.parametrize("part", ["lung cancer stage 4 ", "leukemmia mets dog ", "diabetess ", "lung cancer? ", "a b "])
def test_work_grows_as_the_message_does(vocabulary, part):
    def calls(length: int) -> int:
        message, counted = MessageText((part * 250)[:length]), []
        segments = message.segments
        sys.setprofile(lambda frame, event, argument: counted.append(event))
        try:
            subject_of(parts_of(message.text, segments, vocabulary), vocabulary)
        finally:
            sys.setprofile(None)
        return len(counted)

    calls(1000)  # spellings that were met once are known
    assert calls(1000) <= 5 * calls(250)


def test_an_organ_named_right_after_an_answer_is_where_it_is(vocabulary):
    def of(typed, *, goes_on):
        text = MessageText(typed)
        return subject_of(parts_of(text.text, text.segments, vocabulary), vocabulary, goes_on=goes_on)

    assert of("so brain cancer basically", goes_on=False) == "cancer"
    assert of("so brain cancer basically", goes_on=True) is None
    assert of("so like kidney cancer", goes_on=True) == "cancer"
