"""Matches of volunteers with those who asked for one: made, moved on from state to state, and read.

Whom to match is left to ``helpline.volunteers``, and asking people by e-mail to ``helpline.mail.match_steps``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, func, insert, select, type_coerce, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpline.errors import HelplineError
from helpline.store.audit import Actor, record
from helpline.store.columns import UtcDateTime
from helpline.store.database import Database
from helpline.store.mail_links import revoke_links
from helpline.store.match_outcomes import read_outcomes
from helpline.store.queue_tables import QueueItemRow
from helpline.store.tables import RequestRow
from helpline.store.volunteer_tables import HOLDING, MATCH_STATES, MatchRow, PeerVolunteerRow

_MATCHES, _VOLUNTEERS, _REQUESTS = MatchRow.__table__, PeerVolunteerRow.__table__, RequestRow.__table__
_ITEMS = QueueItemRow.__table__
# Of a volunteer: with how many they are matched now, and when a match that came about last ended.
Counted = tuple[int, datetime | None]
NO_MATCHES: Counted = (0, None)
# What takes a place and did not come about yet.
UNSETTLED = tuple(state for state in HOLDING if state != "final")
MATCHED_ALREADY = "The two are matched already, or the request is not there any more. Load the page again."
HAS_VOLUNTEER = "This request has a volunteer already. Load the page again."
# Into which states a match may come from each. Whatever holds a place may also end.
_NEXT = {
    "proposed": ("asked", "accepted"),
    "asked": ("accepted", "declined", "expired"),
    "accepted": ("offered", "chosen", "final"),
    "offered": ("chosen", "not_chosen", "final"),
    "chosen": ("final",),
    "final": (),
}


class MatchRefusedError(HelplineError):
    """A match cannot be made, or cannot be moved on. The message says why. Nothing was changed."""


@dataclass(frozen=True)
class VolunteerMatch:
    """A match.

    Attributes:
        request_id: The row of the request.
        reference: Its code, by which staff find it.
        state: Of ``MATCH_STATES``.
        made_by: Number of the member of staff; None for the account that is gone, and for the command line.
        times: When it came into each state that it had, in UTC.
        outcomes: What each side (of ``OUTCOME_SIDES``) said of it later (of ``OUTCOME_ANSWERS``).
    """

    id: int
    request_id: int
    reference: str
    volunteer_id: int
    state: str
    made_by: int | None
    times: dict[str, datetime]
    outcomes: dict[str, str]

    @property
    def is_over(self) -> bool:
        """Whether it takes no place any more."""
        return self.state not in HOLDING

    @property
    def came_about(self) -> bool:
        """Whether it was settled, though it may have ended since."""
        return "final" in self.times

    @property
    def was_offered_in_vain(self) -> bool:
        """Whether the visitor was to choose, and did not in time."""
        return self.state == "accepted" and "offered" in self.times

    @property
    def at(self) -> datetime:
        """When it came into its state, in UTC."""
        return self.times[self.state]


def propose_match(database: Database, actor: Actor, request_id: int, volunteer_id: int) -> int:
    """Make a match that nobody was asked about yet, and return its number.

    Raises:
        MatchRefusedError: The volunteer pauses, was removed or has no place free, the request is gone, or the two are
            matched already.
        StoreError: It was not made.
    """
    now = database.now()
    try:
        with database.transaction(expected=IntegrityError) as session:
            return propose(session, actor, now, request_id, volunteer_id)
    except IntegrityError:
        raise MatchRefusedError(MATCHED_ALREADY) from None


def propose(session: Session, actor: Actor, now: datetime, request_id: int, volunteer_id: int) -> int:
    """Do what ``propose_match`` does within a transaction that expects an ``IntegrityError``: they are matched then."""
    values = {"request_id": request_id, "volunteer_id": volunteer_id, "state": "proposed", "made_by": actor.id}
    # Written first: of two who give away the last place, the second waits here and then counts the first's.
    taken = session.execute(
        update(_VOLUNTEERS)
        .where(_VOLUNTEERS.c.id == volunteer_id, _VOLUNTEERS.c.state == "active")
        .values(state="active")
    )
    if not taken.rowcount:
        raise MatchRefusedError("This volunteer pauses, or is not there any more. Choose somebody else.")
    if not free_volunteers(session, now, [volunteer_id]):
        raise MatchRefusedError("This volunteer has no place free now, or rests. Choose somebody else.")
    made = session.execute(insert(_MATCHES).values(**values, proposed_at=now, updated_at=now))
    reference = session.execute(select(_REQUESTS.c.reference).where(_REQUESTS.c.id == request_id)).scalar()
    record(session, actor, now, "match proposed", reference, volunteer=f"volunteer {volunteer_id}")
    return int(made.inserted_primary_key[0])


def move_match(database: Database, actor: Actor, number: int, before: str, after: str) -> None:
    """Let a match come from one state into another.

    Args:
        database: The store.
        actor: Who does it.
        number: The match.
        before: The state that was seen. A match that has another by now is not moved.
        after: The new one.

    Raises:
        MatchRefusedError: It is in another state by now, or cannot come into this one from there, or the request has
            a volunteer already.
        StoreError: It was not moved.
    """
    now = database.now()
    try:
        with database.transaction(expected=IntegrityError) as session:
            move(session, actor, now, number, before, after)
    except IntegrityError:
        raise MatchRefusedError(HAS_VOLUNTEER) from None


def move(session: Session, actor: Actor, now: datetime, number: int, before: str, after: str) -> None:
    """Do what ``move_match`` does within a transaction that expects an ``IntegrityError``: one is chosen then."""
    if before not in _NEXT or after not in (*_NEXT[before], "ended"):
        raise MatchRefusedError(f"A match that is {before} cannot be {after}.")
    own = _MATCHES.c.id == number, _MATCHES.c.state == before
    values = {"state": after, f"{after}_at": now, "updated_at": now}
    if not session.execute(update(_MATCHES).where(*own).values(**values)).rowcount:
        raise MatchRefusedError("This match was changed in the meantime. Load the page again.")
    row = session.execute(_matches().where(_MATCHES.c.id == number)).one()
    action, volunteer = f"match {after}".replace("_", " "), f"volunteer {row.volunteer_id}"
    record(session, actor, now, action, row.reference, volunteer=volunteer)


def take_back(session: Session, actor: Actor, now: datetime, number: int) -> None:
    """Take back within a transaction an offer that its visitor did not answer; the volunteer's yes stays."""
    own = _MATCHES.c.id == number, _MATCHES.c.state == "offered"
    if not session.execute(update(_MATCHES).where(*own).values(state="accepted", updated_at=now)).rowcount:
        raise MatchRefusedError("This match was changed in the meantime. Load the page again.")
    row = session.execute(_matches().where(_MATCHES.c.id == number)).one()
    record(session, actor, now, "offer expired", row.reference, volunteer=f"volunteer {row.volunteer_id}")


def take_turn(session: Session, request: int) -> None:
    """Wait within a transaction for whoever else changes a request and its matches.

    Staff's changes take the locks in this order too, and those of links in mails after them: otherwise a click and a
    change of staff at the same moment would wait for each other.
    """
    session.execute(update(_ITEMS).where(_ITEMS.c.request_id == request).values(version=_ITEMS.c.version))
    held = (_MATCHES.c.request_id == request, _MATCHES.c.state.in_(HOLDING))
    session.execute(update(_MATCHES).where(*held).values(state=_MATCHES.c.state))


def matches_of(session: Session, volunteer: int) -> list[VolunteerMatch]:
    """Return the matches of a volunteer, the newest first."""
    return _read(session, _MATCHES.c.volunteer_id == volunteer)


def matches_for(session: Session, request: int) -> list[VolunteerMatch]:
    """Return the matches of a request, the newest first."""
    return _read(session, _MATCHES.c.request_id == request)


def read_match(session: Session, number: int) -> VolunteerMatch | None:
    """Return a match; None for one that is gone."""
    return next(iter(_read(session, _MATCHES.c.id == number)), None)


def count_matches(session: Session, now: datetime, ids: Sequence[int] | None = None) -> dict[int, Counted]:
    """Return of volunteers, or of all, with how many each is matched now, and when a match that came about last ended.

    Args:
        session: The transaction.
        now: The time, in UTC. A match that ends later has not ended yet.
        ids: The volunteers. One without any match is left out.
    """
    ended = case((and_(_MATCHES.c.final_at.is_not(None), _MATCHES.c.ended_at <= now), _MATCHES.c.ended_at))
    query = select(
        _MATCHES.c.volunteer_id,
        func.count(case((_MATCHES.c.state.in_(HOLDING), 1))),
        type_coerce(func.max(ended), UtcDateTime()),
    ).group_by(_MATCHES.c.volunteer_id)
    if ids is not None:
        query = query.where(_MATCHES.c.volunteer_id.in_(ids))
    return {one: (matched, at) for one, matched, at in session.execute(query)}


def free_volunteers(session: Session, now: datetime, ids: Sequence[int] | None = None) -> set[int]:
    """Return those, of some volunteers or of all, who have a place free at a time: active, not full, and rested."""
    columns = [_VOLUNTEERS.c[name] for name in ("id", "capacity", "rest_days")]
    query = select(*columns).where(_VOLUNTEERS.c.state == "active")
    if ids is not None:
        query = query.where(_VOLUNTEERS.c.id.in_(ids))
    counted, found = count_matches(session, now, ids), set()
    for row in session.execute(query):
        matched, ended_at = counted.get(row.id, NO_MATCHES)
        rested = ended_at is None or ended_at + timedelta(days=row.rest_days) <= now
        if matched < row.capacity and rested:
            found.add(row.id)
    return found


def end_matches_of(session: Session, volunteer: int, now: datetime) -> int:
    """End whatever takes a place of a volunteer, and return how many that were."""
    return _end(session, now, ("ask",), _MATCHES.c.volunteer_id == volunteer, _MATCHES.c.state.in_(HOLDING))


def end_unsettled(session: Session, requests: Sequence[int | None], now: datetime) -> int:
    """End what takes a place for requests that are over, but what came about, and return how many that were."""
    own = _MATCHES.c.request_id.in_(requests), _MATCHES.c.state.in_(UNSETTLED)
    return _end(session, now, ("ask", "choose"), *own)


def _end(session: Session, now: datetime, purposes: Sequence[str], *own: Any) -> int:
    """End matches, and the links of these purposes by which somebody could still answer about them."""
    numbers = list(session.execute(select(_MATCHES.c.id).where(*own).order_by(_MATCHES.c.id)).scalars())
    if not numbers:
        return 0
    values = {"state": "ended", "ended_at": now, "updated_at": now}
    own = (_MATCHES.c.id.in_(numbers), _MATCHES.c.state.in_(HOLDING))
    ended = session.execute(update(_MATCHES).where(*own).values(**values)).rowcount
    for number in numbers:
        for purpose in purposes:
            revoke_links(session, purpose, number, now)
    return int(ended)


def _matches() -> Any:
    return select(_MATCHES, _REQUESTS.c.reference).join(_REQUESTS, _REQUESTS.c.id == _MATCHES.c.request_id)


def _read(session: Session, *those: Any) -> list[VolunteerMatch]:
    rows = session.execute(_matches().where(*those).order_by(_MATCHES.c.id.desc())).all()
    outcomes = read_outcomes(session, [row.id for row in rows if row.final_at is not None])
    return [_match(row, outcomes.get(row.id, {})) for row in rows]


def _match(row: Any, outcomes: dict[str, str]) -> VolunteerMatch:
    times = {state: at for state in MATCH_STATES if (at := getattr(row, f"{state}_at")) is not None}
    return VolunteerMatch(
        row.id,
        row.request_id,
        row.reference,
        row.volunteer_id,
        row.state,
        row.made_by,
        times,
        outcomes,
    )
