"""What a process remembers of the conversations it had lately, and that each goes on one turn at a time."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from helpline.rasa.conversation import Conversation
from helpline.store.conversations import TurnRecord

# Conversations that are remembered, for a store that is away.
REMEMBERED = 2_000
# Turns of one conversation that wait for the store.
MOST_UNSAVED = 200
# Version of a state that somebody else has overtaken.
OVERTAKEN = -1


@dataclass
class Remembered:
    """A conversation as this process knows it.

    Attributes:
        version: The version of its state in the store.
        conversation: The state, with turns that the store lacks.
        channel: The channel's name.
        unsaved: Those turns.
        played: When this process played its last turn, by the monotonic clock; None where another one did.
    """

    version: int
    conversation: Conversation
    channel: str
    unsaved: list[TurnRecord] = field(default_factory=list)
    played: float | None = None


@dataclass
class _Place:
    """The lock of a conversation, and how many hold it or wait for it."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    takers: int = 0


class ConversationMemory:
    """The conversations that were used last, by sender id."""

    def __init__(self) -> None:
        self._remembered: OrderedDict[str, Remembered] = OrderedDict()
        self._places: dict[str, _Place] = {}

    def __contains__(self, conversation: str) -> bool:
        return conversation in self._remembered

    def get(self, conversation: str) -> Remembered | None:
        """Return what is remembered of a conversation, or None."""
        return self._remembered.get(conversation)

    def unsaved_of(self, conversation: str) -> list[TurnRecord]:
        """Return the turns of a conversation that the store lacks."""
        remembered = self._remembered.get(conversation)
        return remembered.unsaved if remembered else []

    def with_unsaved(self) -> list[str]:
        """Return the conversations of which the store lacks turns."""
        return [conversation for conversation, remembered in self._remembered.items() if remembered.unsaved]

    def remember(self, conversation: str, remembered: Remembered) -> None:
        """Remember a conversation, and forget the one that was used longest ago if there are too many."""
        remembered.unsaved = remembered.unsaved[-MOST_UNSAVED:]
        self._remembered[conversation] = remembered
        self._remembered.move_to_end(conversation)
        while len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)

    def forget(self, conversation: str) -> None:
        """Remember nothing of a conversation any more."""
        self._remembered.pop(conversation, None)

    @asynccontextmanager
    async def in_order(self, conversation: str) -> AsyncIterator[None]:
        """Wait until nobody else of this process is at work on a conversation, and keep it."""
        place = self._places.setdefault(conversation, _Place())
        place.takers += 1
        try:
            async with place.lock:
                yield
        finally:
            place.takers -= 1
            if not place.takers:
                self._places.pop(conversation, None)
