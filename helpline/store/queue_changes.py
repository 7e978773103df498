"""What staff do about an item of the queue. Each change is in the audit log, in the same transaction.

Who changes an item names the version that they saw. Somebody who saw an older one is refused, and nothing is changed.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, insert, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from helpline.errors import HelplineError
from helpline.store.audit import Actor, record
from helpline.store.database import Database
from helpline.store.messaging_contacts import address_of, contact_digests
from helpline.store.queue_tables import (
    OPEN_STATUSES,
    OUTCOMES,
    QUEUE_STATUSES,
    VISITOR_STATUS,
    CannedReplyRow,
    ContactAttemptRow,
    LabelRow,
    NoteRow,
    QueueItemRow,
)
from helpline.store.staff_tables import StaffRow
from helpline.store.tables import RequestRow
from helpline.store.volunteer_matches import end_unsettled

_ITEMS = QueueItemRow.__table__
_CONSOLE = Actor(None, "the console")
# Nobody plans a call further ahead: it is a slip of the keyboard, and the person would never be seen again.
LONGEST_WAIT = timedelta(days=366)


class ItemConflictError(HelplineError):
    """Somebody else changed the item in between. Nothing was changed."""


class ItemGoneError(HelplineError):
    """There is no such item: its visitor deleted it, or never was one."""


class ChangeRefusedError(HelplineError):
    """A change makes no sense. The message says why."""


@contextmanager
def changing(
    database: Database,
    actor: Actor,
    reference: str,
    version: int | None,
    action: str | None,
    beside: str | None = None,
    expected: type[SQLAlchemyError] | None = None,
    **detail: Any,
) -> Iterator[tuple[Session, QueueItemRow]]:
    """Give an item to change, within a transaction that writes the audit log too.

    ``beside`` is the reference of another item that must stay as it is in the meantime. Without an ``action`` whoever
    changes it writes the audit log. An ``expected`` error is passed on as it is.

    Raises:
        ItemConflictError: The item has another version.
        ItemGoneError: There is no such item.
    """
    now = database.now()
    own = [_ITEMS.c.reference == reference] + ([_ITEMS.c.version == version] if version is not None else [])
    with database.transaction(expected) as session:
        if beside is not None:
            # Both are locked in one order, whichever is merged into the other.
            for each in sorted((reference, beside)):
                kept = update(_ITEMS).where(_ITEMS.c.reference == each)
                session.execute(kept.values(updated_at=_ITEMS.c.updated_at))
        # Written first: on SQLite this takes the lock, on PostgreSQL that of the row.
        swapped = session.execute(update(_ITEMS).where(*own).values(version=_ITEMS.c.version + 1, updated_at=now))
        row = session.execute(select(QueueItemRow).where(QueueItemRow.reference == reference)).scalars().first()
        if row is None:
            raise ItemGoneError("It is gone: the visitor deleted it.")
        if swapped.rowcount != 1:
            raise ItemConflictError("Somebody else changed it in the meantime.")
        yield session, row
        if row.assigned_to == actor.id:
            row.touched_at = now
        if action is not None:
            record(session, actor, now, action, reference, **detail)


def assign(database: Database, actor: Actor, reference: str, version: int, to: int | None) -> None:
    """Assign an item to somebody, or to nobody.

    Raises:
        ChangeRefusedError: There is nobody of that number who works at the queue.
    """
    action = "taken" if to == actor.id else "returned" if to is None else "handed over"
    names = dict(list_colleagues(database))
    detail: dict[str, Any] = {"to": names[to]} if to is not None and to != actor.id and to in names else {}
    with changing(database, actor, reference, version, action, **detail) as (session, row):
        if to is not None:
            staff = session.get(StaffRow, to)
            if staff is None or not staff.active or staff.role == "administrator":
                raise ChangeRefusedError("That account cannot take requests. Choose somebody else.")
        row.assigned_to, row.touched_at = to, database.now() if to is not None else None
        if to is not None and row.status == "new":
            set_status(session, row, "in_progress")


def change_status(database: Database, actor: Actor, reference: str, version: int, status: str) -> None:
    """Give an item another status; what its visitor hears follows.

    Raises:
        ChangeRefusedError: There is no such status, or it does not fit.
    """
    with changing(database, actor, reference, version, None) as (session, row):
        _set_status_by(session, actor, row, status)


def add_attempt(
    database: Database,
    actor: Actor,
    reference: str,
    version: int,
    outcome: str,
    note: str | None,
    next_at: datetime | None,
    status: str | None = None,
) -> None:
    """Write down an attempt to reach somebody.

    Args:
        database: The store.
        actor: Who tried.
        reference: The item.
        version: The version that was seen.
        outcome: One of ``OUTCOMES``.
        note: What else there is to say.
        next_at: When to try again, in UTC.
        status: The item's new status, where it changes.

    Raises:
        ChangeRefusedError: There is no such outcome or status, or the next time is past or more than a year ahead.
    """
    now = database.now()
    if outcome not in OUTCOMES:
        raise ChangeRefusedError("There is no such outcome.")
    if next_at is not None and next_at < now:
        raise ChangeRefusedError("The next time is past. Choose a later one.")
    if next_at is not None and next_at > now + LONGEST_WAIT:
        raise ChangeRefusedError("The next time is more than a year ahead. Choose an earlier one.")
    with changing(database, actor, reference, version, None) as (session, row):
        record(session, actor, now, "attempt", reference, outcome=outcome)
        values = {"outcome": outcome, "note": note or None, "next_attempt_at": next_at, "at": now}
        session.execute(insert(ContactAttemptRow.__table__).values(item_id=row.id, staff_id=actor.id, **values))
        row.first_contact_at = row.first_contact_at or now
        row.next_attempt_at = next_at
        if row.assigned_to is None and actor.id is not None:
            row.assigned_to = actor.id
            record(session, actor, now, "taken", reference)
        if row.status == "new":
            set_status(session, row, "in_progress")
        if status and status != row.status:
            _set_status_by(session, actor, row, status)


def add_note(database: Database, actor: Actor, reference: str, text: str) -> None:
    """Add a note. What others changed in between is no matter."""
    with changing(database, actor, reference, None, "note") as (session, row):
        values = {"item_id": row.id, "staff_id": actor.id, "text": text, "at": database.now()}
        session.execute(insert(NoteRow.__table__).values(values))


def set_labels(database: Database, actor: Actor, reference: str, version: int, labels: Sequence[str]) -> None:
    """Give an item these labels and no others: short words in small letters, at most eight."""
    kept = sorted({" ".join(label.lower().split())[:32] for label in labels if label.strip()})[:8]
    with changing(database, actor, reference, version, "labels") as (session, row):
        table = LabelRow.__table__
        session.execute(delete(table).where(table.c.item_id == row.id))
        if kept:
            session.execute(insert(table), [{"item_id": row.id, "label": label} for label in kept])


def merge(database: Database, actor: Actor, reference: str, version: int, into: str) -> None:
    """Merge a double into another item of the same person: it leaves the queue, and stands as the other stands.

    Raises:
        ChangeRefusedError: The two are not of the same person, one was merged already, or one is not open.
    """
    with changing(database, actor, reference, version, "merged", into, into=into) as (session, row):
        other = session.execute(select(QueueItemRow).where(QueueItemRow.reference == into)).scalars().first()
        if other is None or other.id == row.id or other.merged_into is not None:
            raise ChangeRefusedError("It cannot be merged into that one: it is gone, or was merged itself.")
        if row.status not in OPEN_STATUSES or other.status not in OPEN_STATUSES:
            raise ChangeRefusedError("One of the two is closed by now, so they stay apart, each as it stands.")
        if not _is_same_person(session, row, other) or row.kind != other.kind:
            raise ChangeRefusedError("The two are not the same request of the same person.")
        session.execute(update(_ITEMS).where(_ITEMS.c.merged_into == row.id).values(merged_into=other.id))
        end_unsettled(session, [row.request_id], database.now())
        set_status(session, row, other.status)
        row.merged_into, row.assigned_to = other.id, None


def reveal_contact(database: Database, actor: Actor, reference: str) -> tuple[str, str]:
    """Return how somebody wants to be reached, and the phone number or email address. It is written down who looked.

    Of a flagged conversation on a messaging channel that is the channel, and from where the person writes there.

    Raises:
        ItemGoneError: There is no such item, or nothing to reveal.
    """
    with database.transaction() as session:
        found = session.execute(
            select(RequestRow)
            .join(QueueItemRow, QueueItemRow.request_id == RequestRow.id)
            .where(QueueItemRow.reference == reference)
        )
        row = found.scalars().first()
        writes_from = None
        if row is None:
            item = select(_ITEMS.c.sender_digest).where(_ITEMS.c.reference == reference, _ITEMS.c.request_id.is_(None))
            writes_from = address_of(session, session.execute(item).scalar())
            if writes_from is None:
                raise ItemGoneError("It is gone: the visitor deleted it.")
        record(session, actor, database.now(), "contact revealed", reference)
        return writes_from or (row.contact_method, row.email or row.phone_number or "")


def return_untouched(database: Database, longest: timedelta, now: datetime) -> int:
    """Return to the queue what is assigned and was not touched for long, and has no next time ahead.

    What is with somebody who may not sign in any more returns at once, whatever is planned.
    """
    untouched = and_(
        _ITEMS.c.status.in_(("new", "in_progress")),
        _ITEMS.c.touched_at < now - longest,
        or_(_ITEMS.c.next_attempt_at.is_(None), _ITEMS.c.next_attempt_at < now - longest),
    )
    staff = StaffRow.__table__
    stopped = _ITEMS.c.assigned_to.in_(select(staff.c.id).where(staff.c.active.is_(False)))
    stale = (
        _ITEMS.c.assigned_to.is_not(None),
        _ITEMS.c.status.in_(OPEN_STATUSES),
        or_(untouched, stopped),
    )
    with database.transaction() as session:
        found = session.execute(select(_ITEMS.c.reference).where(*stale)).scalars().all()
        if found:
            values = {"assigned_to": None, "touched_at": None, "version": _ITEMS.c.version + 1, "updated_at": now}
            session.execute(update(_ITEMS).where(*stale).values(**values))
        for reference in found:
            record(session, _CONSOLE, now, "returned untouched", reference)
    return len(found)


def set_status(session: Session, row: QueueItemRow, status: str) -> None:
    """Set the status of an item and of its doubles, and what their visitors hear."""
    row.status = status
    if status not in OPEN_STATUSES:
        row.next_attempt_at = None
    session.flush()
    session.execute(
        update(_ITEMS)
        .where(_ITEMS.c.merged_into == row.id, _ITEMS.c.status != "withdrawn")
        .values(status=status, version=_ITEMS.c.version + 1)
    )
    requests = RequestRow.__table__
    own = select(_ITEMS.c.request_id).where(
        or_(_ITEMS.c.id == row.id, _ITEMS.c.merged_into == row.id), _ITEMS.c.status == status
    )
    values: dict[str, Any] = {"status": VISITOR_STATUS[status], "updated_at": row.updated_at}
    if status not in OPEN_STATUSES:
        values["content_digest"] = None  # the same may be asked for again
        end_unsettled(session, list(session.execute(own).scalars()), row.updated_at)
    session.execute(update(requests).where(requests.c.id.in_(own)).values(**values))


def _set_status_by(session: Session, actor: Actor, row: QueueItemRow, status: str) -> None:
    """Set a status that somebody chose, and write down that they did.

    Raises:
        ChangeRefusedError: There is no such status, or it does not fit.
    """
    if status not in QUEUE_STATUSES:
        raise ChangeRefusedError("There is no such status.")
    if status == "waiting_for_volunteer" and row.kind != "volunteer":
        raise ChangeRefusedError("Only somebody who asked for a volunteer waits for one.")
    set_status(session, row, status)
    record(session, actor, row.updated_at, "status changed", row.reference, to=status)


def save_reply(database: Database, actor: Actor, title: str, text: str) -> None:
    """Save a canned reply; one of the same title is replaced."""
    table = CannedReplyRow.__table__
    with database.transaction() as session:
        session.execute(delete(table).where(table.c.title == title))
        session.execute(insert(table).values(title=title, text=text))
        record(session, actor, database.now(), "reply saved", title)


def delete_reply(database: Database, actor: Actor, number: int) -> None:
    """Delete a canned reply."""
    with database.transaction() as session:
        row = session.get(CannedReplyRow, number)
        if row is not None:
            record(session, actor, database.now(), "reply deleted", row.title)
            session.delete(row)


def list_replies(database: Database) -> list[tuple[int, str, str]]:
    """Return number, title and text of the canned replies."""
    with database.transaction() as session:
        rows = session.execute(select(CannedReplyRow).order_by(CannedReplyRow.title)).scalars()
        return [(row.id, row.title, row.text) for row in rows]


def list_colleagues(database: Database) -> list[tuple[int, str]]:
    """Return number and name of those who can take an item."""
    with database.transaction() as session:
        rows = session.execute(
            select(StaffRow.id, StaffRow.display_name)
            .where(StaffRow.active.is_(True), StaffRow.role != "administrator")
            .order_by(StaffRow.display_name)
        )
        return [(row.id, row.display_name) for row in rows]


def _is_same_person(session: Session, one: QueueItemRow, other: QueueItemRow) -> bool:
    if one.sender_digest == other.sender_digest:
        return True
    of_one, of_other = (contact_digests(session, row.sender_digest, row.request_id) for row in (one, other))
    return not of_one.isdisjoint(of_other)
