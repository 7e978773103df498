"""The ways in which a request is refused: never silent, never raw, always with the helpline's number and 988."""

import json
import logging
import traceback
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from helpline.errors import HelplineError
from helpline.web.wording import Wording

logger = logging.getLogger(__name__)

# On everything but the widget's own files: answers are private, and no page to show.
PRIVATE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class ErrorKind:
    """A kind of API error: HTTP status, code in the body, name of the response that is said."""

    status: int
    code: str
    response: str


BAD_REQUEST = ErrorKind(400, "bad_request", "utter_website_bad_request")
SESSION_EXPIRED = ErrorKind(401, "session_expired", "utter_website_session_expired")
OTHER_SITE = ErrorKind(403, "origin_not_allowed", "utter_website_other_site")
NOT_FOUND = ErrorKind(404, "not_found", "utter_website_not_found")
METHOD_NOT_ALLOWED = ErrorKind(405, "method_not_allowed", "utter_website_not_found")
TIMED_OUT = ErrorKind(408, "request_timeout", "utter_website_bad_request")
UNKNOWN_BUTTON = ErrorKind(409, "unknown_button", "utter_website_unknown_button")
TOO_LARGE = ErrorKind(413, "too_long", "utter_website_too_long")
NOT_JSON = ErrorKind(415, "not_json", "utter_website_bad_request")
RATE_LIMITED = ErrorKind(429, "rate_limited", "utter_website_rate_limited")
UNAVAILABLE = ErrorKind(503, "unavailable", "utter_website_unavailable")
# The time limit passed within a form: nobody knows yet whether what was confirmed is saved.
NOT_KNOWN_YET = ErrorKind(503, "unavailable", "utter_website_not_known_yet")
NOT_DELETED = ErrorKind(503, "not_deleted", "utter_website_not_deleted")

_BY_STATUS = {
    kind.status: kind
    for kind in (BAD_REQUEST, NOT_FOUND, METHOD_NOT_ALLOWED, TIMED_OUT, TOO_LARGE, NOT_JSON, UNAVAILABLE)
}


class ApiError(HelplineError):
    """A request is refused. ``headers`` go with the answer."""

    def __init__(self, kind: ErrorKind, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(kind.code)
        self.kind = kind
        self.headers = dict(headers or {})


class ErrorAnswers:
    """Answers requests that failed.

    Args:
        wording: What is said.
    """

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def answer(self, _request: Request, error: Exception) -> Response:
        """Return the answer to a request that raised an error. An error that nobody meant is logged.

        A Starlette exception handler. What is logged is where it happened, never its message, which may hold
        what a visitor wrote.
        """
        kind, headers = _kind_of(error)
        if kind is UNAVAILABLE and not isinstance(error, ApiError | HTTPException):
            place = traceback.extract_tb(error.__traceback__)[-1:]
            where = f"{place[0].filename}:{place[0].lineno}" if place else "unknown place"
            logger.error("A request failed: %s at %s.", type(error).__name__, where)
        return Response(self.body(kind), kind.status, {**PRIVATE_HEADERS, **headers}, "application/json")

    def body_of_status(self, status: int) -> bytes:
        """Return the body of an error that has nothing but a status."""
        return self.body(_kind_of_status(status))

    def body(self, kind: ErrorKind) -> bytes:
        """Return the body of an error of a kind, as JSON."""
        body = {"error": {"code": kind.code, "text": self._wording.of(kind.response)}}
        return json.dumps(body, ensure_ascii=False).encode()


def _kind_of(error: Exception) -> tuple[ErrorKind, dict[str, str]]:
    if isinstance(error, ApiError):
        challenge = {"WWW-Authenticate": "Bearer"} if error.kind is SESSION_EXPIRED else {}
        return error.kind, {**challenge, **error.headers}
    if isinstance(error, HTTPException):
        allow = (error.headers or {}).get("Allow")
        return _kind_of_status(error.status_code), {"Allow": allow} if allow else {}
    return UNAVAILABLE, {}


def _kind_of_status(status: int) -> ErrorKind:
    return _BY_STATUS.get(status, BAD_REQUEST if 400 <= status < 500 else UNAVAILABLE)
