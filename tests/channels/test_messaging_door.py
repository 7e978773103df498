"""The webhooks at the front door, before a delivery process of which it is seen what is handed over."""

import asyncio
import json
import tempfile
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from cryptography.fernet import Fernet
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from helpline.channels.direct_aid import DirectAid
from helpline.channels.handover import DeliveryClient, unpacked
from helpline.channels.messaging import Messaging
from helpline.channels.provider import MOST_BYTES
from helpline.channels.providers import load_providers
from helpline.safety.detector import PatternDetector
from helpline.safety.replies import danger_replies
from helpline.settings import ROOT, Settings
from helpline.store.encryption import Cipher
from helpline.store.flag_spool import FlagSpool
from helpline.web.app import http_limits, make_app
from helpline.web.engine_client import EngineClient
from helpline.web.first_aid import FirstAid
from helpline.web.http_server import Server
from helpline.web.internal_access import InternalAccess
from tests.channels.servers.graph import first_question
from tests.channels.servers.pairs import BY_NAME, PAIRS, PUBLIC_URL
from tests.channels.servers.slack import signed as signed_by_slack
from tests.channels.servers.twilio import ACCOUNT, NUMBER, TOKEN, TwilioServer, signed_form
from tests.web.server import SECRET

PUBLIC = "https://chat.example.org"
URL = f"{PUBLIC}/webhooks/sms"
GRACE, IDA = "+12155550142", "+12155550143"


class Handed:
    """A delivery process that keeps what it is given."""

    def __init__(self) -> None:
        self.received, self.receipts, self.status, self.seconds = [], [], 200, 0.0

    async def take(self, request: Request) -> Response:
        await asyncio.sleep(self.seconds)
        received, receipts = unpacked(await request.body())
        self.received += received
        self.receipts += receipts
        return Response(status_code=self.status)


@pytest.fixture
def twilio():
    with TwilioServer() as server:
        yield server


@pytest.fixture
def handed():
    return Handed()


@pytest.fixture
def door(tmp_path, twilio, handed):
    settings = Settings(
        public_url=PUBLIC,
        twilio_account_sid=ACCOUNT,
        twilio_auth_token=TOKEN,
        twilio_url=twilio.url,
        sms_sender=NUMBER,
        messages_per_minute=3,
    )
    with serving(tmp_path, handed, settings, load_providers(settings), PUBLIC) as client:
        yield client


@contextmanager
def serving(directory, handed, settings, providers, public_url):
    """Serve the front door before a delivery process of which it is seen what is handed over."""
    cipher = Cipher([Fernet.generate_key().decode()])
    first_aid = FirstAid(PatternDetector.load(()), danger_replies(), FlagSpool(directory, cipher))
    sockets = Path(tempfile.mkdtemp(prefix="hl-"))

    def make_messaging(limits):
        client = DeliveryClient(sockets / "delivery.sock", SECRET)
        return Messaging(providers, public_url, client, limits, first_aid, DirectAid(providers, first_aid, cipher))

    app = make_app(settings, SECRET, EngineClient(sockets / "engine.sock", SECRET), first_aid, ROOT, make_messaging)
    delivery = InternalAccess(Starlette(routes=[Route("/received", handed.take, methods=["POST"])]), SECRET)
    with (
        Server(delivery, unix_socket=sockets / "delivery.sock"),
        Server(app, port=0, limits=http_limits(settings)) as server,
        httpx.Client(base_url=server.url, timeout=20) as client,
    ):
        yield client


def post(door, webhook, path="/webhooks/sms"):
    return door.post(path, headers=dict(webhook.headers), content=webhook.body)


def test_a_signed_message_is_handed_over_and_acknowledged(door, twilio, handed):
    answer = post(door, twilio.inbound(URL, GRACE, "what is NED", "SM" + "1" * 32))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    (received,) = handed.received
    assert (received.message.address, received.message.text) == (GRACE, "what is NED")
    assert (received.danger, received.limited) == (None, False)


def test_the_signature_is_that_of_the_public_address_whatever_headers_say(door, twilio, handed):
    webhook = twilio.inbound("https://evil.example.org/webhooks/sms", GRACE, "x")
    headers = {**webhook.headers, "Host": "evil.example.org", "X-Forwarded-Host": "evil.example.org"}
    assert door.post("/webhooks/sms", headers=headers, content=webhook.body).status_code == 403
    assert handed.received == []


def test_what_is_signed_and_cannot_be_read_is_acknowledged_and_logged_without_its_words(door, handed, caplog):
    for form in ({"From": GRACE, "To": NUMBER, "Body": "zebra"}, {"From": GRACE, "Body": "zebra"}):
        assert post(door, signed_form(URL, form)).status_code == 200
    assert handed.received == []
    assert caplog.text.count("cannot be read") == 2
    assert "zebra" not in caplog.text


def test_danger_in_what_cannot_be_read_is_handed_over_once(door, handed):
    webhook = signed_form(URL, {"From": GRACE, "To": NUMBER, "Body": "I want to kill myself"})
    for _ in range(2):
        assert post(door, webhook).status_code == 200
    told = {(each.message.message_id, each.message.address, each.danger) for each in handed.received}
    assert [each[1:] for each in told] == [(GRACE, "crisis/self")]


def test_a_body_has_an_end(door, handed):
    answer = door.post("/webhooks/sms", content=b"a" * (MOST_BYTES + 1))
    assert answer.status_code == 413
    assert handed.received == []


@pytest.mark.parametrize(("method", "path", "status"), [
    ("GET", "/webhooks/sms", 405), ("PUT", "/webhooks/sms", 405), ("POST", "/webhooks/telegram", 404)
])  # fmt: skip
def test_other_ways_lead_nowhere(door, method, path, status):
    assert door.request(method, path).status_code == status


def test_over_the_limit_one_hears_so_once_and_danger_is_handed_over_all_the_same(door, twilio, handed):
    for number in range(8):
        text = "I want to kill myself" if number == 7 else f"message {number}"
        assert post(door, twilio.inbound(URL, GRACE, text)).status_code == 200
    told = [(each.message.text, each.danger, each.limited) for each in handed.received]
    assert told == [
        ("message 0", None, False),
        ("message 1", None, False),
        ("message 2", None, False),
        ("message 3", None, True),
        ("I want to kill myself", "crisis/self", True),
    ]
    post(door, twilio.inbound(URL, IDA, "somebody else"))
    assert not handed.received[-1].limited


def test_what_was_not_stored_is_not_acknowledged(door, twilio, handed):
    handed.status = 503
    assert post(door, twilio.inbound(URL, GRACE, "what is NED")).status_code == 503
    assert twilio.delivered == []


def test_a_delivery_process_that_hangs_keeps_no_provider_waiting_longer_than_it_waits(door, twilio, handed):
    handed.seconds = 4.0
    begun = time.monotonic()
    assert post(door, twilio.inbound(URL, GRACE, "what is NED")).status_code == 503
    assert time.monotonic() - begun < 3.0  # of Slack, which waits least


def test_a_reaction_is_acknowledged_and_left_and_counts_for_no_limit(door, twilio, handed):
    for _ in range(10):
        assert post(door, twilio.inbound(URL, GRACE, "Liked \u201cYour data is deleted.\u201d")).status_code == 200
    assert handed.received == []
    post(door, twilio.inbound(URL, GRACE, "what is NED"))
    assert [each.limited for each in handed.received] == [False]


def test_receipts_are_handed_over(door, twilio, handed):
    form = {"MessageSid": "SM" + "2" * 32, "MessageStatus": "delivered", "To": GRACE, "From": NUMBER}
    assert post(door, signed_form(URL, form)).status_code == 200
    assert [(each.provider_id, each.status) for each in handed.receipts] == [("SM" + "2" * 32, "delivered")]


def test_stop_and_start_are_handed_over_however_much_somebody_wrote(door, twilio, handed):
    for number in range(6):
        post(door, twilio.inbound(URL, GRACE, f"message {number}"))
    handed.received.clear()
    for text in ("STOP", "Start", "opt out.", "END"):
        assert post(door, twilio.inbound(URL, GRACE, text)).status_code == 200
    told = [(each.message.text, each.limited) for each in handed.received]
    assert told == [("STOP", False), ("Start", False), ("opt out.", False), ("END", False)]
    post(door, twilio.inbound(URL, GRACE, "stop treatment"))
    assert len(handed.received) == 4


def test_what_the_provider_sends_again_counts_once_and_stays_what_it_was(door, twilio, handed):
    handed.status = 503
    sids = [f"SM{number:032x}" for number in range(101, 106)]
    for sid in sids[:3]:
        for _ in range(3):
            assert post(door, twilio.inbound(URL, GRACE, "what is NED", sid)).status_code == 503
    assert [each.limited for each in handed.received] == [False] * 9
    handed.received.clear()
    for sid in (sids[3], sids[3], sids[4], sids[4]):
        post(door, twilio.inbound(URL, GRACE, "what is NED", sid))
    assert [(each.message.message_id, each.limited) for each in handed.received] == [(sids[3], True)] * 2


@pytest.fixture(params=PAIRS, ids=lambda pair: pair.name)
def pair(request):
    return request.param


@pytest.fixture
def server(pair):
    return pair.server()


@pytest.fixture
def doors(tmp_path, handed, pair):
    """The front door with the channel of one provider."""
    providers = {pair.channel: pair.module("http://127.0.0.1:9", pair.url)}
    with serving(tmp_path, handed, Settings(public_url=PUBLIC_URL), providers, PUBLIC_URL) as client:
        yield client


def knock(door, webhook):
    """Send a webhook to the front door as its provider does, with its query and its raw body."""
    target = httpx.URL(webhook.url).raw_path.decode()
    return door.request(webhook.method, target, headers=dict(webhook.headers), content=webhook.body)


def test_every_provider_is_believed_by_what_it_signs_and_heard(doors, pair, server, handed):
    assert knock(doors, server.inbound(pair.url, pair.somebody(1), "what is NED")).status_code == 200
    (received,) = handed.received
    assert (received.message.channel, received.message.address) == (pair.channel, pair.somebody(1))
    assert (received.message.text, received.danger) == ("what is NED", None)


@pytest.mark.parametrize("change", ["other secret", "no secret", "other body"])
def test_of_every_provider_nobody_else_is_believed(doors, pair, server, handed, change):
    webhook = server.inbound(pair.url, pair.somebody(1), "I want to kill myself")
    signs = {name: value for name, value in webhook.headers.items() if name.startswith("X-")}
    if change == "other secret":
        webhook = replace(webhook, headers={**webhook.headers, **{name: f"{signs[name]}x" for name in signs}})
    elif change == "no secret":
        webhook = replace(webhook, headers={name: webhook.headers[name] for name in webhook.headers.keys() - signs})
    elif pair.channel == "telegram":
        pytest.skip("Telegram signs no body")
    else:
        webhook = replace(webhook, body=webhook.body.replace(b"kill", b"find"))
    assert knock(doors, webhook).status_code == 403
    assert handed.received == []


@pytest.mark.parametrize("pair", [BY_NAME["whatsapp by way of meta"], BY_NAME["messenger"]], ids=lambda pair: pair.name)
def test_metas_first_question_is_answered_to_whoever_knows_the_word(doors, pair):
    answer = knock(doors, first_question(pair.url))
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert answer.headers["content-type"].startswith("text/plain")
    assert knock(doors, first_question(pair.url, token="another-word-of-the-tests")).status_code == 403
    assert doors.get(f"/webhooks/{pair.channel}").status_code == 403


@pytest.mark.parametrize("pair", [BY_NAME["slack"]], ids=lambda pair: pair.name)
def test_slacks_first_question_is_answered_where_slack_signed_it_now(doors, pair, handed):
    body = json.dumps({"token": "t", "challenge": "3eZbrw1aBm2r", "type": "url_verification"}).encode()
    answer = knock(doors, signed_by_slack(pair.url, body))
    assert (answer.status_code, answer.text) == (200, "3eZbrw1aBm2r")
    assert knock(doors, signed_by_slack(pair.url, body, secret="another")).status_code == 403
    assert knock(doors, signed_by_slack(pair.url, body, at=time.time() - 3600)).status_code == 403
    assert handed.received == []


@pytest.mark.parametrize("pair", [BY_NAME["telegram"]], ids=lambda pair: pair.name)
def test_a_pressed_button_of_telegram_stops_waiting(doors, pair, server):
    message = server.message(pair.somebody(1), text="Shall we go on?")
    query = {"id": "4382", "from": {"id": int(pair.somebody(1))}, "message": message, "data": "ref"}
    answer = knock(doors, server.update(pair.url, callback_query=query))
    assert (answer.status_code, answer.json()["method"]) == (200, "answerCallbackQuery")
