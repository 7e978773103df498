"""What one hostile request is: what the client does, step by step, and which outcomes are harmless."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

# Follows what must be refused. A server that answers it has taken the client's body for a second request.
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
SMUGGLED_LENGTH = b"%d" % len(SMUGGLED)
# An endless sender gives up after so many bytes: a server that has read them would read for ever.
ENDLESS_BYTES = 32 * 1024 * 1024


class Outcome(Enum):
    """How a server dealt with a client."""

    REFUSED = "refused"  # an answer of the 400 class (or 501, 505), or the connection closed without an answer
    ANSWERED = "answered"  # 2xx to each request
    SMUGGLED = "smuggled"  # what was a body, or came after a refusal, was served as a request
    FAILED = "failed"  # any other answer, such as 500
    HUNG = "hung"  # neither an answer nor the end of the connection in time
    SWALLOWED = "swallowed"  # all bytes of an endless sender were read


@dataclass(frozen=True)
class Repeat:
    """Sends the same bytes again and again, with a pause (in seconds) before each."""

    data: bytes
    pause: float = 0.0
    most_bytes: int = ENDLESS_BYTES


@dataclass(frozen=True)
class Pause:
    """Sends nothing for some seconds."""

    seconds: float


class End(Enum):
    """How the client ends its side of the connection."""

    HALF_CLOSE = "says that it will send nothing more, and still reads"
    RESET = "drops the connection"


Step = bytes | Repeat | Pause | End


@dataclass(frozen=True)
class Case:
    """One hostile client.

    Attributes:
        name: Stands for the case in tests and reports.
        steps: What the client does, in order; it reads all the while.
        harmless: The outcomes that a server may have.
        reads: False for a client that reads nothing before its time is over.
        good_first: How many requests before the hostile one must be answered.
    """

    name: str
    steps: tuple[Step, ...]
    harmless: frozenset[Outcome] = frozenset({Outcome.REFUSED})
    reads: bool = True
    good_first: int = 0


def refused(name: str, *steps: Step, reads: bool = True, good_first: int = 0) -> Case:
    """Return a case that a server must refuse: answer with the 400 class, or close the connection."""
    return Case(name, steps, reads=reads, good_first=good_first)


def refused_or_answered(name: str, *steps: Step) -> Case:
    """Return a case that HTTP allows: a server may refuse it, or must answer each request in it as it stands."""
    return Case(name, steps, frozenset({Outcome.REFUSED, Outcome.ANSWERED}))


def answered(name: str, *steps: Step) -> Case:
    """Return a request that must be answered; it proves that the server and the runner work."""
    return Case(name, steps, frozenset({Outcome.ANSWERED}))


def head(*headers: bytes, line: bytes = b"POST / HTTP/1.1", host: bytes = b"Host: localhost\r\n") -> bytes:
    """Return a request's head. Each header is given as it is sent, without the line's end."""
    return line + b"\r\n" + host + b"".join(header + b"\r\n" for header in headers) + b"\r\n"


def unique(cases: Iterable[Case]) -> tuple[Case, ...]:
    """Return the cases; complain where a name stands twice."""
    listed = tuple(cases)
    names = [case.name for case in listed]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"these names stand twice: {sorted(twice)}")
    return listed
