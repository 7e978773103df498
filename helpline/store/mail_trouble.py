"""Mails that staff should look at: given up, or perhaps not arrived. What they decide is written down."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from helpline.store.audit import Actor, record
from helpline.store.database import Database
from helpline.store.mail_tables import MailLinkRow, MailRow
from helpline.store.tables import RequestRow

_MAILS, _LINKS, _REQUESTS = MailRow.__table__, MailLinkRow.__table__, RequestRow.__table__
# Until staff have seen one, its address is kept, so that it can be sent again.
_IN_TROUBLE = (
    _MAILS.c.state.in_(("failed", "uncertain")),
    _MAILS.c.next_try_at.is_(None),
    _MAILS.c.address.is_not(None),
)
# A mail without a question in it is worth sending for so long.
WORTH_AGAIN = timedelta(days=2)


@dataclass(frozen=True)
class MailInTrouble:
    """A mail that was given up, or of which nobody knows whether it arrived. Tells nobody's address.

    Attributes:
        id: The row.
        template: Which template.
        receiver: ``visitor``, ``volunteer`` or ``staff``.
        reference: The code of the request that it is about; None for none.
        state: ``failed`` or ``uncertain``.
        error: The server's code, or ours.
        tries: How often it was tried.
        created_at: When it was written down, in UTC.
    """

    id: int
    template: str
    receiver: str
    reference: str | None
    state: str
    error: str | None
    tries: int
    created_at: datetime


def mails_in_trouble(database: Database, most: int = 200) -> list[MailInTrouble]:
    """Return the mails that somebody of staff should look at, the newest first.

    Raises:
        StoreError: It cannot be read.
    """
    names = ("id", "template", "receiver", "state", "error", "tries", "created_at")
    query = (
        select(*(_MAILS.c[name] for name in names), _REQUESTS.c.reference)
        .select_from(_MAILS.outerjoin(_REQUESTS, _REQUESTS.c.id == _MAILS.c.request_id))
        .where(*_IN_TROUBLE)
        .order_by(_MAILS.c.id.desc())
        .limit(most)
    )
    with database.transaction() as session:
        return [MailInTrouble(**row) for row in session.execute(query).mappings()]


def hold_back_mails(session: Session, now: datetime) -> None:
    """Let staff decide within a transaction about all mails that wait, since nobody knows whether they were sent."""
    waiting = _MAILS.c.state.in_(("waiting", "sending"))
    session.execute(update(_MAILS).where(waiting).values(state="uncertain", next_try_at=now, updated_at=now))


def send_again(database: Database, actor: Actor, mail_id: int) -> bool:
    """Send a mail once more that was given up or is uncertain; return whether it is still worth it.

    It goes with the same Message-ID, so that a mailbox that has it already may show it once.

    Raises:
        StoreError: Nothing was changed.
    """
    now = database.now()
    with database.transaction() as session:
        asked = (_LINKS.c.mail_id == mail_id, _LINKS.c.purpose != "unsubscribe")
        links = session.execute(select(_LINKS).where(*asked)).all()
        if any(link.expires_at <= now or link.answered_at or link.revoked_at for link in links):
            return False
        until = min((link.expires_at for link in links), default=now + WORTH_AGAIN)
        values = {"state": "waiting", "next_try_at": now, "give_up_at": until, "error": None}
        return _decide(session, actor, mail_id, now, "mail sent again", **values)


def let_be(database: Database, actor: Actor, mail_id: int) -> bool:
    """Leave a mail as it is that was given up or is uncertain; return whether there is one. Its address goes then.

    Raises:
        StoreError: Nothing was changed.
    """
    with database.transaction() as session:
        return _decide(session, actor, mail_id, database.now(), "mail left", address=None, content=None)


def _decide(session: Session, actor: Actor, mail_id: int, now: datetime, action: str, **values: Any) -> bool:
    troubled = (_MAILS.c.id == mail_id, *_IN_TROUBLE)
    if not session.execute(update(_MAILS).where(*troubled).values(updated_at=now, **values)).rowcount:
        return False
    about = (
        select(_REQUESTS.c.reference).join(_MAILS, _MAILS.c.request_id == _REQUESTS.c.id).where(_MAILS.c.id == mail_id)
    )
    record(session, actor, now, action, session.execute(about).scalar(), mail=mail_id)
    return True


@dataclass(frozen=True)
class MailCounts:
    """How many mails wait, were given up, and may or may not have arrived."""

    waiting: int
    failed: int
    uncertain: int


def count_mails(database: Database, since: datetime) -> MailCounts:
    """Count what waits now, and of the mails since a moment those that were given up or are uncertain.

    Raises:
        StoreError: It cannot be read.
    """

    def number(*where: Any) -> int:
        return int(session.execute(select(func.count()).select_from(_MAILS).where(*where)).scalar() or 0)

    with database.transaction() as session:
        lately = _MAILS.c.created_at >= since
        return MailCounts(
            number(_MAILS.c.state.in_(("waiting", "sending"))),
            number(lately, _MAILS.c.state == "failed"),
            number(lately, _MAILS.c.state == "uncertain"),
        )
