"""Whatever a client sends, and however broken: a kind sentence, the right status, and nothing raw."""

import json
import socket
from urllib.parse import urlsplit

import httpx
import pytest

from tests.web.server import Site

ID = "6f1dd5ab-7d0c-4b0c-9d3e-0f1f1f1f1f1f"


def assert_kind(answer: httpx.Response, status: int, code: str) -> None:
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == code
    assert_nothing_raw(answer.headers, answer.text)


def assert_nothing_raw(headers: httpx.Headers, text: str) -> None:
    assert "(888) 753-LBBC (5222)" in text
    assert "988" in text
    for word in ("Traceback", "sanic", "rasa", "Python", "Error occurred", "/site-packages/", "<html"):
        assert word.lower() not in text.lower()
        assert word.lower() not in str(headers).lower()
    assert not {"server", "x-powered-by", "via"} & set(headers)


def post(site: Site, content: bytes | str, path: str = "/messages", **headers: str) -> httpx.Response:
    return site.http.post(
        path, content=content, headers={**site.headers, "Content-Type": "application/json", **headers}
    )


@pytest.mark.parametrize("path", ["/messages", "/sessions"])
@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"not json",
        b"[]",
        b'"text"',
        b"null",
        b"1",
        b"[" * 60_000,
        b'{"a":' * 10_000,
        b'{"client_message_id": NaN}',
        b"\xff\xfe{}",
        b"\x00",
        b'{"text": "\xed\xa0\x80"}',
        b'{"client_message_id": ' + b"9" * 60_000 + b"}",
    ],
    ids=lambda content: repr(content[:20]),
)
def test_malformed_bodies(site: Site, path: str, content: bytes) -> None:
    assert_kind(post(site, content, path), 400, "bad_request")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": "helpline"},
        {"client_message_id": ID},
        {"client_message_id": ID, "text": None},
        {"client_message_id": ID, "text": 7},
        {"client_message_id": ID, "text": ["helpline"]},
        {"client_message_id": ID, "text": {"text": "helpline"}},
        {"client_message_id": ID, "button": 7},
        {"client_message_id": ID, "text": "helpline", "button": "x"},
        {"client_message_id": ID, "text": "helpline", "payload": "/restart"},
        {"client_message_id": "", "text": "helpline"},
        {"client_message_id": "1", "text": "helpline"},
        {"client_message_id": 1, "text": "helpline"},
        {"client_message_id": ID + "0", "text": "helpline"},
        {"client_message_id": ID + "\n", "text": "helpline"},
        {"client_message_id": "start", "text": "helpline"},
    ],
)
def test_malformed_messages(site: Site, body: dict[str, object]) -> None:
    assert_kind(post(site, json.dumps(body)), 400, "bad_request")
    assert len(site.conversation().json()["messages"]) == 1


@pytest.mark.parametrize("type_", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_bodies_of_another_type(site: Site, type_: str) -> None:
    content = json.dumps({"client_message_id": ID, "text": "helpline"})
    assert_kind(post(site, content, **{"Content-Type": type_}), 415, "not_json")


@pytest.mark.parametrize("path", ["/messages", "/sessions"])
def test_oversized_bodies(site: Site, path: str) -> None:
    assert_kind(post(site, b" " * 70_000, path), 413, "too_long")
    chunks = (b" " * 10_000 for _ in range(100))
    answer = site.http.post(path, content=chunks, headers={**site.headers, "Content-Type": "application/json"})
    assert_kind(answer, 413, "too_long")


def test_ten_pages_pasted_at_once_get_the_kind_answer_of_a_long_message(site: Site) -> None:
    answer = site.send(text="\U0001f600 long story " * 1500)
    assert answer.status_code == 200
    assert "988" in answer.json()["messages"][0]["text"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing-here", 404),
        ("GET", "/%2e%2e/%2e%2e/version", 404),
        ("GET", "/sessions", 405),
        ("PUT", "/sessions", 405),
        ("DELETE", "/messages", 405),
        ("POST", "/conversation", 405),
        ("PATCH", "/session", 405),
        ("POST", "/", 405),
        ("POST", "/health", 405),
    ],
)
def test_routes_that_are_not_there(site: Site, method: str, path: str, status: int) -> None:
    code = {404: "not_found", 405: "method_not_allowed"}[status]
    answer = site.http.request(method, path)
    assert_kind(answer, status, code)
    if status == 405:
        assert answer.headers["Allow"]


@pytest.mark.parametrize(
    "request_",
    [
        b"GARBAGE\r\n\r\n",
        b"POST {path}/messages HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
        b"POST {path}/messages HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST {path}/messages HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"POST {path}/messages HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
        b"POST {path}/messages HTTP/1.1\r\nHost: x\r\nExpect: miracle\r\nContent-Length: 2\r\n\r\n{}",
        b"GET {path}/health HTTP/9.9\r\nHost: x\r\n\r\n",
        b"GET {path}/health HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET {path}/conversation HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 40_000 + b"\r\n\r\n",
    ],
    ids=lambda request_: repr(request_[:60]),
)
def test_requests_that_are_no_proper_http(site: Site, request_: bytes) -> None:
    url = urlsplit(site.url)
    with socket.create_connection((url.hostname, url.port), timeout=10) as connection:
        connection.sendall(request_.replace(b"{path}", url.path.encode()))
        received = b""
        while b"\r\n\r\n" not in received or not received.rstrip().endswith(b"}"):
            part = connection.recv(65_536)
            if not part:
                break
            received += part
    head, _, body = received.decode().partition("\r\n\r\n")
    lines = head.split("\r\n")
    assert 400 <= int(lines[0].split()[1]) < 500
    assert_nothing_raw(httpx.Headers([tuple(line.split(": ", 1)) for line in lines[1:]]), body)


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS"])
def test_answers_are_private(site: Site, method: str) -> None:
    path = {"GET": "/conversation", "POST": "/messages", "DELETE": "/session", "OPTIONS": "/session"}[method]
    headers = site.http.request(method, path, headers=site.headers).headers
    if method != "OPTIONS":
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert not {"server", "x-powered-by", "set-cookie"} & set(headers)
