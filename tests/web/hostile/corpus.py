"""All hostile cases."""

from tests.web.hostile import (
    bodies,
    chunks,
    connections,
    content_length,
    headers,
    request_line,
    transfer_encoding,
)
from tests.web.hostile.case import unique

CORPUS = unique(
    (
        *bodies.CASES,
        *content_length.CASES,
        *transfer_encoding.CASES,
        *chunks.CASES,
        *request_line.CASES,
        *headers.CASES,
        *connections.CASES,
    )
)
