"""What a request's body holds, read within bounds and checked by hand: two forms, and nothing else."""

import asyncio
import json
import re
from dataclasses import dataclass
from typing import Any, NoReturn

from sanic.request import Request

from helpline.channels.website.refusal import BAD_REQUEST, NOT_JSON, TIMED_OUT, Refusal
from helpline.text.visitor_text import clean_text

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
        request: A request to a streaming route, whose body was not read yet.
        limit: Most bytes that are read.

    Raises:
        Refusal: It is no JSON object, or did not come in time.
        PayloadTooLarge: It is larger than the limit; Sanic raises it.
    """
    if request.stream is not None:
        request.stream.request_max_size = limit
        try:
            await asyncio.wait_for(request.receive_body(), BODY_TIMEOUT)  # type: ignore[no-untyped-call]
        except asyncio.TimeoutError:
            raise Refusal(TIMED_OUT) from None
    if not request.body:
        return {}
    if (request.content_type or "").partition(";")[0].strip().lower() != "application/json":
        raise Refusal(NOT_JSON)
    try:
        body = json.loads(request.body.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Refusal(BAD_REQUEST) from None
    if not isinstance(body, dict):
        raise Refusal(BAD_REQUEST)
    return body


def check_empty(body: dict[str, Any]) -> None:
    """Refuse a body that says anything: a session has no choices.

    Raises:
        Refusal: It does.
    """
    if body:
        raise Refusal(BAD_REQUEST)


def read_message(body: dict[str, Any]) -> VisitorMessage:
    """Return the message in a body.

    Raises:
        Refusal: A field is missing, unknown or malformed, or the text holds nothing that can be seen.
    """
    id_, text, button = (body.get(field) for field in ("client_message_id", "text", "button"))
    if not isinstance(id_, str) or not _UUID.fullmatch(id_):
        raise Refusal(BAD_REQUEST)
    if set(body) == {"client_message_id", "text"} and isinstance(text, str):
        cleaned = clean_text(text)
        if cleaned:
            return VisitorMessage(id_.lower(), cleaned, None)
    if set(body) == {"client_message_id", "button"} and isinstance(button, str) and _REF.fullmatch(button):
        return VisitorMessage(id_.lower(), None, button)
    raise Refusal(BAD_REQUEST)


def _refuse_constant(_name: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")
