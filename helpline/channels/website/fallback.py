"""Never silent, never raw: every failure becomes a kind sentence with the helpline's number and 988."""

import logging
import traceback

from sanic import response
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from helpline.channels.website.refusal import (
    BAD_REQUEST,
    BY_STATUS,
    FAILED,
    SESSION_EXPIRED,
    Kind,
    Refusal,
)
from helpline.channels.website.wording import Wording

logger = logging.getLogger(__name__)

# On everything but the widget's own files: answers are private, and no page to show.
PRIVATE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Fallback:
    """Answers requests that failed.

    Args:
        wording: What is said.
    """

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def answer(self, request: Request, error: Exception) -> HTTPResponse:
        """Return the answer to a request that raised an error. An error that nobody meant is logged.

        A Sanic exception handler. What is logged is where it happened, never its message, which may hold what
        a visitor wrote.
        """
        kind, headers = _kind(error)
        if kind is FAILED:
            cause = _first_cause(error)
            place = traceback.extract_tb(cause.__traceback__)[-1:]
            where = f"{place[0].filename}:{place[0].lineno}" if place else "unknown place"
            logger.error("A request failed: %s at %s.", type(cause).__name__, where)
        body = {"error": {"code": kind.code, "text": self._wording.of(kind.response)}}
        return response.json(body, status=kind.status, headers={**PRIVATE_HEADERS, **headers})


def _kind(error: Exception) -> tuple[Kind, dict[str, str]]:
    if isinstance(error, Refusal):
        challenge = {"WWW-Authenticate": "Bearer"} if error.kind is SESSION_EXPIRED else {}
        return error.kind, {**challenge, **error.headers}
    if isinstance(error, SanicException):
        status = getattr(error, "status_code", FAILED.status)
        default = BAD_REQUEST if 400 <= status < 500 else FAILED
        allow = getattr(error, "headers", {}).get("Allow")
        return BY_STATUS.get(status, default), {"Allow": allow} if allow else {}
    return FAILED, {}


def _first_cause(error: BaseException) -> BaseException:
    while error.__cause__ is not None:
        error = error.__cause__
    return error
