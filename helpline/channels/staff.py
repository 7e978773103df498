"""The channel of the team's own tools: the terminal chat, replay, tests. On loopback, and with a token.

It is Rasa's REST channel with three differences: a token, a reply that holds all of a message, and an error
that is said instead of swallowed.
"""

import hmac
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from helpline.channels.output import TurnOutput

logger = logging.getLogger(__name__)


class StaffInput(InputChannel):
    """``POST /webhooks/staff/messages`` with ``{"sender", "text"}``: the messages of the assistant's turn.

    Credentials:
        token: What the caller must send as bearer token.
    """

    def __init__(self, token: str) -> None:
        self.token = token

    @classmethod
    def name(cls) -> str:
        """Return the part of the path that leads here, and the conversation's input channel."""
        return "staff"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> "StaffInput":
        """Build the channel from credentials.yml."""
        return cls((credentials or {})["token"])

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the routes of the channel."""
        blueprint = Blueprint("staff_channel")

        @blueprint.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @blueprint.route("/messages", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            given = request.headers.get("Authorization", "")
            if not hmac.compare_digest(given.encode(), f"Bearer {self.token}".encode()):
                return response.json({"error": "token missing or wrong"}, status=401)
            body = request.json
            if not isinstance(body, dict) or not all(
                isinstance(body.get(key), str) and body[key] for key in ("sender", "text")
            ):
                return response.json({"error": "send a JSON object with sender and text"}, status=400)
            output = TurnOutput(self.name())
            try:
                await on_new_message(UserMessage(body["text"], output, body["sender"], input_channel=self.name()))
            except Exception as error:
                logger.error("A turn failed: %s.", type(error).__name__)
                return response.json({"error": type(error).__name__, "messages": shown(output)}, status=500)
            return response.json({"messages": shown(output)})

        return blueprint


def shown(output: TurnOutput) -> list[dict[str, Any]]:
    """Return the messages of a turn with what the tools look at: text, buttons, response name, its metadata."""
    return [
        {
            "text": message.get("text") or "",
            "buttons": list(message.get("buttons") or []),
            "utter_action": message.get("utter_action"),
            "metadata": dict(message.get("metadata") or {}),
        }
        for message in output.messages
    ]
