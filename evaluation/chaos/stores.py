"""The databases of an experiment: how a PostgreSQL server is made to fail, and what a store holds in the end."""

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg2
from cryptography.fernet import Fernet
from sqlalchemy.engine import make_url

from evaluation.chaos.outcome import StoredRequest, digits
from helpline.processes.sockets import free_port


class Proxy:
    """Stands between the product and a database server, whose connections it can refuse or let hang.

    Args:
        host: The server's host.
        port: Its port.
    """

    def __init__(self, host: str, port: int) -> None:
        self._target = host, port
        self._server: asyncio.AbstractServer | None = None
        self._flows = asyncio.Event()
        self._flows.set()
        self._delay = 0.0
        self._connections: set[asyncio.StreamWriter] = set()
        self.port = free_port()

    async def listen(self) -> None:
        """Take connections."""
        self._server = await asyncio.start_server(self._relay, "127.0.0.1", self.port)

    async def refuse(self) -> None:
        """Break all connections off and take no more, as a server that was killed."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._connections):
            writer.transport.abort()

    def stall(self) -> None:
        """Let nothing through, and take connections all the same, as a server that hangs."""
        self._flows.clear()

    def flow(self) -> None:
        """Let everything through again."""
        self._flows.set()

    def slow(self, seconds: float) -> None:
        """Let all that goes through take so much longer on each way from now on."""
        self._delay = seconds

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections.add(writer)
        try:
            await self._flows.wait()
            await asyncio.sleep(2 * self._delay)  # a connection begins with a question and an answer
            server_reader, server_writer = await asyncio.open_connection(*self._target)
            self._connections.add(server_writer)
            try:
                ways = [self._pump(reader, server_writer), self._pump(server_reader, writer)]
                await asyncio.wait(map(asyncio.ensure_future, ways), return_when=asyncio.FIRST_COMPLETED)
            finally:
                server_writer.transport.abort()
                self._connections.discard(server_writer)
        except OSError:
            pass
        finally:
            writer.transport.abort()
            self._connections.discard(writer)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while content := await reader.read(65_536):
                await asyncio.sleep(self._delay)
                await self._flows.wait()
                writer.write(content)
                await writer.drain()


class PostgresqlDatabase:
    """A database of the experiment's own on a PostgreSQL server.

    Args:
        server: URL of a database there with which others may be made and dropped.
        name: The new database's name.
    """

    def __init__(self, server: str, name: str) -> None:
        self._server = make_url(server)
        self._own = self._server.set(database=name)
        self._name = name
        self._holder: Any = None
        self.proxy = Proxy(self._server.host or "127.0.0.1", self._server.port or 5432)

    @property
    def url(self) -> str:
        """The URL by which the product uses it, through the proxy."""
        return self._own.set(host="127.0.0.1", port=self.proxy.port).render_as_string(hide_password=False)

    def connect(self) -> Any:
        """Connect to it without the proxy."""
        return psycopg2.connect(self._own.render_as_string(hide_password=False))

    def break_off(self) -> None:
        """End all connections to it on the server, as its administrator can; new ones are taken."""
        with contextlib.closing(self.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    def lock(self) -> None:
        """Hold all tables, so that nobody else can read or write them."""
        self._holder = self.connect()
        with self._holder.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            names = ", ".join(f'"{name}"' for (name,) in cursor.fetchall())
            cursor.execute(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")

    def unlock(self) -> None:
        """Let the tables go."""
        if self._holder is not None:
            self._holder.close()
            self._holder = None

    def create(self) -> None:
        """Make it, empty."""
        self._administer(f'DROP DATABASE IF EXISTS "{self._name}" WITH (FORCE)', f'CREATE DATABASE "{self._name}"')

    def drop(self) -> None:
        """Drop it, whoever is connected."""
        self.unlock()
        self._administer(f'DROP DATABASE IF EXISTS "{self._name}" WITH (FORCE)')

    def _administer(self, *statements: str) -> None:
        connection = psycopg2.connect(self._server.render_as_string(hide_password=False))
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
        finally:
            connection.close()


@asynccontextmanager
async def postgresql_database(server: str) -> AsyncIterator[PostgresqlDatabase]:
    """Make a database with a proxy before it, and drop it in the end."""
    database = PostgresqlDatabase(server, f"helpline_chaos_{os.getpid()}")
    await asyncio.to_thread(database.create)
    try:
        await database.proxy.listen()
        yield database
    finally:
        database.proxy.flow()
        await database.proxy.refuse()
        await asyncio.to_thread(database.drop)


@asynccontextmanager
async def proxy_before(host: str, port: int) -> AsyncIterator[Proxy]:
    """Stand between the product and a server until the end."""
    proxy = Proxy(host, port)
    await proxy.listen()
    try:
        yield proxy
    finally:
        await proxy.refuse()


def read_store(connection: Any, key: str) -> tuple[list[StoredRequest], int]:
    """Return the requests that a store holds, and how many conversations it flags.

    Args:
        connection: A connection of Python's database interface; closed afterwards.
        key: The key that contact details are encrypted with.
    """
    cipher = Fernet(key)
    with contextlib.closing(connection):
        cursor = connection.cursor()
        cursor.execute("SELECT reference, phone_number FROM requests")
        requests = [StoredRequest(code, digits(cipher.decrypt(phone.encode()).decode())) for code, phone in cursor]
        cursor.execute("SELECT count(*) FROM flagged_conversations")
        (flags,) = cursor.fetchone()
    return requests, int(flags)


def connect_sqlite(path: Path) -> sqlite3.Connection:
    """Connect to an SQLite file."""
    return sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
