"""What is due about matches without anybody doing something: questions that nobody answered, and how it went."""

from datetime import datetime, timedelta

from sqlalchemy import String, cast, exists, literal, or_, select
from sqlalchemy.exc import IntegrityError

from helpline.mail.match_steps import note_answer, open_item
from helpline.mail.writing import OUTCOME_WITHIN, ask_outcome
from helpline.store.audit import Actor
from helpline.store.database import Database
from helpline.store.mail_tables import OUTCOME_SIDES, MailLinkRow, MailRow
from helpline.store.tables import RequestRow, VolunteerRow
from helpline.store.volunteer_matches import MatchRefusedError
from helpline.store.volunteer_tables import MatchRow, PeerVolunteerRow

_US = Actor(None, "the helpline")
_MATCHES, _LINKS, _MAILS = MatchRow.__table__, MailLinkRow.__table__, MailRow.__table__
_SIGN_UPS, _PEERS = VolunteerRow.__table__, PeerVolunteerRow.__table__
_AT_ONCE = 200


def do_match_duties(database: Database, outcome_weeks: int, now: datetime) -> tuple[int, int]:
    """Let questions expire that nobody answered in time, and ask both sides of matches how it went.

    Args:
        database: The store.
        outcome_weeks: How long after a match was settled that is asked.
        now: The time, in UTC.

    Returns:
        How many questions expired, and of how many matches somebody was asked.

    Raises:
        StoreError: Something was not done; what was done stays, and the rest is done the next time.
    """
    return _expire(database, now), _ask_outcomes(database, timedelta(weeks=outcome_weeks), now)


def _expire(database: Database, now: datetime) -> int:
    held = select(_LINKS.c.subject_id).where(_LINKS.c.purpose == "ask", _LINKS.c.expires_at <= now)
    query = select(_MATCHES.c.id, _MATCHES.c.request_id).where(_MATCHES.c.state == "asked", _MATCHES.c.id.in_(held))
    with database.transaction() as session:
        due = session.execute(query.order_by(_MATCHES.c.id).limit(_AT_ONCE)).all()
    expired = 0
    for match, request in due:
        try:
            with database.transaction(expected=IntegrityError) as session:
                item = open_item(session, request, now)
                if item is not None:
                    note_answer(session, _US, now, item, match, "expired")
                    expired += 1
        except (MatchRefusedError, IntegrityError):
            continue  # answered in between
    return expired


def _ask_outcomes(database: Database, after: timedelta, now: datetime) -> int:
    """Write the mails. Who was asked has a mail that says so, which is kept for longer than this looks back."""
    settled = _MATCHES.c.final_at <= now - after, _MATCHES.c.final_at > now - after - OUTCOME_WITHIN
    number = cast(_MATCHES.c.id, String)
    asked = select(_MAILS.c.id).where(
        _MAILS.c.once.in_([literal("outcome ") + number + f" {side}" for side in OUTCOME_SIDES])
    )
    reached = or_(
        exists().where(_SIGN_UPS.c.id == _MATCHES.c.request_id, _SIGN_UPS.c.contact_method == "email"),
        exists().where(_PEERS.c.id == _MATCHES.c.volunteer_id, _PEERS.c.email.is_not(None)),
    )
    with database.transaction() as session:
        due = session.execute(
            select(_MATCHES.c.id, _MATCHES.c.request_id, _MATCHES.c.volunteer_id)
            .where(*settled, reached, ~asked.exists())
            .order_by(_MATCHES.c.id)
            .limit(_AT_ONCE)
        ).all()
        for match, request, volunteer in due:
            visitor, peer = session.get(RequestRow, request), session.get(PeerVolunteerRow, volunteer)
            by_email = isinstance(visitor, VolunteerRow) and visitor.contact_method == "email"
            if by_email and visitor.status != "withdrawn" and visitor.email:
                ask_outcome(session, database, match, request, visitor.email, "visitor", now)
            if peer is not None and peer.state != "removed" and peer.email:
                ask_outcome(session, database, match, request, peer.email, "volunteer", now)
        return len(due)
