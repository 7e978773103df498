"""Writes which conversations staff should look at."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline.store.database import Database
from helpline.store.queue_entries import add_conversation_to_queue
from helpline.store.requests import digest_sender
from helpline.store.tables import ConversationRow, FlagRow


def add_flag(session: Session, database: Database, sender_id: str, message_id: str, reason: str, at: datetime) -> None:
    """Flag a conversation within a transaction; nothing happens where the message has flagged it already.

    Args:
        session: The transaction.
        database: The store.
        sender_id: Whose conversation it is.
        message_id: The message that called for it.
        reason: What was raised, such as ``crisis/self``.
        at: When, in UTC.
    """
    message = database.digest("flag", sender_id, message_id)
    if session.execute(select(FlagRow.id).where(FlagRow.message_digest == message)).first() is None:
        session.add(
            FlagRow(
                sender_digest=digest_sender(database, sender_id),
                sender_id=sender_id,
                message_digest=message,
                reason=reason,
                created_at=at,
            )
        )
        add_conversation_to_queue(session, digest_sender(database, sender_id), reason, at)


def flag_conversation(database: Database, sender_id: str, message_id: str, reason: str, at: datetime) -> None:
    """Flag a conversation in a transaction of its own, as ``add_flag``; not one that the visitor deleted since.

    Raises:
        StoreError: It was not saved.
    """
    sender = digest_sender(database, sender_id)
    with database.transaction() as session:
        deleted = select(ConversationRow.id).where(
            ConversationRow.sender_digest == sender, ConversationRow.ended_at >= at
        )
        if session.execute(deleted).first() is None:
            add_flag(session, database, sender_id, message_id, reason, at)
