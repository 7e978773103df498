"""nginx as it faces the world: what it serves, refuses and says when all behind it is gone. The real nginx runs."""

import json
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from helpline.errors import StartError
from helpline.processes.nginx import lay_out, nginx_command, nginx_program
from helpline.processes.sockets import HOST, free_port
from helpline.settings import ROOT
from helpline.web.http_server import Server
from scripts.build_fallback_pages import FOLDER, fallback_pages

NUMBER = "(888) 753-LBBC (5222)"
API = [
    ("POST", "/webhooks/website/sessions"),
    ("POST", "/webhooks/website/messages"),
    ("GET", "/webhooks/website/conversation"),
    ("DELETE", "/webhooks/website/session"),
    ("GET", "/webhooks/website/health"),
    ("GET", "/health/ready"),
    ("POST", "/webhooks/telegram"),
]
PAGES = ["/v/some-link", "/", "/no/such/page"]


class SmallDoor:
    """What stands behind nginx: it tells what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Request] = []

        async def answer(request: Request) -> Response:
            self.asked.append(request)
            body = await request.body()
            headers = {name: request.headers.get(name, "") for name in ("host", "x-forwarded-for", "x-request-id")}
            return JSONResponse({"path": request.url.path, "length": len(body), **headers, "door": self.server.url})

        routes = [Route("/{path:path}", answer, methods=["GET", "POST", "DELETE", "PUT", "PATCH", "OPTIONS"])]
        self.server = Server(Starlette(routes=routes), port=0, stop_seconds=1)
        self.server.start()
        self.port = int(self.server.url.rsplit(":", 1)[1])


class Front:
    """nginx with two doors behind it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.health = folder, free_port(), free_port()
        self.doors = [SmallDoor(), SmallDoor()]
        self.console = SmallDoor()
        lay_out(folder, self.port, [door.port for door in self.doors], self.console.port, self.health)
        if not (ROOT / "widget" / "dist").exists():
            (folder / "widget").unlink()
            (folder / "widget").mkdir()
            (folder / "widget" / "index.html").write_text("<!doctype html><title>A chat</title>mbc-chat.js" * 40)
            (folder / "widget" / "mbc-chat.js").write_text("export const chat = 1;\n" * 400)
        self.url = f"https://localhost:{self.port}"
        certificate = folder / "conf" / "place" / "tls.crt"
        self.tls = ssl.create_default_context(cafile=str(certificate))
        self.log = (folder / "out.log").open("wb")
        command = nginx_command(nginx_program(), folder)
        self.process = subprocess.Popen(command, stdout=self.log, stderr=subprocess.STDOUT)
        for _ in range(100):
            try:
                if httpx.get(f"http://{HOST}:{self.health}/health").status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.05)
        raise AssertionError((folder / "out.log").read_text())

    def client(self, **arguments: object) -> httpx.Client:
        return httpx.Client(base_url=self.url, verify=self.tls, timeout=20, **arguments)

    def raw(self, request: bytes, server_name: str = "localhost") -> bytes:
        """Send bytes, and return all that comes back."""
        with (
            socket.create_connection((HOST, self.port), timeout=15) as plain,
            self.tls.wrap_socket(plain, server_hostname=server_name) as connection,
        ):
            connection.sendall(request)
            received = b""
            try:
                while part := connection.recv(65536):
                    received += part
            except (ConnectionError, ssl.SSLError):
                pass
            return received

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        self.log.close()
        for door in (*self.doors, self.console):
            door.server.stop()


@pytest.fixture(scope="module")
def front():
    try:
        nginx_program()
    except StartError as missing:
        pytest.skip(str(missing))
    made = Front(Path(tempfile.mkdtemp(prefix="hl-nginx-")) / "nginx")
    yield made
    made.stop()
    shutil.rmtree(made.folder.parent)


@pytest.fixture
def http(front):
    with front.client() as client:
        yield client


@pytest.fixture
def nobody_behind():
    """An nginx with nothing behind it."""
    try:
        nginx_program()
    except StartError as missing:
        pytest.skip(str(missing))
    made = Front(Path(tempfile.mkdtemp(prefix="hl-nginx-")) / "nginx")
    for door in (*made.doors, made.console):
        door.server.stop()
    yield made
    made.stop()
    shutil.rmtree(made.folder.parent)


def test_what_it_says_by_itself_is_as_the_wording_has_it():
    assert {path.name: path.read_text() for path in FOLDER.iterdir()} == fallback_pages()


def test_every_answer_of_its_own_holds_the_number_and_988():
    for name, content in fallback_pages().items():
        assert NUMBER in content, name
        assert "988" in content, name


def test_a_request_reaches_a_door_with_who_asks_and_an_id(http):
    forged = {"X-Forwarded-For": "203.0.113.9", "X-Request-ID": "mine", "Forwarded": "for=203.0.113.9"}
    answer = http.post("/webhooks/website/messages", json={"text": "hello"}, headers=forged)
    told = answer.json()
    assert told["path"] == "/webhooks/website/messages"
    assert told["host"].startswith("localhost")
    assert told["x-forwarded-for"] == "127.0.0.1"
    assert len(told["x-request-id"]) == 32
    assert answer.headers["X-Request-ID"] == told["x-request-id"]
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    assert "nginx/" not in answer.headers.get("Server", "")


def test_the_widget_is_small_on_the_wire_kept_for_minutes_and_asked_for_with_its_tag(http):
    answer = http.get("/webhooks/website/mbc-chat.js")
    assert answer.status_code == 200
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "max-age=300" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = http.get("/webhooks/website/mbc-chat.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    page = http.get("/webhooks/website/")
    assert "mbc-chat.js" in page.text
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    "path", ["../../conf/place/tls.key", "..%2f..%2fconf%2fplace%2ftls.key", ".htaccess", "x.js%00"]
)
def test_nothing_but_the_widget_is_served(front, path):
    answer = front.raw(
        f"GET /webhooks/website/{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
    )
    assert b"PRIVATE KEY" not in answer
    assert b" 200 OK" not in answer.split(b"\r\n")[0] or b'"path"' in answer


def test_while_the_doors_are_gone_the_widget_is_there(nobody_behind):
    with nobody_behind.client() as http:
        assert http.get("/webhooks/website/mbc-chat.js").status_code == 200
        assert http.get("/webhooks/website/").status_code == 200


@pytest.mark.parametrize(("method", "path"), API)
def test_while_all_behind_is_gone_a_program_hears_the_number(nobody_behind, method, path):
    with nobody_behind.client() as http:
        answer = http.request(method, path, json={} if method == "POST" else None)
    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["error"]["code"] == "unavailable"
    assert NUMBER in answer.json()["error"]["text"]
    assert "988" in answer.json()["error"]["text"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Retry-After"] == "10"


@pytest.mark.parametrize("path", PAGES)
def test_while_all_behind_is_gone_a_person_sees_the_number_as_a_link(nobody_behind, path):
    for name in ("localhost", "console.localhost"):
        with nobody_behind.client() as http:
            host = f"https://{name}:{nobody_behind.port}"
            request = http.build_request("GET", path, headers={"Host": name})
            request.extensions["sni_hostname"] = name
            answer = http.send(request)
        assert answer.status_code == 503, host
        assert (
            answer.headers["Content-Type"] == "text/html; charset=utf-8"
            or "text/html" in answer.headers["Content-Type"]
        )
        assert 'href="tel:+18887535222"' in answer.text
        assert 'href="tel:988"' in answer.text
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_one_door_is_enough(front):
    gone, left = front.doors
    gone.server.stop()
    try:
        with front.client() as http:
            answers = [http.post("/webhooks/website/messages", json={}) for _ in range(12)]
        assert [answer.status_code for answer in answers] == [200] * 12
        assert {answer.json()["door"] for answer in answers} == {left.server.url}
    finally:
        gone.server = Server(gone.server._app, port=gone.port, stop_seconds=1)
        gone.server.start()


def test_the_console_has_a_name_of_its_own(front):
    with front.client() as http:
        request = http.build_request("GET", "/queue", headers={"Host": "console.localhost"})
        request.extensions["sni_hostname"] = "console.localhost"
        assert http.send(request).json()["door"] == front.console.server.url


HOSTILE = {
    "two lengths": b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
    "a negative length": b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    "a length and chunks": b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "an odd encoding": b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
    "a bare line": b"hello\r\n\r\n",
    "a null": b"GET /\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a long head": b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X-Long: " + b"y" * 9_000 + b"\r\n\r\n",
    "a long line": b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a large body": b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n",
    "another protocol": b"PRI * HTTP/9.9\r\n\r\n",
    "a trace": b"TRACE / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    "a tunnel": b"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_request_reaches_no_door_and_is_refused_with_the_number(front, name):
    before = sum(len(door.asked) for door in front.doors)
    answer = front.raw(HOSTILE[name])
    assert sum(len(door.asked) for door in front.doors) == before
    status = int(answer.split(b" ")[1])
    assert 400 <= status < 500 or status in (501, 505)
    assert NUMBER.encode() in answer
    assert b"988" in answer
    assert b"nginx/" not in answer


@pytest.mark.parametrize("host", ["example.org", "127.0.0.1", "localhost.evil.example"])
def test_another_hosts_name_leads_to_no_door(front, host):
    before = sum(len(door.asked) for door in front.doors)
    answer = front.raw(f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 421 ")
    assert NUMBER.encode() in answer
    assert sum(len(door.asked) for door in front.doors) == before
    unchecked = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    unchecked.check_hostname, unchecked.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection((HOST, front.port), timeout=5) as plain, pytest.raises(ssl.SSLError):
        unchecked.wrap_socket(plain, server_hostname=host)


def test_old_tls_is_refused(front):
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version = ssl.TLSVersion.TLSv1
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    with (
        socket.create_connection((HOST, front.port), timeout=5) as plain,
        pytest.raises((ssl.SSLError, ConnectionError)),
    ):
        old.wrap_socket(plain, server_hostname="localhost")


def test_a_body_that_is_too_long_is_refused_kindly(front):
    with front.client() as http:
        answer = http.post("/webhooks/website/messages", content=b"x" * 3_000_000)
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "too_long"


def test_nobody_is_found_in_the_logs(front, http):
    http.get("/v/a-secret-link?because=zebra", headers={"User-Agent": "zebra", "Referer": "https://zebra.example"})
    http.get("/my/zebra/words")
    front.raw(b"GET /zebra HTTP/1.1\r\nHost: zebra.example\r\nConnection: close\r\n\r\n")
    time.sleep(0.3)
    text = (front.folder / "out.log").read_text()
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    assert {"/v/", "other"} <= {line["path"] for line in lines}
    assert all(line["request_id"] for line in lines)
    for word in ("zebra", "a-secret-link", '"127.0.0.1"', "client:"):
        assert word not in text


def test_a_flood_is_refused_kindly_and_ends(nobody_behind):
    with nobody_behind.client() as http:
        answers = [http.get("/webhooks/website/mbc-chat.js") for _ in range(600)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert refused[0].json()["error"]["code"] == "rate_limited"
    assert NUMBER in refused[0].text
    time.sleep(1.0)
    with nobody_behind.client() as http:
        assert http.get("/webhooks/website/mbc-chat.js").status_code == 200
