"""Who may go to the engine next: a few at once, every address in its turn, danger before all others.

The engine works on one core. If whoever asks most were served most, one address could keep all others waiting.
"""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from helpline.observability.figures import figures
from helpline.web.api_errors import UNAVAILABLE, ApiError

# Turns in the engine at once, of all addresses and of one.
AT_ONCE = 6
AT_ONCE_OF_ONE = 1
# Turns that wait; who comes after hears at once that nothing can be answered now.
MOST_WAITING = 400


class TurnQueue:
    """Lets turns through, and keeps the others waiting in a fair order.

    Args:
        at_once: How many turns may run at once.
        of_one: How many of them may be of one address.
        most_waiting: How many may wait.
    """

    def __init__(self, at_once: int = AT_ONCE, of_one: int = AT_ONCE_OF_ONE, most_waiting: int = MOST_WAITING) -> None:
        self._at_once = at_once
        self._of_one = of_one
        self._most_waiting = most_waiting
        self._running: Counter[str] = Counter()
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @asynccontextmanager
    async def place(self, address: str, urgent: bool = False) -> AsyncIterator[None]:
        """Wait for a place, and hold it.

        Args:
            address: Who asks.
            urgent: Somebody is in danger: no waiting.

        Raises:
            ApiError: Too many wait already.
        """
        if not urgent and (self._running.total() >= self._at_once or not self._may_run(address)):
            await self._wait(address)
        else:
            self._running[address] += 1
        self._note()
        try:
            yield
        finally:
            self._leave(address)
            self._note()

    def _note(self) -> None:
        figures.set("helpline_turns_running", self._running.total())
        figures.set("helpline_turns_waiting", sum(map(len, self._waiting.values())) if figures.is_open else 0)

    def _may_run(self, address: str) -> bool:
        return self._running[address] < self._of_one and address not in self._waiting

    async def _wait(self, address: str) -> None:
        if sum(map(len, self._waiting.values())) >= self._most_waiting:
            raise ApiError(UNAVAILABLE, {"Retry-After": "5"})
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(address, deque()).append(turn)
        self._note()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._leave(address)  # it had been let through in the same moment
            else:
                self._forget(address, turn)
            raise

    def _leave(self, address: str) -> None:
        self._running[address] -= 1
        if not self._running[address]:
            del self._running[address]
        for waiting in list(self._waiting):
            if self._running.total() >= self._at_once:
                return
            if self._running[waiting] < self._of_one:
                self._let_through(waiting)

    def _let_through(self, address: str) -> None:
        line = self._waiting[address]
        turn = line.popleft()
        if line:
            self._waiting.move_to_end(address)  # the others go first now
        else:
            del self._waiting[address]
        if not turn.done():
            self._running[address] += 1
            turn.set_result(None)

    def _forget(self, address: str, turn: "asyncio.Future[None]") -> None:
        line = self._waiting.get(address)
        if line and turn in line:
            line.remove(turn)
            if not line:
                del self._waiting[address]
