"""Try it: staff talk to the assistant, and see beside it what it understood and why it answered so. Nothing is kept.

Each session of staff has one trial, which lives in the engine (helpline/rasa/trials.py).
"""

import hashlib
from collections.abc import Awaitable
from urllib.parse import urlencode

from starlette.responses import Response
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from helpline.console import trial_words
from helpline.console.desk import Visit
from helpline.console.engine_calls import EngineAwayError, EngineCalls, NotTakenError, TrialGoneError, Turn
from helpline.console.flow_turns import kept, messages_of, reason_to_refuse
from helpline.console.form import StaffForm
from helpline.console.pages import go_to, page
from helpline.console.paging import number_of
from helpline.console.permissions import Permission
from helpline.console.routes import StaffRoute
from helpline.console.titles import titles_of
from helpline.console.trial_view import WEBSITE, seen
from helpline.store.flows import FlowError, save_flow

LONGEST_NAME = 80


class SaveForm(StaffForm):
    """How a trial is called that is saved as a test."""

    name = StringField("Name", [InputRequired("Write a name."), Length(max=LONGEST_NAME)])


async def show_trial(visit: Visit) -> Response:
    """Show the trial, and why one of its turns was answered so: the one asked for, or the last."""
    return await _page(visit, SaveForm())


async def save(visit: Visit) -> Response:
    """Save the trial as a test: played once more from its first message on, as every run of it will be."""
    form = SaveForm(visit.form)
    valid = form.validate()
    name = " ".join(str(form.name.data or "").split())
    try:
        turns = await client(visit).read(trial_of(visit), channel_of(visit))
        messages = messages_of(turns)
        reason = await _reason_to_refuse(visit, name, messages) if valid else None
        if not valid or reason is not None:
            form.name.errors = [reason] if reason else form.name.errors
            return await _page(visit, form, 422)
        played = [kept(turn) for turn in await client(visit).play(channel_of(visit), messages)]
    except EngineAwayError:
        return away(visit)
    try:
        await visit.desk.store(save_flow, visit.account.actor, name, channel_of(visit), played)
    except FlowError as error:
        form.name.errors = [str(error)]
        return await _page(visit, form, 422)
    return go_to("/try/tests", "test-saved")


async def _reason_to_refuse(visit: Visit, name: str, messages: list[dict[str, str]]) -> str | None:
    if not messages:
        return "Say something first: there is nothing to save yet."
    texts = [name, *(message["text"] for message in messages if "text" in message)]
    spans = await client(visit).personal_details(texts)
    return next(filter(None, map(reason_to_refuse, texts, spans)), None)


async def _page(visit: Visit, form: SaveForm, status: int = 200) -> Response:
    given = visit.request.query_params
    try:
        turns = await client(visit).read(trial_of(visit), channel_of(visit))
    except EngineAwayError:
        return away(visit)
    shown = seen(turns, channel_of(visit), visit.request.app.state.root)
    chosen = number_of(given.get("turn")) or len(shown)
    return page(
        visit,
        "trial.html",
        status,
        block="trial",
        form=form,
        turns=shown,
        why=next((turn for turn in shown if turn.number == chosen), None),
        channel=channel_of(visit),
        told=trial_words,
        titles=await titles_of(visit),
        longest=visit.desk.settings.max_message_length,
    )


async def say(visit: Visit) -> Response:
    """Say what was typed, or press a button."""
    text, button = str(visit.form.get("text") or "").strip(), str(visit.form.get("button") or "")
    if not text and not button:
        return _back_to(visit, "trial-empty")
    if len(text) > visit.desk.settings.max_message_length:
        return _back_to(visit, "trial-long")
    taken = client(visit).take(trial_of(visit), channel_of(visit), None if button else text, button or None)
    return await _done(visit, taken)


async def step_back(visit: Visit) -> Response:
    """Take the last message back."""
    return await _done(visit, client(visit).back(trial_of(visit), channel_of(visit)))


async def start_over(visit: Visit) -> Response:
    """Begin anew."""
    return await _done(visit, client(visit).over(trial_of(visit), channel_of(visit)))


async def _done(visit: Visit, call: Awaitable[list[Turn]]) -> Response:
    try:
        await call
    except EngineAwayError:
        return away(visit)
    except TrialGoneError:
        return _back_to(visit, "trial-gone")
    except NotTakenError:
        return _back_to(visit, "trial-not-taken")
    return _back_to(visit)


def away(visit: Visit) -> Response:
    """Say that the assistant does not answer; htmx shows nothing of an answer that is an error."""
    return page(visit, "trial_away.html", 200 if visit.wants_fragment else 503, block="trial")


def client(visit: Visit) -> EngineCalls:
    """Return what asks the engine."""
    made: EngineCalls = visit.request.app.state.engine
    return made


def channel_of(visit: Visit) -> str:
    """Return the channel on which the trial is seen; what is no channel is the website."""
    given = str(visit.form.get("channel") or visit.request.query_params.get("channel") or "")
    return given if given in trial_words.CHANNELS else WEBSITE


def _back_to(visit: Visit, said: str | None = None) -> Response:
    return go_to(address(channel_of(visit)), said)


def address(channel: str) -> str:
    """Return the address of the trial as it is seen on a channel."""
    return "/try" if channel == WEBSITE else f"/try?{urlencode({'channel': channel})}"


def trial_of(visit: Visit) -> str:
    """Return the name of the session's trial, from which nobody learns the session."""
    return hashlib.sha256(b"trial:" + visit.csrf.encode()).hexdigest()[:32]


ROUTES = [
    StaffRoute("/try", show_trial, Permission.TRY_ASSISTANT),
    StaffRoute("/try/say", say, Permission.TRY_ASSISTANT, "POST"),
    StaffRoute("/try/back", step_back, Permission.TRY_ASSISTANT, "POST"),
    StaffRoute("/try/over", start_over, Permission.TRY_ASSISTANT, "POST"),
    StaffRoute("/try/save", save, Permission.TRY_ASSISTANT, "POST"),
]
