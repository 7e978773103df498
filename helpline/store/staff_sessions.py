"""Sessions of those who work at the console: opened, read, completed and ended. A token itself is never stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from helpline.store.audit import Actor, record
from helpline.store.database import Database
from helpline.store.staff import Account, make_account
from helpline.store.staff_tables import StaffRow, StaffSessionRow

_SESSIONS = StaffSessionRow.__table__
# Somebody who gave the password has so long to give the code.
_SECOND_STEP = timedelta(minutes=10)
# Not each click writes when the session was last used.
_NOTED_EVERY = timedelta(seconds=30)


@dataclass(frozen=True)
class StaffSession:
    """A session that lives. ``complete`` once the second step was passed; ``challenge`` is what a passkey must sign."""

    id: int
    account: Account
    complete: bool
    challenge: str | None
    created_at: datetime
    last_seen_at: datetime
    device: str


def open_session(database: Database, token: str, account: Account, device: str, complete: bool = False) -> None:
    """Open a session for whoever gave the right password."""
    now = database.now()
    with database.transaction() as session:
        session.execute(
            insert(_SESSIONS).values(
                token_digest=_digest(database, token),
                staff_id=account.id,
                complete=complete,
                device=device[:80],
                created_at=now,
                last_seen_at=now,
            )
        )


def read_session(
    database: Database, token: str, idle: timedelta, longest: timedelta, seen: bool = True
) -> StaffSession | None:
    """Return the session of a token; None for one that never was, has ended, or whose account may not sign in.

    Args:
        database: The store.
        token: What the browser holds.
        idle: How long it lives without a click.
        longest: How long it lives in any case.
        seen: Whether somebody does something; False for what the page asks by itself.
    """
    now = database.now()
    with database.transaction() as session:
        found = session.execute(
            select(StaffSessionRow, StaffRow)
            .join(StaffRow, StaffRow.id == StaffSessionRow.staff_id)
            .where(StaffSessionRow.token_digest == _digest(database, token), StaffRow.active.is_(True))
        ).first()
        if found is None:
            return None
        row, staff = found
        lives = row.last_seen_at + idle > now and row.created_at + longest > now
        if not lives or (not row.complete and row.created_at + _SECOND_STEP < now):
            session.delete(row)
            return None
        if seen and row.last_seen_at + _NOTED_EVERY < now:
            row.last_seen_at = now
        return StaffSession(
            row.id, make_account(staff), row.complete, row.challenge, row.created_at, row.last_seen_at, row.device or ""
        )


def complete_session(database: Database, session_id: int, token: str, account: Account, how: str) -> None:
    """Note that the second step was passed. The session goes on under another token."""
    now = database.now()
    with database.transaction() as session:
        session.execute(
            update(_SESSIONS)
            .where(_SESSIONS.c.id == session_id)
            .values(complete=True, challenge=None, token_digest=_digest(database, token), created_at=now)
        )
        record(session, account.actor, now, "signed in", account.user_name, by=how)


def set_challenge(database: Database, session_id: int, challenge: str | None) -> None:
    """Keep what a passkey must sign."""
    with database.transaction() as session:
        session.execute(update(_SESSIONS).where(_SESSIONS.c.id == session_id).values(challenge=challenge))


def list_sessions(database: Database, account: Account) -> list[StaffSession]:
    """Return the sessions of an account, the last used first. Some may be over by now."""
    with database.transaction() as session:
        rows = session.execute(
            select(StaffSessionRow)
            .where(StaffSessionRow.staff_id == account.id, StaffSessionRow.complete.is_(True))
            .order_by(StaffSessionRow.last_seen_at.desc())
        ).scalars()
        return [
            StaffSession(row.id, account, True, None, row.created_at, row.last_seen_at, row.device or "")
            for row in rows
        ]


def end_session(database: Database, account: Account, session_id: int) -> bool:
    """End one session of an account; False where it has none of this number."""
    with database.transaction() as session:
        ended = session.execute(
            delete(_SESSIONS).where(_SESSIONS.c.id == session_id, _SESSIONS.c.staff_id == account.id)
        )
        if ended.rowcount:
            record(session, account.actor, database.now(), "session ended", account.user_name)
        return bool(ended.rowcount)


def end_sessions(database: Database, actor: Actor, account: Account, but: int | None = None) -> int:
    """End the sessions of an account, but for one, and return how many there were."""
    with database.transaction() as session:
        ended = session.execute(
            delete(_SESSIONS).where(_SESSIONS.c.staff_id == account.id, _SESSIONS.c.id != (but or 0))
        )
        record(session, actor, database.now(), "sessions ended", account.user_name)
        return int(ended.rowcount)


def _digest(database: Database, token: str) -> str:
    return database.digest("staff session", token)
