"""Asking one engine of several: which, and what happens when it is gone."""

import asyncio
import tempfile
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from helpline.web import engine_client
from helpline.web.engine_client import ConversationGoneError, EngineClient, EngineError, TurnMessage
from helpline.web.http_server import Server


class SmallEngine:
    """A server that answers turns with its name; it can hang, break off, and count what it is asked."""

    def __init__(self, name: str, on_socket: bool) -> None:
        self.name, self.asked, self.hangs, self.breaks, self.status = name, 0, False, False, 200
        self.slow, self.stored = 0.0, True
        self.socket = Path(tempfile.mkdtemp(prefix="hl-")) / "engine.sock" if on_socket else None
        routes = [
            Route("/turns", self.take, methods=["POST"]),
            Route("/conversations/end", self.take, methods=["POST"]),
            Route("/health", self.health),
        ]
        place = {"unix_socket": self.socket} if self.socket else {"port": 0}
        self.server = Server(Starlette(routes=routes), **place, stop_seconds=3)
        self.server.start()
        self.place = self.socket or self.server.url.removeprefix("http://")

    async def take(self, request: Request) -> Response:
        self.asked += 1
        await request.body()
        await asyncio.sleep(self.slow)
        if self.hangs:
            await asyncio.sleep(60)
        if self.breaks:
            for connection in list(self.server._uvicorn.server_state.connections):
                connection.drop()
            await asyncio.sleep(1)
        return JSONResponse({"by": self.name, "complete": True, "stored": self.stored}, self.status)

    async def health(self, request: Request) -> Response:
        if self.hangs:
            await asyncio.sleep(60)
        return JSONResponse({})


@pytest.fixture(params=[True, False], ids=["sockets", "ports"])
def engines(request, monkeypatch):
    monkeypatch.setattr(engine_client, "LOOK_EVERY", 0.1)
    monkeypatch.setattr(engine_client, "_LOOK_SECONDS", 0.3)
    made = {name: SmallEngine(name, request.param) for name in ("a", "b")}
    yield made
    for engine in made.values():
        engine.server.stop()


@pytest.fixture
async def client(engines):
    made = EngineClient([engine.place for engine in engines.values()], "s" * 40)
    yield made
    await made.close()


async def by(client: EngineClient, conversation: str, seconds: float = 5.0) -> str:
    return (await client.take_turn(TurnMessage(conversation, "website", "1", "hello"), seconds))["by"]


async def one_of(client: EngineClient, name: str) -> str:
    """Return a conversation that an engine of this name has."""
    for number in range(200):
        if await by(client, f"c{number}") == name:
            return f"c{number}"
    raise AssertionError(f"no conversation goes to {name}")


async def test_a_conversation_stays_and_each_engine_has_its_share(client):
    first = [await by(client, f"c{number}") for number in range(60)]
    assert [await by(client, f"c{number}") for number in range(60)] == first
    assert 15 < first.count("a") < 45


async def test_the_other_is_asked_while_one_has_much_more_in_hand(client, engines):
    conversation = await one_of(client, "a")
    engines["a"].slow = engines["b"].slow = 0.3
    at_once = await asyncio.gather(*(by(client, conversation) for _ in range(6)))
    assert sorted(at_once) == ["a", "a", "a", "a", "b", "b"]
    assert await by(client, conversation) == "a"


async def test_a_conversation_stays_where_it_is_while_what_is_said_is_not_stored(client, engines):
    conversation = await one_of(client, "a")
    engines["a"].slow, engines["a"].stored = 0.3, False
    await by(client, conversation)
    assert await asyncio.gather(*(by(client, conversation) for _ in range(6))) == ["a"] * 6


async def test_the_other_is_asked_when_one_is_gone_and_the_first_again_when_it_is_back(client, engines):
    conversation = await one_of(client, "a")
    engines["a"].breaks = True
    assert await by(client, conversation) == "b"
    engines["a"].breaks = False
    await asyncio.sleep(0.5)
    assert await by(client, conversation) == "a"
    engines["a"].server.stop()
    assert await by(client, conversation) == "b"
    assert await client.is_ready()


async def test_what_an_engine_that_hangs_has_in_hand_is_asked_of_the_other(client, engines):
    conversation = await one_of(client, "a")
    engines["a"].hangs = True
    started = asyncio.get_running_loop().time()
    assert await by(client, conversation, 30) == "b"
    assert asyncio.get_running_loop().time() - started < 5
    before = engines["a"].asked
    assert await by(client, conversation, 30) == "b"
    assert engines["a"].asked == before


async def test_what_an_engine_finishes_before_it_stops_is_not_asked_of_another(client, engines):
    conversation = await one_of(client, "a")
    engines["a"].slow = 1.0
    asked = engines["b"].asked
    first = asyncio.create_task(by(client, conversation))
    await asyncio.sleep(0.2)
    stopping = asyncio.create_task(asyncio.to_thread(engines["a"].server.stop))
    await asyncio.sleep(0.4)
    assert await by(client, conversation) == "b"  # a new message finds no door open there
    assert await first == "a"
    assert engines["b"].asked == asked + 1
    await stopping


async def test_a_deletion_that_may_have_been_done_is_not_asked_of_another(client, engines):
    conversation = await one_of(client, "a")
    engines["a"].breaks = True
    asked = engines["b"].asked
    with pytest.raises(EngineError):
        await client.end_conversation(conversation, 0.0)
    assert engines["b"].asked == asked
    engines["a"].server.stop()
    assert await client.end_conversation(conversation, 0.0)


@pytest.mark.parametrize(("status", "error"), [(410, ConversationGoneError), (503, EngineError)])
async def test_an_answer_with_an_error_is_an_answer(client, engines, status, error):
    conversation = await one_of(client, "a")
    engines["a"].status = status
    asked = engines["b"].asked
    with pytest.raises(error):
        await by(client, conversation)
    assert engines["b"].asked == asked


async def test_no_engine_at_all_is_said(client, engines):
    for engine in engines.values():
        engine.server.stop()
    with pytest.raises(EngineError):
        await by(client, "c")
    assert not await client.is_ready()


async def test_a_name_that_leads_nowhere_is_no_engine():
    client = EngineClient(["no-such-name.invalid:7000"], "s" * 40)
    with pytest.raises(EngineError):
        await by(client, "c")
    assert not await client.is_ready()
    await client.close()


async def test_one_engine_of_this_machine_is_asked_as_it_is_and_not_looked_at(engines):
    if engines["a"].socket is None:
        pytest.skip("sockets alone")
    client = EngineClient(engines["a"].place, "s" * 40)
    assert await by(client, "c") == "a"
    assert client._looking is None
    await client.close()
