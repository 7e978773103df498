"""What the page that finds a volunteer for one request shows: what it needs, who fits best and why, and its matches."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline.requests.request import VolunteerRequest
from helpline.store.database import Database
from helpline.store.needs import read_need
from helpline.store.queue_tables import OPEN_STATUSES, QueueItemRow
from helpline.store.requests import request_of
from helpline.store.tables import VolunteerRow
from helpline.store.volunteer_matches import VolunteerMatch, matches_for
from helpline.store.volunteer_rows import VOLUNTEERS
from helpline.store.volunteers import matching_profiles
from helpline.volunteers.needs import need_of
from helpline.volunteers.profile import Need
from helpline.volunteers.reasons import Reasons, reasons, why_nobody
from helpline.volunteers.scoring import rank
from helpline.volunteers.weights import Weights


@dataclass(frozen=True)
class Candidate:
    """A volunteer who may be asked, how well they fit from 0 to 1, and why."""

    id: int
    name: str
    score: float
    said: Reasons
    has_email: bool
    was_silent: bool


@dataclass(frozen=True)
class ShownMatch:
    """A match with whom it is."""

    match: VolunteerMatch
    name: str


@dataclass(frozen=True)
class MatchView:
    """All that the page shows of a request."""

    item: QueueItemRow
    first_name: str
    need: Need
    in_words: Need
    matches: list[ShownMatch]
    candidates: list[Candidate]
    nobody: tuple[str, ...]

    @property
    def held(self) -> list[ShownMatch]:
        """Return the matches that take a place."""
        return [one for one in self.matches if not one.match.is_over]

    @property
    def over(self) -> list[ShownMatch]:
        """Return the matches that take none any more."""
        return [one for one in self.matches if one.match.is_over]

    def of_state(self, *states: str) -> list[ShownMatch]:
        """Return the matches of some states."""
        return [one for one in self.matches if one.match.state in states]


def read_view(database: Database, reference: str, weights: Weights, count: int = 3) -> MatchView | None:
    """Return all that the page shows; None where nobody asked for a volunteer there.

    Raises:
        StoreError: It cannot be read.
    """
    now = database.now()
    with database.transaction() as session:
        item, row = _found(session, reference)
        need = read_need(session, row.id) if row is not None else None
        if item is None or row is None or need is None:
            return None
        matches = matches_for(session, row.id)
        first_name = row.first_name
        in_words = _in_words(row)
    held = {one.volunteer_id for one in matches if not one.is_over}
    silent = {one.volunteer_id for one in matches if one.state == "expired"}
    is_open = item.status in OPEN_STATUSES and item.merged_into is None
    profiles = [one for one in matching_profiles(database, now) if one.id not in held] if is_open else []
    ranking = rank(need, profiles, now, weights, count)
    with database.transaction() as session:
        ids = {one.id for one, _ in ranking.best} | {one.volunteer_id for one in matches}
        columns = (VOLUNTEERS.c.id, VOLUNTEERS.c.name, VOLUNTEERS.c.email.is_not(None).label("has_email"))
        people = {one.id: one for one in session.execute(select(*columns).where(VOLUNTEERS.c.id.in_(ids)))}
    shown = [ShownMatch(one, people[one.volunteer_id].name) for one in matches if one.volunteer_id in people]
    best = [
        Candidate(
            one.id, people[one.id].name, score, reasons(need, one, weights), people[one.id].has_email, one.id in silent
        )
        for one, score in ranking.best
        if one.id in people
    ]
    return MatchView(item, first_name, need, in_words, shown, best, why_nobody(ranking.nos))


def read_settled(database: Database, reference: str) -> list[ShownMatch]:
    """Return the matches of a request that came about, the newest first.

    Raises:
        StoreError: They cannot be read.
    """
    with database.transaction() as session:
        row = _found(session, reference)[1]
        matches = [one for one in matches_for(session, row.id) if one.came_about] if row is not None else []
        ids = [one.volunteer_id for one in matches]
        query = select(VOLUNTEERS.c.id, VOLUNTEERS.c.name).where(VOLUNTEERS.c.id.in_(ids))
        names = dict(session.execute(query).all()) if ids else {}
    return [ShownMatch(one, names[one.volunteer_id]) for one in matches if one.volunteer_id in names]


def read_in_words(database: Database, reference: str) -> Need | None:
    """Return what a request needs by its own words alone; None where nobody asked for a volunteer there."""
    with database.transaction() as session:
        row = _found(session, reference)[1]
        return None if row is None else _in_words(row)


def _found(session: Session, reference: str) -> tuple[QueueItemRow | None, VolunteerRow | None]:
    item = session.execute(select(QueueItemRow).where(QueueItemRow.reference == reference)).scalars().first()
    if item is None or item.request_id is None:
        return item, None
    return item, session.get(VolunteerRow, item.request_id)


def _in_words(row: VolunteerRow) -> Need:
    request = request_of(row)
    assert isinstance(request, VolunteerRequest)  # noqa: S101 -- the row is one of these
    return need_of(request, row.id, row.created_at)
