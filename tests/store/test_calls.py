"""Calls of the store from an event loop: many at once, and a store that hangs."""

import asyncio
import threading
import time

import pytest

from helpline.errors import StoreError
from helpline.store import calls
from helpline.store.calls import WORKERS, StoreCalls
from helpline.store.database import Database


async def test_more_calls_than_threads_are_all_answered(database: Database) -> None:
    store = StoreCalls(database, limit=30.0)

    def work(_database: Database, number: int) -> int:
        time.sleep(0.01)
        return number

    assert await asyncio.gather(*(store(work, number) for number in range(5 * WORKERS))) == list(range(5 * WORKERS))


async def test_nobody_waits_while_every_thread_hangs_and_all_go_on_after_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "REST", 0.0)
    store = StoreCalls(database, limit=0.2)
    let_go, begun = threading.Event(), list[object]()

    def hang(_database: Database) -> None:
        begun.append(1)
        let_go.wait(30)

    try:
        failed = await asyncio.gather(*(store(hang) for _ in range(WORKERS)), return_exceptions=True)
        assert [type(each) for each in failed] == [StoreError] * WORKERS
        with pytest.raises(StoreError, match="just now"):
            await store(hang)
        assert len(begun) == WORKERS  # the last one did not even begin
    finally:
        let_go.set()
    assert await _goes_on(store)


async def _goes_on(store: StoreCalls) -> bool:
    """Wait until threads are free again."""
    for _ in range(500):
        try:
            return await store(lambda _database: True)
        except StoreError:
            await asyncio.sleep(0.02)
    return False
