"""The console's ASGI app: all its pages, and what stands around them."""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from helpline.console import (
    access,
    account,
    answers,
    audit,
    conversations,
    item,
    mails,
    match,
    matching,
    matching_changes,
    matching_weights,
    overview,
    passkeys,
    proposals,
    queue,
    replies,
    saved_tests,
    sign_in,
    staff,
    static_files,
    trial,
    volunteer_file,
    volunteer_form,
    volunteers,
)
from helpline.console.desk import Desk, Visit
from helpline.console.engine_calls import EngineCalls
from helpline.console.flow_runs import FlowRuns
from helpline.console.match_plans import MatchPlans
from helpline.console.pages import go_to, page
from helpline.console.permissions import Permission
from helpline.console.preview import Previews
from helpline.console.routes import StaffRoute
from helpline.console.security_headers import SecurityHeaders
from helpline.content.catalogue import Catalogue
from helpline.errors import StoreError
from helpline.processes.sockets import engine_places
from helpline.settings import ROOT, Settings
from helpline.store.calls import StoreCalls
from helpline.store.database import Database
from helpline.store.volunteers import remember_volunteers

# A page reads more than a visitor's message does, and somebody who looks at a screen waits longer.
STORE_SECONDS = 5.0
# A file of thousands is taken in at once or not at all.
FILE_SECONDS = 30.0


async def show_home(_visit: Visit) -> Response:
    """Lead to the first page."""
    return go_to("/queue")


async def health(_visit: Visit) -> Response:
    """Say that the console runs."""
    return Response("ok", media_type="text/plain")


def routes() -> list[BaseRoute]:
    """Return every route of the console."""
    return [
        StaffRoute("/", show_home, Permission.SIGN_IN),
        StaffRoute("/health", health, Permission.SIGN_IN, by_itself=True),
        *static_files.ROUTES,
        *sign_in.ROUTES,
        *account.ROUTES,
        *passkeys.ROUTES,
        *queue.ROUTES,
        *item.ROUTES,
        *match.ROUTES,
        *conversations.ROUTES,
        *proposals.ROUTES,
        *trial.ROUTES,
        *saved_tests.ROUTES,
        *answers.ROUTES,
        *volunteer_form.ROUTES,
        *volunteer_file.ROUTES,
        *volunteers.ROUTES,
        *matching.ROUTES,
        *matching_changes.ROUTES,
        *matching_weights.ROUTES,
        *overview.ROUTES,
        *replies.ROUTES,
        *mails.ROUTES,
        *access.ROUTES,
        *audit.ROUTES,
        *staff.ROUTES,
    ]


def make_app(
    settings: Settings,
    database: Database,
    secret: str,
    root: Path = ROOT,
    is_demo: bool = False,
    engine_secret: str = "",
) -> Starlette:
    """Return the console.

    Args:
        settings: The settings.
        database: The helpline store.
        secret: Signs sessions.
        root: The project, with the widget's build, which brings htmx.
        is_demo: Whether the people in the store are invented.
        engine_secret: What the engine wants to be shown, for staff's trials.
    """
    calls = StoreCalls(database, STORE_SECONDS), StoreCalls(database, FILE_SECONDS)
    desk = Desk(settings, secret, *calls, is_demo=is_demo)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        # What was loaded stays for good: the collector need not look through it in the middle of a page.
        gc.collect()
        gc.freeze()
        remembering = asyncio.create_task(_remember(desk))
        yield
        remembering.cancel()
        await app.state.flow_runs.close()
        await app.state.match_plans.close()
        desk.close()

    app = Starlette(
        routes=routes(),
        middleware=[Middleware(SecurityHeaders, hosts=_hosts(settings), is_secure=desk.is_secure)],
        exception_handlers={HTTPException: _not_found, StoreError: _store_is_away},
        lifespan=lifespan,
    )
    app.state.desk = desk
    app.state.root = root
    app.state.engine = EngineCalls(engine_places(settings), engine_secret)
    app.state.flow_runs = FlowRuns(desk.store, app.state.engine)
    app.state.match_plans = MatchPlans(desk.long_store, settings)
    app.state.catalogue, app.state.previews = Catalogue(root), Previews(root)
    return app


def _hosts(settings: Settings) -> frozenset[str]:
    own = urlsplit(settings.console_url).hostname if settings.console_url else None
    return frozenset({"127.0.0.1", "localhost", "[::1]", settings.console_host, *([own] if own else [])})


async def _remember(desk: Desk) -> None:
    """Have the volunteers read; where the store is away, the first page that needs them does it."""
    with contextlib.suppress(StoreError):
        await desk.long_store(remember_volunteers)


async def _not_found(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    return _plain_problem(request, status, "There is no such page", "Go to the queue and look there.")


async def _store_is_away(request: Request, _error: Exception) -> Response:
    text = "The database does not answer. Nothing was changed. Wait a moment, then load the page again."
    return _plain_problem(request, 503, "The store is away", text)


def _plain_problem(request: Request, status: int, title: str, text: str) -> Response:
    desk: Desk = request.app.state.desk
    return page(Visit(request, desk), "problem.html", status, title=title, text=text)
