"""A prepared store on SQLite and, where one runs on this machine, on PostgreSQL."""

import os
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


@pytest.fixture(params=KINDS)
def database(request, tmp_path) -> Iterator[Database]:
    with empty_database(request.param, tmp_path) as store:
        store.upgrade()
        yield store


@contextmanager
def empty_database(kind: str, directory: Path, key: str = STORE_KEY) -> Iterator[Database]:
    """Give a database without tables; the test is skipped where its kind does not run here."""
    if kind == "sqlite":
        store = Database(f"sqlite:///{directory / 'store.db'}", Cipher([key]))
        yield store
        store.close()
        return
    admin = create_engine(POSTGRES, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 2})
    name = f"helpline_{uuid.uuid4().hex[:12]}"
    try:
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
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
