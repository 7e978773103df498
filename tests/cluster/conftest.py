"""The parts as they run in production, on this machine's PostgreSQL, with real nginx and Redis."""

import shutil
import ssl
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from helpline.observability.probes import Probe
from helpline.processes.cluster import Cluster
from helpline.processes.supervisor import Part
from tests.conftest import settings_for
from tests.store.conftest import STORE_KEY, empty_database


@contextmanager
def running_cluster(model: Path, directory: Path, redis_url: str, **changes: object) -> Iterator[Cluster]:
    """Run a cluster with a database of its own; skip where nginx or PostgreSQL is not there."""
    if not shutil.which("nginx") and not Path("/usr/sbin/nginx").exists():
        pytest.skip("nginx is not installed; apt-get install nginx-light")
    with empty_database("postgresql", directory) as store:
        store.upgrade()
        settings = settings_for(directory).copy(
            update={
                "database_url": store.engine.url.render_as_string(hide_password=False),
                "encryption_key": STORE_KEY,
                "console_secret": "secret-of-the-tests-with-more-than-32-characters",
                "redis_url": redis_url,
                **changes,
            }
        )
        # A short path: those who only look into the folder must be able to type it.
        with Cluster(settings, model, Path(tempfile.mkdtemp(prefix="hl-cluster-"))) as running:
            running.store = store  # type: ignore[attr-defined]
            yield running


@pytest.fixture(scope="session")
def cluster(trained_model, tmp_path_factory, redis_url) -> Iterator[Cluster]:
    """A cluster for all tests here; one that breaks it mends it again."""
    directory = tmp_path_factory.mktemp("cluster")
    with running_cluster(trained_model, directory, redis_url, log_format="json") as running:
        yield running


class Visitor:
    """A website visitor who comes in by nginx, and says each message until it is answered."""

    def __init__(self, cluster: Cluster) -> None:
        self.http = httpx.Client(
            base_url=f"{cluster.url}/webhooks/website",
            verify=ssl.create_default_context(cafile=str(cluster.certificate)),
            timeout=30,
        )
        self.open()

    def open(self) -> None:
        """Begin a conversation."""
        token = self.http.post("/sessions", json={}).raise_for_status().json()["token"]
        self.http.headers["Authorization"] = f"Bearer {token}"

    def send(self, text: str, id_: str | None = None) -> httpx.Response:
        """Send a message."""
        return self.http.post("/messages", json={"client_message_id": id_ or str(uuid4()), "text": text})

    def say(self, text: str) -> str:
        """Send a message, and return what is said to it."""
        answer = self.send(text).raise_for_status()
        return "\n".join(message["text"] for message in answer.json()["messages"])


@pytest.fixture
def visit(cluster) -> Iterator[Callable[[], Visitor]]:
    """Make visitors."""
    made: list[Visitor] = []

    def make() -> Visitor:
        made.append(Visitor(cluster))
        return made[-1]

    yield make
    for visitor in made:
        visitor.http.close()


@pytest.fixture
def probe(cluster) -> Probe:
    return Probe(cluster.url, cluster.settings.session_secret, str(cluster.certificate))


def wait_until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.1)


def kill(part: Part) -> None:
    part.process.kill()
    part.process.wait()


def revive(cluster: Cluster, *parts: Part) -> None:
    for part in parts:
        cluster.launch(part)
    for part in parts:
        wait_until(lambda part=part: part.answers(cluster.secret))
