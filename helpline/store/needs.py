"""What somebody who asked for a volunteer needs, as it is stored: in their request, and set by staff."""

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline.requests.request import VolunteerRequest
from helpline.store.audit import Actor
from helpline.store.database import Database
from helpline.store.queue_changes import ChangeRefusedError, changing
from helpline.store.requests import request_of
from helpline.store.tables import VolunteerRow
from helpline.store.volunteer_tables import MatchRow
from helpline.volunteers.needs import SetByStaff, need_of
from helpline.volunteers.profile import Need

_MATCHES = MatchRow.__table__
_SETS = ("concerns", "times")


def read_need(session: Session, request_id: int) -> Need | None:
    """Return within a transaction what a request needs; None where it is gone, or asks for no volunteer."""
    row = session.get(VolunteerRow, request_id)
    if row is None:
        return None
    out = select(_MATCHES.c.volunteer_id).where(
        _MATCHES.c.request_id == request_id, _MATCHES.c.state.in_(("declined", "not_chosen"))
    )
    declined = frozenset(session.execute(out).scalars())
    request = request_of(row)
    assert isinstance(request, VolunteerRequest)  # noqa: S101 -- the row is one of these
    return need_of(request, row.id, row.created_at, declined=declined, set_by_staff=read_set_by_staff(row))


def read_set_by_staff(row: Any) -> SetByStaff:
    """Return what staff set for a request."""
    given = json.loads(row.set_by_staff or "{}")
    values: dict[str, Any] = {name: frozenset(value) if name in _SETS else value for name, value in given.items()}
    return SetByStaff(**values)


def save_set_by_staff(database: Database, actor: Actor, reference: str, version: int, given: SetByStaff) -> None:
    """Keep what staff know better than the words of a request. The audit log has what was set, and not to what.

    Raises:
        ChangeRefusedError: Nobody asked for a volunteer there.
        ItemConflictError: The item has another version.
        ItemGoneError: There is no such item.
        StoreError: Nothing was kept.
    """
    told: dict[str, Any] = {name: value for name, value in vars(given).items() if value is not None}
    plain = {name: sorted(value) if name in _SETS else value for name, value in told.items()}
    with changing(database, actor, reference, version, "needs set", parts=sorted(told)) as (session, item):
        row = session.get(VolunteerRow, item.request_id) if item.request_id is not None else None
        if row is None:
            raise ChangeRefusedError("Nobody asked for a volunteer there.")
        row.set_by_staff = json.dumps(plain) if plain else None
