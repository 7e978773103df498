"""Messenger: every event that Meta documents, quick replies, the 24-hour window, what the page sent."""

import httpx
import pytest

from helpline.channels.messages import Choice, OutboundMessage, Receipt
from helpline.channels.provider import RefusedError, UnreadableError
from tests.channels.servers.graph import signed
from tests.channels.servers.messenger import PAGE_ID, MessengerServer, page
from tests.channels.servers.pairs import BY_NAME

PAIR = BY_NAME["messenger"]
URL = PAIR.url
ALICE = PAIR.somebody(1)


def module(base="http://127.0.0.1:9"):
    return PAIR.module(base, URL)


def read(**content) -> list:
    webhook = MessengerServer().event(URL, ALICE, **content).as_request()
    module().verify(webhook)
    return list(module().read(webhook))


@pytest.fixture
async def client():
    async with httpx.AsyncClient() as client:
        yield client


def attached(type_, **payload):
    return {"mid": "m_1", "attachments": [{"type": type_, "payload": payload}]}


class TestReading:
    @pytest.mark.parametrize(
        ("content", "kind", "text", "choice"),
        [
            ({"message": {"mid": "m_1", "text": "hi"}}, "text", "hi", None),
            ({"message": {"mid": "m_1", "text": "hi", "reply_to": {"mid": "m_0"}}}, "text", "hi", None),
            ({"message": {"mid": "m_1", "text": "Yes", "quick_reply": {"payload": "ref1"}}}, "choice", "Yes", "ref1"),
            ({"message": attached("image", url="https://x/1")}, "picture", None, None),
            ({"message": {**attached("image", url="https://x/1"), "text": "my scan"}}, "picture", "my scan", None),
            ({"message": attached("image", url="https://x/1", sticker_id=369239263222822)}, "sticker", None, None),
            ({"message": attached("audio", url="https://x/1")}, "voice", None, None),
            ({"message": attached("video", url="https://x/1")}, "video", None, None),
            ({"message": attached("reel", url="https://x/1")}, "video", None, None),
            ({"message": attached("file", url="https://x/1")}, "document", None, None),
            ({"message": attached("location", coordinates={"lat": 1, "long": 2})}, "location", None, None),
            ({"message": {**attached("fallback", url="https://x"), "text": "see"}}, "text", "see", None),
            ({"message": attached("fallback", url="https://x")}, "other", None, None),
            ({"message": {"mid": "m_1", "is_unsupported": True}}, "other", None, None),
            ({"message": {"mid": "m_1", "is_deleted": True}}, "deletion", None, None),
            ({"message_edit": {"mid": "m_1", "text": "new", "num_edit": 2}}, "edit", "new", None),
            ({"reaction": {"emoji": "\u2764", "action": "react", "mid": "m_0"}}, "reaction", None, None),
            ({"reaction": {"reaction": "love", "action": "unreact", "mid": "m_0"}}, "reaction", None, None),
            ({"postback": {"mid": "m_1", "title": "Yes", "payload": "ref1"}}, "choice", "Yes", "ref1"),
            ({"postback": {"title": "Yes", "payload": "ref1"}}, "choice", "Yes", "ref1"),
            ({"postback": {"mid": "m_1", "title": "Get started", "payload": "get_started"}}, "start", None, None),
        ],
    )  # fmt: skip
    def test_every_event(self, content, kind, text, choice):
        [message] = read(**content)
        assert (message.kind, message.text, message.choice) == (kind, text, choice)
        assert (message.account, message.address, message.phone_number) == (PAGE_ID, ALICE, None)

    def test_an_odd_time_makes_no_words_unreadable(self):
        odd = {"sender": {"id": ALICE}, "recipient": {"id": PAGE_ID}, "timestamp": {}}
        odd["message"] = {"mid": "m", "text": "I want to die"}
        [message] = module().read(signed(URL, page(odd)).as_request())
        assert message.text == "I want to die"

    def test_an_edit_is_another_message_than_what_it_edits_and_than_the_next_edit(self):
        ids = {read(message={"mid": "m_1", "text": "hi"})[0].message_id}
        ids |= {read(message_edit={"mid": "m_1", "text": "h", "num_edit": n})[0].message_id for n in (1, 2, 2)}
        assert len(ids) == 3

    def test_receipts_name_each_message(self):
        receipts = read(delivery={"mids": ["m_1", "m_2"], "watermark": 1458668856253})
        assert receipts == [
            Receipt("messenger", "m_1", "delivered", None),
            Receipt("messenger", "m_2", "delivered", None),
        ]

    def test_one_that_cannot_be_read_takes_no_other_with_it(self, caplog):
        frame = {"sender": {"id": ALICE}, "recipient": {"id": PAGE_ID}, "timestamp": 1}
        odd = [
            5, {"sender": ALICE, "recipient": PAGE_ID}, {**frame, "message": {"text": "a zebra"}},
            {**frame, "timestamp": {}, "reaction": {"mid": "m"}}, {**frame, "delivery": {"mids": [{}]}},
        ]  # fmt: skip
        payload = page(*odd, {**frame, "message": {"mid": "m_2", "text": "I want to die"}}, *odd)
        payload["entry"] = [5, {"messaging": 5}, *payload["entry"]]
        told = module().read(signed(URL, payload).as_request())
        assert [(message.kind, message.text) for message in told] == [
            ("unread", "a zebra"), ("text", "I want to die"), ("unread", "a zebra"),
        ]  # fmt: skip
        assert "A part of a webhook of messenger was passed over" in caplog.text
        assert "zebra" not in caplog.text

    @pytest.mark.parametrize(
        "content",
        [
            {"message": {"mid": "m_1", "text": "hi", "is_echo": True, "app_id": 1}},
            {"read": {"watermark": 1458668856253}},
            {"delivery": {"watermark": 1458668856253}},
            {"optin": {"type": "notification_messages"}}, {"referral": {"ref": "x", "source": "SHORTLINK"}},
            {"account_linking": {"status": "linked"}}, {"pass_thread_control": {"new_owner_app_id": "1"}},
            {"policy_enforcement": {"action": "warning"}}, {"feedback": {}}, {"something new": 1},
        ],
    )  # fmt: skip
    def test_what_nobody_said_to_us_is_left(self, content):
        assert read(**content) == []

    @pytest.mark.parametrize(
        "event",
        [
            {"sender": {"id": ALICE}, "recipient": {"id": "999"}, "timestamp": 1, "message": {"mid": "m", "text": "x"}},
            {"sender": {"user_ref": "r"}, "recipient": {"id": PAGE_ID}, "message": {"mid": "m", "text": "x"}},
            {"sender": {"id": "not of a person"}, "recipient": {"id": PAGE_ID}, "message": {"mid": "m", "text": "x"}},
            {"recipient": {"id": PAGE_ID}},
        ],
    )
    def test_other_pages_and_who_cannot_be_answered_are_left(self, event):
        assert list(module().read(signed(URL, page(event)).as_request())) == []

    @pytest.mark.parametrize("entry", [{"id": PAGE_ID, "changes": [{"field": "feed"}]}, {"standby": [{}]}])
    def test_posts_and_conversations_that_others_answer_are_left(self, entry):
        assert list(module().read(signed(URL, {"object": "page", "entry": [entry]}).as_request())) == []

    @pytest.mark.parametrize(
        "payload",
        [
            {"object": "instagram", "entry": []}, {"object": "page", "entry": [1]}, {"entry": []},
            page({"sender": {"id": ALICE}, "recipient": {"id": PAGE_ID}, "timestamp": 1, "message": {"no": "id"}}),
            page({"sender": ALICE, "recipient": PAGE_ID}),
        ],
    )  # fmt: skip
    def test_what_is_documented_nowhere_is_unreadable(self, payload):
        with pytest.raises(UnreadableError):
            module().read(signed(URL, payload).as_request())


class TestSending:
    async def test_a_quick_reply_is_given_back_as_it_was_sent(self, client):
        with MessengerServer() as server:
            message = OutboundMessage("Shall we go on?", (Choice("ref1", "Yes"), Choice("ref2", "No")))
            await module(server.url).send(client, ALICE, message, "key")
            payload, title = server.delivered[0].buttons[1]
            [pressed] = read(message={"mid": "m_9", "text": title, "quick_reply": {"payload": payload}})
            assert (pressed.kind, pressed.choice, pressed.text) == ("choice", "ref2", "No")

    @pytest.mark.parametrize(
        "message",
        [
            OutboundMessage("x" * 2001),
            OutboundMessage("x", tuple(Choice(str(n), str(n)) for n in range(14))),
            OutboundMessage("x", (Choice("r", "y" * 21),)),
        ],
    )
    async def test_what_is_over_a_limit_is_refused(self, message, client):
        with MessengerServer() as server:
            with pytest.raises(RefusedError) as caught:
                await module(server.url).send(client, ALICE, message, "key")
            assert caught.value.code == "100"

    async def test_outside_the_24_hours_and_to_who_blocks_the_page_it_is_refused(self, client):
        with MessengerServer() as server:
            server.outside_window.add(ALICE)
            server.blocked.add(PAIR.somebody(2))
            for address, code in ((ALICE, "10/2018278"), (PAIR.somebody(2), "551/1545041")):
                with pytest.raises(RefusedError) as caught:
                    await module(server.url).send(client, address, OutboundMessage("hi"), "key")
                assert caught.value.code == code
