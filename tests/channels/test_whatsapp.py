"""WhatsApp, by way of Meta and of Twilio: every type of message, receipts, buttons and lists, the 24-hour window."""

import httpx
import pytest

from helpline.channels.messages import Choice, InboundMessage, OutboundMessage, Receipt
from helpline.channels.provider import RefusedError, UnreadableError
from tests.channels.servers.graph import signed
from tests.channels.servers.pairs import BY_NAME
from tests.channels.servers.twilio import TwilioServer
from tests.channels.servers.whatsapp import PHONE_NUMBER_ID, WhatsAppServer, change

META, TWILIO = BY_NAME["whatsapp by way of meta"], BY_NAME["whatsapp by way of twilio"]
URL = META.url
ALICE = "+15552000001"
WELL = {"from": "15552000001", "id": "1", "timestamp": "1", "type": "text", "text": {"body": "x"}}
FILE = {"id": "1479537139650973", "mime_type": "x/y", "sha256": "SfInY0gGK="}


def read(**message) -> list:
    module = META.module("http://127.0.0.1:9", URL)
    webhook = WhatsAppServer().inbound(URL, message.pop("sender", ALICE), **message).as_request(now=5.0)
    module.verify(webhook)
    return list(module.read(webhook))


def read_value(value, **how) -> list:
    return list(META.module("http://127.0.0.1:9", URL).read(signed(URL, change(value, **how)).as_request()))


def pressed(type_, **reply) -> dict:
    return {"type": "interactive", "interactive": {"type": type_, type_: reply}}


def edited(message) -> dict:
    return {"type": "edit", "edit": {"original_message_id": "wamid.1", "message": message}}


@pytest.fixture
async def client():
    async with httpx.AsyncClient() as client:
        yield client


class TestReadingAtMeta:
    def test_a_text(self):
        [message] = read(text="what is NED?", at=1739321024, wamid="wamid.x")
        assert message == InboundMessage(
            "whatsapp", PHONE_NUMBER_ID, ALICE, message.message_id, "text", "what is NED?", None, ALICE,
            sent_at=1739321024.0,
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("message", "kind", "text", "choice"),
        [
            ({"type": "image", "image": {**FILE, "caption": "my scan"}}, "picture", "my scan", None),
            ({"type": "image", "image": FILE}, "picture", None, None),
            ({"type": "audio", "audio": {**FILE, "voice": True}}, "voice", None, None),
            ({"type": "video", "video": {**FILE, "caption": "look"}}, "video", "look", None),
            ({"type": "document", "document": {**FILE, "filename": "a.pdf"}}, "document", None, None),
            ({"type": "sticker", "sticker": {**FILE, "animated": False}}, "sticker", None, None),
            ({"type": "location", "location": {"latitude": 38.9, "longitude": -77.0}}, "location", None, None),
            ({"type": "contacts", "contacts": [{"name": {"first_name": "B"}, "phones": []}]}, "contact", None, None),
            ({"type": "reaction", "reaction": {"message_id": "wamid.1", "emoji": "\u2764"}}, "reaction", None, None),
            ({"type": "button", "button": {"payload": "ref1", "text": "Yes"}}, "choice", "Yes", "ref1"),
            (pressed("button_reply", id="r", title="Yes"), "choice", "Yes", "r"),
            (pressed("list_reply", id="r", title="T", description="d"), "choice", "T", "r"),
            (pressed("nfm_reply", name="flow", response_json="{}"), "other", None, None),
            ({"type": "order", "order": {"catalog_id": "1"}}, "other", None, None),
            ({"type": "unsupported", "errors": [{"code": 131051}]}, "other", None, None),
            ({"type": "newer than we are"}, "other", None, None),
            ({"type": "revoke", "revoke": {"original_message_id": "wamid.1"}}, "deletion", None, None),
            (edited({"type": "text", "text": {"body": "new"}}), "edit", "new", None),
            (edited({"type": "image", "image": {**FILE, "caption": "new"}}), "edit", "new", None),
            ({"text": "hi", "context": {"from": "1", "id": "wamid.0"}}, "text", "hi", None),
        ],
    )  # fmt: skip
    def test_every_type(self, message, kind, text, choice):
        [read_message] = read(**message)
        assert (read_message.kind, read_message.text, read_message.choice) == (kind, text, choice)

    @pytest.mark.parametrize("time", ["soon", None, {}])
    def test_an_odd_time_makes_no_words_unreadable(self, time):
        odd = {**WELL, "timestamp": time, "text": {"body": "I want to die"}}
        [message] = read_value({"messages": [odd]})
        assert message.text == "I want to die"

    def test_who_has_a_user_name_shows_no_number_and_can_be_answered(self):
        [message] = read(text="hi", sender="US.13491208655302741918")
        assert (message.address, message.phone_number) == ("US.13491208655302741918", None)

    @pytest.mark.parametrize(
        "message",
        [
            {"type": "system", "system": {"type": "user_changed_number", "body": "A changed", "wa_id": "1"}},
            {"type": "request_welcome"},
            {"text": "hi all", "group_id": "120363"},
        ],
    )
    def test_what_nobody_said_to_us_is_left(self, message):
        assert read(**message) == []

    def test_several_messages_and_receipts_come_in_their_order(self):
        messages = [
            {"from": "15552000001", "id": f"wamid.{n}", "timestamp": "1", "type": "text", "text": {"body": str(n)}}
            for n in range(3)
        ]
        status = {"id": "wamid.9", "status": "delivered", "timestamp": "2", "recipient_id": "15552000001"}
        read_all = read_value({"messages": messages, "statuses": [status]})
        assert [each.text for each in read_all[:3]] == ["0", "1", "2"]
        assert isinstance(read_all[3], Receipt)

    @pytest.mark.parametrize(
        "odd",
        [
            {"messages": ["x", {**WELL, "text": "x"}, {**WELL, "from": "1"}]},
            {"messages": "x"}, {"statuses": "x"}, {"statuses": [1, {"id": 1.5, "status": "read"}]},
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("first", [True, False])
    def test_one_that_cannot_be_read_takes_no_other_with_it(self, odd, first, caplog):
        status = {"id": "wamid.9", "status": "delivered", "timestamp": "2"}
        well = {"messages": [{**WELL, "text": {"body": "I want to die"}}], "statuses": [status]}
        together = {name: [*odd.get(name, ()), *well[name]] for name in well if odd.get(name) != "x"}
        payload = change({**well, **odd, **together})
        [entry] = payload["entry"]
        broken = [5, {"changes": 5}, {"changes": [5, {"field": "messages", "value": 5}]}]
        payload["entry"] = [*broken, entry] if first else [entry, *broken]
        told = list(META.module("http://127.0.0.1:9", URL).read(signed(URL, payload).as_request()))
        told = [each for each in told if isinstance(each, Receipt) or each.kind != "unread"]
        expected = ["I want to die"] * ("messages" in together) + ["delivered"] * ("statuses" in together)
        assert [each.text if isinstance(each, InboundMessage) else each.status for each in told] == expected
        assert "A part of a webhook of whatsapp was passed over" in caplog.text
        assert "want to die" not in caplog.text

    @pytest.mark.parametrize(
        ("value", "how"),
        [
            ({"messages": [{"broken": True}]}, {"number": "999"}),
            ({"user_preferences": [{"wa_id": "1", "value": "stop"}]}, {"field": "user_preferences"}),
            ({"event": "APPROVED"}, {"field": "message_template_status_update"}),
            ({"errors": [{"code": 130429}]}, {}),
        ],
    )  # fmt: skip
    def test_other_numbers_and_what_meta_tells_of_the_account_are_left(self, value, how):
        assert read_value(value, **how) == []

    @pytest.mark.parametrize(
        "payload",
        [
            {"object": "page", "entry": []}, [], {"object": "whatsapp_business_account", "entry": {}},
            change({"messages": [{"id": "1"}]}),
            change({"messages": [{**WELL, "from": "1"}]}),
            change({"messages": [{**WELL, "text": 1}]}), change({"messages": [{**WELL, "text": {}, "id": ""}]}),
            change({"messages": [{**WELL, "from_user_id": "x", "from": None}]}),
            change({"messages": "none"}), change({"statuses": [{"id": 1.5, "status": "read"}]}),
        ],
    )  # fmt: skip
    def test_what_is_documented_nowhere_is_unreadable(self, payload):
        with pytest.raises(UnreadableError):
            META.module("http://127.0.0.1:9", URL).read(signed(URL, payload).as_request())


def test_a_receipt_of_meta_tells_that_somebody_wants_no_messages():
    for code, opted_out in ((131050, True), (131026, False)):
        status = {"id": "wamid.9", "status": "failed", "timestamp": "2", "errors": [{"code": code}]}
        (receipt,) = read_value({"statuses": [status]})
        assert (receipt.error, receipt.opted_out) == (str(code), opted_out)


class TestSendingAtMeta:
    async def test_receipts_tell_the_id_that_sending_returned_and_the_key(self, client):
        with WhatsAppServer() as server:
            module = META.module(server.url, URL)
            id_ = await module.send(client, ALICE, OutboundMessage("hi"), "key-7")
            wamid = server.delivered[0].id
            for status, error in (("sent", None), ("delivered", None), ("read", None), ("failed", 131026)):
                webhook = server.receipt(URL, wamid, status, error).as_request()
                module.verify(webhook)
                [receipt] = module.read(webhook)
                assert (receipt.provider_id, receipt.key, receipt.status) == (id_, "key-7", status)
                assert receipt.error == (str(error) if error else None)
            assert list(module.read(server.receipt(URL, wamid, "warning").as_request())) == []

    async def test_a_list_of_ten_rows(self, client):
        rows = tuple(Choice(f"ref{n}", f"{n}" + "y" * 23) for n in range(10))
        with WhatsAppServer() as server:
            module = META.module(server.url, URL)
            message = OutboundMessage("x" * 1024, rows, as_list=True, list_title="Choose")
            await module.send(client, ALICE, message, "key")
            assert [title for _, title in server.delivered[0].buttons] == [row.title for row in rows]
            assert server.delivered[0].request["interactive"]["action"]["button"] == "Choose"

    async def test_who_has_a_user_name_is_answered_by_it(self, client):
        with WhatsAppServer() as server:
            await META.module(server.url, URL).send(client, "US.134912086553", OutboundMessage("hi"), "key")
            assert server.texts("US.134912086553") == ["hi"]

    @pytest.mark.parametrize(
        "message",
        [
            OutboundMessage("x" * 4097),
            OutboundMessage("x" * 1025, (Choice("r", "t"),)),
            OutboundMessage("x", tuple(Choice(str(n), str(n)) for n in range(4))),
            OutboundMessage("x", (Choice("r", "y" * 21),)),
            OutboundMessage("x", (Choice("r", "same"), Choice("s", "same"))),
            OutboundMessage("x", (Choice("r", "y" * 25),), as_list=True, list_title="Choose"),
            OutboundMessage("x", tuple(Choice(str(n), str(n)) for n in range(11)), as_list=True, list_title="Choose"),
        ],
    )  # fmt: skip
    async def test_what_is_over_a_limit_is_refused(self, message, client):
        with WhatsAppServer() as server:
            with pytest.raises(RefusedError) as caught:
                await META.module(server.url, URL).send(client, ALICE, message, "key")
            assert caught.value.code == "131009"

    async def test_outside_the_24_hours_is_refused(self, client):
        with WhatsAppServer() as server:
            server.outside_window.add(ALICE)
            with pytest.raises(RefusedError) as caught:
                await META.module(server.url, URL).send(client, ALICE, OutboundMessage("hi"), "key")
            assert caught.value.code == "131047"


class TestAtTwilio:
    @pytest.mark.parametrize(
        ("fields", "kind", "text", "choice"),
        [
            ({"Body": "hi", "ProfileName": "A", "WaId": "15552000001", "MessageType": "text"}, "text", "hi", None),
            ({"Body": "Yes", "ButtonText": "Yes", "ButtonPayload": "ref1"}, "choice", "Yes", "ref1"),
            ({"Body": "T", "ListId": "ref2", "ListTitle": "T", "MessageType": "interactive"}, "choice", "T", "ref2"),
            ({"Latitude": "38.9", "Longitude": "-77.0", "Label": "home", "Body": ""}, "location", None, None),
            ({"NumMedia": "1", "MediaContentType0": "image/jpeg", "Body": "look"}, "picture", "look", None),
            ({"NumMedia": "1", "MediaContentType0": "image/webp"}, "sticker", None, None),
            ({"NumMedia": "1", "MediaContentType0": "audio/ogg", "MessageType": "audio"}, "voice", None, None),
            ({"NumMedia": "1", "MediaContentType0": "application/pdf", "Body": "a.pdf"}, "document", "a.pdf", None),
            ({"NumMedia": "1", "MediaContentType0": "text/vcard", "MessageType": "contacts"}, "contact", None, None),
            ({"Body": "\N{THUMBS UP SIGN}", "MessageType": "reaction"}, "reaction", None, None),
            ({"Body": "stop"}, "text", "stop", None),
            ({"Body": "stop", "OptOutType": "STOP"}, "stop", "stop", None),
        ],
    )  # fmt: skip
    def test_every_type(self, fields, kind, text, choice):
        webhook = TwilioServer("whatsapp:").inbound(TWILIO.url, ALICE, **fields).as_request()
        module = TWILIO.module("http://127.0.0.1:9", TWILIO.url)
        module.verify(webhook)
        [message] = module.read(webhook)
        assert (message.kind, message.text, message.choice) == (kind, text, choice)
        assert (message.address, message.phone_number, message.channel) == (ALICE, ALICE, "whatsapp")

    def test_a_text_message_is_not_of_whatsapp_and_that_it_is_left_is_logged(self, caplog):
        webhook = TwilioServer().inbound(TWILIO.url, ALICE, "my zebra").as_request()
        assert list(TWILIO.module("http://127.0.0.1:9", TWILIO.url).read(webhook)) == []
        assert "A message on whatsapp was passed over" in caplog.text
        assert "zebra" not in caplog.text
        assert ALICE not in caplog.text

    @pytest.mark.parametrize("user", ["US.13491208655302741918", "US.ENT.11815799212886844830"])
    async def test_who_has_a_user_name_shows_no_number_and_is_answered(self, client, user):
        with TWILIO.server() as server:
            module = TWILIO.module(server.url, TWILIO.url)
            [message] = module.read(server.inbound(TWILIO.url, user, "hi").as_request())
            assert (message.address, message.phone_number, message.text) == (user, None, "hi")
            await module.send(client, user, OutboundMessage("hello"), "key")
            assert server.texts(user) == ["hello"]

    async def test_outside_the_24_hours_is_refused(self, client):
        with TWILIO.server() as server:
            server.outside_window.add(ALICE)
            with pytest.raises(RefusedError) as caught:
                await TWILIO.module(server.url, TWILIO.url).send(client, ALICE, OutboundMessage("hi"), "key")
            assert caught.value.code == "63016"
