"""The Rasa input channel ``website``: its routes. What each takes and gives is in its OpenAPI document."""

import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from helpline.channels.website import body
from helpline.channels.website.addresses import Addresses
from helpline.channels.website.bundle import Bundle
from helpline.channels.website.contacts import load_links
from helpline.channels.website.edge import Edge
from helpline.channels.website.fallback import PRIVATE_HEADERS, Fallback
from helpline.channels.website.limits import make_limits
from helpline.channels.website.messages import Messages
from helpline.channels.website.offers import Offers
from helpline.channels.website.origins import Origins
from helpline.channels.website.refusal import SESSION_EXPIRED, UNAVAILABLE, Refusal
from helpline.channels.website.sessions import Session, Sessions
from helpline.channels.website.static import serve
from helpline.channels.website.turns import CHANNEL, Turns
from helpline.channels.website.wording import load_wording
from helpline.secrets import secret_file
from helpline.settings import ROOT, Settings, load_settings


class WebsiteInput(InputChannel):
    """The chat on the website.

    Args:
        settings: The settings.
        secret: Secret of sessions and references.
        root: The project, with its wording, contacts and the widget's build.
    """

    def __init__(self, settings: Settings, secret: str, root: Path = ROOT) -> None:
        wording = load_wording(root / "data" / "responses" / "website.yml")
        offers = Offers(secret)
        self._settings = settings
        self._too_long = wording.of("utter_website_too_long")
        self._fallback = Fallback(wording)
        self._sessions = Sessions(secret, settings.session_minutes)
        self._origins = Origins(settings.allowed_origins)
        self._addresses = Addresses(settings.trusted_proxies)
        self._bundle = Bundle(root / "widget" / "dist")
        self._messages = Messages(
            offers, load_links(root / "content" / "contacts.yml"), wording.of("utter_website_no_answer")
        )
        self._limits = make_limits(settings, secret)
        self._app: Sanic | None = None
        self._turns = Turns(self._agent, self._sessions, offers, self._messages, settings.reply_timeout)

    @classmethod
    def name(cls) -> str:
        """Return the part of the path that leads here, and the conversations' input channel."""
        return CHANNEL

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> "WebsiteInput":
        """Build the channel from the settings; credentials.yml only names it."""
        settings = load_settings()
        return cls(settings, settings.session_secret or secret_file("session.secret"))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the routes.

        ``on_new_message`` is not used: it takes the conversation's lock by itself, and we hold that lock
        while we look whether a message was answered already (turns.py).
        """
        blueprint = Blueprint("website_channel")
        edge = Edge(blueprint, self._origins, self._fallback)
        edge.add("/sessions", "POST", self._open_session)
        edge.add("/conversation", "GET", self._read_conversation)
        edge.add("/messages", "POST", self._take_message)
        edge.add("/session", "DELETE", self._end_session)
        edge.add("/health", "GET", self._health)

        async def show(request: Request, name: str = "") -> HTTPResponse:
            return serve(self._bundle, request, name)

        blueprint.add_route(show, "/", methods=["GET", "HEAD"], name="demo")
        blueprint.add_route(show, "/<name:path>", methods=["GET", "HEAD"], name="file")
        blueprint.listener("before_server_start")(self._start)
        blueprint.listener("after_server_stop")(self._stop)
        return blueprint

    async def _open_session(self, request: Request) -> HTTPResponse:
        await self._limits.spend("address sessions", self._address(request))
        body.check_empty(await self._body(request))
        now = time.time()
        session, token = self._sessions.open(now)
        messages = await self._turns.greet(session)
        left = self._sessions.expires_in(session, now, now)
        return _json({"token": token, "expires_in": left, "messages": messages}, 201)

    async def _read_conversation(self, request: Request) -> HTTPResponse:
        await self._limits.spend("address reads", self._address(request))
        messages, left = await self._turns.conversation(self._session(request))
        return _json({"messages": messages, "expires_in": left})

    async def _take_message(self, request: Request) -> HTTPResponse:
        await self._limits.spend("address messages", self._address(request))
        session = self._session(request)
        await self._limits.spend("session messages", session.sender)
        message = body.read_message(await self._body(request))
        if len(message.text or "") > self._settings.max_message_length:
            messages = [self._messages.notice(self._too_long, time.time())]
        else:
            messages = await self._turns.take(session, message)
        return _json({"messages": messages, "client_message_id": message.client_message_id})

    async def _end_session(self, request: Request) -> HTTPResponse:
        await self._limits.spend("address reads", self._address(request))
        await self._turns.end(self._session(request))
        return response.empty(204, headers=PRIVATE_HEADERS)

    async def _health(self, _request: Request) -> HTTPResponse:
        agent = self._agent()
        if agent is None or not agent.is_ready():
            raise Refusal(UNAVAILABLE)
        return _json({"status": "ok"})

    def _session(self, request: Request) -> Session:
        session = self._sessions.read(request.headers.get("Authorization"))
        if session is None:
            raise Refusal(SESSION_EXPIRED)
        return session

    def _address(self, request: Request) -> str:
        return self._addresses.of(request.ip, request.headers.getall("X-Forwarded-For", []))

    async def _body(self, request: Request) -> dict[str, Any]:
        return await body.read_object(request, body.largest_body(self._settings.max_message_length))

    def _agent(self) -> Agent | None:
        return getattr(self._app.ctx, "agent", None) if self._app else None

    async def _start(self, app: Sanic, _loop: Any) -> None:
        self._app = app

    async def _stop(self, _app: Sanic, _loop: Any) -> None:
        await self._limits.close()


def _json(content: dict[str, Any], status: int = 200) -> HTTPResponse:
    return response.json(content, status=status, headers=PRIVATE_HEADERS)
