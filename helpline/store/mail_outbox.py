"""Mails that go out: written down before they are sent, each handed to the server once, with what became of it.

A mail is ``waiting``, then ``sending`` while a try is under way. The moment before the server could take it, it becomes
``uncertain``; the server's answer makes it ``sent``, ``failed`` or ``waiting`` again. So a process that ends anywhere
leaves what is true: a mail that is ``sending`` was surely not taken and is tried again; one that stays ``uncertain``
may have been, and is never sent again by itself. Staff see it, and say whether it is (docs/adr/0014).
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from helpline.errors import EncryptionKeyError
from helpline.store.database import Database
from helpline.store.mail_links import NewLink, StoredLink, add_links, links_of
from helpline.store.mail_refusals import wants_no_mail
from helpline.store.mail_tables import MailRow
from helpline.store.queue_entries import UNDELIVERED_MAIL, add_conversation_to_queue
from helpline.store.requests import digest_contact
from helpline.store.tables import RequestRow

_MAILS = MailRow.__table__
# Something is to be done about these.
OPEN_STATES = ("waiting", "sending", "uncertain")
CANNOT_BE_READ, TOO_LATE, NOT_WANTED = "cannot be read", "too late", "wants no mail"
# Where a try says nothing for so long, its process may have ended, and another try begins. Should the first go on after
# all, it may not hand over.
TRY_WITHIN = timedelta(minutes=5)
# Longer than a server's answer is waited for. Staff hear of a mail that is uncertain for so long.
ANSWER_WITHIN = timedelta(minutes=12)


@dataclass(frozen=True)
class NewMail:
    """A mail to write down.

    Attributes:
        template: Which, of `helpline.mail.wording`.
        receiver: ``visitor``, ``volunteer`` or ``staff``.
        address: Where it goes.
        give_up_at: Past this it says nothing useful any more, in UTC.
        once: What it is about, such as ``ask 12``, without anything that names somebody: written down a second time, it
            changes nothing. None for a mail that may come again.
        request_id: The request that it is about, with which it goes.
        language: BCP 47 tag.
        content: What the template fills in; nothing of an illness, no contact.
        links: Its links.
        urgent: Whether it goes before others.
    """

    template: str
    receiver: str
    address: str = field(repr=False)
    give_up_at: datetime
    once: str | None = None
    request_id: int | None = None
    language: str = "en"
    content: dict[str, Any] = field(default_factory=dict)
    links: Sequence[NewLink] = ()
    urgent: bool = False


@dataclass(frozen=True)
class OutgoingMail:
    """A mail whose turn it is.

    Attributes:
        id: The row.
        template: Which template.
        language: BCP 47 tag.
        address: Where it goes.
        content: What the template fills in.
        links: Its links.
        key: The same for every try.
        tries: How often it was tried, with the try that begins.
        give_up_at: Past this it is not tried any more, in UTC.
        created_at: When it was written down, in UTC.
    """

    id: int
    template: str
    language: str
    address: str = field(repr=False)
    content: dict[str, Any]
    links: Sequence[StoredLink]
    key: str
    tries: int
    give_up_at: datetime
    created_at: datetime


def add_mail(session: Session, database: Database, mail: NewMail, now: datetime) -> int | None:
    """Write a mail down within a transaction, and return its row; None where its receiver wants no mail.

    A mail about the same thing (`NewMail.once`) is written down once: its row is returned.

    Raises:
        ValueError: The address is none.
    """
    address = mail.address.strip()
    if address.count("@") != 1 or any(ord(each) <= 32 for each in address):
        raise ValueError("not an address")
    if mail.once is not None:
        known = session.execute(select(_MAILS.c.id).where(_MAILS.c.once == mail.once)).scalar()
        if known is not None:
            return int(known)
    digest = digest_contact(database, address)
    if mail.receiver != "staff" and wants_no_mail(session, digest):
        return None
    made = session.execute(
        insert(_MAILS).values(
            request_id=mail.request_id,
            template=mail.template,
            receiver=mail.receiver,
            language=mail.language,
            address=address,
            content=json.dumps(mail.content, ensure_ascii=False),
            contact_digest=digest,
            once=mail.once,
            key=str(uuid.uuid4()),
            urgent=mail.urgent,
            state="waiting",
            tries=0,
            next_try_at=now,
            give_up_at=mail.give_up_at,
            created_at=now,
            updated_at=now,
        )
    )
    row = int(made.inserted_primary_key[0])
    add_links(session, row, digest, mail.links, now)
    return row


def due_mails(database: Database, now: datetime) -> list[tuple[int, bool]]:
    """Return the mails about which something is to be done now, and whether they are urgent; those first.

    Raises:
        StoreError: It cannot be read.
    """
    due = (
        select(_MAILS.c.id, _MAILS.c.urgent)
        .where(_MAILS.c.state.in_(OPEN_STATES), _MAILS.c.next_try_at <= now)
        .order_by(_MAILS.c.urgent.desc(), _MAILS.c.id)
        .limit(100)
    )
    with database.transaction() as session:
        return [(row.id, bool(row.urgent)) for row in session.execute(due)]


def take_mail(
    database: Database, mail_id: int, now: datetime, quiet_until: datetime | None = None
) -> OutgoingMail | None:
    """Begin a try of a mail that is due; None where there is nothing to send.

    One that stayed uncertain is shown to staff instead. One whose time is over, or that cannot be read, is given up.

    Args:
        database: The store.
        mail_id: The row.
        now: The time, in UTC.
        quiet_until: When the quiet hours end; None for in none. Until then waits what is not urgent, and says
            something in the morning yet.

    Raises:
        StoreError: No try was begun.
    """
    with database.transaction() as session:
        columns = [each for each in _MAILS.c if each not in (_MAILS.c.address, _MAILS.c.content)]
        due = (_MAILS.c.id == mail_id, _MAILS.c.state.in_(OPEN_STATES), _MAILS.c.next_try_at <= now)
        row = session.execute(select(*columns).where(*due)).first()
        if row is None:
            return None
        if row.state == "uncertain":
            _stay_uncertain(session, mail_id, now)
            return None
        read = _read(session, mail_id)
        if read is None or now >= row.give_up_at:
            _fail(session, mail_id, CANNOT_BE_READ if read is None else row.error or TOO_LATE, now)
            return None
        if quiet_until is not None and not row.urgent and quiet_until < row.give_up_at:
            _set(session, mail_id, now, tries=row.tries, state="waiting", next_try_at=quiet_until)
            return None
        # Of two processes that take it, the one that comes second changes nothing.
        mine = (_MAILS.c.id == mail_id, _MAILS.c.tries == row.tries, _MAILS.c.state == row.state)
        begun = {"state": "sending", "tries": row.tries + 1, "next_try_at": now + TRY_WITHIN, "updated_at": now}
        if not session.execute(update(_MAILS).where(*mine).values(**begun)).rowcount:
            return None
        address, content = read
        return OutgoingMail(
            row.id,
            row.template,
            row.language,
            address,
            content,
            links_of(session, mail_id),
            row.key,
            row.tries + 1,
            row.give_up_at,
            row.created_at,
        )


def hand_over(database: Database, mail: OutgoingMail, now: datetime) -> bool:
    """Note that the server may have a mail from now on; return whether it may be handed over.

    It may not where it was deleted meanwhile, or where another process tries it since.

    Raises:
        StoreError: It was not noted, and must not be handed over.
    """
    with database.transaction() as session:
        mine = (_MAILS.c.id == mail.id, _MAILS.c.state == "sending", _MAILS.c.tries == mail.tries)
        values = {"state": "uncertain", "next_try_at": now + ANSWER_WITHIN, "updated_at": now}
        return bool(session.execute(update(_MAILS).where(*mine).values(**values)).rowcount)


def note_sent(database: Database, mail: OutgoingMail, now: datetime) -> None:
    """Note that the server took a mail. Whom it went to is gone with that.

    Raises:
        StoreError: It was not noted.
    """
    with database.transaction() as session:
        settle_as_sent(session, mail.id, now)


def settle_as_sent(session: Session, mail_id: int, now: datetime) -> None:
    """Note within a transaction that a mail was taken, or arrived."""
    _set(session, mail_id, now, state="sent", address=None, content=None, next_try_at=None, error=None)


def note_later(database: Database, mail: OutgoingMail, at: datetime, error: str, now: datetime) -> None:
    """Note that a mail was surely not taken, when it is tried again, and why.

    Raises:
        StoreError: It was not noted.
    """
    with database.transaction() as session:
        _set(session, mail.id, now, tries=mail.tries, state="waiting", next_try_at=at, error=error[:64])


def note_uncertain(database: Database, mail: OutgoingMail, now: datetime) -> None:
    """Note that nobody knows whether the server took a mail, and show it to staff.

    Raises:
        StoreError: It was not noted.
    """
    with database.transaction() as session:
        _stay_uncertain(session, mail.id, now)


def note_failed(database: Database, mail: OutgoingMail, error: str, now: datetime) -> None:
    """Give a mail up, and show it to staff.

    Raises:
        StoreError: It was not noted.
    """
    with database.transaction() as session:
        _fail(session, mail.id, error, now)


def _stay_uncertain(session: Session, mail_id: int, now: datetime) -> None:
    if _set(session, mail_id, now, next_try_at=None, error="no answer"):
        _tell_staff(session, mail_id, now)


def _fail(session: Session, mail_id: int, error: str, now: datetime) -> None:
    if _set(session, mail_id, now, state="failed", next_try_at=None, error=error[:64]):
        _tell_staff(session, mail_id, now)


def _tell_staff(session: Session, mail_id: int, now: datetime) -> None:
    """Put the conversation of a visitor's request into the queue; of other mails a list tells (`mail_trouble`)."""
    found = (
        select(RequestRow.sender_digest)
        .join(MailRow, MailRow.request_id == RequestRow.id)
        .where(MailRow.id == mail_id, MailRow.receiver == "visitor")
    )
    digest = session.execute(found).scalar()
    if digest is not None:
        add_conversation_to_queue(session, digest, UNDELIVERED_MAIL, now)


def _set(session: Session, mail_id: int, now: datetime, tries: int | None = None, **values: Any) -> bool:
    """Change a mail that is open yet, and that nobody else has begun to try; return whether it still was."""
    mine = [_MAILS.c.id == mail_id, _MAILS.c.state.in_(OPEN_STATES)]
    if tries is not None:
        mine.append(_MAILS.c.tries == tries)
    return bool(session.execute(update(_MAILS).where(*mine).values(updated_at=now, **values)).rowcount)


def _read(session: Session, mail_id: int) -> tuple[str, dict[str, Any]] | None:
    """Return where a mail goes and what it fills in; None where that is gone, or no key opens it."""
    try:
        row = session.execute(select(_MAILS.c.address, _MAILS.c.content).where(_MAILS.c.id == mail_id)).one()
        content = json.loads(row.content or "null")
    except (EncryptionKeyError, ValueError):
        return None
    return (row.address, content) if row.address is not None and isinstance(content, dict) else None
