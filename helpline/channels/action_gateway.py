"""A route between Rasa and the action server, so that a visitor always hears what did not work.

When the action server is down, Rasa goes on without the action and says nothing; when it hangs, Rasa waits
for minutes. Rasa therefore calls this route, which lives in its own process, and the route calls the action
server. Where that fails or takes too long, it answers in the action's place: with a response that says so,
and with the events that end a form and keep what was given for later.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import aiohttp
from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

logger = logging.getLogger(__name__)

Answer = dict[str, list[dict[str, Any]]]

NOTHING: Answer = {"events": [], "responses": []}


class ActionGateway(InputChannel):
    """Forwards action calls, and answers them when the action server does not.

    Credentials:
        action_server: URL of the action server's webhook.
        token: What Rasa must send as bearer token.
        timeout: Seconds until an answer is given in the action's place.
        in_background: Actions that return nothing, and that no reply waits for.
        instead: Response for each action that has another one than ``utter_action_failed``;
            null where the visitor need not hear of it.
    """

    def __init__(
        self,
        action_server: str,
        token: str,
        timeout: float,
        instead: dict[str, str | None],
        in_background: Iterable[str] = (),
    ) -> None:
        self.action_server = action_server
        self.token = token
        self.timeout = aiohttp.ClientTimeout(total=timeout)
        self.instead = instead
        self.in_background = frozenset(in_background)
        self._running: set[asyncio.Task[Any]] = set()
        self._session: aiohttp.ClientSession | None = None

    @classmethod
    def name(cls) -> str:
        """Return the part of the path that leads here."""
        return "actions"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> "ActionGateway":
        """Build the gateway from credentials.yml."""
        given = credentials or {}
        return cls(
            given["action_server"],
            given["token"],
            float(given["timeout"]),
            given.get("instead") or {},
            given.get("in_background") or (),
        )

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the route ``/webhooks/actions/run``."""
        blueprint = Blueprint("action_gateway")

        @blueprint.route("/run", methods=["POST"])
        async def run(request: Request) -> HTTPResponse:
            if request.headers.get("Authorization") != f"Bearer {self.token}":
                return response.json({"error": "token missing or wrong"}, status=401)
            status, body = await self.call(request.body)
            return response.raw(body, status=status, content_type="application/json")

        @blueprint.listener("after_server_stop")
        async def close(app: Any, loop: Any) -> None:
            if self._session is not None:
                await self._session.close()

        return blueprint

    async def call(self, body: bytes) -> tuple[int, bytes]:
        """Run an action, and answer in its place if it fails.

        Args:
            body: The call as Rasa makes it (JSON).

        Returns:
            Status and body for Rasa: the action server's own, or 200 with the answer in its place. A status
            of 400 is passed on, because Rasa reads it as "this action does not apply".
        """
        call = json.loads(body)
        if call["next_action"] in self.in_background:
            task = asyncio.create_task(self._forward(body, call["next_action"]))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
            return 200, json.dumps(NOTHING).encode()
        answered = await self._forward(body, call["next_action"])
        return answered or (200, json.dumps(self.answer_instead(call)).encode())

    async def _forward(self, body: bytes, action: str) -> tuple[int, bytes] | None:
        """Return the action server's answer, or None when it gave none that Rasa can use."""
        try:
            async with self._client().post(
                self.action_server, data=body, headers={"Content-Type": "application/json"}
            ) as reply:
                content = await reply.read()
                if reply.status in {200, 400}:
                    return reply.status, content
                problem = f"status {reply.status}"
        except asyncio.TimeoutError:
            problem = "no answer in time"
        except aiohttp.ClientError as error:
            problem = type(error).__name__
        logger.error("Action %s did not run: %s.", action, problem)
        return None

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=self.timeout)
        return self._session

    def answer_instead(self, call: dict[str, Any]) -> Answer:
        """Return what the visitor hears, and what happens, when an action did not run.

        Args:
            call: An action call as Rasa makes it: ``next_action``, ``tracker``.

        Returns:
            ``events`` and ``responses`` in the action server's form. The same is said once in a turn.
        """
        tracker = call["tracker"]
        loop = (tracker.get("active_loop") or {}).get("name")
        name = self.instead.get(call["next_action"], "utter_action_failed")
        if name is None:
            return NOTHING
        events: list[dict[str, Any]] = []
        if loop:
            # A slot other than requested_slot must be set, or Rasa takes the answer for "nothing understood".
            parked = tracker.get("slots", {}).get("form_in_progress") or loop.removesuffix("_form")
            events = [
                {"event": "slot", "name": "form_in_progress", "value": parked},
                {"event": "slot", "name": "requested_slot", "value": None},
            ]
            name = self.instead.get(loop, name)
        responses = [] if name is None or _was_said(name, tracker) else [{"response": name}]
        return {"events": events, "responses": responses}


def _was_said(name: str, tracker: dict[str, Any]) -> bool:
    for event in reversed(tracker.get("events") or []):
        if event.get("event") == "user":
            return False
        if event.get("event") == "bot" and (event.get("metadata") or {}).get("utter_action") == name:
            return True
    return False
