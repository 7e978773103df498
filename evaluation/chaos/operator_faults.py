"""What operators do to a product that runs, and what they can do wrong."""

import asyncio
import contextlib
import os
import random
import signal
from asyncio.subprocess import PIPE, Process
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

from evaluation.chaos.part_environment import RIGHT, FakeClock
from evaluation.chaos.scene import Scene, Undo, cluster_of, nothing
from evaluation.product.cluster import RunningCluster
from evaluation.product.models import rewritten_model, silent_in_a_crisis
from helpline.errors import StartError
from helpline.secrets import random_secret

_DAY_AHEAD = "+1d"
_REFUSED = 1


async def jump_clock(scene: Scene) -> Undo:
    """Set the clock of one part a day ahead, and back in the end."""
    clock = scene.apart
    if not isinstance(clock, FakeClock):
        raise ValueError("This fault needs a clock that can be set.")
    clock.set(_DAY_AHEAD)

    async def undo() -> None:
        clock.set(RIGHT)

    return undo


async def rotate_keys(scene: Scene) -> Undo:
    """Give the store a new key as `docs/operators.md` says: stop, back up, rotate, start with the new key alone."""
    product = scene.product
    old, new = product.settings["encryption_key"], Fernet.generate_key().decode()
    port = str(urlsplit(product.url).port)
    await asyncio.to_thread(product.stop)
    file = str(scene.directory / "before.backup")
    await asyncio.to_thread(product.operate, "backup", file, backup_key=random_secret())
    await asyncio.to_thread(product.operate, "rotate-keys", encryption_key=f"{new},{old}")
    product.settings = {**product.settings, "encryption_key": new, "port": port}
    await asyncio.to_thread(product.start)
    return nothing


async def mistake_key(scene: Scene) -> Undo:
    """Start the engine with a key that is not the store's; in the end, again with the right one."""
    if scene.apart is None:
        raise ValueError("This fault needs a part with an environment of its own.")
    environment = scene.apart
    environment.give(HELPLINE_ENCRYPTION_KEY=Fernet.generate_key().decode())
    _kill_engine(scene)

    async def undo() -> None:
        environment.give()
        with contextlib.suppress(LookupError, ProcessLookupError):  # it may have refused to start
            _kill_engine(scene)

    return undo


def _kill_engine(scene: Scene) -> None:
    os.kill(scene.product.parts()["engine"], signal.SIGKILL)


async def break_model(scene: Scene) -> Undo:
    """Write what is no model in the model's place, and end the engine, so that it must begin with that."""
    model = scene.product.checkout.model
    kept = model.with_suffix(".kept")
    model.rename(kept)

    async def undo() -> None:
        kept.replace(model)

    try:
        model.write_bytes(random.Random(11).randbytes(1 << 20))  # noqa: S311 -- no secret
        _kill_engine(scene)
    except BaseException:
        await undo()
        raise
    return undo


async def roll_out(scene: Scene) -> Undo:
    """Take the same model into service once more, as the verb does."""
    rolling = await _ask_cluster(cluster_of(scene), "rollout")

    async def undo() -> None:
        await _require_taken(rolling)

    return undo


async def roll_back(scene: Scene) -> Undo:
    """Take another file of the model into service, and go back to the one before."""
    cluster = cluster_of(scene)
    other = await asyncio.to_thread(rewritten_model, cluster.checkout.model, scene.directory / "other.tar.gz")
    await _require_taken(await _ask_cluster(cluster, "rollout", "--model", str(other)))
    rolling = await _ask_cluster(cluster, "rollback")

    async def undo() -> None:
        await _require_taken(rolling)

    return undo


async def roll_out_bad_model(scene: Scene) -> Undo:
    """Offer a model that says nothing to somebody who wants to die: it must be refused, and nothing started anew."""
    cluster = cluster_of(scene)
    before = cluster.parts()
    bad = scene.directory / "bad.tar.gz"
    await asyncio.to_thread(rewritten_model, cluster.checkout.model, bad, silent_in_a_crisis)
    rolling = await _ask_cluster(cluster, "rollout", "--model", str(bad))

    async def undo() -> None:
        _, words = await rolling.communicate()
        if rolling.returncode != _REFUSED or b"it is not served" not in words:
            raise StartError(f"A model that is silent in a crisis was not refused: {words.decode(errors='replace')}")
        if cluster.parts() != before:
            raise StartError("A model that was refused had parts started anew.")

    return undo


async def _ask_cluster(cluster: RunningCluster, verb: str, *arguments: str) -> Process:
    command = [*cluster.checkout.helpline, verb, "--folder", str(cluster.folder), *arguments]
    return await asyncio.create_subprocess_exec(*command, cwd=cluster.checkout.folder, stdout=PIPE, stderr=PIPE)


async def _require_taken(rolling: Process) -> None:
    _, words = await rolling.communicate()
    if rolling.returncode:
        raise StartError(f"The model was not taken into service: {words.decode(errors='replace').strip()}")
