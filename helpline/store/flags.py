"""Writes which conversations staff should look at."""

from datetime import datetime

from helpline.store.database import Database
from helpline.store.requests import digest_sender
from helpline.store.tables import FlagRow


def flag_conversation(database: Database, sender_id: str, reason: str, now: datetime) -> None:
    """Flag a conversation with a reason code, such as ``crisis/self``.

    Raises:
        StoreError: It was not saved.
    """
    with database.transaction() as session:
        session.add(
            FlagRow(
                sender_digest=digest_sender(database, sender_id),
                sender_id=sender_id,
                reason=reason,
                created_at=now,
            )
        )
