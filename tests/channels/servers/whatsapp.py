"""WhatsApp's Cloud API on loopback: texts, buttons, lists with their limits, the 24-hour window, receipts."""

import base64
import json
import re
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from tests.channels.servers.graph import GraphServer, error_body, signed
from tests.channels.servers.provider_server import Delivered, Webhook

PHONE_NUMBER_ID = "106540352242922"
_KNOWN = {
    "messaging_product", "recipient_type", "to", "recipient", "type", "text", "interactive", "biz_opaque_callback_data"
}  # fmt: skip


class WhatsAppServer(GraphServer):
    """WhatsApp, with one number of ours."""

    def routes(self) -> list[BaseRoute]:
        return [Route(f"/{self.version}/{PHONE_NUMBER_ID}/messages", self._send, methods=["POST"])]

    def too_many(self, to_one: bool) -> Response:
        code, title = (131056, "Pair rate limit hit") if to_one else (130429, "Rate limit hit")
        return JSONResponse(error_body(code, title), 400)

    async def _send(self, request: Request) -> Response:
        raw = await request.body()
        if (refusal := self.stranger(request)) is not None:
            return refusal

        def deliver() -> Response:
            try:
                body = json.loads(raw)
                problem, text, buttons = _problem(body)
            except (ValueError, KeyError, TypeError, AttributeError):
                return self.refuse(100, "Invalid parameter")
            if problem:
                return self.refuse(131009, problem)
            address = f"+{body['to']}" if "to" in body else body["recipient"]
            if address in self.outside_window:
                return self.refuse(131047, "Re-engagement message")
            if (late := self.over_rate(address)) is not None:
                return late
            wamid = make_id(address, self.next_number())
            self.delivered.append(Delivered(wamid, address, text, time.time(), buttons, body))
            contact = {"input": address, "wa_id": address.removeprefix("+")}
            answer = {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": wamid}]}
            return JSONResponse(answer)

        return await self.take(request, deliver)

    # What WhatsApp sends to us.

    def inbound(
        self, url: str, sender: str, text: str | None = None, wamid: str | None = None, at: float | None = None,
        **message: Any,
    ) -> Webhook:  # fmt: skip
        """Return a message of somebody: a text, or the fields of a message of another type."""
        content = ({"type": "text", "text": {"body": text}} if text is not None else {}) | message
        named = {"from": sender.removeprefix("+")} if sender.startswith("+") else {"from_user_id": sender}
        whole = {
            **named,
            "id": wamid or make_id(sender, self.next_number()),
            "timestamp": str(int(time.time() if at is None else at)),
            **content,
        }
        contacts = [{"profile": {"name": "Somebody"}, "wa_id": sender.removeprefix("+")}]
        return signed(url, change({"contacts": contacts, "messages": [whole]}))

    def receipt(self, url: str, wamid: str, status: str, error: int | None = None) -> Webhook:
        """Return what WhatsApp tells of a message of ours."""
        of = next(each for each in self.delivered if each.id == wamid)
        told: dict[str, Any] = {
            "id": wamid, "status": status, "timestamp": str(int(time.time())), "recipient_id": of.address.strip("+"),
            "biz_opaque_callback_data": of.request.get("biz_opaque_callback_data"),
        }  # fmt: skip
        if error is not None:
            told["errors"] = [{"code": error, "title": "failed", "message": "failed"}]
        return signed(url, change({"statuses": [told]}))


def change(value: dict[str, Any], field: str = "messages", number: str = PHONE_NUMBER_ID) -> dict[str, Any]:
    """Return a webhook's payload around what changed."""
    metadata = {"display_phone_number": "15550783881", "phone_number_id": number}
    whole = {"messaging_product": "whatsapp", "metadata": metadata, **value}
    entry = {"id": "102290129340398", "changes": [{"value": whole, "field": field}]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def make_id(address: str, number: int) -> str:
    """Return an id as WhatsApp makes them: of the person's number."""
    inner = b"\x1c\x18\x0b" + address.strip("+").encode() + b"\x15\x02" + f"{number:020x}".encode()
    return "wamid." + base64.b64encode(inner).decode()


def _problem(body: dict[str, Any]) -> tuple[str | None, str, tuple[tuple[str, str], ...]]:
    """Return what WhatsApp does not take of a request, what it says, and its buttons."""
    if body.get("messaging_product") != "whatsapp" or set(body) - _KNOWN or ("to" in body) == ("recipient" in body):
        return "unknown parameters", "", ()
    if not re.fullmatch(r"[1-9][0-9]{6,14}", body.get("to", "1234567")):
        return "to is not a number", "", ()
    if len(body.get("biz_opaque_callback_data", "")) > 512:
        return "biz_opaque_callback_data is too long", "", ()
    if body["type"] == "text":
        text = body["text"]["body"]
        return _length("text", text, 4096), text, ()
    interactive = body["interactive"]
    text = interactive["body"]["text"]
    action = interactive["action"]
    problems = [_length("body", text, 1024 if interactive["type"] == "button" else 4096)]
    if body["type"] != "interactive" or interactive["type"] not in ("button", "list"):
        problems.append("type")
    if interactive["type"] == "button":
        replies = [each["reply"] for each in action["buttons"] if each["type"] == "reply"]
        most, longest_title, longest_id, counted = 3, 20, 256, len(action["buttons"])
    else:
        [section] = action["sections"]
        replies = section["rows"]
        most, longest_title, longest_id, counted = 10, 24, 200, len(replies)
        problems.append(_length("button", action["button"], 20))
    if not 1 <= counted <= most or len(replies) != counted:
        problems.append("too many or too few buttons")
    problems += [_length("title", each["title"], longest_title) for each in replies]
    problems += [_length("id", each["id"], longest_id) for each in replies]
    if len({each["title"] for each in replies}) < counted or len({each["id"] for each in replies}) < counted:
        problems.append("buttons are not unique")
    buttons = tuple((each["id"], each["title"]) for each in replies)
    return next((each for each in problems if each), None), text, buttons


def _length(name: str, text: str, most: int) -> str | None:
    return None if 1 <= len(text) <= most and text.strip() else f"{name} must have 1 to {most} characters"
