"""Each class of pattern is held to messages written for it: what it must match, and what it must leave alone."""

import json
from typing import Any

import pytest
import yaml
from rapidfuzz import fuzz, process

from evaluation.safety.safety_metrics import DEVELOPMENT as SAFETY_DEVELOPMENT
from evaluation.understanding.messages import DEVELOPMENT
from helpline.safety.dangers import DANGERS, DESPAIR
from helpline.safety.detector import PatternDetector
from helpline.safety.matching import PatternMatcher, read_patterns
from helpline.settings import ROOT
from tests.test_held_out import LIKE, evened

EXAMPLES, NEAR = 5, 3

CONTENT = read_patterns()
KINDS = (*DANGERS, DESPAIR, "languages")
CLASSES: dict[str, dict[str, Any]] = {entry["code"]: entry for kind in KINDS for entry in CONTENT[kind]["raises"]}
CODES = sorted(CLASSES)


def raised(detector: PatternDetector, text: str) -> set[str]:
    """Codes of all classes that match a message outright."""
    matches = detector.matches(detector.words(text))
    return {match.expression.code for match in matches.matches if match.covered_by is None}


@pytest.fixture(scope="module")
def training(detector) -> list[list[str]]:
    """The words of each training message on danger."""
    content = yaml.safe_load((ROOT / "data" / "nlu" / "safety.yml").read_text(encoding="utf-8"))
    lines = [line.strip() for leaf in content["nlu"] for line in leaf["examples"].splitlines()]
    return [detector.words(line.removeprefix("- ")) for line in lines if line.startswith("- ")]


@pytest.fixture(scope="module")
def measured_on() -> list[str]:
    paths = [*DEVELOPMENT.glob("*.jsonl"), *SAFETY_DEVELOPMENT.glob("*.jsonl")]
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    return sorted({evened(json.loads(line)["text"]) for line in lines})


@pytest.mark.parametrize("code", CODES)
def test_a_class_has_examples_and_near_messages(code):
    assert len(set(CLASSES[code]["examples"])) >= EXAMPLES
    assert len(set(CLASSES[code]["near"])) >= NEAR


@pytest.mark.parametrize("code", CODES)
def test_a_class_matches_its_examples_and_no_near_message(detector, code):
    assert [text for text in CLASSES[code]["examples"] if code not in raised(detector, text)] == []
    assert [text for text in CLASSES[code]["near"] if code in raised(detector, text)] == []


@pytest.mark.parametrize("code", [code for code in CODES if CLASSES[code].get("alone")])
def test_the_front_door_raises_on_every_example_of_a_class_that_raises_alone(detector, code):
    assert [text for text in CLASSES[code]["examples"] if detector.danger(text) is None] == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_line_is_there_for_a_message(detector, training, kind):
    raises = CONTENT[kind]["raises"]
    lines = {
        f"{entry['code']}.{place}": {**entry, "says": [line]}
        for entry in raises
        for place, line in enumerate(entry["says"])
    }
    others = {each: {**CONTENT[each], "raises": []} for each in KINDS}
    entries = [{**line, "code": code} for code, line in lines.items()]
    matcher = PatternMatcher({**CONTENT, **others, kind: {**CONTENT[kind], "raises": entries}})
    examples = [detector.words(text) for entry in raises for text in entry["examples"]]
    seen = {match.expression.code for words in [*examples, *training] for match in matcher.match(words).matches}
    unseen = [(code, line["says"][0]) for code, line in lines.items() if code not in seen]
    assert unseen == []


@pytest.mark.parametrize("code", CODES)
def test_no_example_is_a_message_that_is_measured_on_nor_nearly(measured_on, code):
    texts = [evened(text) for text in [*CLASSES[code]["examples"], *CLASSES[code]["near"]]]
    near = [(text, process.extractOne(text, measured_on, scorer=fuzz.ratio, score_cutoff=100 * LIKE)) for text in texts]
    assert [pair for pair in near if pair[1] is not None] == []
