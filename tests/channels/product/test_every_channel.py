"""A conversation on every channel, end to end: signed webhooks in, answers out by the provider's API."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from helpline.store.messaging_tables import InboxRow
from tests.channels.product.conftest import ProductWithTexts, killed, product_with_channels, until
from tests.channels.servers.pairs import BY_NAME, Pair
from tests.channels.servers.provider_server import FAILURE_AFTER_ACCEPTING, Fault
from tests.conftest import settings_for
from tests.store.conftest import STORE_KEY, empty_database

CRISIS = "call or text 988"
NED, LEPTOMENINGEAL = "no evidence of disease", "eptomeningeal"
# Nobody else writes from these.
FIRST = 500


class Visitor:
    """Somebody on a channel."""

    number = FIRST

    def __init__(self, pair: Pair, product: ProductWithTexts) -> None:
        Visitor.number += 1
        self.address = pair.somebody(Visitor.number)
        self.server = product.servers[pair.name]
        self.product = product
        self._url = pair.url

    def webhook(self, text: str):
        return self.server.inbound(self._url, self.address, text)

    def deliver(self, webhook) -> list[int]:
        return webhook.deliver(f"http://127.0.0.1:{self.product.settings.port}")

    def send(self, text: str) -> list[int]:
        return self.deliver(self.webhook(text))

    @property
    def texts(self) -> list[str]:
        return self.server.texts(self.address)

    def awaits(self, words: str) -> None:
        until(lambda: any(words in text for text in self.texts), lambda: f"{words!r} in {self.texts}")

    def count(self, words: str) -> int:
        return sum(words in text for text in self.texts)


@pytest.fixture(params=["sms", "whatsapp by way of meta", "messenger", "telegram", "slack"])
def pair(request) -> Pair:
    return BY_NAME[request.param]


@pytest.fixture
def visitor(pair: Pair, texting: ProductWithTexts) -> Visitor:
    return Visitor(pair, texting)


def test_a_question_is_answered_once_however_often_it_comes(visitor: Visitor, texting: ProductWithTexts) -> None:
    webhook = visitor.webhook("what does NED mean")
    assert [visitor.deliver(webhook)[-1] for _ in range(3)] == [200] * 3
    visitor.awaits(NED)
    texting.settle()
    assert "not a person" in visitor.texts[0]
    once = list(visitor.texts)
    visitor.deliver(webhook)
    texting.settle()
    assert visitor.texts == once
    assert len(set(once)) == len(once)


def test_a_crisis_comes_first_and_whole(visitor: Visitor, texting: ProductWithTexts) -> None:
    visitor.send("I want to kill myself")
    visitor.awaits(CRISIS)
    assert CRISIS in visitor.texts[0]
    assert "911" in visitor.texts[0]
    texting.settle()
    assert visitor.count(CRISIS) == 1


def test_what_the_provider_repeats_while_nobody_takes_it_is_answered_once(
    visitor: Visitor, texting: ProductWithTexts
) -> None:
    webhook = visitor.webhook("what does NED mean")
    texting.supervisor.delivery.process.kill()
    texting.supervisor.delivery.process.wait()
    refused = webhook.deliver(f"http://127.0.0.1:{texting.settings.port}", pauses=(0.1,))
    assert refused == [503, 503]
    with killed(texting, texting.supervisor.delivery):
        pass
    assert visitor.deliver(webhook)[-1] == 200
    visitor.awaits(NED)
    texting.settle()
    assert len(set(visitor.texts)) == len(visitor.texts)


def test_messages_that_come_in_the_wrong_order_are_answered_each_once(
    visitor: Visitor, texting: ProductWithTexts
) -> None:
    first, second = visitor.webhook("what does NED mean"), visitor.webhook("what is leptomeningeal disease?")
    for webhook in (second, first, second):
        assert visitor.deliver(webhook)[-1] == 200
    visitor.awaits(NED)
    visitor.awaits(LEPTOMENINGEAL)
    texting.settle()
    together = "\n".join(visitor.texts)
    assert together.index(LEPTOMENINGEAL) < together.index(NED)
    assert len(set(visitor.texts)) == len(visitor.texts)


def test_an_outage_loses_and_doubles_nothing(visitor: Visitor, texting: ProductWithTexts, pair: Pair) -> None:
    visitor.server.begin_outage(Fault(503 if pair.lists else 502))
    for text in ("what does NED mean", "what is leptomeningeal disease?"):
        assert visitor.send(text)[-1] == 200
    tries = visitor.server.tries
    until(lambda: visitor.server.tries > tries + 1)
    visitor.server.end_outage()
    visitor.awaits(LEPTOMENINGEAL)
    texting.settle()
    assert visitor.count(NED) >= 1
    assert len(set(visitor.texts)) == len(visitor.texts)


@pytest.fixture(scope="module")
def on_postgresql(trained_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProductWithTexts]:
    directory = tmp_path_factory.mktemp("postgresql")
    with empty_database("postgresql", directory) as store:
        store.upgrade()
        url = store.engine.url.render_as_string(hide_password=False)
        settings = settings_for(directory).copy(update={"database_url": url, "encryption_key": STORE_KEY})
        with product_with_channels(settings, trained_model, directory, whatsapp_at_twilio=True) as running:
            yield running


@pytest.mark.parametrize("name", ["sms", "whatsapp by way of twilio", "messenger", "telegram", "slack"])
def test_on_postgresql_every_channel_is_answered_once_and_in_order(on_postgresql: ProductWithTexts, name: str) -> None:
    pair = BY_NAME[name]
    visitor = Visitor(pair, on_postgresql)
    if pair.lists:
        visitor.server.fail_next(FAILURE_AFTER_ACCEPTING)
    webhook = visitor.webhook("what does NED mean")
    for _ in range(2):
        assert visitor.deliver(webhook)[-1] == 200
    assert visitor.send("what is leptomeningeal disease?")[-1] == 200
    visitor.awaits(LEPTOMENINGEAL)
    on_postgresql.settle()
    together = "\n".join(visitor.texts)
    assert together.index(NED) < together.index(LEPTOMENINGEAL)
    assert len(set(visitor.texts)) == len(visitor.texts)
    assert all(row["state"] == "done" for row in on_postgresql.rows(InboxRow))
