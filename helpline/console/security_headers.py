"""Headers on each answer: nothing from elsewhere, no inline script or style, nothing kept by the browser."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
    "X-Robots-Tag": "noindex, nofollow",
}


class SecurityHeaders:
    """ASGI middleware that sets them, and refuses a host that is not ours: a foreign name that leads to loopback.

    Args:
        app: What is served.
        hosts: Names, without port, under which the console is reached.
        is_secure: Whether it is reached by https alone.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str], is_secure: bool) -> None:
        self.app = app
        self._hosts = hosts
        self._headers = dict(_HEADERS)
        if is_secure:
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the application."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        if _host(scope) not in self._hosts:
            await send_plain(marked, 421, b"This name does not lead to the console.")
            return
        await self.app(scope, receive, marked)


async def send_plain(send: Send, status: int, text: bytes) -> None:
    """Send an answer that is nothing but a sentence."""
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(text)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text})


def _host(scope: Scope) -> str:
    given = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    return given.rpartition(":")[0].lower() if given.rpartition(":")[2].isdigit() else given.lower()
