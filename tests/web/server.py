"""The real Rasa server on loopback, in a thread, with the website channel on it."""

import asyncio
import socket
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar
from uuid import uuid4

import httpx
import rasa.core.run
from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel
from sanic import Sanic

T = TypeVar("T")


class Loop:
    """An event loop that runs in a thread."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)


class Server:
    """A server with some channels and an agent, which may be None."""

    def __init__(self, loop: Loop, channel: InputChannel, agent: Agent | None, cors: str | None = None) -> None:
        self._loop = loop
        Sanic.test_mode = True
        self.app = rasa.core.run.configure_app([channel], cors=cors, enable_api=True, use_uvloop=False)
        self.app.ctx.agent = agent
        self.url = f"http://127.0.0.1:{loop.run(self._start())}/webhooks/website"

    async def _start(self) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        self._server = await self.app.create_server(sock=listener, return_asyncio_server=True)
        await self._server.startup()
        await self._server.before_start()
        await self._server.start_serving()
        await self._server.after_start()
        port: int = listener.getsockname()[1]
        return port

    def stop(self) -> None:
        async def stop() -> None:
            await self._server.before_stop()
            await self._server.close()
            for connection in list(self._server.connections):
                connection.abort()
            await self._server.after_stop()

        self._loop.run(stop())


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
