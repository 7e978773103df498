"""Tells staff by mail that something urgent came into the queue: that alone, and not at every message of a bad hour."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select

from helpline.mail.writing import URGENT_WITHIN, tell_staff
from helpline.store.database import Database
from helpline.store.mail_tables import MailRow
from helpline.store.queue_entries import NOT_URGENT
from helpline.store.queue_tables import QueueItemRow

# What comes in so soon after a mail waits for the next one.
BETWEEN = timedelta(minutes=15)


def write_alerts(database: Database, addresses: Sequence[str], now: datetime) -> bool:
    """Write a mail to each of staff where a conversation was raised since the last one that nobody has touched.

    Args:
        database: The store.
        addresses: Whom to tell.
        now: The time, in UTC.

    Returns:
        Whether mails were written.

    Raises:
        StoreError: None was.
    """
    items, mails = QueueItemRow.__table__, MailRow.__table__
    with database.transaction() as session:
        last = session.execute(select(func.max(mails.c.created_at)).where(mails.c.template == "staff_urgent")).scalar()
        if last is not None and now - last < BETWEEN:
            return False
        since = max(last or now - URGENT_WITHIN, now - URGENT_WITHIN)
        raised = (items.c.kind == "conversation", items.c.status == "new", items.c.reason.not_in(NOT_URGENT))
        untouched = (items.c.assigned_to.is_(None), items.c.touched_at.is_(None), items.c.updated_at > since)
        if session.execute(select(items.c.id).where(*raised, *untouched).limit(1)).first() is None:
            return False
        for number, address in enumerate(addresses):
            tell_staff(session, database, address, f"urgent {int(now.timestamp())} {number}", now)
    return True
