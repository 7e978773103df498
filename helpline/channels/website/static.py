"""Serves the demo page and the widget's bundle."""

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from helpline.channels.website.bundle import Bundle
from helpline.channels.website.refusal import NOT_FOUND, Refusal

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


def serve(bundle: Bundle, request: Request, name: str) -> HTTPResponse:
    """Return a file of the bundle.

    Args:
        bundle: The files.
        request: The request.
        name: Path within the bundle; empty for the demo page.

    Raises:
        Refusal: There is no such file.
    """
    file = bundle.file(name)
    if file is None:
        raise Refusal(NOT_FOUND)
    if not name and not request.path.endswith("/"):
        # The page names its files relative to itself, so its own address must end in a slash.
        return response.empty(308, headers={"Location": f"{request.path.rpartition('/')[2]}/"})
    headers = {**_HEADERS, "ETag": file.etag, "Vary": "Accept-Encoding"}
    if request.headers.get("If-None-Match") == file.etag:
        return response.empty(304, headers=headers)
    content = file.content
    if file.compressed is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
        content = file.compressed
        headers["Content-Encoding"] = "gzip"
    return response.raw(content, headers=headers, content_type=file.content_type)
