"""The audit log: who did what, to what, when. Rows are added and never changed; triggers see to that."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from helpline.store.database import Database
from helpline.store.staff_tables import AuditRow

_LOG = AuditRow.__table__


@dataclass(frozen=True)
class Actor:
    """Who does something: a member of staff, or somebody at the command line (``id`` is None then)."""

    id: int | None
    name: str


@dataclass(frozen=True)
class AuditEntry:
    """An entry of the log."""

    id: int
    at: datetime
    staff_name: str
    action: str
    subject: str | None
    detail: dict[str, Any]


def record(
    session: Session, actor: Actor, now: datetime, action: str, subject: str | None = None, **detail: Any
) -> None:
    """Add an entry within the transaction of what it tells.

    Args:
        session: The transaction.
        actor: Who did it.
        now: When, in UTC.
        action: What, such as ``contact revealed``.
        subject: To what: the reference of an item, or a user name.
        **detail: More, as plain values. Never a contact detail nor what somebody typed.
    """
    text = json.dumps(detail, ensure_ascii=False) if detail else None
    session.add(AuditRow(at=now, staff_id=actor.id, staff_name=actor.name, action=action, subject=subject, detail=text))


def record_each(
    session: Session, actor: Actor, now: datetime, action: str, subjects: Sequence[str], **detail: Any
) -> None:
    """Add an entry for each of many subjects, as ``record`` does for one."""
    text = json.dumps(detail, ensure_ascii=False) if detail else None
    entry = {"at": now, "staff_id": actor.id, "staff_name": actor.name, "action": action, "detail": text}
    if subjects:
        session.connection().execute(insert(_LOG), [{**entry, "subject": subject} for subject in subjects])


def list_entries(
    database: Database, subject: str | None = None, before: int | None = None, limit: int = 50
) -> list[AuditEntry]:
    """Return entries, newest first.

    Args:
        database: The store.
        subject: Only those about it.
        before: Only those older than the entry of this number.
        limit: At most so many.

    Raises:
        StoreError: They cannot be read.
    """
    wanted = select(_LOG).order_by(_LOG.c.id.desc()).limit(limit)
    if subject is not None:
        wanted = wanted.where(_LOG.c.subject == subject)
    if before is not None:
        wanted = wanted.where(_LOG.c.id < before)
    with database.transaction() as session:
        rows = session.execute(wanted).all()
    return [
        AuditEntry(row.id, row.at, row.staff_name, row.action, row.subject, json.loads(row.detail or "{}"))
        for row in rows
    ]
