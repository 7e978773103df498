"""What a request's body holds, read within bounds and checked by hand: two forms, and nothing else."""

import asyncio
import json
import re
from dataclasses import dataclass
from typing import Any, NoReturn

from starlette.requests import ClientDisconnect, Request

from helpline.text.visitor_text import clean_text
from helpline.web.api_errors import BAD_REQUEST, NOT_JSON, TIMED_OUT, TOO_LARGE, ApiError

# Time to send a body; a slower one is not a visitor's.
BODY_TIMEOUT = 10.0
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_REF = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class VisitorMessage:
    """A message as the widget sends it: a text, cleaned, or a button's reference."""

    client_message_id: str
    text: str | None
    button: str | None


def largest_body(longest_message: int) -> int:
    """Return how many bytes a body may have.

    A message that is somewhat too long must still be read, to be answered kindly; as JSON a character takes
    up to twelve bytes.
    """
    return max(65_536, 16 * longest_message)


async def read_object(request: Request, limit: int) -> dict[str, Any]:
    """Return a request's body as a JSON object; an empty one for no body.

    Args:
        request: A request whose body was not read yet.
        limit: Most bytes that are read.

    Raises:
        ApiError: It is no JSON object, larger than the limit, or did not come in time.
    """
    try:
        content = await asyncio.wait_for(_content(request, limit), BODY_TIMEOUT)
    except asyncio.TimeoutError:
        raise ApiError(TIMED_OUT, {"Connection": "close"}) from None
    except ClientDisconnect:
        raise ApiError(BAD_REQUEST) from None
    if not content:
        return {}
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
        raise ApiError(NOT_JSON)
    try:
        body = json.loads(content.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise ApiError(BAD_REQUEST) from None
    if not isinstance(body, dict):
        raise ApiError(BAD_REQUEST)
    return body


async def _content(request: Request, limit: int) -> bytes:
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > limit:
            raise ApiError(TOO_LARGE, {"Connection": "close"})
    return bytes(content)


def check_empty(body: dict[str, Any]) -> None:
    """Refuse a body that says anything: a session has no choices.

    Raises:
        ApiError: It does.
    """
    if body:
        raise ApiError(BAD_REQUEST)


def read_message(body: dict[str, Any]) -> VisitorMessage:
    """Return the message in a body.

    Raises:
        ApiError: A field is missing, unknown or malformed, or the text holds nothing that can be seen.
    """
    id_, text, button = (body.get(field) for field in ("client_message_id", "text", "button"))
    if not isinstance(id_, str) or not _UUID.fullmatch(id_):
        raise ApiError(BAD_REQUEST)
    if set(body) == {"client_message_id", "text"} and isinstance(text, str):
        cleaned = clean_text(text)
        if cleaned:
            return VisitorMessage(id_.lower(), cleaned, None)
    if set(body) == {"client_message_id", "button"} and isinstance(button, str) and _REF.fullmatch(button):
        return VisitorMessage(id_.lower(), None, button)
    raise ApiError(BAD_REQUEST)


def read_flag(request: Request, name: str) -> bool:
    """Return a yes or no of the address; no where it says nothing.

    Raises:
        ApiError: It says something else.
    """
    said = request.query_params.getlist(name)
    if said not in ([], ["true"], ["false"]):
        raise ApiError(BAD_REQUEST)
    return said == ["true"]


def _refuse_constant(_name: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")
