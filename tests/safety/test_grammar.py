"""The language of the patterns: each sign means what its page says."""

import pytest

from helpline.safety.grammar import Parts, Pattern, PatternError, places_of

PARTS = Parts({"want": ["want", "would like"], "die": ["die", "be dead"]})


def fits(pattern: str, text: str) -> bool:
    tokens = text.split()
    return any(Pattern(pattern, PARTS).spans(tokens, places_of(tokens), longest=False))


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("i want", "today i want", True),
        ("i want", "i do want", False),
        ("i <want> to <die>", "i would like to be dead", True),
        ("i <want> to <die>", "i would like to", False),
        ("end|stop it", "please stop it", True),
        ("end very|so? soon", "end soon", True),
        ("end very|so? soon", "end so soon", True),
        ("end ~2 soon", "end it all soon", True),
        ("end ~2 soon", "end it all very soon", False),
        ("end ~2 soon", "end . soon", False),
        ("kill not:time", "kill time", False),
        ("kill not:time", "kill him", True),
        ("kill not:time", "kill .", False),
        ("no_one cares", "no one cares", True),
    ],
)
def test_a_pattern_fits(pattern, text, expected):
    assert fits(pattern, text) is expected


def test_the_shortest_and_the_longest_slice():
    pattern = Pattern("die ~3 now|today", PARTS)
    tokens = ["die", "now", "or", "today"]
    assert list(pattern.spans(tokens, places_of(tokens), longest=False)) == [(0, 2)]
    assert list(pattern.spans(tokens, places_of(tokens), longest=True)) == [(0, 4)]


@pytest.mark.parametrize("pattern", ["i <wish> it", "i ~x it", "i <want it", "i? ~2", "a:b"])
def test_what_cannot_be_read_is_named(pattern):
    with pytest.raises(PatternError, match=r"no list|cannot be read|fits everything"):
        Pattern(pattern, PARTS)
