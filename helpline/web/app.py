"""The front door's ASGI app: the website's chat, health checks, and room for what is mounted beside."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from helpline.channels.provider import MOST_BYTES
from helpline.channels.website import Website
from helpline.channels.website_body import largest_body
from helpline.mail.link_pages import LinkClient, LinkPages
from helpline.observability.figures import figures
from helpline.settings import ROOT, Settings
from helpline.store.flag_spool import FlagSpool
from helpline.web.api_errors import PRIVATE_HEADERS, ApiError, ErrorAnswers
from helpline.web.engine_client import EngineClient
from helpline.web.first_aid import FirstAid
from helpline.web.flag_handover import hand_over_flags
from helpline.web.http_limits import HttpLimits
from helpline.web.limits import Limits, make_limits
from helpline.web.turn_queue import TurnQueue
from helpline.web.wording import load_wording

if TYPE_CHECKING:
    from helpline.channels.messaging import Messaging

WEBSITE = "/webhooks/website"
_API = frozenset({"sessions", "session", "messages", "conversation", "health"})


def make_app(
    settings: Settings,
    secret: str,
    engine: EngineClient,
    first_aid: FirstAid,
    root: Path = ROOT,
    make_messaging: "Callable[[Limits], Messaging] | None" = None,
    link_client: LinkClient | None = None,
    spool: FlagSpool | None = None,
) -> Starlette:
    """Return the front door.

    Args:
        settings: The settings.
        secret: Secret of the website's sessions.
        engine: Answers messages.
        first_aid: Answers danger when the engine does not.
        root: The project, with its wording, contacts and the widget's build.
        make_messaging: Makes the messaging channels; None where none is switched on.
        link_client: Asks about the links in mails; None where e-mail is off.
        spool: Flags of danger on this machine's disk; where an engine is elsewhere, they are handed over to it.
    """
    wording = load_wording(root / "data" / "responses" / "website.yml")
    errors = ErrorAnswers(wording)
    limits = make_limits(settings, secret)
    website = Website(settings, secret, engine, limits, TurnQueue(), first_aid, wording, root)

    messaging = make_messaging(limits) if make_messaging is not None else None
    link_pages = LinkPages(link_client, limits, settings.trusted_proxies)

    async def live(_request: Request) -> Response:
        return _status(True)

    async def ready(_request: Request) -> Response:
        return _status(await engine.is_ready())

    async def to_demo_page(request: Request) -> Response:
        # The page names its files relative to itself, so its own address must end in a slash.
        return RedirectResponse(f"{WEBSITE}/", 307 if request.url.path == "/" else 308)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        handing_over = None
        if spool is not None and settings.engine_addresses:
            handing_over = asyncio.create_task(hand_over_flags(spool, engine))
        yield
        if handing_over is not None:
            handing_over.cancel()
        await engine.close()
        if messaging is not None:
            await messaging.close()
        await link_pages.close()
        await limits.close()

    return Starlette(
        routes=[
            Route("/", to_demo_page),
            Route(WEBSITE, to_demo_page),
            Route("/health/live", live),
            Route("/health/ready", ready),
            Mount(WEBSITE, routes=website.routes()),
            *(messaging.routes() if messaging is not None else ()),
            *link_pages.routes(),
        ],
        middleware=[Middleware(_Outermost, website=website, errors=errors)],
        exception_handlers={ApiError: errors.answer, HTTPException: errors.answer},
        lifespan=lifespan,
    )


class _Outermost:
    """Answers errors that nobody meant, and marks answers for websites that may read them.

    Starlette would let such an error go on to the server, which logs it with what a visitor wrote.
    """

    def __init__(self, app: ASGIApp, website: Website, errors: ErrorAnswers) -> None:
        self._app = app
        self._website = website
        self._errors = errors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        begun, started, route = False, time.perf_counter(), _route(request.url.path)

        async def marked(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                figures.count("helpline_requests_total", route=route, status=f"{message['status'] // 100}xx")
                figures.observe("helpline_request_seconds", time.perf_counter() - started, route=route)
                response = Response()
                response.raw_headers = list(message["headers"])
                self._website.mark(request, response)
                message = {**message, "headers": response.raw_headers}
            await send(message)

        try:
            await self._app(scope, receive, marked)
        except Exception as error:
            answer = self._errors.answer(request, error)
            if not begun:
                await answer(scope, receive, marked)


def _route(path: str) -> str:
    """Return which of our routes a path is, for the figures: a few names, none that a visitor chose."""
    below = path.removeprefix(f"{WEBSITE}/")
    if below != path:
        return below if below in _API else "widget"
    first = path.strip("/").partition("/")[0]
    return first if first in ("webhooks", "health", "v") else "other"


def http_limits(settings: Settings, root: Path = ROOT) -> HttpLimits:
    """Return what the server lets one client have."""
    wording = load_wording(root / "data" / "responses" / "website.yml")
    return HttpLimits(
        # More than the channel reads, which tells a visitor kindly that a message is too long.
        max_body=max(2 * largest_body(settings.max_message_length), MOST_BYTES),
        response_seconds=settings.reply_timeout + 30.0,
        trusted_proxies=tuple(settings.trusted_proxies),
        refusal_json=ErrorAnswers(wording).body_of_status,
    )


def _status(well: bool) -> Response:
    return JSONResponse({"status": "ok" if well else "unavailable"}, 200 if well else 503, PRIVATE_HEADERS)
