"""What each failure of a call means, and how long a provider asks to wait."""

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import httpx
import pytest

from helpline.channels.http_call import asked_to_wait, json_answer


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("0", 0.0), ("30", 30.0), (" 5 ", 5.0), ("", None), ("soon", None), ("-5", None), ("1.5", None), ("nan", None),
        ("inf", None), ("\u0665", None), ("9" * 400, 999_999_999.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Wed, 99 Oct 2015 07:28:00 GMT", None), ("Wed, 21 Oct 99999999999 07:28:00 GMT", None),
    ],
)  # fmt: skip
def test_how_long_to_wait(told, seconds):
    headers = httpx.Headers([(b"retry-after", told.encode())])
    assert asked_to_wait(httpx.Response(429, headers=headers)) == seconds


def test_a_date_says_how_long():
    then = datetime.now(timezone.utc) + timedelta(hours=1)
    response = httpx.Response(503, headers={"Retry-After": format_datetime(then, usegmt=True)})
    assert 3500 < asked_to_wait(response) <= 3600


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"<html>", b"\xff", b"[" * 100_000])
def test_what_is_no_json_object_says_nothing(body):
    assert json_answer(httpx.Response(200, content=body)) == {}
