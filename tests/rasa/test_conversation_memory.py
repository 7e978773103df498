"""What an engine remembers of many conversations: all that was said, in little memory."""

import time

import pytest

from helpline.rasa import conversation_memory
from helpline.rasa.conversation import Answered, Conversation
from helpline.rasa.conversation_memory import ConversationMemory, Remembered
from helpline.store.conversations import TurnRecord
from tests.builders import NOON


def remembered(number: int) -> Remembered:
    said = Answered(f"m{number}", f"message {number}", time.time(), [{"text": f"answer {number}"}])
    unsaved = [TurnRecord(f"m{number}", NOON, f"message {number}", [])] if number % 2 else []
    return Remembered(number, Conversation(answered=[said]), "website", unsaved, 12.5)


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> ConversationMemory:
    monkeypatch.setattr(conversation_memory, "AT_HAND", 2)
    monkeypatch.setattr(conversation_memory, "REMEMBERED", 5)
    memory = ConversationMemory()
    for number in range(7):
        memory.remember(f"c{number}", remembered(number))
    return memory


def test_the_newest_are_remembered_with_all_that_was_said(memory: ConversationMemory) -> None:
    assert [f"c{number}" in memory for number in range(7)] == [False] * 2 + [True] * 5
    for number in (2, 6, 3, 2, 5, 4):
        known = memory.get(f"c{number}")
        assert (known.version, known.channel, known.played) == (number, "website", 12.5)
        assert [(each.said, each.replies) for each in known.conversation.answered] == [
            (f"message {number}", [{"text": f"answer {number}"}])
        ]
        assert memory.get(f"c{number}") is known


def test_what_the_store_lacks_is_known_of_all(memory: ConversationMemory) -> None:
    assert sorted(memory.with_unsaved()) == ["c3", "c5"]
    assert [turn.said for turn in memory.unsaved_of("c3")] == ["message 3"]
    assert memory.unsaved_of("c2") == []


def test_what_is_forgotten_is_gone(memory: ConversationMemory) -> None:
    for name in ("c3", "c6"):
        memory.forget(name)
        assert name not in memory
        assert memory.get(name) is None
