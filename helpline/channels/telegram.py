"""Telegram: a bot's private chats. Texts are sent without a mark-up, so that nothing in them needs an escape."""

import hmac
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from helpline.channels.capabilities import TELEGRAM, Capabilities
from helpline.channels.http_call import LOST_SIGHT_WITHOUT_LIST, asked_to_wait, call, json_answer
from helpline.channels.messages import InboundMessage, Kind, OutboundMessage, Receipt
from helpline.channels.payload import Payload, read_json
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

BASE_URL = "https://api.telegram.org"
# A command, to this bot or another, and what stands behind it.
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)
# In the order in which they are looked for: an animation has a document beside it, a venue a location.
_KINDS: dict[str, Kind] = {
    "sticker": "sticker",
    "voice": "voice",
    "audio": "voice",
    "video": "video",
    "video_note": "video",
    "animation": "video",
    "photo": "picture",
    "document": "document",
    "contact": "contact",
    "venue": "location",
    "location": "location",
}
# Of what a person may do in a private chat, what says something; the rest is told of the chat.
_OTHER = ("poll", "dice", "game", "story", "paid_media", "checklist", "invoice", "gift", "unique_gift", "passport_data")
# Groups and channels have negative ids.
_PRIVATE = re.compile(r"[0-9]{1,19}")
_BLOCKED = "bot was blocked by the user"


class Telegram:
    """A bot of ours.

    Args:
        bot_token: What we send with; the bot's id stands before its colon.
        webhook_secret: What Telegram sends with each webhook.
        base_url: Where the Bot API is.
    """

    channel = "telegram"
    capabilities: Capabilities = TELEGRAM

    def __init__(self, bot_token: str, webhook_secret: str, base_url: str = BASE_URL) -> None:
        self._bot_id = bot_token.partition(":")[0]
        self._secret = webhook_secret.encode()
        self._url = f"{base_url}/bot{bot_token}"

    def verify(self, request: WebhookRequest) -> None:
        """Compare the secret; Telegram signs nothing."""
        told = request.headers.get("x-telegram-bot-api-secret-token", "").encode("utf-8", "replace")
        if not hmac.compare_digest(self._secret, told):
            raise ForgedError("Telegram's secret does not fit")

    def challenge(self, request: WebhookRequest) -> Acknowledgement | None:
        """Telegram asks nothing of the kind."""
        return None

    def acknowledgement(self, request: WebhookRequest) -> Acknowledgement:
        """Return an empty answer; after a pressed button, the call that ends its waiting mark."""
        try:
            pressed = read_json(request.body).object("callback_query").id("id")
        except UnreadableError:
            return Acknowledgement()
        answer = {"method": "answerCallbackQuery", "callback_query_id": pressed}
        return Acknowledgement(body=json.dumps(answer).encode(), content_type="application/json")

    def read(self, request: WebhookRequest) -> Sequence[InboundMessage | Receipt]:
        """Return the message of an update; nothing of groups, channels and bots."""
        update = read_json(request.body)
        try:
            update_id, said = update.id("update_id"), self._said(update)
        except UnreadableError:
            if (unread := self._salvaged(update)) is None:
                raise
            return [unread]
        if said is None:
            return ()
        chat, kind, text, choice = said
        id_, sent_at = f"update.{update_id}", _written_at(update)
        return [InboundMessage(self.channel, self._bot_id, chat, id_, kind, text, choice, sent_at=sent_at)]

    def _said(self, update: Payload) -> tuple[str, Kind, str | None, str | None] | None:
        """Return the chat, the kind, the text and the pressed button; None where nothing is for us."""
        if "message" in update:
            message = update.object("message")
            chat, content = _private_chat(message, "from"), _content(message)
            return (chat, *content) if chat and content else None
        if "edited_message" in update:
            edited = update.object("edited_message")
            chat = _private_chat(edited, "from")
            # A location that is shared live is edited as somebody moves.
            if chat is None or "location" in edited:
                return None
            text = edited.text("text") or edited.text("caption")
            return chat, "edit", text, None
        if "callback_query" in update:
            return _pressed(update.object("callback_query"))
        if "message_reaction" in update:
            reaction = update.object("message_reaction")
            chat = _private_chat(reaction, "user")
            return (chat, "reaction", None, None) if chat else None
        if "my_chat_member" in update:
            change = update.object("my_chat_member")
            chat = _private_chat(change, "from")
            blocked = change.object("new_chat_member").text("status") == "kicked"
            return (chat, "stop", None, None) if chat and blocked else None
        return None

    def _salvaged(self, update: Payload) -> InboundMessage | None:
        """Return who wrote which words in a private chat, of an update that cannot be read."""
        for name in ("message", "edited_message"):
            chat = update.id_at(name, "chat", "id")
            if chat is not None and _PRIVATE.fullmatch(chat):
                return update.object(name).salvaged(self.channel, self._bot_id, chat)
        return None

    async def send(self, client: httpx.AsyncClient, address: str, message: OutboundMessage, key: str) -> str:
        """Send a text with buttons below it. The Bot API knows no idempotency key."""
        body: dict[str, Any] = {
            "chat_id": address,
            "text": message.text,
            "link_preview_options": {"is_disabled": True},
        }
        if message.choices:
            rows = [[{"text": choice.title, "callback_data": choice.ref}] for choice in message.choices]
            body["reply_markup"] = {"inline_keyboard": rows}
        url = f"{self._url}/sendMessage"
        response = await call(client, "POST", url, _retry_after, LOST_SIGHT_WITHOUT_LIST, json=body)
        answer = json_answer(response)
        if not response.is_success or answer.get("ok") is not True:
            raise _refusal(response, answer)
        sent = answer.get("result")
        if not isinstance(sent, dict) or not isinstance(sent.get("message_id"), int):
            raise UnknownOutcomeError("the answer names no message")
        return str(sent["message_id"])

    async def sent_since(self, client: httpx.AsyncClient, address: str, since: float) -> Sequence[SentMessage] | None:
        """The Bot API keeps no list."""
        return None

    def rate_key(self, address: str) -> str:
        """Telegram counts by the chat: about one message a second."""
        return f"telegram:{address}"


def _private_chat(message: Payload, sender: str) -> str | None:
    """Return the id of the private chat that a person wrote in; None for other chats, and for bots."""
    chat = message.object("chat")
    if chat.text("type") != "private" or message.object_or_empty(sender).flag("is_bot"):
        return None
    id_ = chat.id("id")
    if not _PRIVATE.fullmatch(id_):
        raise UnreadableError("a private chat has an id that is no person's")
    return id_


def _written_at(update: Payload) -> float | None:
    """Return when an update came about; None for a pressed button, of which Telegram tells no time."""
    for name in ("message", "edited_message", "message_reaction", "my_chat_member"):
        if name in update:
            part = update.object(name)
            return part.time("edit_date") or part.time("date")
    return None


def _content(message: Payload) -> tuple[Kind, str | None, str | None] | None:
    text = message.text("text")
    if text is not None:
        command = _COMMAND.fullmatch(text)
        if command is None:
            return "text", text, None
        name, behind = command[1].lower(), command[2]
        if name == "start":
            return "start", None, None
        if name == "stop":
            return "stop", text, None
        return "text", f"{name} {behind}" if behind else name, None
    for field, kind in _KINDS.items():
        if field in message:
            return kind, message.text("caption"), None
    return ("other", None, None) if any(field in message for field in _OTHER) else None


def _pressed(query: Payload) -> tuple[str, Kind, str | None, str | None] | None:
    """Return what a pressed button says; a button in a message that is not from a chat says nothing."""
    if "message" not in query or query.object("from").flag("is_bot"):
        return None
    message = query.object("message")
    chat = _private_chat(message, "nobody")
    data = query.text("data")
    if chat is None or data is None:
        return None
    return chat, "choice", _title(message, data), data


def _title(message: Payload, data: str) -> str | None:
    """Return what the pressed button said, as long as Telegram still knows its message."""
    for button in message.object_or_empty("reply_markup").rows("inline_keyboard"):
        if button.text("callback_data") == data:
            return button.text("text")
    return None


def _retry_after(response: httpx.Response) -> float | None:
    parameters = json_answer(response).get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    if isinstance(seconds, int) and not isinstance(seconds, bool) and 0 <= seconds < 1_000_000:
        return float(seconds)
    return asked_to_wait(response)


def _refusal(response: httpx.Response, answer: Mapping[str, Any]) -> SendError:
    code = answer.get("error_code", response.status_code)
    if code == 429:
        return TryLaterError("Telegram's error 429", _retry_after(response))
    # An unknown token is not found: it is part of the address.
    if code in (401, 404):
        return TryLaterError("Telegram does not accept the bot's token")
    blocked = code == 403 and _BLOCKED in str(answer.get("description", ""))
    return RefusedError(f"Telegram's error {code}", str(code), opted_out=blocked)
