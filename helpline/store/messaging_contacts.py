"""Who writes on a messaging channel: found by a keyed digest, with what must be known to answer."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, insert, literal, select, update
from sqlalchemy.orm import Session

from helpline.errors import EncryptionKeyError
from helpline.store.columns import UtcDateTime
from helpline.store.database import Database
from helpline.store.messaging_senders import MessagingSender, address_digest, sender_id_of
from helpline.store.messaging_tables import TO_SEND, InboxRow, MessagingContactRow, OutboxRow
from helpline.store.requests import digest_contact, digest_sender
from helpline.store.tables import RequestRow

CONTACTS = MessagingContactRow.__table__
_INBOX, _OUTBOX = InboxRow.__table__, OutboxRow.__table__


@dataclass(frozen=True)
class MessagingContact:
    """Somebody who writes to us, with what must be known to answer.

    Attributes:
        id: The row.
        channel: The channel.
        address: Where answers go.
        sender_id: What the engine knows the conversation by; tells nothing of the address.
        opted_out: Whether they want no messages.
        introduced: Whether they were told who we are.
        form_open: Whether a form was open after the last turn.
        more: The messages that wait for MORE.
        last_message_at: When they wrote last, in UTC.
    """

    id: int
    channel: str
    address: str
    sender_id: str
    opted_out: bool
    introduced: bool
    form_open: bool
    last_message_at: datetime
    more: list[dict[str, Any]] = field(default_factory=list)


def keep_contact(session: Session, database: Database, sender: MessagingSender, at: datetime) -> tuple[int, str]:
    """Find or make a sender's contact within a transaction, note when they wrote, and return its row and sender id.

    A transaction that fails because another one made the same contact can be run again.
    """
    digest = address_digest(database, sender)
    known = session.execute(
        update(CONTACTS)
        .where(CONTACTS.c.address_digest == digest)
        .values(last_message_at=_later_of(CONTACTS.c.last_message_at, at))
    ).rowcount
    if known:
        row = session.execute(select(CONTACTS.c.id).where(CONTACTS.c.address_digest == digest)).one()
        if (kept := _sender_id(session, row.id)) is not None:
            return int(row.id), kept
    sender_id = sender_id_of(database, sender)
    phone = sender.phone_number
    values = {
        "sender_id": sender_id,
        "sender_digest": digest_sender(database, sender_id),
        "contact_digest": digest_contact(database, phone) if phone else None,
        "address": sender.address,
    }
    if known:  # of somebody who wanted no messages, and whose address is gone since; or cannot be read any more
        session.execute(update(CONTACTS).where(CONTACTS.c.id == row.id).values(**values))
        return int(row.id), sender_id
    made = session.execute(
        insert(CONTACTS).values(
            channel=sender.channel,
            address_digest=digest,
            leaving=False,
            form_open=False,
            last_message_at=at,
            created_at=at,
            **values,
        )
    )
    return int(made.inserted_primary_key[0]), sender_id


def _later_of(column: Any, at: datetime) -> Any:
    """Return an expression for the later of two times: messages may come late, and in any order."""
    return case((column < at, literal(at, UtcDateTime())), else_=column)


def _sender_id(session: Session, contact_id: int) -> str | None:
    """Return the sender id of a contact; None where it or the address is gone, or cannot be read."""
    try:
        row = session.execute(select(CONTACTS.c.sender_id, CONTACTS.c.address).where(CONTACTS.c.id == contact_id)).one()
    except EncryptionKeyError:
        return None
    return str(row.sender_id) if row.address is not None and row.sender_id is not None else None


def read_contact(session: Session, contact_id: int) -> MessagingContact | None:
    """Return a contact within a transaction; None for one that is gone or has no address any more.

    Raises:
        EncryptionKeyError: No key fits the address or the sender id.
    """
    query = select(*(column for column in CONTACTS.c if column is not CONTACTS.c.more))
    row = session.execute(query.where(CONTACTS.c.id == contact_id)).first()
    if row is None or row.address is None or row.sender_id is None:
        return None
    return MessagingContact(
        row.id,
        row.channel,
        row.address,
        row.sender_id,
        row.opted_out_at is not None,
        row.introduced_at is not None,
        row.form_open,
        row.last_message_at,
        _more(session, contact_id),
    )


def _more(session: Session, contact_id: int) -> list[dict[str, Any]]:
    """Return the messages that wait for MORE; none where they cannot be read, which must hold up nothing else."""
    try:
        written = session.execute(select(CONTACTS.c.more).where(CONTACTS.c.id == contact_id)).scalar()
        waiting = json.loads(written) if written else []
    except (EncryptionKeyError, ValueError):
        return []
    return waiting if isinstance(waiting, list) else []


def address_of(session: Session, sender_digest: str | None) -> tuple[str, str] | None:
    """Return the channel and the address that somebody writes from, within a transaction; None where none is kept."""
    row = session.execute(
        select(CONTACTS.c.channel, CONTACTS.c.address).where(
            CONTACTS.c.sender_digest == sender_digest, CONTACTS.c.address.is_not(None)
        )
    ).first()
    return (str(row.channel), str(row.address)) if row is not None else None


def channel_of(session: Session, sender_digest: str) -> str | None:
    """Return the messaging channel that somebody can be reached on, within a transaction; None for none."""
    found = select(CONTACTS.c.channel).where(CONTACTS.c.sender_digest == sender_digest, CONTACTS.c.address.is_not(None))
    channel: str | None = session.execute(found).scalar()
    return channel


def contact_digests(session: Session, sender_digest: str, request_id: int | None = None) -> set[str]:
    """Return the keyed digests of all by which somebody can be reached, within a transaction.

    Args:
        session: The transaction.
        sender_digest: Whose conversation it is: on a messaging channel, the number that they write from is one.
        request_id: A request of theirs, with its phone number or email address.
    """
    numbers = select(CONTACTS.c.contact_digest).where(CONTACTS.c.sender_digest == sender_digest)
    given = select(RequestRow.contact_digest).where(RequestRow.id == request_id)
    found = (digest for query in (numbers, given) for digest in session.execute(query).scalars())
    return {digest for digest in found if digest is not None}


def senders_with(contact_digests: Collection[str]) -> Any:
    """Return a query for the keyed digests of those who write from one of these numbers."""
    return select(CONTACTS.c.sender_digest).where(CONTACTS.c.contact_digest.in_(contact_digests))


def hold_contact(session: Session, contact_id: int) -> bool:
    """Keep others from changing a contact and what hangs on it until the transaction ends; tell whether it is there."""
    held = update(CONTACTS).where(CONTACTS.c.id == contact_id).values(channel=CONTACTS.c.channel)
    return bool(session.execute(held).rowcount)


def forget_contacts_of(session: Session, sender_digests: Sequence[str]) -> None:
    """Delete what is kept of senders on messaging channels, within a transaction.

    Of whom nothing waits, all goes at once. Otherwise what waits is answered and sent first, such as what confirms the
    deletion, or answers danger; then the rest goes (`forget_leaving`). Of who wants no messages, only that is left.
    """
    mine = CONTACTS.c.sender_digest.in_(sender_digests)
    # First of all, as everybody does who changes what hangs on a contact: so nobody waits for each other.
    session.execute(update(CONTACTS).where(mine).values(more=None, leaving=True))
    ids = session.execute(select(CONTACTS.c.id).where(mine)).scalars().all()
    session.execute(delete(_OUTBOX).where(_OUTBOX.c.contact_id.in_(ids), _OUTBOX.c.state.not_in(TO_SEND)))
    for contact_id in ids:
        forget_leaving(session, contact_id)


def forget_contacts(session: Session, which: Any) -> None:
    """Delete contacts, with their messages; of who wants no messages, only that is left."""
    ids = select(CONTACTS.c.id).where(which)
    for table in (_INBOX, _OUTBOX):
        session.execute(delete(table).where(table.c.contact_id.in_(ids)))
    session.execute(delete(CONTACTS).where(which, CONTACTS.c.opted_out_at.is_(None)))
    session.execute(
        update(CONTACTS)
        .where(which)
        .values(sender_id=None, address=None, contact_digest=None, more=None, leaving=False)
    )


def forget_leaving(session: Session, contact_id: int) -> None:
    """Delete a contact whose data were deleted, once nothing is to be sent to it any more."""
    leaving = select(CONTACTS.c.id).where(CONTACTS.c.id == contact_id, CONTACTS.c.leaving)
    to_send = select(_OUTBOX.c.id).where(_OUTBOX.c.contact_id == contact_id, _OUTBOX.c.state.in_(TO_SEND))
    to_answer = select(_INBOX.c.id).where(_INBOX.c.contact_id == contact_id, _INBOX.c.state == "waiting")
    found = (session.execute(query.limit(1)).first() is not None for query in (leaving, to_send, to_answer))
    if list(found) == [True, False, False]:
        forget_contacts(session, CONTACTS.c.id == contact_id)
