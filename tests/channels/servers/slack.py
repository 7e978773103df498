"""Slack's Web API on loopback: posting with its limits, history, errors within answers of status 200."""

import hashlib
import hmac
import html
import json
import re
import time
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from tests.channels.servers.provider_server import Delivered, Fault, ProviderServer, Webhook

BOT_TOKEN = "xoxb-1234567890-token-of-the-tests"
SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TEAM = "T0001"
BOT = "B0HELPLINE"
LONGEST = 40_000
_KNOWN = {"channel", "text", "mrkdwn", "unfurl_links", "unfurl_media", "metadata", "attachments"}


class SlackServer(ProviderServer):
    """Slack, with one workspace, in which our app is installed.

    Attributes:
        unknown: Direct messages that are not there.
    """

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self.unknown: set[str] = set()
        self._typed: list[dict[str, Any]] = []

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/api/chat.postMessage", self._post, methods=["POST"]),
            Route("/api/conversations.history", self._history, methods=["POST"]),
        ]

    def failure(self, fault: Fault) -> Response:
        body = fault.body or {"ok": False, "error": "service_unavailable"}
        return JSONResponse(body, fault.status, dict(fault.headers))

    def too_many(self, to_one: bool) -> Response:
        return JSONResponse({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": "1"})

    async def _post(self, request: Request) -> Response:
        raw = await request.body()
        if (refusal := _stranger(request)) is not None:
            return refusal

        def deliver() -> Response:
            try:
                body = json.loads(raw)
                problem, buttons = self._problem(body)
            except (ValueError, KeyError, TypeError, AttributeError):
                problem, buttons = "invalid_arguments", ()
            if problem:
                self.refused.append(problem)
                return JSONResponse({"ok": False, "error": problem})
            if (late := self.over_rate(body["channel"])) is not None:
                return late
            now = time.time()
            ts = f"{int(now)}.{self.next_number():06d}"
            seen = html.unescape(body["text"])
            self.delivered.append(Delivered(ts, body["channel"], seen, now, buttons, body))
            return JSONResponse({"ok": True, "channel": body["channel"], "ts": ts, "message": {"text": body["text"]}})

        return await self.take(request, deliver)

    def _problem(self, body: dict[str, Any]) -> tuple[str | None, tuple[tuple[str, str], ...]]:
        text = body.get("text", "")
        if set(body) - _KNOWN:
            return "invalid_arguments", ()
        if not re.fullmatch(r"D[A-Z0-9]+", body["channel"]) or body["channel"] in self.unknown:
            return "channel_not_found", ()
        if not text.strip():
            return "no_text", ()
        if len(text) > LONGEST:
            return "msg_too_long", ()
        # What is not escaped would be read as mark-up.
        if re.search(r"[<>]|&(?!(?:amp|lt|gt);)", text) or body["mrkdwn"] is not False:
            return "text_with_mark_up", ()
        metadata = body["metadata"]
        if not isinstance(metadata["event_type"], str) or not isinstance(metadata["event_payload"], dict):
            return "invalid_metadata_format", ()
        blocks = [block for attachment in body.get("attachments", ()) for block in attachment["blocks"]]
        elements = [element for block in blocks for element in block["elements"]]
        for block in blocks:
            if block["type"] != "actions" or not 1 <= len(block["elements"]) <= 25:
                return "invalid_attachments", ()
        for element in elements:
            label = element["text"]
            fits = 1 <= len(label["text"]) <= 75 and 1 <= len(element["value"]) <= 2000
            if element["type"] != "button" or label["type"] != "plain_text" or not fits:
                return "invalid_attachments", ()
        if len({element["action_id"] for element in elements}) < len(elements):
            return "invalid_attachments", ()
        return None, tuple((element["value"], element["text"]["text"]) for element in elements)

    async def _history(self, request: Request) -> Response:
        asked = dict(parse_qsl((await request.body()).decode()))
        if (refusal := _stranger(request) or await self.away(request)) is not None:
            return refusal
        if asked["channel"] in self.unknown:
            return JSONResponse({"ok": False, "error": "channel_not_found"})
        ours = [
            {
                "type": "message", "bot_id": BOT, "user": "U0HELPLINE", "ts": each.id,
                # Slack writes addresses as links when it keeps a message.
                "text": re.sub(r"(https?://[^\s<>]+[^\s<>.,])", r"<\1>", each.request["text"]),
                **({"metadata": each.request["metadata"]} if asked.get("include_all_metadata") == "true" else {}),
            }
            for each in self.listed(asked["channel"])
        ]  # fmt: skip
        others = [each for each in self._typed if each["channel"] == asked["channel"]]
        recent = [each for each in ours + others if float(each["ts"]) > float(asked.get("oldest", 0))]
        recent.sort(key=lambda each: -float(each["ts"]))
        limit = int(asked.get("limit", 100))
        return JSONResponse({"ok": True, "messages": recent[:limit], "has_more": len(recent) > limit})

    # What Slack sends to us.

    def inbound(
        self, url: str, sender: str, text: str | None = None, event_id: str | None = None, **fields: Any
    ) -> Webhook:
        """Return what somebody typed in the direct message ``sender``. ``fields`` are further ones of the event."""
        now = time.time()
        ts = f"{int(now)}.{self.next_number():06d}"
        message = {
            "type": "message", "channel": sender, "channel_type": "im", "user": "U" + sender[1:], "ts": ts,
            "event_ts": ts, **({"text": text} if text is not None else {}), **fields,
        }  # fmt: skip
        self._typed.append(message)
        return self.event(url, message, event_id)

    def event(self, url: str, event: dict[str, Any], event_id: str | None = None, at: float | None = None) -> Webhook:
        """Return a signed event."""
        body = {
            "token": "deprecated", "team_id": TEAM, "api_app_id": "A0001", "type": "event_callback",
            "event_id": event_id or f"Ev{self.next_number():08d}", "event_time": int(time.time()), "event": event,
        }  # fmt: skip
        return signed(url, json.dumps(body).encode(), at=at)

    def press(self, url: str, sender: str, sent: Delivered, ref: str) -> Webhook:
        """Return that somebody pressed a button below a message of ours."""
        blocks = sent.request["attachments"][0]["blocks"]
        element = next(each for each in blocks[0]["elements"] if each["value"] == ref)
        action_ts = f"{int(time.time())}.{self.next_number():06d}"
        payload = {
            "type": "block_actions", "team": {"id": TEAM, "domain": "helpline"}, "user": {"id": "U" + sender[1:]},
            "api_app_id": "A0001", "token": "deprecated", "trigger_id": "1.2.3",
            "container": {"type": "message_attachment", "message_ts": sent.id, "channel_id": sender},
            "channel": {"id": sender, "name": "directmessage"},
            "message": {"type": "message", "bot_id": BOT, "ts": sent.id, "text": sent.request["text"]},
            "actions": [{**element, "block_id": "b1", "action_ts": action_ts}],
        }  # fmt: skip
        return interaction(url, payload)


def interaction(url: str, payload: dict[str, Any]) -> Webhook:
    """Return a signed form with what somebody did to a message."""
    return signed(url, urlencode({"payload": json.dumps(payload)}).encode(), "application/x-www-form-urlencoded")


def signed(
    url: str, body: bytes, content_type: str = "application/json", at: float | None = None, secret: str = SIGNING_SECRET
) -> Webhook:
    """Return a webhook signed as Slack's documentation says: version, time and body, with colons between."""
    moment = str(int(time.time() if at is None else at))
    mac = hmac.new(secret.encode(), b"v0:" + moment.encode() + b":" + body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": content_type, "X-Slack-Request-Timestamp": moment, "X-Slack-Signature": f"v0={mac}"}
    return Webhook(url, headers, body)


def _stranger(request: Request) -> Response | None:
    if request.headers.get("authorization") == f"Bearer {BOT_TOKEN}":
        return None
    return JSONResponse({"ok": False, "error": "invalid_auth"})
