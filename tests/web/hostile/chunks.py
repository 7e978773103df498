"""Chunked bodies with bad sizes, with bad line ends, and without an end."""

from tests.web.hostile.case import SMUGGLED, SMUGGLED_LENGTH, Case, Repeat, head, refused, refused_or_answered

_HEAD = head(b"Transfer-Encoding: chunked")
_LAST = b"0\r\n\r\n"

_SIZES = {
    "negative": b"-5",
    "signed": b"+5",
    "underscored": b"0_5",
    "with 0x": b"0x5",
    "no digit": b"",
    "not hexadecimal": b"g",
    "trailing letter": b"5z",
    "space before": b" 5",
    "quoted": b'"5"',
    "two sizes": b"5 5",
    "comma": b"5,5",
    "NUL after": b"5\x00",
    "vertical tab after": b"5\x0b",
    "wraps at 64 bits": b"10000000000000005",
    "wraps at 32 bits": b"100000005",
    "all ones": b"ffffffffffffffff",
    "seventeen digits": b"fffffffffffffffff",
    "negative nought": b"-0",
    "carriage return inside": b"5\r5",
}

CASES: tuple[Case, ...] = (
    *(
        refused(f"chunk size: {name}", _HEAD + size + b"\r\nhello\r\n" + _LAST + SMUGGLED)
        for name, size in _SIZES.items()
    ),
    refused("chunk: no line end after the data", _HEAD + b"5\r\nhello" + _LAST + SMUGGLED),
    refused("chunk: longer than its size", _HEAD + b"5\r\nhello, world\r\n" + _LAST + SMUGGLED),
    refused("chunk: bare line feed after the size", _HEAD + b"5\nhello\r\n" + _LAST + SMUGGLED),
    refused("chunk: bare line feed after the data", _HEAD + b"5\r\nhello\n" + _LAST + SMUGGLED),
    refused("chunk: bare line feeds at the end", _HEAD + b"5\r\nhello\r\n0\n\n" + SMUGGLED),
    refused("chunk: two other bytes after the data", _HEAD + b"5\r\nhelloXX" + _LAST + SMUGGLED),
    refused("chunk: bare carriage return after the size", _HEAD + b"5\rhello\r\n" + _LAST + SMUGGLED),
    refused("chunk: line feed in an extension", _HEAD + b"5;a\n\r\nhello\r\n" + _LAST + SMUGGLED),
    refused(
        "chunk: trailer that changes the length",
        _HEAD + b"0\r\nContent-Length: " + SMUGGLED_LENGTH + b"\r\n\r\n" + SMUGGLED,
    ),
    refused("chunk: trailer that names a host", _HEAD + b"0\r\nHost: elsewhere\r\n\r\n" + SMUGGLED),
    refused("chunk: trailer that is no header", _HEAD + b"0\r\n\x00\x01\x02\r\n\r\n" + SMUGGLED),
    refused("chunk: an extension of a megabyte", _HEAD + b"5;a=" + b"x" * 1024 * 1024 + b"\r\nhello\r\n" + _LAST),
    refused("chunk: an extension without an end", _HEAD + b"5;a=", Repeat(b"x" * 65536)),
    refused("chunk: noughts without an end", _HEAD, Repeat(b"0" * 65536)),
    refused("chunk: trailers without an end", _HEAD + b"0\r\n", Repeat(b"X-Trailer: yes\r\n" * 4096)),
    refused("chunk: a trailer without an end", _HEAD + b"0\r\nX: ", Repeat(b"x" * 65536)),
    refused("chunk: endless chunks of one byte", _HEAD, Repeat(b"1\r\nx\r\n" * 4096)),
    refused("chunk: endless chunks of 64 KiB", _HEAD, Repeat(b"10000\r\n" + b"x" * 65536 + b"\r\n")),
    refused("chunk: one byte a time, with a long extension", _HEAD, Repeat(b"1;" + b"y" * 4000 + b"\r\nx\r\n")),
    refused("chunk: endless and slow", _HEAD, Repeat(b"1\r\nx\r\n", pause=0.2)),
    refused("chunk: one chunk of a terabyte", _HEAD + b"e8d4a51000\r\n", Repeat(b"x" * 65536)),
    refused("chunk: size cut in the middle", _HEAD + b"5"),
    refused("chunk: data cut in the middle", _HEAD + b"5\r\nhel"),
    refused("chunk: last chunk never comes", _HEAD + b"5\r\nhello\r\n"),
    refused("chunk: final line never comes", _HEAD + b"5\r\nhello\r\n0\r\n"),
    refused_or_answered("chunk: extension", _HEAD + b"5;name=value\r\nhello\r\n" + _LAST),
    refused_or_answered("chunk: space after the size", _HEAD + b"5 \r\nhello\r\n" + _LAST),
    refused_or_answered("chunk: leading noughts", _HEAD + b"00005\r\nhello\r\n000\r\n\r\n"),
    refused_or_answered("chunk: harmless trailer", _HEAD + b"5\r\nhello\r\n0\r\nX-Trailer: yes\r\n\r\n"),
)
