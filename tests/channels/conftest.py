"""A delivery process before an engine that waits, with one provider or two."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.channels.running import Running
from tests.channels.servers.pairs import PAIRS, Pair
from tests.channels.servers.telegram import TelegramServer
from tests.channels.servers.twilio import TwilioServer


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    with TwilioServer() as twilio, TelegramServer() as telegram:
        running = Running(tmp_path, {"sms": twilio, "telegram": telegram})
        with running.serving():
            yield running


@pytest.fixture(params=PAIRS, ids=lambda pair: pair.name)
def on_each(request, tmp_path: Path) -> Iterator[Running]:
    """The same before each provider alone."""
    pair: Pair = request.param
    with pair.server() as server:
        running = Running(tmp_path, {pair.name: server})
        with running.serving():
            yield running
