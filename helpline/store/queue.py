"""What staff see of the queue: lists, and one item with all that was done about it.

Who else looks at it is left to ``queue_viewers``, changes to ``queue_changes``. No phone number and no email address
is read here; ``reveal_contact`` there is the one way to them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    DateTime,
    Interval,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session

from helpline.store.columns import UtcDateTime
from helpline.store.conversations import TurnRecord, turn_of
from helpline.store.database import Database
from helpline.store.messaging_contacts import channel_of, contact_digests, senders_with
from helpline.store.queue_entries import NOT_URGENT
from helpline.store.queue_tables import (
    OPEN_STATUSES,
    QUEUE_STATUSES,
    ContactAttemptRow,
    LabelRow,
    NoteRow,
    QueueItemRow,
)
from helpline.store.queue_viewers import note_viewer, other_viewers
from helpline.store.staff_tables import StaffRow
from helpline.store.tables import CallbackRow, ConversationRow, RequestRow, TurnRow, VolunteerRow

_ITEMS = QueueItemRow.__table__
# A search within what was written reads at most so many requests: each is decrypted.
_MOST_DECRYPTED = 1000
# Turns of a flagged conversation that are read with its item, the newest.
MOST_TURNS_SHOWN = 60


@dataclass(frozen=True)
class DueTimes:
    """How long somebody may wait to hear from us, by kind, and how long what is assigned may stay untouched.

    ``match`` is how long nothing may be done about somebody who waits for a volunteer.
    """

    callback: timedelta
    volunteer: timedelta
    conversation: timedelta
    untouched: timedelta
    match: timedelta = timedelta(days=7)


@dataclass(frozen=True)
class QueueItem:
    """An item as the list shows it. Names, topics and labels are read for those of one page alone."""

    id: int
    kind: str
    reference: str
    status: str
    reason: str | None
    assigned_to: int | None
    assigned_name: str | None
    first_contact_at: datetime | None
    next_attempt_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int
    request_id: int | None
    sender_digest: str
    merged_into: int | None
    first_name: str | None = None
    topic: str | None = None
    best_time: str | None = None
    labels: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.status in OPEN_STATUSES

    @property
    def is_danger(self) -> bool:
        """Whether danger was raised that nobody has looked at yet."""
        return self.kind == "conversation" and self.status == "new" and self.reason not in NOT_URGENT

    @property
    def is_raised_again(self) -> bool:
        """Whether that was after staff had begun with it."""
        return self.is_danger and (self.assigned_to is not None or self.first_contact_at is not None)

    def due_at(self, times: DueTimes) -> datetime | None:
        """Return when something should have been done; None where nothing is due."""
        if not self.is_open:
            return None
        if self.next_attempt_at is not None:
            return self.next_attempt_at
        if self.status == "waiting_for_volunteer":
            return self.updated_at + times.match
        if self.first_contact_at is not None and not self.is_danger:
            return None
        waits = {"callback": times.callback, "volunteer": times.volunteer, "conversation": times.conversation}
        return self.created_at + waits[self.kind]


@dataclass(frozen=True)
class Wanted:
    """What a list shall hold. ``status`` is one, or ``open``, ``closed`` or ``all``; ``whose`` all, mine, nobody."""

    kind: str | None = None
    status: str = "open"
    whose: str = "all"
    label: str | None = None
    topic: str | None = None
    reference: str | None = None
    contact_digest: str | None = None
    ids: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Listed:
    """A page of the list, the number of all, and how many are late.

    ``searched`` is how many of the newest were looked through, where a search stopped before the end.
    """

    items: list[QueueItem]
    total: int
    late: int
    searched: int | None = None


@dataclass(frozen=True)
class Event:
    """A note or an attempt."""

    at: datetime
    by: str | None
    text: str | None
    outcome: str | None = None
    next_attempt_at: datetime | None = None


@dataclass(frozen=True)
class ItemDetail:
    """All that staff see of an item, but the contact detail. ``conversation`` is the number of a flagged one."""

    item: QueueItem
    answers: dict[str, Any]
    contact_method: str | None
    events: list[Event]
    others: list[QueueItem]
    viewers: list[str]
    turns: list[TurnRecord] = field(default_factory=list)
    conversation: int | None = None


def list_queue(
    database: Database, wanted: Wanted, times: DueTimes, now: datetime, me: int, first: int = 0, limit: int = 25
) -> Listed:
    """Return a page of the queue: danger first, then what is due soonest; what is closed by its last change.

    Raises:
        StoreError: It cannot be read.
    """
    closed = wanted.status not in {"open", *OPEN_STATUSES}
    searched = None
    with database.transaction() as session:
        due = _due_column(times, sqlite=database.engine.dialect.name == "sqlite")
        if wanted.topic:
            ids, searched = _about(session, wanted, me)
            wanted = replace(wanted, ids=ids)
        counted = select(func.count(), func.count(case((due < now, 1)))).select_from(_ITEMS)
        total, late = session.execute(_narrowed(counted, wanted, me)).one()
        danger = _is_danger()
        urgency = (
            case((danger, 0), (due.is_not(None), 1), else_=2),
            case((danger, _ITEMS.c.created_at), (due.is_not(None), due), else_=_ITEMS.c.created_at),
        )
        order = (_ITEMS.c.updated_at.desc(),) if closed else urgency
        rows = session.execute(_narrowed(_items(), wanted, me).order_by(*order, _ITEMS.c.id).offset(first).limit(limit))
        return Listed(_with_words(session, [_item(row) for row in rows.all()]), total, late, searched)


def read_item(database: Database, reference: str, me: int, now: datetime) -> ItemDetail | None:
    """Return an item with all that was done about it, and note that somebody looks at it; None for none."""
    with database.transaction() as session:
        row = session.execute(_items().where(_ITEMS.c.reference == reference)).first()
        if row is None:
            return None
        note_viewer(session, row.id, me, now)
        item = _with_words(session, [_item(row)])[0]
        answers, method = _answers(session, item)
        conversation, turns = _conversation(session, item.sender_digest) if item.kind == "conversation" else (None, [])
        others, viewers = _others(session, item), other_viewers(session, item.id, me, now)
        return ItemDetail(item, answers, method, _events(session, item.id), others, viewers, turns, conversation)


def list_labels(database: Database) -> list[str]:
    """Return all labels in use."""
    with database.transaction() as session:
        return list(session.execute(select(LabelRow.label).distinct().order_by(LabelRow.label)).scalars())


def newest_change(database: Database) -> tuple[int, datetime | None]:
    """Return what changes whenever something in the queue does: the sum of all versions is enough."""
    with database.transaction() as session:
        row = session.execute(select(func.coalesce(func.sum(_ITEMS.c.version), 0), func.max(_ITEMS.c.updated_at))).one()
    return int(row[0]), row[1]


def _is_danger() -> Any:
    """Return what ``QueueItem.is_danger`` is, for the database."""
    raised = or_(_ITEMS.c.reason.is_(None), _ITEMS.c.reason.not_in(NOT_URGENT))
    return and_(_ITEMS.c.kind == "conversation", _ITEMS.c.status == "new", raised)


def _due_column(times: DueTimes, sqlite: bool) -> Any:
    """Return when something is due, as ``due_at`` does, reckoned by the database."""
    waits = {"callback": times.callback, "volunteer": times.volunteer, "conversation": times.conversation}

    def later(wait: timedelta, since: Any = _ITEMS.c.created_at) -> Any:
        if sqlite:  # where a time is a text
            shift = f"+{int(wait.total_seconds())} seconds"
            return func.strftime("%Y-%m-%d %H:%M:%f", since, shift)
        return type_coerce(since, DateTime(timezone=True)) + literal(wait, Interval())

    reckoned = case(
        (_ITEMS.c.status.not_in(OPEN_STATUSES), null()),
        (_ITEMS.c.next_attempt_at.is_not(None), _ITEMS.c.next_attempt_at),
        (_ITEMS.c.status == "waiting_for_volunteer", later(times.match, _ITEMS.c.updated_at)),
        (and_(_ITEMS.c.first_contact_at.is_not(None), ~_is_danger()), null()),
        *((_ITEMS.c.kind == kind, later(wait)) for kind, wait in waits.items()),
    )
    return type_coerce(reckoned, UtcDateTime())


def _items() -> Any:
    names = [_ITEMS.c[each] for each in _COLUMNS]
    staff = StaffRow.__table__
    return select(*names, staff.c.display_name.label("assigned_name")).select_from(
        _ITEMS.outerjoin(staff, staff.c.id == _ITEMS.c.assigned_to)
    )


def _narrowed(query: Any, wanted: Wanted, me: int) -> Any:
    if wanted.ids is not None:
        query = query.where(_ITEMS.c.id.in_(wanted.ids))
    if wanted.reference is not None:
        return query.where(_ITEMS.c.reference == wanted.reference)
    if wanted.contact_digest is not None:
        return query.where(or_(*_of_contacts({wanted.contact_digest})))
    query = query.where(_ITEMS.c.merged_into.is_(None))
    closed = tuple(status for status in QUEUE_STATUSES if status not in OPEN_STATUSES)
    statuses = {"open": OPEN_STATUSES, "closed": closed, "all": QUEUE_STATUSES}.get(wanted.status, (wanted.status,))
    query = query.where(_ITEMS.c.status.in_(statuses))
    if wanted.kind:
        query = query.where(_ITEMS.c.kind == wanted.kind)
    if wanted.whose != "all":
        query = query.where(_ITEMS.c.assigned_to == me if wanted.whose == "mine" else _ITEMS.c.assigned_to.is_(None))
    if wanted.label:
        query = query.where(_ITEMS.c.id.in_(select(LabelRow.item_id).where(LabelRow.label == wanted.label)))
    return query


def _of_contacts(digests: Collection[str]) -> list[Any]:
    """Return what holds of items of these phone numbers and email addresses: requests, and who writes from there."""
    requests = select(RequestRow.id).where(RequestRow.contact_digest.in_(digests))
    return [_ITEMS.c.request_id.in_(requests), _ITEMS.c.sender_digest.in_(senders_with(digests))]


def _about(session: Session, wanted: Wanted, me: int) -> tuple[tuple[int, ...], int | None]:
    """Return the numbers of items whose topic holds all the words, and how many were looked through if not all."""
    newest = select(_ITEMS.c.id, _ITEMS.c.request_id).order_by(_ITEMS.c.id.desc()).limit(_MOST_DECRYPTED)
    places = session.execute(_narrowed(newest, wanted, me)).all()
    words = (wanted.topic or "").lower().split()
    topics = _topics(session, [place.request_id for place in places if place.request_id])
    found = tuple(place.id for place in places if all(word in topics.get(place.request_id, "") for word in words))
    return found, len(places) if len(places) == _MOST_DECRYPTED else None


def _topics(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Return what requests are about, in small letters."""
    found: dict[int, str] = {}
    calls, sign_ups = CallbackRow.__table__.c, VolunteerRow.__table__.c
    for column, key in ((calls.callback_topic, calls.id), (sign_ups.main_concern, sign_ups.id)):
        for start in range(0, len(ids), 500):
            wanted = select(key, column).where(key.in_(ids[start : start + 500]), column.is_not(None))
            found |= {number: text.lower() for number, text in session.execute(wanted)}
    return found


def _with_words(session: Session, items: Sequence[QueueItem]) -> list[QueueItem]:
    known = _words_of(session, [item.request_id for item in items if item.request_id])
    labels: dict[int, list[str]] = {}
    for row in session.execute(select(LabelRow).where(LabelRow.item_id.in_([item.id for item in items]))).scalars():
        labels.setdefault(row.item_id, []).append(row.label)
    made = []
    for item in items:
        first_name, topic, best_time = known.get(item.request_id or 0, (None, None, None))
        own = tuple(sorted(labels.get(item.id, ())))
        made.append(replace(item, first_name=first_name, topic=topic, best_time=best_time, labels=own))
    return made


def _words_of(session: Session, ids: Sequence[int]) -> dict[int, tuple[str | None, str | None, str | None]]:
    """Return first names, topics and best times of requests."""
    requests, calls, sign_ups = RequestRow.__table__, CallbackRow.__table__, VolunteerRow.__table__
    wanted = (
        requests.c.id,
        requests.c.first_name,
        calls.c.callback_topic,
        calls.c.best_time,
        sign_ups.c.main_concern,
        sign_ups.c.preferred_times,
    )
    found: dict[int, tuple[str | None, str | None, str | None]] = {}
    for start in range(0, len(ids), 500):
        rows = session.execute(
            select(*wanted)
            .select_from(requests.outerjoin(calls).outerjoin(sign_ups, sign_ups.c.id == requests.c.id))
            .where(requests.c.id.in_(ids[start : start + 500]))
        ).all()
        for row in rows:
            topic = row.callback_topic or row.main_concern
            found[row.id] = (row.first_name, topic, row.best_time or row.preferred_times)
    return found


def _answers(session: Session, item: QueueItem) -> tuple[dict[str, Any], str | None]:
    if item.request_id is None:
        return {}, channel_of(session, item.sender_digest)
    table: Any = CallbackRow.__table__ if item.kind == "callback" else VolunteerRow.__table__
    row = session.execute(select(table).where(table.c.id == item.request_id)).first()
    values = dict(row._mapping) if row else {}
    values.pop("id", None)
    return values, values.pop("contact_method", None)


def _events(session: Session, item_id: int) -> list[Event]:
    names = {row.id: row.display_name for row in session.execute(select(StaffRow.id, StaffRow.display_name))}
    notes = session.execute(select(NoteRow).where(NoteRow.item_id == item_id)).scalars()
    attempts = session.execute(select(ContactAttemptRow).where(ContactAttemptRow.item_id == item_id)).scalars()
    events = [Event(row.at, names.get(row.staff_id), row.text) for row in notes]
    events += [Event(row.at, names.get(row.staff_id), row.note, row.outcome, row.next_attempt_at) for row in attempts]
    return sorted(events, key=lambda event: event.at, reverse=True)


def _others(session: Session, item: QueueItem) -> list[QueueItem]:
    """Return other items of the same person: the same conversation, phone number or email address."""
    digests = contact_digests(session, item.sender_digest, item.request_id)
    same = [_ITEMS.c.sender_digest == item.sender_digest, *_of_contacts(digests)]
    rows = session.execute(
        _items().where(or_(*same), _ITEMS.c.id != item.id).order_by(_ITEMS.c.id.desc()).limit(10)
    ).all()
    return [_item(row) for row in rows]


def _conversation(session: Session, sender_digest: str) -> tuple[int | None, list[TurnRecord]]:
    """Return the number of a sender's conversation and its newest turns; no number where none is kept."""
    mine = select(ConversationRow.id).where(ConversationRow.sender_digest == sender_digest)
    number = session.execute(mine).scalar()
    rows = session.execute(
        select(TurnRow.__table__)
        .where(TurnRow.conversation_id == number)
        .order_by(TurnRow.id.desc())
        .limit(MOST_TURNS_SHOWN)
    ).all()
    return (number if rows else None), [turn_of(row) for row in reversed(rows)]


_READ_APART = {"assigned_name", "first_name", "topic", "best_time", "labels"}
_COLUMNS = tuple(each for each in QueueItem.__dataclass_fields__ if each not in _READ_APART)


def _item(row: Any) -> QueueItem:
    return QueueItem(**row._mapping)
