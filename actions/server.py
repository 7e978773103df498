"""The action server's process: rasa-sdk's executor as a small ASGI app. ``python -m actions.server``.

rasa-sdk's own server does not run in production: it takes requests from everybody, and its HTTP server is past its
support. This one listens on a local socket, for the engine alone.
"""

import asyncio
import json
import sys
from typing import Any

from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from actions import context
from helpline.errors import HelplineError
from helpline.web.internal_access import TRIAL_HEADER

# Rasa sends the conversation with each call, and the domain to actions that need its wording.
MOST_BYTES = 4 * 1024 * 1024


def make_app() -> Starlette:
    """Return the app: ``POST /webhook`` runs an action as Rasa asks for it, ``GET /health`` says that it can."""
    executor = ActionExecutor()
    executor.register_package("actions")

    async def run(request: Request) -> Response:
        call: dict[str, Any] = json.loads(await request.body())
        turns = [turn for turn in request.headers.get(TRIAL_HEADER, "").split(",") if turn]
        try:
            with context.trial(turns):
                # Our actions wait for the store; in a thread of their own they hold up nobody.
                return JSONResponse(await run_in_threadpool(lambda: asyncio.run(executor.run(call))))
        except ActionExecutionRejection as rejection:
            return JSONResponse({"error": "rejected", "action_name": rejection.action_name}, 400)
        except ActionNotFoundException as missing:
            return JSONResponse({"error": "no such action", "action_name": missing.action_name}, 404)

    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    return Starlette(routes=[Route("/webhook", run, methods=["POST"]), Route("/health", health, methods=["GET"])])


def main() -> None:
    """Serve the actions until the process is told to stop.

    Raises:
        HelplineError: The store cannot be used.
    """
    from helpline.observability.logs import configure_logs
    from helpline.observability.serving import serve_figures
    from helpline.processes.parent import begin_part
    from helpline.processes.sockets import internal_secret, listening
    from helpline.settings import load_settings
    from helpline.store.database import open_database
    from helpline.web.http_limits import HttpLimits
    from helpline.web.http_server import serve
    from helpline.web.internal_access import InternalAccess

    begin_part()
    settings = load_settings()
    configure_logs(settings, "action server")
    serve_figures(settings)
    database = open_database(settings)
    database.require_ready()
    database.close()
    app = InternalAccess(make_app(), internal_secret(settings))
    serve(app, limits=HttpLimits(max_body=MOST_BYTES), **listening(settings, "actions"))


if __name__ == "__main__":
    try:
        main()
    except HelplineError as error:
        sys.exit(str(error))
