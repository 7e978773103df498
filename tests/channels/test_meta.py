"""What WhatsApp and Messenger share: signature, first question, errors of the Graph API."""

import hashlib
import hmac

import httpx
import pytest

from helpline.channels.messages import OutboundMessage
from helpline.channels.messenger import Messenger
from helpline.channels.meta import Meta
from helpline.channels.provider import ForgedError, RefusedError, TryLaterError, WebhookRequest
from tests.channels.servers.graph import ACCESS_TOKEN, APP_SECRET, VERIFY_TOKEN, error_body, first_question
from tests.channels.servers.messenger import PAGE_ID, MessengerServer
from tests.channels.servers.provider_server import Fault

URL = "https://help.example.org/webhooks/messenger"
ALICE = "5200000000000001"


def request(body: bytes, signature: str) -> WebhookRequest:
    return WebhookRequest("POST", URL, {"x-hub-signature-256": signature}, body, {}, 0.0)


def test_a_published_example_of_the_same_signature():
    # GitHub signs webhooks in the same header and way, and documents an example.
    meta = Meta("1", "token", "It's a Secret to Everybody", "word")
    meta.verify(request(b"Hello, World!", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"))


def test_a_signature_computed_by_hand():
    body = '{"object":"page","entry":[],"text":"ünï \\ud83d\\ude42"}'.encode()
    mac = hmac.digest(b"secret", body, hashlib.sha256).hex()
    Meta("1", "token", "secret", "word").verify(request(body, f"sha256={mac}"))


@pytest.mark.parametrize(
    "signature", ["", "sha256=", "sha256=0", "sha1={mac}", "{mac}", "sha256={MAC}", "sha256={mac} "]
)
def test_another_signature_is_forged(signature):
    mac = hmac.digest(b"secret", b"{}", hashlib.sha256).hex()
    with pytest.raises(ForgedError):
        Meta("1", "token", "secret", "word").verify(request(b"{}", signature.format(mac=mac, MAC=mac.upper())))


class TestFirstQuestion:
    def module(self):
        return Messenger(PAGE_ID, ACCESS_TOKEN, APP_SECRET, VERIFY_TOKEN)

    def test_whoever_knows_the_word_gets_the_answer(self):
        answer = self.module().challenge(first_question(URL).as_request())
        assert (answer.status, answer.body, answer.content_type) == (200, b"1158201444", "text/plain")

    @pytest.mark.parametrize(
        "question",
        [
            first_question(URL, token="another-word-of-the-tests"),
            first_question(URL, token=""),
            first_question(URL, token="%C3%BC"),
            first_question(URL, challenge="<script>"),
            first_question(URL, challenge=""),
        ],
    )
    def test_whoever_does_not_is_refused(self, question):
        with pytest.raises(ForgedError):
            self.module().challenge(question.as_request())

    def test_a_get_that_asks_nothing_is_refused(self):
        with pytest.raises(ForgedError):
            self.module().challenge(WebhookRequest("GET", URL, {}, b"", {}, 0.0))


class TestErrors:
    @pytest.mark.parametrize(
        ("code", "more"),
        [
            (4, {}), (32, {}), (613, {}), (1200, {}), (80007, {}), (130429, {}), (131056, {}), (131016, {}), (2, {}),
            (999, {"is_transient": True}),
            # What we send with is not good, and what is to be sent is.
            (190, {"error_subcode": 463}), (10, {}), (200, {}), (299, {}), (3, {}),
        ],
    )  # fmt: skip
    async def test_what_is_tried_later(self, code, more):
        with pytest.raises(TryLaterError):
            await self.send_into(Fault(400, error_body(code, "no", **more)))

    @pytest.mark.parametrize(
        ("code", "subcode", "name", "opted_out"),
        [
            (10, 2018278, "10/2018278", False), (100, 2018001, "100/2018001", False), (131047, None, "131047", False),
            (131026, None, "131026", False), (131050, None, "131050", True), (551, 1545041, "551/1545041", False),
        ],
    )  # fmt: skip
    async def test_what_is_refused(self, code, subcode, name, opted_out):
        more = {"error_subcode": subcode} if subcode else {}
        with pytest.raises(RefusedError) as caught:
            await self.send_into(Fault(400, error_body(code, "no", **more)))
        assert (caught.value.code, caught.value.opted_out) == (name, opted_out)

    @pytest.mark.parametrize(
        ("usage", "seconds"),
        [
            ('{"1": [{"estimated_time_to_regain_access": 3}, {"estimated_time_to_regain_access": 5}]}', 300.0),
            ('{"1": [{"estimated_time_to_regain_access": 0}]}', None), ("[", None), ("[]", None), ('{"1": 2}', None),
            ('{"1": [{"estimated_time_to_regain_access": "x"}]}', None), ("{}", None),
            ('{"1": [{"estimated_time_to_regain_access": Infinity}]}', None),
        ],
    )  # fmt: skip
    async def test_how_long_to_wait_stands_in_minutes(self, usage, seconds):
        with pytest.raises(TryLaterError) as caught:
            await self.send_into(Fault(400, error_body(613, "no"), {"X-Business-Use-Case-Usage": usage}))
        assert caught.value.seconds == seconds

    @pytest.mark.parametrize("body", [{"error": "no"}, {"error": {}}, {"error": {"code": {}}}, {"no": "error"}])
    async def test_an_error_without_a_code_is_a_refusal(self, body):
        with pytest.raises(RefusedError):
            await self.send_into(Fault(400, body))

    async def send_into(self, fault: Fault) -> None:
        with MessengerServer() as server:
            server.fail_next(fault)
            module = Messenger(PAGE_ID, ACCESS_TOKEN, APP_SECRET, VERIFY_TOKEN, server.url)
            async with httpx.AsyncClient() as client:
                await module.send(client, ALICE, OutboundMessage("hi"), "key")
