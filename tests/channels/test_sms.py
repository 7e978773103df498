"""Text messages by way of Twilio: signatures, forms of every kind, sending, what was sent, refusals."""

import asyncio
import base64
import hashlib
import hmac
import logging
import time
from urllib.parse import urlencode

import httpx
import pytest

from helpline.channels.capabilities import SMS
from helpline.channels.handling import Handling, Standing, handling_of
from helpline.channels.messages import InboundMessage, OutboundMessage, Receipt
from helpline.channels.provider import (
    ForgedError,
    RefusedError,
    SendError,
    TryLaterError,
    UnknownOutcomeError,
    UnreadableError,
    WebhookRequest,
)
from helpline.channels.sms import Sms
from tests.channels.servers.provider_server import FAILURE_AFTER_ACCEPTING, TIME_OUT_AFTER_ACCEPTING, Fault
from tests.channels.servers.twilio import ACCOUNT, NUMBER, SERVICE, TOKEN, TwilioServer, signed_form, signed_json

URL = "https://help.example.org/webhooks/sms"
ALICE = "+15550101111"


@pytest.fixture
def twilio():
    with TwilioServer() as server:
        yield server


@pytest.fixture
def sms(twilio):
    return Sms(ACCOUNT, TOKEN, NUMBER, URL, base_url=twilio.url)


@pytest.fixture
async def client():
    async with httpx.AsyncClient(timeout=httpx.Timeout(10, read=1.5)) as client:
        yield client


def offline(**changes) -> Sms:
    return Sms(ACCOUNT, changes.pop("token", TOKEN), NUMBER, URL, **changes)


def read_one(**fields) -> InboundMessage:
    webhook = TwilioServer().inbound(URL, ALICE, **fields).as_request(now=1000.0)
    offline().verify(webhook)
    [message] = offline().read(webhook)
    assert isinstance(message, InboundMessage)
    return message


class TestSignature:
    def test_the_example_of_twilios_documentation(self):
        form = {
            "CallSid": "CA1234567890ABCDE", "Caller": "+14158675309", "Digits": "1234", "From": "+14158675309",
            "To": "+18005551212",
        }  # fmt: skip
        url = "https://mycompany.com/myapp.php?foo=1&bar=2"
        headers = {"x-twilio-signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8="}
        request = WebhookRequest("POST", url, headers, urlencode(form).encode(), {"foo": "1", "bar": "2"}, 0.0)
        offline(token="12345").verify(request)
        with pytest.raises(ForgedError):
            offline(token="12346").verify(request)

    def test_a_signature_computed_by_hand(self):
        body = b"To=%2B15550100000&Body=Hi+%F0%9F%99%82+%26+%3D&From=%2B15550101111&Empty="
        signed = URL + "BodyHi 🙂 & =" + "Empty" + "From+15550101111" + "To+15550100000"
        mac = hmac.digest(TOKEN.encode(), signed.encode(), hashlib.sha1)
        request = WebhookRequest("POST", URL, {"x-twilio-signature": base64.b64encode(mac).decode()}, body, {}, 0.0)
        offline().verify(request)

    def test_json_is_signed_by_the_digest_in_the_address(self):
        webhook = signed_json(URL, b'[{"type": "com.twilio.messaging"}]').as_request()
        offline().verify(webhook)
        assert list(offline().read(webhook)) == []
        with pytest.raises(ForgedError):
            offline().verify(WebhookRequest(**{**vars(webhook), "body": b"[]"}))

    def test_json_without_the_digest_is_forged(self):
        webhook = signed_form(URL, {}).as_request()
        for body in (b"", b"{}", b"\xff"):
            headers = {**webhook.headers, "content-type": "application/json"}
            with pytest.raises(ForgedError):
                offline().verify(WebhookRequest("POST", URL, headers, body, {}, 0.0))

    @pytest.mark.parametrize("query", ["bodySHA256=", "bodySHA256", "bodySHA256=&bodySHA256=", "a=1&bodySHA256=x"])
    @pytest.mark.parametrize("signature", [{}, {"x-twilio-signature": "x"}])
    def test_json_with_an_empty_or_another_digest_is_forged(self, query, signature):
        url = httpx.URL(f"{URL}?{query}")
        headers = {"content-type": "application/json", **signature}
        with pytest.raises(ForgedError):
            offline().verify(WebhookRequest("POST", str(url), headers, b'{"a": 1}', dict(url.params), 0.0))

    @pytest.mark.parametrize("change", ["body", "more", "url", "query", "no signature", "signature", "token"])
    def test_what_was_changed_is_forged(self, change):
        webhook = TwilioServer().inbound(URL, ALICE, "I need help").as_request()
        offline().verify(webhook)
        changes = {
            "body": {"body": webhook.body.replace(b"need", b"want")},
            "more": {"body": webhook.body + b"&Body=more"},
            "url": {"url": URL.replace("help.", "evil.")},
            "query": {"url": URL + "?a=1"},
            "no signature": {"headers": {"content-type": webhook.headers["content-type"]}},
            "signature": {"headers": {**webhook.headers, "x-twilio-signature": "äöü="}},
            "token": {},
        }[change]
        module = offline(token="another") if change == "token" else offline()
        with pytest.raises(ForgedError):
            module.verify(WebhookRequest(**{**vars(webhook), **changes}))


class TestReading:
    def test_a_text(self):
        message = read_one(text="what is NED?", sid="SM" + "ab" * 16)
        assert message == InboundMessage("sms", NUMBER, ALICE, "SM" + "ab" * 16, "text", "what is NED?", None, ALICE)

    @pytest.mark.parametrize(
        ("content_type", "kind"),
        [
            ("image/jpeg", "picture"), ("image/heic", "picture"), ("audio/amr", "voice"), ("video/3gpp", "video"),
            ("application/pdf", "document"), ("text/x-vcard", "contact"), ("text/vcard; charset=utf-8", "contact"),
            ("", "document"),
        ],
    )  # fmt: skip
    def test_files(self, content_type, kind):
        message = read_one(text="look", NumMedia="2", MediaContentType0=content_type, MediaUrl0="https://x/1")
        assert (message.kind, message.text) == (kind, "look")

    @pytest.mark.parametrize(
        "text",
        [
            "Liked \u201cNED means that no cancer can be seen.\u201d", "Loved an image",
            "Laughed at \u201cHi.\nI am an assistant.\u201d", "Questioned \u201cShall we \u201ccall\u201d you?\u201d",
            "Reacted \U0001f602 to \u201cHi\u201d", "Reacted \u2764\ufe0f to \u201cHi\u201d",
            "Removed a heart from \u201cHi\u201d", "Removed an exclamation from \u201cHi\u201d",
            "Removed \U0001f602 from \u201cHi\u201d",
            "\u200a\U0001f44d\u200a to \u201c\u200aHi\u200a\u201d\u200a", "\U0001f44d to \u201cHi\u201d",
        ],
    )  # fmt: skip
    def test_what_phones_write_in_place_of_a_reaction_is_no_question(self, text):
        assert (read_one(text=text).kind, read_one(text=text).text) == ("reaction", None)

    @pytest.mark.parametrize(
        "text",
        [
            "Liked the answer", "loved \u201cit\u201d", 'Liked "what is NED"', "I liked \u201cHi\u201d",
            "Liked \u201cHi\u201d and what is NED", "Questioned", "Removed my breast from \u201cus\u201d",
            "what do you mean by \u201cstable\u201d", "\U0001f44d", "to \u201cHi\u201d",
        ],
    )  # fmt: skip
    def test_what_only_looks_like_a_reaction_is_a_text(self, text):
        assert (read_one(text=text).kind, read_one(text=text).text) == ("text", text)

    def test_a_message_without_anything(self):
        assert (read_one().kind, read_one().text) == ("other", None)

    @pytest.mark.parametrize(("type_", "kind"), [("STOP", "stop"), ("START", "start"), ("HELP", "text")])
    def test_what_a_messaging_service_answered_by_itself(self, type_, kind):
        message = read_one(text="basta", OptOutType=type_)
        assert (message.kind, message.answered, message.text) == (kind, True, "basta")

    @pytest.mark.parametrize("word", ["STOP", "stop ", "Unsubscribe", "cancel", "END", "quit", "REVOKE", "optout"])
    def test_twilios_usual_words_are_stops_that_it_answered(self, word):
        message = read_one(text=word)
        assert (message.kind, message.answered) == ("stop", True)

    @pytest.mark.parametrize("word", ["START", "start ", "Unstop"])
    def test_twilios_usual_words_to_begin_again_are_starts_that_it_answered(self, word):
        message = read_one(text=word)
        assert (message.kind, message.answered) == ("start", True)
        assert handling_of(message, SMS, Standing(stopped=True)) == Handling(stopped=False)
        assert handling_of(message, SMS, Standing()).takes_turn

    def test_twilio_answers_help_and_not_yes(self):
        assert (read_one(text="help").kind, read_one(text="help").answered) == ("text", True)
        assert read_one(text="yes").answered is False
        assert read_one(text="please stop").answered is False

    @pytest.mark.parametrize("word", ["STOP", "START", "HELP"])
    def test_where_twilio_answers_no_word_none_is_marked(self, word):
        webhook = TwilioServer().inbound(URL, ALICE, word).as_request()
        [message] = offline(usual_words=False).read(webhook)
        assert (message.kind, message.answered) == ("text", False)

    def test_who_writes_from_a_short_code_has_no_number_to_be_called_at(self):
        [message] = offline().read(TwilioServer().inbound(URL, "22395", "hi").as_request())
        assert (message.address, message.phone_number) == ("22395", None)

    @pytest.mark.parametrize("sender", ["LIVINGBB", "whatsapp:+15550101111", "", "+1555"])
    def test_who_cannot_be_answered_is_not_for_us(self, sender):
        assert list(offline().read(TwilioServer().inbound(URL, sender, "hi").as_request())) == []

    @pytest.mark.parametrize(
        ("status", "read"),
        [
            ("queued", "accepted"), ("sending", "accepted"), ("sent", "sent"), ("delivered", "delivered"),
            ("read", "read"), ("undelivered", "failed"), ("failed", "failed"), ("canceled", "failed"),
        ],
    )  # fmt: skip
    def test_receipts(self, status, read):
        sid = "SM" + "0" * 32
        form = {"MessageSid": sid, "SmsSid": sid, "SmsStatus": status, "MessageStatus": status, "To": ALICE}
        webhook = signed_form(URL, {**form, "ErrorCode": "30007" if read == "failed" else ""}).as_request(now=7.0)
        offline().verify(webhook)
        assert list(offline().read(webhook)) == [Receipt("sms", sid, read, "30007" if read == "failed" else None)]

    def test_a_receipt_tells_that_somebody_wants_no_messages(self):
        for error, opted_out in (("21610", True), ("30007", False)):
            form = {"MessageSid": "SM" + "0" * 32, "MessageStatus": "undelivered", "ErrorCode": error}
            (receipt,) = offline().read(signed_form(URL, form).as_request())
            assert receipt.opted_out is opted_out

    def test_a_status_that_is_new_to_us_tells_nothing(self):
        form = {"MessageSid": "SM" + "0" * 32, "MessageStatus": "teleported"}
        assert list(offline().read(signed_form(URL, form).as_request())) == []

    @pytest.mark.parametrize("body", [b"", b"Body=hi", b"MessageSid=1&Body=hi", b"\xff", b"&".join([b"a=1"] * 501)])
    def test_what_twilio_documents_nowhere_is_unreadable(self, body):
        with pytest.raises(UnreadableError):
            offline().read(WebhookRequest("POST", URL, {}, body, {}, 0.0))

    def test_the_acknowledgement_says_nothing_to_the_sender(self):
        acknowledgement = offline().acknowledgement(TwilioServer().inbound(URL, ALICE, "hi").as_request())
        assert acknowledgement.content_type == "text/xml"
        assert acknowledgement.body.endswith(b"<Response></Response>")


def test_yes_ends_a_block_but_of_a_toll_free_number_and_where_a_service_has_other_words():
    def ends_block(to: str, usual_words: bool = True, body: str = "Yes") -> bool:
        module = Sms(ACCOUNT, TOKEN, to, URL, usual_words)
        form = {"MessageSid": "SM" + "0" * 32, "From": ALICE, "To": to, "Body": body, "NumMedia": "0"}
        (message,) = module.read(signed_form(URL, form).as_request())
        return message.ends_block and message.kind == "text"

    assert ends_block("+15550100000")
    assert not ends_block("+18885550100")
    assert not ends_block("+15550100000", usual_words=False)
    assert not ends_block("+15550100000", body="yes please")


class TestSending:
    async def test_a_text_arrives_and_is_listed(self, sms, twilio, client):
        before = time.time()
        sid = await sms.send(client, ALICE, OutboundMessage("Hello, ünï 🙂\n1. Yes"), "key")
        assert twilio.texts(ALICE) == ["Hello, ünï 🙂\n1. Yes"]
        assert twilio.delivered[0].request["StatusCallback"] == URL
        [sent] = await sms.sent_since(client, ALICE, before)
        assert (sent.provider_id, sent.text) == (sid, "Hello, ünï 🙂\n1. Yes")
        assert abs(sent.at - before) < 2

    async def test_a_messaging_service_sends(self, twilio, client):
        sms = Sms(ACCOUNT, TOKEN, SERVICE, URL, base_url=twilio.url)
        sid = await sms.send(client, ALICE, OutboundMessage("hi"), "key")
        assert twilio.delivered[0].request["MessagingServiceSid"] == SERVICE
        assert [sent.provider_id for sent in await sms.sent_since(client, ALICE, time.time())] == [sid]

    async def test_the_list_goes_over_pages_and_holds_nothing_of_others_or_from_before(self, sms, twilio, client):
        twilio.inbound(URL, ALICE, "from Alice")
        for number in range(60):
            await sms.send(client, ALICE, OutboundMessage(f"message {number}"), "key")
        await sms.send(client, "+15550102222", OutboundMessage("to somebody else"), "key")
        listed = await sms.sent_since(client, ALICE, time.time() - 60)
        assert [sent.text for sent in listed] == [f"message {number}" for number in reversed(range(60))]
        assert list(await sms.sent_since(client, ALICE, time.time() + 60)) == []

    @pytest.mark.parametrize("fault", [TIME_OUT_AFTER_ACCEPTING, FAILURE_AFTER_ACCEPTING, Fault(502)])
    async def test_after_a_time_out_nobody_knows_and_the_list_tells(self, fault, sms, twilio, client):
        twilio.fail_next(fault)
        with pytest.raises(UnknownOutcomeError):
            await sms.send(client, ALICE, OutboundMessage("hi"), "key")
        assert len(await sms.sent_since(client, ALICE, time.time())) == fault.delivers

    @pytest.mark.parametrize(
        ("fault", "seconds"),
        [
            (Fault(429, headers={"Retry-After": "7"}), 7.0),
            (Fault(429), None),
            (Fault(503, headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}), 0.0),
            (Fault(500), None),
            (Fault(400, {"code": 21611, "status": 400}), None),
        ],
    )
    async def test_what_is_tried_later(self, fault, seconds, sms, twilio, client):
        twilio.fail_next(fault)
        with pytest.raises(TryLaterError) as caught:
            await sms.send(client, ALICE, OutboundMessage("hi"), "key")
        assert caught.value.seconds == seconds
        await sms.send(client, ALICE, OutboundMessage("hi"), "key")
        assert twilio.texts(ALICE) == ["hi"]

    async def test_over_the_rate(self, twilio, sms, client):
        twilio.per_second = 2
        results = await asyncio.gather(
            *(sms.send(client, ALICE, OutboundMessage(str(number)), "key") for number in range(5)),
            return_exceptions=True,
        )
        late = [result for result in results if isinstance(result, TryLaterError)]
        assert len(late) == 3
        assert {error.seconds for error in late} == {1.0}

    async def test_nobody_there_is_tried_later_and_the_list_cannot_be_had(self, sms, twilio, client):
        sms = Sms(ACCOUNT, TOKEN, NUMBER, URL, base_url="http://127.0.0.1:9")
        with pytest.raises(TryLaterError):
            await sms.send(client, ALICE, OutboundMessage("hi"), "key")
        with pytest.raises(SendError):
            await sms.sent_since(client, ALICE, 0.0)

    async def test_who_sent_stop_is_not_written_to(self, sms, twilio, client):
        twilio.inbound(URL, ALICE, "STOP")
        with pytest.raises(RefusedError) as caught:
            await sms.send(client, ALICE, OutboundMessage("hi"), "key")
        assert (caught.value.code, caught.value.opted_out) == ("21610", True)

    @pytest.mark.parametrize(
        ("address", "text", "code"),
        [("+0", "hi", "21211"), (ALICE, "x" * 1601, "21617"), (ALICE, " ", "21602"), (ALICE, "🙂" * 801, "21617")],
    )
    async def test_what_twilio_refuses(self, address, text, code, sms, twilio, client):
        with pytest.raises(RefusedError) as caught:
            await sms.send(client, address, OutboundMessage(text), "key")
        assert (caught.value.code, caught.value.opted_out) == (code, False)
        assert twilio.refused == [code]

    async def test_a_wrong_token_loses_no_message(self, twilio, client):
        sms = Sms(ACCOUNT, "wrong", NUMBER, URL, base_url=twilio.url)
        with pytest.raises(TryLaterError):
            await sms.send(client, ALICE, OutboundMessage("hi"), "key")
        with pytest.raises(SendError):
            await sms.sent_since(client, ALICE, 0.0)

    async def test_neither_numbers_nor_secrets_are_logged_or_told(self, sms, twilio, client, caplog):
        caplog.set_level(logging.DEBUG)
        await sms.send(client, ALICE, OutboundMessage("hi"), "key")
        await sms.sent_since(client, ALICE, 0.0)
        twilio.fail_next(TIME_OUT_AFTER_ACCEPTING)
        with pytest.raises(UnknownOutcomeError) as caught:
            await sms.send(client, ALICE, OutboundMessage("hi"), "key")
        said = caplog.text + repr(caught.value) + repr(sms)
        assert all(
            secret not in said for secret in (ALICE[1:], TOKEN, ACCOUNT, base64.b64encode(TOKEN.encode()).decode())
        )
        assert caught.value.__cause__ is None
