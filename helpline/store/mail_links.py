"""The links in mails: what each is about, and its one answer. What that does is left to `helpline.mail.answers`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from helpline.store.mail_tables import MailLinkRow, MailRow

_LINKS, _MAILS = MailLinkRow.__table__, MailRow.__table__


@dataclass(frozen=True)
class NewLink:
    """A link to write down with its mail.

    Attributes:
        purpose: Of `helpline.volunteers.links.PURPOSES`.
        expires_at: Until when it holds, in UTC.
        subject_id: What it is about, such as the row of a match.
    """

    purpose: str
    expires_at: datetime
    subject_id: int | None = None


@dataclass(frozen=True)
class StoredLink:
    """A link that was written down.

    Attributes:
        id: The row.
        purpose: Of `helpline.volunteers.links.PURPOSES`.
        subject_id: What it is about, such as the row of a match.
        expires_at: Until when it holds, in UTC.
        answer: What was answered; None for nothing yet.
        is_revoked: Whether what it was for is over.
        mail_id: The mail that it stands in.
        request_id: The request that the mail is about.
        receiver: Whom the mail speaks to: ``visitor``, ``volunteer`` or ``staff``.
        language: Of the mail.
        contact_digest: Whom it was sent to.
    """

    id: int
    purpose: str
    subject_id: int | None
    expires_at: datetime
    answer: str | None
    is_revoked: bool
    mail_id: int
    request_id: int | None
    receiver: str
    language: str
    contact_digest: str


def add_links(session: Session, mail_id: int, contact_digest: str, links: Sequence[NewLink], now: datetime) -> None:
    """Write the links of a mail down within the transaction that writes the mail."""
    for link in links:
        session.execute(
            insert(_LINKS).values(
                mail_id=mail_id,
                purpose=link.purpose,
                subject_id=link.subject_id,
                contact_digest=contact_digest,
                expires_at=link.expires_at,
                created_at=now,
            )
        )


def links_of(session: Session, mail_id: int) -> list[StoredLink]:
    """Return the links of a mail, within a transaction."""
    return [_link(row) for row in session.execute(_joined().where(_LINKS.c.mail_id == mail_id).order_by(_LINKS.c.id))]


def read_link(session: Session, link_id: int) -> StoredLink | None:
    """Return a link, within a transaction; None for one that is gone."""
    row = session.execute(_joined().where(_LINKS.c.id == link_id)).first()
    return _link(row) if row is not None else None


def take_answer(session: Session, link_id: int, answer: str, now: datetime) -> bool:
    """Note the answer of a link within a transaction; return whether it was the first, and nothing was over before."""
    open_yet = (_LINKS.c.id == link_id, _LINKS.c.answered_at.is_(None), _LINKS.c.revoked_at.is_(None))
    return bool(session.execute(update(_LINKS).where(*open_yet).values(answer=answer, answered_at=now)).rowcount)


def revoke_links(session: Session, purpose: str, subject_id: int, now: datetime) -> int:
    """End within a transaction the links of a thing that is over; return how many nobody had answered.

    A mail that waits to be sent with such a link is given up: it would lead nowhere.
    """
    open_yet = (_LINKS.c.purpose == purpose, _LINKS.c.subject_id == subject_id)
    unanswered = (*open_yet, _LINKS.c.answered_at.is_(None), _LINKS.c.revoked_at.is_(None))
    mails = session.execute(select(_LINKS.c.mail_id).where(*unanswered)).scalars().all()
    ended = session.execute(update(_LINKS).where(*unanswered).values(revoked_at=now)).rowcount
    gone = {"state": "failed", "error": "over", "address": None, "content": None, "next_try_at": None}
    waiting = (_MAILS.c.id.in_(mails), _MAILS.c.state.in_(("waiting", "sending")))
    session.execute(update(_MAILS).where(*waiting).values(updated_at=now, **gone))
    return int(ended)


def _joined() -> Any:
    mail = (_MAILS.c.request_id, _MAILS.c.receiver, _MAILS.c.language)
    return select(_LINKS, *mail).select_from(_LINKS.join(_MAILS, _MAILS.c.id == _LINKS.c.mail_id))


def _link(row: Any) -> StoredLink:
    return StoredLink(
        row.id,
        row.purpose,
        row.subject_id,
        row.expires_at,
        row.answer,
        row.revoked_at is not None,
        row.mail_id,
        row.request_id,
        row.receiver,
        row.language,
        row.contact_digest,
    )
