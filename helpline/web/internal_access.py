"""Keeps the servers inside the product (engine, action server) for those who know the secret.

Whoever does not hears 401 and nothing else, whatever the path and the method. That bodies are bounded and not
compressed is seen to by the server (``http_server``), before this is called.
"""

import hmac

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

_LEAST_SECRET = 32
# Marks a call to the action server as a trial of staff's, and names its turns, the newest first.
TRIAL_HEADER = "X-Trial-Turns"


class InternalAccess:
    """ASGI middleware that lets a request pass only with ``Authorization: Bearer <secret>``.

    Args:
        app: What is kept.
        secret: ASCII, at least 32 characters; whoever makes the server reads it from its file.

    Raises:
        ValueError: The secret is too short, or not ASCII.
    """

    def __init__(self, app: ASGIApp, secret: str) -> None:
        if len(secret) < _LEAST_SECRET or not secret.isascii():
            raise ValueError(f"an internal secret has at least {_LEAST_SECRET} ASCII characters")
        self.app = app
        self._expected = b"Bearer " + secret.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the application, or refuse."""
        if scope["type"] == "lifespan" or (scope["type"] == "http" and self._knows_secret(scope)):
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await Response(status_code=401, headers={"www-authenticate": "Bearer", "connection": "close"})(
                scope, receive, send
            )
        else:
            await send({"type": "websocket.close", "code": 1008})

    def _knows_secret(self, scope: Scope) -> bool:
        given = [value for name, value in scope["headers"] if name == b"authorization"]
        return len(given) == 1 and hmac.compare_digest(given[0], self._expected)
