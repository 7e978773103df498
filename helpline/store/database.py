"""Opens the helpline store: engine, cipher, migrations, one transaction at a time.

What is read and written is left to the modules beside this one, one per subject.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from helpline.errors import EncryptionKeyError, StoreError
from helpline.settings import VAR, Settings
from helpline.store.encryption import Cipher, load_cipher

KEY_FILE = VAR / "helpline.key"
_MIGRATIONS = Path(__file__).parent / "migrations"
# Shorter than the visitor waits, so that a locked database is reported and not waited out.
_BUSY_SECONDS = 2
_MIGRATION_LOCK = 7532


class Database:
    """An open store. Safe to share between threads; nothing is connected before the first use."""

    def __init__(self, url: str, cipher: Cipher) -> None:
        self.engine = _make_engine(url)
        self.engine.dialect.helpline_cipher = cipher
        self.cipher = cipher

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Give a session whose work is committed at the end, or not at all.

        Raises:
            StoreError: The database refused, is locked or cannot be reached.
        """
        try:
            with Session(self.engine, future=True, expire_on_commit=False) as session, session.begin():
                yield session
        except (SQLAlchemyError, EncryptionKeyError) as error:
            # The cause is dropped: SQLAlchemy's messages hold the statement's parameters.
            raise StoreError(type(error).__name__) from None

    def upgrade(self) -> None:
        """Bring the tables to the newest version. Does nothing when they are.

        Raises:
            StoreError: The database cannot be reached or refuses.
        """
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        try:
            with self.engine.begin() as connection:
                if connection.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except SQLAlchemyError as error:
            raise StoreError(type(error).__name__) from error

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def open_database(settings: Settings, key_file: Path = KEY_FILE) -> Database:
    """Open the store that the settings name. Connects to nothing yet.

    Raises:
        EncryptionKeyError: A key is malformed.
        SecretFileError: The key file is empty, or others can read it.
    """
    return Database(settings.database_url, load_cipher(settings.encryption_key, key_file))


def prepare(settings: Settings) -> None:
    """Make the store ready: key, file and tables. Run once when the action server starts.

    Raises:
        EncryptionKeyError: A key is malformed.
        SecretFileError: The key file is empty, or others can read it.
        StoreError: The database cannot be reached or refuses.
    """
    database = open_database(settings)
    try:
        database.upgrade()
    finally:
        database.close()


def _make_engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(
            parsed, future=True, hide_parameters=True, pool_pre_ping=True, connect_args={"connect_timeout": 2}
        )
    if parsed.database and parsed.database != ":memory:":
        path = Path(parsed.database)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    engine = create_engine(parsed, future=True, hide_parameters=True, connect_args={"timeout": _BUSY_SECONDS})
    event.listen(engine, "connect", _set_pragmas)
    return engine


def _set_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()
