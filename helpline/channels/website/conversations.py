"""Conversations in Rasa's tracker store: read as transcripts, and deleted."""

from collections.abc import Awaitable, Callable

from rasa.core.tracker_store import (
    AwaitableTrackerStore,
    FailSafeTrackerStore,
    InMemoryTrackerStore,
    RedisTrackerStore,
    SQLTrackerStore,
    TrackerStore,
)
from rasa.shared.core.trackers import DialogueStateTracker
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from helpline.channels.website.transcript import Transcript

Retrieve = Callable[[TrackerStore], Awaitable[DialogueStateTracker | None]]

_STORE_ERRORS = (SQLAlchemyError, RedisError, OSError)


class StoreUnavailable(Exception):
    """The tracker store cannot be reached, or cannot do what is asked."""


class Conversations:
    """The conversations of the website's visitors.

    Rasa's own wrapper takes a store that fails for a conversation that is not there, and goes on in memory.
    For us these two differ: one ends the session, the other must not. So the wrapped store is asked.

    Args:
        store: The agent's tracker store.
    """

    def __init__(self, store: TrackerStore) -> None:
        self._stores = _layers(store)

    async def latest(self, sender: str) -> Transcript | None:
        """Return the turns since the conversation's last start, or None when there are none.

        Raises:
            StoreUnavailable: The store failed, and Rasa kept nothing of this conversation in memory.
        """
        return await self._read(lambda store: store.retrieve(sender))

    async def whole(self, sender: str) -> Transcript | None:
        """Return all turns of a conversation, or None when there are none.

        Raises:
            StoreUnavailable: As above.
        """
        return await self._read(lambda store: store.retrieve_full_tracker(sender))

    async def _read(self, retrieve: Retrieve) -> Transcript | None:
        try:
            tracker = await retrieve(self._stores[-1])
        except _STORE_ERRORS as error:
            # While the store fails, Rasa saves into memory what each turn said.
            kept = [await retrieve(store) for store in self._stores[:-1]]
            tracker = next(filter(None, kept), None)
            if tracker is None:
                raise StoreUnavailable from error
        return Transcript(tracker.events) if tracker else None

    async def delete(self, sender: str) -> None:
        """Delete a conversation from the store, and what Rasa kept in memory while the store failed.

        Raises:
            StoreUnavailable: It was not deleted.
        """
        try:
            for store in self._stores:
                await _delete(store, sender)
        except _STORE_ERRORS as error:
            raise StoreUnavailable from error


def _layers(store: TrackerStore) -> list[TrackerStore]:
    """Return the stores that hold conversations: Rasa's stand-in if it is in use, and last the real store."""
    layers: list[TrackerStore] = []
    while isinstance(store, FailSafeTrackerStore):
        if store._fallback_tracker_store is not None:
            layers.append(store._fallback_tracker_store)
        store = store._tracker_store
    return [*layers, store]


async def _delete(store: TrackerStore, sender: str) -> None:
    inner = store._tracker_store if isinstance(store, AwaitableTrackerStore) else store
    if isinstance(inner, InMemoryTrackerStore):
        inner.store.pop(sender, None)
    elif isinstance(inner, SQLTrackerStore):
        with inner.session_scope() as session:
            session.query(inner.SQLEvent).filter(inner.SQLEvent.sender_id == sender).delete()
            session.commit()
    elif isinstance(inner, RedisTrackerStore):
        inner.red.delete(inner.key_prefix + sender)
    else:
        raise StoreUnavailable(f"{type(inner).__name__} does not delete")
