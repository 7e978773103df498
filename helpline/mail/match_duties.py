"""What is due about matches without anybody doing something: questions that nobody answered, and how it went.

Of those who get no mail staff ask the latter.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, and_, cast, exists, literal, or_, select
from sqlalchemy.exc import IntegrityError

from helpline.mail.match_steps import note_answer, note_no_choice, open_item
from helpline.mail.writing import OUTCOME_WITHIN, Receiver, ask_outcome
from helpline.store.audit import Actor
from helpline.store.database import Database
from helpline.store.mail_tables import OUTCOME_SIDES, MailLinkRow, MailRefusalRow, MailRow, OutcomeAnswerRow
from helpline.store.match_outcomes import read_outcomes
from helpline.store.tables import RequestRow, VolunteerRow
from helpline.store.volunteer_matches import MatchRefusedError
from helpline.store.volunteer_tables import MatchRow, PeerVolunteerRow

_US = Actor(None, "the helpline")
_MATCHES, _LINKS, _MAILS = MatchRow.__table__, MailLinkRow.__table__, MailRow.__table__
_REQUESTS, _SIGN_UPS, _PEERS = RequestRow.__table__, VolunteerRow.__table__, PeerVolunteerRow.__table__
_OUTCOMES, _REFUSALS = OutcomeAnswerRow.__table__, MailRefusalRow.__table__
_AT_ONCE = 200


def do_match_duties(database: Database, outcome_weeks: int, now: datetime) -> tuple[int, int]:
    """Let questions and offers expire that nobody answered in time, and ask both sides of matches how it went.

    Args:
        database: The store.
        outcome_weeks: How long after a match was settled that is asked.
        now: The time, in UTC.

    Returns:
        How many questions and offers expired, and of how many matches somebody was asked.

    Raises:
        StoreError: Something was not done; what was done stays, and the rest is done the next time.
    """
    expired = _expire(database, now) + _take_back(database, now)
    return expired, _ask_outcomes(database, timedelta(weeks=outcome_weeks), now)


@dataclass(frozen=True)
class ToAsk:
    """A match of which staff ask how it went: some of its sides (of ``OUTCOME_SIDES``) get no mail that asks it."""

    reference: str
    first_name: str
    volunteer: str
    sides: tuple[str, ...]


def outcomes_to_ask(database: Database, outcome_weeks: int, now: datetime, limit: int = 20) -> list[ToAsk]:
    """Return the matches of which staff should ask somebody how it went, those settled first first.

    Args:
        database: The store.
        outcome_weeks: How long after a match was settled that is asked. After twice as long it is no more.
        now: The time, in UTC.
        limit: How many at most.

    Raises:
        StoreError: They cannot be read.
    """
    after = timedelta(weeks=outcome_weeks)
    there = {"visitor": _REQUESTS.c.status != "withdrawn", "volunteer": _PEERS.c.state != "removed"}
    open_yet = {side: and_(is_there, ~_said(side), ~_asked(side)) for side, is_there in there.items()}
    columns = (_MATCHES.c.id, _REQUESTS.c.reference, _REQUESTS.c.first_name, _PEERS.c.name)
    query = (
        select(*columns, *(condition.label(side) for side, condition in open_yet.items()))
        .join(_REQUESTS, _REQUESTS.c.id == _MATCHES.c.request_id)
        .join(_PEERS, _PEERS.c.id == _MATCHES.c.volunteer_id)
        .where(_MATCHES.c.final_at <= now - after, _MATCHES.c.final_at > now - 2 * after, or_(*open_yet.values()))
        .order_by(_MATCHES.c.final_at, _MATCHES.c.id)
        .limit(limit)
    )
    with database.transaction() as session:
        rows = session.execute(query).all()
    return [
        ToAsk(row.reference, row.first_name, row.name, tuple(side for side in OUTCOME_SIDES if getattr(row, side)))
        for row in rows
    ]


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


def _take_back(database: Database, now: datetime) -> int:
    """Take offers back whose link is over: their volunteers would wait for ever. One made by word of mouth has none."""
    choices = _LINKS.join(_MAILS, _MAILS.c.id == _LINKS.c.mail_id)
    of_request = (_LINKS.c.purpose == "choose", _MAILS.c.request_id == _MATCHES.c.request_id)
    made_for_it = (*of_request, _LINKS.c.created_at >= _MATCHES.c.offered_at)
    over = select(_LINKS.c.id).select_from(choices).where(*made_for_it, _LINKS.c.expires_at <= now)
    open_yet = select(_LINKS.c.id).select_from(choices).where(*of_request, _LINKS.c.expires_at > now)
    open_yet = open_yet.where(_LINKS.c.answered_at.is_(None), _LINKS.c.revoked_at.is_(None))
    offered = select(_MATCHES.c.request_id).distinct().where(_MATCHES.c.state == "offered")
    with database.transaction() as session:
        due = session.execute(offered.where(over.exists(), ~open_yet.exists()).limit(_AT_ONCE)).scalars().all()
    taken = 0
    for request in due:
        try:
            with database.transaction() as session:
                item = open_item(session, request, now)
                if item is not None and note_no_choice(session, _US, now, item):
                    taken += 1
        except MatchRefusedError:
            continue  # chosen in between
    return taken


def _ask_outcomes(database: Database, after: timedelta, now: datetime) -> int:
    """Write the mails. Who was asked has a mail that says so, which is kept for longer than this looks back."""
    settled = _MATCHES.c.final_at <= now - after, _MATCHES.c.final_at > now - after - OUTCOME_WITHIN
    visitors = _SIGN_UPS.join(_REQUESTS, _REQUESTS.c.id == _SIGN_UPS.c.id)
    of_request = _SIGN_UPS.c.id == _MATCHES.c.request_id, _SIGN_UPS.c.contact_method == "email"
    waits = select(_SIGN_UPS.c.id).select_from(visitors).where(*of_request, _REQUESTS.c.status != "withdrawn")
    of_match = _PEERS.c.id == _MATCHES.c.volunteer_id, _PEERS.c.email.is_not(None)
    helps = select(_PEERS.c.id).where(*of_match, _PEERS.c.state != "removed")
    # Somebody whom no mail reaches would be looked at in each run, and in the end keep others out of it.
    reached = or_(
        and_(waits.where(~_wants_none(_REQUESTS.c.contact_digest)).exists(), ~_said("visitor")),
        and_(helps.where(~_wants_none(_PEERS.c.contact_digest)).exists(), ~_said("volunteer")),
    )
    with database.transaction() as session:
        due = session.execute(
            select(_MATCHES.c.id, _MATCHES.c.request_id, _MATCHES.c.volunteer_id)
            .where(*settled, reached, *(~_asked(side) for side in OUTCOME_SIDES))
            .order_by(_MATCHES.c.id)
            .limit(_AT_ONCE)
        ).all()
        for match, request, volunteer in due:
            visitor, peer = session.get(RequestRow, request), session.get(PeerVolunteerRow, volunteer)
            by_email = isinstance(visitor, VolunteerRow) and visitor.contact_method == "email"
            said = read_outcomes(session, [match])[match]
            if by_email and "visitor" not in said and visitor.status != "withdrawn" and visitor.email:
                ask_outcome(session, database, Receiver(match, request, visitor.email), "visitor", now)
            if peer is not None and "volunteer" not in said and peer.state != "removed" and peer.email:
                ask_outcome(session, database, Receiver(match, request, peer.email), "volunteer", now)
        return len(due)


def _asked(side: str) -> Any:
    """Return the condition that a side of a match was asked by mail."""
    return exists().where(_MAILS.c.once == literal("outcome ") + cast(_MATCHES.c.id, String) + f" {side}")


def _wants_none(contact_digest: Any) -> Any:
    """Return the condition that the owner of an address wants no mail."""
    return exists().where(_REFUSALS.c.contact_digest == contact_digest)


def _said(side: str) -> Any:
    """Return the condition that a side of a match has said how it went."""
    return exists().where(_OUTCOMES.c.match_id == _MATCHES.c.id, _OUTCOMES.c.side == side)
