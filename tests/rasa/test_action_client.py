"""The visitor always hears what did not work, and nothing is claimed that nobody knows."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from rasa.utils.endpoints import ClientResponseError

from helpline.rasa import action_client
from helpline.rasa.action_client import ActionClient, answer_instead, store_is_away

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
RAN = {"events": [{"event": "slot", "name": "a", "value": 1}], "responses": [{"response": "utter_x"}]}


def call(action: str, loop: str | None = None, *said: str) -> dict[str, Any]:
    events = [{"event": "user", "text": "x"}]
    events += [{"event": "bot", "text": "t", "metadata": {"utter_action": name}} for name in said]
    tracker = {"active_loop": {"name": loop} if loop else {}, "slots": {"form_in_progress": None}, "events": events}
    return {"next_action": action, "tracker": tracker}


@pytest.fixture
async def serve(tmp_path: Path) -> AsyncIterator[Callable[[Handler], Awaitable[ActionClient]]]:
    """Serve actions on a socket, and give a client of it."""
    opened: list[Any] = []

    async def start(handler: Handler, timeout: float = 0.3) -> ActionClient:
        app = web.Application()
        app.router.add_post("/webhook", handler)
        runner = web.AppRunner(app)
        await runner.setup()
        path = tmp_path / "a.sock"
        await web.UnixSite(runner, str(path), shutdown_timeout=0.1).start()
        client = ActionClient(path, "secret", timeout)
        opened.extend((client.close, runner.cleanup))
        return client

    yield start
    for close in opened:
        await close()


async def test_the_answer_is_passed_on_with_the_secret(serve) -> None:
    async def run(request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer secret"
        assert json.loads(await request.read())["next_action"] == "action_save_feedback"
        return web.json_response(RAN)

    client = await serve(run)
    assert await client.request(json=call("action_save_feedback")) == RAN


async def test_the_domain_goes_to_those_alone_that_read_it(serve) -> None:
    sent: dict[str, bool] = {}

    async def run(request: web.Request) -> web.Response:
        body = json.loads(await request.read())
        sent[body["next_action"]] = "domain" in body
        return web.json_response(RAN)

    client = await serve(run)
    for action in ("validate_callback_form", "action_ask_callback_confirmed"):
        await client.request(json={**call(action), "domain": {"responses": {}}})
    assert sent == {"validate_callback_form": False, "action_ask_callback_confirmed": True}


async def test_an_action_that_does_not_apply_is_told_so(serve) -> None:
    async def reject(request: web.Request) -> web.Response:
        return web.json_response({"action_name": "validate_callback_form", "error": "no"}, status=400)

    client = await serve(reject)
    with pytest.raises(ClientResponseError) as caught:
        await client.request(json=call("validate_callback_form"))
    assert caught.value.status == 400


@pytest.mark.parametrize(
    ("action", "loop", "said"),
    [
        ("action_route_to_helpline", None, "utter_helpline"),
        ("action_check_request", None, "utter_action_failed"),
        ("validate_callback_form", "callback_form", "utter_not_saved"),
        ("action_save_volunteer", None, "utter_not_saved"),
        ("action_delete_data", None, "utter_not_deleted"),
    ],
)
async def test_a_server_that_is_not_there_is_answered_for(tmp_path: Path, action: str, loop: str | None, said: str):
    client = ActionClient(tmp_path / "nobody.sock", "secret", 1.0)
    answer = await client.request(json=call(action, loop))
    assert answer["responses"] == [{"response": said}]
    await client.close()


@pytest.mark.parametrize("answer", [[], {"events": [{"event": "unheard of"}]}, {"responses": ["text"]}])
async def test_an_answer_that_rasa_cannot_use_is_answered_for(serve, answer: object) -> None:
    async def confused(request: web.Request) -> web.Response:
        return web.json_response(answer)

    client = await serve(confused)
    assert (await client.request(json=call("action_check_request")))["responses"] == [
        {"response": "utter_action_failed"}
    ]


@pytest.mark.parametrize("how", ["hangs", "fails", "breaks off"])
async def test_of_a_save_without_an_answer_nothing_is_claimed(serve, monkeypatch, how: str) -> None:
    monkeypatch.setattr(action_client, "SAVING_TIMEOUT", 0.3)

    async def run(request: web.Request) -> web.Response:
        if how == "hangs":
            await asyncio.sleep(5)
        if how == "breaks off":
            assert request.transport is not None
            request.transport.close()
        return web.Response(status=500)

    client = await serve(run)
    answer = await client.request(json=call("action_save_callback"))
    assert answer["responses"] == [{"response": "utter_save_unknown"}]


async def test_a_save_gets_more_time_than_other_actions(serve) -> None:
    async def slow(request: web.Request) -> web.Response:
        await asyncio.sleep(0.6)
        return web.json_response(RAN)

    client = await serve(slow)
    assert await client.request(json=call("action_save_callback")) == RAN
    assert (await client.request(json=call("action_check_request")))["responses"] == [
        {"response": "utter_action_failed"}
    ]


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("action_cancel_request", "utter_check_failed"),
        ("action_withdraw_request", "utter_check_failed"),
        ("action_delete_data", "utter_not_deleted"),
    ],
)
async def test_while_the_store_is_away_nothing_is_claimed_of_what_was_saved(tmp_path: Path, action, said) -> None:
    client = ActionClient(tmp_path / "nobody.sock", "secret", 1.0)
    token = store_is_away.set(True)
    try:
        answer = await client.request(json=call(action))
    finally:
        store_is_away.reset(token)
    assert answer["responses"] == [{"response": said}]


async def test_while_the_store_is_away_nothing_is_asked_that_could_not_be_kept(tmp_path: Path) -> None:
    client = ActionClient(tmp_path / "nobody.sock", "secret", 1.0)
    token = store_is_away.set(True)
    try:
        answer = await client.request(json=call("validate_callback_form", "callback_form"))
        route = await client.request(json=call("action_route_to_helpline"))
    finally:
        store_is_away.reset(token)
    assert answer["responses"] == [{"response": "utter_requests_closed"}]
    assert {event["name"]: event["value"] for event in answer["events"]} == {
        "form_in_progress": "callback",
        "requested_slot": None,
    }
    assert route["responses"] == [{"response": "utter_helpline"}]


def test_the_same_is_said_once_in_a_turn() -> None:
    again = answer_instead(call("validate_callback_form", "callback_form", "utter_not_saved"))
    assert again["responses"] == []


def test_a_feedback_that_is_lost_is_not_spoken_of() -> None:
    assert answer_instead(call("action_save_feedback")) == {"events": [], "responses": []}
