"""What a process remembers of the conversations it had lately, and that each goes on one turn at a time."""

import asyncio
import json
import zlib
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import chain

from helpline.rasa.conversation import Conversation
from helpline.store.conversations import TurnRecord

# Conversations that are remembered, for a store that is away.
REMEMBERED = 2_000
# So many of them as they are; the others packed, which takes a twentieth of the memory.
AT_HAND = 64
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
        self._at_hand: OrderedDict[str, Remembered] = OrderedDict()
        # What is remembered beside the state, and the state.
        self._packed: OrderedDict[str, tuple[Remembered, bytes]] = OrderedDict()
        self._places: dict[str, _Place] = {}

    def __contains__(self, conversation: str) -> bool:
        return conversation in self._at_hand or conversation in self._packed

    def get(self, conversation: str) -> Remembered | None:
        """Return what is remembered of a conversation, or None."""
        if conversation in self._packed:
            remembered, state = self._packed.pop(conversation)
            self.remember(
                conversation,
                replace(remembered, conversation=Conversation.from_dict(json.loads(zlib.decompress(state)))),
            )
        return self._at_hand.get(conversation)

    def unsaved_of(self, conversation: str) -> list[TurnRecord]:
        """Return the turns of a conversation that the store lacks."""
        remembered = self.get(conversation)
        return remembered.unsaved if remembered else []

    def with_unsaved(self) -> list[str]:
        """Return the conversations of which the store lacks turns."""
        packed = ((conversation, remembered) for conversation, (remembered, _) in self._packed.items())
        return [conversation for conversation, remembered in chain(packed, self._at_hand.items()) if remembered.unsaved]

    def remember(self, conversation: str, remembered: Remembered) -> None:
        """Remember a conversation, and forget the one that was used longest ago if there are too many."""
        remembered.unsaved = remembered.unsaved[-MOST_UNSAVED:]
        self._packed.pop(conversation, None)
        self._at_hand[conversation] = remembered
        self._at_hand.move_to_end(conversation)
        while len(self._at_hand) > AT_HAND:
            name, oldest = self._at_hand.popitem(last=False)
            state = zlib.compress(json.dumps(oldest.conversation.as_dict()).encode(), 1)
            self._packed[name] = replace(oldest, conversation=Conversation()), state
        while len(self._packed) > REMEMBERED - AT_HAND:
            self._packed.popitem(last=False)

    def forget(self, conversation: str) -> None:
        """Remember nothing of a conversation any more."""
        self._at_hand.pop(conversation, None)
        self._packed.pop(conversation, None)

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
