"""How the product grows with engines behind nginx and with what is stored, and how fast call backs are taken."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet
from sqlalchemy import text

from evaluation.benchmark.console_pages import postgresql_database
from evaluation.benchmark.console_store import fill_store
from evaluation.benchmark.conversations import Load, Website, measure_load, visitor_messages
from evaluation.benchmark.crowds import load_figures
from evaluation.chaos.visitors import Crowd
from evaluation.product.checkout import NO_LIMITS, Checkout, RunningProduct
from evaluation.product.cluster import RedisServer, RunningCluster
from helpline.store.database import Database
from helpline.store.encryption import load_cipher

# Visitors behind nginx, and how many of them fill in forms at once.
CLUSTER_LOAD = Load(64, 1, 30)
ONE_LOAD = Load(1, 3, 30)
SIGN_UP_VISITORS = 16


@dataclass(frozen=True)
class Scale:
    """How far it is measured.

    Attributes:
        engines: How many engines stand behind nginx, one number after the other.
        cluster: The visitors there.
        stored: How many conversations are stored, one number after the other.
        one: A visitor alone, beside what is stored.
        sign_up_seconds: For how long forms are filled in.
    """

    engines: tuple[int, ...] = (1, 2, 4)
    cluster: Load = CLUSTER_LOAD
    stored: tuple[int, ...] = (1_000, 100_000)
    one: Load = ONE_LOAD
    sign_up_seconds: float = 30.0


def measure_engines(scale: Scale, postgresql: str) -> dict[str, float]:
    """Let a crowd talk to a cluster with so and so many engines.

    Args:
        scale: How far it is measured.
        postgresql: URL of a PostgreSQL server.
    """
    figures: dict[str, float] = {}
    for engines in scale.engines:
        with _cluster(postgresql, engines) as product:
            crowd = Website(product)
            measure_load(crowd, Load(4, 1, 10), visitor_messages())  # what is loaded with the first messages
            result = measure_load(crowd, scale.cluster, visitor_messages())
            who = f"{engines} engine{'s' if engines > 1 else ''} behind nginx, {scale.cluster.visitors} visitors"
            figures |= load_figures(who, result)
            memory = product.memory()
            figures[f"{who}, memory of an engine (MB)"] = memory["engine 1"]
            figures[f"{who}, memory of a front door (MB)"] = memory["front door 1"]
    return figures


def measure_stored(scale: Scale) -> dict[str, float]:
    """Let one visitor talk where few and where many conversations are stored, on SQLite."""
    figures: dict[str, float] = {}
    for stored in scale.stored:
        key = Fernet.generate_key().decode()
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            url = f"sqlite:///{folder}/helpline.db"
            database = Database(url, load_cipher(key))
            database.upgrade()
            fill_store(database, stored // 10, stored)
            database.close()
            settings = {**NO_LIMITS, "database_url": url, "encryption_key": key}
            with RunningProduct(Checkout.this(), Path(folder), settings) as product:
                measure_load(Website(product), Load(2, 1, 5), visitor_messages())
                figures |= load_figures(
                    f"{stored:,} conversations stored", measure_load(Website(product), scale.one, visitor_messages())
                )
                figures[f"{stored:,} conversations stored, start (s)"] = product.start_seconds
    return figures


def measure_sign_ups(scale: Scale, postgresql: str | None) -> dict[str, float]:
    """Let many people ask for a call back, as fast as they are answered, on each database."""
    figures: dict[str, float] = {}
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))
        databases = {"SQLite": f"sqlite:///{folder}/helpline.db"}
        if postgresql is not None:
            databases["PostgreSQL"] = stack.enter_context(postgresql_database(postgresql))
        for name, url in databases.items():
            key = Fernet.generate_key().decode()
            settings = {**NO_LIMITS, "database_url": url, "encryption_key": key}
            with RunningProduct(Checkout.this(), Path(folder), settings) as product:
                told, seconds = asyncio.run(_sign_up(product.url, scale.sign_up_seconds))
            database = Database(url, load_cipher(key))
            with database.transaction() as session:
                saved = int(session.execute(text("SELECT count(*) FROM requests")).scalar() or 0)
            database.close()
            figures[f"call backs asked for on {name} (a second)"] = saved / seconds
            figures[f"call backs asked for on {name}, told and not saved"] = len(told) - saved
    return figures


async def _sign_up(url: str, lasts: float) -> tuple[set[str], float]:
    """Return the codes that were told, and the seconds until the last of them."""
    crowd, codes, started = Crowd(url), set[str](), time.perf_counter()

    async def go_on() -> None:
        while time.perf_counter() - started < lasts:
            talk = await crowd.fill_form(thinks=0.0)
            if talk.code is not None:
                codes.add(talk.code)

    try:
        await asyncio.gather(*(go_on() for _ in range(SIGN_UP_VISITORS)))
        return codes, time.perf_counter() - started
    finally:
        await crowd.close()


@contextmanager
def _cluster(postgresql: str, engines: int) -> Iterator[RunningCluster]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        redis = stack.enter_context(RedisServer())
        database = stack.enter_context(postgresql_database(postgresql))
        settings = {**NO_LIMITS, "database_url": database, "redis_url": redis.url}
        settings["encryption_key"] = Fernet.generate_key().decode()
        product = RunningCluster(Checkout.this(), folder, settings, engines=engines)
        stack.callback(product.stop)
        yield product.start()
