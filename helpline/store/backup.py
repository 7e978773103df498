"""Backs up the whole store with the spool, while the product runs, and restores it into an empty place.

What is encrypted in the store is opened on the way and encrypted again by the file, so that a backup needs one key, its
own, and can be restored where the store has another key, or is another database.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import DateTime, LargeBinary, delete, func, insert, inspect, select, update
from sqlalchemy.orm import Session

from helpline.errors import EncryptionKeyError
from helpline.store.all_tables import all_tables, primary_key, raw_table
from helpline.store.backup_file import BackupError, BackupWriter, as_bytes, as_text, read_records
from helpline.store.columns import EncryptedBytes, EncryptedList, EncryptedText, UtcDateTime
from helpline.store.database import Database, newest_revision
from helpline.store.encryption import Cipher
from helpline.store.flag_spool import FlagSpool
from helpline.store.mail_trouble import hold_back_mails
from helpline.store.tables import DigestKeysRow, EncryptionKeyRow

_BATCH = 500
# What a new store holds already. The keys of digests go with the file's first record.
_OWN = (EncryptionKeyRow.__tablename__, DigestKeysRow.__tablename__)
_OPEN, _TOKEN = "open", "token"


def back_up(database: Database, spool: FlagSpool, file: BinaryIO, key: str) -> int:
    """Write everything into a file, as it stood at one moment, and return how many rows and flags that is.

    Args:
        database: The store; it may be in use.
        spool: The flags that wait on the disk.
        file: A new file.
        key: The key of backups.

    Raises:
        StoreError: The store cannot be read.
    """
    writer, number = BackupWriter(file, key), 0
    # First the spool: a flag that is taken in between is in both then, and never in none.
    waiting = [_opened(line, EncryptedText(), database.cipher) for line in spool.read_lines()]
    with database.snapshot() as connection:
        database.read_digest_keys(connection)
        keys = [each.hex() for each in database.cipher.digest_keys]
        made_at = database.now().isoformat()
        writer.write({"tables": newest_revision(), "made_at": made_at, "digest_keys": keys})
        for each in all_tables():
            if each.name == DigestKeysRow.__tablename__:
                continue
            writer.write({"table": each.name, "columns": [column.name for column in each.columns]})
            for row in _rows(connection, each):
                cells = zip(row, each.columns, strict=True)
                writer.write([_written(value, column.type, database.cipher) for value, column in cells])
                number += 1
    for line in waiting:
        writer.write({"flag": line})
    writer.finish()
    return number + len(waiting)


def restore(database: Database, spool: FlagSpool, file: BinaryIO, key: str) -> int:
    """Fill an empty store from a backup, all of it or nothing, and return how many rows and flags that is.

    Mails that waited when the backup was made may have been sent since: staff decide about them.

    Args:
        database: An empty store, or none yet: its tables are made.
        spool: The spool of that place, empty too.
        file: The backup.
        key: The key of backups.

    Raises:
        BackupError: The place is not empty, or the backup cannot be used; the message says why.
        StoreError: The store cannot be written.
    """
    records = read_records(file, key)
    first = next(records)
    if first["tables"] != newest_revision():
        raise BackupError(
            f"This backup holds tables of version {first['tables']}, and this product has version {newest_revision()}. "
            "Restore it with the version of the product that made it, then bring it up to date with 'helpline migrate'."
        )
    _require_empty(database, spool)
    database.upgrade()
    flags: list[str] = []
    with database.transaction() as session:
        session.execute(delete(EncryptionKeyRow.__table__))
        number = _restore_rows(session, records, database.cipher, flags)
        database.keep_digest_keys(session, tuple(bytes.fromhex(each) for each in first["digest_keys"]))
        _set_counters(session)
        hold_back_mails(session, database.now())
        # Within the transaction: a store without its flags would be no restored one.
        spool.add_lines(flags)
    return number + len(flags)


def _rows(connection: Any, of: Any) -> Iterator[Any]:
    """Give all rows of a table, some hundreds at a time."""
    raw = raw_table(of)
    key = raw.c[primary_key(of)]
    last = None
    while True:
        query = select(*raw.c).order_by(key).limit(_BATCH)
        rows = connection.execute(query if last is None else query.where(key > last)).all()
        yield from rows
        if len(rows) < _BATCH:
            return
        last = rows[-1]._mapping[key.name]


def _restore_rows(session: Session, records: Iterable[Any], cipher: Cipher, flags: list[str]) -> int:
    known = {each.name: each for each in all_tables()}
    of: Any = None
    names: list[str] = []
    batch: list[dict[str, Any]] = []
    later: list[tuple[Any, str, Any, Any]] = []
    number = 0
    for record in chain(records, [{}]):
        is_row = isinstance(record, list)
        if is_row:
            cells = zip(names, record, strict=True)
            batch.append({name: _read(value, of.columns[name].type, cipher) for name, value in cells})
            number += 1
        if batch and (not is_row or len(batch) == _BATCH):
            later += _put(session, of, batch)
            batch = []
        if not is_row and "table" in record:
            of, names = known[record["table"]], record["columns"]
        elif not is_row and "flag" in record:
            flags.append(_sealed(record["flag"], EncryptedText(), cipher))
    for each, column, own, value in later:
        raw = raw_table(each)
        session.execute(update(raw).where(raw.c[primary_key(each)] == own).values({column: value}))
    return number


def _put(session: Session, of: Any, batch: list[dict[str, Any]]) -> list[tuple[Any, str, Any, Any]]:
    """Insert rows; return what refers to a row of the same table, which may come later."""
    later = []
    for column in of.columns:
        if any(key.column.table is of for key in column.foreign_keys):
            for row in batch:
                if row[column.name] is not None:
                    later.append((of, column.name, row[primary_key(of)], row[column.name]))
                    row[column.name] = None
    session.execute(insert(raw_table(of)), batch)
    return later


def _require_empty(database: Database, spool: FlagSpool) -> None:
    name = database.engine.url.render_as_string(hide_password=True)
    path = database.engine.url.database
    is_new = database.engine.dialect.name == "sqlite" and path is not None and not Path(path).exists()
    if spool.read_lines():
        raise BackupError("The spool holds flags of danger already. A backup is restored into an empty place alone.")
    if is_new:
        return
    with database.transaction() as session:
        there = set(inspect(session.connection()).get_table_names())
        for each in all_tables():
            is_made = each.name in there and each.name not in _OWN
            if is_made and session.execute(select(func.count()).select_from(each)).scalar():
                raise BackupError(
                    f"{name} is not empty: {each.name} holds rows. A backup is restored into an empty place alone. "
                    "Name another one in HELPLINE_DATABASE_URL."
                )


def _set_counters(session: Session) -> None:
    """Let PostgreSQL number new rows after those that came with their numbers; SQLite does so by itself."""
    if session.connection().dialect.name != "postgresql":
        return
    for each in all_tables():
        key = primary_key(each)
        if key == "id" and not each.columns[key].foreign_keys:
            newest = select(func.max(each.columns[key])).scalar_subquery()
            session.execute(select(func.setval(func.pg_get_serial_sequence(each.name, key), newest)))


def _written(value: Any, kind: Any, cipher: Cipher) -> Any:
    if value is None or isinstance(kind, EncryptedText | EncryptedList | EncryptedBytes):
        return _opened(value, kind, cipher)
    if isinstance(value, datetime):
        return value.isoformat()
    return as_text(bytes(value)) if isinstance(kind, LargeBinary) else value


def _read(value: Any, kind: Any, cipher: Cipher) -> Any:
    if value is None or isinstance(kind, EncryptedText | EncryptedList | EncryptedBytes):
        return _sealed(value, kind, cipher)
    if isinstance(kind, UtcDateTime | DateTime):
        return datetime.fromisoformat(value)
    return as_bytes(value) if isinstance(kind, LargeBinary) else value


def _opened(token: Any, kind: Any, cipher: Cipher) -> Any:
    """Open what is encrypted; what was written with a key that is gone goes along as it is."""
    if token is None:
        return None
    is_bytes = isinstance(kind, EncryptedBytes)
    try:
        return [_OPEN, as_text(cipher.decrypt_bytes(token)) if is_bytes else cipher.decrypt(token)]
    except EncryptionKeyError:
        return [_TOKEN, as_text(bytes(token)) if is_bytes else token]


def _sealed(value: Any, kind: Any, cipher: Cipher) -> Any:
    if value is None:
        return None
    how, content = value
    if isinstance(kind, EncryptedBytes):
        return cipher.encrypt_bytes(as_bytes(content)) if how == _OPEN else as_bytes(content)
    return cipher.encrypt(content) if how == _OPEN else content
