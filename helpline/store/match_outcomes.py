"""What both sides of a match say some weeks later: kept once for each side, read, and counted.

They say it by a link in a mail (`helpline.mail.answers`), or tell staff, who note it (`helpline.mail.match_steps`).
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from helpline.store.database import Database
from helpline.store.mail_tables import OutcomeAnswerRow
from helpline.store.volunteer_tables import MatchRow

_OUTCOMES, _MATCHES = OutcomeAnswerRow.__table__, MatchRow.__table__


def read_outcomes(session: Session, matches: Collection[int]) -> dict[int, dict[str, str]]:
    """Return of each of some matches what was said (of ``OUTCOME_ANSWERS``), by side; nothing for nothing yet."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    if matches:
        columns = _OUTCOMES.c.match_id, _OUTCOMES.c.side, _OUTCOMES.c.answer
        query = select(*columns).where(_OUTCOMES.c.match_id.in_(matches)).order_by(_OUTCOMES.c.side.desc())
        for match, side, answer in session.execute(query):
            found[match][side] = answer
    return found


def keep_outcome(session: Session, request: int, match: int, side: str, answer: str, now: datetime) -> bool:
    """Keep what a side said within a transaction; return False where it has said something before."""
    _take_turn(session, match)
    if side in read_outcomes(session, [match])[match]:
        return False
    values = {"request_id": request, "match_id": match, "side": side, "answer": answer, "at": now}
    session.execute(insert(_OUTCOMES).values(**values))
    return True


def correct_outcome(session: Session, request: int, match: int, side: str, answer: str, now: datetime) -> None:
    """Keep what a side said within a transaction, in place of what it said before."""
    if not keep_outcome(session, request, match, side, answer, now):
        own = _OUTCOMES.c.match_id == match, _OUTCOMES.c.side == side
        session.execute(update(_OUTCOMES).where(*own).values(answer=answer, at=now))


def count_outcomes(database: Database) -> dict[tuple[str, str], int]:
    """Return how often each side (``visitor``, ``volunteer``) said each thing of how a match went.

    Raises:
        StoreError: It cannot be read.
    """
    columns = _OUTCOMES.c.side, _OUTCOMES.c.answer
    with database.transaction() as session:
        counted = session.execute(select(*columns, func.count()).group_by(*columns)).all()
    return {(side, answer): count for side, answer, count in counted}


def _take_turn(session: Session, match: int) -> None:
    """Wait for whoever writes about the same match: a click on a link, and staff who note the same."""
    session.execute(update(_MATCHES).where(_MATCHES.c.id == match).values(state=_MATCHES.c.state))
