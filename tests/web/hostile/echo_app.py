"""A small application for the corpus: it says which request it has got, and gives the body back.

``/large`` is an answer that fits into no buffer between server and client.
"""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

LARGE_BYTES = 32 * 1024 * 1024


async def echo(request: Request) -> Response:
    body = await request.body()
    return Response(b"served %s %s\n" % (request.method.encode(), request.url.path.encode()) + body)


async def large(request: Request) -> Response:
    return Response(b"." * LARGE_BYTES)


async def broken(request: Request) -> Response:
    raise ValueError((await request.body()).decode())


async def health(request: Request) -> Response:
    return PlainTextResponse("ok")


_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
app = Starlette(
    routes=[
        Route("/large", large),
        Route("/broken", broken, methods=["POST"]),
        Route("/health", health),
        Route("/{path:path}", echo, methods=_METHODS),
    ]
)
