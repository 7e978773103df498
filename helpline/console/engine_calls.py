"""How the console asks the engine: for staff's trials, and what in a text tells who somebody is.

helpline/rasa/trials.py describes what comes back of a trial. Staff ask seldom, and a flow is played in the background:
each call has a connection of its own. The front door, which has many calls at a time, keeps connections with aiohttp
(helpline/web/engine_client.py); that takes 8 MB, which the console does without.
"""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from httptools import HttpParserError, HttpResponseParser

from helpline.conversations.redaction import redactor
from helpline.conversations.span import Span
from helpline.errors import HelplineError
from helpline.observability.request_ids import HEADER, request_id
from helpline.processes.sockets import Place, by_preference, host_and_port, resolved

Turn = dict[str, Any]

_CONNECT_SECONDS = 1.0
_TURN_SECONDS = 30.0
# A flow of many messages.
_PLAY_SECONDS = 120.0
# Somebody waits beside a form, and the console can look through it itself.
_LOOK_SECONDS = 3.0


class EngineAwayError(HelplineError):
    """The engine does not answer, or could not."""


class TrialGoneError(HelplineError):
    """The engine does not know the trial any more: it was started anew, or nobody used it for long."""


class NotTakenError(HelplineError):
    """The button is not on offer any more, or the trial is as long as one may be."""


class EngineCalls:
    """Calls of the engine, or of the one of several that a trial stays with.

    Args:
        places: Where the engines listen.
        secret: What they want as bearer token.
    """

    def __init__(self, places: Place | Sequence[Place], secret: str) -> None:
        self._places = [places] if isinstance(places, Path | str) else list(places)
        self._head = (
            f"POST {{path}} HTTP/1.1\r\nHost: engine\r\nAuthorization: Bearer {secret}\r\nConnection: close\r\n"
            f"{HEADER}: {{request_id}}\r\nContent-Type: application/json\r\nContent-Length: {{length}}\r\n\r\n"
        )

    async def read(self, trial: str, channel: str) -> list[Turn]:
        """Return a trial's turns; it begins where there is none.

        Raises:
            EngineAwayError: There is no answer.
        """
        return await self._turns("read", {"trial": trial, "channel": channel})

    async def over(self, trial: str, channel: str) -> list[Turn]:
        """Begin a trial anew.

        Raises:
            EngineAwayError: There is no answer.
        """
        return await self._turns("over", {"trial": trial, "channel": channel})

    async def back(self, trial: str, channel: str) -> list[Turn]:
        """Take the last message back.

        Raises:
            TrialGoneError: There is no such trial any more.
            EngineAwayError: There is no answer.
        """
        return await self._turns("back", {"trial": trial, "channel": channel})

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
        return await self._turns("take", {"trial": trial, "channel": channel, "text": text, "button": button})

    async def play(self, channel: str, messages: Sequence[dict[str, str]], trial: str | None = None) -> list[Turn]:
        """Play messages as a conversation of their own; each is a ``text``, or a ``choice`` by its title.

        Args:
            channel: The channel's name.
            messages: What is said.
            trial: The trial that it is from then on; without a name it is forgotten.

        Raises:
            EngineAwayError: There is no answer.
        """
        return await self._turns("play", {"channel": channel, "turns": list(messages), "trial": trial}, _PLAY_SECONDS)

    async def personal_details(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return what in each text tells who somebody is.

        The engine has the redaction loaded. Where it does not answer, it is loaded here, and stays: 20 MB.
        """
        if not any(texts):
            return [[] for _ in texts]
        try:
            found = (await self._call("/personal-details", {"texts": list(texts)}, _LOOK_SECONDS))["spans"]
            return [[Span(*span) for span in spans] for spans in found]
        except EngineAwayError:
            return await asyncio.to_thread(lambda: [redactor().spans(text) for text in texts])

    async def _turns(self, what: str, body: dict[str, Any], seconds: float = _TURN_SECONDS) -> list[Turn]:
        turns: list[Turn] = (await self._call(f"/trials/{what}", body, seconds))["turns"]
        return turns

    async def _call(self, path: str, body: dict[str, Any], seconds: float) -> dict[str, Any]:
        try:
            status, content = await asyncio.wait_for(
                self._posted(path, json.dumps(body).encode(), body.get("trial") or ""), seconds
            )
        except (asyncio.TimeoutError, OSError, HttpParserError) as error:
            raise EngineAwayError(f"The engine did not answer ({type(error).__name__}).") from None
        if status == 200:
            answer: dict[str, Any] = json.loads(content)
            return answer
        if status == 410:
            raise TrialGoneError
        if status == 409:
            raise NotTakenError
        raise EngineAwayError(f"The engine could not answer (status {status}).")

    async def _connected(self, trial: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Return a connection to the engine that a trial stays with, or to the next one that is there.

        Raises:
            OSError: None is there.
        """
        problem: Exception = OSError("no engine can be found")
        for place in by_preference(await resolved(self._places), trial):
            opening = (
                asyncio.open_unix_connection(place)
                if isinstance(place, Path)
                else asyncio.open_connection(*host_and_port(place))
            )
            try:
                return await asyncio.wait_for(opening, _CONNECT_SECONDS)
            except (asyncio.TimeoutError, OSError) as error:
                problem = error
        raise problem

    async def _posted(self, path: str, body: bytes, trial: str) -> tuple[int, bytes]:
        reader, writer = await self._connected(trial)
        try:
            writer.write(self._head.format(path=path, length=len(body), request_id=request_id.get()).encode() + body)
            answer = _Answer()
            parser = HttpResponseParser(answer)
            parser.feed_data(await reader.read())
            return parser.get_status_code(), bytes(answer.body)
        finally:
            writer.close()


class _Answer:
    """Takes what the parser finds."""

    def __init__(self) -> None:
        self.body = bytearray()

    def on_body(self, part: bytes) -> None:
        """Take a part of the body."""
        self.body += part
