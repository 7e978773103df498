"""Writes everything that a key opens anew with the newest key, so that the keys before it can be thrown away.

Keyed digests cannot be made anew: what they are made of is not all kept. So each is digested once more with the newest
key, and from then on whatever is looked for goes through the same keys one after the other. The earlier of these the
store keeps, encrypted with the newest. Who has an old key alone can then neither read a value nor try out numbers.

All of it is one transaction: a rotation that is broken off has changed nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from helpline.errors import EncryptionKeyError
from helpline.store.all_tables import all_tables, digest_columns, encrypted_columns, primary_key, raw_table
from helpline.store.database import Database
from helpline.store.encryption import Cipher, digest_again
from helpline.store.tables import DigestKeysRow, EncryptionKeyRow

_BATCH = 500
_OWN = "own_key"


@dataclass(frozen=True)
class Rotated:
    """How many values were encrypted anew, and how many no key at hand opens: they stay as they are."""

    values: int
    unreadable: int


def rotate_keys(database: Database) -> Rotated:
    """Write all encrypted values and keyed digests of a store anew with the newest key of its cipher.

    The product must not run: it would go on with the keys that it read at its start.

    Raises:
        StoreError: Nothing was changed.
    """
    cipher, values, unreadable = database.cipher, 0, 0
    old_name = database.key_id
    keys = cipher.digest_keys
    # After a rotation that was followed by another process's old key, values are left to write and digests are not.
    new_digests = keys[-1] != cipher.newest_digest_key
    with database.transaction() as session:
        for of in all_tables():
            encrypted, digests = encrypted_columns(of), digest_columns(of) if new_digests else []
            if of.name == DigestKeysRow.__tablename__ or not encrypted + digests:
                continue
            raw, own = raw_table(of), primary_key(of)
            change = update(raw).where(raw.c[own] == bindparam(_OWN))
            change = change.values({name: bindparam(f"new_{name}") for name in encrypted + digests})
            for rows in _batches(session, raw, own, encrypted + digests):
                made = []
                for row in rows:
                    new = {_OWN: row[own]}
                    for name in encrypted:
                        new[f"new_{name}"], is_read = _anew(cipher, row[name])
                        values, unreadable = values + is_read, unreadable + (not is_read and row[name] is not None)
                    for name in digests:
                        value = row[name]
                        new[f"new_{name}"] = value and digest_again(value, cipher.newest_digest_key)
                    made.append(new)
                session.connection().execute(change, made)
        database.keep_digest_keys(session, (*keys, cipher.newest_digest_key) if new_digests else keys)
        names = EncryptionKeyRow.__table__
        session.execute(update(names).where(names.c.key_id == old_name).values(key_id=cipher.digest("key id")[:16]))
    database.overwrite_old_rows()
    return Rotated(values, unreadable)


def _batches(session: Session, raw: Any, own: str, columns: list[str]) -> Iterator[list[Any]]:
    last = None
    while True:
        query = select(raw.c[own], *(raw.c[name] for name in columns)).order_by(raw.c[own]).limit(_BATCH)
        found = session.execute(query if last is None else query.where(raw.c[own] > last)).mappings().all()
        if not found:
            return
        yield list(found)
        last = found[-1][own]


def _anew(cipher: Cipher, token: Any) -> tuple[Any, bool]:
    """Return what is written in place of a token, and whether it could be read."""
    if token is None:
        return None, False
    try:
        if isinstance(token, str):
            return cipher.rotate(token), True
        return cipher.encrypt_bytes(cipher.decrypt_bytes(token)), True
    except EncryptionKeyError:
        return token, False
