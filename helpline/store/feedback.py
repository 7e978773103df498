"""Writes whether an answer helped."""

from datetime import datetime

from helpline.store.database import Database
from helpline.store.requests import digest_sender
from helpline.store.tables import FeedbackRow


def save_feedback(database: Database, sender_id: str, helpful: bool, topic: str | None, now: datetime) -> None:
    """Save one feedback.

    Raises:
        StoreError: It was not saved.
    """
    with database.transaction() as session:
        session.add(
            FeedbackRow(sender_digest=digest_sender(database, sender_id), helpful=helpful, topic=topic, created_at=now)
        )
