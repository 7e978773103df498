"""What every provider's module promises (`helpline.channels.provider.Provider`), tried with its local server."""

import asyncio
import json
import logging
import time
from urllib.parse import parse_qsl, urlencode

import httpx
import pytest

from helpline.channels.messages import Choice, InboundMessage, OutboundMessage
from helpline.channels.provider import (
    ForgedError,
    SendError,
    TryLaterError,
    UnknownOutcomeError,
    WebhookRequest,
)
from helpline.channels.twilio_channel import TwilioChannel
from tests.channels.servers import graph, slack, telegram, twilio
from tests.channels.servers.pairs import PAIRS, Pair
from tests.channels.servers.provider_server import FAILURE_AFTER_ACCEPTING, TIME_OUT_AFTER_ACCEPTING, Fault

ALICE, BOB = 1, 2
SECRETS = [
    graph.ACCESS_TOKEN, graph.APP_SECRET, graph.VERIFY_TOKEN, slack.BOT_TOKEN, slack.SIGNING_SECRET,
    telegram.BOT_TOKEN, telegram.WEBHOOK_SECRET, twilio.TOKEN,
]  # fmt: skip
# What a mark-up, an encoding or a form could spoil.
AWKWARD = (
    "a < b & c > d \"e\" 'f' *g* _h_ ~i~ `j` [k](l) \\m &amp; &lt; <@U1> 100% ünï 🙂 https://lbbc.org/a_b?c=d&e=f\n1. g"
)


@pytest.fixture(params=PAIRS, ids=lambda pair: pair.name)
def pair(request):
    return request.param


@pytest.fixture
def server(pair):
    with pair.server() as server:
        yield server


@pytest.fixture
def module(pair, server):
    return pair.module(server.url, pair.url)


@pytest.fixture
async def client():
    async with httpx.AsyncClient(timeout=httpx.Timeout(10, read=1.5)) as client:
        yield client


def without_id(body: bytes) -> bytes:
    """Return a webhook's body without the id of its message, which every provider documents."""
    if not body.startswith(b"{"):
        return urlencode(
            [(name, value) for name, value in parse_qsl(body.decode()) if not name.endswith("Sid")]
        ).encode()

    def spoiled(value):
        if isinstance(value, list):
            return [spoiled(each) for each in value]
        if isinstance(value, dict):
            gone = {"mid", "update_id", "event_id", *(["id"] if "from" in value else [])}
            return {name: spoiled(each) for name, each in value.items() if name not in gone}
        return value

    return json.dumps(spoiled(json.loads(body))).encode()


def offline(pair: Pair):
    return pair.module("http://127.0.0.1:9", pair.url)


class TestInbound:
    def test_a_text_of_somebody_is_read_with_where_to_answer(self, pair):
        server, module = pair.server(), offline(pair)
        request = server.inbound(pair.url, pair.somebody(ALICE), AWKWARD.replace("<@U1>", "").replace("&amp; &lt;", ""))
        webhook = request.as_request()
        module.verify(webhook)
        assert module.challenge(webhook) is None
        [message] = module.read(webhook)
        assert isinstance(message, InboundMessage)
        assert (message.channel, message.kind, message.address) == (pair.channel, "text", pair.somebody(ALICE))
        assert message.account
        assert message.message_id
        assert message.choice is None
        assert message.answered is False
        if isinstance(module, TwilioChannel):  # which repeats nothing late
            assert message.sent_at is None
        else:
            assert abs(message.sent_at - time.time()) < 60
        assert message.phone_number == (pair.somebody(ALICE) if module.capabilities.knows_number else None)
        assert module.acknowledgement(webhook).status == 200

    def test_the_same_message_again_has_the_same_id_and_another_has_another(self, pair):
        server, module = pair.server(), offline(pair)
        once = server.inbound(pair.url, pair.somebody(ALICE), "hi")
        another = server.inbound(pair.url, pair.somebody(ALICE), "hi")
        ids = [module.read(webhook.as_request())[0].message_id for webhook in (once, once, another)]
        assert ids[0] == ids[1] != ids[2]

    def test_of_a_message_in_no_documented_form_who_wrote_and_the_words_are_known(self, pair):
        server, module = pair.server(), offline(pair)
        requests = [server.inbound(pair.url, pair.somebody(ALICE), "I want to die").as_request()] * 2
        requests = [WebhookRequest(**{**vars(each), "body": without_id(each.body)}) for each in requests]
        told = [module.read(each)[0] for each in requests]
        assert told[0] == told[1]
        assert (told[0].kind, told[0].text, told[0].address) == ("unread", "I want to die", pair.somebody(ALICE))
        assert module.acknowledgement(requests[0]).status == 200

    def test_an_id_of_a_message_tells_nobody_who_wrote(self, pair):
        message = offline(pair).read(pair.server().inbound(pair.url, pair.somebody(ALICE), "hi").as_request())[0]
        assert pair.somebody(ALICE).strip("+D") not in message.message_id
        assert "wamid" not in message.message_id

    def test_texts_that_no_database_takes_are_mended(self, pair):
        webhook = pair.server().inbound(pair.url, pair.somebody(ALICE), "a\0b")
        assert offline(pair).read(webhook.as_request())[0].text == "ab"

    @pytest.mark.parametrize("change", ["no headers", "body", "other secret"])
    def test_what_is_not_signed_by_the_provider_is_forged(self, pair, change):
        webhook = pair.server().inbound(pair.url, pair.somebody(ALICE), "hi").as_request()
        offline(pair).verify(webhook)
        headers = {name: value for name, value in webhook.headers.items() if not name.startswith("x-")}
        if change == "no headers":
            changed = {"headers": {}}
        elif change == "body":
            if pair.channel == "telegram":
                pytest.skip("Telegram signs no body")
            changed = {"body": webhook.body + b" "}
        else:
            # What another app of the same provider would send, and what breaks a careless comparison.
            changed = {"headers": {**headers, **{name: "ÿ" for name in webhook.headers if name.startswith("x-")}}}
        with pytest.raises(ForgedError):
            offline(pair).verify(WebhookRequest(**{**vars(webhook), **changed}))


class TestOutbound:
    async def test_a_text_arrives_as_it_is(self, pair, server, module, client):
        before = time.time()
        id_ = await module.send(client, pair.somebody(ALICE), OutboundMessage(AWKWARD), "key-1")
        assert id_
        assert server.texts(pair.somebody(ALICE)) == [AWKWARD]
        listed = await module.sent_since(client, pair.somebody(ALICE), before)
        if pair.lists:
            [sent] = listed
            assert (sent.provider_id, sent.text) == (id_, AWKWARD)
            assert sent.key in (None, "key-1")
            assert abs(sent.at - before) < 60
            assert list(await module.sent_since(client, pair.somebody(BOB), before)) == []
            assert list(await module.sent_since(client, pair.somebody(ALICE), before + 3600)) == []
        else:
            assert listed is None

    async def test_what_somebody_wrote_is_not_listed_as_ours(self, pair, server, module, client):
        server.inbound(pair.url, pair.somebody(ALICE), "hello?")
        await module.send(client, pair.somebody(ALICE), OutboundMessage("Hello"), "key")
        if pair.lists:
            assert [sent.text for sent in await module.sent_since(client, pair.somebody(ALICE), 0.0)] == ["Hello"]

    async def test_as_many_and_as_long_buttons_as_the_channel_takes(self, pair, server, module, client):
        most = module.capabilities.buttons
        if not most:
            pytest.skip("it has no buttons")
        length = module.capabilities.button_length
        text = "x" * (module.capabilities.choices_text_limit or module.capabilities.text_limit)
        choices = tuple(Choice(f"{n:064x}", f"{n}" + "y" * (length - len(str(n)))) for n in range(most))
        await module.send(client, pair.somebody(ALICE), OutboundMessage(text, choices), "key")
        [delivered] = server.delivered
        assert delivered.buttons == tuple((choice.ref, choice.title) for choice in choices)
        assert delivered.text == text

    async def test_as_long_a_text_as_the_channel_takes(self, pair, server, module, client):
        text = "x" * module.capabilities.hard_limit
        await module.send(client, pair.somebody(ALICE), OutboundMessage(text, urgent=True), "key")
        assert server.texts(pair.somebody(ALICE)) == [text]

    @pytest.mark.parametrize("fault", [TIME_OUT_AFTER_ACCEPTING, FAILURE_AFTER_ACCEPTING, Fault(502)], ids=str)
    async def test_where_no_answer_comes_nobody_knows(self, fault, pair, server, module, client):
        if fault.status == 502 and not pair.lists:
            pytest.skip("it is taken for not sent")
        server.fail_next(fault)
        with pytest.raises(UnknownOutcomeError):
            await module.send(client, pair.somebody(ALICE), OutboundMessage("hi"), "key")
        if pair.lists:
            assert len(await module.sent_since(client, pair.somebody(ALICE), time.time())) == fault.delivers

    @pytest.mark.parametrize("status", [429, 500, 503])
    async def test_a_provider_that_fails_is_tried_later(self, status, pair, server, module, client):
        server.fail_next(Fault(status))
        with pytest.raises(TryLaterError):
            await module.send(client, pair.somebody(ALICE), OutboundMessage("hi"), "key")
        await module.send(client, pair.somebody(ALICE), OutboundMessage("hi"), "key")
        assert server.texts(pair.somebody(ALICE)) == ["hi"]

    async def test_how_long_to_wait_is_told_in_each_providers_way(self, pair, module, server, client):
        for everybody, to_one in ((1, 0), (0, 1)):
            server.per_second, server.per_second_to_one = everybody, to_one
            results = await asyncio.gather(
                *(module.send(client, pair.somebody(to_one or n), OutboundMessage("hi"), str(n)) for n in range(3)),
                return_exceptions=True,
            )
            late = [result for result in results if isinstance(result, TryLaterError)]
            assert len(late) == 2
            waits = {"messenger": 60.0, "whatsapp by way of meta": None}
            assert {error.seconds for error in late} == {waits.get(pair.name, 1.0)}
        assert server.waits == 4

    async def test_a_list_that_lags_does_not_hold_the_newest(self, pair, module, server, client):
        if not pair.lists:
            pytest.skip("it keeps no list")
        server.list_lag = 3600.0
        await module.send(client, pair.somebody(ALICE), OutboundMessage("hi"), "key")
        assert list(await module.sent_since(client, pair.somebody(ALICE), 0.0)) == []

    async def test_an_answer_that_is_none_leaves_the_outcome_open(self, pair, module, client, server):
        server.fail_next(Fault(200, {"ok": True, "nothing": "of what is documented"}))
        with pytest.raises(UnknownOutcomeError):
            await module.send(client, pair.somebody(ALICE), OutboundMessage("hi"), "key")

    async def test_nobody_there(self, pair, client):
        with pytest.raises(TryLaterError):
            await offline(pair).send(client, pair.somebody(ALICE), OutboundMessage("hi"), "key")
        if pair.lists:
            with pytest.raises(SendError):
                await offline(pair).sent_since(client, pair.somebody(ALICE), 0.0)

    async def test_an_outage(self, pair, server, module, client):
        server.begin_outage()
        with pytest.raises(TryLaterError):
            await module.send(client, pair.somebody(ALICE), OutboundMessage("hi"), "key")
        if pair.lists:
            with pytest.raises(SendError):
                await module.sent_since(client, pair.somebody(ALICE), 0.0)
        server.end_outage()
        await module.send(client, pair.somebody(ALICE), OutboundMessage("hi"), "key")
        assert server.texts(pair.somebody(ALICE)) == ["hi"]

    async def test_a_list_in_another_form_than_documented_cannot_be_had(self, pair, module, client, server):
        if not pair.lists:
            pytest.skip("it keeps no list")
        server.begin_outage(Fault(200, {"ok": True, "messages": "none", "data": [{"messages": {"data": [{}]}}]}))
        with pytest.raises(SendError):
            await module.sent_since(client, pair.somebody(ALICE), 0.0)

    async def test_neither_addresses_nor_secrets_are_logged_or_told(self, pair, server, module, client, caplog):
        caplog.set_level(logging.DEBUG)
        logging.getLogger("httpcore").setLevel(logging.INFO)
        address = pair.somebody(ALICE)
        await module.send(client, address, OutboundMessage("hi"), "key")
        await module.sent_since(client, address, 0.0)
        said = caplog.text
        for fault in (TIME_OUT_AFTER_ACCEPTING, Fault(400, {"error": {"code": 1, "message": address}})):
            server.fail_next(fault)
            with pytest.raises(SendError) as caught:
                await module.send(client, address, OutboundMessage("hi"), "key")
            said += str(caught.value) + repr(caught.value.__cause__)
        assert address.strip("+") not in said
        assert not [secret for secret in SECRETS if secret in said + repr(module)]

    def test_what_rates_are_counted_by(self, pair):
        module = offline(pair)
        keys = {module.rate_key(pair.somebody(ALICE)), module.rate_key(pair.somebody(BOB))}
        assert len(keys) == (2 if pair.channel in ("telegram", "slack") else 1)
        assert all(key.startswith(f"{pair.channel}:") for key in keys)
