"""Whatever a webhook holds, it is read, refused as unreadable, or refused as forged: nothing else ever comes out."""

import contextlib
import json
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpline.channels.messages import InboundMessage, Receipt
from helpline.channels.provider import ForgedError, UnreadableError, WebhookRequest
from tests.channels.servers import messenger, whatsapp
from tests.channels.servers.pairs import BY_NAME, PAIRS
from tests.channels.servers.telegram import TelegramServer

MANY = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20),
    st.sampled_from(["message", "text", "private", "im", "block_actions", "1e999", "\ud800", "\0", "9" * 400, "-1"]),
)  # fmt: skip
# Names that our modules ask for, so that what is made up reaches into them.
NAMES = st.sampled_from(
    [
        "object", "entry", "changes", "field", "value", "metadata", "phone_number_id", "messages", "statuses", "from",
        "from_user_id", "id", "timestamp", "type", "text", "body", "interactive", "button_reply", "errors", "code",
        "messaging", "sender", "recipient", "message", "mid", "attachments", "payload", "postback", "reaction",
        "delivery", "mids", "watermark", "update_id", "chat", "date", "callback_query", "data", "reply_markup",
        "inline_keyboard", "edited_message", "my_chat_member", "new_chat_member", "status", "event", "event_id",
        "team_id", "team", "channel", "channel_type", "event_ts", "ts", "files", "mimetype", "actions", "action_ts",
        "action_id", "previous_message", "user", "item", "subtype", "challenge",
    ]
)  # fmt: skip
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=6)),
    max_leaves=25,
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        name: st.text(max_size=80)
        for name in (
            "content-type", "x-twilio-signature", "x-hub-signature-256", "x-telegram-bot-api-secret-token",
            "x-slack-signature", "x-slack-request-timestamp",
        )
    },
)  # fmt: skip
MODULES = {pair.name: pair.module("http://127.0.0.1:9", pair.url) for pair in PAIRS}


def dumped(value) -> bytes:
    return json.dumps(value).encode()


def read(name: str, body: bytes, content_type: str = "application/json", **how) -> None:
    url = BY_NAME[name].url
    request = WebhookRequest("POST", url, {"content-type": content_type}, body, how.get("query", {}), 1000.0)
    module = MODULES[name]
    try:
        told = list(module.read(request))
    except UnreadableError:
        return
    for each in told:
        assert isinstance(each, (InboundMessage, Receipt))
        if isinstance(each, InboundMessage):
            assert each.address
            assert each.message_id
            json.dumps([each.text, each.choice, each.address, each.message_id], ensure_ascii=False).encode()
            assert "\0" not in f"{each.text}{each.choice}{each.address}{each.account}{each.message_id}"
    assert module.acknowledgement(request).status == 200


@pytest.mark.parametrize("name", MODULES)
@MANY
@given(st.one_of(st.binary(max_size=200), JSON.map(dumped)))
def test_any_body_is_read_or_unreadable(name, body):
    read(name, body)


@pytest.mark.parametrize("name", ["sms", "whatsapp by way of twilio", "slack"])
@MANY
@given(
    st.one_of(
        st.binary(max_size=200),
        st.dictionaries(
            st.sampled_from(
                ["MessageSid", "From", "To", "Body", "NumMedia", "MediaContentType0", "OptOutType", "MessageStatus",
                 "ErrorCode", "Latitude", "Longitude", "ButtonPayload", "ListId", "MessageType"]
            ),
            st.one_of(
                st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40),
                st.sampled_from(["SM" + "0" * 32, "+15550100000", "whatsapp:+15550100000", "delivered", "STOP"]),
            ),
        ).map(lambda form: urlencode(form).encode()),
        JSON.map(lambda value: urlencode({"payload": json.dumps(value)}).encode()),
    )
)  # fmt: skip
def test_any_form_is_read_or_unreadable(name, body):
    read(name, body, "application/x-www-form-urlencoded")


@MANY
@given(st.dictionaries(NAMES, JSON, max_size=6), st.sampled_from(["text", "image", "interactive", "edit", "contacts"]))
def test_any_message_within_whatsapps_frame(content, type_):
    message = {"from": "15552000001", "id": "wamid.1", "timestamp": "5", "type": type_, type_: content, **content}
    read("whatsapp by way of meta", dumped(whatsapp.change({"messages": [message], "statuses": [content]})))


@MANY
@given(st.dictionaries(NAMES, JSON, max_size=6))
def test_any_event_within_messengers_frame(content):
    event = {"sender": {"id": "52000"}, "recipient": {"id": messenger.PAGE_ID}, "timestamp": 1000}
    read("messenger", dumped(messenger.page({**event, **content}, {**event, "message": content})))


@MANY
@given(st.dictionaries(NAMES, JSON, max_size=6), st.sampled_from(["message", "edited_message", "callback_query"]))
def test_any_message_within_telegrams_frame(content, kind):
    message = TelegramServer().message("70000001") | content
    update = {"id": "1", "from": {"id": 1}, "data": "r", "message": message} if kind == "callback_query" else message
    read("telegram", dumped({"update_id": 1, kind: update}))


@MANY
@given(st.dictionaries(NAMES, JSON, max_size=6))
def test_any_event_within_slacks_frame(content):
    event = {"type": "message", "channel": "D0000001", "channel_type": "im", "user": "U1", "ts": "1.0", **content}
    read("slack", dumped({"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": event}))


@pytest.mark.parametrize("name", MODULES)
@MANY
@given(
    HEADERS,
    st.binary(max_size=100),
    st.dictionaries(st.sampled_from(["bodySHA256", "hub.mode", "hub.verify_token", "hub.challenge"]), st.text()),
    st.sampled_from(["GET", "POST"]),
)
def test_nobody_without_the_secret_is_believed(name, headers, body, query, method):
    request = WebhookRequest(method, BY_NAME[name].url, headers, body, query, 1531420618.0)
    with pytest.raises(ForgedError):
        MODULES[name].verify(request)
    with contextlib.suppress(ForgedError, UnreadableError):
        assert MODULES[name].challenge(request) is None


def test_json_as_deep_as_an_attack_is_unreadable():
    for name in MODULES:
        read(name, b"[" * 100_000)
        read(name, b'{"entry":' * 50_000)
        read(name, b"9" * 10_000)


@pytest.mark.parametrize("depth", [30, 200, 900, 980])
def test_what_cannot_be_read_and_lies_deep_breaks_nothing(depth):
    deep = b"[" * depth + b'"x"' + b"]" * depth
    chat = b'{"chat": {"id": 1, "type": "private"}, "date": 1, "text": ' + deep + b"}"
    read("telegram", b'{"update_id": 1, "message": ' + chat + b"}")
