"""The patterns alone, as the front door asks them: what they say, and that they cost little whatever is sent."""

import random
import string
import subprocess
import sys
import time

import pytest
import yaml

from helpline.errors import ModelFileError
from helpline.safety.detector import PatternDetector
from helpline.settings import ROOT

# Milliseconds of processor time that the longest message may cost here, where it usually costs less than ten.
MOST = 25


def filled(part: str) -> str:
    """A message of 1,000 characters, made of one part again and again."""
    return (part * (1000 // len(part) + 1))[:1000]


def random_words(letters: str, shortest: int, longest: int) -> str:
    chance = random.Random(5)
    return " ".join("".join(chance.choices(letters, k=chance.randint(shortest, longest))) for _ in range(999))[:1000]


LONG = {
    "one-letter lines": filled("a\nb\nc\nd\n"),
    "one-letter questions": filled("a? "),
    "random letters": random_words(string.ascii_lowercase, 1000, 1000),
    "random words": random_words(string.ascii_lowercase, 2, 9),
    "emoji": filled("\U0001f62d\U0001f494\U0001f614\U0001f64f"),
    "pistols": filled("\U0001f52b"),
    "one long word": "a" * 1000,
    "words run together": filled("killmyselfendmylife"),
    "key words": filled("i want to die "),
    "words with gaps": filled("i my to not the it i want end my life if when "),
    "idioms": filled("it hit me hard i am not suicidal "),
    "symptoms": filled("fever chest pain can not breathe bleeding numb legs "),
    "slips of key words": filled("suicde kil mysellf wnat dei hoppeless overdoze "),
    "spaced letters": filled("k i l l "),
    "marks on letters": filled("k\u0336i\u0336l\u0336l\u0336 \u0301\u0302"),
    "letters that become many": filled("\ufdfa"),
    "invisible": filled("\u200b"),
}


@pytest.mark.parametrize(
    ("text", "leaf"),
    [
        ("I want to kill myself", "crisis/self"),
        ("my wife wants to end her life", "crisis/other"),
        ("they would be better off without me", "crisis/self"),
        ("my husband hit me again", "violence"),
        ("I can't breathe and my chest hurts", "emergency/life_threat"),
        ("fever of 102 since this morning", "emergency/urgent"),
        ("my little boy swallowed two of my pills", "emergency/poisoning"),
        ("he drank bleach and cannot breathe", "emergency/life_threat"),
        ("he beats me and I want to die", "crisis/self"),
        ("what does NED mean", None),
        ("I am not suicidal", None),
        ("", None),
        ("?!", None),
    ],
)
def test_danger_that_is_said_outright_is_named_by_its_leaf(detector, text, leaf):
    assert detector.danger(text) == leaf


def test_no_option_that_is_offered_raises(detector):
    offered = set()
    for path in (ROOT / "data" / "responses").glob("*.yml"):
        for said in yaml.safe_load(path.read_text(encoding="utf-8"))["responses"].values():
            offered |= {
                button[part] for each in said for button in each.get("buttons", ()) for part in ("title", "payload")
            }
    assert "For myself" in offered
    assert [text for text in sorted(offered) if detector.danger(text)] == []


@pytest.mark.parametrize("text", ["215-555-0142", "grace@example.org", "52", "tonight", "38", "104", "after 5"])
def test_data_alone_raise_nothing(detector, text):
    assert detector.danger(text) is None


def test_a_trained_model_lends_its_words_without_being_loaded(trained_model):
    lent = PatternDetector.from_model(trained_model)
    assert lent.danger("I want to kill myself") == "crisis/self"
    assert lent.words("zometa") == ["zometa"]


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b\x08\x00broken"])
def test_a_file_that_is_no_model_is_named(tmp_path, content):
    (tmp_path / "mbc.tar.gz").write_bytes(content)
    with pytest.raises(ModelFileError, match=r"mbc\.tar\.gz"):
        PatternDetector.from_model(tmp_path / "mbc.tar.gz")


@pytest.mark.parametrize("module", ["detector", "replies"])
def test_neither_rasa_nor_numpy_is_imported(module):
    code = f"import helpline.safety.{module}, sys; print(*{{name.partition('.')[0] for name in sys.modules}})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(loaded.stdout.split()) & {"rasa", "rasa_sdk", "numpy", "onnxruntime", "sklearn", "spacy"} == set()


@pytest.mark.parametrize("name", sorted(LONG))
def test_the_longest_message_costs_little(detector, name):
    taken = []
    for _ in range(10):  # the best of them: a busy machine is no fault of the detector's
        started = time.process_time()
        detector.danger(LONG[name])
        taken.append((time.process_time() - started) * 1000)
    assert min(taken) < MOST


@pytest.mark.parametrize("name", ["one-letter lines", "random words", "emoji", "idioms"])
def test_danger_at_the_end_of_a_long_message_is_found(detector, name):
    assert detector.danger(LONG[name][:970] + "\ni want to kill myself") == "crisis/self"
