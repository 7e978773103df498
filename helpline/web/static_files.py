"""The widget's files, as its build left them, and the demo page beside them."""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from helpline.web.api_errors import NOT_FOUND, ApiError

INDEX = "index.html"
# What may be served; a build leaves other files too, such as source maps and reports.
_CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
}
_COMPRESSED = frozenset({".html", ".js", ".css", ".svg"})
_HEADERS = {
    # Other websites embed the script; what it is, a visitor's browser asks anew each time.
    "Cache-Control": "no-cache",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "require-trusted-types-for 'script'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class BundleFile:
    """A file, ready to send. ``compressed`` is its gzip form, or None where that saves nothing."""

    content: bytes
    compressed: bytes | None
    content_type: str
    etag: str


class Bundle:
    """Files of a directory, each read again when it changed.

    Args:
        directory: Where the build puts them; it need not exist.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory.resolve()
        self._files: dict[Path, tuple[int, BundleFile]] = {}

    def file(self, name: str) -> BundleFile | None:
        """Return a file, or None for one that is not there, not to be served or outside of the directory.

        Args:
            name: Path within the directory; empty for the demo page.
        """
        try:
            path = (self._directory / (name or INDEX)).resolve()
            if not path.is_relative_to(self._directory) or path.suffix not in _CONTENT_TYPES:
                return None
            changed = path.stat().st_mtime_ns
            known = self._files.get(path)
            if known is None or known[0] != changed:
                known = self._files[path] = (changed, _load(path))
        except (OSError, ValueError, RuntimeError):
            return None
        return known[1]


def _load(path: Path) -> BundleFile:
    content = path.read_bytes()
    compressed = gzip.compress(content, 9, mtime=0) if path.suffix in _COMPRESSED else None
    return BundleFile(content, compressed, _CONTENT_TYPES[path.suffix], f'"{hashlib.sha256(content).hexdigest()[:32]}"')


def serve(bundle: Bundle, request: Request, name: str) -> Response:
    """Return a file of the bundle.

    Args:
        bundle: The files.
        request: The request.
        name: Path within the bundle; empty for the demo page.

    Raises:
        ApiError: There is no such file.
    """
    file = bundle.file(name)
    if file is None:
        raise ApiError(NOT_FOUND)
    headers = {**_HEADERS, "ETag": file.etag, "Vary": "Accept-Encoding"}
    if request.headers.get("If-None-Match") == file.etag:
        return Response(status_code=304, headers=headers)
    content = file.content
    if file.compressed is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
        content = file.compressed
        headers["Content-Encoding"] = "gzip"
    return Response(content, headers={**headers, "Content-Type": file.content_type})
