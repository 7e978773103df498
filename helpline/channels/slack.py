"""Slack: direct messages to an app's bot.

Slack's mark-up is switched off for what we send, and what stays special in it (``&``, ``<``, ``>``) is escaped; so is
it in what comes in, where Slack also writes links in a form of its own.
"""

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

import httpx
from slack_sdk.signature import SignatureVerifier

from helpline.channels.capabilities import SLACK, Capabilities
from helpline.channels.http_call import asked_to_wait, call, json_answer
from helpline.channels.messages import InboundMessage, Kind, OutboundMessage, Receipt
from helpline.channels.payload import Payload, digest_of, read_json, storable
from helpline.channels.provider import (
    Acknowledgement,
    ForgedError,
    RefusedError,
    SendError,
    SentMessage,
    TryLaterError,
    UnknownOutcomeError,
    UnreadableError,
    WebhookRequest,
)

BASE_URL = "https://slack.com"
# The name of the metadata in which a message carries its key.
_EVENT_TYPE = "helpline_message"
# An address, a channel, a person or a word of Slack's, with what is shown of it behind a bar.
_LINK = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_DIRECT = re.compile(r"D[A-Z0-9]{2,30}")
_LATER = {"ratelimited", "rate_limited", "service_unavailable", "team_added_to_org", "accesslimited"}
# Slack says of these that a part may have been done.
_UNKNOWN = {"internal_error", "fatal_error", "request_timeout"}
_CREDENTIALS = {
    "not_authed", "invalid_auth", "account_inactive", "token_revoked", "token_expired", "no_permission",
    "missing_scope", "org_login_required", "ekm_access_denied", "not_allowed_token_type", "access_denied",
}  # fmt: skip
_LISTED = 100
_CLOCKS_APART = 5.0


class Slack:
    """An app of ours in a workspace.

    Args:
        bot_token: What we send with.
        signing_secret: Signs webhooks.
        base_url: Where the Web API is.
    """

    channel = "slack"
    capabilities: Capabilities = SLACK

    def __init__(self, bot_token: str, signing_secret: str, base_url: str = BASE_URL) -> None:
        self._headers = {"Authorization": f"Bearer {bot_token}"}
        self._secret = signing_secret
        self._url = f"{base_url}/api"

    def verify(self, request: WebhookRequest) -> None:
        """Compare Slack's signature of the body and the time, which is at most five minutes away."""
        verifier = SignatureVerifier(self._secret, _ClockOf(request))  # type: ignore[arg-type]
        try:
            signed = verifier.is_valid_request(request.body, dict(request.headers))
        except (ValueError, TypeError):
            signed = False
        if not signed:
            raise ForgedError("Slack's signature does not fit, or is old")

    def challenge(self, request: WebhookRequest) -> Acknowledgement | None:
        """Hand back what Slack wants handed back, where Slack signed the question."""
        if request.method != "POST" or _is_form(request) or b"url_verification" not in request.body:
            return None
        self.verify(request)
        try:
            payload = read_json(request.body)
            asks = payload.text("type") == "url_verification"
            return Acknowledgement(body=payload.id("challenge").encode()) if asks else None
        except UnreadableError:
            return None  # `read` says what is wrong with it

    def acknowledgement(self, request: WebhookRequest) -> Acknowledgement:
        """Return an empty answer: Slack would show another."""
        return Acknowledgement()

    def read(self, request: WebhookRequest) -> Sequence[InboundMessage | Receipt]:
        """Return what somebody said in a direct message; nothing of channels, groups, bots and mentions."""
        if _is_form(request):
            message = _pressed(_interaction(request.body))
        else:
            payload = read_json(request.body)
            if payload.text("type") != "event_callback":
                return ()
            try:
                message = _event(payload)
            except UnreadableError:
                message = _salvaged(payload)
                if message is None:
                    raise
        return [message] if message is not None else ()

    async def send(self, client: httpx.AsyncClient, address: str, message: OutboundMessage, key: str) -> str:
        """Post a text, with buttons below it; its key is part of the message's metadata."""
        body: dict[str, Any] = {
            "channel": address,
            "text": html.escape(message.text, quote=False),
            "mrkdwn": False,
            "unfurl_links": False,
            "unfurl_media": False,
            "metadata": {"event_type": _EVENT_TYPE, "event_payload": {"key": key}},
        }
        if message.choices:
            buttons = [
                {
                    "type": "button",
                    "text": {"type": "plain_text", "text": choice.title, "emoji": False},
                    "action_id": f"choice_{number}",
                    "value": choice.ref,
                }
                for number, choice in enumerate(message.choices, 1)
            ]
            # Blocks of the message itself would stand in place of the text, within which mark-up cannot be off.
            body["attachments"] = [{"blocks": [{"type": "actions", "elements": buttons}]}]
        answer = await self._ask(client, "chat.postMessage", json=body)
        if not isinstance(answer.get("ts"), str):
            raise UnknownOutcomeError("the answer names no message")
        return str(answer["ts"])

    async def sent_since(self, client: httpx.AsyncClient, address: str, since: float) -> Sequence[SentMessage] | None:
        """Return what our app said in a direct message, newest first, each with its key."""
        asked = {
            "channel": address,
            "oldest": f"{max(since - _CLOCKS_APART, 0):.6f}",
            "limit": str(_LISTED),
            "include_all_metadata": "true",
        }
        answer = await self._ask(client, "conversations.history", data=asked)
        listed = answer.get("messages")
        if not isinstance(listed, list):
            raise SendError("Slack does not tell what was sent in a form that it documents")
        return [sent for each in listed if (sent := _sent(each)) is not None]

    def rate_key(self, address: str) -> str:
        """Slack counts by the conversation: one message a second."""
        return f"slack:{address}"

    async def _ask(self, client: httpx.AsyncClient, method: str, **content: Any) -> Mapping[str, Any]:
        response = await call(client, "POST", f"{self._url}/{method}", headers=self._headers, **content)
        answer = json_answer(response)
        if response.is_success and answer.get("ok") is True:
            return answer
        error = answer.get("error")
        name = error if isinstance(error, str) else str(response.status_code)
        if name in _LATER:
            raise TryLaterError(f"Slack's error {name}", asked_to_wait(response))
        if name in _UNKNOWN or (response.is_success and not isinstance(error, str)):
            raise UnknownOutcomeError(f"Slack's error {name}")
        if name in _CREDENTIALS:
            raise TryLaterError(f"Slack does not accept the bot's token ({name})")
        raise RefusedError(f"Slack's error {name}", name)


class _ClockOf:
    """Tells the library when a webhook came in."""

    def __init__(self, request: WebhookRequest) -> None:
        self._now = request.now

    def now(self) -> float:
        return self._now


def plain_text(text: str | None) -> str | None:
    """Return what somebody typed, without Slack's escapes and its form of links."""
    if text is None:
        return None
    return _unescaped(_LINK.sub(lambda link: _shown(link[1], link[2]), text))


def _unescaped(text: str) -> str:
    """Undo the three escapes that Slack knows, and no others."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _shown(target: str, label: str | None) -> str:
    if label is not None:
        return label
    return target.removeprefix("mailto:").removeprefix("tel:")


def _is_form(request: WebhookRequest) -> bool:
    return request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")


def _interaction(body: bytes) -> Payload:
    try:
        pairs = dict(parse_qsl(body.decode("ascii"), max_num_fields=20))
    except ValueError:
        raise UnreadableError("the form cannot be read") from None
    if "payload" not in pairs:
        raise UnreadableError("the form has no payload")
    return read_json(pairs["payload"])


def _event(payload: Payload) -> InboundMessage | None:
    event = payload.object("event")
    team, id_ = payload.id("team_id"), payload.id("event_id")
    said: tuple[Kind, str | None] | None = None
    channel = ""
    if event.text("type") == "reaction_added":
        item = event.object("item")
        channel = item.id("channel") if "channel" in item else ""
        said = ("reaction", None)
    elif event.text("type") == "message" and event.text("channel_type") == "im":
        channel = event.id("channel")
        said = _content(event)
    if said is None or not _DIRECT.fullmatch(channel):
        return None
    return InboundMessage("slack", team, channel, id_, said[0], said[1], sent_at=payload.time("event_time"))


def _salvaged(payload: Payload) -> InboundMessage | None:
    """Return who wrote which words in a direct message, of an event that cannot be read."""
    team, channel = payload.id_at("team_id"), payload.id_at("event", "channel")
    if team is None or channel is None or not _DIRECT.fullmatch(channel):
        return None
    told = (payload.id_at("event", *within, "bot_id") for within in ((), ("message",), ("previous_message",)))
    return payload.object("event").salvaged("slack", team, channel) if not any(told) else None


def _content(event: Payload) -> tuple[Kind, str | None] | None:
    """Return the kind and the text of a message; None for what no person said."""
    subtype = event.text("subtype")
    if subtype == "message_changed":
        now, before = event.object("message"), event.object_or_empty("previous_message")
        if _is_of_a_bot(now) or now.text("text") == before.text("text"):
            return None
        return "edit", plain_text(now.text("text"))
    if subtype == "message_deleted":
        return None if _is_of_a_bot(event.object_or_empty("previous_message")) else ("deletion", None)
    if subtype not in (None, "file_share", "me_message", "thread_broadcast") or _is_of_a_bot(event):
        return None
    text = plain_text(event.text("text"))
    files = event.objects("files")
    if files:
        return _kind_of_file(files[0]), text
    return ("text", text) if text else ("other", None)


def _is_of_a_bot(message: Payload) -> bool:
    return "bot_id" in message or "user" not in message


def _kind_of_file(file: Payload) -> Kind:
    kinds: dict[str, Kind] = {"image": "picture", "audio": "voice", "video": "video"}
    if file.text("subtype") == "slack_audio":
        return "voice"
    return kinds.get((file.text("mimetype") or "").partition("/")[0], "document")


def _pressed(payload: Payload) -> InboundMessage | None:
    """Return what a pressed button of ours says."""
    actions = payload.objects("actions")
    if payload.text("type") != "block_actions" or not actions or actions[0].text("type") != "button":
        return None
    channel, action = payload.object("channel").id("id"), actions[0]
    if not _DIRECT.fullmatch(channel):
        return None
    pressed_at, team = action.id("action_ts"), payload.object("team").id("id")
    return InboundMessage(
        channel="slack",
        account=team,
        address=channel,
        message_id=digest_of(team, channel, pressed_at, action.id("action_id")),
        kind="choice",
        text=action.object_or_empty("text").text("text"),
        choice=action.text("value"),
        sent_at=action.time("action_ts"),
    )


def _sent(listed: Any) -> SentMessage | None:
    """Return a message of Slack's list; None for one of somebody else."""
    try:
        if "bot_id" not in listed:
            return None
        metadata = listed.get("metadata") or {}
        ours = metadata.get("event_type") == _EVENT_TYPE
        key = metadata.get("event_payload", {}).get("key") if ours else None
        text = plain_text(storable(listed.get("text", ""))) or ""
        return SentMessage(listed["ts"], text, float(listed["ts"]), key if isinstance(key, str) else None)
    except (TypeError, KeyError, ValueError, AttributeError):
        return None
