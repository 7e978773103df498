"""How the front door talks to the engines, with time limits of its own.

Where there are several, a conversation stays with one of them. When that one is gone, or has more in hand than the
others, they take its messages: a message is known by its id, so the same message played twice is answered once
(docs/adr/0017-doors-find-engines.md).
"""

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp

from helpline.errors import HelplineError
from helpline.observability.figures import figures
from helpline.processes.sockets import Place, by_preference, resolved
from helpline.web.local_client import LocalClient

logger = logging.getLogger(__name__)

_CONNECT_SECONDS = 1.0
# A page load needs the store twice.
READ_SECONDS = 5.0
# Several engines are looked at so often. One that misses so many looks in a row is not asked, and what it has in hand
# is asked of another.
LOOK_EVERY = 1.0
_LOOK_SECONDS = 1.0
_MISSED_LOOKS = 2
# An engine that has so many more in hand than another is asked no more until it has fewer.
_UNEVEN = 2
# Not so while the store is away, and until engines have stored what they alone know of conversations.
_HOME_SECONDS = 15.0


class EngineError(HelplineError):
    """The engine did not answer, or could not."""


class EngineGoneError(EngineError):
    """The engine cannot be reached, or went away while it had the request. ``begun``: it may have done its work."""

    def __init__(self, reason: str, *, begun: bool) -> None:
        super().__init__(f"The engine did not answer ({reason}).")
        self.begun = begun


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


class OneEngine(LocalClient):
    """The connections to one engine, and whether it answers.

    Args:
        place: Where it listens.
        secret: What it wants as bearer token.
    """

    def __init__(self, place: Place, secret: str) -> None:
        super().__init__(place, secret)
        # It takes no connection, or is not ready; what it has in hand it may still finish.
        self.is_shut = False
        self.in_hand = 0
        self._missed = 0
        self._hangs = asyncio.Event()

    @property
    def is_gone(self) -> bool:
        """Whether it did not answer lately."""
        return self.is_shut or self._hangs.is_set()

    def give_up(self) -> None:
        """Wait for nothing that it has in hand any more."""
        self._hangs.set()

    async def look(self) -> bool:
        """See whether it answers, and note it."""
        try:
            answers = await asyncio.wait_for(self.is_ready(2 * _LOOK_SECONDS), _LOOK_SECONDS)
        except asyncio.TimeoutError:
            self._missed += 1
            if self._missed >= _MISSED_LOOKS:
                self._hangs.set()
            return False
        self.is_shut = not answers
        self._missed = 0
        self._hangs.clear()
        return answers

    async def is_ready(self, seconds: float) -> bool:
        """Say whether the engine answers, and can."""
        try:
            timeout = aiohttp.ClientTimeout(total=seconds)
            async with self._client().get(self._url("/health"), headers=self._headers, timeout=timeout) as reply:
                return reply.status == 200
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError):
            return False

    async def ask(self, path: str, body: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Return its answer.

        Raises:
            ConversationGoneError: The conversation was deleted, or its time is over.
            ButtonGoneError: The button is not on offer.
            EngineGoneError: It is not there.
            EngineError: It gave no answer in time, or none that is one.
        """
        timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=_CONNECT_SECONDS)
        try:
            async with self._client().post(
                self._url(path), data=json.dumps(body), headers=self._headers, timeout=timeout
            ) as reply:
                content = await reply.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise EngineGoneError(type(error).__name__, begun=False) from None
        except asyncio.TimeoutError as error:
            raise EngineError(f"The engine did not answer ({type(error).__name__}).") from None
        except (aiohttp.ClientError, OSError) as error:
            raise EngineGoneError(type(error).__name__, begun=True) from None
        if reply.status == 200:
            answer: dict[str, Any] = json.loads(content)
            return answer
        if reply.status == 410:
            raise ConversationGoneError
        if reply.status == 409:
            raise ButtonGoneError
        raise EngineError(f"The engine could not answer (status {reply.status}).")

    async def ask_unless_gone(self, path: str, body: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Do the same, and do not wait for an engine that hangs, as the looks at it tell.

        Raises:
            EngineGoneError: It hangs.
        """
        asking = asyncio.ensure_future(self.ask(path, body, seconds))
        going = asyncio.ensure_future(self._hangs.wait())
        try:
            await asyncio.wait({asking, going}, return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():
                raise EngineGoneError("it hangs", begun=True)
            return asking.result()
        finally:
            going.cancel()
            asking.cancel()


class EngineClient:
    """A client of the engine, or of all engines.

    Args:
        places: Where each listens; a name that leads to several addresses stands for as many.
        secret: What they want as bearer token.
    """

    def __init__(self, places: Place | Sequence[Place], secret: str) -> None:
        self._places: list[Place] = [places] if isinstance(places, Path | str) else list(places)
        self._secret = secret
        self._engines: dict[Place, OneEngine] = {}
        self._looking: asyncio.Task[None] | None = None
        self._home_until = 0.0
        # One engine of this machine is asked as it is; there is no other.
        self._is_one = len(self._places) == 1 and isinstance(self._places[0], Path)

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
        answer = await self._call("/turns", vars(message), seconds)
        if not answer.get("stored", True):
            self._home_until = time.monotonic() + _HOME_SECONDS
        return answer

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
        # Asked again it would say that there is no such conversation, which is no word of what was deleted.
        answer = await self._call("/conversations/end", body, READ_SECONDS, again=False)
        return bool(answer["complete"])

    async def keep_flag(self, conversation: str, message_id: str, reason: str, at: datetime) -> None:
        """Have a flag of danger that waited here stored.

        Raises:
            EngineError: It was not.
        """
        body = {"conversation": conversation, "message_id": message_id, "reason": reason, "at": at.isoformat()}
        await self._call("/flags", body, READ_SECONDS)

    async def is_ready(self) -> bool:
        """Say whether an engine answers, and can."""
        engines = await self._all()
        return any(await asyncio.gather(*(engine.is_ready(2.0) for engine in engines)))

    async def close(self) -> None:
        """Close the connections."""
        if self._looking is not None:
            self._looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._looking
        for engine in self._engines.values():
            await engine.close()

    async def _call(self, path: str, body: dict[str, Any], seconds: float, again: bool = True) -> dict[str, Any]:
        """Ask one engine after the other until one is there.

        Args:
            path: What is asked.
            body: About which conversation, and the rest.
            seconds: Until all of them together had their time.
            again: Whether another engine may be asked what one may have done already.
        """
        engines = await self._all()
        if self._is_one:
            return await engines[0].ask(path, body, seconds)
        until = time.monotonic() + seconds
        gone: EngineGoneError | None = None
        for engine in self._in_order(engines, body["conversation"]):
            left = until - time.monotonic()
            engine.in_hand += 1
            try:
                if engine.is_gone:
                    return await engine.ask(path, body, left)
                return await engine.ask_unless_gone(path, body, left)
            except EngineGoneError as error:
                engine.is_shut = True
                figures.count("helpline_engine_switches_total")
                logger.warning("An engine is gone (%s); another is asked.", error)
                if error.begun and not again:
                    raise
                gone = error
            finally:
                engine.in_hand -= 1
        raise gone or EngineError("No engine can be found.")

    def _in_order(self, engines: Sequence[OneEngine], conversation: str) -> list[OneEngine]:
        """Return whom to ask, one after the other: first its own engine, unless others have much less in hand."""
        order = by_preference([engine.place for engine in engines], conversation)
        known = {engine.place: engine for engine in engines}
        most = min((engine.in_hand for engine in engines if not engine.is_gone), default=0) + _UNEVEN
        evens_out = time.monotonic() > self._home_until
        # One that did not answer is asked when no other is left: it may be back.
        return sorted(
            (known[place] for place in order),
            key=lambda engine: (engine.is_gone, evens_out and engine.in_hand >= most),
        )

    async def _all(self) -> list[OneEngine]:
        if not self._engines:
            await self._find()
        if not self._is_one and (self._looking is None or self._looking.done()):
            self._looking = asyncio.create_task(self._look())
        return list(self._engines.values())

    async def _find(self) -> None:
        """Note which engines there are now."""
        places = await resolved(self._places)
        for place in places:
            self._engines.setdefault(place, OneEngine(place, self._secret))
        if places:  # a name server that fails takes no engine away
            for place in set(self._engines) - set(places):
                left = self._engines.pop(place)
                left.give_up()
                await left.close()

    async def _look(self) -> None:
        """Look again and again which engines there are and answer."""
        while True:
            await self._find()
            answering = await asyncio.gather(*(engine.look() for engine in list(self._engines.values())))
            figures.set("helpline_engines_answering", sum(answering))
            await asyncio.sleep(LOOK_EVERY)
