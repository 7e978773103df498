"""Clients whose bytes are no trouble, but their timing: slow, silent, gone, or never reading."""

from tests.web.hostile.case import Case, End, Pause, Repeat, answered, head, refused, refused_or_answered

_GET = head(line=b"GET / HTTP/1.1")
_LARGE = head(line=b"GET /large HTTP/1.1")

CASES: tuple[Case, ...] = (
    refused("connection: says nothing"),
    refused("connection: half a request line", b"GET / HT"),
    refused("connection: half a head", b"GET / HTTP/1.1\r\nHost: localhost\r\n"),
    refused("connection: a byte of the head at a time", b"GET / HTTP/1.1\r\nX: ", Repeat(b"y", pause=0.2)),
    refused("connection: half-closed at once", End.HALF_CLOSE),
    refused("connection: half-closed in the head", b"GET / HTTP/1.1\r\nHos", End.HALF_CLOSE),
    refused("connection: half-closed in a chunk", head(b"Transfer-Encoding: chunked") + b"5\r\nhe", End.HALF_CLOSE),
    refused_or_answered("connection: half-closed after the request", _GET, End.HALF_CLOSE),
    refused("connection: dropped in the head", b"GET / HTTP/1.1\r\nHos", End.RESET),
    refused("connection: dropped in the body", head(b"Content-Length: 5") + b"he", Pause(0.1), End.RESET),
    refused_or_answered("connection: dropped before the answer", _GET, End.RESET),
    refused_or_answered("connection: drops a large answer", _LARGE, Pause(0.1), End.RESET),
    answered("connection: two requests, one after the other", _GET, Pause(0.3), _GET),
    answered("connection: a request in two pieces", _GET[:20], Pause(0.2), _GET[20:]),
    refused_or_answered("connection: two requests at once", _GET * 2),
    refused_or_answered("connection: a thousand requests at once", _GET * 1000),
    refused("connection: bad request after a good one", _GET, Pause(0.3), b"\x00\x00\r\n\r\n", good_first=1),
    refused("connection: silence after a good request", _GET, Pause(0.3), b"GET / HT", good_first=1),
    refused("connection: requests without an end, answers unread", Repeat(_GET * 1000), reads=False),
    refused("connection: never reads a large answer", _LARGE, reads=False),
    answered("connection: reads a large answer", _LARGE),
)
