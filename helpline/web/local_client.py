"""A client of one of the product's own processes, over its Unix socket."""

from pathlib import Path

import aiohttp

# Shorter than the inner servers keep an idle connection (HttpLimits.idle_seconds), or a request meets its end.
KEEP_ALIVE = 10.0


class LocalClient:
    """Holds the connections to a process; what is asked of it is up to whoever builds on this.

    Args:
        socket: The process's Unix socket.
        secret: What it wants as bearer token.
    """

    def __init__(self, socket: Path, secret: str) -> None:
        self._socket = socket
        self._headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        self._session: aiohttp.ClientSession | None = None

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            connector = aiohttp.UnixConnector(str(self._socket), limit=0, keepalive_timeout=KEEP_ALIVE)
            self._session = aiohttp.ClientSession(connector=connector)
        return self._session

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
