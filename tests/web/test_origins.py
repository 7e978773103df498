"""Other websites: only those in the settings, by exact match."""

from collections.abc import Callable

import httpx
import pytest

from helpline.errors import SettingsError
from helpline.web.origins import Origins
from tests.web.server import Door, Site

FRIEND = "https://www.example.org"
STRANGERS = [
    "https://evil.example",
    "http://www.example.org",
    "https://www.example.org.evil.example",
    "https://evil-www.example.org",
    "https://www.example.org:8443",
    "https://WWW.example.org.",
    "https://www.example.org/",
    "null",
    "",
    "*",
    "file://",
    "chrome-extension://abc",
]


def allowed(answer: httpx.Response) -> str | None:
    return answer.headers.get("Access-Control-Allow-Origin")


@pytest.fixture
def url(serve: Callable[..., Door]) -> str:
    return serve(allowed_origins=[FRIEND]).url


def test_friend_may_open_a_session_and_read_the_answer(url: str) -> None:
    site = Site(url, {"Origin": FRIEND})
    answer = site.open()
    assert answer.status_code == 201
    assert allowed(answer) == FRIEND
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert answer.headers.get_list("Vary") == ["Origin"]
    assert allowed(site.send(text="helpline")) == FRIEND
    assert allowed(site.send(button="none")) == FRIEND  # errors are for reading as well


def test_friend_is_answered_in_a_preflight(url: str) -> None:
    headers = {
        "Origin": FRIEND,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    answer = httpx.options(f"{url}/messages", headers=headers)
    assert answer.status_code == 204
    assert allowed(answer) == FRIEND
    assert answer.headers["Access-Control-Allow-Methods"] == "POST"
    assert answer.headers["Access-Control-Allow-Headers"] == "authorization, content-type"


@pytest.mark.parametrize("origin", STRANGERS)
def test_strangers_are_refused(url: str, origin: str) -> None:
    for answer in (
        Site(url, {"Origin": origin}).open(),
        httpx.get(f"{url}/health", headers={"Origin": origin}),
        httpx.options(f"{url}/sessions", headers={"Origin": origin, "Access-Control-Request-Method": "POST"}),
    ):
        assert answer.status_code == 403
        assert answer.json()["error"]["code"] == "origin_not_allowed"
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_own_origin_needs_no_setting(url: str) -> None:
    own = url.partition("/webhooks")[0]
    answer = Site(url, {"Origin": own}).open()
    assert answer.status_code == 201
    assert allowed(answer) is None


def test_script_can_be_loaded_by_other_sites_but_its_headers_allow_nothing(url: str) -> None:
    answer = httpx.get(f"{url}/mbc-chat.js", headers={"Origin": "https://evil.example"})
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    ("origin", "host", "own"),
    [
        ("https://chat.example.org", "chat.example.org", True),
        ("https://chat.example.org", "chat.example.org:443", True),
        ("http://127.0.0.1:5005", "127.0.0.1:5005", True),
        ("http://[::1]:5005", "[::1]:5005", True),
        ("http://127.0.0.1:5005", "127.0.0.1", False),
        ("http://127.0.0.1", "127.0.0.1:5005", False),
        ("https://chat.example.org.evil.example", "chat.example.org", False),
        ("https://chat.example.org", None, False),
        ("ftp://chat.example.org", "chat.example.org", False),
        ("chat.example.org", "chat.example.org", False),
    ],
)
def test_own_origin_is_the_host_that_was_asked(origin: str, host: str | None, own: bool) -> None:
    assert Origins([]).permits(origin, host) is own


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "https://*.example.org",
        "www.example.org",
        "https://www.example.org/",
        "ftp://x",
        "https://a@b",
        "null",
        "https://",
    ],
)
def test_bad_origin_stops_the_start_with_the_settings_name(origin: str) -> None:
    with pytest.raises(SettingsError, match="HELPLINE_ALLOWED_ORIGINS"):
        Origins([origin])
