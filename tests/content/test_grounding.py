import pytest

from helpline.content.grounding import name_problems, number_problems, plain
from helpline.content.ledger import Contact, Fact, Ledger
from helpline.content.responses import Response

LEDGER = Ledger(
    facts={"tea": [Fact("tea", "a fact", "a place", ("5-15%", "20% to 30%", "July 10, 2025"), ("HER2", "U.S."), ())]},
    contacts=[Contact("line", "Tea Line", ("(888) 753-LBBC (5222)", "988"), (), (), 1)],
)


def answer(text: str) -> Response:
    return Response("utter_faq/tea", "data/topics/tea.yml", 3, text)


@pytest.mark.parametrize(
    "text",
    [
        "In about 5-15% of people.",
        "In about 5\u201315% of people.",
        "From 20% to 30%, as of July 10, 2025.",
        "Call (888) 753-LBBC (5222).",
        "Text 988.",
        "Your HER2 status.",
        "One of these, or two ways on.",
    ],
)
def test_what_the_ledger_holds_may_be_said(text: str) -> None:
    assert list(number_problems(answer(text), LEDGER)) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("In about 15% of people.", '"15%"'),
        ("In about 5-16% of people.", '"5-16%"'),
        ("In 25-15% of people.", '"25-15%"'),
        ("Of HER3 status.", '"3"'),
        ("Call 9885.", '"9885"'),
        ("Two months are usual.", '"Two months"'),
        ("It is twenty percent.", '"twenty percent"'),
        ("Two thirds of people.", '"Two thirds of"'),
    ],
)
def test_any_other_number_is_told(text: str, told: str) -> None:
    messages = [problem.message for problem in number_problems(answer(text), LEDGER)]

    assert any(told in message for message in messages), messages


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Take it with Herceptin.", ["Herceptin"]),
        ("Herceptin can help.", ["Herceptin"]),
        ("Living in the U.S. Many people do. In the U.S. many do.", []),
        ("Many do:\n- Many\n- Herceptin", ["Herceptin"]),
        ("I think I'm here.", []),
        ("The NIH says so.", ["NIH"]),
    ],
)
def test_names_outside_the_ledger_are_told_wherever_they_stand(text: str, told: list[str]) -> None:
    ordinary = {"take", "living", "many", "in", "the", "it"}

    messages = [problem.message for problem in name_problems(answer(text), LEDGER, ordinary)]

    assert [message.split('"')[1] for message in messages] == told


def test_typographic_marks_are_made_plain() -> None:
    assert plain("\u201cA\u2019s\u201d 5\u201315\u00a0%") == '"A\'s" 5-15 %'
