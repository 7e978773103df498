"""A client of one of the product's own processes, over its Unix socket or a network of our own."""

from pathlib import Path

import aiohttp

from helpline.observability.request_ids import id_header
from helpline.processes.sockets import Place

# Shorter than the inner servers keep an idle connection (HttpLimits.idle_seconds), or a request meets its end.
KEEP_ALIVE = 10.0


class LocalClient:
    """Holds the connections to a process; what is asked of it is up to whoever builds on this.

    Args:
        place: Where the process listens.
        secret: What it wants as bearer token.
    """

    def __init__(self, place: Place, secret: str) -> None:
        self.place = place
        self._own_headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        self._session: aiohttp.ClientSession | None = None

    @property
    def _headers(self) -> dict[str, str]:
        return {**self._own_headers, **id_header()}

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(connector=connector_to(self.place))
        return self._session

    def _url(self, path: str) -> str:
        return url_at(self.place, path)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()


def connector_to(place: Place) -> aiohttp.BaseConnector:
    """Return what opens connections to a place; as many as are asked for."""
    if isinstance(place, Path):
        return aiohttp.UnixConnector(str(place), limit=0, keepalive_timeout=KEEP_ALIVE)
    return aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_ALIVE)


def url_at(place: Place, path: str) -> str:
    """Return the address of a path at a place; over a Unix socket the host's name says nothing."""
    return f"http://{'part' if isinstance(place, Path) else place}{path}"
