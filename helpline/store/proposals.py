"""What messages should have been taken for: proposed by staff, decided on by a coordinator, read for the export."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from helpline.errors import HelplineError
from helpline.store.audit import Actor, record
from helpline.store.database import Database
from helpline.store.review_tables import ProposalRow
from helpline.store.staff_tables import StaffRow
from helpline.store.tables import TurnRow

_PROPOSALS, _TURNS, _STAFF = ProposalRow.__table__, TurnRow.__table__, StaffRow.__table__


class ProposalError(HelplineError):
    """A proposal was not saved or decided on. The message says why, in words for staff."""


@dataclass(frozen=True)
class Proposal:
    """A proposal.

    Attributes:
        number: Its number.
        conversation: The number of the conversation that it comes from.
        text: What to learn from, without personal details.
        intent: The leaf intent that it should be.
        was: What it was taken for.
        kind: ``training`` or ``development``.
        status: ``proposed``, ``accepted`` or ``refused``.
        by: Who proposed it.
        at: When.
    """

    number: int
    conversation: int
    text: str
    intent: str
    was: str | None
    kind: str
    status: str
    by: str | None
    at: datetime


def propose(database: Database, actor: Actor, conversation: int, turn: int, text: str, intent: str, kind: str) -> None:
    """Save a proposal that comes from a turn. That its text holds no personal detail is the caller's to see to.

    Raises:
        ProposalError: The turn is not kept any more, or the same was proposed already.
        StoreError: It was not saved.
    """
    now = database.now()
    with database.transaction() as session:
        kept = select(_TURNS.c.id).where(_TURNS.c.id == turn, _TURNS.c.conversation_id == conversation)
        if session.execute(kept).first() is None:
            raise ProposalError("This conversation is not kept any more.")
        of_turn = select(_PROPOSALS.c.text, _PROPOSALS.c.intent, _PROPOSALS.c.kind).where(_PROPOSALS.c.turn_id == turn)
        if (text, intent, kind) in [tuple(row) for row in session.execute(of_turn)]:
            raise ProposalError("The same was proposed already.")
        values = {"turn_id": turn, "text": text, "intent": intent, "kind": kind, "status": "proposed"}
        session.execute(insert(_PROPOSALS).values(**values, proposed_by=actor.id, proposed_at=now))
        record(session, actor, now, "example proposed", f"conversation {conversation}", intent=intent, kind=kind)


def decide(database: Database, actor: Actor, number: int, status: str) -> None:
    """Accept or refuse a proposal; what was decided can be decided otherwise.

    Raises:
        ProposalError: There is none of this number.
        StoreError: Nothing was changed.
    """
    now = database.now()
    with database.transaction() as session:
        row = session.execute(select(_PROPOSALS.c.intent).where(_PROPOSALS.c.id == number)).first()
        if row is None:
            raise ProposalError("It is not there any more: it goes with the conversation that it comes from.")
        session.execute(
            update(_PROPOSALS)
            .where(_PROPOSALS.c.id == number)
            .values(status=status, decided_by=actor.id, decided_at=now)
        )
        record(session, actor, now, f"example {status}", f"proposal {number}", intent=row.intent)


def list_proposals(database: Database, status: str, first: int = 0, limit: int | None = 50) -> list[Proposal]:
    """Return proposals of a status, the oldest first."""
    with database.transaction() as session:
        rows = session.execute(
            _query().where(_PROPOSALS.c.status == status).order_by(_PROPOSALS.c.id).offset(first).limit(limit)
        ).all()
    return [_proposal(row) for row in rows]


def proposals_of(database: Database, conversation: int) -> dict[int, list[Proposal]]:
    """Return what was proposed in a conversation, by the number of the turn."""
    found: dict[int, list[Proposal]] = {}
    with database.transaction() as session:
        rows = session.execute(_query().where(_TURNS.c.conversation_id == conversation).order_by(_PROPOSALS.c.id)).all()
    for row in rows:
        found.setdefault(row.turn_id, []).append(_proposal(row))
    return found


def count_proposals(database: Database) -> dict[str, int]:
    """Return how many there are of each status."""
    with database.transaction() as session:
        counted = session.execute(select(_PROPOSALS.c.status, func.count()).group_by(_PROPOSALS.c.status)).all()
    return {str(status): int(number) for status, number in counted}


def _query() -> Any:
    return select(
        _PROPOSALS, _TURNS.c.conversation_id, _TURNS.c.intent.label("was"), _STAFF.c.display_name.label("by")
    ).select_from(_PROPOSALS.join(_TURNS).outerjoin(_STAFF, _STAFF.c.id == _PROPOSALS.c.proposed_by))


def _proposal(row: Any) -> Proposal:
    return Proposal(
        row.id, row.conversation_id, row.text, row.intent, row.was, row.kind, row.status, row.by, row.proposed_at
    )
