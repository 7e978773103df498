import pytest

from helpline.text.normalising import in_another_script, normalised, says_something, straightened


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("what\u2019s NED", "what's NED"),
        ("i\u00b4m soooo scared", "i'm soo scared"),
        ("is it curable????", "is it curable?"),
        ("Stage III, stage iiia, IIIC or IV", "Stage III, stage iiia, IIIC or IV"),
        ("hiiii, iiii hate it", "hii, ii hate it"),
        ("  what \n is   NED ", "what is NED"),
        ("\uff2e\uff25\uff24", "NED"),
        ("all well", "all well"),
        ("call 888 753 5222", "call 888 753 5222"),
        ("", ""),
    ],
)
def test_evens_what_carries_no_meaning(typed, expected):
    assert normalised(typed) == expected


@pytest.mark.parametrize(
    ("text", "something"),
    [("...", False), ("\u200b", False), (" ?! ", False), ("ok", True), ("7", True), ("\U0001f44d", True)],
)
def test_signs_alone_say_nothing(text, something):
    assert says_something(text) is something


def test_a_text_is_straightened_without_losing_what_was_typed():
    assert straightened("\u201crosa\u201d\u2011\uff11 \u2019s soooo\n\u200bOK??") == '"rosa"-1 \'s soooo\nOK??'


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("ما معنى هذا", True),
        ("我妈妈得了乳腺癌 MBC", True),
        ("what is NED", False),
        ("Señora Núñez", False),
        ("my grandma is called Σοφία", False),
        ("12345", False),
    ],
)
def test_another_script_is_told_by_most_of_the_letters(text, other):
    assert in_another_script(text) is other
