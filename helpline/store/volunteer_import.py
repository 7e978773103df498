"""Takes volunteers in from a file, and gives all of them out: what a file would change is told before it changes it.

How a file is read and written is left to ``helpline.volunteers.csv_file``.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpline.store.audit import Actor, record, record_each
from helpline.store.database import Database
from helpline.store.requests import digest_contact
from helpline.store.volunteer_changes import VolunteerConflictError, new_row, subject_of, write_volunteer
from helpline.store.volunteer_rows import VOLUNTEERS, content_of, row_values
from helpline.volunteers.content import VolunteerContent, differing_parts, problems_of, with_parts
from helpline.volunteers.csv_file import CsvRow

_BATCH = 400
_REMOVED = "This volunteer was removed. Bring them back on their page first, or leave the row out."
_ADD_EMAIL = (
    "This phone number is that of a volunteer without an email address. Write the address into that volunteer's page "
    "first, or leave the number out."
)
_WRITE_EMAIL = "This phone number is that of a volunteer with an email address. Write the address into this row too."
_SEVERAL = "Several volunteers have this phone number. Write the email address into this row too."


@dataclass(frozen=True)
class PlannedRow:
    """What becomes of one row of a file.

    Attributes:
        line: Of the file, from 1 on; the header is line 1.
        name: Of the volunteer.
        action: ``new``, ``changed``, ``same`` or ``refused``.
        number: The volunteer's row in the store; None for a new one.
        changed: The parts that change.
        problems: Why it is refused, in words that say what to do.
        shares_phone: Whether another volunteer has the same phone number.
    """

    line: int
    name: str
    action: str
    number: int | None = None
    changed: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    shares_phone: bool = False


@dataclass(frozen=True)
class ImportPlan:
    """What becomes of all rows, and a mark that is another one whenever this would be another plan."""

    rows: tuple[PlannedRow, ...]
    mark: str

    def count(self, action: str) -> int:
        """Return how many rows there are of an action."""
        return sum(row.action == action for row in self.rows)


@dataclass(frozen=True)
class _Known:
    number: int
    version: int
    is_removed: bool
    content: VolunteerContent


def plan_import(database: Database, rows: Sequence[CsvRow]) -> ImportPlan:
    """Tell what rows of a file would change. Nothing is written.

    Raises:
        StoreError: The volunteers cannot be read.
    """
    with database.transaction() as session:
        return _Planning(database, session, rows).plan


def apply_import(database: Database, actor: Actor, rows: Sequence[CsvRow], mark: str) -> ImportPlan:
    """Take rows of a file in, all that are not refused or none.

    Args:
        database: The store.
        actor: Who does it.
        rows: Of the file.
        mark: Of the plan that was seen.

    Raises:
        VolunteerConflictError: The plan would be another one now, because somebody changed a volunteer in between.
        StoreError: Nothing was taken in.
    """
    try:
        with database.transaction(expected=IntegrityError) as session:
            planning = _Planning(database, session, rows)
            if planning.plan.mark != mark:
                raise VolunteerConflictError("Somebody else changed a volunteer in the meantime.")
            planning.write(actor)
            return planning.plan
    except IntegrityError:
        raise VolunteerConflictError("Somebody else added one of them in the meantime.") from None


def export_volunteers(database: Database, actor: Actor) -> list[VolunteerContent]:
    """Return all volunteers who were not removed, with how to reach them. It is written down who took them along.

    Raises:
        StoreError: They cannot be read.
    """
    with database.transaction() as session:
        kept = select(VOLUNTEERS).where(VOLUNTEERS.c.state != "removed").order_by(VOLUNTEERS.c.id)
        found = [content_of(row) for row in session.execute(kept)]
        record(session, actor, database.now(), "volunteers exported", None, volunteers=len(found))
        return found


class _Planning:
    """Compares the rows of a file with the volunteers that there are, within one transaction."""

    def __init__(self, database: Database, session: Session, rows: Sequence[CsvRow]) -> None:
        self._database, self._session = database, session
        self._today = database.now().date()
        self._by_contact: dict[str, _Known] = {}
        self._by_phone: dict[str, dict[int, _Known]] = {}
        self._digests = {text: digest_contact(database, text) for row in rows for text in _contacts(row) if text}
        self._read(sorted(set(self._digests.values())))
        self._taken: dict[object, int] = {}
        self._results: list[tuple[PlannedRow, _Known | None, VolunteerContent | None]] = [self._of(row) for row in rows]
        told = [
            (row.line, row.action, row.number, row.changed, row.problems, known.version if known else 0)
            for row, known, _ in self._results
        ]
        mark = hashlib.sha256(json.dumps(told).encode()).hexdigest()
        self.plan = ImportPlan(tuple(row for row, _, _ in self._results), mark)

    def write(self, actor: Actor) -> None:
        """Write what is planned."""
        database, session, now = self._database, self._session, self._database.now()
        new = [new_row(database, content) for row, _, content in self._results if content and row.action == "new"]
        for start in range(0, len(new), _BATCH):
            session.connection().execute(insert(VOLUNTEERS), new[start : start + _BATCH])
        for digests in _batches([row["contact_digest"] for row in new]):
            added = select(VOLUNTEERS.c.id).where(VOLUNTEERS.c.contact_digest.in_(digests)).order_by(VOLUNTEERS.c.id)
            subjects = [subject_of(number) for number in session.execute(added).scalars()]
            record_each(session, actor, now, "volunteer added", subjects, by="a file")
        for row, known, content in self._results:
            if row.action == "changed" and known and content:
                write_volunteer(database, session, known.number, known.version, row_values(database, content))
                detail = {"parts": list(row.changed), "by": "a file"}
                record(session, actor, now, "volunteer changed", subject_of(known.number), **detail)
        counts = {action: self.plan.count(action) for action in ("new", "changed", "same", "refused")}
        record(session, actor, now, "volunteers imported", None, **counts)

    def _read(self, digests: list[str]) -> None:
        for batch in _batches(digests):
            fits = or_(VOLUNTEERS.c.contact_digest.in_(batch), VOLUNTEERS.c.phone_digest.in_(batch))
            for row in self._session.execute(select(VOLUNTEERS).where(fits)):
                known = _Known(row.id, row.version, row.state == "removed", content_of(row))
                self._by_contact[row.contact_digest] = known
                if row.phone_digest:
                    self._by_phone.setdefault(row.phone_digest, {})[row.id] = known

    def _of(self, row: CsvRow) -> tuple[PlannedRow, _Known | None, VolunteerContent | None]:
        known, problem = self._find(row)
        before = known.content if known else VolunteerContent()
        content = with_parts(before, row.parts)
        problems = [*row.problems, *([problem] if problem else [])]
        if not problems:
            problems += [text for _, text in problems_of(content, self._today)]
        if not problems:
            key = known.number if known else content.contact
            if key in self._taken:
                problems.append(f"This is the same person as on line {self._taken[key]}. Leave one of the two out.")
            self._taken.setdefault(key, row.line)
        name = str(row.parts.get("name") or before.name)
        number = known.number if known else None
        if problems:
            return PlannedRow(row.line, name, "refused", number, problems=tuple(problems)), None, None
        changed = tuple(differing_parts(before, content))
        action = "new" if known is None else "changed" if changed else "same"
        shares = any(one is not known for one in self._with_phone(content.phone)) and action != "same"
        return PlannedRow(row.line, name, action, number, changed, (), shares), known, content

    def _find(self, row: CsvRow) -> tuple[_Known | None, str | None]:
        """Return the volunteer that a row is about, and what is to be done before it can be taken in."""
        email, phone = _contacts(row)
        if email:
            known = self._by_contact.get(self._digests[email])
            if known is None and phone and self._digests[phone] in self._by_contact:
                return None, _ADD_EMAIL
        elif phone:
            known = self._by_contact.get(self._digests[phone])
            sharing = self._with_phone(phone)
            if known is None and sharing:
                if "email" in row.parts:
                    return None, _WRITE_EMAIL
                if len(sharing) > 1:
                    return None, _SEVERAL
                known = sharing[0]
        else:
            known = None
        return (None, _REMOVED) if known and known.is_removed else (known, None)

    def _with_phone(self, phone: str | None) -> list[_Known]:
        return list(self._by_phone.get(self._digests.get(phone or "", ""), {}).values())


def _contacts(row: CsvRow) -> tuple[str | None, str | None]:
    return row.parts.get("email"), row.parts.get("phone")


def _batches(values: Sequence[Any]) -> list[Sequence[Any]]:
    return [values[start : start + _BATCH] for start in range(0, len(values), _BATCH)]
