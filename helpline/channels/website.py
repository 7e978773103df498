"""The website's chat: its routes. What each takes and gives is in docs/api/website.openapi.yml."""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from helpline.channels import website_body as body
from helpline.channels.website_messages import Message, WebsiteMessages, load_links, load_page
from helpline.observability.figures import figures
from helpline.observability.probe_marks import HEADER as PROBE_HEADER
from helpline.settings import ROOT, Settings
from helpline.web import api_errors
from helpline.web.addresses import Addresses
from helpline.web.api_errors import PRIVATE_HEADERS, ApiError
from helpline.web.engine_client import (
    ButtonGoneError,
    ConversationGoneError,
    EngineClient,
    EngineError,
    TurnMessage,
)
from helpline.web.first_aid import FirstAid
from helpline.web.limits import Limits
from helpline.web.origins import Origins, preflight_headers
from helpline.web.sessions import Session, Sessions
from helpline.web.static_files import Bundle, serve
from helpline.web.turn_queue import TurnQueue
from helpline.web.wording import Wording

logger = logging.getLogger(__name__)

CHANNEL = "website"
START = "start"
# How long a turn may go on after nobody waits for it any more: its answer is kept for the next contact.
LATE_SECONDS = 45.0
# Conversations whose open form the front door remembers.
REMEMBERED_FORMS = 20_000

Handler = Callable[[Request], Awaitable[Response]]


class Website:
    """The chat on the website.

    Args:
        settings: The settings.
        secret: Secret of the sessions.
        engine: Answers messages.
        limits: How much one session and one address may ask.
        queue: Who goes to the engine next.
        first_aid: Answers danger when the engine does not.
        wording: What the front door says by itself.
        root: The project, with its contacts and the widget's build.
    """

    def __init__(
        self,
        settings: Settings,
        secret: str,
        engine: EngineClient,
        limits: Limits,
        queue: TurnQueue,
        first_aid: FirstAid,
        wording: Wording,
        root: Path = ROOT,
    ) -> None:
        self._settings = settings
        self._engine = engine
        self._limits = limits
        self._queue = queue
        self._first_aid = first_aid
        self._too_long = wording.of("utter_website_too_long")
        self._sessions = Sessions(secret, settings.session_minutes)
        self._origins = Origins(settings.allowed_origins)
        self._addresses = Addresses(settings.trusted_proxies)
        self._bundle = Bundle(root / "widget" / "dist")
        self._messages = WebsiteMessages(
            load_links(root),
            wording.of("utter_website_no_answer"),
            load_page(root / "content" / "facts.yml", settings.page_url),
        )
        self._forms: OrderedDict[str, str | None] = OrderedDict()
        self._running: set[asyncio.Task[Any]] = set()

    def routes(self) -> list[BaseRoute]:
        """Return the routes, below the path that the channel is mounted at."""
        return [
            self._guarded("/sessions", "POST", self._open_session),
            self._guarded("/conversation", "GET", self._read_conversation),
            self._guarded("/messages", "POST", self._take_message),
            self._guarded("/session", "DELETE", self._end_session),
            self._guarded("/health", "GET", self._health),
            Route("/{name:path}", self._show, methods=["GET", "HEAD"]),
        ]

    def mark(self, request: Request, response: Response) -> None:
        """Set the headers that let a permitted other website read an answer."""
        self._origins.mark(response, request.headers.get("Origin"))

    def _guarded(self, path: str, method: str, handler: Handler) -> BaseRoute:
        """Return a route for permitted origins, which answers their preflight requests as well."""

        async def guarded(request: Request) -> Response:
            self._permit(request)
            if request.method == "OPTIONS":
                return Response(status_code=204, headers=preflight_headers(method))
            if request.method != method:
                raise ApiError(api_errors.METHOD_NOT_ALLOWED, {"Allow": method})
            return await handler(request)

        return Route(path, _AnyMethod(guarded))

    async def _open_session(self, request: Request) -> Response:
        is_probe = self._sessions.is_probe(request.headers.get(PROBE_HEADER))
        if not is_probe:
            await self._limits.spend("address sessions", self._address(request))
        body.check_empty(await self._body(request))
        now = time.time()
        session, token = self._sessions.open(now, is_probe)
        answer = await self._in_time(self._turn(request, session, START))
        messages = self._shown(session, START, answer)
        left = self._sessions.expires_in(session, now, now)
        return _json({"token": token, "expires_in": left, "messages": messages}, 201)

    async def _read_conversation(self, request: Request) -> Response:
        await self._limits.spend("address reads", self._address(request))
        session = self._session(request)
        try:
            turns = await self._engine.read_conversation(session.sender, session.opened)
        except ConversationGoneError:
            raise ApiError(api_errors.SESSION_EXPIRED) from None
        except EngineError:
            raise ApiError(api_errors.UNAVAILABLE) from None
        left = self._sessions.expires_in(session, turns[-1]["at"] if turns else 0.0, time.time())
        if not left:
            raise ApiError(api_errors.SESSION_EXPIRED)
        return _json({"messages": self._messages.conversation(turns), "expires_in": left})

    async def _take_message(self, request: Request) -> Response:
        refused = await self._limits.refusal("address messages", self._address(request))
        session = self._session(request, refused)
        refused = refused or await self._limits.refusal("session messages", session.sender)
        message = body.read_message(await self._body(request))
        # Danger is looked for before limits and queues turn anybody away: it is answered whatever they say.
        danger = self._first_aid.danger(message.text)
        if danger is not None:
            messages, ended = await self._answer_danger(request, session, message, danger, refused), False
        elif refused is not None:
            raise refused
        else:
            messages, ended = await self._answer(request, session, message)
        answer = {"messages": messages, "client_message_id": message.client_message_id, "ended": ended}
        return _json(answer)

    async def _answer(
        self, request: Request, session: Session, message: body.VisitorMessage
    ) -> tuple[list[Message], bool]:
        """Return the engine's answer, and whether it ended the conversation."""
        if len(message.text or "") > self._settings.max_message_length:
            return [self._messages.notice(self._too_long, time.time())], False
        turn = self._turn(request, session, message.client_message_id, message.text, message.button)
        # Of a conversation that this front door has not answered in yet, nobody here knows whether a form is open: it
        # was started anew, or another one answered before.
        may_save = self._forms.get(session.sender, "unknown") is not None
        answer = await self._in_time(turn, may_save)
        return self._shown(session, message.client_message_id, answer), bool(answer.get("ended"))

    async def _answer_danger(
        self,
        request: Request,
        session: Session,
        message: body.VisitorMessage,
        danger: str,
        refused: ApiError | None,
    ) -> list[Message]:
        """Return the engine's answer if it comes soon, and the front door's own otherwise, or over a limit."""
        id_ = message.client_message_id
        if refused is None and self._first_aid.given(session.sender, id_) is None:
            try:
                text = (message.text or "")[: self._settings.max_message_length]
                turn = self._turn(request, session, id_, text, urgent=True)
                answer = await self._in_time(turn, seconds=self._settings.danger_timeout)
                if answer["danger"]:
                    return self._shown(session, id_, answer)
            except ApiError as error:
                logger.info("Danger was not answered by the engine: %s.", error.kind.code)
        text, at = await self._first_aid.answer(session.sender, id_, danger)
        return [self._messages.notice(text, at)]

    async def _end_session(self, request: Request) -> Response:
        await self._limits.spend("address reads", self._address(request))
        session = self._session(request)
        everything = body.read_flag(request, "requests")
        try:
            complete = await self._engine.end_conversation(session.sender, session.opened, everything)
        except ConversationGoneError:
            raise ApiError(api_errors.SESSION_EXPIRED) from None
        except EngineError:
            raise ApiError(api_errors.NOT_DELETED) from None
        return _json({"complete": complete})

    async def _health(self, _request: Request) -> Response:
        if not await self._engine.is_ready():
            raise ApiError(api_errors.UNAVAILABLE)
        return _json({"status": "ok"})

    async def _show(self, request: Request) -> Response:
        return serve(self._bundle, request, request.path_params["name"])

    async def _turn(
        self,
        request: Request,
        session: Session,
        message_id: str,
        text: str | None = None,
        button: str | None = None,
        urgent: bool = False,
    ) -> dict[str, Any]:
        message = TurnMessage(
            session.sender,
            CHANNEL,
            message_id,
            text,
            button,
            session.opened,
            self._settings.session_minutes * 60.0,
            self._settings.reply_timeout,
        )
        async with self._queue.place(self._address(request), urgent):
            return await self._engine.take_turn(message, self._settings.reply_timeout + LATE_SECONDS)

    async def _in_time(
        self, turn: Awaitable[dict[str, Any]], may_save: bool = False, seconds: float | None = None
    ) -> dict[str, Any]:
        """Wait for a turn, not longer than a visitor would; one that takes longer goes on all the same.

        Args:
            turn: The turn.
            may_save: Whether a form may be open, so that nobody knows what it saved.
            seconds: How long to wait; by default as long as the setting says.

        Raises:
            ApiError: There is no answer, or none in time.
        """
        task: asyncio.Task[dict[str, Any]] = asyncio.ensure_future(turn)
        self._running.add(task)
        task.add_done_callback(self._finished)
        late = api_errors.NOT_KNOWN_YET if may_save else api_errors.UNAVAILABLE
        try:
            return await asyncio.wait_for(asyncio.shield(task), seconds or self._settings.reply_timeout)
        except asyncio.TimeoutError:
            figures.count("helpline_fallbacks_total", reason="late")
            logger.error("A turn took too long; the visitor was given the helpline's number.")
            raise ApiError(late) from None
        except ConversationGoneError:
            raise ApiError(api_errors.SESSION_EXPIRED) from None
        except ButtonGoneError:
            raise ApiError(api_errors.UNKNOWN_BUTTON) from None
        except EngineError as error:
            figures.count("helpline_fallbacks_total", reason="failed")
            logger.error("A turn failed: %s", error)
            raise ApiError(late) from None

    def _finished(self, task: "asyncio.Task[dict[str, Any]]") -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # read, or asyncio logs it

    def _shown(self, session: Session, message_id: str, answer: dict[str, Any]) -> list[Message]:
        """Return the widget's messages of an answer, with those first that came too late before."""
        self._forms[session.sender] = answer["form"]
        self._forms.move_to_end(session.sender)
        while len(self._forms) > REMEMBERED_FORMS:
            self._forms.popitem(last=False)
        if not answer["replies"]:
            figures.count("helpline_fallbacks_total", reason="silent")
            logger.error("The assistant said nothing in a turn; the visitor was given the helpline's number.")
        late = self._messages.answers(message_id, answer["late"], time.time(), False) if answer["late"] else []
        return [*late, *self._messages.answers(message_id, answer["replies"], time.time())]

    def _permit(self, request: Request) -> None:
        if not self._origins.permits(request.headers.get("Origin"), request.headers.get("Host")):
            raise ApiError(api_errors.OTHER_SITE)

    def _session(self, request: Request, refused: ApiError | None = None) -> Session:
        session = self._sessions.read(request.headers.get("Authorization"))
        if session is None:
            raise refused or ApiError(api_errors.SESSION_EXPIRED)
        return session

    def _address(self, request: Request) -> str:
        peer = request.client.host if request.client else ""
        return self._addresses.of(peer, request.headers.getlist("X-Forwarded-For"))

    async def _body(self, request: Request) -> dict[str, Any]:
        return await body.read_object(request, body.largest_body(self._settings.max_message_length))


class _AnyMethod:
    """An endpoint that is asked whatever the method is: Starlette would look for another route first."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._handler(Request(scope, receive))
        await response(scope, receive, send)


def _json(content: dict[str, Any], status: int = 200) -> Response:
    return JSONResponse(content, status, PRIVATE_HEADERS)
