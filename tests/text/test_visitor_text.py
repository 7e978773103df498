"""What a visitor types is never a command, whatever stands before the slash."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpline.text.visitor_text import clean_text

INVISIBLE = [
    chr(code)
    for code in range(sys.maxunicode + 1)
    if unicodedata.category(chr(code)) in {"Cc", "Cf", "Zs", "Zl", "Zp", "Cs"}
]


@given(st.text())
def test_cleaned_text_is_no_command_and_stays_clean(text: str) -> None:
    cleaned = clean_text(text)
    assert not cleaned.strip().startswith("/")
    assert clean_text(cleaned) == cleaned
    assert not {unicodedata.category(c) for c in cleaned if c != "\n"} & {"Cc", "Cf", "Cs", "Co"}
    cleaned.encode()


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("what does NED mean", "what does NED mean"),
        ("and/or both?", "and/or both?"),
        ("two\r\nlines", "two\nlines"),
        ("a\tb", "a b"),
        ("caf\u00e9 \U0001f600", "caf\u00e9 \U0001f600"),
        ("zero\u200bwidth", "zerowidth"),
        ("\u202eabc\u202c", "abc"),
        ("nul\x00byte", "nulbyte"),
        ("half \ud83d pair", "half  pair"),
        ("/greet", "greet"),
        (" / / ", ""),
        ("\u200b", ""),
    ],
)
def test_text_keeps_what_can_be_seen(text: str, cleaned: str) -> None:
    assert clean_text(text) == cleaned


def test_no_invisible_character_hides_a_command() -> None:
    for hidden in INVISIBLE:
        for text in (f"{hidden}/restart", f"/{hidden}restart", f"/{hidden}/restart", f" {hidden} /restart"):
            assert clean_text(text) == "restart", f"U+{ord(hidden):04X}"
