"""The store of conversations: Rasa's own SQL store, fit for several readers and for "delete my data"."""

from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Restarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

DELETING_ACTION = "action_delete_data"


class ConversationStore(SQLTrackerStore):
    """SQLTrackerStore for a database URL, with SQLite in WAL mode and with deletion.

    Args:
        host: The database URL; Rasa passes the endpoint's ``url`` by this name.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        host: str | None = None,
        event_broker: EventBroker | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain=domain, host=host, event_broker=event_broker, **kwargs)
        if urlsplit(host or "").scheme.startswith("sqlite"):
            with self.engine.connect() as connection:
                connection.execute(sa.text("PRAGMA journal_mode=WAL"))
            sa.event.listen(self.engine, "connect", _prepare_sqlite)
            self.engine.dispose()  # the connections that were opened before the listener

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Save the conversation, or delete it when the visitor's data were deleted in this turn.

        The action that deletes cannot do it: Rasa writes the whole conversation again when the turn ends.
        """
        if _was_deleted(tracker):
            await self.delete(tracker.sender_id)
        else:
            await super().save(tracker)

    async def delete(self, sender_id: str) -> int:
        """Delete a conversation. Returns the number of events that were deleted."""
        with self.session_scope() as session:
            deleted: int = session.query(self.SQLEvent).filter(self.SQLEvent.sender_id == sender_id).delete()
            session.commit()
            return deleted


def _was_deleted(tracker: DialogueStateTracker) -> bool:
    """Whether the deleting action ran in this turn and said, by a restart, that it succeeded."""
    restarted = False
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            return False
        if isinstance(event, Restarted):
            restarted = True
        if isinstance(event, ActionExecuted) and event.action_name == DELETING_ACTION:
            return restarted
    return False


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout=5000")
    # The write-ahead log survives a crash of the process; only a loss of power can cost the last turns.
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()
