import pytest

from helpline.channels.text_message import Segments, numbered_choices, plain, segments


def test_choices_are_numbered_and_count_on() -> None:
    assert numbered_choices(["One", "Two"]) == "1. One\n2. Two"
    assert numbered_choices(["Three"], 3) == "3. Three"


def test_typographic_signs_become_plain_and_letters_stay() -> None:
    assert plain("\u201cZo\u00eb\u2019s\u201d\u2014a\u00a0\u2013\u2026") == '"Zo\u00eb\'s" - a -...'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Segments("GSM-7", 0, 0)),
        ("a" * 160, Segments("GSM-7", 160, 1)),
        ("a" * 161, Segments("GSM-7", 161, 2)),
        ("a" * 306, Segments("GSM-7", 306, 2)),
        ("a" * 307, Segments("GSM-7", 307, 3)),
        ("è@ñ\n" * 40, Segments("GSM-7", 160, 1)),
        # The euro sign takes two places, and is not cut in two: the 153rd place of the first message stays empty.
        ("€" * 80, Segments("GSM-7", 160, 1)),
        ("a" * 152 + "€" + "a" * 152, Segments("GSM-7", 306, 3)),
        ("ê" + "a" * 69, Segments("UCS-2", 70, 1, ("ê",))),
        ("ê" + "a" * 70, Segments("UCS-2", 71, 2, ("ê",))),
        ("\U0001f642" * 35, Segments("UCS-2", 70, 1, ("\U0001f642",))),
        ("\U0001f642" * 67, Segments("UCS-2", 134, 3, ("\U0001f642",))),
        ("it\u2019s \u2013 \u2019", Segments("UCS-2", 8, 1, ("\u2019", "\u2013"))),
    ],
)
def test_how_a_text_is_sent(text: str, expected: Segments) -> None:
    assert segments(text) == expected
