"""Says whether the head of a request is one that every server reads in the same way.

The parser (llhttp) sees to the grammar. Here stands what it lets pass and two servers in a row, or a program behind
them, may understand differently: Host, the framing of the body, the target, and encodings.
"""

import re
from collections.abc import Sequence
from urllib.parse import unquote_to_bytes

from helpline.errors import HelplineError
from helpline.web.http_limits import HttpLimits

Headers = Sequence[tuple[bytes, bytes]]

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_VERSIONS = frozenset({"1.0", "1.1"})
_BAD_IN_VALUE = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_BAD_IN_PATH = re.compile(rb"[\x00-\x1f\x7f]")
_BAD_PERCENT = re.compile(rb"%(?![0-9A-Fa-f]{2})")
# A name, an IPv4 address or an IPv6 address in brackets, and perhaps a port.
_HOST = re.compile(rb"(?:[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
# Beside one header's name and value, these stand on its line: colon, space, and the line's end.
_BESIDE_HEADER = 4


class RefusedRequest(HelplineError):
    """The request gets no further than the server. Holds a status and a reason, and nothing that the client sent."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def check_head(method: str, target: bytes, version: str, headers: Headers, limits: HttpLimits) -> None:
    """Check the head of a request. The names of headers are in small letters.

    Raises:
        RefusedRequest: It is not to be answered.
    """
    if version not in _VERSIONS:
        raise RefusedRequest(400, "This version of HTTP is not spoken here.")
    if method not in METHODS:
        raise RefusedRequest(405, "This method is not known here.")
    _check_size(target, headers, limits)
    _check_target(target)
    for _, value in headers:
        if _BAD_IN_VALUE.search(value) or not (value.isascii() or _is_utf8(value)):
            raise RefusedRequest(400, "A header holds characters that may not be there.")
    _check_host(_values(headers, b"host"), version)
    _check_framing(_values(headers, b"content-length"), _values(headers, b"transfer-encoding"), version, limits)
    if any(value.strip().lower() != b"identity" for value in _values(headers, b"content-encoding")):
        raise RefusedRequest(415, "A body may not be compressed.")
    if _values(headers, b"upgrade"):
        raise RefusedRequest(400, "No other protocol is spoken here.")
    if any(value.strip().lower() != b"100-continue" for value in _values(headers, b"expect")):
        raise RefusedRequest(417, "This expectation cannot be met.")


def _check_size(target: bytes, headers: Headers, limits: HttpLimits) -> None:
    size = len(target) + sum(len(name) + len(value) + _BESIDE_HEADER for name, value in headers)
    if size > limits.max_head or len(headers) > limits.max_headers:
        raise RefusedRequest(431, "The head of the request is too long.")


def _check_target(target: bytes) -> None:
    path, _, query = target.partition(b"?")
    if not target.startswith(b"/") or b"#" in target or _BAD_PERCENT.search(target):
        raise RefusedRequest(400, "The target of the request is not a path.")
    path, query = unquote_to_bytes(path), unquote_to_bytes(query)
    if not (_is_utf8(path) and _is_utf8(query)) or _BAD_IN_PATH.search(path) or b"\x00" in query:
        raise RefusedRequest(400, "The target of the request holds characters that may not be there.")


def _check_host(hosts: list[bytes], version: str) -> None:
    if not hosts and version == "1.0":
        return
    if len(hosts) != 1 or not _HOST.fullmatch(hosts[0].strip()):
        raise RefusedRequest(400, "There must be one Host, and it must be a host.")


def _check_framing(lengths: list[bytes], encodings: list[bytes], version: str, limits: HttpLimits) -> None:
    if len(lengths) + len(encodings) > 1:
        raise RefusedRequest(400, "The length of the body is given more than once.")
    if encodings and (version == "1.0" or encodings[0].strip().lower() != b"chunked"):
        raise RefusedRequest(400, "This transfer encoding is not known here.")
    for length in lengths:
        if not (length.isascii() and length.strip(b" \t").isdigit()):
            raise RefusedRequest(400, "The length of the body is not a number.")
        if len(length.lstrip(b" \t0")) > 18 or int(length) > limits.max_body:
            raise RefusedRequest(413, "The body is too long.")


def _values(headers: Headers, wanted: bytes) -> list[bytes]:
    return [value for name, value in headers if name == wanted]


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True
