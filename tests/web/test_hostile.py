"""Plays the corpus of hostile requests against our server, on a port and on a Unix socket."""

import resource
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpline.web.http_limits import HttpLimits
from helpline.web.http_server import Server
from tests.web.hostile.case import Case
from tests.web.hostile.corpus import CORPUS
from tests.web.hostile.echo_app import app
from tests.web.hostile.ordinary_client import OrdinaryClient
from tests.web.hostile.runner import Endpoint, Report, play_all
from tests.web.hostile.slow_connections import SlowConnections

# Short, so that the slow clients of the corpus do not make the tests slow.
LIMITS = HttpLimits(head_seconds=1, request_seconds=2, idle_seconds=2, response_seconds=2)
WITHIN = 8.0
SLOW_CONNECTIONS = 2000


def server_at(directory: Path, on: str, limits: HttpLimits) -> tuple[Server, Endpoint]:
    if on == "unix socket":
        path = directory / "server.sock"
        return Server(app, unix_socket=path, limits=limits), path
    server = Server(app, port=0, limits=limits)
    return server, ("127.0.0.1", 0)


def endpoint_of(server: Server, endpoint: Endpoint) -> Endpoint:
    return endpoint if isinstance(endpoint, Path) else (endpoint[0], int(server.url.rpartition(":")[2]))


@pytest.fixture(scope="module", params=["port", "unix socket"])
def played(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[dict[str, Report], OrdinaryClient]]:
    """What came of each case, and another client that asked all the while."""
    server, endpoint = server_at(tmp_path_factory.mktemp("sockets"), request.param, LIMITS)
    with server:
        endpoint = endpoint_of(server, endpoint)
        with OrdinaryClient(endpoint) as other:
            reports = play_all(endpoint, CORPUS, WITHIN)
        yield {report.case.name: report for report in reports}, other


def test_corpus_is_large_enough() -> None:
    assert len(CORPUS) >= 300


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.name)
def test_hostile_client_is_refused(played: tuple[dict[str, Report], OrdinaryClient], case: Case) -> None:
    report = played[0][case.name]

    assert report.harmless, f"{report.outcome} {report.statuses[:5]} after {report.seconds:.1f} s"


def test_every_refusal_closes_the_connection(played: tuple[dict[str, Report], OrdinaryClient]) -> None:
    refused = [report for report in played[0].values() if report.statuses and report.statuses[-1] >= 400]

    assert refused
    assert [report.case.name for report in refused if not report.closed] == []
    assert {status for report in refused for status in report.statuses if status >= 500} == set()


def test_other_client_is_answered_meanwhile(played: tuple[dict[str, Report], OrdinaryClient]) -> None:
    assert played[1].unanswered == 0
    assert played[1].seconds


@pytest.mark.parametrize("on", ["port", "unix socket"])
def test_slow_connections_are_closed_while_another_client_is_answered(tmp_path: Path, on: str) -> None:
    # They come from a proxy's address, so that the limit of one address does not spare the server the work.
    limits = HttpLimits(head_seconds=6, trusted_proxies=("127.0.0.1",))
    server, endpoint = server_at(tmp_path, on, limits)
    with server:
        # Client and server are one process here, and each connection takes two of its files.
        number = min(SLOW_CONNECTIONS, (resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 200) // 2)
        slow = SlowConnections(endpoint_of(server, endpoint), number)
        with OrdinaryClient(endpoint_of(server, endpoint)) as other, slow:
            deadline = time.monotonic() + 18
            while slow.closed < number and time.monotonic() < deadline:
                time.sleep(0.1)

    assert slow.opened == number
    assert slow.closed == number
    assert other.unanswered == 0
    assert other.seconds
