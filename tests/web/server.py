"""The front door and an engine on loopback, each in a thread of its own, with a small assistant or none."""

import asyncio
import tempfile
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from rasa.utils.endpoints import EndpointConfig

from helpline.mail.link_pages import LinkClient
from helpline.rasa.engine import Engine
from helpline.rasa.generator import HelplineResponses
from helpline.rasa.processor import TurnProcessor
from helpline.rasa.turns import Turns
from helpline.safety.detector import PatternDetector
from helpline.safety.replies import danger_replies
from helpline.settings import ROOT, Settings
from helpline.store.calls import StoreCalls
from helpline.store.database import Database
from helpline.store.flag_spool import FlagSpool
from helpline.web.app import http_limits, make_app
from helpline.web.engine_client import EngineClient
from helpline.web.first_aid import FirstAid
from helpline.web.http_server import Server as HttpServer
from helpline.web.internal_access import InternalAccess

SECRET = "a secret of the tests, long enough to sign with"


class SlowActions(EndpointConfig):
    """Actions that answer only when they are told to."""

    def __init__(self) -> None:
        super().__init__("http://actions")
        self.calls = 0
        self._may_answer = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def request(self, *args: Any, **kwargs: Any) -> Any:
        """Wait, then do nothing."""
        self.calls += 1
        self._loop = asyncio.get_running_loop()
        await self._may_answer.wait()
        return {"events": [], "responses": []}

    def answer(self) -> None:
        """Let all go on."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._may_answer.set)
        else:
            self._may_answer.set()


class SmallEngine:
    """An engine in a thread, with a small assistant."""

    def __init__(self, model: Path, database: Database, directory: Path) -> None:
        self.processor = TurnProcessor(model, HelplineResponses, None)
        self.database = database
        self.socket = Path(tempfile.mkdtemp(prefix="hl-")) / "engine.sock"
        self.spool = FlagSpool(directory / "spool", database.cipher)
        self._server: HttpServer | None = None

    def start(self) -> None:
        """Serve, with nothing remembered from before."""
        store = StoreCalls(self.database)
        turns = Turns(self.processor, store, KeepsAll(), self.spool)
        engine = Engine(turns, store, self.spool, Settings(), smoke=())
        self._server = HttpServer(InternalAccess(engine.app(), SECRET), unix_socket=self.socket)
        self._server.start()

    def stop(self) -> None:
        """Answer no more."""
        if self._server is not None:
            self._server.stop()
            self._server = None


class KeepsAll:
    """Redacts nothing: what the widget shows is compared with what was typed."""

    def redact(self, text: str) -> str:
        """Return the text."""
        return text


class Door:
    """The front door in a thread, before an engine's socket on which there may be nobody."""

    def __init__(
        self,
        settings: Settings,
        socket: Path,
        spool: FlagSpool,
        root: Path = ROOT,
        link_client: LinkClient | None = None,
    ) -> None:
        first_aid = FirstAid(PatternDetector.load(()), danger_replies(), spool)
        app = make_app(settings, SECRET, EngineClient(socket, SECRET), first_aid, root, link_client=link_client)
        self._server = HttpServer(app, port=0, limits=http_limits(settings))
        self._server.start()
        self.root_url = self._server.url
        self.url = f"{self.root_url}/webhooks/website"

    def stop(self) -> None:
        """Answer no more."""
        self._server.stop()


class Site:
    """What a visitor's browser does: a session, messages, buttons."""

    def __init__(self, url: str, headers: dict[str, str] | None = None) -> None:
        self.url = url
        self.http = httpx.Client(base_url=url, timeout=30, headers=headers)
        self.token = ""

    def open(self) -> httpx.Response:
        answer = self.http.post("/sessions", json={})
        if answer.status_code == 201:
            self.token = answer.json()["token"]
        return answer

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def send(self, id_: str | None = None, **content: Any) -> httpx.Response:
        body = {"client_message_id": id_ or str(uuid4()), **content}
        return self.http.post("/messages", json=body, headers=self.headers)

    def say(self, text: str) -> list[dict[str, Any]]:
        answer = self.send(text=text)
        assert answer.status_code == 200, answer.text
        messages: list[dict[str, Any]] = answer.json()["messages"]
        return messages

    def conversation(self) -> httpx.Response:
        return self.http.get("/conversation", headers=self.headers)

    def end(self) -> httpx.Response:
        return self.http.delete("/session", headers=self.headers)
