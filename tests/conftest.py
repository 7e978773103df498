"""What many tests share: the trained model, and the product running as `make run` serves it."""

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from evaluation.product.cluster import RedisServer
from helpline.errors import StartError
from helpline.processes import model
from helpline.processes.assistant_client import AssistantClient
from helpline.processes.sockets import free_ports
from helpline.processes.supervisor import Supervisor
from helpline.rasa.without_tensorflow import keep_out
from helpline.settings import Settings
from helpline.store.database import open_database

keep_out()  # before a test module imports Rasa, as our own processes do

# What takes longest goes first, so that no worker is left alone with it at the end.
SLOWEST = ("rasa/test_commands.py", "cluster/", "scripts/", "browser/", "channels/", "product/", "conversations/")
# What shows at length, or on more messages, what other tests show in brief. It goes last. Where `TEST_UNTIL` sets a
# time (seconds since 1970) and that is over, it is skipped: a run that is cut off shows nothing.
AT_LENGTH = ("cluster/test_storm.py", "browser/test_evening.py", "browser/test_fixtures.py")
ON_MORE_MESSAGES = ("test_two_questions_of_other_writers", "[followups_strangers]")
TESTS = Path(__file__).parent

SECRET = "secret-of-the-tests-with-more-than-32-characters"


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return one more than there are processors: much of the time a test waits for a server, a page or a clock."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the tests by how long their files take; files and folders of one kind stay in their order."""

    def place(item: pytest.Item) -> int:
        file = item.path.relative_to(TESTS).as_posix()
        if file in AT_LENGTH:
            return len(SLOWEST) + 1
        return next((number for number, start in enumerate(SLOWEST) if file.startswith(start)), len(SLOWEST))

    items.sort(key=place)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what other tests show in brief where the time is up."""
    until = float(os.environ.get("TEST_UNTIL") or "inf")
    if time.time() > until and may_be_skipped(item.path.relative_to(TESTS).as_posix(), item.name):
        pytest.skip("this machine is so slow that the time set by TEST_UNTIL is over")


def may_be_skipped(file: str, name: str) -> bool:
    """Whether a test of a file shows what others show in brief."""
    return file in AT_LENGTH or any(part in name for part in ON_MORE_MESSAGES)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Tell a failure at once: a run that is cut off prints no summary."""
    if report.failed and "PYTEST_XDIST_WORKER" not in os.environ:
        print(f"\nFAILED {report.nodeid}", flush=True)


def settings_for(directory: Path) -> Settings:
    """Return settings for a product of a test: own port, sockets and database, limits that a test does not reach."""
    port, console_port = free_ports(2)
    settings = Settings(
        port=port,
        console_port=console_port,
        run_directory=Path(tempfile.mkdtemp(prefix="hl-")),
        spool_directory=directory / "spool",
        api_token=SECRET,
        session_secret=SECRET,
        database_url=f"sqlite:///{directory / 'helpline.db'}",
        messages_per_minute=100_000,
        address_messages_per_minute=100_000,
        sessions_per_hour=100_000,
    )
    database = open_database(settings)
    database.upgrade()
    database.close()
    return settings


@pytest.fixture(scope="session")
def trained_model() -> Path:
    """The model as `helpline train` makes it; trained first if it is not there."""
    if not model.MODEL.exists():
        model.train(Settings(api_token=SECRET), lambda seconds: None)
    return model.MODEL


@pytest.fixture(scope="session")
def product(trained_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supervisor]:
    """The product, running for the whole session; a test that breaks it mends it again."""
    directory = tmp_path_factory.mktemp("product")
    with Supervisor(settings_for(directory), trained_model, directory / "log") as running:
        yield running


@pytest.fixture(scope="session")
def client(product: Supervisor) -> Iterator[AssistantClient]:
    """A client of the running product."""
    with AssistantClient.of(product) as made:
        yield made


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis: the one in TEST_REDIS_URL, or one that is started for the tests."""
    if url := os.environ.get("TEST_REDIS_URL"):
        yield url
        return
    try:
        server = RedisServer()
    except StartError as error:
        pytest.skip(f"{error} Or set TEST_REDIS_URL.")
    with server:
        yield server.url
