"""How the front door talks to the engine, with time limits of its own."""

import asyncio
import json
import logging
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from helpline.errors import HelplineError
from helpline.web.local_client import LocalClient

logger = logging.getLogger(__name__)

_CONNECT_SECONDS = 1.0
# A page load needs the store twice.
READ_SECONDS = 5.0


class EngineError(HelplineError):
    """The engine did not answer, or could not."""


class ConversationGoneError(HelplineError):
    """The conversation was deleted, or its time is over."""


class ButtonGoneError(HelplineError):
    """The button is not on offer any more."""


@dataclass(frozen=True)
class TurnMessage:
    """A message on its way to the engine; `helpline.rasa.turn_request.TurnRequest` describes the fields."""

    conversation: str
    channel: str
    message_id: str
    text: str | None = None
    button: str | None = None
    opened_at: float = 0.0
    idle_limit: float = 0.0
    wait: float = 10.0
    phone_number: str | None = field(default=None, repr=False)


class EngineClient(LocalClient):
    """A client of one engine."""

    async def take_turn(self, message: TurnMessage, seconds: float) -> dict[str, Any]:
        """Return the engine's answer to a message: ``replies``, ``late``, ``form``, ``ended`` and what was understood.

        Args:
            message: The message.
            seconds: How long to wait; longer than the visitor does, so that a late turn is finished.

        Raises:
            ConversationGoneError: The conversation was deleted, or its time is over.
            ButtonGoneError: The button is not on offer.
            EngineError: There is no answer.
        """
        return await self._call("/turns", vars(message), seconds)

    async def read_conversation(self, conversation: str, opened_at: float) -> list[dict[str, Any]]:
        """Return the turns so far, oldest first.

        Raises:
            ConversationGoneError: The conversation was deleted.
            EngineError: There is no answer.
        """
        body = {"conversation": conversation, "opened_at": opened_at}
        turns: list[dict[str, Any]] = (await self._call("/conversations/read", body, READ_SECONDS))["turns"]
        return turns

    async def end_conversation(self, conversation: str, opened_at: float, everything: bool = False) -> bool:
        """Delete a conversation, and with ``everything`` the visitor's requests; return whether all could be found.

        Raises:
            ConversationGoneError: It was deleted before.
            EngineError: It may not be deleted.
        """
        body = {"conversation": conversation, "opened_at": opened_at, "everything": everything}
        return bool((await self._call("/conversations/end", body, READ_SECONDS))["complete"])

    async def is_ready(self) -> bool:
        """Say whether the engine answers, and can."""
        try:
            async with self._client().get(
                "http://engine/health", headers=self._headers, timeout=aiohttp.ClientTimeout(total=2)
            ) as reply:
                return reply.status == 200
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError):
            return False

    async def _call(self, path: str, body: dict[str, Any], seconds: float) -> dict[str, Any]:
        timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=_CONNECT_SECONDS)
        try:
            async with self._client().post(
                f"http://engine{path}", data=json.dumps(body), headers=self._headers, timeout=timeout
            ) as reply:
                content = await reply.read()
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            raise EngineError(f"The engine did not answer ({type(error).__name__}).") from None
        if reply.status == 200:
            answer: dict[str, Any] = json.loads(content)
            return answer
        if reply.status == 410:
            raise ConversationGoneError
        if reply.status == 409:
            raise ButtonGoneError
        raise EngineError(f"The engine could not answer (status {reply.status}).")
