"""The action server: an action runs as Rasa asks for it, and nobody else learns anything."""

from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from actions import context
from actions.server import make_app
from helpline.settings import Settings
from helpline.web.internal_access import TRIAL_HEADER, InternalAccess
from tests.builders import tracker, user_said

SECRET = "a secret of the tests that is long enough"


@pytest.fixture(scope="module")
def http():
    with TestClient(InternalAccess(make_app(), SECRET), headers={"Authorization": f"Bearer {SECRET}"}) as client:
        yield client


def call(name: str) -> dict[str, object]:
    return {"next_action": name, "sender_id": "visitor", "tracker": tracker(user_said("hi")).current_state()}


def test_an_action_runs(http: httpx.Client) -> None:
    answer = http.post("/webhook", json=call("action_route_to_helpline"))
    assert answer.status_code == 200
    assert answer.json()["responses"][-1]["response"] == "utter_helpline"


def test_a_trial_looks_into_a_store_of_its_own_and_others_into_the_helplines(
    http: httpx.Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'helpline.db'}")
    monkeypatch.setattr(context, "load_settings", lambda: settings)
    context._helpline_store.cache_clear()
    tried = http.post("/webhook", json=call("action_check_request"), headers={TRIAL_HEADER: "two,one"})
    assert tried.json()["responses"][0]["response"] == "utter_check_unknown"
    real = http.post("/webhook", json=call("action_check_request"))
    assert real.json()["responses"][0]["response"] == "utter_check_failed"  # it is not there
    context._helpline_store.cache_clear()


def test_an_action_that_is_not_there_is_named(http: httpx.Client) -> None:
    answer = http.post("/webhook", json=call("action_unknown"))
    assert (answer.status_code, answer.json()["action_name"]) == (404, "action_unknown")


def test_nobody_without_the_secret_learns_anything(http: httpx.Client) -> None:
    for path in ("/webhook", "/actions", "/health", "/"):
        answer = http.post(path, json=call("action_route_to_helpline"), headers={"Authorization": "Bearer wrong"})
        assert (answer.status_code, answer.content) == (401, b"")


def test_there_is_no_list_of_actions_and_no_cross_origin_access(http: httpx.Client) -> None:
    assert http.get("/actions").status_code == 404
    answer = http.get("/health", headers={"Origin": "https://evil.example"})
    assert not [name for name in answer.headers if name.startswith("access-control")]
