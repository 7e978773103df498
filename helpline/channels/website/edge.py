"""What happens to every request of the channel before and after its route: origins, and answers to errors."""

from collections.abc import Callable, Coroutine
from typing import Any

from sanic import Blueprint, Sanic, response
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from helpline.channels.website.fallback import Fallback
from helpline.channels.website.origins import Origins, preflight_headers
from helpline.channels.website.refusal import BAD_REQUEST, OTHER_SITE, Refusal

Handler = Callable[..., Coroutine[Any, Any, HTTPResponse]]


class Edge:
    """Puts itself around the routes of a blueprint.

    Args:
        blueprint: The channel's blueprint.
        origins: Which websites may use the routes.
        fallback: Answers requests that failed.
    """

    def __init__(self, blueprint: Blueprint, origins: Origins, fallback: Fallback) -> None:
        self._blueprint = blueprint
        self._origins = origins
        self._fallback = fallback
        blueprint.exception(Exception)(fallback.answer)
        blueprint.middleware("response")(self._mark)
        blueprint.listener("before_server_start")(self._start)

    def add(self, path: str, method: str, handler: Handler) -> None:
        """Add a route for permitted origins, and the one for their preflight requests.

        Bodies of POST requests are not read before the handler asks for them.
        """

        async def guarded(request: Request) -> HTTPResponse:
            self._permit(request)
            return await handler(request)

        async def preflight(_request: Request) -> HTTPResponse:
            return response.empty(204)  # _mark makes the answer

        name = path.strip("/")
        self._blueprint.add_route(guarded, path, methods=[method], stream=method == "POST", name=name)
        self._blueprint.add_route(preflight, path, methods=["OPTIONS"], name=f"{name}_preflight", ctx_allows=method)

    def _permit(self, request: Request) -> None:
        if not self._origins.permits(request.headers.get("Origin"), request.headers.get("Host")):
            raise Refusal(OTHER_SITE)

    async def _mark(self, request: Request, answer: HTTPResponse) -> HTTPResponse | None:
        """Set the headers for other origins, after Rasa's own CORS extension set what it is told to.

        That extension also answers preflight requests, with what we would not; so they are answered here.
        """
        preflight = None
        if request.method == "OPTIONS" and request.route:
            preflight = answer = self._answer_preflight(request)
        self._origins.mark(answer, request.headers.get("Origin"))
        if preflight and preflight.status == 204 and request.route:
            preflight.headers.update(preflight_headers(request.route.ctx.allows))
        return preflight

    def _answer_preflight(self, request: Request) -> HTTPResponse:
        try:
            self._permit(request)
        except Refusal as refusal:
            return self._fallback.answer(request, refusal)
        return response.empty(204)

    async def _start(self, app: Sanic, _loop: Any) -> None:
        app.error_handler.add(Exception, self._answer_unrouted)

    def _answer_unrouted(self, request: Request, error: Exception) -> HTTPResponse | None:
        """Answer what never came to a route of ours: a wrong method, a request that is no HTTP."""
        prefix = f"/{self._blueprint.routes[0].path.rpartition('/')[0]}"
        if request.method == "NONE":  # Sanic's stand-in for a request that it could not read
            known = isinstance(error, SanicException)
            return self._fallback.answer(request, error if known else Refusal(BAD_REQUEST))
        if request.path.startswith(prefix):
            return self._fallback.answer(request, error)
        return None  # Sanic's own answer, for Rasa's own routes
