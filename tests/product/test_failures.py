"""What the visitor hears when a part is down or hangs. Each test puts back what it broke."""

import signal
import sqlite3
import threading
import time
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from helpline.processes.assistant_client import AssistantClient
from helpline.processes.supervisor import Supervisor
from tests.conftest import settings_for

NUMBER = "(888) 753-LBBC (5222)"


@pytest.fixture(scope="module")
def fragile(trained_model, tmp_path_factory):
    """A product of its own, since it is broken here."""
    directory = tmp_path_factory.mktemp("fragile")
    settings = settings_for(directory).copy(update={"reply_timeout": 1.5})
    with Supervisor(settings, trained_model, directory / "log") as running:
        yield running


@pytest.fixture
def talk(fragile):
    with AssistantClient.of(fragile) as client:
        yield client.converse()


@pytest.fixture
def site(fragile):
    """The website's API with an open session; `say` gives the response."""
    http = httpx.Client(base_url=f"{fragile.url}/webhooks/website", timeout=30)
    http.headers["Authorization"] = f"Bearer {http.post('/sessions', json={}).json()['token']}"
    http.say = lambda text, id_=None: http.post(
        "/messages", json={"client_message_id": id_ or str(uuid4()), "text": text}
    )
    yield http
    http.close()


def kill(part):
    part.process.kill()
    part.process.wait()


def revive(fragile, part):
    fragile.launch(part)
    while not part.answers(fragile.secret):
        fragile._require_alive()
        time.sleep(0.1)


@pytest.fixture
def without_actions(fragile):
    """The action server is gone."""
    kill(fragile.actions)
    yield
    revive(fragile, fragile.actions)


@pytest.fixture
def hanging_actions(fragile):
    """The action server takes requests and never answers."""
    fragile.actions.process.send_signal(signal.SIGSTOP)
    yield
    fragile.actions.process.send_signal(signal.SIGCONT)


@pytest.fixture
def locked_store(fragile):
    """Somebody holds the database's lock: nothing can be written, and every write waits."""
    path = fragile.settings.database_url.removeprefix("sqlite:///")
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    yield
    holder.rollback()
    holder.close()


def text_of(turn) -> str:
    return "\n".join(reply["text"] for reply in turn.replies)


def said_in(answer) -> str:
    return "\n".join(message["text"] for message in answer.json()["messages"])


def test_topics_and_safety_need_no_action_server(talk, without_actions):
    assert "no evidence of disease" in text_of(talk.say("what does NED mean"))
    crisis = text_of(talk.say("I want to kill myself"))
    assert "988" in crisis
    assert NUMBER in crisis


def test_a_person_is_one_step_away_without_the_action_server(talk, without_actions):
    assert NUMBER in text_of(talk.say("can I talk to a real person"))


def test_a_form_that_cannot_go_on_says_so_with_the_number(talk, without_actions):
    turn = talk.say("please call me back")
    assert "not" in text_of(turn)
    assert NUMBER in text_of(turn)
    assert text_of(turn).count(NUMBER) == 1


def test_a_crisis_in_a_form_is_answered_when_the_action_server_is_gone(talk, fragile):
    talk.say("please call me back")
    assert talk.say("Grace").slots["first_name"] == "Grace"
    kill(fragile.actions)
    try:
        turn = talk.say("I want to kill myself")
        assert "988" in turn.replies[0]["text"]
        assert turn.slots["first_name"] == "Grace"  # parked, not lost
    finally:
        revive(fragile, fragile.actions)
    assert "phone number" in text_of(talk.say("let's go on with my request"))


@pytest.mark.parametrize("text", ["please call me back", "can I talk to a real person"])
def test_nothing_is_silent_when_the_action_server_hangs(talk, hanging_actions, text):
    assert text_of(talk.say(text))


def test_nothing_is_claimed_when_saving_fails(talk, fragile):
    for line in ("please call me back", "Grace", "215 555 0188", "after lunch", "skip"):
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


def test_what_is_not_known_yet_is_said_so_and_comes_with_the_next_message(site, fragile):
    for line in ("please call me back", "Grace", "215 555 0199", "after lunch", "skip"):
        summary = site.say(line)
    assert "(215) 555-0199" in said_in(summary)
    fragile.actions.process.send_signal(signal.SIGSTOP)
    threading.Timer(2.2, lambda: fragile.actions.process.send_signal(signal.SIGCONT)).start()
    late = site.say("yes, save it")
    assert late.status_code == 503
    assert "do not know yet whether this was saved" in late.json()["error"]["text"]
    assert NUMBER in late.json()["error"]["text"]
    time.sleep(1.5)
    answer = said_in(site.say("what does NED mean"))
    assert "code is" in answer
    assert answer.index("code is") < answer.index("no evidence of disease")
    assert "code is" not in said_in(site.say("so am I cured"))


def test_a_visitor_is_answered_while_the_store_is_locked_and_the_conversation_goes_on(site, locked_store, fragile):
    assert "no evidence of disease" in said_in(site.say("what does NED mean"))
    crisis = site.say("I want to kill myself")
    assert "988" in said_in(crisis)
    closed = said_in(site.say("please call me back"))
    assert "cannot take requests right now" in closed
    assert NUMBER in closed


def test_a_conversation_begun_while_the_store_was_away_goes_on(fragile):
    path = fragile.settings.database_url.removeprefix("sqlite:///")
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with httpx.Client(base_url=f"{fragile.url}/webhooks/website", timeout=30) as http:
        try:
            token = http.post("/sessions", json={}).json()["token"]
            http.headers["Authorization"] = f"Bearer {token}"
            body = {"client_message_id": str(uuid4()), "text": "what does NED mean"}
            assert http.post("/messages", json=body).status_code == 200
        finally:
            holder.rollback()
            holder.close()
        time.sleep(2.5)  # the store is not asked for two seconds after it did not answer
        body = {"client_message_id": str(uuid4()), "text": "so am I cured"}
        assert "not considered curable" in said_in(http.post("/messages", json=body))
        told = [m["text"] for m in http.get("/conversation").json()["messages"] if m["from"] == "visitor"]
        assert told == ["what does NED mean", "so am I cured"]


def test_a_hanging_engine_costs_no_crisis_its_answer_and_nobody_silence(site, fragile):
    fragile.engine.process.send_signal(signal.SIGSTOP)
    try:
        started = time.monotonic()
        crisis = site.say("I am going to kill myself tonight")
        waited = time.monotonic() - started
        refused = site.say("what does NED mean")
        live = httpx.get(f"{fragile.url}/health/live", timeout=10)
        ready = httpx.get(f"{fragile.url}/health/ready", timeout=10)
    finally:
        fragile.engine.process.send_signal(signal.SIGCONT)
    assert "988" in said_in(crisis)
    assert waited < 10
    assert refused.status_code == 503
    assert NUMBER in refused.json()["error"]["text"]
    assert (live.status_code, ready.status_code) == (200, 503)
