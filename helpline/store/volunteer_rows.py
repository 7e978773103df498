"""How a volunteer stands in the table, and is read from it: sets as lists of words, days as texts."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from helpline.store.database import Database
from helpline.store.requests import digest_contact
from helpline.store.volunteer_tables import PeerVolunteerRow
from helpline.volunteers.content import VolunteerContent
from helpline.volunteers.profile import Volunteer

VOLUNTEERS = PeerVolunteerRow.__table__
# Of these a comma-separated text is kept, and of those an encrypted list.
_CLEAR_SETS = ("languages", "times", "methods")
_HEALTH_SETS = ("subtypes", "sites", "concerns")
# A profile in clear, and what of it must be decrypted.
CLEAR_COLUMNS = (
    "id",
    "role",
    "metastatic",
    "diagnosis",
    "age_range",
    "languages",
    "children",
    "work",
    "times",
    "methods",
    "capacity",
    "rest_days",
    "trained_on",
    "state",
)
HEALTH_COLUMNS = (*_HEALTH_SETS, "treatment_ended")


def row_values(database: Database, content: VolunteerContent) -> dict[str, Any]:
    """Return what the table holds of a volunteer, but its number, version and times."""
    profile = content.profile
    values = {name: getattr(profile, name) for name in CLEAR_COLUMNS if name != "id"}
    values |= {name: as_words(getattr(profile, name)) for name in _CLEAR_SETS}
    values |= {name: tuple(sorted(getattr(profile, name))) for name in _HEALTH_SETS}
    values |= {name: _day_text(getattr(profile, name)) for name in ("trained_on", "treatment_ended")}
    return {
        **values,
        "name": content.name,
        "email": content.email,
        "phone": content.phone,
        "notes": content.notes,
        "contact_digest": digest_contact(database, content.contact),
        "phone_digest": digest_contact(database, content.phone) if content.phone else None,
    }


def content_of(row: Any) -> VolunteerContent:
    """Return what a whole row holds."""
    return VolunteerContent(row.name, row.email, row.phone, profile_of(row), row.notes)


def profile_of(row: Any, matched: int = 0, last_ended_at: datetime | None = None) -> Volunteer:
    """Return the profile of a row with ``CLEAR_COLUMNS`` and ``HEALTH_COLUMNS``.

    Of somebody who was removed it says that they pause.
    """
    values = {name: getattr(row, name) for name in CLEAR_COLUMNS}
    values |= {name: frozenset(words_of(values[name])) for name in _CLEAR_SETS}
    values |= {name: frozenset(getattr(row, name)) for name in _HEALTH_SETS}
    values |= {name: _day(getattr(row, name)) for name in ("trained_on", "treatment_ended")}
    if row.state == "removed":
        values["state"] = "pausing"
    return Volunteer(**values, matched=matched, last_ended_at=last_ended_at)


def as_words(values: Iterable[str]) -> str:
    """Write a set as a text in which ``%,word,%`` finds a word."""
    return "".join(f",{value}" for value in sorted(values)) + "," if values else ""


def words_of(text: str) -> list[str]:
    """Read what ``as_words`` wrote."""
    return [each for each in text.split(",") if each]


def _day_text(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
