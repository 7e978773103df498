"""Fixtures: a small trained assistant in an engine, and front doors before it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import rasa
from cryptography.fernet import Fernet
from sqlalchemy import select

from helpline.settings import Settings
from helpline.store.database import Database
from helpline.store.encryption import Cipher
from helpline.store.tables import ConversationRow
from tests.web import assistant
from tests.web.server import Door, Site, SlowActions, SmallEngine

Kept = Callable[[], list[str]]


@pytest.fixture(scope="session")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("assistant")
    assistant.write(directory)
    result = rasa.train(
        str(directory / "domain.yml"),
        str(directory / "config.yml"),
        [str(directory / "nlu.yml"), str(directory / "rules.yml")],
        str(directory),
    )
    assert result.model, "the small assistant did not train"
    return Path(result.model)


@pytest.fixture(scope="session")
def small_engine(small_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallEngine]:
    """The engine of all tests; its store is emptied for each."""
    directory = tmp_path_factory.mktemp("engine")
    database = Database(f"sqlite:///{directory / 'store.db'}", Cipher([Fernet.generate_key().decode()]))
    database.upgrade()
    engine = SmallEngine(small_model, database, directory)
    yield engine
    engine.stop()
    database.close()


@pytest.fixture
def engine(small_engine: SmallEngine) -> SmallEngine:
    """An engine that remembers nothing, with an empty store and without actions."""
    with small_engine.database.transaction() as session:
        session.query(ConversationRow).delete()
    small_engine.processor.action_endpoint = None
    small_engine.stop()
    small_engine.start()
    return small_engine


def generous(**changed: Any) -> Settings:
    """Settings with limits that no test meets by chance, and some changed."""
    limits = {"messages_per_minute": 100_000, "address_messages_per_minute": 100_000, "sessions_per_hour": 100_000}
    return Settings(**{**limits, **changed})


@pytest.fixture
def serve(engine: SmallEngine) -> Iterator[Callable[..., Door]]:
    """Open front doors with some settings."""
    doors: list[Door] = []

    def start(root: Path | None = None, **changed: Any) -> Door:
        more = {} if root is None else {"root": root}
        doors.append(Door(generous(**changed), engine.socket, engine.spool, **more))
        return doors[-1]

    yield start
    for door in doors:
        door.stop()


@pytest.fixture(scope="session")
def common_door(small_engine: SmallEngine) -> Iterator[Door]:
    """A front door with the settings' defaults but for the limits. What is remembered is each test's own."""
    door = Door(generous(), small_engine.socket, small_engine.spool)
    yield door
    door.stop()


@pytest.fixture
def site(engine: SmallEngine, common_door: Door) -> Site:
    """A visitor with an open session."""
    site = Site(common_door.url)
    assert site.open().status_code == 201
    return site


@pytest.fixture
def kept(engine: SmallEngine) -> Kept:
    """Say whose conversations are stored and go on."""

    def senders() -> list[str]:
        with engine.database.transaction() as session:
            return list(
                session.execute(select(ConversationRow.sender_id).where(ConversationRow.ended_at.is_(None))).scalars()
            )

    return senders


@pytest.fixture
def slow_actions(engine: SmallEngine) -> Iterator[SlowActions]:
    actions = SlowActions()
    engine.processor.action_endpoint = actions
    yield actions
    actions.answer()
