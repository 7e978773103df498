"""Who wants no mail from us: remembered by a keyed digest of the address alone, past every retention time."""

from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from helpline.store.audit import Actor, record
from helpline.store.database import Database
from helpline.store.mail_tables import MailRefusalRow, MailRow
from helpline.store.requests import digest_contact

_REFUSALS, _MAILS = MailRefusalRow.__table__, MailRow.__table__


def wants_no_mail(session: Session, contact_digest: str) -> bool:
    """Whether somebody wants no mail, within a transaction.

    Args:
        session: The transaction.
        contact_digest: Of the address (`helpline.store.requests.digest_contact`).
    """
    return (
        session.execute(select(_REFUSALS.c.id).where(_REFUSALS.c.contact_digest == contact_digest)).first() is not None
    )


def refuse_mail(session: Session, contact_digest: str, now: datetime) -> None:
    """Remember within a transaction that somebody wants no mail, and give up what waits to be sent there."""
    if not wants_no_mail(session, contact_digest):
        session.execute(insert(_REFUSALS).values(contact_digest=contact_digest, refused_at=now))
    waiting = (
        _MAILS.c.contact_digest == contact_digest, _MAILS.c.state.in_(("waiting", "sending")),
        _MAILS.c.receiver != "staff",
    )  # fmt: skip
    gone = {"state": "failed", "error": "wants no mail", "address": None, "content": None, "next_try_at": None}
    session.execute(update(_MAILS).where(*waiting).values(updated_at=now, **gone))


def allow_mail_again(database: Database, actor: Actor, address: str) -> bool:
    """Write to an address again, as its owner asked staff for; return whether its owner had wanted no mail.

    Raises:
        StoreError: Nothing was changed.
    """
    digest = digest_contact(database, address)
    with database.transaction() as session:
        if not allow_mail(session, digest):
            return False
        record(session, actor, database.now(), "mail allowed again")
        return True


def allow_mail(session: Session, contact_digest: str) -> bool:
    """Forget within a transaction that somebody wanted no mail; return whether they had said so."""
    return bool(session.execute(delete(_REFUSALS).where(_REFUSALS.c.contact_digest == contact_digest)).rowcount)
