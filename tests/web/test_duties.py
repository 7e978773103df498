"""What the engine does by itself beside answering."""

import asyncio
import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from helpline.rasa import engine as engine_module
from helpline.store.audit import Actor, list_entries
from helpline.store.conversations import TurnRecord, list_turns, read_conversation, write_turn
from helpline.store.database import Database
from helpline.store.queue_changes import assign
from helpline.store.requests import save_request
from helpline.store.staff import add_account, find_account
from helpline.store.tables import DayCountRow, TurnRow
from tests.builders import NOON, callback_request
from tests.web.server import SmallEngine


def test_it_purges_what_is_past_its_time_and_counts_days_that_are_over(
    engine: SmallEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_turn(engine.database, "visitor", "website", 0, {}, [TurnRecord("m", NOON.replace(year=2020), "hello", [])])
    monkeypatch.setattr(engine_module, "PURGE_EVERY", 0.05)
    engine.stop()
    engine.start()

    def is_done() -> bool:
        with engine.database.transaction() as session:
            kept = session.execute(select(TurnRow)).first()
            return kept is None and session.execute(select(DayCountRow)).first() is not None

    until = time.monotonic() + 60
    while not is_done():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_clock_that_is_set_ahead_purges_nothing_before_its_time(
    engine: SmallEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "PURGE_EVERY", 0.05)
    engine.stop()
    engine.start()
    now = Database.now()
    write_turn(engine.database, "talks", "website", 0, {"said": "hello"}, [TurnRecord("m", now, "hello", [])])
    monkeypatch.setattr(Database, "now", lambda self=None: now + timedelta(days=400))
    write_turn(engine.database, "long ago", "website", 0, {}, [TurnRecord("m", NOON.replace(year=2020), "hello", [])])
    until = time.monotonic() + 60
    while list_turns(engine.database, "long ago"):
        assert time.monotonic() < until
        time.sleep(0.05)
    assert list_turns(engine.database, "talks")
    assert read_conversation(engine.database, "talks").state == {"said": "hello"}


def test_what_staff_took_and_did_not_touch_returns_without_anybody_at_the_console(
    engine: SmallEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = engine.database
    code = save_request(database, callback_request(), "visitor", NOON)
    add_account(database, Actor(None, "test"), "anna", "Anna", "staff", "hash")
    anna = find_account(database, "anna").actor
    with monkeypatch.context() as patch:
        patch.setattr(Database, "now", lambda self=None: NOON)
        assign(database, anna, code, 1, anna.id)
    monkeypatch.setattr(engine_module, "RETURN_EVERY", 0.05)
    engine.stop()
    engine.start()
    until = time.monotonic() + 60
    while list_entries(database, code)[0].action != "returned untouched":
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.parametrize("error", [UnicodeDecodeError("ascii", b"\xff", 0, 1, "words of a person"), TypeError("words")])
async def test_a_duty_goes_on_after_an_error_that_nobody_thought_of(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    calls = 0

    async def work() -> None:
        nonlocal calls
        calls += 1
        raise error

    duty = asyncio.create_task(engine_module._repeated(0, work))
    while calls < 3 and not duty.done():
        await asyncio.sleep(0)
    assert not duty.done()
    duty.cancel()
    assert type(error).__name__ in caplog.text
    assert "words" not in caplog.text
