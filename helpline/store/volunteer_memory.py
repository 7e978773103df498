"""What this process remembers of volunteers, because to decrypt thousands of them takes most of a second.

A write counts the version of a volunteer up, so nothing old is taken from here, and whoever is deleted is forgotten at
the next look. It is kept in the memory of a process that holds the key anyway, with which it could read all of it at
any time, and is written nowhere. The other way to find somebody by the beginning of a name would be digests of all
beginnings in the database; whoever steals that sees from them who shares a name, and how frequent it is.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import String, select, type_coerce
from sqlalchemy.orm import Session

from helpline.store.database import Database
from helpline.store.volunteer_rows import CLEAR_COLUMNS, HEALTH_COLUMNS, VOLUNTEERS, profile_of
from helpline.volunteers.profile import Volunteer

Value = TypeVar("Value")
# The version of a row, and when it was added, as the database gives it: SQLite gives the number of a row that was
# deleted to the next one.
_WRITING = (VOLUNTEERS.c.version, type_coerce(VOLUNTEERS.c.created_at, String).label("added"))
_BATCH = 500


class VolunteerMemory(Generic[Value]):
    """Of each store something that was read of its volunteers.

    Args:
        columns: What it is made from.
        made: Makes it of a row with these columns.
    """

    def __init__(self, columns: Iterable[str], made: Callable[[Any], Value]) -> None:
        self._columns = [VOLUNTEERS.c[name] for name in dict.fromkeys(("id", *columns))]
        self._made = made
        self._known: WeakKeyDictionary[Database, dict[int, tuple[int, Any, Value]]] = WeakKeyDictionary()

    def read(self, session: Session, database: Database, *those: Any) -> dict[int, Value]:
        """Return it of all volunteers, or of those for whom some conditions hold, by their numbers, the first first.

        Decrypted are those alone that were written since the last time.
        """
        known = self._known.get(database, {})
        written = select(VOLUNTEERS.c.id, *_WRITING).where(*those).order_by(VOLUNTEERS.c.id)
        rows = session.execute(written).all()
        found = {one: known[one] for one, *writing in rows if one in known and list(known[one][:2]) == writing}
        new = [number for number, *_ in rows if number not in found]
        for start in range(0, len(new), _BATCH):
            query = select(*self._columns, *_WRITING).where(VOLUNTEERS.c.id.in_(new[start : start + _BATCH]))
            found |= {row.id: (row.version, row.added, self._made(row)) for row in session.execute(query)}
        self._known[database] = found
        return {number: found[number][2] for number, *_ in rows if number in found}

    def remembered(self, database: Database) -> dict[int, Value]:
        """Return what is remembered now, without a look at the store."""
        return {one: value for one, (_, _, value) in self._known.get(database, {}).items()}

    def exchange(self, database: Database, values: Mapping[int, Value]) -> None:
        """Remember something else of volunteers who are remembered, until the next write."""
        known = self._known.get(database, {})
        self._known[database] = known | {one: (*known[one][:2], value) for one, value in values.items() if one in known}


def _name_words(row: Any) -> tuple[str, ...]:
    return tuple(row.name.lower().split())


PROFILES: VolunteerMemory[Volunteer] = VolunteerMemory((*CLEAR_COLUMNS, *HEALTH_COLUMNS), profile_of)
NAMES: VolunteerMemory[tuple[str, ...]] = VolunteerMemory(("name",), _name_words)
