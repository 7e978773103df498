"""What text messages and WhatsApp by way of Twilio share: signature, forms, sending, the list of what was sent.

Twilio signs the public address and the form's fields, with the account's token as key. It knows no idempotency key;
instead it lists what was sent.
"""

import logging
import math
import re
from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, urljoin

import httpx
from starlette.datastructures import ImmutableMultiDict
from twilio.request_validator import RequestValidator

from helpline.channels.capabilities import Capabilities
from helpline.channels.http_call import call, json_answer
from helpline.channels.messages import InboundMessage, Kind, OutboundMessage, Receipt, Status
from helpline.channels.payload import digest_of, storable
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

logger = logging.getLogger(__name__)

BASE_URL = "https://api.twilio.com"
# No answer in the webhook's own response: it is sent once the assistant has it.
_EMPTY_TWIML = Acknowledgement(
    body=b'<?xml version="1.0" encoding="UTF-8"?><Response></Response>', content_type="text/xml"
)

_SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")
# A number in E.164.
NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
# The short code of a network or company.
_SHORT_CODE = re.compile(r"[1-9][0-9]{2,7}")

_STATUSES: dict[str, Status] = {
    "accepted": "accepted",
    "scheduled": "accepted",
    "queued": "accepted",
    "sending": "accepted",
    "sent": "sent",
    "delivered": "delivered",
    "partially_delivered": "delivered",
    "read": "read",
    "undelivered": "failed",
    "failed": "failed",
    "canceled": "failed",
}
# What a messaging service's own words mean (Advanced Opt-Out).
_OPT_OUT_KINDS: dict[str, Kind] = {"STOP": "stop", "START": "start", "HELP": "text"}
_OPTED_OUT = 21610
# Too many at once, in Twilio's own words: requests, a sender's queue, WhatsApp's rate.
_TOO_MANY = {20429, 21611, 63018}
# More fields than any webhook of theirs has.
_MOST_FIELDS = 500
_LISTED_A_PAGE = 50
_PAGES = 4
# The list gives times in whole seconds, and their clock is not ours.
_CLOCKS_APART = 5.0


class TwilioChannel:
    """A number of ours at Twilio.

    Args:
        channel: The channel's name.
        capabilities: What it can show.
        account_sid: The account's id.
        auth_token: The account's secret.
        sender: Our number in E.164, a short code, or the id of a messaging service.
        callback_url: Public address of the channel's webhook, where Twilio tells what became of messages.
        prefix: What Twilio writes before addresses of this channel.
        base_url: Where Twilio's API is.

    Attributes:
        addresses: What addresses of this channel look like, without their prefix.
    """

    addresses: tuple[re.Pattern[str], ...] = (NUMBER, _SHORT_CODE)

    def __init__(
        self,
        channel: str,
        capabilities: Capabilities,
        account_sid: str,
        auth_token: str,
        sender: str,
        callback_url: str,
        prefix: str = "",
        base_url: str = BASE_URL,
    ) -> None:
        self.channel = channel
        self.capabilities = capabilities
        self._auth = httpx.BasicAuth(account_sid, auth_token)
        self._validator = RequestValidator(auth_token)
        self._sender = sender
        self._by_service = sender.startswith("MG")
        self._callback_url = callback_url
        self._prefix = prefix
        self._base_url = base_url
        self._messages_url = f"{base_url}/2010-04-01/Accounts/{account_sid}/Messages.json"

    def verify(self, request: WebhookRequest) -> None:
        """Compare Twilio's signature of the address and the form; of JSON it signs a digest within the address."""
        signature = request.headers.get("x-twilio-signature", "")
        try:
            if _is_json(request):
                # The library takes a body whose digest the address does not hold for a form.
                signed = "bodySHA256" in request.query and self._validator.validate(
                    request.url, request.body.decode(), signature
                )
            else:
                signed = self._validator.validate(request.url, _form(request), signature)
        except (ValueError, TypeError, UnreadableError):  # of an empty digest the library makes a TypeError
            signed = False
        if not signed:
            raise ForgedError("Twilio's signature does not fit")

    def challenge(self, request: WebhookRequest) -> Acknowledgement | None:
        """Twilio asks nothing of the kind."""
        return None

    def acknowledgement(self, request: WebhookRequest) -> Acknowledgement:
        """Return a TwiML document that says nothing."""
        return _EMPTY_TWIML

    def read(self, request: WebhookRequest) -> Sequence[InboundMessage | Receipt]:
        """Return the message or the receipt that a form holds; JSON is told of other things than messages."""
        if _is_json(request):
            return ()
        fields = _form(request)
        sid = fields.get("MessageSid") or fields.get("SmsSid") or ""
        if not _SID.fullmatch(sid):
            return self._salvaged(fields, request.body)
        if "MessageStatus" in fields:
            status = _STATUSES.get(fields["MessageStatus"].lower())
            error = fields.get("ErrorCode", "")
            if not re.fullmatch("[0-9]{0,8}", error):
                raise UnreadableError("the error is no number")
            opted_out = error == str(_OPTED_OUT)
            return [Receipt(self.channel, sid, status, error or None, opted_out=opted_out)] if status else ()
        address = self._without_prefix(fields.get("From", ""))
        account = self._without_prefix(fields.get("To", ""))
        if address is None or account is None:
            logger.error("A message on %s was passed over: its addresses are in no documented form.", self.channel)
            return ()
        return [self.message(fields, sid, account, address)]

    def _salvaged(self, fields: Mapping[str, str], body: bytes) -> Sequence[InboundMessage]:
        """Return who wrote which words, of a form that names no message.

        Raises:
            UnreadableError: Nobody wrote, or nothing.
        """
        address, account = (self._without_prefix(fields.get(name, "")) for name in ("From", "To"))
        words = storable(fields.get("Body", ""))
        if address is None or account is None or not words.strip():
            raise UnreadableError("there is no id of a message")
        id_ = digest_of("unread", body.decode("ascii"))
        return [InboundMessage(self.channel, account, address, id_, "unread", words)]

    def message(self, fields: Mapping[str, str], sid: str, account: str, address: str) -> InboundMessage:
        """Return the message of a form; what a messaging service answered in words of its own is marked so."""
        kind, text, choice = self.content(fields)
        told = _OPT_OUT_KINDS.get(fields.get("OptOutType", "").upper())
        number = address if NUMBER.fullmatch(address) else None
        return InboundMessage(
            channel=self.channel,
            account=account,
            address=address,
            message_id=sid,
            kind=told or kind,
            text=text,
            choice=choice,
            phone_number=number,
            answered=told is not None,
        )

    def content(self, fields: Mapping[str, str]) -> tuple[Kind, str | None, str | None]:
        """Return the kind, the text and the pressed button of a form."""
        text = storable(fields.get("Body", "")) or None
        if fields.get("NumMedia", "0") != "0":
            return kind_of_file(fields.get("MediaContentType0", "")), text, None
        return "text" if text else "other", text, None

    async def send(self, client: httpx.AsyncClient, address: str, message: OutboundMessage, key: str) -> str:
        """Send a text. Twilio knows no idempotency key."""
        sender = {"MessagingServiceSid": self._sender} if self._by_service else {"From": self._prefix + self._sender}
        form = {
            "To": self._prefix + address,
            **sender,
            "Body": message.text,
            "StatusCallback": self._callback_url,
        }
        response = await call(client, "POST", self._messages_url, data=form, auth=self._auth)
        answer = json_answer(response)
        if response.is_success:
            if not isinstance(answer.get("sid"), str):
                raise UnknownOutcomeError("the answer names no message")
            return str(answer["sid"])
        raise _refusal(response.status_code, answer)

    async def sent_since(self, client: httpx.AsyncClient, address: str, since: float) -> Sequence[SentMessage] | None:
        """Return what was sent to a number, newest first.

        The list is not narrowed by date: Twilio's filter asks when a message was sent, and one that still waits to
        be sent has no such date.
        """
        asked = {"To": self._prefix + address, "PageSize": str(_LISTED_A_PAGE)}
        if not self._by_service:
            asked["From"] = self._prefix + self._sender
        url = str(httpx.URL(self._messages_url, params=asked))
        found: list[SentMessage] = []
        for _ in range(_PAGES):
            response = await call(client, "GET", url, auth=self._auth)
            answer = json_answer(response)
            listed = answer.get("messages")
            if not response.is_success or not isinstance(listed, list):
                raise SendError(f"the list of sent messages cannot be had (status {response.status_code})")
            read = [sent for each in listed if (sent := _sent(each)) is not None]
            recent = [sent for sent in read if sent.at >= math.floor(since) - _CLOCKS_APART]
            found += recent
            following = answer.get("next_page_uri")
            if not following or len(recent) < len(read):
                break
            url = urljoin(self._base_url, str(following))
            if not url.startswith(f"{self._base_url}/"):
                raise SendError("the list of sent messages goes on elsewhere")
        return found

    def rate_key(self, address: str) -> str:
        """Twilio counts by our number."""
        return f"{self.channel}:{self._sender}"

    def _without_prefix(self, address: str) -> str | None:
        """Return an address of this channel without its prefix; None for one of another, or of no number."""
        bare = address.removeprefix(self._prefix)
        known = address.startswith(self._prefix) and any(form.fullmatch(bare) for form in self.addresses)
        return bare if known else None


def kind_of_file(content_type: str) -> Kind:
    """Return what a file is, by its media type."""
    name = content_type.partition(";")[0].strip().lower()
    if name in {"text/vcard", "text/x-vcard", "text/directory"}:
        return "contact"
    kinds: dict[str, Kind] = {"image": "picture", "audio": "voice", "video": "video"}
    return kinds.get(name.partition("/")[0], "document")


def _is_json(request: WebhookRequest) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower().endswith("json")


def _form(request: WebhookRequest) -> ImmutableMultiDict[str, str]:
    try:
        pairs = parse_qsl(request.body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise UnreadableError("the form cannot be read") from None
    return ImmutableMultiDict(pairs)


def _refusal(status: int, answer: Mapping[str, Any]) -> SendError:
    code = answer.get("code")
    if code in _TOO_MANY:
        return TryLaterError(f"Twilio's error {code}")
    if status == 401:
        return TryLaterError("Twilio does not accept the account's token")
    name = str(code) if isinstance(code, int) else str(status)
    return RefusedError(f"Twilio's error {name}", name, opted_out=code == _OPTED_OUT)


def _sent(listed: Any) -> SentMessage | None:
    """Return a message of Twilio's list; None for one of which too little is told."""
    try:
        return SentMessage(
            str(listed["sid"]), str(listed["body"]), parsedate_to_datetime(listed["date_created"]).timestamp()
        )
    except (TypeError, KeyError, ValueError, AttributeError, OverflowError):
        return None
