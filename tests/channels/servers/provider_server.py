"""What all local servers of providers share: real HTTP on loopback, faults, rates, a record of what was delivered."""

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from helpline.channels.provider import WebhookRequest
from helpline.web.http_limits import HttpLimits
from helpline.web.http_server import Server


@dataclass(frozen=True)
class Fault:
    """What a server does in place of an ordinary answer.

    Attributes:
        status: What it answers.
        body: With which JSON; None for the provider's own for this status.
        headers: With which headers.
        delivers: Whether the message is taken all the same.
        hangs: Whether no answer comes: the connection stays open until the client goes.
    """

    status: int = 503
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delivers: bool = False
    hangs: bool = False


TIME_OUT_AFTER_ACCEPTING = Fault(delivers=True, hangs=True)
TIME_OUT = Fault(hangs=True)
FAILURE_AFTER_ACCEPTING = Fault(status=504, delivers=True)
# Between the tries of a provider whose webhook is not acknowledged.
PAUSES = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True)
class Delivered:
    """A message that the provider took.

    Attributes:
        id: Its id.
        address: To whom.
        text: What it says, as the receiver sees it: without escapes of a mark-up.
        at: When, Unix time.
        buttons: Payloads and titles below it, in their order.
        request: What was asked of the provider.
    """

    id: str
    address: str
    text: str
    at: float
    buttons: tuple[tuple[str, str], ...] = ()
    request: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Webhook:
    """A signed webhook, ready to be sent, or to be given to a provider's module as it came in."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    method: str = "POST"

    def as_request(self, now: float | None = None) -> WebhookRequest:
        """Return it as the front door gives it to a provider's module."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = dict(httpx.URL(self.url).params)
        return WebhookRequest(self.method, self.url, headers, self.body, query, time.time() if now is None else now)

    def deliver(self, door: str, pauses: Sequence[float] = PAUSES) -> list[int]:
        """Send it as providers do: again, the same, until it is acknowledged; return each answer's status.

        Args:
            door: The front door, behind the proxy.
            pauses: Seconds between the tries, shorter than a provider's; after the last it is given up.
        """
        return [0 if answer is None else answer.status_code for answer in self.answers(door, pauses)]

    def answers(self, door: str, pauses: Sequence[float] = PAUSES) -> list[httpx.Response | None]:
        """Do what `deliver` does, and return the answers themselves; None where there was none."""
        url = httpx.URL(door).copy_with(raw_path=httpx.URL(self.url).raw_path)
        answers: list[httpx.Response | None] = []
        for pause in (*pauses, None):
            try:
                answer = httpx.request(self.method, url, headers=dict(self.headers), content=self.body, timeout=10.0)
            except httpx.TransportError:
                answer = None
            answers.append(answer)
            if (answer is not None and answer.is_success) or pause is None:
                break
            time.sleep(pause)
        return answers

    async def post(self, client: httpx.AsyncClient, door: str | None = None) -> httpx.Response:
        """Send it: to the address that it is signed for, or behind the proxy to another of the same path."""
        signed = httpx.URL(self.url)
        url = signed if door is None else httpx.URL(door).copy_with(raw_path=signed.raw_path)
        return await client.request(self.method, url, headers=dict(self.headers), content=self.body)


class ProviderServer:
    """A provider on loopback, in a thread of its own.

    Args:
        per_second: Most messages in a second, in all; 0 for any number.
        per_second_to_one: Most messages in a second to one address; 0 for any number.
        list_lag: Seconds until a message is in the list of what was sent, as with a copy that lags.

    Attributes:
        delivered: What was taken, in the order in which it was.
        tries: How often somebody asked to send.
        refused: Codes of what was refused for ever.
        waits: How often somebody was told to wait.
    """

    def __init__(self, per_second: int = 0, per_second_to_one: int = 0, list_lag: float = 0.0) -> None:
        self.delivered: list[Delivered] = []
        self.tries = 0
        self.refused: list[str] = []
        self.waits = 0
        self.per_second = per_second
        self.per_second_to_one = per_second_to_one
        self.list_lag = list_lag
        self._faults: deque[Fault] = deque()
        self._outage: Fault | None = None
        self._taken_at: defaultdict[str | None, deque[float]] = defaultdict(deque)
        self._lock = threading.Lock()
        self._number = 0
        self._server: Server | None = None

    @property
    def url(self) -> str:
        """Its base address, for the module's ``base_url``."""
        assert self._server is not None
        return self._server.url

    def start(self) -> None:
        """Serve."""
        limits = HttpLimits(max_connections_per_address=4000, response_seconds=3600.0)
        self._server = Server(Starlette(routes=self.routes()), port=0, limits=limits, stop_seconds=1)
        self._server.start()

    def stop(self) -> None:
        """Serve no more; what was delivered can still be read."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def __enter__(self) -> Any:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def fail_next(self, *faults: Fault) -> None:
        """Answer the next requests for a message with these, one each."""
        self._faults.extend(faults)

    def begin_outage(self, fault: Fault = Fault()) -> None:
        """Answer everything with a fault until `end_outage`."""
        self._outage = fault

    def end_outage(self) -> None:
        """Answer as usual again."""
        self._outage = None

    def texts(self, address: str) -> list[str]:
        """Return what was delivered to an address, in its order."""
        return [each.text for each in self.delivered if each.address == address]

    def doubled(self) -> list[Delivered]:
        """Return what was delivered to somebody although the same text had been before."""
        seen: set[tuple[str, str]] = set()
        again = []
        for each in self.delivered:
            if (each.address, each.text) in seen:
                again.append(each)
            seen.add((each.address, each.text))
        return again

    def routes(self) -> list[BaseRoute]:
        """Return the routes of the provider's API."""
        raise NotImplementedError

    def failure(self, fault: Fault) -> Response:
        """Return how the provider words a fault of its own."""
        return JSONResponse(fault.body or {}, fault.status, dict(fault.headers))

    def too_many(self, to_one: bool) -> Response:
        """Return how the provider says that too many came at once, in all or to one person."""
        raise NotImplementedError

    def next_number(self) -> int:
        """Return a number that no other message has."""
        with self._lock:
            self._number += 1
            return self._number

    async def take(self, request: Request, deliver: Callable[[], Response]) -> Response:
        """Take a message as the faults and rates allow; ``deliver`` checks it, and does."""
        with self._lock:
            self.tries += 1
            fault = self._outage or (self._faults.popleft() if self._faults else None)
        if fault is not None:
            answer = deliver() if fault.delivers else None
            if fault.hangs:
                await _until_gone(request)
            return self.failure(fault) if answer is None or answer.status_code < 300 else answer
        return deliver()

    def over_rate(self, address: str) -> Response | None:
        """Return the refusal of a message that is over a rate; otherwise count it."""
        now = time.monotonic()
        with self._lock:
            counted = ((None, self.per_second), (address, self.per_second_to_one))
            for counter, most in counted:
                taken = self._taken_at[counter]
                while taken and taken[0] < now - 1:
                    taken.popleft()
                if most and len(taken) >= most:
                    self.waits += 1
                    return self.too_many(counter is not None)
            for counter, most in counted:
                if most:
                    self._taken_at[counter].append(now)
            return None

    def listed(self, address: str) -> list[Delivered]:
        """Return what the list of sent messages holds of an address."""
        until = time.time() - self.list_lag
        return [each for each in list(self.delivered) if each.address == address and each.at <= until]

    async def away(self, request: Request) -> Response | None:
        """Return the answer of an outage, for requests that send nothing; None where there is none."""
        if self._outage is None:
            return None
        if self._outage.hangs:
            await _until_gone(request)
        return self.failure(self._outage)


async def _until_gone(request: Request) -> None:
    try:
        while not await request.is_disconnected():
            message = await request.receive()
            if message["type"] == "http.disconnect":
                return
    except ClientDisconnect:
        return
