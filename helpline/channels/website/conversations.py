"""Conversations in Rasa's tracker store: read as transcripts, and deleted."""

import json

from rasa.core.tracker_store import (
    AwaitableTrackerStore,
    FailSafeTrackerStore,
    InMemoryTrackerStore,
    RedisTrackerStore,
    SQLTrackerStore,
    TrackerStore,
)
from rasa.shared.core.events import BotUttered, Event, UserUttered
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from helpline.channels.website.transcript import Transcript
from helpline.errors import HelplineError

# A resend is of a recent message; more than these the turns before it do not matter.
LATEST_EVENTS = 60

_STORE_ERRORS = (SQLAlchemyError, RedisError, OSError)


class StoreUnavailable(HelplineError):
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
        """Return the last turns of a conversation, or None when there are none.

        Raises:
            StoreUnavailable: The store failed, and Rasa kept nothing of this conversation in memory.
        """
        return await self._read(sender, LATEST_EVENTS)

    async def whole(self, sender: str) -> Transcript | None:
        """Return all turns of a conversation, or None when there are none.

        Raises:
            StoreUnavailable: As above.
        """
        return await self._read(sender, None)

    async def _read(self, sender: str, limit: int | None) -> Transcript | None:
        try:
            events = await _events(self._stores[-1], sender, limit)
        except _STORE_ERRORS as error:
            # While the store fails, Rasa saves into memory what each turn said.
            kept = [await _events(store, sender, limit) for store in self._stores[:-1]]
            events = next(filter(None, kept), [])
            if not events:
                raise StoreUnavailable from error
        return Transcript(events) if events else None

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


async def _events(store: TrackerStore, sender: str, limit: int | None) -> list[Event]:
    """Return what was said in a conversation, at most the last so many messages if there is a limit.

    A tracker costs more the longer a conversation is, and the channel needs little of it in each turn; so the
    SQL store, which is the product's, is asked for those events only.
    """
    if not isinstance(store, SQLTrackerStore):
        tracker = await store.retrieve_full_tracker(sender)
        return list(tracker.events) if tracker else []
    event = store.SQLEvent
    with store.session_scope() as session:
        said = session.query(event.data).filter(
            event.sender_id == sender, event.type_name.in_((UserUttered.type_name, BotUttered.type_name))
        )
        rows = said.order_by(event.id.desc()).limit(limit).all()
    return list(filter(None, (Event.from_parameters(json.loads(data)) for (data,) in reversed(rows))))


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
