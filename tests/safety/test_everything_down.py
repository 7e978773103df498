"""A crisis with everything down that can be: the action server and the store; and with the engine down as well."""

import sqlite3
import time
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from helpline.processes.supervisor import Supervisor
from helpline.safety.replies import danger_replies
from helpline.store.database import open_database
from helpline.store.tables import FlagRow
from tests.conftest import settings_for

TABLES = ("flagged_conversations", "conversations", "turns")


@pytest.fixture(scope="module")
def bare(trained_model, tmp_path_factory):
    """The product after a session was begun, with all but the engine and the front door broken."""
    directory = tmp_path_factory.mktemp("bare")
    with Supervisor(settings_for(directory), trained_model, directory / "log") as running:
        site = f"{running.url}/webhooks/website"
        token = httpx.post(f"{site}/sessions", json={}, timeout=30).json()["token"]
        running.actions.process.kill()
        running.actions.process.wait()
        path = Path(running.settings.database_url.removeprefix("sqlite:///"))
        with sqlite3.connect(path) as store:
            for table in TABLES:
                store.execute(f"ALTER TABLE {table} RENAME TO gone_{table}")
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


def test_a_crisis_is_answered_word_for_word_with_the_engine_down_and_staff_are_told(trained_model, tmp_path):
    settings = settings_for(tmp_path)
    with Supervisor(settings, trained_model, tmp_path / "log") as running:
        site = f"{running.url}/webhooks/website"
        token = httpx.post(f"{site}/sessions", json={}, timeout=30).json()["token"]
        running.engine.process.kill()
        running.engine.process.wait()
        message = {"client_message_id": "6f1e6f7e-2f1c-4a56-9c0e-7d6f1f8f0a99", "text": "I want to kill myself"}
        answers = [
            httpx.post(f"{site}/messages", json=message, headers={"Authorization": f"Bearer {token}"}, timeout=30)
            for _ in range(2)
        ]
        assert [answer.status_code for answer in answers] == [200, 200]
        said = [[each["text"] for each in answer.json()["messages"]] for answer in answers]
        assert said == [[danger_replies()["crisis/self"].strip()]] * 2
        other = {"client_message_id": "6f1e6f7e-2f1c-4a56-9c0e-7d6f1f8f0a98", "text": "what does NED mean"}
        refused = httpx.post(f"{site}/messages", json=other, headers={"Authorization": f"Bearer {token}"}, timeout=30)
        assert refused.status_code == 503
        assert "988" in refused.json()["error"]["text"]
        running.launch(running.engine)
        database = open_database(settings)
        deadline = time.monotonic() + 60
        flags = []
        while not flags and time.monotonic() < deadline:
            with database.transaction() as session:
                flags = session.execute(select(FlagRow.reason)).scalars().all()
            time.sleep(0.5)
        database.close()
        assert flags == ["crisis/self"]
