"""What coordinators change about a volunteer. Each change is in the audit log, in the same transaction.

Who changes a volunteer names the version that they saw. Whoever saw an older one is refused, and nothing is changed.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpline.errors import HelplineError
from helpline.store.audit import Actor, record
from helpline.store.database import Database
from helpline.store.requests import digest_contact
from helpline.store.volunteer_matches import end_matches_of
from helpline.store.volunteer_rows import VOLUNTEERS, content_of, row_values
from helpline.volunteers.content import VolunteerContent, differing_parts, problems_of, with_parts


class VolunteerConflictError(HelplineError):
    """Somebody else changed the volunteer in between. Nothing was changed."""


class VolunteerGoneError(HelplineError):
    """There is no such volunteer, or no more."""


class DoubleVolunteerError(HelplineError):
    """There is a volunteer of this email address or phone number already.

    Attributes:
        number: The row of that one.
        is_removed: Whether they were removed, and are kept for some time.
    """

    def __init__(self, number: int, is_removed: bool) -> None:
        self.number, self.is_removed = number, is_removed
        super().__init__("There is a volunteer with this email address or phone number already.")


class WrongPartsError(HelplineError):
    """Parts do not fit each other. Nothing was changed.

    Attributes:
        problems: The name of each part, and what to do about it.
    """

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        self.problems = problems
        super().__init__("Some parts do not fit each other.")


def subject_of(number: int) -> str:
    """Return what the audit log calls a volunteer."""
    return f"volunteer {number}"


def add_volunteer(database: Database, actor: Actor, content: VolunteerContent) -> int:
    """Add a volunteer, and return the number of the row.

    Raises:
        DoubleVolunteerError: There is one of this email address or phone number.
        WrongPartsError: Something is missing, or does not fit.
        StoreError: Nothing was added.
    """
    require_sound(content, database.now().date())
    try:
        with database.transaction(expected=IntegrityError) as session:
            made = session.execute(insert(VOLUNTEERS).values(**new_row(database, content)))
            number = int(made.inserted_primary_key[0])
            record(session, actor, database.now(), "volunteer added", subject_of(number))
            return number
    except IntegrityError:
        raise _double(database, content) from None


def change_volunteer(database: Database, actor: Actor, number: int, version: int, parts: Mapping[str, Any]) -> None:
    """Exchange some of the parts of a volunteer.

    Args:
        database: The store.
        actor: Who does it.
        number: The row.
        version: The version that was seen.
        parts: Of ``content.PARTS``. What is not named stays.

    Raises:
        DoubleVolunteerError: There is another volunteer of this email address or phone number.
        VolunteerConflictError: The volunteer has another version.
        VolunteerGoneError: There is no such volunteer, or they were removed.
        WrongPartsError: Something is missing, or does not fit.
        StoreError: Nothing was changed.
    """
    content = VolunteerContent()
    try:
        with database.transaction(expected=IntegrityError) as session:
            row = _require(session, number, version)
            if row.state == "removed":
                raise VolunteerGoneError("This volunteer was removed. Bring them back first.")
            before = content_of(row)
            content = with_parts(before, parts)
            require_sound(content, database.now().date())
            if changed := differing_parts(before, content):
                write_volunteer(database, session, number, version, row_values(database, content))
                record(session, actor, database.now(), "volunteer changed", subject_of(number), parts=changed)
    except IntegrityError:
        raise _double(database, content) from None


def set_volunteer_state(database: Database, actor: Actor, number: int, version: int, state: str) -> int:
    """Let a volunteer pause, be active again, or be removed, and return how many matches that ended.

    Somebody who is removed is kept for some time (``retention``), is matched with nobody, and can be brought back.

    Raises:
        VolunteerConflictError: The volunteer has another version.
        VolunteerGoneError: There is no such volunteer.
        StoreError: Nothing was changed.
    """
    now = database.now()
    with database.transaction() as session:
        write_volunteer(database, session, number, version, {"state": state})
        ended = end_matches_of(session, number, now) if state == "removed" else 0
        detail = {"matches ended": ended} if ended else {}
        record(session, actor, now, f"volunteer {state}", subject_of(number), **detail)
        return ended


def erase_volunteer(database: Database, actor: Actor, number: int, version: int) -> None:
    """Delete all that is kept of a volunteer at once, with their matches. That it was done stays in the audit log.

    Raises:
        VolunteerConflictError: The volunteer has another version.
        VolunteerGoneError: There is no such volunteer.
        StoreError: Nothing was deleted.
    """
    with database.transaction() as session:
        write_volunteer(database, session, number, version, {"state": "removed"})
        session.execute(delete(VOLUNTEERS).where(VOLUNTEERS.c.id == number))
        record(session, actor, database.now(), "volunteer deleted", subject_of(number))


def reveal_volunteer(database: Database, actor: Actor, number: int) -> tuple[str | None, str | None]:
    """Return the email address and the phone number of a volunteer. It is written down who looked.

    Raises:
        VolunteerGoneError: There is no such volunteer.
        StoreError: It cannot be read.
    """
    with database.transaction() as session:
        query = select(VOLUNTEERS.c.email, VOLUNTEERS.c.phone).where(VOLUNTEERS.c.id == number)
        row = session.execute(query).first()
        if row is None:
            raise VolunteerGoneError("There is no such volunteer.")
        record(session, actor, database.now(), "contact revealed", subject_of(number))
        return row.email, row.phone


def require_sound(content: VolunteerContent, today: date) -> None:
    """Make sure that all parts of a volunteer are there and fit each other.

    Raises:
        WrongPartsError: They do not.
    """
    if problems := problems_of(content, today):
        raise WrongPartsError(problems)


def new_row(database: Database, content: VolunteerContent) -> dict[str, Any]:
    """Return the row of a new volunteer, but its number."""
    now = database.now()
    return {**row_values(database, content), "version": 1, "created_at": now, "updated_at": now}


def write_volunteer(database: Database, session: Session, number: int, version: int, values: dict[str, Any]) -> None:
    """Write into a row, which takes its lock.

    Raises:
        VolunteerConflictError: It has another version by now.
        VolunteerGoneError: There is no such row.
    """
    own = VOLUNTEERS.c.id == number, VOLUNTEERS.c.version == version
    counted = {**values, "version": VOLUNTEERS.c.version + 1, "updated_at": database.now()}
    if session.execute(update(VOLUNTEERS).where(*own).values(**counted)).rowcount != 1:
        _require(session, number, version)


def _require(session: Session, number: int, version: int) -> Any:
    """Return a row of a version.

    Raises:
        VolunteerConflictError: It has another.
        VolunteerGoneError: There is none.
    """
    row = session.execute(select(VOLUNTEERS).where(VOLUNTEERS.c.id == number)).first()
    if row is None:
        raise VolunteerGoneError("There is no such volunteer.")
    if row.version != version:
        raise VolunteerConflictError("Somebody else changed it in the meantime.")
    return row


def _double(database: Database, content: VolunteerContent) -> HelplineError:
    """Return what to say where a row was refused because there is another of its contact."""
    digest = digest_contact(database, content.contact)
    with database.transaction() as session:
        same = select(VOLUNTEERS.c.id, VOLUNTEERS.c.state).where(VOLUNTEERS.c.contact_digest == digest)
        row = session.execute(same).first()
    if row is None:
        return VolunteerConflictError("Somebody else changed it in the meantime.")
    return DoubleVolunteerError(row.id, row.state == "removed")
