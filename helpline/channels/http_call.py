"""A call to a provider over HTTP: what each failure of it means for the message that was to be sent.

What is raised and logged holds neither address nor token, though both can be part of what is called.
"""

import logging
from collections.abc import Callable, Collection
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from helpline.channels.provider import TryLaterError, UnknownOutcomeError

# Its remarks hold the address that is called, and with it Telegram's token or somebody's phone number.
logging.getLogger("httpx").setLevel(logging.WARNING)

# Nobody reached what would have sent it.
_NOT_BEGUN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
# Something before the provider's server lost sight of it, which may have sent it.
LOST_SIGHT = (502, 504)
# The same of a provider that keeps no list: nobody could ask it, and in its outages 502 is the usual answer, of a
# server that was not reached. Rather a rare message twice than all of an outage never.
LOST_SIGHT_WITHOUT_LIST = (504,)


def asked_to_wait(response: httpx.Response) -> float | None:
    """Return how many seconds a provider asks to wait in ``Retry-After``, which is a number or a date."""
    asked = response.headers.get("retry-after", "").strip()
    try:
        if asked.isascii() and asked.isdigit():
            return float(asked[:9])
        then = parsedate_to_datetime(asked)
        return max((then.replace(tzinfo=then.tzinfo or timezone.utc) - datetime.now(timezone.utc)).total_seconds(), 0.0)
    except (ValueError, OverflowError):
        return None


async def call(
    client: httpx.AsyncClient,
    method: str,
    url: str,
    wait: Callable[[httpx.Response], float | None] = asked_to_wait,
    lost_sight: Collection[int] = LOST_SIGHT,
    **content: Any,
) -> httpx.Response:
    """Return a provider's answer, whatever it says, unless its server failed.

    Args:
        client: Connections.
        method: HTTP's method.
        url: What is called.
        wait: Reads from an answer how long the provider asks to wait.
        lost_sight: The statuses after which it may have been sent.
        **content: What `httpx` sends.

    Raises:
        TryLaterError: Nobody was reached, too many came at once, or the provider says that it failed.
        UnknownOutcomeError: Somebody was reached, and then no answer came.
    """
    try:
        response = await client.request(method, url, **content)
    except _NOT_BEGUN as error:
        raise TryLaterError(f"nobody was reached ({type(error).__name__})") from None
    except httpx.RequestError as error:
        raise UnknownOutcomeError(f"no answer came ({type(error).__name__})") from None
    if response.status_code in lost_sight:
        raise UnknownOutcomeError(f"status {response.status_code}")
    if response.status_code == 429 or response.status_code >= 500:
        raise TryLaterError(f"status {response.status_code}", wait(response))
    return response


def json_answer(response: httpx.Response) -> dict[str, Any]:
    """Return the JSON object that a provider answered; an empty one where it answered something else."""
    try:
        answer = response.json()
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}
