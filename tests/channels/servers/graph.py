"""What WhatsApp's and Messenger's local servers have in common: bearer tokens, Graph API errors, signed webhooks."""

import hashlib
import hmac
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from helpline.channels.meta import VERSION
from tests.channels.servers.provider_server import Fault, ProviderServer, Webhook

ACCESS_TOKEN = "EAAG-access-token-of-the-tests"
APP_SECRET = "app-secret-of-the-tests"
VERIFY_TOKEN = "verify-token-of-the-tests"


class GraphServer(ProviderServer):
    """The Graph API, with one access token.

    Attributes:
        outside_window: People whose last message is older than 24 hours.
    """

    version = VERSION

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self.outside_window: set[str] = set()

    def failure(self, fault: Fault) -> Response:
        body = fault.body or error_body(2, "Service temporarily unavailable", is_transient=True)
        return JSONResponse(body, fault.status, dict(fault.headers))

    def stranger(self, request: Request) -> Response | None:
        """Refuse whoever does not know the access token."""
        if request.headers.get("authorization") == f"Bearer {ACCESS_TOKEN}":
            return None
        return JSONResponse(error_body(190, "Invalid OAuth access token.", type_="OAuthException"), 401)

    def refuse(self, code: int, message: str, status: int = 400, **more: Any) -> Response:
        """Refuse a message."""
        self.refused.append(str(code))
        return JSONResponse(error_body(code, message, **more), status)


def error_body(code: int, message: str, type_: str = "OAuthException", **more: Any) -> dict[str, Any]:
    """Return an error as the Graph API words it."""
    return {"error": {"message": f"(#{code}) {message}", "type": type_, "code": code, "fbtrace_id": "A1", **more}}


def signed(url: str, payload: Any, secret: str = APP_SECRET) -> Webhook:
    """Return a signed webhook."""
    body = json.dumps(payload, ensure_ascii=True).encode()
    mac = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={mac}", "X-Hub-Signature": "sha1=0"}
    return Webhook(url, headers, body)


def first_question(url: str, token: str = VERIFY_TOKEN, challenge: str = "1158201444") -> Webhook:
    """Return what Meta asks before it sends any webhook."""
    query = f"hub.mode=subscribe&hub.challenge={challenge}&hub.verify_token={token}"
    return Webhook(f"{url}?{query}", {}, b"", "GET")
