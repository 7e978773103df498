"""Faults of what the product keeps its data in: SQLite, PostgreSQL, Redis and the disk."""

import asyncio
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from evaluation.chaos.disk import SmallDisk
from evaluation.chaos.scene import Scene, Undo, disk_of, pair_of, postgresql_of, redis_of, until_mended
from evaluation.chaos.stores import PostgresqlDatabase, connect_sqlite

_BREAK_OFF_EVERY = 0.7
_SLOWER_SECONDS = 0.1


async def move_sqlite_away(scene: Scene) -> Undo:
    """Take SQLite's files away."""
    moved = {path: path.with_name(f"{path.name}.gone") for path in scene.directory.glob("*.db")}
    _move(moved)

    async def undo() -> None:
        _move({gone: path for path, gone in moved.items()})

    return undo


def _move(paths: Mapping[Path, Path]) -> None:
    for path, target in paths.items():
        path.rename(target)


async def lock_sqlite(scene: Scene) -> Undo:
    """Hold SQLite's files, so that nobody else can write them."""
    holders = [connect_sqlite(path) for path in scene.directory.glob("*.db")]
    for holder in holders:
        await asyncio.to_thread(_begin_exclusive, holder)

    async def undo() -> None:
        for holder in holders:
            holder.close()

    return undo


def _begin_exclusive(holder: sqlite3.Connection) -> None:
    holder.execute("BEGIN EXCLUSIVE")


async def refuse_postgresql(scene: Scene) -> Undo:
    """Break all connections to PostgreSQL off, and let none be made."""
    database = postgresql_of(scene)
    await database.proxy.refuse()
    return database.proxy.listen


async def stall_postgresql(scene: Scene) -> Undo:
    """Let nothing through to PostgreSQL or back."""
    database = postgresql_of(scene)
    database.proxy.stall()

    async def undo() -> None:
        database.proxy.flow()

    return undo


async def lock_postgresql(scene: Scene) -> Undo:
    """Hold PostgreSQL's tables, so that nobody else can read or write them."""
    database = postgresql_of(scene)
    await asyncio.to_thread(database.lock)

    async def undo() -> None:
        await asyncio.to_thread(database.unlock)

    return undo


async def break_postgresql_off(scene: Scene) -> Undo:
    """End all connections to PostgreSQL on the server, again and again."""
    return until_mended(_break_off_again_and_again(postgresql_of(scene)))


async def _break_off_again_and_again(database: PostgresqlDatabase) -> None:
    while True:
        await asyncio.to_thread(database.break_off)
        await asyncio.sleep(_BREAK_OFF_EVERY)


async def lose_primary(scene: Scene) -> Undo:
    """Lose the PostgreSQL that is written to; in the end its standby is promoted."""
    pair = pair_of(scene)
    pair.kill_primary()

    async def undo() -> None:
        await asyncio.to_thread(pair.promote)

    return undo


async def lose_primarys_machine(scene: Scene) -> Undo:
    """Lose it with its machine, so that connections to it are not even closed; in the end its standby is promoted."""
    pair = pair_of(scene)
    await asyncio.to_thread(pair.lose_primarys_machine)

    async def undo() -> None:
        await asyncio.to_thread(pair.promote)

    return undo


async def slow_network(scene: Scene) -> Undo:
    """Let each way to PostgreSQL and to Redis take a tenth of a second longer."""
    for way in scene.network:
        way.slow(_SLOWER_SECONDS)

    async def undo() -> None:
        for way in scene.network:
            way.slow(0.0)

    return undo


async def fill_disk(scene: Scene) -> Undo:
    """Fill the disk up."""
    disk = disk_of(scene)
    # What is freed in between, such as a log of the database, is filled again.
    filling = asyncio.create_task(_keep_full(disk))

    async def undo() -> None:
        filling.cancel()
        await asyncio.gather(filling, return_exceptions=True)
        disk.empty()

    return undo


async def _keep_full(disk: SmallDisk) -> None:
    while True:
        disk.fill()
        await asyncio.sleep(0.5)


async def cover_disk(scene: Scene) -> Undo:
    """Make the disk read-only."""
    disk = disk_of(scene)
    disk.cover()

    async def undo() -> None:
        disk.uncover()

    return undo


async def kill_redis(scene: Scene) -> Undo:
    """End Redis with all that it holds."""
    redis = redis_of(scene)
    redis.kill()

    async def undo() -> None:
        redis.start()

    return undo
