"""Saved tests: conversations that staff tried out and kept, run all at once, with what differs from before in words."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from helpline.console.desk import Visit
from helpline.console.engine_calls import EngineAwayError
from helpline.console.flow_export import replay_lines, stories_yaml
from helpline.console.flow_runs import FlowRuns
from helpline.console.flow_turns import differences, messages_of
from helpline.console.pages import go_to, page, problem
from helpline.console.permissions import Permission
from helpline.console.routes import StaffRoute
from helpline.console.titles import titles_of
from helpline.console.trial import address, away, client, trial_of
from helpline.store.flows import (
    Flow,
    FlowError,
    FlowRun,
    Turns,
    accept_result,
    count_results,
    delete_flow,
    last_runs,
    list_flows,
    read_flow,
)

NOT_RUN, NO_ANSWER, AS_SAVED, DIFFERS = "Not run", "No answer", "As when it was saved", "Different"


@dataclass(frozen=True)
class Standing:
    """How a test stands.

    Attributes:
        flow: The test.
        now: What came of it in the newest run.
        before: What came of it in the run before.
        changed: Where the newest run differs from the run before, in words.
        told: Where the newest run differs from what was saved, in words.
    """

    flow: Flow
    now: str
    before: str
    changed: list[str]
    told: list[str]


async def show_tests(visit: Visit) -> Response:
    """Show all tests, each with the results of the last two runs."""
    return await _list(visit)


async def show_progress(visit: Visit) -> Response:
    """Show how far the run is; the page asks for it again and again while one goes on."""
    return await _list(visit)


async def run_all(visit: Visit) -> Response:
    """Run all tests."""
    begun = await _runs(visit).start(visit.account.actor)
    return go_to("/try/tests", None if begun else "tests-not-run")


async def show_test(visit: Visit) -> Response:
    """Show one test: what is said, what was answered, and where that differs."""
    flow = await visit.desk.store(read_flow, _number(visit))
    if flow is None:
        return _gone(visit)
    runs = await visit.desk.store(last_runs, 2, flow.number)
    newest, earlier = (_result(runs, place, flow) for place in (0, 1))
    return page(
        visit,
        "saved_test.html",
        standing=_standing(flow, runs),
        newest=newest or [],
        earlier=earlier or [],
        runs=runs,
        titles=await titles_of(visit),
    )


async def accept(visit: Visit) -> Response:
    """Take what was answered in the newest run as right from now on."""
    try:
        await visit.desk.store(accept_result, visit.account.actor, _number(visit))
    except FlowError as error:
        return problem(visit, 404, "Nothing was changed", str(error))
    return go_to(f"/try/tests/{_number(visit)}", "test-accepted")


async def go_on(visit: Visit) -> Response:
    """Play a test as the trial of whoever asks, to go on with from its last message; the trial before it is gone."""
    flow = await visit.desk.store(read_flow, _number(visit))
    if flow is None:
        return _gone(visit)
    try:
        await client(visit).play(flow.channel, messages_of(flow.turns), trial_of(visit))
    except EngineAwayError:
        return away(visit)
    return go_to(address(flow.channel), "test-played")


async def remove(visit: Visit) -> Response:
    """Delete a test."""
    await visit.desk.store(delete_flow, visit.account.actor, _number(visit))
    return go_to("/try/tests", "test-gone")


async def export_stories(visit: Visit) -> Response:
    """Send tests as test stories of Rasa's."""
    return await _export(visit, stories_yaml, "test_saved.yml", "application/yaml")


async def export_cases(visit: Visit) -> Response:
    """Send tests as cases of `helpline replay`."""
    return await _export(visit, replay_lines, "saved.jsonl", "application/jsonl")


async def _export(visit: Visit, write: Callable[[list[Flow]], str], name: str, kind: str) -> Response:
    only = visit.request.path_params.get("number")
    flows = [flow for flow in await visit.desk.store(list_flows) if only is None or flow.number == only]
    if not flows:
        return _gone(visit)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(await asyncio.to_thread(write, flows), media_type=kind, headers=headers)


async def _list(visit: Visit) -> Response:
    store = visit.desk.store
    flows, runs = await store(list_flows), await store(last_runs)
    running = _runs(visit).is_running
    return page(
        visit,
        "saved_tests.html",
        block="results",
        standings=[_standing(flow, runs) for flow in flows],
        runs=runs,
        running=running,
        done=await store(count_results, runs[0].number) if runs else 0,
    )


def _standing(flow: Flow, runs: Sequence[FlowRun]) -> Standing:
    now, before = _result(runs, 0, flow), _result(runs, 1, flow)
    return Standing(
        flow,
        _outcome(flow, runs, 0),
        _outcome(flow, runs, 1),
        differences(before, now) if now is not None and before is not None else [],
        differences(flow.turns, now) if now is not None else [],
    )


def _outcome(flow: Flow, runs: Sequence[FlowRun], place: int) -> str:
    if place >= len(runs) or flow.number not in runs[place].results:
        return NOT_RUN
    turns = runs[place].results[flow.number]
    if turns is None:
        return NO_ANSWER
    return DIFFERS if differences(flow.turns, turns) else AS_SAVED


def _result(runs: Sequence[FlowRun], place: int, flow: Flow) -> Turns | None:
    return runs[place].results.get(flow.number) if place < len(runs) else None


def _runs(visit: Visit) -> FlowRuns:
    runs: FlowRuns = visit.request.app.state.flow_runs
    return runs


def _number(visit: Visit) -> int:
    return min(int(visit.request.path_params["number"]), 2**31 - 1)


def _gone(visit: Visit) -> Response:
    return problem(visit, 404, "There is no such test", "It was deleted. Go to the saved tests and choose another.")


ROUTES = [
    StaffRoute("/try/tests", show_tests, Permission.TRY_ASSISTANT),
    StaffRoute("/try/tests/progress", show_progress, Permission.TRY_ASSISTANT, by_itself=True),
    StaffRoute("/try/tests/run", run_all, Permission.TRY_ASSISTANT, "POST"),
    StaffRoute("/try/tests/stories.yml", export_stories, Permission.TRY_ASSISTANT),
    StaffRoute("/try/tests/cases.jsonl", export_cases, Permission.TRY_ASSISTANT),
    StaffRoute("/try/tests/{number:int}", show_test, Permission.TRY_ASSISTANT),
    StaffRoute("/try/tests/{number:int}/story.yml", export_stories, Permission.TRY_ASSISTANT, name="export_story"),
    StaffRoute("/try/tests/{number:int}/case.jsonl", export_cases, Permission.TRY_ASSISTANT, name="export_case"),
    StaffRoute("/try/tests/{number:int}/try", go_on, Permission.TRY_ASSISTANT, "POST"),
    StaffRoute("/try/tests/{number:int}/accept", accept, Permission.TRY_ASSISTANT, "POST"),
    StaffRoute("/try/tests/{number:int}/delete", remove, Permission.TRY_ASSISTANT, "POST"),
]
