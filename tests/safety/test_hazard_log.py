"""The hazard log names tests that exist, in every hazard."""

import ast
import re

import pytest

from helpline.settings import ROOT

LOG = ROOT / "docs" / "safety.md"
FIELDS = ("Hazard", "Cause", "Effect", "Initial risk", "Control", "Proof", "Residual risk")
_HAZARD = re.compile(r"^### (H\d+) .+$", re.MULTILINE)
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(?:Test\w+::)?(\w+)`")


def hazards() -> dict[str, str]:
    text = LOG.read_text(encoding="utf-8")
    starts = list(_HAZARD.finditer(text))
    ends = [start.start() for start in starts[1:]] + [len(text)]
    return {start[1]: text[start.start() : end] for start, end in zip(starts, ends, strict=True)}


HAZARDS = hazards()


def test_hazards_are_numbered_without_gaps():
    assert list(HAZARDS) == [f"H{number}" for number in range(1, len(HAZARDS) + 1)]
    assert len(HAZARDS) >= 12


@pytest.mark.parametrize("name", sorted(HAZARDS))
def test_a_hazard_says_all_that_a_log_must(name):
    assert [field for field in FIELDS if f"**{field}**" not in HAZARDS[name]] == []


@pytest.mark.parametrize("name", sorted(HAZARDS))
def test_a_control_is_proven_by_tests_that_exist(name):
    named = _TEST.findall(HAZARDS[name])
    assert named, f"{name} names no test"
    missing = [f"{path}::{test}" for path, test in named if test not in functions(path)]
    assert missing == []


def functions(path: str) -> set[str]:
    file = ROOT / path
    if not file.exists():
        return set()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}
