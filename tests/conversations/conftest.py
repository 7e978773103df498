"""A model of the flows alone, trained once, and an empty store for each conversation."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from cryptography.fernet import Fernet

from actions import context
from helpline.store.database import Database
from helpline.store.encryption import Cipher
from tests.conversations.stage import Stage
from tests.few_examples import copy_with_few_examples

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def flow_model(tmp_path_factory) -> str:
    """Train the policies on rules and stories, without the classifier."""
    from rasa.model_training import train_core

    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    output = tmp_path_factory.mktemp("model")
    data = copy_with_few_examples(output)
    return str(train_core(str(ROOT / "domain.yml"), str(ROOT / "config.yml"), str(data), str(output)))


@pytest.fixture(scope="session")
def loaded_stage(flow_model) -> Stage:
    return Stage(flow_model)


@pytest.fixture
def store(tmp_path, monkeypatch) -> Iterator[Database]:
    """Give the actions an empty store."""
    database = Database(f"sqlite:///{tmp_path / 'store.db'}", Cipher([Fernet.generate_key().decode()]))
    database.upgrade()
    monkeypatch.setattr(context, "store", lambda: database)
    yield database
    database.close()


@pytest.fixture
def stage(loaded_stage, store, request) -> Stage:
    """Begin a new conversation."""
    loaded_stage.sender = request.node.nodeid
    return loaded_stage
