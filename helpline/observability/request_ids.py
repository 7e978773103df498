"""One id for a visitor's request in all parts: nginx makes it, or the first part that has none; log lines carry it."""

import re
import secrets
from contextvars import ContextVar

from starlette.types import ASGIApp, Receive, Scope, Send

HEADER = "X-Request-ID"
_NAME = HEADER.lower().encode()
# Ours alone: what else somebody sends could be words.
_ID = re.compile(rb"[0-9a-f]{32}")

# Of the request that is being answered; empty outside of one.
request_id: ContextVar[str] = ContextVar("request_id", default="")


class RequestIds:
    """ASGI middleware that notes a request's id for whatever is done for it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the application."""
        if scope["type"] == "http":
            given = next((value for name, value in scope["headers"] if name == _NAME), b"")
            request_id.set(given.decode() if _ID.fullmatch(given) else secrets.token_hex(16))
        await self.app(scope, receive, send)


def id_header() -> dict[str, str]:
    """Return the header that hands the id on to the next part."""
    known = request_id.get()
    return {HEADER: known} if known else {}
