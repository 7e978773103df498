"""What staff and the matching see of the peer volunteers: a list, one with all matches, and all profiles.

Changes are left to ``volunteer_changes``, matches to ``volunteer_matches``. No phone number and no email address is
read here; ``reveal_volunteer`` there is the one way to them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from helpline.store.database import Database
from helpline.store.requests import digest_contact
from helpline.store.volunteer_matches import NO_MATCHES, VolunteerMatch, count_matches, free_volunteers, matches_of
from helpline.store.volunteer_memory import NAMES, PROFILES
from helpline.store.volunteer_rows import CLEAR_COLUMNS, HEALTH_COLUMNS, VOLUNTEERS, profile_of, words_of
from helpline.volunteers.profile import Volunteer

_FOUND = 50


@dataclass(frozen=True)
class VolunteerRecord:
    """A volunteer as staff see them: all but how to reach them.

    Attributes:
        profile: What a match goes by, with how many they are matched with.
        name: As the staff call them.
        notes: What staff should know.
        state: Of ``VOLUNTEER_STATES``.
        has_email: Whether an email address is kept.
        has_phone: Whether a phone number is.
        version: Counts the writes.
    """

    profile: Volunteer
    name: str
    notes: str | None
    state: str
    has_email: bool
    has_phone: bool
    version: int
    created_at: datetime
    updated_at: datetime

    @property
    def id(self) -> int:
        """The number of the row."""
        return self.profile.id


@dataclass(frozen=True)
class VolunteerDetail:
    """A volunteer with all matches, the newest first, and the numbers of others who have the same telephone."""

    record: VolunteerRecord
    matches: list[VolunteerMatch]
    same_phone: list[int]


@dataclass(frozen=True)
class WantedVolunteers:
    """What a list shall hold.

    Attributes:
        state: Of ``VOLUNTEER_STATES``; None for all who were not removed.
        language: A tag that they must speak.
        diagnosis: Of ``DIAGNOSES``, or ``not_metastatic``.
        free: Whether they must have a place free now, and be rested.
        untrained: Whether they must not be trained yet.
    """

    state: str | None = None
    language: str | None = None
    diagnosis: str | None = None
    free: bool = False
    untrained: bool = False


@dataclass(frozen=True)
class ListedVolunteers:
    """A page of the list, and the number of all."""

    shown: list[VolunteerRecord]
    total: int


def list_volunteers(
    database: Database, wanted: WantedVolunteers, now: datetime, first: int = 0, limit: int = 25
) -> ListedVolunteers:
    """Return a page of the volunteers, those who came last first.

    Raises:
        StoreError: It cannot be read.
    """
    with database.transaction() as session:
        if wanted.free:
            ids = _free_ids(session, wanted, now)
            return ListedVolunteers(volunteer_records(session, ids[first : first + limit], now), len(ids))
        total = session.execute(_narrowed(select(func.count()).select_from(VOLUNTEERS), wanted)).scalar() or 0
        page = _narrowed(select(VOLUNTEERS.c.id), wanted).order_by(VOLUNTEERS.c.id.desc()).offset(first).limit(limit)
        return ListedVolunteers(volunteer_records(session, session.execute(page).scalars().all(), now), total)


def find_volunteers(database: Database, text: str, address: str, now: datetime) -> list[VolunteerRecord]:
    """Return those of a name, a phone number or an email address, removed ones too; at most 50.

    Args:
        database: The store.
        text: What was typed: words that a name must begin with or hold as the beginning of a word.
        address: The same, as a number or an address is stored.
        now: The time, in UTC.

    Raises:
        StoreError: They cannot be read.
    """
    digest, wanted = digest_contact(database, address), text.lower().split()
    with database.transaction() as session:
        by_contact = or_(VOLUNTEERS.c.contact_digest == digest, VOLUNTEERS.c.phone_digest == digest)
        ids = list(session.execute(select(VOLUNTEERS.c.id).where(by_contact)).scalars())
        if not ids and wanted:
            names = NAMES.read(session, database)
            ids = [one for one in reversed(names) if _begins(names[one], wanted)][:_FOUND]
        return volunteer_records(session, ids, now)


def read_volunteer(database: Database, number: int, now: datetime) -> VolunteerDetail | None:
    """Return a volunteer with all matches; None for none.

    Raises:
        StoreError: It cannot be read.
    """
    with database.transaction() as session:
        found = volunteer_records(session, [number], now)
        if not found:
            return None
        own = select(VOLUNTEERS.c.phone_digest).where(VOLUNTEERS.c.id == number).scalar_subquery()
        same = select(VOLUNTEERS.c.id).where(VOLUNTEERS.c.phone_digest == own, VOLUNTEERS.c.id != number)
        others = list(session.execute(same.order_by(VOLUNTEERS.c.id)).scalars())
        return VolunteerDetail(found[0], matches_of(session, number), others)


def read_volunteers(database: Database, ids: Sequence[int], now: datetime) -> list[VolunteerRecord]:
    """Return volunteers by their numbers, in the order of these; those who are not there are left out.

    Raises:
        StoreError: They cannot be read.
    """
    with database.transaction() as session:
        return volunteer_records(session, ids, now)


def list_languages(database: Database) -> list[str]:
    """Return the tags of all languages that volunteers speak."""
    with database.transaction() as session:
        texts = session.execute(select(VOLUNTEERS.c.languages).distinct().where(VOLUNTEERS.c.state != "removed"))
        return sorted({tag for text in texts.scalars() for tag in words_of(text)})


def remember_volunteers(database: Database) -> None:
    """Read what pages go through of all volunteers, so that nobody waits for it at the first look.

    Raises:
        StoreError: They cannot be read.
    """
    matching_profiles(database, database.now())
    with database.transaction() as session:
        NAMES.read(session, database)


def matching_profiles(database: Database, now: datetime) -> list[Volunteer]:
    """Return the profiles of all volunteers who were not removed, also of those who pause, by their numbers.

    Args:
        database: The store.
        now: The time, in UTC. A match that ends later has not ended yet.

    Raises:
        StoreError: They cannot be read.
    """
    with database.transaction() as session:
        profiles = PROFILES.read(session, database, VOLUNTEERS.c.state != "removed")
        counted = count_matches(session, now)
    changed = {}
    for number, one in profiles.items():
        matched, last_ended_at = counted.get(number, NO_MATCHES)
        if matched != one.matched or last_ended_at != one.last_ended_at:
            changed[number] = replace(one, matched=matched, last_ended_at=last_ended_at)
    PROFILES.exchange(database, changed)
    return list((profiles | changed).values())


def volunteer_records(session: Session, ids: Sequence[int], now: datetime) -> list[VolunteerRecord]:
    """Return volunteers by their numbers, in the order of these, within a transaction."""
    if not ids:
        return []
    counted = count_matches(session, now, ids)
    names = ("name", "notes", "version", "created_at", "updated_at", *HEALTH_COLUMNS, *CLEAR_COLUMNS)
    has = (VOLUNTEERS.c.email.is_not(None).label("has_email"), VOLUNTEERS.c.phone.is_not(None).label("has_phone"))
    query = select(*(VOLUNTEERS.c[name] for name in names), *has).where(VOLUNTEERS.c.id.in_(ids))
    found = {
        row.id: VolunteerRecord(
            profile_of(row, *counted.get(row.id, NO_MATCHES)),
            row.name,
            row.notes,
            row.state,
            row.has_email,
            row.has_phone,
            row.version,
            row.created_at,
            row.updated_at,
        )
        for row in session.execute(query)
    }
    return [found[one] for one in ids if one in found]


def _free_ids(session: Session, wanted: WantedVolunteers, now: datetime) -> list[int]:
    free = free_volunteers(session, now)
    fitting = session.execute(_narrowed(select(VOLUNTEERS.c.id), wanted).order_by(VOLUNTEERS.c.id.desc())).scalars()
    return [one for one in fitting if one in free]


def _narrowed(query: Any, wanted: WantedVolunteers) -> Any:
    columns = VOLUNTEERS.c
    query = query.where(columns.state == wanted.state if wanted.state else columns.state != "removed")
    if wanted.language:
        query = query.where(columns.languages.contains(f",{wanted.language},", autoescape=True))
    if wanted.diagnosis == "not_metastatic":
        query = query.where(columns.metastatic.is_(False))
    elif wanted.diagnosis:
        query = query.where(columns.diagnosis == wanted.diagnosis)
    return query.where(columns.trained_on.is_(None)) if wanted.untrained else query


def _begins(words: Sequence[str], wanted: list[str]) -> bool:
    return all(any(word.startswith(each) for word in words) for each in wanted)
