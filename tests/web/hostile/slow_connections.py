"""Many connections that each send a byte every five seconds, in the hope to keep a server's connections busy."""

import asyncio
import contextlib
import threading
from pathlib import Path
from types import TracebackType

from tests.web.hostile.runner import Endpoint

_HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "


class SlowConnections:
    """Opens the connections at ``__enter__``, keeps them slow in a thread, and drops them at ``__exit__``.

    Attributes:
        opened: How many connections were accepted.
        closed: How many of them the server has closed.
    """

    def __init__(self, endpoint: Endpoint, number: int, seconds_between: float = 5.0) -> None:
        self._endpoint = endpoint
        self._number = number
        self._seconds_between = seconds_between
        self._all_opened = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.opened = 0
        self.closed = 0

    def __enter__(self) -> "SlowConnections":
        self._thread.start()
        self._all_opened.wait(30)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with contextlib.suppress(RuntimeError):  # all have ended already
            self._loop.call_soon_threadsafe(self._everything.cancel)
        self._thread.join(30)

    def _run(self) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._keep_all())
        self._loop.close()

    async def _keep_all(self) -> None:
        self._everything = asyncio.gather(*(self._keep(index) for index in range(self._number)))
        await self._everything

    async def _keep(self, index: int) -> None:
        await asyncio.sleep(index / 2000)  # all within a second, not all in one instant
        try:
            if isinstance(self._endpoint, Path):
                reader, writer = await asyncio.open_unix_connection(str(self._endpoint))
            else:
                reader, writer = await asyncio.open_connection(*self._endpoint)
        except OSError:
            return
        finally:
            if index == self._number - 1:
                self._all_opened.set()
        self.opened += 1
        byte = 0
        try:
            while True:
                writer.write(_HEAD[byte : byte + 1] or b"y")
                byte += 1
                try:
                    # What the server sends is no end yet: it may say 408 first.
                    while await asyncio.wait_for(reader.read(1024), self._seconds_between):
                        pass
                except asyncio.TimeoutError:
                    continue
                break
        except OSError:
            pass
        finally:
            writer.transport.abort()
        self.closed += 1
