"""Gives a process's figures to Prometheus, on an address of its own that only the inside can reach."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from helpline.observability.figures import figures
from helpline.processes.sockets import host_and_port
from helpline.settings import Settings
from helpline.web.http_server import Server

_TEXT = "text/plain; version=0.0.4; charset=utf-8"


def serve_figures(settings: Settings) -> None:
    """Open the figures and serve them from a thread, where the settings say so; else do nothing.

    Raises:
        ListenError: The address cannot be had.
    """
    if settings.metrics_address is None:
        return
    figures.open()

    async def show(_request: Request) -> Response:
        return Response(figures.text(), media_type=_TEXT)

    host, port = host_and_port(settings.metrics_address)
    Server(Starlette(routes=[Route("/metrics", show)]), host=host, port=port).start()
