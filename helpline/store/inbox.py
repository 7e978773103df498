"""Messages that came in on a messaging channel: stored before the provider hears that we have them, answered once.

What answers a message is written in one transaction with its end, so that a process that ends anywhere loses nothing
and says nothing twice.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpline.errors import EncryptionKeyError, StoreError
from helpline.store.database import Database
from helpline.store.messaging_contacts import (
    CONTACTS,
    MessagingContact,
    forget_leaving,
    hold_contact,
    keep_contact,
    read_contact,
)
from helpline.store.messaging_senders import MessagingSender
from helpline.store.messaging_tables import InboxRow
from helpline.store.outbox import Outgoing, add_outgoing, note_opt_out, send_what_waits
from helpline.store.queue_entries import UNDELIVERED, UNDELIVERED_DANGER, add_conversation_to_queue

_INBOX = InboxRow.__table__
_ATTEMPTS = 3


@dataclass(frozen=True)
class IncomingMessage:
    """A message to store.

    Attributes:
        sender: Who wrote.
        message_id: The provider's id of it.
        content: What is needed to answer it.
        urgent: Whether it shows danger outright.
        opts_out: Whether it says that its sender wants no messages: that counts from now, whatever waits before it.
        sent_at: When it was written, in UTC, where that is known: it may have come late.
    """

    sender: MessagingSender
    message_id: str
    content: dict[str, Any]
    urgent: bool = False
    opts_out: bool = False
    sent_at: datetime | None = None


@dataclass(frozen=True)
class StoredMessage:
    """A message as it was stored: its row, whose it is, and whether it is new or came before."""

    id: int
    contact_id: int
    sender_id: str
    new: bool


@dataclass(frozen=True)
class WaitingMessage:
    """A message that is not answered yet.

    Attributes:
        id: The row.
        contact: Who wrote.
        key: A name of the message that tells nothing; the engine's message id.
        content: What is needed to answer it.
        urgent: Whether it shows danger outright.
        told: Whether the visitor heard meanwhile that it takes longer, or what to do in danger.
        received_at: When it was written, or else came in, in UTC.
        opted_out_by_it: Whether its sender wants no messages since it came, and did before.
    """

    id: int
    contact: MessagingContact
    key: str
    content: dict[str, Any]
    urgent: bool
    told: bool
    received_at: datetime
    opted_out_by_it: bool = False


@dataclass(frozen=True)
class Answer:
    """What comes of a message.

    Attributes:
        messages: What is sent, in order.
        more: What waits for MORE from now on; None leaves that as it is.
        introduced: Whether the messages tell who we are.
        opted_out: Whether the sender wants no messages from now on (True), wants them again (False), or neither.
        form_open: Whether a form is open now; None leaves that as it is.
        leaving: Whether the sender's data were deleted: the contact goes when the messages are sent.
        undelivered: Whether there is no answer, and staff are to see so.
    """

    messages: Sequence[Outgoing] = ()
    more: Sequence[dict[str, Any]] | None = None
    introduced: bool = False
    opted_out: bool | None = None
    form_open: bool | None = None
    leaving: bool = False
    undelivered: bool = False


def receive(database: Database, messages: Sequence[IncomingMessage], now: datetime) -> list[StoredMessage]:
    """Store messages, all or none, and return each as it is stored; one that came before is not stored again.

    Raises:
        StoreError: None was stored.
    """
    for _ in range(_ATTEMPTS):
        try:
            with database.transaction(expected=IntegrityError) as session:
                return [_receive(session, database, message, now) for message in messages]
        except IntegrityError:
            continue  # another transaction stored the same contact or message in between
    raise StoreError("IntegrityError")


def contacts_waiting(database: Database) -> list[tuple[int, bool]]:
    """Return the contacts who wait for an answer, and whether they may be in danger; those first.

    Raises:
        StoreError: It cannot be read.
    """
    query = (
        select(_INBOX.c.contact_id, _INBOX.c.urgent)
        .where(_INBOX.c.state == "waiting")
        .group_by(_INBOX.c.contact_id, _INBOX.c.urgent)
        .order_by(_INBOX.c.urgent.desc(), func.min(_INBOX.c.id))
    )
    with database.transaction() as session:
        return [(row.contact_id, bool(row.urgent)) for row in session.execute(query)]


def next_waiting(database: Database, contact_id: int, urgent: bool) -> WaitingMessage | None:
    """Return the message of a contact that is to be answered next; None where none waits.

    One that cannot be read is given up, staff see it, and it holds up nothing.

    Args:
        database: The store.
        contact_id: Whose message.
        urgent: Whether one that shows danger is meant, or another.

    Raises:
        StoreError: It cannot be read.
    """
    return _waiting(database, _INBOX.c.contact_id == contact_id, _INBOX.c.urgent.is_(urgent))


def find_waiting(database: Database, message_id: int) -> WaitingMessage | None:
    """Return a message by its row, as long as it waits.

    Raises:
        StoreError: It cannot be read.
    """
    return _waiting(database, _INBOX.c.id == message_id)


def change_opt_out(database: Database, contact_id: int, opted_out: bool, now: datetime) -> None:
    """Remember whether somebody wants messages, before their message is answered.

    Raises:
        StoreError: It was not written.
    """
    with database.transaction() as session:
        if opted_out:
            note_opt_out(session, contact_id, now)
        else:
            session.execute(update(CONTACTS).where(CONTACTS.c.id == contact_id).values(opted_out_at=None))


def tell_meanwhile(database: Database, message: WaitingMessage, messages: Sequence[Outgoing], now: datetime) -> bool:
    """Write down what the visitor hears until the answer comes; once for a message, and never after its answer.

    Of somebody who has stopped all messages since the message was read, only what answers danger is.

    Returns:
        Whether it was written now.

    Raises:
        StoreError: It was not written.
    """
    with database.transaction() as session:
        if not hold_contact(session, message.contact.id):
            return False
        messages = _wanted(session, message, messages)
        if not messages:
            return False
        untold = (_INBOX.c.id == message.id, _INBOX.c.state == "waiting", _INBOX.c.told_at.is_(None))
        if not session.execute(update(_INBOX).where(*untold).values(told_at=now)).rowcount:
            return False
        add_outgoing(session, message.contact.id, messages, now)
        return True


def finish(database: Database, message: WaitingMessage, answer: Answer, now: datetime) -> bool:
    """End a message with what answers it, in one transaction; nothing happens where that was done before.

    Where its sender has stopped all messages since the message was read, only what answers danger is sent of it.

    Returns:
        Whether it was done now.

    Raises:
        StoreError: Nothing was written.
    """
    with database.transaction() as session:
        contact_id = message.contact.id
        if not hold_contact(session, contact_id):
            # All that was kept of the sender is gone meanwhile. The answer must still find its way.
            contact_id = _contact_again(session, database, message)
        else:
            ended = update(_INBOX).where(_INBOX.c.id == message.id, _INBOX.c.state == "waiting")
            if not session.execute(ended.values(state="done", content=None)).rowcount:
                return False
        messages = answer.messages if answer.opted_out is not None else _wanted(session, message, answer.messages)
        waiting = answer.more if len(messages) == len(answer.messages) else ()
        if answer.opted_out:
            note_opt_out(session, contact_id, now)
        values: dict[str, Any] = {}
        if answer.leaving or not message.urgent:  # danger goes beside, and may have come before the deletion
            values["leaving"] = answer.leaving
        if answer.opted_out is False:
            values["opted_out_at"] = None
        if answer.form_open is not None:
            values["form_open"] = answer.form_open
        if waiting is not None:
            values["more"] = json.dumps(list(waiting), ensure_ascii=False) if waiting else None
        if answer.introduced:
            values["introduced_at"] = now
        if values:
            session.execute(update(CONTACTS).where(CONTACTS.c.id == contact_id).values(**values))
        add_outgoing(session, contact_id, messages, now)
        if answer.undelivered:
            _tell_staff(session, contact_id, message.urgent, now)
        forget_leaving(session, contact_id)
        return True


def _receive(session: Session, database: Database, message: IncomingMessage, now: datetime) -> StoredMessage:
    written_at = min(message.sent_at or now, now)
    contact_id, sender_id = keep_contact(session, database, message.sender, written_at)
    digest = database.digest("inbound", message.sender.channel, message.sender.account, message.message_id)
    known = session.execute(select(_INBOX.c.id).where(_INBOX.c.message_digest == digest)).scalar()
    if known is not None:
        return StoredMessage(int(known), contact_id, sender_id, False)
    # Whoever writes again after a deletion does not leave.
    session.execute(update(CONTACTS).where(CONTACTS.c.id == contact_id).values(leaving=False))
    send_what_waits(session, contact_id, now)
    opts_out = message.opts_out and not _has_opted_out(session, contact_id)
    if opts_out:
        note_opt_out(session, contact_id, now)
    # For a contact that is made again.
    own = {
        "account": message.sender.account,
        "phone_number": message.sender.phone_number,
        "opted_out_by_it": opts_out,
    }
    made = session.execute(
        insert(_INBOX).values(
            contact_id=contact_id,
            message_digest=digest,
            content=json.dumps({**message.content, **own}, ensure_ascii=False),
            urgent=message.urgent,
            state="waiting",
            received_at=written_at,
        )
    )
    return StoredMessage(int(made.inserted_primary_key[0]), contact_id, sender_id, True)


def _waiting(database: Database, *which: Any) -> WaitingMessage | None:
    with database.transaction() as session:
        while (row := _first(session, *which)) is not None:
            try:
                return _read(session, row)
            except (EncryptionKeyError, ValueError):
                _give_up(session, row)
    return None


def _first(session: Session, *which: Any) -> Any:
    """Return the first row of those that wait, without its content; None where none waits."""
    return session.execute(
        select(*(column for column in _INBOX.c if column is not _INBOX.c.content))
        .where(*which, _INBOX.c.state == "waiting")
        .order_by(_INBOX.c.id)
        .limit(1)
    ).first()


def _read(session: Session, row: Any) -> WaitingMessage | None:
    """Return a message; None where its sender is gone.

    Raises:
        EncryptionKeyError: No key fits the message, or the address of its sender.
        ValueError: It is not written as messages are.
    """
    contact = read_contact(session, row.contact_id)
    if contact is None:
        return None
    written = session.execute(select(_INBOX.c.content).where(_INBOX.c.id == row.id)).scalar()
    content = json.loads(written or "null")
    if not isinstance(content, dict):
        raise ValueError("a message has no content")
    by_it = bool(content.get("opted_out_by_it"))
    told = row.told_at is not None
    return WaitingMessage(row.id, contact, row.message_digest, content, row.urgent, told, row.received_at, by_it)


def _give_up(session: Session, row: Any) -> None:
    """End a message that cannot be read, so that it holds up nothing, and tell staff."""
    session.execute(update(_INBOX).where(_INBOX.c.id == row.id).values(state="done", content=None))
    _tell_staff(session, row.contact_id, row.urgent, row.received_at)
    forget_leaving(session, row.contact_id)


def _tell_staff(session: Session, contact_id: int, urgent: bool, at: datetime) -> None:
    digest = session.execute(select(CONTACTS.c.sender_digest).where(CONTACTS.c.id == contact_id)).scalar()
    add_conversation_to_queue(session, str(digest), UNDELIVERED_DANGER if urgent else UNDELIVERED, at)


def _has_opted_out(session: Session, contact_id: int) -> bool:
    stopped = select(CONTACTS.c.id).where(CONTACTS.c.id == contact_id, CONTACTS.c.opted_out_at.is_not(None))
    return session.execute(stopped).first() is not None


def _wanted(session: Session, message: WaitingMessage, messages: Sequence[Outgoing]) -> Sequence[Outgoing]:
    """Return what may be said of messages that were made when it was not known that the receiver wants none."""
    if message.contact.opted_out or not _has_opted_out(session, message.contact.id):
        return messages
    return [each for each in messages if each.urgent]


def _contact_again(session: Session, database: Database, message: WaitingMessage) -> int:
    known = message.contact
    sender = MessagingSender(
        known.channel, message.content["account"], known.address, message.content.get("phone_number")
    )
    contact_id, _ = keep_contact(session, database, sender, message.received_at)
    values = {"state": "done", "urgent": message.urgent, "received_at": message.received_at}
    session.execute(insert(_INBOX).values(contact_id=contact_id, message_digest=message.key, **values))
    return contact_id
