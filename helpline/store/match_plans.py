"""Who waits for a peer volunteer, and the proposals of a plan made all at once.

One match at a time is left to ``volunteer_matches``, the plan itself to ``helpline.volunteers``. No phone number and no
email address is read here.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from helpline.requests.request import VolunteerRequest
from helpline.store.audit import Actor, record
from helpline.store.database import Database
from helpline.store.needs import read_set_by_staff
from helpline.store.queue_tables import OPEN_STATUSES, QueueItemRow
from helpline.store.tables import RequestRow, VolunteerRow
from helpline.store.volunteer_rows import VOLUNTEERS
from helpline.store.volunteer_tables import HOLDING, MatchRow
from helpline.store.volunteers import matching_profiles, volunteer_records
from helpline.volunteers.needs import need_of
from helpline.volunteers.plan import Pair
from helpline.volunteers.profile import Need, Volunteer
from helpline.volunteers.reasons import hard_no_in_words
from helpline.volunteers.scoring import hard_nos
from helpline.volunteers.weights import Weights

_REQUESTS, _SIGN_UPS = RequestRow.__table__, VolunteerRow.__table__
_ITEMS, _MATCHES = QueueItemRow.__table__, MatchRow.__table__
_COLUMNS = (
    "for_whom",
    "contact_method",
    "diagnosis_type",
    "spread_sites",
    "cancer_subtype",
    "age_range",
    "main_concern",
    "preferred_times",
)
# The volunteer said no, or the visitor did: the two are not proposed to each other again.
_REFUSED = ("declined", "not_chosen")


@dataclass(frozen=True)
class WaitingPerson:
    """Somebody who waits for a volunteer, with nobody proposed.

    Attributes:
        reference: The code of the request.
        first_name: As they gave it.
        need: What a match goes by.
    """

    reference: str
    first_name: str
    need: Need


@dataclass(frozen=True)
class RefusedPair:
    """A pair that could not be proposed, and why, in words."""

    request_id: int
    volunteer_id: int
    why: str


def count_waiting(database: Database) -> int:
    """Return how many wait for a volunteer, with nobody proposed.

    Raises:
        StoreError: It cannot be read.
    """
    with database.transaction() as session:
        return int(session.execute(_narrowed(select(func.count()).select_from(_joined()))).scalar() or 0)


def list_waiting(database: Database, ids: Sequence[int] | None = None) -> list[WaitingPerson]:
    """Return those who wait for a volunteer, with nobody proposed, the longest wait first.

    Args:
        database: The store.
        ids: The requests that are asked about; None for all. Those that do not wait are left out.

    Raises:
        StoreError: They cannot be read.
    """
    with database.transaction() as session:
        return _waiting(session, ids)


def read_people(database: Database, now: datetime) -> tuple[list[Need], list[Volunteer]]:
    """Return what a plan is made from: all who wait, and all volunteers.

    Raises:
        StoreError: They cannot be read.
    """
    return [one.need for one in list_waiting(database)], matching_profiles(database, now)


def propose_pairs(database: Database, actor: Actor, pairs: Sequence[Pair], weights: Weights) -> list[RefusedPair]:
    """Make a match of each pair, all in one transaction, and return those that cannot be any more, with the reason.

    Nobody is asked yet. A pair that cannot be keeps no other from being made: what is known of the two is read again
    here, and whoever has changed, or is matched by now, is left out.

    Args:
        database: The store.
        actor: Who proposes them.
        pairs: Requests and volunteers, by their rows.
        weights: The settings, which say what a hard no is.

    Raises:
        StoreError: None was made.
    """
    now, refused = database.now(), []
    requests, volunteers = (sorted({pair[side] for pair in pairs}) for side in (0, 1))
    with database.transaction() as session:
        # Written first: of two who propose at the same time, the second waits here and then sees the first's.
        session.execute(update(_REQUESTS).where(_REQUESTS.c.id.in_(requests)).values(status=_REQUESTS.c.status))
        session.execute(update(VOLUNTEERS).where(VOLUNTEERS.c.id.in_(volunteers)).values(state=VOLUNTEERS.c.state))
        waiting = {one.need.id: one for one in _waiting(session, requests)}
        found = volunteer_records(session, volunteers, now)
        profiles = {one.id: one.profile for one in found if one.state != "removed"}
        for request_id, volunteer_id in pairs:
            person, profile = waiting.get(request_id), profiles.get(volunteer_id)
            why = _why_not(person, profile, now, weights)
            if why or person is None or profile is None:
                refused.append(RefusedPair(request_id, volunteer_id, why))
                continue
            values = {"request_id": request_id, "volunteer_id": volunteer_id, "state": "proposed", "made_by": actor.id}
            session.execute(insert(_MATCHES).values(**values, proposed_at=now, updated_at=now))
            record(session, actor, now, "match proposed", person.reference, volunteer=f"volunteer {volunteer_id}")
            del waiting[request_id]
            profiles[volunteer_id] = replace(profile, matched=profile.matched + 1)
    return refused


def _why_not(person: WaitingPerson | None, profile: Volunteer | None, now: datetime, weights: Weights) -> str:
    if person is None:
        return "does not wait any more, or has somebody proposed by now"
    if profile is None:
        return "the volunteer is not there any more"
    nos = hard_nos(person.need, profile, now, weights)
    return f"the volunteer {hard_no_in_words(nos[0])}" if nos else ""


def _waiting(session: Session, ids: Sequence[int] | None) -> list[WaitingPerson]:
    columns = [_REQUESTS.c[name] for name in ("id", "reference", "first_name", "created_at")]
    query = _narrowed(
        select(*columns, *(_SIGN_UPS.c[name] for name in (*_COLUMNS, "set_by_staff"))).select_from(_joined())
    )
    if ids is not None:
        query = query.where(_REQUESTS.c.id.in_(ids))
    rows = session.execute(query.order_by(_REQUESTS.c.created_at, _REQUESTS.c.id)).all()
    declined = _declined(session, [row.id for row in rows])
    return [_person(row, declined[row.id]) for row in rows]


def _person(row: Any, declined: set[int]) -> WaitingPerson:
    values = {name: getattr(row, name) for name in _COLUMNS}
    values |= {name: values[name] or () for name in ("spread_sites", "cancer_subtype")}
    request = VolunteerRequest(first_name=row.first_name, contact_address="", **values)
    set_by_staff = read_set_by_staff(row)
    need = need_of(request, row.id, row.created_at, declined=frozenset(declined), set_by_staff=set_by_staff)
    return WaitingPerson(row.reference, row.first_name, need)


def _declined(session: Session, ids: Sequence[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    columns = _MATCHES.c.request_id, _MATCHES.c.volunteer_id
    query = select(*columns).where(_MATCHES.c.state.in_(_REFUSED), _MATCHES.c.request_id.in_(ids))
    for request_id, volunteer_id in session.execute(query):
        found[request_id].add(volunteer_id)
    return found


def _joined() -> Any:
    both = _SIGN_UPS.join(_REQUESTS, _REQUESTS.c.id == _SIGN_UPS.c.id)
    return both.join(_ITEMS, _ITEMS.c.request_id == _REQUESTS.c.id)


def _narrowed(query: Any) -> Any:
    """Leave those who wait: open, no double of another request, and without a volunteer who is theirs, or asked."""
    held = select(_MATCHES.c.id).where(_MATCHES.c.request_id == _REQUESTS.c.id, _MATCHES.c.state.in_(HOLDING))
    return query.where(_ITEMS.c.status.in_(OPEN_STATUSES), _ITEMS.c.merged_into.is_(None), ~held.exists())
