"""Conversations that staff saved as tests, and their runs: the newest runs are kept, to be looked at side by side."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from helpline.errors import HelplineError
from helpline.store.audit import Actor, record
from helpline.store.database import Database
from helpline.store.flow_tables import FlowResultRow, FlowRow, FlowRunRow
from helpline.store.staff_tables import StaffRow

# How many flows there may be, and how many runs are kept.
MOST_FLOWS = 100
KEPT_RUNS = 10

_FLOWS, _RUNS, _RESULTS, _STAFF = (row.__table__ for row in (FlowRow, FlowRunRow, FlowResultRow, StaffRow))

Turns = list[dict[str, Any]]


class FlowError(HelplineError):
    """A flow was not saved or changed. The message says why, in words for staff."""


@dataclass(frozen=True)
class Flow:
    """A conversation that staff saved as a test.

    Attributes:
        number: Its number.
        name: Its name.
        channel: On which channel it is played.
        turns: Its messages, each with what was answered when it was saved.
        by: Who saved it.
        at: When.
    """

    number: int
    name: str
    channel: str
    turns: Turns
    by: str | None
    at: datetime


@dataclass(frozen=True)
class FlowRun:
    """A run of all flows.

    Attributes:
        number: Its number.
        total: How many flows there were.
        by: Who started it.
        started_at: When it began.
        ended_at: When it ended; None while it runs, or where it was broken off.
        results: By the flow's number its turns as they were answered; None where nothing was answered.
    """

    number: int
    total: int
    by: str | None
    started_at: datetime
    ended_at: datetime | None
    results: dict[int, Turns | None]


def save_flow(database: Database, actor: Actor, name: str, channel: str, turns: Turns) -> int:
    """Save a flow and return its number. That it holds no personal detail is the caller's to see to.

    Raises:
        FlowError: There is one of this name, or there are as many as there may be.
        StoreError: It was not saved.
    """
    now = database.now()
    with database.transaction() as session:
        names = session.execute(select(_FLOWS.c.name)).scalars().all()
        if name.casefold() in {each.casefold() for each in names}:
            raise FlowError("There is a test of this name. Choose another.")
        if len(names) >= MOST_FLOWS:
            raise FlowError(f"There are {MOST_FLOWS} tests, and no room for more. Delete one first.")
        values = {"name": name, "channel": channel, "turns": _written(turns), "saved_by": actor.id, "saved_at": now}
        number = int(session.execute(insert(_FLOWS).values(**values)).inserted_primary_key[0])
        record(session, actor, now, "test saved", f"test {number}")
    return number


def list_flows(database: Database) -> list[Flow]:
    """Return all flows, the oldest first."""
    with database.transaction() as session:
        rows = session.execute(_flows().order_by(_FLOWS.c.id)).all()
    return [_flow(row) for row in rows]


def read_flow(database: Database, number: int) -> Flow | None:
    """Return a flow; None where there is none of the number."""
    with database.transaction() as session:
        row = session.execute(_flows().where(_FLOWS.c.id == number)).first()
    return _flow(row) if row else None


def accept_result(database: Database, actor: Actor, number: int) -> None:
    """Make what was answered in a flow's newest run what it is held against from now on.

    Raises:
        FlowError: There is no such flow, or no answer to take.
        StoreError: Nothing was changed.
    """
    now = database.now()
    with database.transaction() as session:
        newest = (
            select(_RESULTS.c.turns)
            .where(_RESULTS.c.flow_id == number, _RESULTS.c.turns.is_not(None))
            .order_by(_RESULTS.c.run_id.desc())
        )
        turns = session.execute(newest.limit(1)).scalar()
        if turns is None:
            raise FlowError("There is no result to take over. Run the tests first.")
        session.execute(update(_FLOWS).where(_FLOWS.c.id == number).values(turns=turns))
        record(session, actor, now, "test changed", f"test {number}")


def delete_flow(database: Database, actor: Actor, number: int) -> None:
    """Delete a flow and its results; nothing happens where there is none."""
    now = database.now()
    with database.transaction() as session:
        if session.execute(delete(_FLOWS).where(_FLOWS.c.id == number)).rowcount:
            record(session, actor, now, "test deleted", f"test {number}")


def begin_run(database: Database, actor: Actor, total: int) -> int:
    """Begin a run and return its number; the oldest runs go.

    Args:
        database: The store.
        actor: Who starts it.
        total: How many flows there are.
    """
    now = database.now()
    with database.transaction() as session:
        values = {"total": total, "started_by": actor.id, "started_at": now}
        number = int(session.execute(insert(_RUNS).values(**values)).inserted_primary_key[0])
        _forget_old_runs(session)
        record(session, actor, now, "tests run", f"run {number}", tests=total)
    return number


def save_result(database: Database, run: int, flow: int, turns: Turns | None) -> None:
    """Keep what was answered in a flow; a flow that was deleted meanwhile has no result."""
    with database.transaction() as session:
        if session.execute(select(_FLOWS.c.id).where(_FLOWS.c.id == flow)).first():
            written = None if turns is None else _written(turns)
            session.execute(insert(_RESULTS).values(run_id=run, flow_id=flow, turns=written))


def end_run(database: Database, run: int) -> None:
    """Note that a run has ended."""
    with database.transaction() as session:
        session.execute(update(_RUNS).where(_RUNS.c.id == run).values(ended_at=database.now()))


def last_runs(database: Database, limit: int = 2, flow: int | None = None) -> list[FlowRun]:
    """Return the last runs with their results, the newest first.

    Args:
        database: The store.
        limit: How many.
        flow: The number of the one flow whose results are wanted; all are by default.
    """
    with database.transaction() as session:
        rows = session.execute(
            select(_RUNS, _STAFF.c.display_name.label("by"))
            .select_from(_RUNS.outerjoin(_STAFF, _STAFF.c.id == _RUNS.c.started_by))
            .order_by(_RUNS.c.id.desc())
            .limit(limit)
        ).all()
        wanted = select(_RESULTS).where(_RESULTS.c.run_id.in_([row.id for row in rows]))
        if flow is not None:
            wanted = wanted.where(_RESULTS.c.flow_id == flow)
        results = session.execute(wanted).all()
    of_run: dict[int, dict[int, Turns | None]] = {row.id: {} for row in rows}
    for result in results:
        of_run[result.run_id][result.flow_id] = None if result.turns is None else json.loads(result.turns)
    return [FlowRun(row.id, row.total, row.by, row.started_at, row.ended_at, of_run[row.id]) for row in rows]


def count_results(database: Database, run: int) -> int:
    """Return how many flows of a run were played."""
    with database.transaction() as session:
        counted = session.execute(select(func.count()).select_from(_RESULTS).where(_RESULTS.c.run_id == run))
        return int(counted.scalar() or 0)


def _forget_old_runs(session: Session) -> None:
    kept = select(_RUNS.c.id).order_by(_RUNS.c.id.desc()).limit(KEPT_RUNS)
    newest: Sequence[int] = session.execute(kept).scalars().all()
    session.execute(delete(_RUNS).where(_RUNS.c.id.not_in(newest)))


def _flows() -> Any:
    return select(_FLOWS, _STAFF.c.display_name.label("by")).select_from(
        _FLOWS.outerjoin(_STAFF, _STAFF.c.id == _FLOWS.c.saved_by)
    )


def _flow(row: Any) -> Flow:
    return Flow(row.id, row.name, row.channel, json.loads(row.turns), row.by, row.saved_at)


def _written(turns: Turns) -> str:
    return json.dumps(turns, ensure_ascii=False)
