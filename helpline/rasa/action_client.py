"""Calls the action server, and answers in its place, so that a visitor always hears what did not work.

When the action server is down, Rasa goes on without the action and says nothing; when it hangs, Rasa waits for minutes.
This endpoint waits a set time. Then it answers itself: with a response that says what did not work, and with the
events that end a form and keep what was given for later. It does so at once while the store is away, because
a request that cannot be saved must not be asked for.
"""

import asyncio
import json
import logging
import time
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any

import aiohttp
import jsonschema
from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from helpline.errors import HelplineError
from helpline.observability.figures import figures
from helpline.observability.request_ids import id_header
from helpline.processes.sockets import Place
from helpline.web.internal_access import TRIAL_HEADER
from helpline.web.local_client import connector_to, url_at

logger = logging.getLogger(__name__)

Answer = dict[str, list[dict[str, Any]]]

# Response of an action that did not run and has another one than utter_action_failed; None: nothing is said.
INSTEAD: dict[str, str | None] = {
    "action_route_to_helpline": "utter_helpline",
    "callback_form": "utter_not_saved",
    "volunteer_form": "utter_not_saved",
    "action_delete_data": "utter_not_deleted",
    "action_save_feedback": None,
    "action_cancel_request": "utter_check_failed",
    "action_change_request": "utter_check_failed",
    "action_withdraw_request": "utter_withdraw_unknown",
}
# What is said while the store is away, where no request is to be taken: nothing is claimed of one that stands.
WHILE_AWAY: dict[str, str] = {
    "action_delete_data": "utter_not_deleted",
    "action_check_request": "utter_check_failed",
    "action_cancel_request": "utter_check_failed",
    "action_change_request": "utter_check_failed",
    "action_withdraw_request": "utter_check_failed",
}
# Of these nobody knows whether they ran when the call broke off, and nothing may be claimed. They get more time: the
# visitor hears after the time limit of the turn that it is not known yet, and the answer is kept for the next contact.
SAVING = frozenset({"action_save_callback", "action_save_volunteer"})
SAVING_TIMEOUT = 25.0
# Rasa sends the whole domain to every action with such a name, six times as much as all else. Ours read none.
VALIDATION = "validate_"
# Actions that need no store; the others are not tried while it is away.
WITHOUT_STORE = frozenset({"action_route_to_helpline"})

# What an answer of the action server looks like.
_SCHEMA = RemoteAction.action_response_format_spec()
_ANSWER = jsonschema.validators.validator_for(_SCHEMA)(_SCHEMA)

# Whether the store cannot be reached in this turn.
store_is_away: ContextVar[bool] = ContextVar("store_is_away", default=False)
# Of a turn that is a trial: its name and those of the turns before it, the newest first. Its actions touch no store.
trial_turns: ContextVar[Sequence[str]] = ContextVar("trial_turns", default=())


class NotRunError(HelplineError):
    """An action gave no answer. ``may_have_run`` says whether it may have done its work all the same."""

    def __init__(self, reason: str, *, may_have_run: bool) -> None:
        super().__init__(reason)
        self.may_have_run = may_have_run


class ActionClient(EndpointConfig):
    """Rasa's endpoint for custom actions.

    Args:
        place: Where the action server listens.
        secret: What the action server wants as bearer token.
        timeout: Seconds until an answer is given in the action's place.
    """

    def __init__(self, place: Place, secret: str, timeout: float) -> None:
        super().__init__(url_at(place, "/webhook"), enable_selective_domain=True)
        self._place = place
        self._headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session: aiohttp.ClientSession | None = None

    async def request(self, *args: Any, **kwargs: Any) -> Answer:
        """Run the action in ``kwargs["json"]``; Rasa's signature.

        Raises:
            ClientResponseError: The action does not apply, which Rasa reads from a status of 400.
        """
        call = kwargs["json"]
        if call["next_action"].startswith(VALIDATION):
            call.pop("domain", None)
        if store_is_away.get() and call["next_action"] not in WITHOUT_STORE:
            return answer_instead(call, WHILE_AWAY.get(call["next_action"], "utter_requests_closed"))
        try:
            return await self._called(call)
        except NotRunError as error:
            figures.count("helpline_actions_failed_total", action=call["next_action"])
            logger.error("Action %s did not run: %s.", call["next_action"], error)
            unknown = call["next_action"] in SAVING and error.may_have_run
            return answer_instead(call, "utter_save_unknown" if unknown else None)

    async def _called(self, call: dict[str, Any]) -> Answer:
        """Return the action server's answer.

        Raises:
            NotRunError: It gave none that Rasa can use.
        """
        timeout = aiohttp.ClientTimeout(total=SAVING_TIMEOUT) if call["next_action"] in SAVING else self._timeout
        body = json.dumps(call, default=str)
        headers = {**self._headers, **id_header()}
        if trial_turns.get():
            headers[TRIAL_HEADER] = ",".join(trial_turns.get())
        started = time.perf_counter()
        try:
            async with self._client().post(str(self.url), data=body, headers=headers, timeout=timeout) as reply:
                content = await reply.read()
                if reply.status == 400:
                    raise ClientResponseError(400, "the action does not apply", content.decode())
                if reply.status == 200:
                    answer: Answer = json.loads(content)
                    _ANSWER.validate(answer)
                    figures.observe(
                        "helpline_action_seconds", time.perf_counter() - started, action=call["next_action"]
                    )
                    return answer
                raise NotRunError(f"status {reply.status}", may_have_run=True)
        except jsonschema.ValidationError:
            raise NotRunError("a malformed answer", may_have_run=True) from None
        except asyncio.TimeoutError:
            raise NotRunError("no answer in time", may_have_run=True) from None
        except aiohttp.ClientConnectorError as error:
            raise NotRunError(type(error).__name__, may_have_run=False) from None
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, ValueError) as error:
            raise NotRunError(type(error).__name__, may_have_run=True) from None

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=self._timeout, connector=connector_to(self._place))
        return self._session

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()


def leave_checking_to_client() -> None:
    """Let Rasa take the answers of `ActionClient` as they are.

    Rasa checks each answer again, and before that the schema of all answers: a tenth of the time of a turn.
    """
    RemoteAction._validate_action_result = lambda self, result: True


def answer_instead(call: dict[str, Any], response: str | None = None) -> Answer:
    """Return what the visitor hears, and what happens, when an action did not run.

    Args:
        call: An action call as Rasa makes it: ``next_action``, ``tracker``.
        response: What is said; by default what INSTEAD says of the action, or of the form it belongs to.

    Returns:
        ``events`` and ``responses`` in the action server's form. The same is said once in a turn.
    """
    tracker = call["tracker"]
    loop = (tracker.get("active_loop") or {}).get("name")
    name = INSTEAD.get(call["next_action"], "utter_action_failed")
    if name is None:
        return {"events": [], "responses": []}
    events: list[dict[str, Any]] = []
    if loop:
        # A slot other than requested_slot must be set, or Rasa takes the answer for "nothing understood".
        parked = tracker.get("slots", {}).get("form_in_progress") or loop.removesuffix("_form")
        events = [
            {"event": "slot", "name": "form_in_progress", "value": parked},
            {"event": "slot", "name": "requested_slot", "value": None},
        ]
        name = INSTEAD.get(loop, name)
    elif call["next_action"] in SAVING:
        name = "utter_not_saved"
    said = response or name or "utter_action_failed"
    return {"events": events, "responses": [] if _was_said(said, tracker) else [{"response": said}]}


def _was_said(name: str, tracker: dict[str, Any]) -> bool:
    for event in reversed(tracker.get("events") or []):
        if event.get("event") == "user":
            return False
        if event.get("event") == "bot" and (event.get("metadata") or {}).get("utter_action") == name:
            return True
    return False
