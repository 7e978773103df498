"""No contact detail can be read on the disk, at any time: every byte of every file is looked at."""

import time
from datetime import timedelta
from pathlib import Path

import pytest

from helpline.processes.assistant_client import AssistantClient
from helpline.processes.supervisor import Supervisor
from helpline.store.database import open_database
from helpline.store.retention import purge
from tests.conftest import settings_for

NAME = "Wilhelmina"
SPELLINGS = (b"Wilhelmina", b"wilhelmina", b"5550142", b"555-0142", b"555 0142", b"w.stone@example", b"1210 Larch")
LINES = ["please call me back", NAME, "215 555 0142", "mornings, or write to w.stone@example.org", "I live at 1210 Larch Road"]


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return tmp_path_factory.mktemp("secret")


@pytest.fixture(scope="module")
def product(trained_model, directory):
    with Supervisor(settings_for(directory), trained_model, directory / "log") as running:
        yield running


@pytest.fixture
def talk(product):
    with AssistantClient.of(product) as client:
        yield client.converse()


@pytest.fixture
def readable(product, directory):
    """Say where a contact detail stands in clear: database, write-ahead log, logs, spool, sockets' folder."""

    def look() -> list[str]:
        found = []
        for root in (directory, product.settings.run_directory):
            for path in root.rglob("*"):
                if path.is_file():
                    content = path.read_bytes()
                    found += [f"{path.name}: {spelling!r}" for spelling in SPELLINGS if spelling in content]
        return found

    return look


def test_the_look_would_find_it(readable, directory):
    leak = directory / "leak"
    leak.write_bytes(b"\0\0Wilhelmina\0")
    assert readable() == ["leak: b'Wilhelmina'"]
    leak.unlink()


def test_while_a_form_is_open_and_after_it_was_saved(talk, readable):
    for line in LINES:
        turn = talk.say(line)
        assert readable() == []
    assert any("(215) 555-0142" in reply["text"] for reply in turn.replies)
    assert any("code is" in reply["text"] for reply in talk.say("yes, save it").replies)
    assert readable() == []


def test_after_a_form_was_cancelled(talk, readable):
    for line in [*LINES[:3], "cancel"]:
        turn = talk.say(line)
    assert "phone_number" not in turn.slots
    assert readable() == []


def test_in_passing_and_in_a_crisis(talk, readable):
    talk.say(f"my name is {NAME}, my number is 215 555 0142 and I want to kill myself")
    assert readable() == []


def test_after_a_crash_in_the_middle_of_a_form(talk, product, readable):
    for line in LINES[:3]:
        talk.say(line)
    for part in product.parts:
        part.process.kill()
        part.process.wait()
    assert readable() == []
    for part in product.parts:
        product.launch(part)
    while not all(part.answers(product.secret) for part in product.parts):
        product._require_alive()
        time.sleep(0.1)
    assert "talk about" in talk.say("mornings").replies[-1]["text"]
    assert readable() == []


def test_after_the_time_of_a_conversation_is_over(talk, product, readable):
    for line in LINES[:3]:
        talk.say(line)
    database = open_database(product.settings)
    purged = purge(database, product.settings, database.now() + timedelta(hours=product.settings.state_hours + 1))
    database.close()
    assert purged.states > 0
    assert readable() == []
    assert "phone_number" not in talk.say("what does NED mean").slots


def test_after_the_data_were_deleted(talk, readable):
    for line in [*LINES, "yes, save it", "delete my data", "yes"]:
        turn = talk.say(line)
    assert any("deleted" in reply["text"] for reply in turn.replies)
    assert readable() == []


def test_where_the_key_is_and_that_it_is_not_with_the_data(product, directory):
    assert not list(directory.rglob("*.key"))
    assert Path(product.settings.run_directory).stat().st_mode & 0o077 == 0
