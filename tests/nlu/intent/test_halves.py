"""Where a message may be cut into two questions, by its form alone."""

import pytest

from helpline.nlu.intent.halves import halves


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("what is NED can it be cured", ("what is NED", "can it be cured")),
        ("the sheet on lobular / a forum", ("the sheet on lobular", "a forum")),
        ("sleep tips n somebody to ring", ("sleep tips", "somebody to ring")),
        ("tumor tests & who decides", ("tumor tests", "who decides")),
        ("what does stable stand for, good or bad", ("what does stable stand for", "good or bad")),
        ("is it for life? or can I stop one day", ("is it for life?", "can I stop one day")),
        (
            "he needs to know who does the scans and how long it takes",
            ("he needs to know who does the scans", "how long it takes"),
        ),
    ],
)
def test_a_cut_parts_what_may_be_two_questions(text, cut):
    assert cut in halves(text)


@pytest.mark.parametrize(
    "text",
    [
        "what is no evidence of disease",
        "They found it in her liver in March. What is that called?",
        "my aunt has lobular, where does it go",
        "is it for a year or for life",
        "What is a trial? My neighbor was in one.",
        "she slept all day and we were glad",
        "lobular; where does it go",
        "lobular - where does it go",
        "my aunt has lobular and where does it go",
        "what is the 2.5 cm spot called",
        "are you there 24/7",
        "is metastatic/advanced breast cancer curable",
        "what does HER2+ mean",
        "what is ned, :-)",
        "my uncle died and the garden is lovely",
    ],
)
def test_nothing_is_cut_where_one_question_is_asked(text):
    assert halves(text) == []


def test_the_most_even_cuts_come_first_and_are_few():
    cuts = halves("what is it, where is it, who sees it, when is it seen, why is it there")
    assert cuts[0] == ("what is it, where is it, who sees it", "when is it seen, why is it there")
    assert len(cuts) == 3
