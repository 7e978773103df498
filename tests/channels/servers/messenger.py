"""Messenger's Send API and conversations on loopback: quick replies with their limits, the 24-hour window."""

import json
import re
import time
from datetime import datetime, timezone
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from tests.channels.servers.graph import GraphServer, error_body, signed
from tests.channels.servers.provider_server import Delivered, Webhook

PAGE_ID = "270177159505342"
LONGEST = 2000


class MessengerServer(GraphServer):
    """Messenger, with one page of ours.

    Attributes:
        blocked: People who block the page.
    """

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self.blocked: set[str] = set()
        self._said: list[Delivered] = []

    def routes(self) -> list[BaseRoute]:
        return [
            Route(f"/{self.version}/{PAGE_ID}/messages", self._send, methods=["POST"]),
            Route(f"/{self.version}/{PAGE_ID}/conversations", self._conversations, methods=["GET"]),
        ]

    def too_many(self, to_one: bool) -> Response:
        usage = {PAGE_ID: [{"type": "messenger", "call_count": 100, "estimated_time_to_regain_access": 1}]}
        headers = {"X-Business-Use-Case-Usage": json.dumps(usage)}
        return JSONResponse(error_body(613, "Calls to this API have exceeded the rate limit"), 400, headers)

    async def _send(self, request: Request) -> Response:
        raw = await request.body()
        if (refusal := self.stranger(request)) is not None:
            return refusal

        def deliver() -> Response:
            try:
                body = json.loads(raw)
                address = body["recipient"]["id"]
                text = body["message"]["text"]
                problem = _problem(body)
            except (ValueError, KeyError, TypeError, AttributeError):
                return self.refuse(100, "Invalid parameter")
            if problem:
                return self.refuse(100, problem)
            if not re.fullmatch(r"[0-9]{5,30}", address):
                return self.refuse(100, "No matching user found", error_subcode=2018001)
            if address in self.outside_window:
                return self.refuse(10, "This message is sent outside of allowed window.", 403, error_subcode=2018278)
            if address in self.blocked:
                return self.refuse(551, "This person isn't available right now.", error_subcode=1545041)
            if (late := self.over_rate(address)) is not None:
                return late
            mid = f"m_{self.next_number():040x}"
            replies = tuple((each["payload"], each["title"]) for each in body["message"].get("quick_replies", ()))
            self.delivered.append(Delivered(mid, address, text, time.time(), replies, body))
            return JSONResponse({"recipient_id": address, "message_id": mid})

        return await self.take(request, deliver)

    async def _conversations(self, request: Request) -> Response:
        if (refusal := self.stranger(request) or await self.away(request)) is not None:
            return refusal
        asked = request.query_params
        limited = re.fullmatch(r"messages\.limit\((\d+)\)\{id,message,created_time,from\}", asked.get("fields", ""))
        if asked.get("platform") != "messenger" or not limited or not asked.get("user_id"):
            return JSONResponse(error_body(100, "Invalid parameter"), 400)
        person = asked["user_id"]
        said = [(each, PAGE_ID) for each in self.listed(person)]
        said += [(each, person) for each in self._said if each.address == person]
        said.sort(key=lambda each: -each[0].at)
        listed = [
            {"id": each.id, "message": each.text, "created_time": _date(each.at), "from": {"id": by, "name": "N"}}
            for each, by in said[: int(limited[1])]
        ]
        if not listed:
            return JSONResponse({"data": []})
        return JSONResponse({"data": [{"id": "t_10221823", "messages": {"data": listed, "paging": {}}}]})

    # What Messenger sends to us.

    def inbound(self, url: str, sender: str, text: str | None = None, mid: str | None = None, **fields: Any) -> Webhook:
        """Return a message of somebody. ``fields`` are further ones of the message."""
        mid = mid or f"m_{self.next_number():040x}"
        message = {"mid": mid, **({"text": text} if text is not None else {}), **fields}
        self._said.append(Delivered(mid, sender, text or "", time.time()))
        return self.event(url, sender, message=message)

    def event(self, url: str, sender: str, **content: Any) -> Webhook:
        """Return an event of somebody: a message, a postback, a reaction, an edit, a receipt."""
        whole = {"sender": {"id": sender}, "recipient": {"id": PAGE_ID}, "timestamp": int(time.time() * 1000)}
        return signed(url, page({**whole, **content}))

    def receipt(self, url: str, mid: str) -> Webhook:
        """Return that a message of ours arrived."""
        of = next(each for each in self.delivered if each.id == mid)
        return self.event(url, of.address, delivery={"mids": [mid], "watermark": int(time.time() * 1000)})


def page(*events: dict[str, Any]) -> dict[str, Any]:
    """Return a webhook's payload around events."""
    return {"object": "page", "entry": [{"id": PAGE_ID, "time": int(time.time() * 1000), "messaging": list(events)}]}


def _problem(body: dict[str, Any]) -> str | None:
    message = body["message"]
    if set(body) != {"recipient", "messaging_type", "message"} or body["messaging_type"] != "RESPONSE":
        return "unknown parameters"
    if set(message) - {"text", "quick_replies"}:
        return "unknown parameters of the message"
    if not 1 <= len(message["text"]) <= LONGEST:
        return "Length of param message[text] must be less than or equal to 2000"
    replies = message.get("quick_replies")
    if replies is None:
        return None
    if not 1 <= len(replies) <= 13:
        return "there are 1 to 13 quick replies"
    for each in replies:
        if each["content_type"] != "text" or not 1 <= len(each["title"]) <= 20 or not 1 <= len(each["payload"]) <= 1000:
            return "a quick reply has a title of 1 to 20 and a payload of 1 to 1000 characters"
    return None


def _date(at: float) -> str:
    return datetime.fromtimestamp(int(at), timezone.utc).strftime("%Y-%m-%dT%H:%M:%S+0000")
