"""How the server starts, stops, says what went wrong, and treats a connection."""

import logging
import resource
import signal
import socket
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from helpline.web.http_limits import HttpLimits
from helpline.web.http_protocol import HttpProtocol
from helpline.web.http_server import Server, StartError
from helpline.web.listener import ListenError, PortInUseError, open_port
from tests.web.hostile.echo_app import app
from tests.web.hostile.runner import plain_request

ROOT = Path(__file__).parent.parent.parent


def port_of(server: Server) -> int:
    return int(server.url.rpartition(":")[2])


def is_closed(connection: socket.socket) -> bool:
    connection.settimeout(0.3)
    try:
        return connection.recv(1) == b""
    except TimeoutError:
        return False
    except ConnectionResetError:
        return True


def read_to_the_end(connection: socket.socket) -> bytes:
    received = b""
    while piece := connection.recv(65536):
        received += piece
    return received


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(app, port=0) as running:
        yield running


def test_answers_on_a_port(server: Server) -> None:
    with httpx.Client(base_url=server.url) as client:
        for _ in range(3):
            answer = client.post("/words", content=b"hello")
            assert answer.content == b"served POST /words\nhello"
        assert "server" not in answer.headers
        assert "date" in answer.headers


def test_answers_on_a_unix_socket_that_is_ours_alone(tmp_path: Path) -> None:
    path = tmp_path / "run" / "server.sock"
    with Server(app, unix_socket=path) as server:
        transport = httpx.HTTPTransport(uds=str(path))
        with httpx.Client(base_url=server.url, transport=transport) as client:
            assert client.get("/").content == b"served GET /\n"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700

    assert not path.exists()


def test_port_in_use_is_named(server: Server) -> None:
    with pytest.raises(PortInUseError, match=f"Port {port_of(server)} on 127.0.0.1 is in use"):
        Server(app, port=port_of(server)).start()
    with pytest.raises(PortInUseError):
        Server(app, port=port_of(server)).run()


def test_answers_do_not_wait_for_the_clients_acknowledgement() -> None:
    with open_port("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_address_of_another_machine_is_named() -> None:
    with pytest.raises(ListenError, match=r"Port 8080 on 192\.0\.2\.1 cannot be opened"):
        Server(app, host="192.0.2.1", port=8080).start()


def test_socket_that_was_left_behind_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "server.sock"
    with socket.socket(socket.AF_UNIX) as left_behind:
        left_behind.bind(str(path))

    with Server(app, unix_socket=path):
        plain_request(path)


def test_socket_in_use_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "server.sock"
    with Server(app, unix_socket=path):
        with pytest.raises(PortInUseError, match=str(path)):
            Server(app, unix_socket=path).start()
        plain_request(path)


def test_file_in_the_sockets_place_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "server.sock"
    path.write_text("notes")

    with pytest.raises(ListenError, match="should be a socket"):
        Server(app, unix_socket=path).start()
    assert path.read_text() == "notes"


def test_folder_that_others_can_read_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o755)

    with pytest.raises(ListenError, match="chmod 700"):
        Server(app, unix_socket=folder / "server.sock").start()


def test_path_too_long_for_a_socket_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ListenError, match="too long"):
        Server(app, unix_socket=tmp_path / ("s" * 120)).start()


@pytest.mark.parametrize("method", ["start", "run"])
def test_application_that_does_not_start_is_reported(method: str) -> None:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        raise RuntimeError("no database")
        yield

    with pytest.raises(StartError):
        getattr(Server(Starlette(lifespan=lifespan), port=0), method)()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_lets_the_request_in_hand_be_answered(tmp_path: Path, number: signal.Signals) -> None:
    process = run_slow_app(tmp_path, seconds=1.0, stop_seconds=10)
    path = tmp_path / "server.sock"
    with socket.socket(socket.AF_UNIX) as asks, socket.socket(socket.AF_UNIX) as idle:
        asks.settimeout(20)
        asks.connect(str(path))
        idle.connect(str(path))
        asks.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        time.sleep(0.3)
        process.send_signal(number)

        assert asks.recv(65536).startswith(b"HTTP/1.1 200 ")
        assert is_closed(idle)
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert output == "stopped\n"
    assert not path.exists()


def test_stop_does_not_wait_for_ever(tmp_path: Path) -> None:
    process = run_slow_app(tmp_path, seconds=3600, stop_seconds=1)
    with socket.socket(socket.AF_UNIX) as asks:
        asks.connect(str(tmp_path / "server.sock"))
        asks.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        time.sleep(0.3)
        process.terminate()
        process.communicate(timeout=30)

    assert process.returncode == 0


def run_slow_app(directory: Path, seconds: float, stop_seconds: int) -> "subprocess.Popen[str]":
    code = f"""
        import asyncio
        from pathlib import Path
        from starlette.applications import Starlette
        from starlette.responses import PlainTextResponse
        from starlette.routing import Route
        from helpline.web.http_server import serve

        async def slow(request):
            await asyncio.sleep({seconds})
            return PlainTextResponse("late")

        app = Starlette(routes=[Route("/", slow)])
        serve(app, unix_socket=Path({str(directory / "server.sock")!r}), stop_seconds={stop_seconds})
        print("stopped")
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(directory / "server.sock"))
                return process
            except OSError:
                time.sleep(0.05)
    raise AssertionError("the server did not start")


def test_limit_of_open_files_is_raised() -> None:
    code = """
        import resource
        from helpline.web.http_limits import HttpLimits
        from helpline.web.http_server import Server
        from tests.web.hostile.echo_app import app
        resource.setrlimit(resource.RLIMIT_NOFILE, (128, 512))
        with Server(app, port=0) as server:
            print(resource.getrlimit(resource.RLIMIT_NOFILE)[0], server.limits.max_connections)
    """
    output = subprocess.check_output([sys.executable, "-c", textwrap.dedent(code)], cwd=ROOT, text=True)
    assert output == "512 412\n"
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 0


def test_failure_is_logged_without_what_was_sent(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = httpx.post(f"{server.url}/broken", content=b"my number is 5551234", headers={"X-Name": "Ada Lovelace"})
        refused = httpx.post(f"{server.url}/", content=b"5551234", headers={"Content-Encoding": "gzip5551234"})

    assert answer.status_code == 500
    assert refused.status_code == 415
    assert "ValueError at" in caplog.text
    assert "echo_app.py" in caplog.text
    assert "5551234" not in caplog.text
    assert "Lovelace" not in caplog.text
    assert "5551234" not in answer.text


def test_application_is_called_when_the_request_is_there_as_a_whole() -> None:
    called = []

    async def app(scope, receive, send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        called.append(await receive())
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    with Server(app, port=0) as server, socket.create_connection(("127.0.0.1", port_of(server))) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhello")
        time.sleep(0.3)
        assert called == []
        connection.sendall(b"world")
        assert connection.recv(1024).startswith(b"HTTP/1.1 204 ")

    assert called == [{"type": "http.request", "body": b"helloworld", "more_body": False}]


def test_length_of_a_body_is_a_setting() -> None:
    with Server(app, port=0, limits=HttpLimits(max_body=200_000)) as server:
        assert httpx.post(f"{server.url}/", content=b"x" * 200_000).status_code == 200
        assert httpx.post(f"{server.url}/", content=b"x" * 200_001).status_code == 413
        assert httpx.post(f"{server.url}/", content=iter([b"x" * 200_001])).status_code == 413


def test_client_waits_for_100_continue_and_gets_it(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", port_of(server)), timeout=10) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
        assert connection.recv(1024) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"hello")
        assert connection.recv(1024).startswith(b"HTTP/1.1 200 ")


def test_requests_sent_at_once_get_one_answer_and_the_end(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", port_of(server)), timeout=10) as connection:
        connection.sendall(b"GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n" * 3)
        received = read_to_the_end(connection)

    assert received.count(b"served GET /a") == 1
    assert b"connection: close" in received


def test_idle_connection_is_closed() -> None:
    with (
        Server(app, port=0, limits=HttpLimits(idle_seconds=0.3)) as server,
        socket.create_connection(("127.0.0.1", port_of(server)), timeout=10) as connection,
    ):
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert read_to_the_end(connection).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("limits", [HttpLimits(max_connections=5), HttpLimits(max_connections_per_address=5)])
def test_new_connection_is_answered_and_the_longest_waiting_closed(limits: HttpLimits) -> None:
    with Server(app, port=0, limits=limits) as server:
        where = ("127.0.0.1", port_of(server))
        connections = [socket.create_connection(where) for _ in range(8)]
        time.sleep(0.3)
        plain_request(where)

        assert [is_closed(connection) for connection in connections] == [True] * 4 + [False] * 4
        for connection in connections:
            connection.close()


def test_server_listens_in_one_place() -> None:
    with pytest.raises(ValueError, match="port or on a Unix socket"):
        Server(app)
    with pytest.raises(ValueError, match="port or on a Unix socket"):
        Server(app, port=0, unix_socket=Path("server.sock"))


def test_uvicorn_has_what_our_protocol_builds_on() -> None:
    ours = {name for name, value in vars(HttpProtocol).items() if callable(value) and not name.startswith("__")}
    own = {"drop", "_feed", "_refuse", "_discard", "_arm", "_disarm", "_time_is_over"}

    assert {name for name in ours - own if not hasattr(HttpToolsProtocol, name)} == set()
    assert {name for name in own if hasattr(HttpToolsProtocol, name)} == set()
