"""What many tests share: the trained model, and the product running as `make run` serves it."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpline.runtime import model
from helpline.runtime.conversation import AssistantClient
from helpline.runtime.stack import Stack
from helpline.runtime.without_tensorflow import keep_out
from helpline.settings import Settings

keep_out()  # before a test module imports Rasa, as our own processes do


def free_port() -> int:
    """Return a port of the loopback address that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def settings_for(directory: Path) -> Settings:
    """Return settings for servers of a test: own ports, own databases, limits that a test does not reach."""
    return Settings(
        rasa_port=free_port(),
        action_port=free_port(),
        api_token="token-of-the-tests",
        session_secret="secret-of-the-tests-with-32-characters",
        database_url=f"sqlite:///{directory / 'helpline.db'}",
        tracker_database_url=f"sqlite:///{directory / 'conversations.db'}",
        messages_per_minute=100_000,
        address_messages_per_minute=100_000,
        sessions_per_hour=100_000,
    )


@pytest.fixture(scope="session")
def trained_model() -> Path:
    """The model as `helpline train` makes it; trained first if it is not there."""
    if not model.MODEL.exists():
        model.train(Settings(api_token="token-of-the-tests"), lambda seconds: None)
    return model.MODEL


@pytest.fixture(scope="session")
def stack(trained_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The product, running for the whole session; a test that breaks it mends it again."""
    directory = tmp_path_factory.mktemp("stack")
    with Stack(settings_for(directory), trained_model, directory / "log") as running:
        yield running


@pytest.fixture(scope="session")
def client(stack: Stack) -> Iterator[AssistantClient]:
    """A client of the running product."""
    with AssistantClient(stack.url, stack.token) as made:
        yield made
