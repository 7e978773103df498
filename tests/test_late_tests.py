"""What is skipped where the time is up is there, and is nothing that others do not show in brief."""

import re

import pytest

from tests.conftest import AT_LENGTH, ON_MORE_MESSAGES, TESTS, may_be_skipped


def test_what_may_be_skipped_is_there():
    written = "".join(path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))
    names = {re.sub(r"[^a-z_]", "", name) for name in ON_MORE_MESSAGES}
    assert [name for name in names if f"def {name}" not in written and f'"{name}"' not in written] == []
    assert [file for file in AT_LENGTH if not (TESTS / file).is_file()] == []


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("safety/test_figures.py", "test_crises[strangers_4]"),
        ("product/test_development_sets.py", "test_enough_conversations_go_right[crisis_strangers]"),
        ("product/test_development_sets.py", "test_enough_conversations_go_right[followups]"),
        (
            "conversations/test_threads.py",
            "test_follow_ups_of_other_writers_are_answered_and_not_taken_for_a_danger[x]",
        ),
        ("conversations/test_threads.py", "test_follow_ups_are_understood_in_their_conversation[threads.tsv-0.87]"),
        ("browser/test_keyboard.py", "test_whole_conversation_by_keyboard[1280]"),
    ],
)
def test_safety_and_what_is_shown_in_brief_are_not_skipped(file, name):
    assert not may_be_skipped(file, name)
