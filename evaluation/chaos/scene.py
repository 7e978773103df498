"""What a fault is, and what it can reach while the product runs."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from evaluation.chaos.disk import SmallDisk
from evaluation.chaos.part_environment import PartEnvironment
from evaluation.chaos.postgresql_pair import PostgresqlPair
from evaluation.chaos.stores import PostgresqlDatabase, Proxy
from evaluation.product.checkout import RunningProduct
from evaluation.product.cluster import RedisServer, RunningCluster
from evaluation.product.twilio import LocalTwilio

Place = Literal["sqlite", "disk", "postgresql", "cluster", "cluster with a standby", "cluster on a network"]
# All but the first three are the cluster's.
ALONE = ("sqlite", "disk", "postgresql")

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
        pair: PostgreSQL with a standby, if it is the database.
        network: What the product goes through to its database and to Redis.
        apart: What one part has in its environment and the others do not.
    """

    product: RunningProduct
    directory: Path
    disk: SmallDisk | None = None
    twilio: LocalTwilio | None = None
    postgresql: PostgresqlDatabase | None = None
    redis: RedisServer | None = None
    pair: PostgresqlPair | None = None
    network: tuple[Proxy, ...] = ()
    apart: PartEnvironment | None = None


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
        apart: What the engine has in its environment and the other parts do not.
        verb: The verb that must be there, for what an operator does.
        loses_packets: Whether packets are lost, which only root can arrange.
    """

    name: str
    place: Place
    seconds: float
    begin: Begin
    part: str | None = None
    crowd: int = 1
    apart: type[PartEnvironment] | None = None
    verb: str | None = None
    loses_packets: bool = False

    @property
    def is_of_a_cluster(self) -> bool:
        """Whether the cluster is broken, and not the product on one machine."""
        return self.place not in ALONE


async def nothing() -> None:
    """Mend nothing: whoever watches over the processes does."""


def until_mended(breaking: Coroutine[None, None, None]) -> Undo:
    """Let something be broken again and again, and return what ends it; an error in it is raised then."""
    task = asyncio.create_task(breaking)

    async def undo() -> None:
        task.cancel()
        ended = await asyncio.gather(task, return_exceptions=True)
        if isinstance(ended[0], Exception):
            raise ended[0]

    return undo


def cluster_of(scene: Scene) -> RunningCluster:
    """Return the running cluster."""
    if not isinstance(scene.product, RunningCluster):
        raise ValueError("This fault is a cluster's.")
    return scene.product


def redis_of(scene: Scene) -> RedisServer:
    """Return the cluster's Redis."""
    if scene.redis is None:
        raise ValueError("This fault is a cluster's.")
    return scene.redis


def postgresql_of(scene: Scene) -> PostgresqlDatabase:
    """Return the database on PostgreSQL."""
    if scene.postgresql is None:
        raise ValueError("This fault is PostgreSQL's.")
    return scene.postgresql


def pair_of(scene: Scene) -> PostgresqlPair:
    """Return PostgreSQL with its standby."""
    if scene.pair is None:
        raise ValueError("This fault needs a standby.")
    return scene.pair


def disk_of(scene: Scene) -> SmallDisk:
    """Return the small disk."""
    if scene.disk is None:
        raise ValueError("This fault is a disk's.")
    return scene.disk
