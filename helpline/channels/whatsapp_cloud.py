"""WhatsApp by way of Meta's Cloud API.

Meta makes its ids of messages of the sender's phone number, so digests stand for them here. A person who has taken a
user name shows no number; Meta then names them by an id that only our business knows them by.
"""

import re
from collections.abc import Sequence
from typing import Any

import httpx

from helpline.channels.capabilities import WHATSAPP, Capabilities
from helpline.channels.http_call import LOST_SIGHT_WITHOUT_LIST
from helpline.channels.messages import InboundMessage, Kind, OutboundMessage, Receipt, Status
from helpline.channels.meta import OPTED_OUT, Meta, told_id
from helpline.channels.payload import Batch, Payload, digest_of, read_json
from helpline.channels.provider import (
    Acknowledgement,
    SentMessage,
    UnknownOutcomeError,
    UnreadableError,
    WebhookRequest,
)

_NUMBER = re.compile(r"[1-9][0-9]{6,14}")
# A country and an id, of a business or of a group of them.
USER_ID = re.compile(r"[A-Z]{2}(\.ENT)?\.[A-Za-z0-9]{1,128}")

_KINDS: dict[str, Kind] = {
    "text": "text",
    "button": "choice",
    "interactive": "choice",
    "image": "picture",
    "audio": "voice",
    "video": "video",
    "document": "document",
    "location": "location",
    "contacts": "contact",
    "sticker": "sticker",
    "reaction": "reaction",
    "edit": "edit",
    "revoke": "deletion",
}
# Told of a person and not said by one: a changed number, a chat that was opened, an advertisement that was seen.
_NOT_SAID = {"system", "request_welcome"}
_STATUSES: dict[str, Status] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "played": "read",
    "failed": "failed",
}


class WhatsAppCloud(Meta):
    """A number of ours at WhatsApp."""

    channel = "whatsapp"
    capabilities: Capabilities = WHATSAPP
    lost_sight = LOST_SIGHT_WITHOUT_LIST

    def acknowledgement(self, request: WebhookRequest) -> Acknowledgement:
        """Return an empty answer."""
        return Acknowledgement()

    def read(self, request: WebhookRequest) -> Sequence[InboundMessage | Receipt]:
        """Return messages and receipts of our number; nothing of groups and of what Meta tells of the account."""
        payload = read_json(request.body)
        if payload.text("object") != "whatsapp_business_account":
            raise UnreadableError("it is not of WhatsApp")
        batch = Batch(self.channel)

        def read_entry(entry: Payload) -> tuple[()]:
            batch.each(entry, "changes", read_change)
            return ()

        def read_change(change: Payload) -> tuple[()]:
            value = change.object("value") if change.text("field") == "messages" else None
            if value is not None and value.object("metadata").id("phone_number_id") == self._account:
                batch.each(value, "messages", self._message, self._salvaged)
                batch.each(value, "statuses", _receipt)
            return ()

        batch.each(payload, "entry", read_entry)
        return batch.all()

    def _message(self, message: Payload) -> Sequence[InboundMessage]:
        type_ = message.text("type")
        if type_ in _NOT_SAID or "group_id" in message:
            return ()
        address = _writer(message)
        if address is None:
            raise UnreadableError("nobody is named who wrote")
        kind, text, choice = _content(message, type_ or "")
        said = InboundMessage(
            channel=self.channel,
            account=self._account,
            address=address,
            message_id=digest_of(message.id("id")),
            kind=kind,
            text=text,
            choice=choice,
            phone_number=_number_of(address),
            sent_at=message.time("timestamp"),
        )
        return (said,)

    def _salvaged(self, message: Payload) -> InboundMessage | None:
        """Return who wrote which words, of a message that cannot be read."""
        if "group_id" in message:
            return None
        return message.salvaged(self.channel, self._account, _writer(message))

    async def send(self, client: httpx.AsyncClient, address: str, message: OutboundMessage, key: str) -> str:
        """Send a text, with buttons or a list. The key comes back with its receipts."""
        to = {"to": address.removeprefix("+")} if address.startswith("+") else {"recipient": address}
        body = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            **to,
            "biz_opaque_callback_data": key,
            **_form(message),
        }
        answer = await self.post(client, f"{self._account}/messages", body)
        try:
            return digest_of(told_id(answer["messages"][0]["id"]))
        except (KeyError, IndexError, TypeError):
            raise UnknownOutcomeError("the answer names no message") from None

    async def sent_since(self, client: httpx.AsyncClient, address: str, since: float) -> Sequence[SentMessage] | None:
        """The Cloud API keeps no list; its receipts tell the key."""
        return None

    def rate_key(self, address: str) -> str:
        """Meta counts by our number, and also by the pair of numbers, which it asks to wait for."""
        return f"whatsapp:{self._account}"


def _writer(message: Payload) -> str | None:
    """Return the address of who wrote: their number, or the id that stands for who shows none."""
    number, user = message.id_at("from"), message.id_at("from_user_id")
    if number is not None and _NUMBER.fullmatch(number):
        return f"+{number}"
    return user if "from" not in message and user is not None and USER_ID.fullmatch(user) else None


def _number_of(address: str) -> str | None:
    return address if address.startswith("+") else None


def _content(message: Payload, type_: str) -> tuple[Kind, str | None, str | None]:
    """Return the kind, the text and the pressed button of a message."""
    kind = _KINDS.get(type_, "other")
    if kind in ("other", "deletion", "reaction"):
        return kind, None, None
    if kind == "contact":
        message.objects("contacts")
        return kind, None, None
    part = message.object(type_)
    if type_ == "text":
        return kind, part.text("body"), None
    if type_ == "button":
        return kind, part.text("text"), part.text("payload")
    if type_ == "interactive":
        pressed = part.text("type") or ""
        if pressed not in ("button_reply", "list_reply"):
            return "other", None, None
        reply = part.object(pressed)
        return kind, reply.text("title"), reply.id("id")
    if type_ == "edit":
        now_reads = part.object("message")
        _, text, _ = _content(now_reads, now_reads.text("type") or "")
        return kind, text, None
    return kind, part.text("caption"), None


def _receipt(status: Payload) -> Sequence[Receipt]:
    known = _STATUSES.get(status.text("status") or "")
    if known is None:
        return ()
    errors = status.objects("errors")
    error = errors[0].id("code") if errors else None
    receipt = Receipt(
        channel="whatsapp",
        provider_id=digest_of(status.id("id")),
        status=known,
        error=error,
        key=status.text("biz_opaque_callback_data"),
        opted_out=error in {str(code) for code in OPTED_OUT},
    )
    return (receipt,)


def _form(message: OutboundMessage) -> dict[str, Any]:
    """Return the part of a request that says what is sent."""
    if not message.choices:
        return {"type": "text", "text": {"body": message.text, "preview_url": False}}
    if message.as_list:
        rows = [{"id": choice.ref, "title": choice.title} for choice in message.choices]
        action: dict[str, Any] = {"button": message.list_title, "sections": [{"rows": rows}]}
        interactive = {"type": "list", "body": {"text": message.text}, "action": action}
    else:
        buttons = [{"type": "reply", "reply": {"id": choice.ref, "title": choice.title}} for choice in message.choices]
        interactive = {"type": "button", "body": {"text": message.text}, "action": {"buttons": buttons}}
    return {"type": "interactive", "interactive": interactive}
