import pytest

from helpline.text.normalising import normalised, says_something


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("what\u2019s NED", "what's NED"),
        ("i\u00b4m soooo scared", "i'm soo scared"),
        ("is it curable????", "is it curable?"),
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
