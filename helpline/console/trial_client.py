"""How the console talks to the engine, for staff's trials alone (helpline/rasa/trials.py describes what comes back).

Staff ask seldom, and a flow is played in the background: each call has a connection of its own.
"""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aiohttp

from helpline.errors import HelplineError

Turn = dict[str, Any]

_CONNECT_SECONDS = 1.0
_TURN_SECONDS = 30.0
# A flow of many messages.
_PLAY_SECONDS = 120.0


class EngineAwayError(HelplineError):
    """The engine does not answer, or could not."""


class TrialGoneError(HelplineError):
    """The engine does not know the trial any more: it was started anew, or nobody used it for long."""


class NotTakenError(HelplineError):
    """The button is not on offer any more, or the trial is as long as one may be."""


class TrialClient:
    """A client of the engine's trials.

    Args:
        socket: The engine's Unix socket.
        secret: What it wants as bearer token.
    """

    def __init__(self, socket: Path, secret: str) -> None:
        self._socket = socket
        self._headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}

    async def read(self, trial: str, channel: str) -> list[Turn]:
        """Return a trial's turns; it begins where there is none.

        Raises:
            EngineAwayError: There is no answer.
        """
        return await self._call("read", {"trial": trial, "channel": channel})

    async def over(self, trial: str, channel: str) -> list[Turn]:
        """Begin a trial anew.

        Raises:
            EngineAwayError: There is no answer.
        """
        return await self._call("over", {"trial": trial, "channel": channel})

    async def back(self, trial: str, channel: str) -> list[Turn]:
        """Take the last message back.

        Raises:
            TrialGoneError: There is no such trial any more.
            EngineAwayError: There is no answer.
        """
        return await self._call("back", {"trial": trial, "channel": channel})

    async def take(self, trial: str, channel: str, text: str | None, button: str | None) -> list[Turn]:
        """Say or press something.

        Args:
            trial: The trial's name.
            channel: The channel's.
            text: What was typed.
            button: Reference of the button that was pressed.

        Raises:
            TrialGoneError: There is no such trial any more.
            NotTakenError: The button is not on offer, or the trial is too long.
            EngineAwayError: There is no answer.
        """
        return await self._call("take", {"trial": trial, "channel": channel, "text": text, "button": button})

    async def play(self, channel: str, messages: Sequence[dict[str, str]]) -> list[Turn]:
        """Play messages as a conversation of their own; each is a ``text``, or a ``choice`` by its title.

        Raises:
            EngineAwayError: There is no answer.
        """
        return await self._call("play", {"channel": channel, "turns": list(messages)}, _PLAY_SECONDS)

    async def _call(self, what: str, body: dict[str, Any], seconds: float = _TURN_SECONDS) -> list[Turn]:
        timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=_CONNECT_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(self._socket)), timeout=timeout) as session,
                session.post(f"http://engine/trials/{what}", data=json.dumps(body), headers=self._headers) as reply,
            ):
                content = await reply.read()
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            raise EngineAwayError(f"The engine did not answer ({type(error).__name__}).") from None
        if reply.status == 200:
            turns: list[Turn] = json.loads(content)["turns"]
            return turns
        if reply.status == 410:
            raise TrialGoneError
        if reply.status == 409:
            raise NotTakenError
        raise EngineAwayError(f"The engine could not answer (status {reply.status}).")
