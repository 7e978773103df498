"""Messages that go out: written down before they are sent, in order, with what became of each.

A message is ``waiting``, then ``sending`` while a try is under way. One that is found ``sending`` when nothing is under
way may have been sent: the process ended meanwhile, or the provider did not answer. Who sends again asks first.

A receipt may end a message while its try is still under way. What has ended stays as it is, whatever the try then says.
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from helpline.errors import EncryptionKeyError
from helpline.store.database import Database
from helpline.store.messaging_contacts import (
    CONTACTS,
    MessagingContact,
    forget_leaving,
    hold_contact,
    read_contact,
)
from helpline.store.messaging_tables import TO_SEND, OutboxRow
from helpline.store.queue_entries import UNDELIVERED, UNDELIVERED_DANGER, add_conversation_to_queue

_OUTBOX = OutboxRow.__table__
CANNOT_BE_READ = "cannot be read"


@dataclass(frozen=True)
class Outgoing:
    """A message to write down: its content, and whether it answers danger."""

    content: dict[str, Any]
    urgent: bool = False


@dataclass(frozen=True)
class OutboxMessage:
    """A message whose turn it is.

    Attributes:
        id: The row.
        contact: Whom it goes to.
        content: What is sent.
        urgent: Whether it answers danger.
        key: The same for every try.
        tries: How often it was tried, with the try that begins.
        tried_at: When the try began whose outcome counts, in UTC.
        uncertain: Whether it may have been sent already.
        possibly_double: Whether it was sent again although an earlier try may have arrived.
        created_at: When it was written down, in UTC.
    """

    id: int
    contact: MessagingContact
    content: dict[str, Any]
    urgent: bool
    key: str
    tries: int
    tried_at: datetime
    uncertain: bool
    possibly_double: bool
    created_at: datetime


def add_outgoing(session: Session, contact_id: int, messages: Sequence[Outgoing], now: datetime) -> None:
    """Write messages down within a transaction that holds the contact (`hold_contact`), in their order."""
    number = select(func.coalesce(func.max(_OUTBOX.c.number), 0) + 1).where(_OUTBOX.c.contact_id == contact_id)
    for message in messages:
        session.execute(
            insert(_OUTBOX).values(
                contact_id=contact_id,
                number=number.scalar_subquery(),
                content=json.dumps(message.content, ensure_ascii=False),
                urgent=message.urgent,
                key=str(uuid.uuid4()),
                state="waiting",
                tries=0,
                next_try_at=now,
                possibly_double=False,
                created_at=now,
                updated_at=now,
            )
        )


def send_what_waits(session: Session, contact_id: int, now: datetime) -> None:
    """Let what waits be sent now, within a transaction: whoever writes is awake, and waits for an answer."""
    waits = (_OUTBOX.c.contact_id == contact_id, _OUTBOX.c.state == "waiting", _OUTBOX.c.next_try_at > now)
    session.execute(update(_OUTBOX).where(*waits).values(next_try_at=now))


def due_contacts(database: Database, now: datetime) -> list[tuple[int, bool, str]]:
    """Return the contacts to whom something can be sent now, whether that answers danger (those first), and where.

    Raises:
        StoreError: It cannot be read.
    """
    # Of each conversation the first counts: what is behind it waits for it.
    firsts = (
        select(func.min(_OUTBOX.c.id))
        .where(_OUTBOX.c.state.in_(TO_SEND))
        .group_by(_OUTBOX.c.contact_id, _OUTBOX.c.urgent)
    )
    due = (
        select(_OUTBOX.c.contact_id, _OUTBOX.c.urgent, CONTACTS.c.channel)
        .join(CONTACTS, CONTACTS.c.id == _OUTBOX.c.contact_id)
        .where(_OUTBOX.c.id.in_(firsts), _OUTBOX.c.next_try_at <= now)
        .order_by(_OUTBOX.c.urgent.desc(), _OUTBOX.c.id)
    )
    with database.transaction() as session:
        return [(row.contact_id, bool(row.urgent), row.channel) for row in session.execute(due)]


def take_next(database: Database, contact_id: int, urgent: bool, now: datetime) -> OutboxMessage | None:
    """Begin the try of the message whose turn it is; None where nothing is due.

    Of the ordinary ones the first must be sent, or given up, before the second, and none goes before what answers
    danger. Answers to danger wait for nothing but each other. One that cannot be read is given up, and holds up
    nothing; so is everything to an address that cannot be read.

    Args:
        database: The store.
        contact_id: Whose messages.
        urgent: Whether those that answer danger are meant, or the others.
        now: The time, in UTC.

    Raises:
        StoreError: No try was begun, or nobody knows whether it was.
    """
    with database.transaction() as session:
        if not hold_contact(session, contact_id):
            return None
        try:
            contact = read_contact(session, contact_id)
        except EncryptionKeyError:
            _give_up_all(session, contact_id, urgent, now)
            return None
        if contact is None:
            return None
        while (row := _first(session, contact_id)) is not None and row.urgent == urgent and row.next_try_at <= now:
            content = _content(session, row.id)
            if content is None:
                _give_up(session, row.id, contact_id, urgent, CANNOT_BE_READ, now)
                continue
            uncertain = row.state == "sending"
            tried_at, tries = (row.tried_at, row.tries) if uncertain else (now, row.tries + 1)
            if not uncertain:
                _change(session, row.id, now, state="sending", tries=tries, tried_at=tried_at)
            return OutboxMessage(
                row.id,
                contact,
                content,
                row.urgent,
                row.key,
                tries,
                tried_at,
                uncertain,
                row.possibly_double,
                row.created_at,
            )
        return None


def _first(session: Session, contact_id: int) -> Any:
    """Return the row of a contact whose turn it is, without its content; None where nothing is to be sent."""
    return session.execute(
        select(*(column for column in _OUTBOX.c if column is not _OUTBOX.c.content))
        .where(_OUTBOX.c.contact_id == contact_id, _OUTBOX.c.state.in_(TO_SEND))
        .order_by(_OUTBOX.c.urgent.desc(), _OUTBOX.c.number)
        .limit(1)
    ).first()


def _content(session: Session, row: int) -> dict[str, Any] | None:
    """Return what a message says; None where that is gone, or cannot be read."""
    try:
        written = session.execute(select(_OUTBOX.c.content).where(_OUTBOX.c.id == row)).scalar()
        content = json.loads(written) if written is not None else None
    except (EncryptionKeyError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def begin_again(database: Database, message: OutboxMessage, now: datetime, possibly_double: bool) -> bool:
    """Note that a message is sent again whose earlier try may have arrived, or did not.

    Returns:
        Whether it may be sent again: a receipt may have told meanwhile that it arrived.

    Raises:
        StoreError: It was not noted, and must not be sent.
    """
    with database.transaction() as session:
        values: dict[str, Any] = {"possibly_double": True} if possibly_double else {}
        return _change(session, message.id, now, tries=_OUTBOX.c.tries + 1, tried_at=now, **values)


def mark_sent(database: Database, message: OutboxMessage, provider_id: str, now: datetime) -> None:
    """Note that the provider took a message. Its content is gone with that; receipts find it by the provider's id.

    Raises:
        StoreError: It was not noted.
    """
    digest = _provider_digest(database, message.contact.channel, provider_id)
    with database.transaction() as session:
        if not _change(session, message.id, now, state="sent", content=None, provider_digest=digest):
            nameless = (_OUTBOX.c.id == message.id, _OUTBOX.c.provider_digest.is_(None))
            session.execute(update(_OUTBOX).where(*nameless).values(provider_digest=digest, updated_at=now))
        forget_leaving(session, message.contact.id)


def try_later(database: Database, message: OutboxMessage, at: datetime, uncertain: bool, now: datetime) -> None:
    """Note when a message is tried again, and whether it may have been sent meanwhile.

    Raises:
        StoreError: It was not noted.
    """
    with database.transaction() as session:
        state = {"state": "sending"} if uncertain else {"state": "waiting"}
        _change(session, message.id, now, next_try_at=at, **state)


def give_up(database: Database, message: OutboxMessage, error: str, now: datetime) -> None:
    """Give a message up, and let staff see in the queue that an answer did not arrive.

    Raises:
        StoreError: It was not noted.
    """
    with database.transaction() as session:
        _give_up(session, message.id, message.contact.id, message.urgent, error, now)
        forget_leaving(session, message.contact.id)


def _give_up(session: Session, row: int, contact_id: int, urgent: bool, error: str, now: datetime) -> None:
    if _change(session, row, now, state="failed", content=None, error=error[:64]):
        _tell_staff(session, contact_id, urgent, now)


def _give_up_all(session: Session, contact_id: int, urgent: bool, now: datetime) -> None:
    """Give up what is to be sent to an address that cannot be read."""
    mine = (_OUTBOX.c.contact_id == contact_id, _OUTBOX.c.state.in_(TO_SEND), _OUTBOX.c.urgent.is_(urgent))
    for row in session.execute(select(_OUTBOX.c.id).where(*mine)).scalars().all():
        _give_up(session, row, contact_id, urgent, CANNOT_BE_READ, now)
    forget_leaving(session, contact_id)


def opt_out(database: Database, message: OutboxMessage, error: str, now: datetime) -> None:
    """Remember that the receiver wants no messages, as the provider says, and drop what else was to be sent.

    Staff are told only of an answer to danger.

    Raises:
        StoreError: It was not noted.
    """
    with database.transaction() as session:
        failed = _change(session, message.id, now, state="failed", content=None, error=error[:64])
        note_opt_out(session, message.contact.id, now)
        if failed and message.urgent:
            _tell_staff(session, message.contact.id, True, now)


def note_opt_out(session: Session, contact_id: int, now: datetime) -> None:
    """Remember within a transaction that somebody wants no messages; drop what waits, but an answer to danger."""
    session.execute(update(CONTACTS).where(CONTACTS.c.id == contact_id).values(opted_out_at=now, more=None))
    session.execute(
        delete(_OUTBOX).where(
            _OUTBOX.c.contact_id == contact_id, _OUTBOX.c.state.in_(TO_SEND), _OUTBOX.c.urgent.is_(False)
        )
    )


def stop_is_confirmed(database: Database, contact_id: int) -> bool:
    """Whether we told somebody who wants no messages that they get none: nothing else goes out since but to danger.

    Raises:
        StoreError: It cannot be read.
    """
    since = select(CONTACTS.c.opted_out_at).where(CONTACTS.c.id == contact_id).scalar_subquery()
    told = (_OUTBOX.c.contact_id == contact_id, _OUTBOX.c.urgent.is_(False), _OUTBOX.c.created_at >= since)
    with database.transaction() as session:
        return session.execute(select(_OUTBOX.c.id).where(*told).limit(1)).first() is not None


def is_of_another(database: Database, channel: str, provider_id: str, message: OutboxMessage) -> bool:
    """Whether the provider's id belongs to another message of ours.

    Raises:
        StoreError: It cannot be read.
    """
    digest = _provider_digest(database, channel, provider_id)
    with database.transaction() as session:
        other = select(_OUTBOX.c.id).where(_OUTBOX.c.provider_digest == digest, _OUTBOX.c.id != message.id)
        return session.execute(other).first() is not None


def record_receipt(
    database: Database,
    channel: str,
    provider_id: str,
    status: str,
    error: str | None,
    now: datetime,
    key: str | None = None,
    opted_out: bool = False,
) -> bool:
    """Note what a provider tells of a message of ours; return whether the message is known.

    Args:
        database: The store.
        channel: The channel.
        provider_id: The provider's id of the message.
        status: ``accepted``, ``sent``, ``delivered``, ``read`` or ``failed``.
        error: The provider's code for what went wrong.
        now: The time, in UTC.
        key: The key that it was sent with, where the provider gives it back.
        opted_out: Whether it failed because the receiver wants no messages: that is remembered.

    Raises:
        StoreError: It was not noted.
    """
    digest = _provider_digest(database, channel, provider_id)
    with database.transaction() as session:
        if key is not None:  # it was sent, whether or not we heard so, and also where it was to be sent again
            mine = (_OUTBOX.c.key == key, _OUTBOX.c.state.in_(TO_SEND))
            sent = {"state": "sent", "content": None, "provider_digest": digest, "updated_at": now}
            session.execute(update(_OUTBOX).where(*mine).values(**sent))
        row = session.execute(
            select(_OUTBOX.c.id, _OUTBOX.c.contact_id, _OUTBOX.c.state, _OUTBOX.c.urgent).where(
                _OUTBOX.c.provider_digest == digest
            )
        ).first()
        if row is None:
            return False
        if status in {"delivered", "read"}:
            _set(session, row.id, now, state="delivered", error=None)
        elif status == "failed" and row.state != "delivered":  # receipts may come in any order
            _set(session, row.id, now, state="failed", error=(error or "failed")[:64])
            if opted_out:
                note_opt_out(session, row.contact_id, now)
            if row.state != "failed" and (row.urgent or not opted_out):
                _tell_staff(session, row.contact_id, row.urgent, now)
        forget_leaving(session, row.contact_id)
        return True


@dataclass(frozen=True)
class OutboxCounts:
    """How many messages wait, failed, and were sent again, once or more, while an earlier try may have arrived."""

    waiting: int
    failed: int
    possibly_double: int


def count_outbox(database: Database, since: datetime) -> OutboxCounts:
    """Count what waits now, and what failed or may have arrived twice since a moment.

    Raises:
        StoreError: It cannot be read.
    """

    def number(*where: Any) -> int:
        return int(session.execute(select(func.count()).select_from(_OUTBOX).where(*where)).scalar() or 0)

    with database.transaction() as session:
        lately = _OUTBOX.c.created_at >= since
        return OutboxCounts(
            number(_OUTBOX.c.state.in_(TO_SEND)),
            number(lately, _OUTBOX.c.state == "failed"),
            number(lately, _OUTBOX.c.possibly_double),
        )


def _change(session: Session, row: int, now: datetime, **values: Any) -> bool:
    """Change a message that is to be sent yet; return whether it still was."""
    return _set(session, row, now, _OUTBOX.c.state.in_(TO_SEND), **values)


def _set(session: Session, row: int, now: datetime, *where: Any, **values: Any) -> bool:
    changed = update(_OUTBOX).where(_OUTBOX.c.id == row, *where).values(updated_at=now, **values)
    return bool(session.execute(changed).rowcount)


def _tell_staff(session: Session, contact_id: int, urgent: bool, now: datetime) -> None:
    digest = session.execute(select(CONTACTS.c.sender_digest).where(CONTACTS.c.id == contact_id)).scalar()
    if digest is not None:
        add_conversation_to_queue(session, digest, UNDELIVERED_DANGER if urgent else UNDELIVERED, now)


def _provider_digest(database: Database, channel: str, provider_id: str) -> str:
    return database.digest("provider message", channel, provider_id)
