"""The parts of a message that may each be a question."""

import pytest

from helpline.nlu.intent.segments import asks, segments, told_beside_questions


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("what is NED? and how common is it", ["what is NED?", "and how common is it"]),
        ("remission - meaning? and who gets it", ["remission meaning?", "and who gets it"]),
        ("Thanks! what is NED?", ["what is NED?"]),
        ("can it be cured, if not what is treatment for", ["can it be cured", "what is treatment for"]),
        ("it is in my hip. and if so is that stage four", ["it is in my hip", "is that stage four"]),
        ("help", ["help"]),
    ],
)
def test_parts(text, parts):
    assert segments(text) == parts


def test_many_parts_are_joined_to_no_more_than_six():
    joined = segments(". ".join(f"this is part {number}" for number in range(20)))
    assert len(joined) == 6
    assert joined[0].startswith("this is part 0")
    assert joined[-1].endswith("this is part 19")


@pytest.mark.parametrize(
    ("part", "question"),
    [
        ("and if so is that bad", True),
        ("mets?", True),
        ("if it moves on where would it go", True),
        ("it is in my hip", False),
        ("if it moves on so be it", False),
    ],
)
def test_what_asks(part, question):
    assert asks(part) is question


def test_joints_in_a_row_are_read_once_however_many_they_are():
    assert segments("what is it " + "and also " * 100 + "how common") == ["what is it", "how common"]
    assert segments("what is it " + "and also " * 100 + "zz") == ["what is it " + "and also " * 100 + "zz"]


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        (["my wife is out of breath", "what is NED"], ["my wife is out of breath"]),
        (["what is NED", "she is shaking and burning up"], ["she is shaking and burning up"]),
        (["my wife is out of breath", "she is shaking"], []),
        (["what is NED", "who reviews the page"], []),
    ],
)
def test_what_is_told_beside_a_question(parts, told):
    assert told_beside_questions(parts) == told
