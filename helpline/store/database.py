"""Opens the helpline store: engine, cipher, migrations, one transaction at a time.

What is read and written is left to the modules beside this one, one per subject.
"""

import json
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from sqlalchemy import Text, create_engine, delete, event, insert, inspect, select, text, type_coerce
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.engine.url import URL
from sqlalchemy.exc import ArgumentError, DisconnectionError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool, StaticPool

from helpline.errors import EncryptionKeyError, StartError, StoreError
from helpline.settings import Settings
from helpline.store.encryption import KEY_FILE, Cipher, load_cipher
from helpline.store.tables import DigestKeysRow, EncryptionKeyRow

_MIGRATIONS = Path(__file__).parent / "migrations"
# All shorter than a visitor waits, so that a locked or hanging database is reported and not waited out.
_CONNECT_SECONDS = 2
_LOCK_SECONDS = 1
_STATEMENT_SECONDS = 5
# A server whose machine is gone says nothing. Whoever waits for it goes on after so long, and not when the system gives
# up a quarter of an hour later: all threads would wait by then, and none find the standby that took its place.
_SILENT_SECONDS = 3
_MIGRATION_LOCK = 7532
# PostgreSQL's own way to name several servers, one of which is the one that can be written.
_USUAL_PORT = "5432"
_SEVERAL_HOSTS = re.compile(r"(postgresql[^:/]*://(?:[^@/]*@)?)([^@/?]*,[^@/?]*)(.*)")


class Database:
    """An open store. Safe to share between threads; nothing is connected before the first use.

    Args:
        url: A database URL of SQLAlchemy's form, for SQLite or PostgreSQL; of several hosts, in PostgreSQL's own form.
        cipher: Encrypts what is stored of people.

    Raises:
        StoreError: The URL cannot be read, or names a database that is not supported.
    """

    def __init__(self, url: str, cipher: Cipher) -> None:
        try:
            self._url = _read_url(url)
            self.engine = _sqlite_engine(self._url) if _is_sqlite(self._url) else _postgresql_engine(self._url)
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, ValueError) as error:
            raise StoreError(type(error).__name__) from None
        self.engine.dialect.helpline_cipher = cipher
        self.cipher = cipher
        self._knows_digest_keys = False

    def digest(self, *parts: str) -> str:
        """Make a keyed digest, as the cipher does, with the keys that the store keeps for it.

        Raises:
            StoreError: They cannot be read.
        """
        if not self._knows_digest_keys:
            with self.transaction() as session:
                self.read_digest_keys(session)
        return self.cipher.digest(*parts)

    @property
    def key_id(self) -> str:
        """Name the keys that digests are made with, without telling anything of them (16 hex digits)."""
        return self.digest("key id")[:16]

    def read_digest_keys(self, connection: Any) -> None:
        """Read the keys that digests are made with: the newest that opens. Without one they are those of the cipher."""
        kept = DigestKeysRow.__table__
        for token in connection.execute(select(type_coerce(kept.c.chain, Text)).order_by(kept.c.id.desc())).scalars():
            try:
                self.cipher.digest_keys = tuple(bytes.fromhex(key) for key in json.loads(self.cipher.decrypt(token)))
                break
            except EncryptionKeyError:
                continue  # of a key that is gone
        self._knows_digest_keys = True

    def keep_digest_keys(self, session: Session, keys: tuple[bytes, ...]) -> None:
        """Make digests with these keys from now on, and keep them, encrypted, in place of those before."""
        kept = DigestKeysRow.__table__
        session.execute(delete(kept))
        session.execute(insert(kept).values(chain=json.dumps([key.hex() for key in keys]), made_at=self.now()))
        self.cipher.digest_keys, self._knows_digest_keys = keys, True

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Give a connection that sees the store as it stood at one moment, whatever others write meanwhile.

        Raises:
            StoreError: The store cannot be read.
        """
        try:
            with self.engine.connect() as connection:
                if _is_sqlite(self._url):
                    connection.execute(text("BEGIN"))  # which the driver would send before a change alone
                else:
                    connection = connection.execution_options(isolation_level="REPEATABLE READ")
                yield connection
        except SQLAlchemyError as error:
            raise StoreError(type(error).__name__) from None

    def overwrite_old_rows(self) -> None:
        """Let go, in the database's files, of what rows held before.

        Raises:
            StoreError: The database refused.
        """
        self._look_after(["PRAGMA wal_checkpoint(TRUNCATE)"] if _is_sqlite(self._url) else ["VACUUM"])

    def analyse(self) -> None:
        """Let the database learn what its tables hold, by which it chooses how to look for something.

        Raises:
            StoreError: The database refused.
        """
        self._look_after(["ANALYZE"] if _is_sqlite(self._url) else ["VACUUM ANALYZE"])

    def _look_after(self, statements: list[str]) -> None:
        """Run statements that stand outside of transactions, and may take long."""
        try:
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                if not _is_sqlite(self._url):
                    statements = ["SET statement_timeout = 0", *statements, "RESET statement_timeout"]
                for statement in statements:
                    connection.execute(text(statement))
        except SQLAlchemyError as error:
            raise StoreError(type(error).__name__) from None

    @staticmethod
    def now() -> datetime:
        """Return the time, in UTC."""
        return datetime.now(timezone.utc)

    @contextmanager
    def transaction(self, expected: type[SQLAlchemyError] | None = None) -> Iterator[Session]:
        """Give a session whose work is committed at the end, or not at all.

        Args:
            expected: An error that the caller knows what to do with; it is passed on as it is.

        Raises:
            StoreError: The database refused, is locked or cannot be reached.
        """
        try:
            with Session(self.engine, future=True, expire_on_commit=False) as session, session.begin():
                yield session
        except (SQLAlchemyError, EncryptionKeyError) as error:
            if expected is not None and isinstance(error, expected):
                raise
            # The cause is dropped: SQLAlchemy's messages hold the statement's parameters.
            raise StoreError(type(error).__name__) from None

    def upgrade(self) -> None:
        """Bring the tables to the newest version, and make an SQLite file where there is none.

        Raises:
            StoreError: The database cannot be reached or refuses.
        """
        if _is_sqlite(self._url):
            _make_file(self._url)
        # Alembic takes memory that only migrating needs.
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        try:
            with self.engine.begin() as connection:
                if connection.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                self.read_digest_keys(connection)
                _note_key(connection, self.cipher.key_id)
        except SQLAlchemyError as error:
            raise StoreError(type(error).__name__) from None

    def require_ready(self) -> None:
        """Make sure that the database is there, answers, has the newest tables and was written with our key.

        Raises:
            StartError: It is not; the message says what to do.
        """
        name = self._url.render_as_string(hide_password=True)
        if _is_sqlite(self._url) and self._url.database and not Path(self._url.database).exists():
            raise StartError(f"There is no database at {name}. Make it with 'helpline migrate'.")
        try:
            with self.engine.connect() as connection:
                found = _revision(connection)
                is_ours = found != newest_revision() or self._knows_key(connection)
        except SQLAlchemyError as error:
            raise StartError(
                f"The database {name} cannot be used ({_reason(error)}). Check HELPLINE_DATABASE_URL and that the "
                "database runs and lets this user in."
            ) from None
        if found != newest_revision():
            raise StartError(
                f"The tables of {name} are {'missing' if found is None else 'of another version'}. "
                "Bring them up to date with 'helpline migrate'."
            )
        if not is_ours:
            raise StartError(
                f"What {name} holds was written with another key than this part was given. Check "
                "HELPLINE_ENCRYPTION_KEY or var/helpline.key. Only where that key is lost for good, 'helpline migrate' "
                "lets the store go on with this one; nobody finds then what was stored before."
            )

    def _knows_key(self, connection: Connection) -> bool:
        """Whether this store was used with our key before, or with none yet."""
        self.read_digest_keys(connection)
        noted = set(connection.execute(select(EncryptionKeyRow.__table__.c.key_id)).scalars())
        return not noted or self.cipher.key_id in noted

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def newest_revision() -> str:
    """Return the version of the tables that this code expects."""
    return max(path.name.partition("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def open_database(settings: Settings, key_file: Path = KEY_FILE) -> Database:
    """Open the store that the settings name. Connects to nothing yet.

    Raises:
        EncryptionKeyError: A key is malformed.
        StoreError: The URL cannot be read.
    """
    return Database(settings.database_url, load_cipher(settings.encryption_key, key_file))


def _note_key(connection: Any, key_id: str) -> None:
    """Note the key that is in use, so that a deletion can tell when another one was before."""
    keys = EncryptionKeyRow.__table__
    if connection.execute(select(keys.c.key_id).where(keys.c.key_id == key_id)).first() is None:
        connection.execute(insert(keys).values(key_id=key_id, first_used_at=Database.now()))


def _revision(connection: Any) -> str | None:
    """Return the version of the tables, as Alembic notes it; None where there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version


def _reason(error: SQLAlchemyError) -> str:
    """Return the database's own words, which name no parameters: no statement was sent yet."""
    return " ".join(str(getattr(error, "orig", None) or type(error).__name__).split())


def _read_url(url: str) -> URL:
    """Read a database URL, also one that names a primary and its standbys.

    SQLAlchemy takes several hosts as parameters alone. Of several, only the one that can be written is of use to us.
    """
    found = _SEVERAL_HOSTS.fullmatch(url)
    if found is None:
        return make_url(url)
    before, given, after = found.groups()
    places = [re.fullmatch(r"(.*?)(?::(\d*))?", place) for place in given.split(",")]
    hosts, ports = zip(*[(place[1].strip("[]"), place[2] or _USUAL_PORT) for place in places if place], strict=True)
    read = make_url(before + after)
    usual = {} if "target_session_attrs" in read.query else {"target_session_attrs": "read-write"}
    return read.update_query_dict({"host": ",".join(hosts), "port": ",".join(ports), **usual})


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _postgresql_engine(url: URL) -> Engine:
    limits = f"-c statement_timeout={_STATEMENT_SECONDS * 1000} -c lock_timeout={_LOCK_SECONDS * 1000}"
    engine = create_engine(
        url,
        future=True,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_use_lifo=True,  # one that was made after a server was lost, and not the next of those that went with it
        pool_size=8,
        pool_timeout=_CONNECT_SECONDS,
        connect_args={
            "connect_timeout": _CONNECT_SECONDS,
            "options": limits,
            "tcp_user_timeout": _SILENT_SECONDS * 1000,
            "keepalives_idle": 1,
            "keepalives_interval": 1,
            "keepalives_count": _SILENT_SECONDS,
        },
    )
    hosts, ports = (str(url.query.get(name, "")).split(",") for name in ("host", "port"))
    if len(hosts) == len(ports) > 1:
        _ask_last_server_first(engine, list(zip(hosts, ports, strict=True)))
    return engine


def _ask_last_server_first(engine: Engine, places: list[tuple[str, str]]) -> None:
    """Ask the server first that was found last: another, whose machine is gone, would be waited for each time."""

    def order(_dialect: Any, _record: Any, _arguments: Any, parameters: dict[str, Any]) -> None:
        hosts, ports = zip(*places, strict=True)
        parameters |= {"host": ",".join(hosts), "port": ",".join(ports)}

    def note(connection: Any, _record: Any) -> None:
        nonlocal places
        found = connection.info.host, str(connection.info.port)
        places = sorted(places, key=lambda place: place != found)

    event.listen(engine, "do_connect", order)
    event.listen(engine, "connect", note)


def _sqlite_engine(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        # One connection, which all threads share one after the other: another would be another, empty store.
        shared = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
        engine = create_engine(url, future=True, hide_parameters=True, **shared)
    else:
        file = Path(url.database).absolute()
        engine = create_engine(
            url,
            future=True,
            hide_parameters=True,
            poolclass=QueuePool,
            pool_size=8,
            pool_timeout=_CONNECT_SECONDS,
            # Never make a new, empty file in the place of one that is gone: only `upgrade` makes files.
            creator=lambda: sqlite3.connect(
                f"{file.as_uri()}?mode=rw", uri=True, timeout=_LOCK_SECONDS, check_same_thread=False
            ),
        )
        event.listen(engine, "connect", lambda _connection, record: record.info.update(file=_identity(file)))
        event.listen(engine, "checkout", lambda _connection, record, _proxy: _require_same_file(record, file))
    event.listen(engine, "connect", _set_pragmas)
    return engine


def _make_file(url: URL) -> None:
    if url.database and url.database != ":memory:":
        path = Path(url.database)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise StoreError(type(error).__name__) from None


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _require_same_file(record: Any, file: Path) -> None:
    """Refuse a connection to a file that was deleted or replaced: what it takes would be lost."""
    if record.info.get("file") != _identity(file):
        raise DisconnectionError


def _set_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    # What a visitor is told was saved is on the disk, also after a power cut.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()
