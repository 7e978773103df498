"""The engine: Rasa's agent as a small ASGI app for our own processes, on a local socket and with a secret.

Rasa's own server does not run in production: its HTTP server is past its support, and a slow database stops it whole.
What the engine takes and gives is JSON:

``POST /turns``                one message; the answer has ``replies`` and what was understood
``POST /conversations/read``   the turns so far, for a page load
``POST /conversations/end``    deletes a conversation, if wished with the requests made in it
``POST /trials/...``           what staff try out, with why it was answered so: ``read``, ``take``, ``back``, ``over``,
                               ``play`` (helpline/rasa/trials.py)
``POST /flags``                a flag of danger that waited on the disk of a front door elsewhere
``POST /personal-details``     what in texts of staff tells who somebody is: the redaction is loaded here already
``GET /health``                whether the smoke conversation came back right
"""

import asyncio
import contextlib
import gc
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from helpline.conversations.redaction import redactor
from helpline.errors import HelplineError, StoreError
from helpline.observability.figures import figures
from helpline.rasa.smoke import SMOKE_CONVERSATIONS, SmokeConversation, run_smoke_conversations
from helpline.rasa.trials import TrialError, TrialMessage, TrialName, Trials, TrialScript
from helpline.rasa.turn_figures import note_ages, note_failed_turn, note_turn
from helpline.rasa.turn_request import ConversationEndedError, TurnRequest, UnknownButtonError
from helpline.rasa.turns import Turns
from helpline.settings import Settings
from helpline.store.ages import read_ages
from helpline.store.calls import StoreCalls
from helpline.store.day_counts import count_settled_days
from helpline.store.flag_spool import FlagSpool
from helpline.store.flags import flag_conversation
from helpline.store.queue_changes import return_untouched
from helpline.store.retention import purge

logger = logging.getLogger(__name__)

Asked = TypeVar("Asked")
Handler = Callable[[Request], Awaitable[Response]]

# How often what waited for the store is taken in, what staff took and did not touch returns to their queue, and what is
# past its time is purged and days that are over counted, in seconds.
TAKE_IN_EVERY = 5.0
RETURN_EVERY = 60.0
PURGE_EVERY = 600.0
# How often it is looked at what waits, where somebody wants to know.
LOOK_EVERY = 15.0

# Errors that the front door tells the visitor of, by their HTTP status.
_STATUS: dict[type[HelplineError], int] = {
    ConversationEndedError: 410,
    UnknownButtonError: 409,
    TrialError: 409,
    StoreError: 503,
}


@dataclass(frozen=True)
class ConversationName:
    """Which conversation is meant, and when the visitor's session was opened (Unix time).

    ``everything`` counts when it is deleted: whether the visitor's requests are deleted too.
    """

    conversation: str
    opened_at: float = 0.0
    everything: bool = False


@dataclass(frozen=True)
class Flag:
    """A flag of danger that another part kept on its disk: whose conversation, which message, what, and when (ISO)."""

    conversation: str
    message_id: str
    reason: str
    at: str


@dataclass(frozen=True)
class Texts:
    """What somebody of staff wrote and wants to keep."""

    texts: Sequence[str]


class Engine:
    """The routes, and what is done beside them.

    Args:
        turns: Runs the turns.
        store: The helpline store.
        spool: Flags that wait for the store.
        settings: Says when what is purged.
        smoke: Conversations that must come back right before the engine says that it is ready.
    """

    def __init__(
        self,
        turns: Turns,
        store: StoreCalls,
        spool: FlagSpool,
        settings: Settings,
        smoke: Sequence[SmokeConversation] = SMOKE_CONVERSATIONS,
    ) -> None:
        self._smoke = smoke
        self._turns = turns
        self._trials = Trials(turns.processor)
        self._store = store
        self._spool = spool
        self._settings = settings
        self._ready = False
        self._began = store.database.now(), time.monotonic()

    def app(self) -> Starlette:
        """Return the ASGI app."""
        return Starlette(
            routes=[
                Route("/turns", self._answering(TurnRequest, self._take), methods=["POST"]),
                Route("/conversations/read", self._answering(ConversationName, self._read), methods=["POST"]),
                Route("/conversations/end", self._answering(ConversationName, self._end), methods=["POST"]),
                Route("/trials/read", self._answering(TrialName, self._trials.read), methods=["POST"]),
                Route("/trials/take", self._answering(TrialMessage, self._trials.take), methods=["POST"]),
                Route("/trials/back", self._answering(TrialName, self._trials.back), methods=["POST"]),
                Route("/trials/over", self._answering(TrialName, self._trials.over), methods=["POST"]),
                Route("/trials/play", self._answering(TrialScript, self._trials.play), methods=["POST"]),
                Route("/flags", self._answering(Flag, self._keep_flag), methods=["POST"]),
                Route("/personal-details", self._answering(Texts, self._find_personal_details), methods=["POST"]),
                Route("/health", self._health, methods=["GET"]),
            ],
            lifespan=self._lifespan,
        )

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        await run_smoke_conversations(self._turns.processor, self._smoke)
        # What was loaded stays for good: the collector need not look through it again and again.
        gc.collect()
        gc.freeze()
        gc.enable()
        self._ready = True
        duties = [
            asyncio.create_task(_repeated(TAKE_IN_EVERY, self._take_in_flags)),
            asyncio.create_task(_repeated(TAKE_IN_EVERY, self._turns.store_unsaved)),
            asyncio.create_task(_repeated(RETURN_EVERY, self._return_untouched)),
            asyncio.create_task(_repeated(PURGE_EVERY, self._purge)),
        ]
        if figures.is_open:
            duties.append(asyncio.create_task(_repeated(LOOK_EVERY, self._look_at_what_waits)))
        yield
        for duty in duties:
            duty.cancel()
        with contextlib.suppress(StoreError):
            await self._turns.store_unsaved()
        await self._turns.processor.close()
        self._store.close()

    async def _take(self, request: TurnRequest) -> dict[str, Any]:
        started = time.perf_counter()
        try:
            answer = await self._turns.take(request)
        except (ConversationEndedError, UnknownButtonError):
            raise
        except Exception:
            note_failed_turn(request)
            raise
        note_turn(request, answer, time.perf_counter() - started)
        return vars(answer)

    async def _keep_flag(self, flag: Flag) -> dict[str, Any]:
        at = datetime.fromisoformat(flag.at)
        await self._store(flag_conversation, flag.conversation, flag.message_id, flag.reason, at)
        return {}

    async def _read(self, named: ConversationName) -> dict[str, Any]:
        turns = await self._turns.transcript(named.conversation, named.opened_at)
        return {"turns": [vars(turn) for turn in turns]}

    async def _end(self, named: ConversationName) -> dict[str, Any]:
        return {"complete": await self._turns.end(named.conversation, named.opened_at, named.everything)}

    @staticmethod
    async def _find_personal_details(given: Texts) -> dict[str, Any]:
        return {"spans": await asyncio.to_thread(lambda: [redactor().spans(text) for text in given.texts])}

    async def _health(self, _request: Request) -> Response:
        return JSONResponse({"status": "ok" if self._ready else "starting"}, 200 if self._ready else 503)

    @staticmethod
    def _answering(kind: type[Asked], work: Callable[[Asked], Awaitable[dict[str, Any]]]) -> Handler:
        async def answer(request: Request) -> Response:
            try:
                asked = kind(**json.loads(await request.body()))
            except (ValueError, TypeError):
                return JSONResponse({"error": "malformed"}, 400)
            try:
                return JSONResponse(await work(asked))
            except tuple(_STATUS) as error:
                return JSONResponse({"error": type(error).__name__}, _STATUS[_known(error)])

        return answer

    async def _take_in_flags(self) -> None:
        taken = await asyncio.to_thread(self._spool.take_in, partial(flag_conversation, self._store.database))
        if taken:
            logger.warning("%d flags that waited for the store were taken in.", taken)

    async def _look_at_what_waits(self) -> None:
        database = self._store.database
        note_ages(await asyncio.to_thread(read_ages, database, database.now()))
        figures.set("helpline_flags_spooled", len(await asyncio.to_thread(self._spool.read_lines)))

    async def _return_untouched(self) -> None:
        longest = timedelta(hours=self._settings.console_untouched_hours)
        await asyncio.to_thread(return_untouched, self._store.database, longest, self._store.database.now())

    async def _purge(self) -> None:
        self._trials.forget_old()
        database, settings, now = self._store.database, self._settings, self._surely_past()
        await asyncio.to_thread(purge, database, settings, now)
        zone, kept = ZoneInfo(settings.helpline_time_zone or "UTC"), timedelta(days=settings.transcript_days)
        await asyncio.to_thread(count_settled_days, database, now, zone, kept)

    def _surely_past(self) -> datetime:
        """Return a time that it is by now, whatever the clock was set to since: what is deleted does not come back."""
        began, at = self._began
        return min(self._store.database.now(), began + timedelta(seconds=time.monotonic() - at))


def _known(error: BaseException) -> type[HelplineError]:
    return next(kind for kind in _STATUS if isinstance(error, kind))


async def _repeated(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await work()
        except Exception as error:
            # At this edge nothing may end the duty for good; the message of the error could hold somebody's words.
            logger.error("A regular duty failed: %s.", type(error).__name__)
