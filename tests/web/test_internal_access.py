"""An internal server answers only whoever knows its secret."""

import gzip
from collections.abc import Iterator

import httpx
import pytest

from helpline.web.http_limits import HttpLimits
from helpline.web.http_server import Server
from helpline.web.internal_access import InternalAccess
from tests.web.hostile.echo_app import app

SECRET = "a-secret-of-the-tests-with-38-characters"
KNOWN = {"Authorization": f"Bearer {SECRET}"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    path = tmp_path_factory.mktemp("internal") / "engine.sock"
    with (
        Server(InternalAccess(app, SECRET), unix_socket=path, limits=HttpLimits(max_body=1000)) as server,
        httpx.Client(base_url=server.url, transport=httpx.HTTPTransport(uds=str(path))) as made,
    ):
        yield made


def test_secret_opens(client: httpx.Client) -> None:
    assert client.post("/words", content=b"hello", headers=KNOWN).content == b"served POST /words\nhello"


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("Authorization", "")],
        [("Authorization", "Bearer")],
        [("Authorization", f"Bearer {SECRET[:-1]}")],
        [("Authorization", f"Bearer {SECRET}x")],
        [("Authorization", f"Bearer {SECRET.upper()}")],
        [("Authorization", SECRET)],
        [("Authorization", f"Basic {SECRET}")],
        [("Authorization", f"Bearer {SECRET}"), ("Authorization", f"Bearer {SECRET}")],
        [("X-Authorization", f"Bearer {SECRET}")],
        [("Cookie", f"Authorization=Bearer {SECRET}")],
    ],
)
def test_nothing_else_opens(client: httpx.Client, headers: list[tuple[str, str]]) -> None:
    answer = client.post("/words", content=b"hello", headers=headers)

    assert answer.status_code == 401
    assert answer.content == b""


def test_secret_in_the_target_does_not_open(client: httpx.Client) -> None:
    assert client.get(f"/?token={SECRET}").status_code == 401


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "DELETE"])
@pytest.mark.parametrize("path", ["/", "/health", "/actions", "/no/such/path", "/docs"])
def test_without_the_secret_every_path_looks_the_same(client: httpx.Client, method: str, path: str) -> None:
    headers = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    answer = client.request(method, path, headers=headers)

    assert answer.status_code == 401
    assert answer.content == b""
    assert set(answer.headers) == {"date", "content-length", "connection", "www-authenticate"}


def test_secret_brings_no_cors(client: httpx.Client) -> None:
    answer = client.get("/", headers={**KNOWN, "Origin": "https://elsewhere.example"})

    assert [name for name in answer.headers if name.startswith("access-control")] == []


def test_body_is_bounded_and_not_compressed_even_with_the_secret(client: httpx.Client) -> None:
    compressed = client.post("/", content=gzip.compress(b"hello"), headers={**KNOWN, "Content-Encoding": "gzip"})
    assert compressed.status_code == 415
    assert client.post("/", content=b"x" * 1001, headers=KNOWN).status_code == 413
    assert client.post("/", content=iter([b"x" * 1001]), headers=KNOWN).status_code == 413


@pytest.mark.parametrize("secret", ["", "short", "\u00e9" * 40])
def test_weak_secret_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="32 ASCII characters"):
        InternalAccess(app, secret)
