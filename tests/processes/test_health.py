"""The health check that container platforms run beside each part."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from helpline.processes.health import is_well
from helpline.processes.sockets import free_port
from helpline.settings import ROOT, Settings
from helpline.web.http_server import Server
from helpline.web.internal_access import InternalAccess
from tests.conftest import SECRET


@pytest.fixture(params=["a port", "a socket"])
def inner(request):
    """An inner part that wants the secret, and its settings."""
    state = {"status": 200}

    async def health(_request: Request) -> Response:
        return Response(status_code=state["status"])

    app = InternalAccess(Starlette(routes=[Route("/health", health)]), SECRET)
    if request.param == "a port":
        server = Server(app, port=0)
        server.start()
        place = server.url.removeprefix("http://")
    else:
        place = str(Path(tempfile.mkdtemp(prefix="hl-")) / "part.sock")
        server = Server(app, unix_socket=Path(place))
        server.start()
    yield Settings(part_address=place, api_token=SECRET), state
    server.stop()


@pytest.mark.parametrize("part", ["engine", "actions", "delivery"])
def test_an_inner_part_is_well_while_it_says_so(inner, part):
    settings, state = inner
    assert is_well(settings, part)
    state["status"] = 503
    assert not is_well(settings, part)
    assert not is_well(settings.copy(update={"api_token": "x" * 40}), part)


def test_a_part_that_is_not_there_is_not_well():
    port = free_port()
    assert not is_well(Settings(part_address=f"127.0.0.1:{port}", api_token=SECRET), "engine")
    assert not is_well(Settings(part_address="/tmp/no-such.sock", api_token=SECRET), "engine")
    assert not is_well(Settings(port=port), "door")
    assert not is_well(Settings(console_port=port, console_host="0.0.0.0"), "console")


@pytest.mark.parametrize(("part", "status"), [("door", 0), ("door-ready", 1), ("kitchen", 2)])
def test_the_exit_status_tells(part, status):
    async def answer(request: Request) -> Response:
        return Response(status_code=200 if request.url.path == "/health/live" else 503)

    with Server(Starlette(routes=[Route("/{path:path}", answer)]), port=0) as server:
        environment = {**os.environ, "HELPLINE_PORT": server.url.rsplit(":", 1)[1], "HELPLINE_HOST": "127.0.0.1"}
        command = [sys.executable, "-m", "helpline.processes.health", part]
        assert subprocess.run(command, cwd=ROOT, env=environment, timeout=30, capture_output=True).returncode == status
