"""Passkeys of staff: their public halves. What they must prove is left to ``helpline.console``."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from helpline.store.audit import record
from helpline.store.database import Database
from helpline.store.staff import Account
from helpline.store.staff_tables import PasskeyRow

_PASSKEYS = PasskeyRow.__table__


@dataclass(frozen=True)
class Passkey:
    """A passkey: its public half as bytes, and how often it has signed."""

    id: int
    name: str
    credential: bytes
    sign_count: int
    created_at: datetime
    last_used_at: datetime | None


def list_passkeys(database: Database, account: Account) -> list[Passkey]:
    """Return the passkeys of an account, oldest first."""
    with database.transaction() as session:
        rows = session.execute(
            select(PasskeyRow).where(PasskeyRow.staff_id == account.id).order_by(PasskeyRow.id)
        ).scalars()
        return [
            Passkey(row.id, row.name, bytes(row.credential), row.sign_count, row.created_at, row.last_used_at)
            for row in rows
        ]


def add_passkey(
    database: Database, account: Account, name: str, credential_id: bytes, credential: bytes, sign_count: int
) -> None:
    """Add a passkey."""
    now = database.now()
    values = {
        "staff_id": account.id,
        "credential_digest": database.digest("passkey", credential_id.hex()),
        "credential": credential,
        "name": name[:60],
        "sign_count": sign_count,
        "created_at": now,
    }
    with database.transaction() as session:
        session.execute(insert(_PASSKEYS).values(values))
        record(session, account.actor, now, "passkey added", account.user_name)


def note_use(database: Database, passkey: Passkey, sign_count: int) -> bool:
    """Note that a passkey has signed; False where its count went back, as that of a copy does."""
    if sign_count != 0 and sign_count <= passkey.sign_count:
        return False
    values = {"sign_count": sign_count, "last_used_at": database.now()}
    with database.transaction() as session:
        session.execute(update(_PASSKEYS).where(_PASSKEYS.c.id == passkey.id).values(values))
    return True


def remove_passkey(database: Database, account: Account, number: int) -> None:
    """Remove a passkey of an account."""
    with database.transaction() as session:
        gone = session.execute(delete(_PASSKEYS).where(_PASSKEYS.c.id == number, _PASSKEYS.c.staff_id == account.id))
        if gone.rowcount:
            record(session, account.actor, database.now(), "passkey removed", account.user_name)
