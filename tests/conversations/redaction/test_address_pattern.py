"""A tail that is looked for after a match finds what it finds as a part of the expression."""

import re

import pytest

from helpline.conversations.address_pattern import TailedPattern, matches

TAIL = r"(?:,\sapt\s\d+)?(?:,\s(?:Dayton|Ohio))?"


@pytest.mark.parametrize(
    "pattern", [r"(?<!\w)\d+\s\w+\s(?:st|ave)(?!\w)", r"live at\s(?P<address>\d+\s\w+?\s(?:st|ave)(?!\w))"]
)
@pytest.mark.parametrize(
    "text",
    [
        "I live at 12 Elm St, apt 4, Dayton, thanks",
        "live at 12 elm st",
        "12 elm ave, Ohio 14 oak st, apt 2 16 fir st",
        "12 elm stone and 5 pills",
        "",
    ],
)
def test_what_is_found_is_the_same(pattern, text):
    found = [(match.start, match.end) for match in TailedPattern(pattern, re.compile(TAIL, re.I)).matches(text)]
    inside = pattern[:-1] + TAIL + ")" if "address" in pattern else pattern + TAIL
    group = "address" if "address" in pattern else 0
    assert found == [match.span(group) for match in re.finditer(inside, text, re.I)]


def test_a_tail_is_told_from_none():
    pattern = TailedPattern(r"(?P<number>\d+)\s\w+\sst(?!\w)", re.compile(TAIL, re.I))
    first, second = matches(pattern, "12 elm st, Dayton or 14 oak st")
    assert (first.has_tail, first["number"], second.has_tail, second["number"]) == (True, "12", False, "14")
