"""Messenger: the messages of a Facebook page."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import httpx

from helpline.channels.capabilities import MESSENGER, Capabilities
from helpline.channels.messages import InboundMessage, Kind, OutboundMessage, Receipt
from helpline.channels.meta import Meta, told_id
from helpline.channels.payload import Batch, Payload, digest_of, read_json, storable
from helpline.channels.provider import Acknowledgement, SendError, SentMessage, UnreadableError, WebhookRequest

# What the page's "Get started" button sends; docs/channels.md says to set it so.
GET_STARTED = "get_started"
_ID = re.compile(r"[0-9]{1,30}")
_KINDS: dict[str, Kind] = {
    "image": "picture",
    "audio": "voice",
    "video": "video",
    "reel": "video",
    "ig_reel": "video",
    "file": "document",
    "location": "location",
}
_LISTED = 50
_CLOCKS_APART = 5.0


class Messenger(Meta):
    """A Facebook page of ours."""

    channel = "messenger"
    capabilities: Capabilities = MESSENGER

    def acknowledgement(self, request: WebhookRequest) -> Acknowledgement:
        """Return an empty answer."""
        return Acknowledgement(body=b"EVENT_RECEIVED")

    def read(self, request: WebhookRequest) -> Sequence[InboundMessage | Receipt]:
        """Return messages and receipts of our page; nothing of posts, and nothing that the page itself wrote."""
        payload = read_json(request.body)
        if payload.text("object") != "page":
            raise UnreadableError("it is not of a page")
        batch = Batch(self.channel)

        def read_entry(entry: Payload) -> tuple[()]:
            batch.each(entry, "messaging", lambda event: self._event(event, request.now), self._salvaged)
            return ()

        batch.each(payload, "entry", read_entry)
        return batch.all()

    def _event(self, event: Payload, now: float) -> list[InboundMessage | Receipt]:
        if "sender" not in event or "recipient" not in event:
            return []
        sender, recipient = event.object("sender"), event.object("recipient")
        # Who writes from a website's plug-in has no id of a person until they are signed in.
        if "id" not in sender or "id" not in recipient:
            return []
        address = sender.id("id")
        if recipient.id("id") != self._account or not _ID.fullmatch(address):
            return []
        if "delivery" in event:
            delivered = event.object("delivery").ids("mids")
            return [Receipt(self.channel, mid, "delivered", None) for mid in delivered]
        said = _said(event, now)
        if said is None:
            return []
        id_, kind, text, choice = said
        sent_at = event.time("timestamp", per_second=1000)
        return [InboundMessage(self.channel, self._account, address, id_, kind, text, choice, sent_at=sent_at)]

    def _salvaged(self, event: Payload) -> InboundMessage | None:
        """Return who wrote which words to our page, of an event that cannot be read."""
        address, page = event.id_at("sender", "id"), event.id_at("recipient", "id")
        if address is None or page != self._account or not _ID.fullmatch(address):
            return None
        return event.salvaged(self.channel, self._account, address)

    async def send(self, client: httpx.AsyncClient, address: str, message: OutboundMessage, key: str) -> str:
        """Send a text with quick replies, as an answer. The Send API knows no idempotency key."""
        said: dict[str, Any] = {"text": message.text}
        if message.choices:
            said["quick_replies"] = [
                {"content_type": "text", "title": choice.title, "payload": choice.ref} for choice in message.choices
            ]
        body = {"recipient": {"id": address}, "messaging_type": "RESPONSE", "message": said}
        answer = await self.post(client, f"{self._account}/messages", body)
        return told_id(answer.get("message_id"))

    async def sent_since(self, client: httpx.AsyncClient, address: str, since: float) -> Sequence[SentMessage] | None:
        """Return what the page wrote in its conversation with somebody, newest first."""
        fields = f"messages.limit({_LISTED}){{id,message,created_time,from}}"
        asked = {"platform": "messenger", "user_id": address, "fields": fields}
        answer = await self.get(client, f"{self._account}/conversations", asked)
        try:
            listed = [each for one in answer["data"] for each in one.get("messages", {}).get("data", ())]
            sent = [
                SentMessage(str(each["id"]), storable(str(each["message"])), _time(each["created_time"]))
                for each in listed
                if each["from"]["id"] == self._account
            ]
        except (KeyError, TypeError, ValueError, AttributeError):
            raise SendError("Meta does not tell what was sent in a form that it documents") from None
        return [each for each in sent if each.at >= since - _CLOCKS_APART]

    def rate_key(self, address: str) -> str:
        """Meta counts by our page."""
        return f"messenger:{self._account}"


def _said(event: Payload, now: float) -> tuple[str, Kind, str | None, str | None] | None:
    """Return the id, the kind, the text and the pressed button of an event; None where nobody says anything."""
    at = event.id("timestamp") if "timestamp" in event and "message" not in event else str(now)
    if "message" in event:
        message = event.object("message")
        if message.flag("is_echo"):
            return None
        if message.flag("is_deleted"):
            return digest_of(message.id("mid"), "deleted"), "deletion", None, None
        kind, text, choice = _content(message)
        return message.id("mid"), kind, text, choice
    if "postback" in event:
        postback = event.object("postback")
        title, payload = postback.text("title"), postback.text("payload")
        id_ = postback.id("mid") if "mid" in postback else digest_of("postback", at, payload or "")
        if payload == GET_STARTED:
            return id_, "start", None, None
        return id_, "choice", title, payload
    if "message_edit" in event:
        edit = event.object("message_edit")
        return digest_of(edit.id("mid"), edit.id("num_edit")), "edit", edit.text("text"), None
    if "reaction" in event:
        reaction = event.object("reaction")
        return digest_of(reaction.id("mid"), at, reaction.text("action") or ""), "reaction", None, None
    return None


def _content(message: Payload) -> tuple[Kind, str | None, str | None]:
    text = message.text("text")
    if "quick_reply" in message:
        return "choice", text, message.object("quick_reply").text("payload")
    attachments = message.objects("attachments")
    # Beside a link in a text stands what the page behind it looks like.
    if text and all(each.text("type") in ("fallback", "template") for each in attachments):
        return "text", text, None
    if not attachments:
        return "other", None, None
    first = attachments[0]
    if "sticker_id" in first.object_or_empty("payload"):
        return "sticker", text, None
    return _KINDS.get(first.text("type") or "", "other"), text, None


def _time(written: str) -> float:
    return datetime.strptime(written, "%Y-%m-%dT%H:%M:%S%z").timestamp()
