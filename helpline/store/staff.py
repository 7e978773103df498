"""Accounts of those who work at the console. How a password or a code is checked is left to ``helpline.console``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpline.errors import HelplineError
from helpline.store.audit import Actor, record
from helpline.store.database import Database
from helpline.store.staff_tables import (
    ROLES,
    PasskeyRow,
    RecoveryCodeRow,
    SignInFailureRow,
    StaffRow,
    StaffSessionRow,
)

_STAFF = StaffRow.__table__
_CODES = RecoveryCodeRow.__table__
_SESSIONS = StaffSessionRow.__table__
_FAILURES = SignInFailureRow.__table__


class StaffError(HelplineError):
    """An account cannot be made or changed as was asked. The message says why."""


@dataclass(frozen=True)
class Account:
    """An account.

    Attributes:
        id: Its number.
        user_name: What is typed to sign in, in small letters.
        display_name: What colleagues read.
        role: One of ``ROLES``.
        password_hash: Of argon2.
        totp_secret: What codes are made from; None until the first sign-in.
        totp_step: The time step of the last code taken.
        enrolled: Whether a code was confirmed.
        active: Whether it may sign in.
    """

    id: int
    user_name: str
    display_name: str
    role: str
    password_hash: str
    totp_secret: str | None
    totp_step: int | None
    enrolled: bool
    active: bool

    @property
    def actor(self) -> Actor:
        """Who it is to the audit log."""
        return Actor(self.id, self.display_name)


def add_account(
    database: Database, actor: Actor, user_name: str, display_name: str, role: str, password_hash: str
) -> None:
    """Make an account.

    Raises:
        StaffError: The name is taken or unfit, or there is no such role.
        StoreError: It was not made.
    """
    name = user_name.strip().lower()
    if not name or len(name) > 64 or any(c.isspace() or not c.isprintable() for c in name):
        raise StaffError("A user name has 1 to 64 characters and no spaces.")
    if role not in ROLES:
        raise StaffError(f"A role is one of {', '.join(ROLES)}.")
    values = {
        "user_name": name,
        "display_name": display_name.strip()[:80] or name,
        "role": role,
        "password_hash": password_hash,
        "active": True,
        "created_at": database.now(),
    }
    try:
        with database.transaction(expected=IntegrityError) as session:
            session.execute(insert(_STAFF).values(values))
            record(session, actor, database.now(), "account made", name, role=role)
    except IntegrityError:
        raise StaffError(f"There is an account {name} already.") from None


def list_accounts(database: Database) -> list[Account]:
    """Return all accounts by user name."""
    with database.transaction() as session:
        return [make_account(row) for row in session.execute(select(StaffRow).order_by(StaffRow.user_name)).scalars()]


def find_account(database: Database, user_name: str) -> Account | None:
    """Return an account by what is typed to sign in."""
    with database.transaction() as session:
        name = user_name.strip().lower()
        row = session.execute(select(StaffRow).where(StaffRow.user_name == name)).scalars().first()
        return make_account(row) if row else None


def change_account(database: Database, actor: Actor, user_name: str, action: str, **values: object) -> None:
    """Change an account, and end its sessions.

    Args:
        database: The store.
        actor: Who does it.
        user_name: Whose account.
        action: What the audit log says of it.
        **values: New values of columns of ``StaffRow``.

    Raises:
        StaffError: There is no such account.
    """
    with database.transaction() as session:
        row = session.execute(select(StaffRow).where(StaffRow.user_name == user_name.strip().lower())).scalars().first()
        if row is None:
            raise StaffError(f"There is no account {user_name}.")
        for name, value in values.items():
            setattr(row, name, value)
        if values.get("totp_confirmed_at", "kept") is None:
            session.execute(delete(_CODES).where(_CODES.c.staff_id == row.id))
            session.execute(delete(PasskeyRow.__table__).where(PasskeyRow.__table__.c.staff_id == row.id))
        session.execute(delete(_SESSIONS).where(_SESSIONS.c.staff_id == row.id))
        record(session, actor, database.now(), action, row.user_name, **_plain(values))


def set_totp_secret(database: Database, staff_id: int, secret: str) -> None:
    """Keep the secret that codes will be made from; it counts once a code was confirmed."""
    with database.transaction() as session:
        row = session.get(StaffRow, staff_id)
        if row.totp_confirmed_at is None:
            row.totp_secret = secret


def enrol(database: Database, account: Account, step: int, recovery_codes: Sequence[str]) -> None:
    """Note that the first code was right, and keep digests of the recovery codes."""
    with database.transaction() as session:
        session.execute(
            update(_STAFF).where(_STAFF.c.id == account.id).values(totp_confirmed_at=database.now(), totp_step=step)
        )
        _replace_codes(session, database, account, recovery_codes)
        record(session, account.actor, database.now(), "codes set up", account.user_name)


def take_step(database: Database, account: Account, step: int) -> bool:
    """Take the code of a time step; False where it, or a later one, was taken before."""
    with database.transaction() as session:
        taken = session.execute(
            update(_STAFF)
            .where(_STAFF.c.id == account.id, or_(_STAFF.c.totp_step.is_(None), _STAFF.c.totp_step < step))
            .values(totp_step=step)
        )
        return bool(taken.rowcount)


def take_recovery_code(database: Database, account: Account, code: str) -> bool:
    """Take a recovery code; False where it is none, or was taken before."""
    with database.transaction() as session:
        digest = _code_digest(database, account, code)
        taken = session.execute(delete(_CODES).where(_CODES.c.staff_id == account.id, _CODES.c.code_digest == digest))
        if taken.rowcount:
            record(session, account.actor, database.now(), "recovery code used", account.user_name)
        return bool(taken.rowcount)


def note_failure(database: Database, user_name: str, address: str) -> None:
    """Note a sign-in that failed."""
    name, place = _failure_digests(database, user_name, address)
    with database.transaction() as session:
        session.execute(insert(_FAILURES).values(name_digest=name, address_digest=place, at=database.now()))
        record(session, Actor(None, "somebody"), database.now(), "sign-in failed")


def count_failures(database: Database, user_name: str, address: str, within: timedelta) -> tuple[int, int]:
    """Return how often a sign-in failed lately for this name, and from this address."""
    since = _FAILURES.c.at > database.now() - within
    with database.transaction() as session:
        name, place = (
            session.execute(select(func.count()).select_from(_FAILURES).where(since, column == digest)).scalar_one()
            for column, digest in zip(
                (_FAILURES.c.name_digest, _FAILURES.c.address_digest),
                _failure_digests(database, user_name, address),
                strict=True,
            )
        )
    return name, place


def forget_failures(database: Database, user_name: str) -> None:
    """Forget the sign-ins of a name that failed, since one went well."""
    name, _ = _failure_digests(database, user_name, "")
    with database.transaction() as session:
        session.execute(delete(_FAILURES).where(_FAILURES.c.name_digest == name))


def _replace_codes(session: Session, database: Database, account: Account, codes: Sequence[str]) -> None:
    session.execute(delete(_CODES).where(_CODES.c.staff_id == account.id))
    digests = [{"staff_id": account.id, "code_digest": _code_digest(database, account, code)} for code in codes]
    session.execute(insert(_CODES), digests)


def _failure_digests(database: Database, user_name: str, address: str) -> tuple[str, str]:
    digest = database.digest
    return digest("sign-in name", user_name.strip().lower()), digest("sign-in address", address)


def _code_digest(database: Database, account: Account, code: str) -> str:
    kept = "".join(c for c in code.upper() if c.isalnum())
    return database.digest("recovery code", str(account.id), kept)


def _plain(values: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if name in {"role", "active", "display_name"}}


def make_account(row: StaffRow) -> Account:
    """Return the account that a row holds."""
    return Account(
        row.id,
        row.user_name,
        row.display_name,
        row.role,
        row.password_hash,
        row.totp_secret,
        row.totp_step,
        row.totp_confirmed_at is not None,
        row.active,
    )
