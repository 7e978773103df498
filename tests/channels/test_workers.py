"""Work for conversations: one task for each, danger past all places, and nothing ends it but a stop."""

import asyncio
import logging

import pytest

from helpline.channels import workers
from helpline.channels.workers import Job, Workers
from helpline.errors import StoreError

ALICE, BOB, CAROL = 1, 2, 3


class Notes(Workers):
    """Workers that note what they do, and wait for whom they are told to."""

    def __init__(self, at_once: int = 1) -> None:
        super().__init__(at_once)
        self.done: list[tuple[int, bool]] = []
        self.fails: list[Exception] = []
        self.held = {ALICE: asyncio.Event()}
        self.due: list[Job] = []
        self.looks = 0

    async def waiting(self) -> list[Job]:
        self.looks += 1
        if self.fails:
            raise self.fails.pop()
        due, self.due = self.due, []
        return due

    async def work(self, contact: int, urgent: bool) -> None:
        if contact in self.held and not urgent:
            await self.held[contact].wait()
        if self.fails:
            raise self.fails.pop()
        self.done.append((contact, urgent))


async def until(holds) -> None:
    for _ in range(500):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came")


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(workers, "_PAUSE", 0.0)
    monkeypatch.setattr(workers, "LOOK_EVERY", 0.0)


async def test_work_that_is_begun_again_while_it_goes_on_is_done_once_more():
    notes = Notes()
    for _ in range(3):
        notes.begin(Job(ALICE))
    notes.held[ALICE].set()
    await until(lambda: len(notes.done) == 2)
    await asyncio.sleep(0.05)
    assert notes.done == [(ALICE, False)] * 2


async def test_danger_waits_for_no_place_and_a_full_place_for_no_other():
    notes = Notes(at_once=1)
    for job in (Job(ALICE, place="sms"), Job(BOB, place="sms"), Job(ALICE, True, "sms"), Job(CAROL, place="slack")):
        notes.begin(job)
    await until(lambda: len(notes.done) == 2)
    assert sorted(notes.done) == [(ALICE, True), (CAROL, False)]
    notes.held[ALICE].set()
    await until(lambda: len(notes.done) == 4)
    assert notes.done[2:] == [(ALICE, False), (BOB, False)]


@pytest.mark.parametrize("error", [StoreError("Locked"), ValueError("my zebra word")])
async def test_what_fails_is_logged_without_its_words_and_can_begin_again(error, caplog):
    notes = Notes()
    notes.fails = [error]
    notes.begin(Job(BOB))
    await until(lambda: not notes.fails)
    notes.begin(Job(BOB))
    await until(lambda: notes.done == [(BOB, False)])
    assert len(caplog.records) == 1
    assert caplog.records[0].levelno == logging.ERROR
    assert "zebra" not in caplog.text


async def test_what_waits_is_looked_for_again_and_again_also_after_the_store_failed():
    notes = Notes()
    notes.fails = [StoreError("Locked")]
    looking = asyncio.create_task(notes.look())
    await until(lambda: notes.looks > 2)
    notes.due = [Job(BOB)]
    await until(lambda: notes.done == [(BOB, False)])
    looking.cancel()


async def test_a_stop_lets_work_end_for_a_while_and_begins_no_other():
    notes = Notes(at_once=2)
    notes.begin(Job(ALICE))
    notes.begin(Job(BOB))
    await notes.stop(0.05)
    assert notes.done == [(BOB, False)]
    notes.begin(Job(CAROL))
    notes.held[ALICE].set()
    await asyncio.sleep(0.05)
    assert notes.done == [(BOB, False)]
