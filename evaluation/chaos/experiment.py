"""One fault in one checkout: visitors talk, something breaks and is mended, and what they noticed is counted."""

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from evaluation.chaos.disk import small_disk
from evaluation.chaos.outcome import Outcome, count_outcome
from evaluation.chaos.part_environment import FakeClock, library
from evaluation.chaos.postgresql_pair import PostgresqlPair, can_lose_packets, programs
from evaluation.chaos.scene import CONSOLE, DELIVERY, Fault, Scene
from evaluation.chaos.stores import connect_sqlite, postgresql_database, proxy_before, read_store
from evaluation.chaos.texters import Texters
from evaluation.chaos.visitors import Crowd, Talk
from evaluation.product.checkout import NO_LIMITS, Checkout, RunningProduct
from evaluation.product.cluster import RedisServer, RunningCluster
from evaluation.product.twilio import LocalTwilio
from evaluation.product.visitor import Reply

QUESTION, ANSWERED_WITH = "What does NED mean?", "no evidence of disease"
# Well again is who answers a question and saves a request so quickly.
WELL_SECONDS = 12.0
# Flags that waited on the disk are taken in every few seconds.
TAKE_IN_SECONDS = 8.0
LAST_ANSWERS = 60.0


@dataclass(frozen=True)
class Extent:
    """How much happens.

    Attributes:
        asking: Visitors who ask questions.
        filling: Visitors who fill in forms.
        before: Seconds of peace before the fault.
        after: Seconds that visitors go on after it at least.
        longest: The longest that a fault lasts.
        recovery: Seconds after its end until it counts as not mended.
    """

    asking: int = 3
    filling: int = 3
    before: float = 6.0
    after: float = 10.0
    longest: float = 600.0
    recovery: float = 90.0


SHORT = Extent(2, 2, 3.0, 5.0, 6.0, 40.0)


def reason_to_skip(fault: Fault, checkout: Checkout, postgresql: str | None) -> str | None:
    """Return why a fault cannot be tried here, or None."""
    if fault.place == "disk" and os.geteuid() != 0:
        return "only root can mount a small disk"
    if (fault.is_of_a_cluster or fault.place == "postgresql") and postgresql is None:
        return "no PostgreSQL was given"
    if fault.is_of_a_cluster and checkout != Checkout.this():
        return "the cluster of this checkout alone is tried"
    if fault.place == "cluster with a standby" and programs() is None:
        return "a server of PostgreSQL cannot be made here"
    if fault.loses_packets and not can_lose_packets():
        return "only root can lose packets, with iptables"
    if fault.apart is FakeClock and library() is None:
        return "libfaketime is not installed; on Debian: apt-get install faketime"
    if fault.verb and not checkout.has_verb(fault.verb):
        return f"it has no 'helpline {fault.verb}'"
    if fault.part == "front door" and "rasa_port" in checkout.settings():
        return "it has no front door"
    if fault.part == CONSOLE and "console_port" not in checkout.settings():
        return "it has no console"
    if fault.part == DELIVERY and "twilio_url" not in checkout.settings():
        return "it has no messaging channels"
    return None


async def try_fault(checkout: Checkout, fault: Fault, extent: Extent, postgresql: str | None = None) -> Outcome:
    """Run the product, break it, and count what visitors noticed.

    Args:
        checkout: The product.
        fault: What breaks.
        extent: How much happens.
        postgresql: URL of a PostgreSQL server, for its faults.

    Raises:
        StartError: The product did not start, or was ended from outside.
    """
    async with _scene(checkout, fault, postgresql) as scene:
        crowd = Crowd(scene.product.url, scene.product.trust)
        texters = Texters(scene.product.url, scene.twilio) if scene.twilio is not None else None
        try:
            well_after = await _talk_through(crowd, scene, fault, extent, texters)
            scene.product.require_uninterrupted()  # one that ended by itself is an outcome
            await asyncio.sleep(TAKE_IN_SECONDS)
            texts = await texters.read() if texters is not None else (0, 0, 0)
            conversations = await _read_conversations(crowd.talks)
            stored, flags = read_store(_connection(scene), scene.product.settings["encryption_key"])
        finally:
            await crowd.close()
    return count_outcome(crowd.talks, conversations, stored, flags, well_after, texts)


@asynccontextmanager
async def _scene(checkout: Checkout, fault: Fault, postgresql: str | None) -> AsyncIterator[Scene]:
    """Start the product with its data where the fault wants them."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chaos-")))
        apart = fault.apart(folder) if fault.apart else None
        run = apart.given_to(checkout) if apart else checkout
        scene = Scene(RunningProduct(run, folder), folder, apart=apart)
        settings = {**NO_LIMITS, "encryption_key": Fernet.generate_key().decode()}
        if fault.place == "disk":
            scene.disk = stack.enter_context(small_disk(folder / "disk"))
            scene.directory = scene.disk.folder
            settings["spool_directory"] = f"{scene.directory}/spool"
            settings["database_url"] = f"sqlite:///{scene.directory}/helpline.db"
            settings["tracker_database_url"] = f"sqlite:///{scene.directory}/conversations.db"
        if fault.place == "cluster with a standby":
            scene.pair = stack.enter_context(PostgresqlPair())
            settings["database_url"] = scene.pair.url
        elif (fault.is_of_a_cluster or fault.place == "postgresql") and postgresql is not None:
            scene.postgresql = await stack.enter_async_context(postgresql_database(postgresql))
            settings["database_url"] = settings["tracker_database_url"] = scene.postgresql.url
        if fault.is_of_a_cluster:
            scene.redis = stack.enter_context(RedisServer())
            settings["redis_url"] = scene.redis.url
            scene.product = RunningCluster(checkout, folder)
        if fault.place == "cluster on a network" and scene.postgresql is not None and scene.redis is not None:
            to_redis = await stack.enter_async_context(proxy_before("127.0.0.1", scene.redis.port))
            scene.network = scene.postgresql.proxy, to_redis
            settings["redis_url"] = f"redis://127.0.0.1:{to_redis.port}/0"
        if fault.part == DELIVERY:
            scene.twilio = stack.enter_context(LocalTwilio())
            settings |= scene.twilio.settings
        scene.product.settings = settings
        await asyncio.to_thread(scene.product.start)
        try:
            yield scene
        finally:
            await asyncio.to_thread(scene.product.stop)


async def _talk_through(
    crowd: Crowd, scene: Scene, fault: Fault, extent: Extent, texters: Texters | None
) -> float | None:
    """Let all visitors talk before, during and after the fault; return the seconds until all was well again."""
    lasts = min(fault.seconds, extent.longest)
    crises = await crowd.open_crisis_talks(int(extent.before + lasts + extent.recovery + extent.after))
    tasks = [
        *(asyncio.create_task(crowd.ask()) for _ in range(extent.asking * fault.crowd)),
        *(asyncio.create_task(crowd.fill_forms()) for _ in range(extent.filling * fault.crowd)),
        asyncio.create_task(_say_crises(crowd, crises)),
        *([asyncio.create_task(texters.write())] if texters is not None else []),
    ]
    try:
        await asyncio.sleep(extent.before)
        undo = await fault.begin(scene)
        try:
            await asyncio.sleep(lasts)
        finally:
            await undo()
        ended = time.monotonic()
        well_after = await _well_after(crowd, extent.recovery)
        if fault.part == CONSOLE and well_after is not None:
            well_after = await _console_after(scene.product, ended, extent.recovery)
        await asyncio.sleep(max(0.0, extent.after - (time.monotonic() - ended)))
    finally:
        crowd.running = False
        if texters is not None:
            texters.running = False
        _done, late = await asyncio.wait(tasks, timeout=LAST_ANSWERS)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return well_after


async def _console_after(product: RunningProduct, ended: float, limit: float) -> float | None:
    """Return the seconds from the end of a fault until the console answered; None if it never did."""
    while time.monotonic() - ended < limit:
        if await asyncio.to_thread(product.console_answers):
            return time.monotonic() - ended
        await asyncio.sleep(0.2)
    return None


async def _say_crises(crowd: Crowd, talks: Sequence[Talk]) -> None:
    """Let one more person say it every second, whether or not the last one was answered."""
    saying = []
    for talk in talks:
        if not crowd.running:
            break
        saying.append(asyncio.create_task(crowd.say_crisis(talk)))
        await asyncio.sleep(1.0)
    await asyncio.gather(*saying)


async def _well_after(crowd: Crowd, limit: float) -> float | None:
    """Return the seconds until a new visitor's question is answered and a request saved; None if they never are."""
    started = time.monotonic()
    while (began := time.monotonic()) - started < limit:
        async with crowd.new_visitor(patience=WELL_SECONDS) as visitor:
            answered = (await visitor.open()).is_answer and ANSWERED_WITH in (await visitor.say(QUESTION)).text.lower()
        if answered:
            try:
                talk = await asyncio.wait_for(crowd.fill_form(thinks=0.0), WELL_SECONDS)
            except asyncio.TimeoutError:
                continue
            if talk.code is not None:
                return began - started
        await asyncio.sleep(0.5)
    return None


async def _read_conversations(talks: Sequence[Talk]) -> dict[int, Reply]:
    """Read the conversations as a page load does; the front door's answers to a crisis do not stand in them."""
    read = {}
    for place, talk in enumerate(talks):
        if talk.sent and all(message.kind != "crisis" for message in talk.sent):
            read[place] = await talk.visitor.conversation()
    return read


def _connection(scene: Scene) -> Any:
    if scene.pair is not None:
        return scene.pair.connect()
    if scene.postgresql is not None:
        return scene.postgresql.connect()
    return connect_sqlite(scene.directory / "helpline.db")


Say = Callable[[str], None]


async def try_faults(
    checkouts: Sequence[Checkout], faults: Sequence[Fault], extent: Extent, postgresql: str | None, say: Say
) -> AsyncIterator[tuple[Fault, Checkout, Outcome]]:
    """Try each fault in each checkout, and give each outcome as soon as it is there; what cannot be tried is told."""
    for fault in faults:
        for checkout in checkouts:
            if reason := reason_to_skip(fault, checkout, postgresql):
                say(f"{fault.name}, {checkout.name}: left out, {reason}")
                continue
            say(f"{fault.name}, {checkout.name}")
            yield fault, checkout, await try_fault(checkout, fault, extent, postgresql)
