"""Content-Length that is no plain number, that is there twice, or that stands beside chunks."""

from tests.web.hostile.case import SMUGGLED, SMUGGLED_LENGTH, Case, head, refused, refused_or_answered

_NO_NUMBERS = {
    "negative": b"-5",
    "minus one": b"-1",
    "minus nought": b"-0",
    "signed": b"+5",
    "underscored": b"1_0",
    "empty": b"",
    "only a space": b" ",
    "hexadecimal": b"0x5",
    "with a letter": b"5a",
    "decimal point": b"5.0",
    "exponent": b"5e0",
    "quoted": b'"5"',
    "two numbers": b"5 5",
    "same twice in one header": b"5, 5",
    "same twice without a space": b"5,5",
    "different in one header": b"5, 6",
    "comma at the end": b"5,",
    "semicolon": b"5;",
    "Arabic digit": "\u0665".encode(),
    "full-width digit": "\uff15".encode(),
    "NUL at the end": b"5\x00",
    "NUL before": b"\x005",
    "vertical tab before": b"\x0b5",
    "form feed after": b"5\x0c",
    "carriage return inside": b"5\r5",
    "two to the 63": b"9223372036854775808",
    "two to the 64": b"18446744073709551616",
    "two to the 64 and five": b"18446744073709551621",
    "a hundred digits": b"9" * 100,
    "ten thousand digits": b"9" * 10_000,
}

CASES: tuple[Case, ...] = (
    *(
        refused(f"length: {name}", head(b"Content-Length: " + value) + b"hello" + SMUGGLED)
        for name, value in _NO_NUMBERS.items()
    ),
    refused("length: a terabyte", head(b"Content-Length: 1000000000000") + b"hello"),
    refused("length: same in two headers", head(b"Content-Length: 5", b"Content-Length: 5") + b"hello" + SMUGGLED),
    refused(
        "length: different in two headers",
        head(b"Content-Length: 5", b"Content-Length: " + SMUGGLED_LENGTH) + b"hello" + SMUGGLED,
    ),
    refused("length: two spellings", head(b"Content-Length: 5", b"content-length: 0") + b"hello" + SMUGGLED),
    refused("length: space before the colon", head(b"Content-Length : " + SMUGGLED_LENGTH) + b"hello" + SMUGGLED),
    refused("length: tab before the colon", head(b"Content-Length\t: " + SMUGGLED_LENGTH) + b"hello" + SMUGGLED),
    refused("length: NUL in the name", head(b"Content-Length\x00: " + SMUGGLED_LENGTH) + b"hello" + SMUGGLED),
    refused("length: folded line", head(b"Content-Length:\r\n " + SMUGGLED_LENGTH) + b"hello" + SMUGGLED),
    refused(
        "length: line begins with a space", head(b"X: y", b" Content-Length: " + SMUGGLED_LENGTH) + b"hello" + SMUGGLED
    ),
    refused("length: first line begins with a space", head(b" Content-Length: 5", host=b"") + b"hello" + SMUGGLED),
    refused("length: carriage return alone before", head(b"X: y\rContent-Length: " + SMUGGLED_LENGTH) + SMUGGLED),
    refused_or_answered("length: underscore in the name", head(b"Content_Length: 5")),
    refused_or_answered("length: leading noughts", head(b"Content-Length: 0005") + b"hello"),
    refused_or_answered("length: spaces around", head(b"Content-Length:   5  ") + b"hello"),
    refused_or_answered("length: tabs around", head(b"Content-Length:\t5\t") + b"hello"),
    refused(
        "length and chunked: length first",
        head(b"Content-Length: " + SMUGGLED_LENGTH, b"Transfer-Encoding: chunked") + b"0\r\n\r\n" + SMUGGLED,
    ),
    refused(
        "length and chunked: chunked first",
        head(b"Transfer-Encoding: chunked", b"Content-Length: 5") + b"0\r\n\r\n" + SMUGGLED,
    ),
    refused(
        "length and chunked: length nought",
        head(b"Content-Length: 0", b"Transfer-Encoding: chunked") + b"5\r\nhello\r\n0\r\n\r\n" + SMUGGLED,
    ),
    refused(
        "length and chunked: odd spelling",
        head(b"Content-Length: 5", b"Transfer-Encoding: xchunked") + b"hello" + SMUGGLED,
    ),
    refused(
        "length and chunked: HTTP/1.0",
        head(b"Content-Length: 5", b"Transfer-Encoding: chunked", line=b"POST / HTTP/1.0") + b"hello" + SMUGGLED,
    ),
)
