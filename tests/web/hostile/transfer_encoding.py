"""Transfer-Encoding that two servers may read in two ways."""

from tests.web.hostile.case import SMUGGLED, Case, head, refused, refused_or_answered

_BODY = b"5\r\nhello\r\n0\r\n\r\n"

_VALUES = {
    "xchunked": b"xchunked",
    "chunkedx": b"chunkedx",
    "chunked, identity": b"chunked, identity",
    "identity, chunked": b"identity, chunked",
    "identity": b"identity",
    "chunked twice": b"chunked, chunked",
    "gzip, chunked": b"gzip, chunked",
    "chunked, gzip": b"chunked, gzip",
    "unknown": b"cow",
    "unknown, chunked": b"cow, chunked",
    "vertical tab before": b"\x0bchunked",
    "vertical tab after": b"chunked\x0b",
    "form feed before": b"\x0cchunked",
    "NUL after": b"chunked\x00",
    "quoted": b'"chunked"',
    "with a parameter": b"chunked;q=1",
    "comma before": b", chunked",
    "comma after": b"chunked,",
    "space inside": b"chun ked",
    "empty": b"",
    "long s": "chun\u212aed".encode(),
    "line feed before": b"\nchunked",
}

_LINES = {
    "space before the colon": (b"Transfer-Encoding : chunked",),
    "tab before the colon": (b"Transfer-Encoding\t: chunked",),
    "line begins with a space": (b"X: y", b" Transfer-Encoding: chunked"),
    "folded line": (b"Transfer-Encoding:\r\n chunked",),
    "folded list": (b"Transfer-Encoding: identity,\r\n chunked",),
    "two headers": (b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"),
    "two headers, identity last": (b"Transfer-Encoding: chunked", b"Transfer-Encoding: identity"),
    "two headers, identity first": (b"Transfer-Encoding: identity", b"Transfer-Encoding: chunked"),
    "two headers, empty last": (b"Transfer-Encoding: chunked", b"Transfer-Encoding:"),
    "NUL in the name": (b"Transfer-Encoding\x00: chunked",),
    "carriage return in the name": (b"Transfer\r-Encoding: chunked",),
}

CASES: tuple[Case, ...] = (
    *(
        refused(f"transfer-encoding: {name}", head(b"Transfer-Encoding: " + value) + _BODY + SMUGGLED)
        for name, value in _VALUES.items()
    ),
    *(refused(f"transfer-encoding: {name}", head(*lines) + _BODY + SMUGGLED) for name, lines in _LINES.items()),
    refused(
        "transfer-encoding: HTTP/1.0",
        head(b"Transfer-Encoding: chunked", line=b"POST / HTTP/1.0") + _BODY + SMUGGLED,
    ),
    refused_or_answered("transfer-encoding: underscore in the name", head(b"Transfer_Encoding: chunked")),
    refused_or_answered("transfer-encoding: capitals", head(b"TRANSFER-ENCODING: CHUNKED") + _BODY),
    refused_or_answered("transfer-encoding: spaces around", head(b"Transfer-Encoding:    chunked  ") + _BODY),
    refused_or_answered("transfer-encoding: tab before", head(b"Transfer-Encoding:\tchunked") + _BODY),
)
