"""The faults: each begins, lasts a while, and is over; what it breaks is mended again whatever happens."""

import asyncio
import contextlib
import os
import random
import signal
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from evaluation.chaos.disk import SmallDisk
from evaluation.chaos.stores import PostgresqlDatabase, connect_sqlite
from evaluation.product.checkout import RunningProduct
from evaluation.product.cluster import RedisServer, RunningCluster
from evaluation.product.process_usage import SUPERVISOR
from evaluation.product.twilio import LocalTwilio
from helpline.errors import StartError

Place = Literal["sqlite", "disk", "postgresql", "cluster"]

# A part that is stopped for less than the supervisor waits goes on where it was; one that hangs for longer is ended.
STOPPED_SECONDS = 8.0
HUNG_SECONDS = 40.0
DISK_SECONDS = 30.0
REDIS_SECONDS = 20.0
# How long a model is tried out, and taken into service by one part after the other.
RELEASE_SECONDS = 120.0
# A storm lasts for so long that more than ten thousand messages are sent in it; in between is a breath.
STORM_SECONDS = 540.0
STORM_PAUSES = (2.0, 8.0)
CONSOLE, DELIVERY = "console", "delivery"


@dataclass
class Scene:
    """What a fault can reach.

    Attributes:
        product: The running product.
        directory: Where its SQLite files and its spool are.
        disk: The small disk that they are on, if they are.
        twilio: The provider of text messages, where people write some.
        postgresql: The database, if it is PostgreSQL.
        redis: The Redis of a cluster.
    """

    product: RunningProduct
    directory: Path
    disk: SmallDisk | None = None
    twilio: LocalTwilio | None = None
    postgresql: PostgresqlDatabase | None = None
    redis: RedisServer | None = None


Undo = Callable[[], Awaitable[None]]
Begin = Callable[[Scene], Awaitable[Undo]]


@dataclass(frozen=True)
class Fault:
    """One fault.

    Attributes:
        name: What it is called in tables.
        place: Where the product keeps its data.
        seconds: How long it lasts; 0 for one that is over at once.
        begin: Breaks something, and returns what mends it.
        part: The part that must be there, for a fault of a process.
        crowd: How many times as many visitors as usual talk.
    """

    name: str
    place: Place
    seconds: float
    begin: Begin
    part: str | None = None
    crowd: int = 1


def faults() -> list[Fault]:
    """Return all faults, in the order of the table."""
    found = []
    for part in ("front door", "engine", "action server", CONSOLE, DELIVERY):
        found += [
            Fault(f"{part} killed", "sqlite", 0.0, _signal(part, signal.SIGKILL), part),
            Fault(f"{part} stopped", "sqlite", STOPPED_SECONDS, _signal(part, signal.SIGSTOP), part),
            Fault(f"{part} hung", "sqlite", HUNG_SECONDS, _signal(part, signal.SIGSTOP), part),
        ]
    return [
        *found,
        Fault("SQLite gone", "sqlite", DISK_SECONDS, _move_sqlite_away),
        Fault("SQLite locked", "sqlite", HUNG_SECONDS, _lock_sqlite),
        Fault("PostgreSQL killed", "postgresql", DISK_SECONDS, _refuse_postgresql),
        Fault("PostgreSQL stopped", "postgresql", STOPPED_SECONDS, _stall_postgresql),
        Fault("PostgreSQL hung", "postgresql", HUNG_SECONDS, _stall_postgresql),
        Fault("PostgreSQL locked", "postgresql", HUNG_SECONDS, _lock_postgresql),
        Fault("disk full", "disk", DISK_SECONDS, _fill_disk),
        Fault("disk read-only", "disk", DISK_SECONDS, _cover_disk),
        *_cluster_faults(),
    ]


def _cluster_faults() -> list[Fault]:
    found = []
    for part in ("front door 1", "engine 1", "action server", "nginx"):
        found += [
            Fault(f"cluster: {part} killed", "cluster", 0.0, _signal(part, signal.SIGKILL), part),
            Fault(f"cluster: {part} hung", "cluster", HUNG_SECONDS, _signal(part, signal.SIGSTOP), part),
        ]
    return [
        *found,
        Fault("cluster: engines killed", "cluster", 0.0, _kill_engines),
        Fault("cluster: Redis killed", "cluster", REDIS_SECONDS, _kill_redis),
        Fault("cluster: PostgreSQL killed", "cluster", DISK_SECONDS, _refuse_postgresql),
        Fault("cluster: PostgreSQL hung", "cluster", HUNG_SECONDS, _stall_postgresql),
        Fault("cluster: rolled out", "cluster", RELEASE_SECONDS, _roll_out),
        Fault("cluster: storm", "cluster", STORM_SECONDS, _storm, crowd=4),
    ]


def _signal(part: str, number: signal.Signals) -> Begin:
    async def begin(scene: Scene) -> Undo:
        process = scene.product.parts()[part]
        os.kill(process, number)

        async def undo() -> None:
            # One that was ended and started again meanwhile has another id, and no longer this one.
            if scene.product.parts().get(part) == process:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGCONT)

        return undo

    return begin


async def _move_sqlite_away(scene: Scene) -> Undo:
    moved = {path: path.with_name(f"{path.name}.gone") for path in scene.directory.glob("*.db")}
    _move(moved)

    async def undo() -> None:
        _move({gone: path for path, gone in moved.items()})

    return undo


def _move(paths: Mapping[Path, Path]) -> None:
    for path, target in paths.items():
        path.rename(target)


async def _lock_sqlite(scene: Scene) -> Undo:
    holders = [connect_sqlite(path) for path in scene.directory.glob("*.db")]
    for holder in holders:
        await asyncio.to_thread(_begin_exclusive, holder)

    async def undo() -> None:
        for holder in holders:
            holder.close()

    return undo


def _begin_exclusive(holder: sqlite3.Connection) -> None:
    holder.execute("BEGIN EXCLUSIVE")


async def _refuse_postgresql(scene: Scene) -> Undo:
    database = _postgresql(scene)
    await database.proxy.refuse()
    return database.proxy.listen


async def _stall_postgresql(scene: Scene) -> Undo:
    database = _postgresql(scene)
    database.proxy.stall()

    async def undo() -> None:
        database.proxy.flow()

    return undo


async def _lock_postgresql(scene: Scene) -> Undo:
    database = _postgresql(scene)
    await asyncio.to_thread(database.lock)

    async def undo() -> None:
        await asyncio.to_thread(database.unlock)

    return undo


async def _fill_disk(scene: Scene) -> Undo:
    disk = _disk(scene)
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


async def _cover_disk(scene: Scene) -> Undo:
    disk = _disk(scene)
    disk.cover()

    async def undo() -> None:
        disk.uncover()

    return undo


async def _kill_engines(scene: Scene) -> Undo:
    for part, process in scene.product.parts().items():
        if part.startswith("engine"):
            os.kill(process, signal.SIGKILL)
    return _nothing


async def _kill_redis(scene: Scene) -> Undo:
    redis = _redis(scene)
    redis.kill()

    async def undo() -> None:
        redis.start()

    return undo


async def _roll_out(scene: Scene) -> Undo:
    """Take the same model into service once more, as the verb does."""
    cluster = scene.product
    if not isinstance(cluster, RunningCluster):
        raise ValueError("This fault is a cluster's.")
    command = [*cluster.checkout.helpline, "rollout", "--folder", str(cluster.folder)]
    rolling = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.DEVNULL)

    async def undo() -> None:
        if await rolling.wait():
            raise StartError("The model was not taken into service.")

    return undo


async def _storm(scene: Scene) -> Undo:
    """Break something at random, again and again: a process, the connections to the database, Redis."""
    storm = asyncio.create_task(_break_again_and_again(scene, random.Random(11)))  # noqa: S311 -- no secret

    async def undo() -> None:
        storm.cancel()
        ended = await asyncio.gather(storm, return_exceptions=True)
        if isinstance(ended[0], Exception):
            raise ended[0]

    return undo


async def _break_again_and_again(scene: Scene, chance: random.Random) -> None:
    processes = [name for name in scene.product.parts() if name not in (SUPERVISOR, CONSOLE, DELIVERY)]
    begins = [
        *(_signal(name, number) for name in processes for number in (signal.SIGKILL, signal.SIGSTOP)),
        _refuse_postgresql,
        _stall_postgresql,
        _kill_redis,
    ]
    while True:
        try:
            undo = await chance.choice(begins)(scene)
        except (LookupError, ProcessLookupError):
            continue  # it is just being started again
        try:
            await asyncio.sleep(chance.uniform(*STORM_PAUSES))
        finally:
            await undo()
        await asyncio.sleep(chance.uniform(*STORM_PAUSES))


async def _nothing() -> None:
    """Mend nothing: whoever watches over the processes does."""


def _redis(scene: Scene) -> RedisServer:
    if scene.redis is None:
        raise ValueError("This fault is a cluster's.")
    return scene.redis


def _postgresql(scene: Scene) -> PostgresqlDatabase:
    if scene.postgresql is None:
        raise ValueError("This fault is PostgreSQL's.")
    return scene.postgresql


def _disk(scene: Scene) -> SmallDisk:
    if scene.disk is None:
        raise ValueError("This fault is a disk's.")
    return scene.disk
