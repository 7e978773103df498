"""The gateway against action servers that work, are gone, fail and hang: real servers on loopback."""

import asyncio
import json
from typing import Any

import pytest
from aiohttp import web

from helpline.channels.action_gateway import ActionGateway

INSTEAD = {
    "action_route_to_helpline": "utter_helpline",
    "volunteer_form": "utter_not_saved",
    "action_save_feedback": None,
}


def call(action: str, loop: str | None = None, events: list[dict[str, Any]] | None = None, **slots: Any) -> bytes:
    tracker = {"active_loop": {"name": loop} if loop else {}, "slots": slots, "events": events or []}
    return json.dumps({"next_action": action, "tracker": tracker}).encode()


@pytest.fixture
async def serve():
    runners = []

    async def start(handler: Any) -> str:
        app = web.Application()
        app.router.add_post("/webhook", handler)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        runners.append(runner)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/webhook"

    yield start
    for runner in runners:
        await runner.cleanup()


async def ask(url: str, body: bytes, timeout: float = 1.0) -> tuple[int, dict[str, Any]]:
    gateway = ActionGateway(url, "token", timeout, INSTEAD, ["action_flag_conversation"])
    status, answer = await gateway.call(body)
    await gateway._client().close()
    return status, json.loads(answer)


async def test_an_answer_is_passed_on_as_it_is(serve):
    async def works(request: web.Request) -> web.Response:
        assert (await request.json())["next_action"] == "action_x"
        return web.json_response({"events": [{"event": "slot"}], "responses": []})

    assert await ask(await serve(works), call("action_x")) == (200, {"events": [{"event": "slot"}], "responses": []})


async def test_a_rejection_is_passed_on_because_rasa_reads_it(serve):
    async def rejects(request: web.Request) -> web.Response:
        return web.json_response({"action_name": "f", "error": "no"}, status=400)

    assert await ask(await serve(rejects), call("f")) == (400, {"action_name": "f", "error": "no"})


async def test_an_action_server_that_is_gone_is_answered_for():
    status, answer = await ask("http://127.0.0.1:9/webhook", call("action_route_to_helpline"))
    assert (status, answer) == (200, {"events": [], "responses": [{"response": "utter_helpline"}]})


async def test_an_action_that_fails_is_answered_for(serve):
    async def fails(request: web.Request) -> web.Response:
        return web.Response(status=500)

    _, answer = await ask(await serve(fails), call("action_other"))
    assert answer["responses"] == [{"response": "utter_action_failed"}]


async def test_an_action_server_that_hangs_is_answered_for_in_time(serve):
    async def hangs(request: web.Request) -> web.Response:
        await asyncio.sleep(30)
        return web.json_response({})

    _, answer = await ask(await serve(hangs), call("action_other"), timeout=0.3)
    assert answer["responses"] == [{"response": "utter_action_failed"}]


async def test_a_form_is_ended_and_kept_for_later_when_its_validation_fails():
    _, answer = await ask(
        "http://127.0.0.1:9/webhook", call("validate_volunteer_form", "volunteer_form", form_in_progress="volunteer")
    )
    assert answer["responses"] == [{"response": "utter_not_saved"}]
    assert answer["events"] == [
        {"event": "slot", "name": "form_in_progress", "value": "volunteer"},
        {"event": "slot", "name": "requested_slot", "value": None},
    ]


async def test_the_same_is_said_once_in_a_turn():
    said = {"event": "bot", "metadata": {"utter_action": "utter_not_saved"}}
    body = call("validate_volunteer_form", "volunteer_form", [{"event": "user"}, said])
    assert (await ask("http://127.0.0.1:9/webhook", body))[1]["responses"] == []
    body = call("validate_volunteer_form", "volunteer_form", [said, {"event": "user"}])
    assert (await ask("http://127.0.0.1:9/webhook", body))[1]["responses"] == [{"response": "utter_not_saved"}]


async def test_what_the_visitor_need_not_hear_is_silent():
    _, answer = await ask("http://127.0.0.1:9/webhook", call("action_save_feedback"))
    assert answer == {"events": [], "responses": []}


async def test_no_reply_waits_for_an_action_in_the_background(serve):
    began, may_end = asyncio.Event(), asyncio.Event()

    async def slow(request: web.Request) -> web.Response:
        began.set()
        await may_end.wait()
        return web.json_response({"events": [], "responses": []})

    gateway = ActionGateway(await serve(slow), "token", 30.0, INSTEAD, ["action_flag_conversation"])
    assert await gateway.call(call("action_flag_conversation")) == (200, b'{"events": [], "responses": []}')
    await began.wait()  # it does run
    may_end.set()
    await asyncio.gather(*gateway._running)
    await gateway._client().close()
