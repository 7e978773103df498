"""Telegram: every kind of update, private chats alone, pressed buttons, blocked bots, waits."""

import json

import httpx
import pytest

from helpline.channels.messages import Choice, OutboundMessage
from helpline.channels.provider import ForgedError, RefusedError, TryLaterError, UnreadableError, WebhookRequest
from helpline.channels.telegram import Telegram
from tests.channels.servers.pairs import BY_NAME
from tests.channels.servers.provider_server import Fault
from tests.channels.servers.telegram import WEBHOOK_SECRET, TelegramServer, error_body

PAIR = BY_NAME["telegram"]
URL = PAIR.url
ALICE = PAIR.somebody(1)
FILE = {"file_id": "AgAD", "file_unique_id": "Q"}
GROUP = {"id": -1001234, "type": "supergroup", "title": "All of us"}


def module(base="http://127.0.0.1:9"):
    return PAIR.module(base, URL)


def read(**content) -> list:
    webhook = TelegramServer().update(URL, **content).as_request(now=7.0)
    module().verify(webhook)
    return list(module().read(webhook))


def said(**fields):
    return TelegramServer().message(ALICE, **fields)


@pytest.fixture
async def client():
    async with httpx.AsyncClient() as client:
        yield client


class TestReading:
    @pytest.mark.parametrize(
        ("fields", "kind", "text"),
        [
            ({"text": "what is NED?"}, "text", "what is NED?"),
            ({"text": "/start"}, "start", None), ({"text": "/start from_a_poster"}, "start", None),
            ({"text": "/START@helpline_bot"}, "start", None),
            ({"text": "/stop"}, "stop", "/stop"), ({"text": "/help"}, "text", "help"),
            ({"text": "/call me back"}, "text", "call me back"), ({"text": "/ hm"}, "text", "/ hm"),
            ({"photo": [FILE], "caption": "my scan"}, "picture", "my scan"), ({"photo": [FILE]}, "picture", None),
            ({"voice": {**FILE, "duration": 3}}, "voice", None), ({"audio": FILE}, "voice", None),
            ({"video": FILE, "caption": "look"}, "video", "look"), ({"video_note": FILE}, "video", None),
            ({"animation": FILE, "document": FILE}, "video", None), ({"document": FILE}, "document", None),
            ({"sticker": {**FILE, "emoji": "\u2764"}}, "sticker", None),
            ({"contact": {"phone_number": "+15550101111", "first_name": "B"}}, "contact", None),
            ({"location": {"latitude": 1.0, "longitude": 2.0}}, "location", None),
            ({"venue": {"title": "Clinic"}, "location": {"latitude": 1.0, "longitude": 2.0}}, "location", None),
            ({"poll": {"id": "1"}}, "other", None), ({"dice": {"value": 3}}, "other", None),
            ({"story": {"id": 1}}, "other", None),
            ({"text": "hi", "forward_origin": {"type": "hidden_user"}}, "text", "hi"),
        ],
    )  # fmt: skip
    def test_every_kind_of_message(self, fields, kind, text):
        [message] = read(message=said(**fields))
        assert (message.kind, message.text, message.choice) == (kind, text, None)
        assert (message.account, message.address, message.phone_number) == ("110201543", ALICE, None)

    def test_an_odd_time_makes_no_words_unreadable(self):
        [message] = read(message={**said(text="I want to die"), "date": "soon"})
        assert message.text == "I want to die"

    def test_edits_reactions_and_a_blocked_bot(self):
        [edit] = read(edited_message=said(text="new", edit_date=1739321024))
        assert (edit.kind, edit.text) == ("edit", "new")
        [edit] = read(edited_message=said(photo=[FILE], caption="new", edit_date=1739321024))
        assert (edit.kind, edit.text) == ("edit", "new")
        chat = {"id": int(ALICE), "type": "private"}
        reaction = {"chat": chat, "user": {"id": int(ALICE), "is_bot": False}, "message_id": 1, "date": 5}
        [message] = read(message_reaction={**reaction, "old_reaction": [], "new_reaction": []})
        assert message.kind == "reaction"
        change = {"chat": chat, "from": {"id": int(ALICE), "is_bot": False}, "date": 6}
        [message] = read(my_chat_member={**change, "new_chat_member": {"status": "kicked"}})
        assert message.kind == "stop"
        assert read(my_chat_member={**change, "new_chat_member": {"status": "member"}}) == []

    @pytest.mark.parametrize(
        "content",
        [
            {"message": said(text="hi", chat=GROUP)},
            {"message": said(text="hi", chat={"id": -5, "type": "group"})},
            {"message": said(text="hi", **{"from": {"id": 9, "is_bot": True}})},
            {"message": said(pinned_message={"message_id": 1})}, {"message": said(new_chat_photo=[FILE])},
            {"edited_message": said(text="hi", chat=GROUP)},
            {"edited_message": said(location={"latitude": 1.0, "longitude": 2.0, "live_period": 60})},
            {"channel_post": {"message_id": 1}}, {"business_message": {}}, {"inline_query": {"id": "1"}},
            {"poll": {"id": "1"}}, {"something_new": {}}, {},
            {"callback_query": {"id": "1", "from": {"id": 1, "is_bot": False}, "inline_message_id": "1", "data": "r"}},
            {"callback_query": {"id": "1", "from": {"id": 1}, "message": {"chat": GROUP}, "data": "r"}},
            {"callback_query": {"id": "1", "from": {"id": 1}, "message": said(), "game_short_name": "g"}},
            {"message_reaction": {"chat": GROUP, "date": 1}},
        ],
    )  # fmt: skip
    def test_groups_bots_and_what_nobody_said_to_us_are_left(self, content):
        assert read(**content) == []

    @pytest.mark.parametrize(
        "update",
        [
            b"", b"[]", b"{}", b'{"update_id": true}', b'{"update_id": 1, "message": 2}', b"\xff",
            b'{"update_id": 1, "message": {"chat": {"id": -1, "type": "private"}, "date": 1, "text": "x"}}',
            b'{"update_id": 1, "message": {"chat": {"id": 1, "type": "private"}, "date": 1, "text": 2}}',
        ],
    )  # fmt: skip
    def test_what_is_documented_nowhere_is_unreadable(self, update):
        with pytest.raises(UnreadableError):
            module().read(WebhookRequest("POST", URL, {}, update, {}, 0.0))

    @pytest.mark.parametrize("secret", ["", WEBHOOK_SECRET[:-1], WEBHOOK_SECRET + "x", WEBHOOK_SECRET.upper()])
    def test_another_secret_is_forged(self, secret):
        headers = {"x-telegram-bot-api-secret-token": secret}
        with pytest.raises(ForgedError):
            module().verify(WebhookRequest("POST", URL, headers, b"{}", {}, 0.0))


class TestButtons:
    async def test_a_pressed_button_is_read_and_answered(self, client):
        with TelegramServer() as server:
            message = OutboundMessage("Shall we go on?", (Choice("ref1", "Yes"), Choice("ref2", "No, thank you")))
            await module(server.url).send(client, ALICE, message, "key")
            webhook = server.press(URL, ALICE, server.delivered[0], "ref2").as_request(now=9.0)
            [pressed] = module().read(webhook)
            assert (pressed.kind, pressed.choice, pressed.text) == ("choice", "ref2", "No, thank you")
            assert pressed.address == ALICE
            answer = module().acknowledgement(webhook)
            query = json.loads(webhook.body)["callback_query"]["id"]
            assert answer.content_type == "application/json"
            assert json.loads(answer.body) == {"method": "answerCallbackQuery", "callback_query_id": query}

    def test_a_button_below_a_message_that_telegram_forgot(self):
        chat = {"id": int(ALICE), "type": "private"}
        query = {"id": "1", "from": {"id": int(ALICE), "is_bot": False}, "data": "ref1"}
        [pressed] = read(callback_query={**query, "message": {"chat": chat, "message_id": 1, "date": 0}})
        assert (pressed.choice, pressed.text) == ("ref1", None)

    def test_other_updates_are_acknowledged_with_nothing(self):
        for body in (b"{}", b"no json", b'{"callback_query": {"id": "\\u00fc"}}', b'{"callback_query": 1}'):
            assert module().acknowledgement(WebhookRequest("POST", URL, {}, body, {}, 0.0)).body == b""


class TestSending:
    @pytest.mark.parametrize(
        ("message", "code"),
        [
            (OutboundMessage("x" * 4097), "400"),
            (OutboundMessage("\N{SLIGHTLY SMILING FACE}" * 2049), "400"),
            (OutboundMessage("x", tuple(Choice(str(n), "t") for n in range(101))), "400"),
            (OutboundMessage("x", (Choice("r" * 65, "t"),)), "400"),
        ],
    )
    async def test_what_is_over_a_limit_is_refused(self, message, code, client):
        with TelegramServer() as server:
            with pytest.raises(RefusedError) as caught:
                await module(server.url).send(client, ALICE, message, "key")
            assert caught.value.code == code

    async def test_who_blocks_the_bot_wants_no_messages(self, client):
        with TelegramServer() as server:
            server.blocked.add(ALICE)
            server.unknown.add(PAIR.somebody(2))
            for address, code, opted_out in ((ALICE, "403", True), (PAIR.somebody(2), "400", False)):
                with pytest.raises(RefusedError) as caught:
                    await module(server.url).send(client, address, OutboundMessage("hi"), "key")
                assert (caught.value.code, caught.value.opted_out) == (code, opted_out)

    @pytest.mark.parametrize("status", [200, 400, 429])
    async def test_it_waits_as_long_as_telegram_says(self, status, client):
        body = error_body(429, "Too Many Requests: retry after 13", parameters={"retry_after": 13})
        with TelegramServer() as server:
            server.fail_next(Fault(status, body))
            with pytest.raises(TryLaterError) as caught:
                await module(server.url).send(client, ALICE, OutboundMessage("hi"), "key")
            assert caught.value.seconds == 13.0

    async def test_a_token_that_is_not_known_loses_no_message(self, client):
        with TelegramServer() as server:
            for token in ("1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "2"):
                with pytest.raises(TryLaterError):
                    await Telegram(token, "secret", server.url).send(client, ALICE, OutboundMessage("hi"), "key")
