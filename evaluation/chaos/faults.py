"""The faults: each begins, lasts a while, and is over; what it breaks is mended again whatever happens."""

import asyncio
import contextlib
import os
import random
import signal

from evaluation.chaos.operator_faults import (
    break_model,
    jump_clock,
    mistake_key,
    roll_back,
    roll_out,
    roll_out_bad_model,
    rotate_keys,
)
from evaluation.chaos.part_environment import FakeClock, PartEnvironment
from evaluation.chaos.scene import CONSOLE, DELIVERY, Begin, Fault, Scene, Undo, nothing, until_mended
from evaluation.chaos.store_faults import (
    break_postgresql_off,
    cover_disk,
    fill_disk,
    kill_redis,
    lock_postgresql,
    lock_sqlite,
    lose_primary,
    lose_primarys_machine,
    move_sqlite_away,
    refuse_postgresql,
    slow_network,
    stall_postgresql,
)
from evaluation.product.process_usage import SUPERVISOR

# A part that is stopped for less than the supervisor waits goes on where it was; one that hangs for longer is ended.
STOPPED_SECONDS = 8.0
HUNG_SECONDS = 40.0
DISK_SECONDS = 30.0
REDIS_SECONDS = 20.0
BREAK_OFF_SECONDS = 20.0
# Until somebody, or something, promotes the standby.
FAILOVER_SECONDS = 10.0
NETWORK_SECONDS = 30.0
CLOCK_SECONDS = 30.0
KEY_SECONDS = 30.0
MODEL_SECONDS = 60.0
# How long a model is tried out, and taken into service by one part after the other.
RELEASE_SECONDS = 120.0
TRIAL_SECONDS = 30.0
# A storm lasts for so long that more than ten thousand messages are sent in it; in between is a breath.
STORM_SECONDS = 540.0
STORM_PAUSES = (2.0, 8.0)


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
        Fault("SQLite gone", "sqlite", DISK_SECONDS, move_sqlite_away),
        Fault("SQLite locked", "sqlite", HUNG_SECONDS, lock_sqlite),
        Fault("PostgreSQL killed", "postgresql", DISK_SECONDS, refuse_postgresql),
        Fault("PostgreSQL stopped", "postgresql", STOPPED_SECONDS, stall_postgresql),
        Fault("PostgreSQL hung", "postgresql", HUNG_SECONDS, stall_postgresql),
        Fault("PostgreSQL locked", "postgresql", HUNG_SECONDS, lock_postgresql),
        Fault("disk full", "disk", DISK_SECONDS, fill_disk),
        Fault("disk read-only", "disk", DISK_SECONDS, cover_disk),
        Fault("clock jumped", "sqlite", CLOCK_SECONDS, jump_clock, apart=FakeClock),
        Fault("keys rotated", "sqlite", 0.0, rotate_keys, verb="rotate-keys"),
        Fault("engine with another key", "sqlite", KEY_SECONDS, mistake_key, apart=PartEnvironment),
        Fault("model file broken", "sqlite", MODEL_SECONDS, break_model),
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
        Fault("cluster: Redis killed", "cluster", REDIS_SECONDS, kill_redis),
        Fault("cluster: PostgreSQL killed", "cluster", DISK_SECONDS, refuse_postgresql),
        Fault("cluster: PostgreSQL hung", "cluster", HUNG_SECONDS, stall_postgresql),
        Fault("cluster: PostgreSQL connections dropped", "cluster", BREAK_OFF_SECONDS, break_postgresql_off),
        Fault("cluster: PostgreSQL fails over", "cluster with a standby", FAILOVER_SECONDS, lose_primary),
        Fault(
            "cluster: PostgreSQL's machine lost",
            "cluster with a standby",
            FAILOVER_SECONDS,
            lose_primarys_machine,
            loses_packets=True,
        ),
        Fault("cluster: network slow", "cluster on a network", NETWORK_SECONDS, slow_network),
        Fault("cluster: rolled out", "cluster", RELEASE_SECONDS, roll_out),
        Fault("cluster: rolled back", "cluster", RELEASE_SECONDS, roll_back),
        Fault("cluster: bad release", "cluster", TRIAL_SECONDS, roll_out_bad_model),
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


async def _kill_engines(scene: Scene) -> Undo:
    for part, process in scene.product.parts().items():
        if part.startswith("engine"):
            os.kill(process, signal.SIGKILL)
    return nothing


async def _storm(scene: Scene) -> Undo:
    """Break something at random, again and again: a process, the connections to the database, Redis."""
    return until_mended(_break_again_and_again(scene, random.Random(11)))  # noqa: S311 -- no secret


async def _break_again_and_again(scene: Scene, chance: random.Random) -> None:
    processes = [name for name in scene.product.parts() if name not in (SUPERVISOR, CONSOLE, DELIVERY)]
    begins = [
        *(_signal(name, number) for name in processes for number in (signal.SIGKILL, signal.SIGSTOP)),
        refuse_postgresql,
        stall_postgresql,
        kill_redis,
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
