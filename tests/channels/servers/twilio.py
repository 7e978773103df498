"""Twilio's messages on loopback: basic authentication, forms, error codes, opt-outs, the list of what was sent."""

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from tests.channels.servers.provider_server import Delivered, Fault, ProviderServer, Webhook

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "token-of-the-tests-with-32-charact"
NUMBER = "+15550100000"
SERVICE = "MG" + "0123456789abcdef" * 2
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
# Who shows no number at WhatsApp.
_USER_ID = re.compile(r"[A-Z]{2}(\.ENT)?\.[A-Za-z0-9]{1,128}")
_KNOWN = {"To", "From", "MessagingServiceSid", "Body", "StatusCallback"}
LONGEST = 1600


@dataclass
class _Listed:
    sid: str
    sender: str | None
    to: str
    body: str
    created: float
    status: str = "queued"
    direction: str = "outbound-api"
    sent: float | None = None


class TwilioServer(ProviderServer):
    """Twilio, with one account. ``prefix`` is ``whatsapp:`` for WhatsApp.

    Attributes:
        opted_out: Numbers whose owners sent STOP.
    """

    def __init__(self, prefix: str = "", numbers: Sequence[str] = (NUMBER,), **how: Any) -> None:
        super().__init__(**how)
        self.prefix = prefix
        self.numbers = set(numbers)
        self.opted_out: set[str] = set()
        self.outside_window: set[str] = set()
        self._all: list[_Listed] = []

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/2010-04-01/Accounts/{account}/Messages.json", self._create, methods=["POST"]),
            Route("/2010-04-01/Accounts/{account}/Messages.json", self._list, methods=["GET"]),
        ]

    def failure(self, fault: Fault) -> Response:
        code = {429: 20429, 503: 20503}.get(fault.status, 20500)
        body = fault.body or {"code": code, "message": "failed", "more_info": "", "status": fault.status}
        return JSONResponse(body, fault.status, dict(fault.headers))

    def too_many(self, to_one: bool) -> Response:
        return JSONResponse(_error(20429, "Too Many Requests", 429), 429, {"Retry-After": "1"})

    async def _create(self, request: Request) -> Response:
        raw = await request.body()
        if (refusal := _refuse_stranger(request)) is not None:
            return refusal

        def deliver() -> Response:
            code, reason = self._problem(request, raw)
            if code:
                self.refused.append(str(code))
                return JSONResponse(_error(code, reason, 400), 400)
            form = dict(parse_qsl(raw.decode()))
            return self.over_rate(form["To"]) or JSONResponse(self._accept(form), 201)

        return await self.take(request, deliver)

    def _problem(self, request: Request, raw: bytes) -> tuple[int, str]:
        if not request.headers["content-type"].startswith("application/x-www-form-urlencoded"):
            return 21620, "not a form"
        form = dict(parse_qsl(raw.decode(), keep_blank_values=True))
        to = form.get("To", "")
        if set(form) - _KNOWN:
            return 20001, "unknown parameters"
        if not to:
            return 21604, "A 'To' phone number is required."
        address = to.removeprefix(self.prefix)
        known = _E164.fullmatch(address) or (self.prefix and _USER_ID.fullmatch(address))
        if not to.startswith(self.prefix) or not known:
            return 21211, "Invalid 'To' Phone Number"
        if ("From" in form) == ("MessagingServiceSid" in form):
            return 21603, "A 'From' phone number is required."
        if "From" in form and form["From"] not in {self.prefix + number for number in self.numbers}:
            return 21606, "The 'From' phone number is not a valid number of this account"
        if "MessagingServiceSid" in form and form["MessagingServiceSid"] != SERVICE:
            return 21705, "The Messaging Service is not valid"
        if not form.get("Body", "").strip():
            return 21602, "Message body is required."
        if len(form["Body"].encode("utf-16-le")) // 2 > LONGEST:
            return 21617, "The concatenated message body exceeds the 1600 character limit"
        if not re.fullmatch(r"https?://[^\s/_]+/\S*", form.get("StatusCallback", "https://none/")):
            return 21609, "The 'StatusCallback' URL is not a valid URL"
        if to.removeprefix(self.prefix) in self.opted_out:
            return 21610, "Attempt to send to unsubscribed recipient"
        if to.removeprefix(self.prefix) in self.outside_window:
            return 63016, "Outside the allowed window"
        return 0, ""

    def _accept(self, form: dict[str, str]) -> dict[str, Any]:
        number = self.next_number()
        sid = f"SM{number:032x}"
        now = time.time()
        self._all.append(_Listed(sid, form.get("From"), form["To"], form["Body"], now))
        address = form["To"].removeprefix(self.prefix)
        self.delivered.append(Delivered(sid, address, form["Body"], now, request=form))
        return self._shown(self._all[-1])

    async def _list(self, request: Request) -> Response:
        if (refusal := _refuse_stranger(request) or await self.away(request)) is not None:
            return refusal
        asked = request.query_params
        page, size = int(asked.get("Page", 0)), int(asked.get("PageSize", 50))
        if not 1 <= size <= 1000:
            return JSONResponse(_error(20006, "Page size too large", 400), 400)
        until = time.time() - self.list_lag
        listed = [
            each
            for each in reversed(list(self._all))
            if each.created <= until
            and asked.get("To", each.to) == each.to
            and asked.get("From", each.sender) == each.sender
        ]
        shown = listed[page * size : (page + 1) * size]
        more = len(listed) > (page + 1) * size
        query = urlencode({**asked, "PageSize": size, "Page": page + 1, "PageToken": "PASM"})
        return JSONResponse(
            {
                "messages": [self._shown(each) for each in shown],
                "page": page,
                "page_size": size,
                "next_page_uri": f"{request.url.path}?{query}" if more else None,
                "uri": request.url.path,
            }
        )

    def _shown(self, listed: _Listed) -> dict[str, Any]:
        return {
            "sid": listed.sid,
            "account_sid": ACCOUNT,
            "messaging_service_sid": SERVICE if listed.sender is None else None,
            "from": listed.sender,
            "to": listed.to,
            "body": listed.body,
            "status": listed.status,
            "direction": listed.direction,
            "num_segments": "1",
            "num_media": "0",
            "error_code": None,
            "error_message": None,
            "date_created": _date(listed.created),
            "date_updated": _date(listed.created),
            "date_sent": _date(listed.sent) if listed.sent else None,
        }

    # What Twilio sends to us.

    def inbound(self, url: str, sender: str, text: str = "", sid: str | None = None, **fields: str) -> Webhook:
        """Return a message of somebody, and keep it in the list. Names of fields are Twilio's."""
        sid = sid or f"SM{self.next_number():032x}"
        number = sorted(self.numbers)[0]
        self._all.append(
            _Listed(sid, self.prefix + sender, self.prefix + number, text, time.time(), "received", "inbound")
        )
        form = {
            "ToCountry": "US", "ToState": "", "SmsMessageSid": sid, "NumMedia": "0", "ToCity": "", "FromZip": "",
            "SmsSid": sid, "FromState": "", "SmsStatus": "received", "FromCity": "", "Body": text,
            "FromCountry": "US", "To": self.prefix + number, "ToZip": "", "NumSegments": "1", "MessageSid": sid,
            "AccountSid": ACCOUNT, "From": self.prefix + sender, "ApiVersion": "2010-04-01", **fields,
        }  # fmt: skip
        if fields.get("OptOutType") == "STOP" or text.strip().upper() == "STOP":
            self.opted_out.add(sender)
        return signed_form(url, form)

    def receipt(self, url: str, sid: str, status: str, error: int | None = None) -> Webhook:
        """Return what Twilio tells of a message of ours, and let the list tell it too."""
        listed = next(each for each in self._all if each.sid == sid)
        listed.status = status
        if status == "sent":
            listed.sent = time.time()
        form = {
            "SmsSid": sid, "SmsStatus": status, "MessageStatus": status, "To": listed.to,
            "MessageSid": sid, "AccountSid": ACCOUNT, "From": listed.sender or "", "ApiVersion": "2010-04-01",
        }  # fmt: skip
        if error is not None:
            form["ErrorCode"] = str(error)
        return signed_form(url, form)


def signature(url: str, form: dict[str, str], token: str = TOKEN) -> str:
    """Return Twilio's signature as its documentation describes it: the address, then names and values in order."""
    signed = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def signed_form(url: str, form: dict[str, str], token: str = TOKEN) -> Webhook:
    """Return a signed form."""
    headers = {
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        "X-Twilio-Signature": signature(url, form, token),
        "I-Twilio-Idempotency-Token": hashlib.md5(url.encode()).hexdigest(),
    }
    return Webhook(url, headers, urlencode(form).encode())


def signed_json(url: str, body: bytes, token: str = TOKEN) -> Webhook:
    """Return signed JSON, whose digest is part of the address."""
    url = f"{url}{'&' if '?' in url else '?'}bodySHA256={hashlib.sha256(body).hexdigest()}"
    headers = {"Content-Type": "application/json", "X-Twilio-Signature": signature(url, {}, token)}
    return Webhook(url, headers, body)


def _error(code: int, message: str, status: int) -> dict[str, Any]:
    info = f"https://www.twilio.com/docs/errors/{code}"
    return {"code": code, "message": message, "more_info": info, "status": status}


def _refuse_stranger(request: Request) -> Response | None:
    known = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    if request.headers.get("authorization") == known and request.path_params["account"] == ACCOUNT:
        return None
    return JSONResponse(_error(20003, "Authenticate", 401), 401)


def _date(at: float) -> str:
    return format_datetime(datetime.fromtimestamp(int(at), timezone.utc))
