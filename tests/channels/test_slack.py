"""Slack: signature and its age, events of every kind, direct messages alone, pressed buttons, history by key."""

import json
import time

import httpx
import pytest

from helpline.channels.messages import Choice, OutboundMessage
from helpline.channels.provider import (
    ForgedError,
    RefusedError,
    TryLaterError,
    UnknownOutcomeError,
    UnreadableError,
    WebhookRequest,
)
from helpline.channels.slack import Slack
from tests.channels.servers.pairs import BY_NAME
from tests.channels.servers.provider_server import Fault
from tests.channels.servers.slack import SIGNING_SECRET, TEAM, SlackServer, interaction, signed

PAIR = BY_NAME["slack"]
URL = PAIR.url
ALICE = PAIR.somebody(1)


def module(base="http://127.0.0.1:9"):
    return PAIR.module(base, URL)


def read(text=None, **fields) -> list:
    webhook = SlackServer().inbound(URL, fields.pop("channel", ALICE), text, **fields).as_request()
    module().verify(webhook)
    return list(module().read(webhook))


def read_event(**event) -> list:
    return list(module().read(SlackServer().event(URL, event).as_request()))


@pytest.fixture
async def client():
    async with httpx.AsyncClient() as client:
        yield client


class TestSignature:
    BODY = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    HEADERS = {
        "x-slack-request-timestamp": "1531420618",
        "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    }

    def test_the_example_of_slacks_documentation_and_its_age(self):
        for seconds in (-300, 0, 300):
            module().verify(WebhookRequest("POST", URL, self.HEADERS, self.BODY, {}, 1531420618.0 + seconds))
        for seconds in (-301, 301, 86_400):
            with pytest.raises(ForgedError):
                module().verify(WebhookRequest("POST", URL, self.HEADERS, self.BODY, {}, 1531420618.0 + seconds))

    @pytest.mark.parametrize(
        "headers",
        [
            {}, {**HEADERS, "x-slack-signature": ""}, {**HEADERS, "x-slack-signature": "ü"},
            {**HEADERS, "x-slack-request-timestamp": "1531420619"}, {**HEADERS, "x-slack-request-timestamp": "soon"},
            {**HEADERS, "x-slack-request-timestamp": ""},
        ],
    )  # fmt: skip
    def test_another_signature_or_time_is_forged(self, headers):
        with pytest.raises(ForgedError):
            module().verify(WebhookRequest("POST", URL, headers, self.BODY, {}, 1531420618.0))

    def test_a_body_that_is_no_text_is_forged(self):
        with pytest.raises(ForgedError):
            module().verify(WebhookRequest("POST", URL, self.HEADERS, b"\xff", {}, 1531420618.0))

    def test_slacks_first_question_is_answered_where_slack_signed_it(self):
        body = json.dumps({"token": "t", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY", "type": "url_verification"})
        answer = module().challenge(signed(URL, body.encode()).as_request())
        assert answer.body == b"3eZbrw1aBm2rZgRNFdxV2595E9CY"
        with pytest.raises(ForgedError):
            module().challenge(signed(URL, body.encode(), secret="another").as_request())
        with pytest.raises(ForgedError):
            module().challenge(signed(URL, body.encode(), at=time.time() - 3600).as_request())

    def test_who_only_writes_of_it_asks_nothing(self):
        webhook = SlackServer().inbound(URL, ALICE, 'what is "url_verification"').as_request()
        assert module().challenge(webhook) is None


class TestReading:
    @pytest.mark.parametrize(
        ("fields", "kind", "text"),
        [
            ({"text": "what is NED?"}, "text", "what is NED?"),
            ({"text": "a &lt; b &amp;amp; c"}, "text", "a < b &amp; c"),
            ({"text": "see <https://lbbc.org/a?b=c&amp;d=e>"}, "text", "see https://lbbc.org/a?b=c&d=e"),
            ({"text": "<mailto:a@b.org|a@b.org>, <tel:+15550101111|555-010-1111>"}, "text", "a@b.org, 555-010-1111"),
            ({"text": "<mailto:a@b.org> and <@U12345> in <#C1|general>"}, "text", "a@b.org and @U12345 in general"),
            ({"text": "I think so", "subtype": "me_message"}, "text", "I think so"),
            ({"text": "in a thread", "thread_ts": "1.2"}, "text", "in a thread"),
            ({"subtype": "file_share", "text": "scan", "files": [{"mimetype": "image/png"}]}, "picture", "scan"),
            ({"subtype": "file_share", "files": [{"id": "F1", "mimetype": "audio/mp4"}]}, "voice", None),
            ({"files": [{"id": "F1", "mimetype": "video/mp4", "subtype": "slack_audio"}]}, "voice", None),
            ({"subtype": "file_share", "files": [{"id": "F1", "mimetype": "video/mp4"}]}, "video", None),
            ({"subtype": "file_share", "files": [{"id": "F1", "mimetype": "application/pdf"}]}, "document", None),
            ({"files": [{"id": "F1", "file_access": "check_file_info"}]}, "document", None),
            ({"text": ""}, "other", None),
        ],
    )  # fmt: skip
    def test_every_kind_of_message(self, fields, kind, text):
        [message] = read(**fields)
        assert (message.kind, message.text, message.choice) == (kind, text, None)
        assert (message.account, message.address, message.phone_number) == (TEAM, ALICE, None)

    def test_an_odd_time_makes_no_words_unreadable(self):
        direct = {"channel": ALICE, "channel_type": "im", "user": "U1", "ts": "soon", "event_ts": {}}
        [message] = read_event(type="message", text="I want to die", **direct)
        assert message.text == "I want to die"

    def test_edits_deletions_and_reactions(self):
        before = {"type": "message", "user": "U1", "text": "old", "ts": "1.0"}
        base = {"type": "message", "channel": ALICE, "channel_type": "im", "event_ts": "2.5", "ts": "2.5"}
        [edit] = read_event(
            **base, subtype="message_changed", message={**before, "text": "new &amp; better"}, previous_message=before
        )
        assert (edit.kind, edit.text) == ("edit", "new & better")
        [deletion] = read_event(**base, subtype="message_deleted", deleted_ts="1.0", previous_message=before)
        assert (deletion.kind, deletion.text) == ("deletion", None)
        item = {"type": "message", "channel": ALICE, "ts": "1.0"}
        [reaction] = read_event(type="reaction_added", user="U1", reaction="heart", item=item, event_ts="3.0")
        assert (reaction.kind, reaction.address) == ("reaction", ALICE)
        # Slack tells that it added a preview of a link in the same way as an edit.
        assert read_event(**base, subtype="message_changed", message=before, previous_message=before) == []

    @pytest.mark.parametrize(
        "fields",
        [
            {"text": "hi", "channel": "C12345", "channel_type": "channel"},
            {"text": "hi", "channel": "G12345", "channel_type": "group"},
            {"text": "hi", "channel": "G12345", "channel_type": "mpim"},
            {"text": "hi", "channel": "C12345"},
            {"text": "hi", "bot_id": "B1"}, {"text": "hi", "subtype": "bot_message"},
            {"text": "joined", "subtype": "channel_join"}, {"subtype": "message_replied"},
            {"subtype": "message_changed", "message": {"bot_id": "B1", "user": "U0", "text": "ours"}},
            {"subtype": "message_deleted", "previous_message": {"bot_id": "B1", "user": "U0", "text": "ours"}},
        ],
    )  # fmt: skip
    def test_channels_groups_and_bots_are_left(self, fields):
        assert read(**fields) == []

    @pytest.mark.parametrize(
        "event",
        [
            {"type": "app_mention", "channel": "C1", "user": "U1", "text": "<@U0> hi", "ts": "1.0", "event_ts": "1.0"},
            {"type": "reaction_added", "item": {"type": "message", "channel": "C123", "ts": "1.0"}, "event_ts": "1.0"},
            {"type": "reaction_added", "item": {"type": "file", "file": "F1"}, "event_ts": "1.0"},
            {"type": "app_home_opened", "channel": ALICE, "user": "U1", "event_ts": "1.0"},
        ],
    )
    def test_mentions_and_what_nobody_said_to_us_are_left(self, event):
        assert read_event(**event) == []

    def test_a_retry_is_the_same_message(self):
        webhook = SlackServer().inbound(URL, ALICE, "hi", "Ev0000000042").as_request()
        again = {**webhook.headers, "x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout"}
        [first] = module().read(webhook)
        [second] = module().read(WebhookRequest(**{**vars(webhook), "headers": again}))
        assert first == second
        assert first.message_id == "Ev0000000042"

    @pytest.mark.parametrize(
        "body",
        [
            b"", b"[]", b'{"type": "event_callback"}', b'{"type": "event_callback", "team_id": "T", "event_id": "E"}',
            b'{"type": "event_callback", "team_id": "T", "event_id": "E", "event": {"type": 1}}',
            b'{"type": 1}',
        ],
    )  # fmt: skip
    def test_what_is_documented_nowhere_is_unreadable(self, body):
        with pytest.raises(UnreadableError):
            module().read(WebhookRequest("POST", URL, {}, body, {}, 0.0))

    @pytest.mark.parametrize("form", [b"", b"a=b", b"payload=1", b"payload=%7B%7D", b"\xff", b"&".join([b"a=1"] * 99)])
    def test_a_form_that_is_no_interaction_is_unreadable_or_nothing(self, form):
        request = WebhookRequest("POST", URL, {"content-type": "application/x-www-form-urlencoded"}, form, {}, 0.0)
        if form == b"payload=%7B%7D":
            assert list(module().read(request)) == []
        else:
            with pytest.raises(UnreadableError):
                module().read(request)


class TestButtons:
    async def test_a_pressed_button_is_read(self, client):
        with SlackServer() as server:
            message = OutboundMessage("Shall we go on?", (Choice("ref1", "Yes"), Choice("ref2", "No & <thanks>")))
            await module(server.url).send(client, ALICE, message, "key")
            webhook = server.press(URL, ALICE, server.delivered[0], "ref2").as_request()
            module().verify(webhook)
            [pressed] = module().read(webhook)
            assert (pressed.kind, pressed.choice, pressed.text) == ("choice", "ref2", "No & <thanks>")
            assert (pressed.address, pressed.account) == (ALICE, TEAM)
            assert [pressed] == list(module().read(webhook))
            again = server.press(URL, ALICE, server.delivered[0], "ref2").as_request()
            assert module().read(again)[0].message_id != pressed.message_id

    @pytest.mark.parametrize(
        "changes",
        [
            {"type": "view_submission"}, {"channel": {"id": "C123"}}, {"actions": []},
            {"actions": [{"type": "static_select", "action_id": "a", "action_ts": "1.0"}]},
        ],
    )  # fmt: skip
    def test_what_is_no_button_of_a_direct_message_is_left(self, changes):
        action = {"type": "button", "action_id": "choice_1", "action_ts": "1.0", "value": "r"}
        payload = {"type": "block_actions", "team": {"id": TEAM}, "channel": {"id": ALICE}, "actions": [action]}
        assert len(module().read(interaction(URL, payload).as_request())) == 1
        assert list(module().read(interaction(URL, {**payload, **changes}).as_request())) == []


class TestSending:
    async def test_history_tells_the_key(self, client):
        with SlackServer() as server:
            for key in ("key-1", "key-2"):
                await module(server.url).send(client, ALICE, OutboundMessage("see https://lbbc.org/a"), key)
            listed = await module(server.url).sent_since(client, ALICE, time.time())
            assert [sent.key for sent in listed] == ["key-2", "key-1"]
            assert listed[0].text == "see https://lbbc.org/a"

    @pytest.mark.parametrize(
        ("message", "code"),
        [
            (OutboundMessage("x" * 40_001), "msg_too_long"), (OutboundMessage(" "), "no_text"),
            (OutboundMessage("x", tuple(Choice(str(n), str(n)) for n in range(26))), "invalid_attachments"),
            (OutboundMessage("x", (Choice("r", "y" * 76),)), "invalid_attachments"),
        ],
    )  # fmt: skip
    async def test_what_is_over_a_limit_is_refused(self, message, code, client):
        with SlackServer() as server:
            with pytest.raises(RefusedError) as caught:
                await module(server.url).send(client, ALICE, message, "key")
            assert caught.value.code == code

    @pytest.mark.parametrize(
        ("error", "wanted"),
        [
            ("ratelimited", TryLaterError), ("service_unavailable", TryLaterError), ("token_revoked", TryLaterError),
            ("missing_scope", TryLaterError), ("fatal_error", UnknownOutcomeError),
            ("internal_error", UnknownOutcomeError), ("request_timeout", UnknownOutcomeError),
            ("channel_not_found", RefusedError), ("is_archived", RefusedError), ("something_new", RefusedError),
        ],
    )  # fmt: skip
    async def test_errors_within_an_answer_of_status_200(self, error, wanted, client):
        with SlackServer() as server:
            server.fail_next(Fault(200, {"ok": False, "error": error}, {"Retry-After": "30"}))
            with pytest.raises(wanted) as caught:
                await module(server.url).send(client, ALICE, OutboundMessage("hi"), "key")
            if error == "ratelimited":
                assert caught.value.seconds == 30.0

    async def test_a_token_that_is_not_known_loses_no_message(self, client):
        with SlackServer() as server, pytest.raises(TryLaterError):
            await Slack("xoxb-other", SIGNING_SECRET, server.url).send(client, ALICE, OutboundMessage("hi"), "key")
