"""What the visitor hears when a part is down or hangs. Each test puts back what it broke."""

import signal
import sqlite3
from pathlib import Path

import httpx
import pytest

from helpline.processes.assistant_client import AssistantClient
from tests.conftest import settings_for

NUMBER = "(888) 753-LBBC (5222)"


@pytest.fixture(scope="module")
def fragile(trained_model, tmp_path_factory):
    """A product of its own, since it is broken here."""
    directory = tmp_path_factory.mktemp("fragile")
    with Stack(settings_for(directory), trained_model, directory / "log") as running:
        yield running


@pytest.fixture
def talk(fragile):
    with AssistantClient(fragile.url, fragile.token) as client:
        yield client.converse()


@pytest.fixture
def without_actions(fragile):
    """The action server is gone."""
    fragile.actions.process.kill()
    fragile.actions.process.wait()
    yield
    fragile.launch(fragile.actions)
    while not fragile.actions.answers():
        fragile._require_alive()


@pytest.fixture
def hanging_actions(fragile):
    """The action server takes requests and never answers."""
    fragile.actions.process.send_signal(signal.SIGSTOP)
    yield
    fragile.actions.process.send_signal(signal.SIGCONT)


def text_of(turn) -> str:
    return "\n".join(reply["text"] for reply in turn.replies)


def test_topics_and_safety_need_no_action_server(talk, without_actions):
    assert "no evidence of disease" in text_of(talk.say("what does NED mean"))
    crisis = text_of(talk.say("I want to kill myself"))
    assert "988" in crisis
    assert NUMBER in crisis


def test_a_person_is_one_step_away_without_the_action_server(talk, without_actions):
    assert NUMBER in text_of(talk.say("/talk_to_person"))


def test_a_form_that_cannot_go_on_says_so_with_the_number(talk, without_actions):
    turn = talk.say("/request_callback")
    assert "not" in text_of(turn)
    assert NUMBER in text_of(turn)
    assert text_of(turn).count(NUMBER) == 1


def test_a_crisis_in_a_form_is_answered_when_the_action_server_is_gone(talk, fragile):
    talk.say("/request_callback")
    assert talk.say("Grace").slots["first_name"] == "Grace"
    fragile.actions.process.kill()
    fragile.actions.process.wait()
    try:
        turn = talk.say("I want to kill myself")
        assert "988" in turn.replies[0]["text"]
        assert turn.slots["first_name"] == "Grace"  # parked, not lost
    finally:
        fragile.launch(fragile.actions)
        while not fragile.actions.answers():
            fragile._require_alive()
    resumed = talk.say("/resume_form")
    assert "phone number" in text_of(resumed)


@pytest.mark.parametrize("payload", ["/request_callback", "/talk_to_person", "/feedback_helpful"])
def test_nothing_is_silent_when_the_action_server_hangs(talk, hanging_actions, payload):
    assert text_of(talk.say(payload))


def test_nothing_is_claimed_when_saving_fails(talk, fragile):
    for line in ("/request_callback", "Grace", "215 555 0188", "after lunch", "skip"):
        talk.say(line)
    path = Path(fragile.settings.database_url.removeprefix("sqlite:///"))
    with sqlite3.connect(path) as store:
        store.execute("ALTER TABLE requests RENAME TO gone")
    try:
        turn = talk.say("yes")
    finally:
        with sqlite3.connect(path) as store:
            store.execute("ALTER TABLE gone RENAME TO requests")
    assert NUMBER in text_of(turn)
    assert "not" in text_of(turn)
    assert "code is" not in text_of(turn)


def test_a_visitor_of_the_website_is_answered_when_the_conversation_store_is_gone(fragile):
    site = f"{fragile.url}/webhooks/website"
    token = httpx.post(f"{site}/sessions", json={}).json()["token"]
    path = Path(fragile.settings.tracker_database_url.removeprefix("sqlite:///"))
    with sqlite3.connect(path) as store:
        store.execute("ALTER TABLE events RENAME TO gone")
    try:
        reply = httpx.post(
            f"{site}/messages",
            json={"client_message_id": "6f1e6f7e-2f1c-4a56-9c0e-7d6f1f8f0a11", "text": "what does NED mean"},
            headers={"Authorization": f"Bearer {token}"},
            timeout=30,
        )
    finally:
        with sqlite3.connect(path) as store:
            store.execute("ALTER TABLE gone RENAME TO events")
    assert reply.status_code == 200
    assert "no evidence of disease" in reply.json()["messages"][0]["text"]
