"""Bodies that are compressed, too long or too short, and requests to talk something else than HTTP/1.1."""

import gzip
import zlib

from tests.web.hostile.case import (
    SMUGGLED,
    SMUGGLED_LENGTH,
    Case,
    End,
    Repeat,
    answered,
    head,
    refused,
    refused_or_answered,
)

_BOMB = gzip.compress(bytes(10 * 1024 * 1024))


def _encoded(encoding: bytes, body: bytes) -> bytes:
    return head(b"Content-Encoding: " + encoding, b"Content-Length: %d" % len(body)) + body


CASES: tuple[Case, ...] = (
    answered("plain: GET", head(line=b"GET / HTTP/1.1")),
    answered("plain: POST with a length", head(b"Content-Length: 5") + b"hello"),
    answered("plain: POST with chunks", head(b"Transfer-Encoding: chunked") + b"5\r\nhello\r\n0\r\n\r\n"),
    refused("encoding: gzip", _encoded(b"gzip", gzip.compress(b"hello"))),
    refused("encoding: x-gzip", _encoded(b"x-gzip", gzip.compress(b"hello"))),
    refused("encoding: deflate", _encoded(b"deflate", zlib.compress(b"hello"))),
    refused("encoding: br", _encoded(b"br", b"\x0b\x02\x80hello\x03")),
    refused("encoding: zstd", _encoded(b"zstd", b"\x28\xb5\x2f\xfd\x04\x00\x29\x00\x00hello")),
    refused("encoding: unknown", _encoded(b"cow", b"hello")),
    refused("encoding: gzip that says identity too", _encoded(b"identity, gzip", gzip.compress(b"hello"))),
    refused("encoding: ten times gzip", _encoded(b", ".join([b"gzip"] * 10), b"hello")),
    refused("encoding: gzip bomb", _encoded(b"gzip", _BOMB)),
    refused(
        "encoding: gzip bomb in chunks",
        head(b"Content-Encoding: gzip", b"Transfer-Encoding: chunked") + b"%x\r\n%b\r\n0\r\n\r\n" % (len(_BOMB), _BOMB),
    ),
    refused_or_answered("encoding: identity", _encoded(b"identity", b"hello")),
    refused("body: a megabyte", head(b"Content-Length: 1048576") + b"x" * 1024 * 1024),
    refused("body: a terabyte, sent", head(b"Content-Length: 1000000000000"), Repeat(b"x" * 65536)),
    refused("body: shorter than its length", head(b"Content-Length: 5") + b"hel"),
    refused("body: shorter than its length, then half-closed", head(b"Content-Length: 5") + b"hel", End.HALF_CLOSE),
    refused("body: none of it comes", head(b"Content-Length: 5")),
    refused("body: one byte at a time", head(b"Content-Length: 60000"), Repeat(b"x", pause=0.2)),
    refused_or_answered("body: longer than its length", head(b"Content-Length: 0") + b"\x00hello"),
    refused_or_answered("body: of a GET", head(b"Content-Length: 5", line=b"GET / HTTP/1.1") + b"hello"),
    refused_or_answered("expect: 100-continue", head(b"Expect: 100-continue", b"Content-Length: 5") + b"hello"),
    refused("expect: 100-continue, and no body", head(b"Expect: 100-continue", b"Content-Length: 5")),
    refused("expect: 100-continue, a terabyte", head(b"Expect: 100-continue", b"Content-Length: 1000000000000")),
    refused("expect: unknown", head(b"Expect: 200-ok", b"Content-Length: 5") + b"hello"),
    refused(
        "upgrade: websocket",
        head(
            b"Connection: Upgrade",
            b"Upgrade: websocket",
            b"Sec-WebSocket-Version: 13",
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            line=b"GET / HTTP/1.1",
        )
        + b"\x81\x85\x00\x00\x00\x00hello",
    ),
    refused(
        "upgrade: h2c",
        head(
            b"Connection: Upgrade, HTTP2-Settings",
            b"Upgrade: h2c",
            b"HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
            line=b"GET / HTTP/1.1",
        )
        + b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ),
    refused(
        "upgrade: h2c with a body",
        head(b"Connection: Upgrade", b"Upgrade: h2c", b"Content-Length: " + SMUGGLED_LENGTH) + SMUGGLED,
    ),
    refused("upgrade: TLS", head(b"Connection: Upgrade", b"Upgrade: TLS/1.2", line=b"OPTIONS / HTTP/1.1")),
    refused_or_answered("upgrade: without Connection", head(b"Upgrade: websocket", line=b"GET / HTTP/1.1")),
)
