"""How much waits, and how long the oldest of it has waited: for operators, who see figures alone."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select

from helpline.store.database import Database
from helpline.store.mail_tables import MailRow
from helpline.store.messaging_tables import TO_SEND, InboxRow, OutboxRow
from helpline.store.queue_entries import NOT_URGENT
from helpline.store.queue_tables import KINDS, OPEN_STATUSES, QueueItemRow

_ITEMS, _INBOX, _OUTBOX, _MAILS = QueueItemRow.__table__, InboxRow.__table__, OutboxRow.__table__, MailRow.__table__
# What the queue holds of its own kinds, and what of them is a conversation in which danger was raised.
DANGER = "danger"


@dataclass(frozen=True)
class Ages:
    """Numbers, and seconds since the oldest came in; 0 where there is none.

    Attributes:
        open: What staff have to do something about, by kind.
        untouched: Age of the oldest of it that nobody has begun with, by kind.
        outbox_waiting: Messages of channels that wait to be sent.
        outbox: Age of the oldest.
        inbox: Age of the oldest message of a channel that is not answered.
        mails: Age of the oldest mail that waits to be sent.
    """

    open: dict[str, int] = field(default_factory=dict)
    untouched: dict[str, float] = field(default_factory=dict)
    outbox_waiting: int = 0
    outbox: float = 0.0
    inbox: float = 0.0
    mails: float = 0.0


def read_ages(database: Database, now: datetime) -> Ages:
    """Return what waits now.

    Raises:
        StoreError: It cannot be read.
    """

    def age(oldest: datetime | None) -> float:
        return max((now - oldest).total_seconds(), 0.0) if oldest is not None else 0.0

    def oldest(column: Any, *where: Any) -> float:
        return age(session.execute(select(func.min(column)).where(*where)).scalar())

    opened, untouched = {}, {}
    with database.transaction() as session:
        for kind in (*KINDS, DANGER):
            of_kind = _in_danger() if kind == DANGER else _ITEMS.c.kind == kind
            is_open = (of_kind, _ITEMS.c.status.in_(OPEN_STATUSES), _ITEMS.c.merged_into.is_(None))
            number = select(func.count()).select_from(_ITEMS).where(*is_open)
            opened[kind] = int(session.execute(number).scalar() or 0)
            untouched[kind] = oldest(_ITEMS.c.created_at, *is_open, _ITEMS.c.status == "new")
        waiting = select(func.count()).select_from(_OUTBOX).where(_OUTBOX.c.state.in_(TO_SEND))
        return Ages(
            opened,
            untouched,
            int(session.execute(waiting).scalar() or 0),
            oldest(_OUTBOX.c.created_at, _OUTBOX.c.state.in_(TO_SEND)),
            oldest(_INBOX.c.received_at, _INBOX.c.state == "waiting"),
            oldest(_MAILS.c.created_at, _MAILS.c.state == "waiting"),
        )


def _in_danger() -> Any:
    """Return which conversations may be of somebody in danger, for the database."""
    urgent = or_(_ITEMS.c.reason.is_(None), _ITEMS.c.reason.not_in(NOT_URGENT))
    return and_(_ITEMS.c.kind == "conversation", urgent)
