"""Which websites may use the channel from a visitor's browser: our own, and those in the settings."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.responses import Response

from helpline.errors import SettingsError

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


class Origins:
    """Decides on ``Origin`` headers by exact match; there are no wildcards.

    Args:
        allowed: Origins such as ``https://www.example.org``.

    Raises:
        SettingsError: One of them is no origin.
    """

    def __init__(self, allowed: Sequence[str]) -> None:
        self._allowed = frozenset(_checked(origin) for origin in allowed)

    def permits(self, origin: str | None, host: str | None) -> bool:
        """Say whether a request may come from this origin.

        Args:
            origin: The ``Origin`` header; None where the browser or another client sent none.
            host: The ``Host`` header, which says what our own origin is. A proxy in front must pass it on.
        """
        return origin is None or self._is_other(origin) or _is_own(origin, host)

    def mark(self, response: Response, origin: str | None) -> None:
        """Set the headers that let a permitted other origin read the answer."""
        response.headers["Vary"] = ", ".join(filter(None, (response.headers.get("Vary"), "Origin")))
        if origin is not None and self._is_other(origin):
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = "Retry-After"

    def _is_other(self, origin: str) -> bool:
        return origin.lower() in self._allowed


def preflight_headers(method: str) -> dict[str, str]:
    """Return what a permitted preflight request for a route of this method is told."""
    return {
        "Access-Control-Allow-Methods": method,
        "Access-Control-Allow-Headers": "authorization, content-type",
        "Access-Control-Max-Age": "600",
    }


def _is_own(origin: str, host: str | None) -> bool:
    scheme, _, address = origin.lower().partition("://")
    default_port = _DEFAULT_PORTS.get(scheme)
    if host is None or default_port is None:
        return False
    return address.removesuffix(default_port) == host.lower().removesuffix(default_port)


def _checked(origin: str) -> str:
    try:
        parts = urlsplit(origin)
        plain = f"{parts.scheme}://{parts.netloc}" == origin and parts.port != 0
    except ValueError:
        plain = False
    if not plain or parts.scheme not in _DEFAULT_PORTS or not parts.hostname or {"*", "@"} & set(origin):
        raise SettingsError(
            f"HELPLINE_ALLOWED_ORIGINS: {origin!r} is not an origin; write one such as https://www.example.org"
        )
    return origin.lower()
