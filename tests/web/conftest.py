"""Fixtures: a small trained assistant, and servers that speak for it."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import rasa
from aiohttp import web
from rasa.core.agent import Agent
from rasa.core.tracker_store import TrackerStore
from rasa.utils.endpoints import EndpointConfig

from helpline.channels.website.channel import WebsiteInput
from helpline.core.tracker_store import ConversationStore
from helpline.settings import Settings
from tests.channels.website import assistant
from tests.channels.website.server import Loop, Server, Site

Kept = Callable[[], list[str]]

SECRET = "a secret of the tests, long enough to sign with"


@pytest.fixture(scope="session")
def loop() -> Iterator[Loop]:
    loop = Loop()
    yield loop
    loop.stop()


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("assistant")
    assistant.write(directory)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RASA_TELEMETRY_ENABLED", "false")
        result = rasa.train(
            str(directory / "domain.yml"),
            str(directory / "config.yml"),
            [str(directory / "nlu.yml"), str(directory / "rules.yml")],
            str(directory),
        )
    assert result.model, "the small assistant did not train"
    return Path(result.model)


class SlowActions:
    """An action server that answers only when it is told to."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self.calls = 0
        self._may_answer = asyncio.Event()
        self._runner = web.AppRunner(self._app())
        self.url = loop.run(self._start())

    def _app(self) -> web.Application:
        async def answer(request: web.Request) -> web.Response:
            self.calls += 1
            await self._may_answer.wait()
            return web.json_response({"events": [], "responses": []})

        app = web.Application()
        app.router.add_post("/webhook", answer)
        return app

    async def _start(self) -> str:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, shutdown_timeout=1)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        return f"http://127.0.0.1:{port}/webhook"

    def answer(self) -> None:
        self._loop.loop.call_soon_threadsafe(self._may_answer.set)

    def stop(self) -> None:
        self.answer()
        self._loop.run(self._runner.cleanup())


@pytest.fixture
def slow_actions(loop: Loop) -> Iterator[SlowActions]:
    actions = SlowActions(loop)
    yield actions
    actions.stop()


@pytest.fixture(scope="session")
def agent(model: Path) -> Agent:
    return Agent.load(str(model))


@pytest.fixture
def remember(agent: Agent, tmp_path: Path) -> Callable[[TrackerStore], None]:
    """Begin with an empty store in SQLite, as the product has; another can be put in its place."""

    def use(store: TrackerStore) -> None:
        agent.tracker_store = Agent._create_tracker_store(store, agent.domain)
        assert agent.processor is not None
        agent.processor.tracker_store = agent.tracker_store
        agent.processor.action_endpoint = None

    use(ConversationStore(agent.domain, f"sqlite:///{tmp_path / 'conversations.db'}"))
    return use


def generous(**changed: Any) -> WebsiteInput:
    """The channel with limits that no test meets by chance, and some settings changed."""
    limits = {"messages_per_minute": 100_000, "address_messages_per_minute": 100_000}
    return WebsiteInput(Settings(**{**limits, "sessions_per_hour": 100_000, **changed}), SECRET)


@pytest.fixture
def serve(loop: Loop, agent: Agent, remember: Callable[[TrackerStore], None]) -> Iterator[Callable[..., Server]]:
    """Start servers: with some settings, and with another agent or none."""
    servers: list[Server] = []

    def start(agent: Agent | None = agent, cors: str | None = None, **changed: Any) -> Server:
        servers.append(Server(loop, generous(**changed), agent, cors))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture(scope="session")
def common_server(loop: Loop, agent: Agent) -> Iterator[Server]:
    """A server with the settings' defaults but for the limits. What it remembers is each test's own."""
    server = Server(loop, generous(), agent)
    yield server
    server.stop()


@pytest.fixture
def site(common_server: Server, remember: Callable[[TrackerStore], None]) -> Site:
    """A visitor with an open session."""
    site = Site(common_server.url)
    assert site.open().status_code == 201
    return site


@pytest.fixture
def kept(agent: Agent, loop: Loop) -> Kept:
    """Say which conversations are stored."""

    async def senders() -> list[str]:
        return list(await agent.tracker_store.keys())

    return lambda: loop.run(senders())


@pytest.fixture
def actions_at(agent: Agent) -> Callable[[str], None]:
    """Let the assistant call another action server."""

    def point(url: str) -> None:
        assert agent.processor is not None
        agent.processor.action_endpoint = EndpointConfig(url)

    return point
