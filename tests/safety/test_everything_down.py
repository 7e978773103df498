"""A crisis with everything down that can be: the action server, the helpline store, the conversation store."""

import sqlite3
from pathlib import Path

import httpx
import pytest

from helpline.processes.supervisor import Supervisor
from tests.conftest import settings_for

TABLES = (("database_url", "flagged_conversations"), ("tracker_database_url", "events"))


@pytest.fixture(scope="module")
def bare(trained_model, tmp_path_factory):
    """The product after a session was begun, with all but the Rasa server broken."""
    directory = tmp_path_factory.mktemp("bare")
    with Stack(settings_for(directory), trained_model, directory / "log") as running:
        site = f"{running.url}/webhooks/website"
        token = httpx.post(f"{site}/sessions", json={}, timeout=30).json()["token"]
        running.actions.process.kill()
        running.actions.process.wait()
        for setting, table in TABLES:
            path = Path(getattr(running.settings, setting).removeprefix("sqlite:///"))
            with sqlite3.connect(path) as store:
                store.execute(f"ALTER TABLE {table} RENAME TO gone")
        yield site, token


@pytest.mark.parametrize(
    ("number", "text", "said"),
    [
        (1, "I want to kill myself", ["988", "911", "(888) 753-LBBC (5222)"]),
        (2, "my wife wants to end her life", ["988", "911", "(888) 753-LBBC (5222)"]),
        (3, "my husband hit me again", ["911", "800-799-7233", "(888) 753-LBBC (5222)"]),
        (4, "I can't breathe and my chest hurts", ["911", "(888) 753-LBBC (5222)"]),
    ],
)
def test_a_crisis_is_answered_with_all_else_down(bare, number, text, said):
    site, token = bare
    reply = httpx.post(
        f"{site}/messages",
        json={"client_message_id": f"6f1e6f7e-2f1c-4a56-9c0e-7d6f1f8f0a{number:02}", "text": text},
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )
    assert reply.status_code == 200
    answer = "\n".join(message["text"] for message in reply.json()["messages"])
    assert [each for each in said if each not in answer] == []
