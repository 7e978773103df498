"""Danger at the front door: answered before limits and queues, and without the engine."""

import asyncio
import time
from collections.abc import Callable
from uuid import uuid4

import pytest

from helpline.safety.replies import danger_replies
from helpline.web.api_errors import ApiError
from helpline.web.turn_queue import TurnQueue
from tests.web.server import Door, Site, SlowActions, SmallEngine

CRISIS = "I want to kill myself"
REPLY = danger_replies()["crisis/self"].strip()


def flags(engine: SmallEngine) -> list[tuple[str, str]]:
    taken: list[tuple[str, str]] = []
    engine.spool.take_in(lambda sender, message, reason, at: taken.append((sender, reason)))
    return taken


@pytest.fixture(autouse=True)
def no_flags(engine: SmallEngine) -> None:
    flags(engine)


def test_over_a_rate_limit_danger_is_still_answered(serve: Callable[..., Door], engine: SmallEngine) -> None:
    site = Site(serve(messages_per_minute=1, address_messages_per_minute=3).url)
    site.open()
    assert {site.send(text="helpline").status_code for _ in range(6)} == {200, 429}
    (message,) = site.say(CRISIS)
    assert message["text"] == REPLY
    assert [link["title"] for link in message["links"]] == ["(888) 753-LBBC (5222)", "988", "911"]
    assert [reason for _, reason in flags(engine)] == ["crisis/self"]


def test_without_the_engine_danger_is_answered_word_for_word(serve: Callable[..., Door], engine: SmallEngine) -> None:
    site = Site(serve().url)
    site.open()
    engine.stop()
    for text, leaf in (
        (CRISIS, "crisis/self"),
        ("my husband hits me and I am scared to go home", "violence"),
        ("my wife wants to end her life", "crisis/other"),
    ):
        (message,) = site.say(text)
        assert message["text"] == danger_replies()[leaf].strip()
    assert [reason for _, reason in flags(engine)] == ["crisis/self", "violence", "crisis/other"]


def test_sent_again_it_gets_the_same_answer_and_no_second_flag(serve: Callable[..., Door], engine: SmallEngine) -> None:
    site = Site(serve().url)
    site.open()
    engine.stop()
    id_ = str(uuid4())
    first = site.send(id_, text=CRISIS).json()["messages"][0]
    engine.start()
    again = site.send(id_, text=CRISIS).json()["messages"][0]
    assert (again["text"], again["at"]) == (first["text"], first["at"])
    assert len(flags(engine)) == 1


def test_an_engine_that_is_slow_is_not_waited_for(serve: Callable[..., Door], slow_actions: SlowActions) -> None:
    site = Site(serve(danger_timeout=0.5, reply_timeout=20).url)
    site.open()
    started = time.monotonic()
    (message,) = site.say(f"slow {CRISIS}")
    assert message["text"] == REPLY
    assert time.monotonic() - started < 15  # the visitor of another message would have waited for twenty seconds


def test_in_a_message_that_is_too_long_it_is_seen_too(serve: Callable[..., Door], engine: SmallEngine) -> None:
    site = Site(serve().url)
    site.open()
    (message,) = site.say(f"{'it has been a long year. ' * 60} {CRISIS}")
    assert message["text"] == REPLY


def test_in_an_ended_session_it_is_answered(serve: Callable[..., Door], engine: SmallEngine) -> None:
    site = Site(serve().url)
    site.open()
    site.end()
    (message,) = site.say(CRISIS)
    assert message["text"] == REPLY
    assert site.send(text="helpline").status_code == 401


async def test_the_queue_lets_danger_go_first_and_has_an_end() -> None:

    queue = TurnQueue(at_once=1, of_one=1, most_waiting=2)
    order: list[str] = []
    release = asyncio.Event()

    async def turn(name: str, address: str, urgent: bool = False) -> None:
        async with queue.place(address, urgent):
            order.append(name)
            await release.wait()

    tasks = [asyncio.create_task(turn("running", "a"))]
    await asyncio.sleep(0)
    tasks += [asyncio.create_task(turn(name, name)) for name in ("waits", "waits too")]
    await asyncio.sleep(0)
    with pytest.raises(ApiError) as refused:
        await turn("one too many", "z")
    assert refused.value.kind.status == 503
    tasks.append(asyncio.create_task(turn("danger", "d", urgent=True)))
    await asyncio.sleep(0)
    assert order == ["running", "danger"]
    release.set()
    await asyncio.gather(*tasks)
    assert order == ["running", "danger", "waits", "waits too"]


async def test_addresses_take_turns_however_much_one_asks() -> None:

    queue = TurnQueue(at_once=1, of_one=1, most_waiting=100)
    order: list[str] = []

    async def turn(address: str) -> None:
        async with queue.place(address):
            order.append(address)
            await asyncio.sleep(0)

    flood = [asyncio.create_task(turn("flood")) for _ in range(20)]
    await asyncio.sleep(0)
    other = asyncio.create_task(turn("other"))
    await asyncio.gather(*flood, other)
    assert order.index("other") <= 3


async def test_who_gives_up_waiting_leaves_no_trace() -> None:

    queue = TurnQueue(at_once=1, of_one=1)
    async with queue.place("a"):
        waiting = asyncio.create_task(queue.place("b").__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    async with queue.place("c"):
        pass
    assert not queue._waiting
    assert not queue._running
