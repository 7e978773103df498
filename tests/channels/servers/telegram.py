"""Telegram's Bot API on loopback: limits of texts and buttons, people who block the bot, waits in seconds."""

import json
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from tests.channels.servers.provider_server import Delivered, Fault, ProviderServer, Webhook

BOT_TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
WEBHOOK_SECRET = "webhook-secret-of-the-tests"
LONGEST = 4096
_KNOWN = {"chat_id", "text", "link_preview_options", "reply_markup", "parse_mode"}


class TelegramServer(ProviderServer):
    """Telegram, with one bot.

    Attributes:
        blocked: Chats whose people block the bot.
        unknown: Chats that never began.
    """

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self.blocked: set[str] = set()
        self.unknown: set[str] = set()

    def routes(self) -> list[BaseRoute]:
        return [Route("/bot{token}/sendMessage", self._send, methods=["POST"])]

    def failure(self, fault: Fault) -> Response:
        body = fault.body or error_body(fault.status, "Internal Server Error")
        return JSONResponse(body, fault.status, dict(fault.headers))

    def too_many(self, to_one: bool) -> Response:
        body = error_body(429, "Too Many Requests: retry after 1", parameters={"retry_after": 1})
        return JSONResponse(body, 429)

    async def _send(self, request: Request) -> Response:
        raw = await request.body()
        if request.path_params["token"] != BOT_TOKEN:
            return JSONResponse(error_body(401, "Unauthorized"), 401)

        def deliver() -> Response:
            try:
                body = json.loads(raw)
                code, problem, buttons = self._problem(body)
            except (ValueError, KeyError, TypeError, AttributeError):
                code, problem, buttons = 400, "Bad Request: can't parse", ()
            if code:
                self.refused.append(problem)
                return JSONResponse(error_body(code, problem), code)
            chat = str(body["chat_id"])
            if (late := self.over_rate(chat)) is not None:
                return late
            number = self.next_number()
            self.delivered.append(Delivered(str(number), chat, body["text"], time.time(), buttons, body))
            result = {"message_id": number, "date": int(time.time()), "chat": _chat(chat), "text": body["text"]}
            return JSONResponse({"ok": True, "result": result})

        return await self.take(request, deliver)

    def _problem(self, body: dict[str, Any]) -> tuple[int, str, tuple[tuple[str, str], ...]]:
        chat = str(body["chat_id"])
        if set(body) - _KNOWN or "parse_mode" in body:
            return 400, "Bad Request: unknown parameters", ()
        if not chat.isdigit() or chat in self.unknown:
            return 400, "Bad Request: chat not found", ()
        if chat in self.blocked:
            return 403, "Forbidden: bot was blocked by the user", ()
        if not body["text"].strip():
            return 400, "Bad Request: message text is empty", ()
        if len(body["text"].encode("utf-16-le")) // 2 > LONGEST:
            return 400, "Bad Request: message is too long", ()
        rows = body.get("reply_markup", {}).get("inline_keyboard", [])
        buttons = [button for row in rows for button in row]
        if len(buttons) > 100 or any(len(row) > 8 for row in rows):
            return 400, "Bad Request: reply markup is too long", ()
        if not all(1 <= len(button["callback_data"].encode()) <= 64 for button in buttons):
            return 400, "Bad Request: BUTTON_DATA_INVALID", ()
        if not all(button["text"].strip() for button in buttons):
            return 400, "Bad Request: can't parse inline keyboard button: Text buttons are unallowed", ()
        return 0, "", tuple((button["callback_data"], button["text"]) for button in buttons)

    # What Telegram sends to us.

    def inbound(
        self, url: str, sender: str, text: str | None = None, update_id: int | None = None, **fields: Any
    ) -> Webhook:
        """Return a message in a private chat. ``fields`` are further ones of the message."""
        content = {"text": text} if text is not None else {}
        return self.update(url, update_id, message=self.message(sender, **content, **fields))

    def message(self, sender: str, **fields: Any) -> dict[str, Any]:
        """Return a message as Telegram shows it."""
        return {
            "message_id": self.next_number(),
            "from": {"id": int(sender), "is_bot": False, "first_name": "Somebody", "language_code": "en"},
            "chat": _chat(sender),
            "date": int(time.time()),
            **fields,
        }

    def press(self, url: str, sender: str, sent: Delivered, ref: str, update_id: int | None = None) -> Webhook:
        """Return that somebody pressed a button below a message of ours."""
        message = {
            "message_id": int(sent.id), "date": int(sent.at), "chat": _chat(sender), "text": sent.text,
            "from": {"id": 110201543, "is_bot": True, "first_name": "Helpline", "username": "helpline_bot"},
            "reply_markup": sent.request["reply_markup"],
        }  # fmt: skip
        person = {"id": int(sender), "is_bot": False, "first_name": "Somebody"}
        query = {
            "id": str(4382 + self.next_number()),
            "from": person,
            "message": message,
            "chat_instance": "-1",
            "data": ref,
        }
        return self.update(url, update_id, callback_query=query)

    def update(self, url: str, update_id: int | None = None, **content: Any) -> Webhook:
        """Return an update with the webhook's secret."""
        body = {"update_id": update_id if update_id is not None else 727_000_000 + self.next_number(), **content}
        headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": WEBHOOK_SECRET}
        return Webhook(url, headers, json.dumps(body).encode())


def error_body(code: int, description: str, **more: Any) -> dict[str, Any]:
    """Return an error as the Bot API words it."""
    return {"ok": False, "error_code": code, "description": description, **more}


def _chat(id_: str) -> dict[str, Any]:
    return {"id": int(id_), "type": "private", "first_name": "Somebody"}
