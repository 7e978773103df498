"""Headers that are malformed, too many or too long, and Host, which must be there once."""

from tests.web.hostile.case import Case, Repeat, head, refused, refused_or_answered

_GET = b"GET / HTTP/1.1"
_OPEN = b"GET / HTTP/1.1\r\nHost: localhost\r\n"

_HOSTS = {
    "missing": b"",
    "two": b"Host: localhost\r\nHost: elsewhere.example\r\n",
    "the same twice": b"Host: localhost\r\nHost: localhost\r\n",
    "a list": b"Host: localhost, elsewhere.example\r\n",
    "with a space": b"Host: local host\r\n",
    "with a path": b"Host: localhost/admin\r\n",
    "with a user": b"Host: user@localhost\r\n",
    "with NUL": b"Host: local\x00host\r\n",
    "bad UTF-8": b"Host: \xff\xfe\r\n",
    "bad port": b"Host: localhost:port\r\n",
    "markup": b"Host: <script>\r\n",
    "folded": b"Host:\r\n localhost\r\n",
}

_HEADERS = {
    "no colon": b"X-Header",
    "empty name": b": value",
    "space in the name": b"X Header: value",
    "space before the colon": b"X-Header : value",
    "name in UTF-8": "X-H\u00e9ader: value".encode(),
    "NUL in the name": b"X-\x00Header: value",
    "control character in the name": b"X-\x01Header: value",
    "bracket in the name": b"X-(Header): value",
    "NUL in the value": b"X-Header: a\x00b",
    "escape character in the value": b"X-Header: a\x1b[2Jb",
    "bell in the value": b"X-Header: a\x07b",
    "delete in the value": b"X-Header: a\x7fb",
    "carriage return in the value": b"X-Header: a\rb",
    "bad UTF-8 in the value": b"X-Header: \xff\xfe",
    "lone surrogate in the value": b"X-Header: \xed\xa0\x80",
    "folded line": b"X-Header: a\r\n b",
    "folded line, tab": b"X-Header: a\r\n\tb",
    "value of a megabyte": b"X-Header: " + b"a" * 1024 * 1024,
    "name of a megabyte": b"X" * 1024 * 1024 + b": value",
    "ten thousand": b"\r\n".join(b"X-Header-%d: value" % number for number in range(10_000)),
    "ten thousand of one name": b"\r\n".join([b"X-Header: value"] * 10_000),
    "ten thousand cookies": b"Cookie: " + b"; ".join(b"c%d=v" % number for number in range(10_000)),
}

CASES: tuple[Case, ...] = (
    *(refused(f"host: {name}", head(line=_GET, host=host)) for name, host in _HOSTS.items()),
    refused_or_answered("host: empty", head(line=_GET, host=b"Host:\r\n")),
    *(refused(f"header: {name}", head(header, line=_GET)) for name, header in _HEADERS.items()),
    refused("header: value without an end", _OPEN + b"X-Header: ", Repeat(b"a" * 65536)),
    refused("header: name without an end", _OPEN, Repeat(b"X" * 65536)),
    refused("header: lines without an end", _OPEN, Repeat(b"X-Header: value\r\n" * 4096)),
    refused("header: lines without an end, slowly", _OPEN, Repeat(b"X-Header: value\r\n", pause=0.3)),
    refused("header: spaces without an end", _OPEN + b"X-Header:", Repeat(b" " * 65536)),
    refused_or_answered("header: empty value", head(b"X-Header:", b"X-Other: value", line=_GET)),
    refused_or_answered("header: UTF-8 in the value", head("X-Header: h\u00e9".encode(), line=_GET)),
    refused_or_answered("header: forty", head(*(b"X-Header-%d: value" % number for number in range(40)), line=_GET)),
)
