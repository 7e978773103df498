"""How far a denial reaches, and which of several values corrects the others."""

import pytest

from helpline.forms.denials import Denials, Found, last_corrected


@pytest.mark.parametrize(
    ("text", "word", "denied"),
    [
        ("not the liver", "liver", True),
        ("liver, not the bones", "liver", False),
        ("not the bones, liver", "liver", False),
        ("not bones, lungs or liver", "liver", True),
        ("not the bones but the liver", "liver", False),
        ("anything but liver", "liver", True),
        ("not sure, maybe liver", "liver", False),
        ("liver negative", "liver", True),
        ("liver is clear", "liver", True),
        ("don't use liver", "liver", True),
        ("I'm not lying, liver", "liver", False),
    ],
)
def test_a_denial_reaches_as_far_as_it_is_meant(text, word, denied):
    start = text.index(word)
    assert Denials(text).cover(start, start + len(word)) is denied


def test_a_no_denies_options_only():
    assert Denials("no liver").scope_before(3) == (0, 2)
    assert Denials("no 212", of_options=False).scope_before(3) is None


def test_a_minus_denies_only_where_it_may():
    assert Denials("HR-").cover(0, 2, signs=True)
    assert not Denials("HR-").cover(0, 2)
    assert not Denials("HR-positive").cover(0, 2, signs=True)


def test_the_last_value_counts_only_after_a_word_that_corrects():
    found = [Found("a", 0, 1), Found("b", 8, 9)]
    assert last_corrected("a sorry b", found) == found[1]
    assert last_corrected("a or     b", found) is None
