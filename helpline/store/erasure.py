"""Deletes what is stored of one sender. The conversation itself is in the tracker store, not here."""

from sqlalchemy import delete

from helpline.store.database import Database
from helpline.store.requests import delete_requests_of, digest_sender
from helpline.store.tables import FeedbackRow, FlagRow


def erase_sender(database: Database, sender_id: str) -> int:
    """Delete requests, feedback and flags of a sender, all or nothing; return how many requests there were.

    Raises:
        StoreError: Nothing was deleted.
    """
    digest = digest_sender(database, sender_id)
    with database.transaction() as session:
        count = delete_requests_of(session, digest)
        for table in (FeedbackRow.__table__, FlagRow.__table__):
            session.execute(delete(table).where(table.c.sender_digest == digest))
    return count
