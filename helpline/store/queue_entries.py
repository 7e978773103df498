"""How requests and flagged conversations come into the staff's queue, and how visitors change what is there.

Called within the transactions that save them, so that nothing is saved without being seen. What staff do about an
item is left to ``queue_changes``, and what they see of it to ``queue``.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from helpline.requests.reference import new_reference
from helpline.store.queue_tables import OPEN_STATUSES, QueueItemRow
from helpline.store.tables import RequestRow

# An answer did not arrive on its messaging channel: one to danger, any other.
UNDELIVERED_DANGER, UNDELIVERED = "undelivered/danger", "undelivered"
# A mail about a request was refused, or nobody knows whether it arrived.
UNDELIVERED_MAIL = "undelivered/mail"
# Nobody is in danger for these: somebody must be told another way.
NOT_URGENT = (UNDELIVERED, UNDELIVERED_MAIL)
# The most serious first. A conversation in the queue says the most serious that was raised in it.
SERIOUS = (
    UNDELIVERED_DANGER,
    "crisis/self",
    "crisis/other",
    "threat",
    "violence",
    "emergency/life_threat",
    "emergency/poisoning",
    "emergency/urgent",
    UNDELIVERED,
    UNDELIVERED_MAIL,
)


def add_request_to_queue(session: Session, row: RequestRow) -> None:
    """Put a request that was just saved into the queue."""
    session.add(
        QueueItemRow(
            kind=row.kind,
            reference=row.reference,
            request_id=row.id,
            sender_digest=row.sender_digest,
            status="new",
            version=1,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )
    )


def add_conversation_to_queue(session: Session, sender_digest: str, reason: str, at: datetime) -> None:
    """Put a flagged conversation into the queue, once for each conversation that nobody has closed.

    New danger in one that staff have begun with already brings it back to the top: it is new again, with whoever has
    it, and what was planned for it waits no longer.

    Args:
        session: The transaction.
        sender_digest: Whose conversation it is.
        reason: What was raised, such as ``crisis/self``.
        at: When, in UTC.
    """
    mine = (
        QueueItemRow.kind == "conversation",
        QueueItemRow.sender_digest == sender_digest,
        QueueItemRow.status.in_(OPEN_STATUSES),
    )
    # Locked, so that it cannot be closed in between.
    found = select(QueueItemRow).where(*mine).order_by(QueueItemRow.id.desc()).with_for_update()
    item = session.execute(found).scalars().first()
    if item is not None:
        if reason != UNDELIVERED and item.status != "new":
            item.status, item.created_at, item.next_attempt_at, item.merged_into = "new", at, None, None
            # Whoever has it has as long to do something as if it was taken now.
            item.touched_at = at if item.assigned_to is not None else None
        item.reason = min(item.reason or reason, reason, key=_seriousness)
        item.version, item.updated_at = item.version + 1, at
        return
    session.add(
        QueueItemRow(
            kind="conversation",
            reference=new_reference(),
            sender_digest=sender_digest,
            status="new",
            reason=reason,
            version=1,
            created_at=at,
            updated_at=at,
        )
    )


def note_visitor_change(session: Session, reference: str, now: datetime, status: str | None = None) -> None:
    """Let staff see that the visitor changed or withdrew a request, and refuse what they typed before they saw it."""
    items = QueueItemRow.__table__
    values = {"version": items.c.version + 1, "updated_at": now, **({"status": status} if status else {})}
    session.execute(update(items).where(items.c.reference == reference).values(**values))
    if status == "withdrawn":
        # A double that was merged into it is waited for still.
        own = select(items.c.id).where(items.c.reference == reference).scalar_subquery()
        session.execute(update(items).where(items.c.merged_into == own).values(merged_into=None, updated_at=now))


def _seriousness(reason: str) -> int:
    return SERIOUS.index(reason) if reason in SERIOUS else len(SERIOUS)
