"""Who else has an item of the queue open. A page says every half a minute that it still is."""

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from helpline.store.database import Database
from helpline.store.queue_tables import QueueItemRow, ViewerRow
from helpline.store.staff_tables import StaffRow

# A page in the background may say so but once a minute.
_LOOKING = timedelta(minutes=2)


def look_at(database: Database, reference: str, me: int, now: datetime) -> list[str] | None:
    """Note that somebody has an item open, and return the names of the others who do; None where there is none."""
    with database.transaction() as session:
        number = session.execute(select(QueueItemRow.id).where(QueueItemRow.reference == reference)).scalar()
        if number is None:
            return None
        note_viewer(session, number, me, now)
        return other_viewers(session, number, me, now)


def note_viewer(session: Session, item_id: int, me: int, now: datetime) -> None:
    """Note, within a transaction, that somebody has an item open."""
    viewers = ViewerRow.__table__
    session.execute(delete(viewers).where(viewers.c.item_id == item_id, viewers.c.staff_id == me))
    session.execute(insert(viewers).values(item_id=item_id, staff_id=me, seen_at=now))


def other_viewers(session: Session, item_id: int, me: int, now: datetime) -> list[str]:
    """Return the names of the others who have an item open."""
    looking = (ViewerRow.item_id == item_id, ViewerRow.staff_id != me, ViewerRow.seen_at > now - _LOOKING)
    query = select(StaffRow.display_name).join(ViewerRow, ViewerRow.staff_id == StaffRow.id).where(*looking)
    return list(session.execute(query.order_by(StaffRow.display_name)).scalars())
