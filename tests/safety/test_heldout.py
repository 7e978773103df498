"""The held-out messages are many enough, and none of them is known from training, nor nearly."""

from difflib import SequenceMatcher

import pytest
import yaml

from helpline.evaluation.safety import HELD_OUT, held_out
from helpline.nlu.safety.text import split
from helpline.settings import ROOT

# Of their characters alike.
LIKE = 0.9


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("crisis", 120),
        ("crisis_lookalikes", 120),
        ("emergency", 80),
        ("emergency_lookalikes", 60),
        ("advice", 80),
        ("distress", 40),
        ("violence", 30),
        ("violence_lookalikes", 20),
    ],
)
def test_there_are_enough(name, count):
    assert len({message["text"] for message in held_out(name)}) >= count


def test_none_is_a_training_example_nor_nearly():
    seen = [_evened(text) for path in sorted((ROOT / "data").rglob("*.yml")) for text in _examples(path)]
    by_words: dict[str, list[str]] = {}
    for text in set(seen):
        for word in set(text.split()):
            by_words.setdefault(word, []).append(text)
    near = []
    for path in sorted(HELD_OUT.glob("*.jsonl")):
        for message in held_out(path.stem):
            text = _evened(message["text"])
            rare = sorted(set(text.split()), key=lambda word: len(by_words.get(word, ())))[:3]
            for other in {other for word in rare for other in by_words.get(word, ())}:
                matcher = SequenceMatcher(None, text, other, autojunk=False)
                if matcher.real_quick_ratio() >= LIKE and matcher.quick_ratio() >= LIKE and matcher.ratio() >= LIKE:
                    near.append((message["text"], other))
    assert near == []


def _evened(text: str) -> str:
    return " ".join(split(text))


def _examples(path):
    for entry in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("nlu") or []:
        for line in str(entry.get("examples", "")).splitlines():
            yield line.removeprefix("- ").strip()
