"""A prepared store on SQLite and, where one runs on this machine, on PostgreSQL."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from helpline.store.database import Database
from helpline.store.encryption import Cipher

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/test")

STORE_KEY = Fernet.generate_key().decode()


KINDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def prepared_sqlite(tmp_path_factory) -> Path:
    """A prepared database; making each test's own anew takes longer than most tests do."""
    with empty_database("sqlite", tmp_path_factory.mktemp("prepared")) as store:
        store.upgrade()
    return Path(store.engine.url.database)


@pytest.fixture(scope="session")
def prepared_postgresql(tmp_path_factory) -> Iterator[str]:
    """The name of a prepared database, to which nothing stays connected."""
    with empty_database("postgresql", tmp_path_factory.mktemp("prepared")) as store:
        store.upgrade()
        store.close()
        yield store.engine.url.database


@pytest.fixture(params=KINDS)
def database(request, tmp_path) -> Iterator[Database]:
    prepared = request.getfixturevalue(f"prepared_{request.param}")
    if request.param == "sqlite":
        shutil.copy(prepared, tmp_path / "store.db")
    with empty_database(request.param, tmp_path, prepared=prepared) as store:
        yield store


@contextmanager
def empty_database(kind: str, directory: Path, key: str = STORE_KEY, prepared: str = "template1") -> Iterator[Database]:
    """Give a database without tables; the test is skipped where its kind does not run here.

    Args:
        kind: Of `KINDS`.
        directory: Where SQLite's file is, or will be.
        key: The store's.
        prepared: Of PostgreSQL, what the new database is a copy of.
    """
    if kind == "sqlite":
        store = Database(f"sqlite:///{directory / 'store.db'}", Cipher([key]))
        yield store
        store.close()
        return
    admin = create_engine(POSTGRES, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 2})
    name = f"helpline_{uuid.uuid4().hex[:12]}"
    try:
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {prepared}"))
    except OperationalError:
        pytest.skip("no PostgreSQL answers; set TEST_POSTGRES_URL to test against one")
    store = Database(POSTGRES.rsplit("/", 1)[0] + "/" + name, Cipher([key]))
    try:
        yield store
    finally:
        store.close()
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()
