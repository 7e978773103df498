"""What measures understanding and safety was never trained on, nor anything nearly the same."""

import json
from bisect import bisect_left, bisect_right
from collections import Counter
from itertools import groupby
from pathlib import Path

import pytest
from rapidfuzz import fuzz, process

from evaluation.held_out import FOLDERS as HELD_OUT
from evaluation.safety.safety_metrics import DEVELOPMENT as SAFETY_DEVELOPMENT
from evaluation.understanding.messages import DEVELOPMENT, labelled, training_examples
from helpline.safety.words import split
from helpline.settings import ROOT

# Of their characters alike: a letter or two of a short message, a few of a long one.
LIKE = 0.9
# The shorter of two messages that like is at least so long beside the longer.
LIKE_LENGTH = LIKE / (2 - LIKE)
# Shorter messages are what everybody types.
FEWEST_WORDS = 5
REPLAY_DEVELOPMENT = ROOT / "tests" / "replay" / "development"
STRANGERS = [path for folder in (DEVELOPMENT, SAFETY_DEVELOPMENT) for path in folder.glob("strangers_*/")]
FOLDERS = [DEVELOPMENT, SAFETY_DEVELOPMENT, *HELD_OUT, REPLAY_DEVELOPMENT, *filter(Path.is_dir, STRANGERS)]
FILES = sorted(path for folder in FOLDERS for path in folder.glob("*.jsonl"))


def evened(text: str) -> str:
    return " ".join(split(text))


def texts_in(path: Path) -> list[str]:
    """Return the messages of a file, evened; of conversations each turn, or the last where that is measured."""
    entries = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    turns = [entry.get("turns") or [entry["text"]] for entry in entries]
    first = -1 if path.stem.startswith(("follow_ups", "replies_")) or path.stem.endswith("_strangers") else 0
    texts = [evened(text) for each in turns for text in each[first:]]
    own = path.parent in (DEVELOPMENT, SAFETY_DEVELOPMENT)
    return [text for text in texts if own or sum(map(str.isalnum, text.split())) >= FEWEST_WORDS]


@pytest.fixture(scope="module")
def trained_on() -> list[str]:
    examples = training_examples()
    # What stands behind the subject of an answer counts alone too.
    behind = [example.text.partition(": ")[2] for example in examples if example.path == "data/nlu/in_context.yml"]
    return sorted({evened(text) for text in (*(example.text for example in examples), *behind)}, key=len)


def nearly_same(texts: list[str], trained_on: list[str]) -> list[tuple[str, str]]:
    """Return the texts beside a training message that is nearly the same.

    Args:
        texts: What was not trained on, evened.
        trained_on: Training messages, evened, the shortest first.
    """
    lengths = [len(text) for text in trained_on]
    near = []
    for length, alike in groupby(sorted(texts, key=len), len):
        # Of texts that differ more in length than this, too many characters differ.
        first, end = bisect_left(lengths, LIKE_LENGTH * length), bisect_right(lengths, length / LIKE_LENGTH)
        asked, others = list(alike), trained_on[first:end]
        ratios = process.cdist(asked, others, scorer=fuzz.ratio, score_cutoff=100 * LIKE)
        near += [(asked[row], others[column]) for row, column in zip(*ratios.nonzero(), strict=True)]
    return near


def test_all_files_are_looked_at():
    assert {path.parent for path in FILES} == set(FOLDERS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_held_out_message_is_a_training_example_nor_nearly(path, trained_on):
    assert nearly_same(texts_in(path), trained_on) == []


def test_a_message_with_a_typo_would_be_found(trained_on):
    text = next(text for text in trained_on if len(text) > 40)
    typo = text[:20] + text[21:]
    assert (typo, text) in nearly_same([typo], trained_on)


@pytest.mark.parametrize(
    ("name", "count"), [("out_of_scope", 150), ("two_questions", 60), ("noisy", 80), ("entities", 200)]
)
def test_there_are_enough(name, count):
    lines = (DEVELOPMENT / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    assert len({json.loads(line)["text"] for line in lines}) >= count


def test_there_are_enough_messages_of_each_topic():
    topics = {path.stem for path in (DEVELOPMENT.parents[2] / "data" / "topics").glob("*.yml")}
    counted = Counter(leaf for message in labelled(DEVELOPMENT / "topics.jsonl") for leaf in message.expect)
    assert {topic: counted[f"faq/{topic}"] for topic in topics if counted[f"faq/{topic}"] < 12} == {}
