"""Deletes mails: those past their time, and those of somebody whose data are deleted. Their links go with them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from helpline.store.mail_tables import MailLinkRow, MailRow
from helpline.store.tables import RequestRow

_MAILS, _LINKS, _REQUESTS = MailRow.__table__, MailLinkRow.__table__, RequestRow.__table__


def forget_mails_of(session: Session, contact_digests: Sequence[str]) -> None:
    """Delete within a transaction the mails to addresses of which no request is left.

    Mails about a request went with it already.
    """
    others = select(_REQUESTS.c.contact_digest).where(_REQUESTS.c.contact_digest.in_(contact_digests))
    kept = set(session.execute(others).scalars())
    gone = [digest for digest in contact_digests if digest not in kept]
    session.execute(delete(_MAILS).where(_MAILS.c.contact_digest.in_(gone), _MAILS.c.receiver == "visitor"))


def forget_mails_to_volunteer(session: Session, contact_digest: str) -> None:
    """Delete within a transaction all mails to a volunteer; what was answered by links in them has been taken."""
    session.execute(delete(_MAILS).where(_MAILS.c.contact_digest == contact_digest, _MAILS.c.receiver == "volunteer"))


def forget_old_mails(session: Session, end: datetime, now: datetime) -> None:
    """Delete within a transaction the mails of before a time, but those with a link that still holds now."""
    held = select(_LINKS.c.mail_id).where(_LINKS.c.expires_at > now)
    session.execute(delete(_MAILS).where(_MAILS.c.created_at < end, _MAILS.c.id.not_in(held)))
