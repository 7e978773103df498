"""Store calls from an event loop: in a thread and with a time limit, so that a slow database stops nothing else."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Concatenate, ParamSpec, TypeVar

from helpline.errors import StoreError
from helpline.store.database import Database

T = TypeVar("T")
P = ParamSpec("P")

LIMIT = 1.0
# After a call that took too long, how long others fail at once instead of waiting too.
REST = 2.0
WORKERS = 8


class StoreCalls:
    """Calls functions of the store that take the database first.

    Args:
        database: The store.
        limit: Seconds until a call counts as failed. What it does may still happen later; writes that must not
            come late carry a version.
    """

    def __init__(self, database: Database, limit: float = LIMIT) -> None:
        self.database = database
        self._limit = limit
        self._threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="store")
        self._hanging: list[Future[Any]] = []
        self._rests_until = 0.0

    @property
    def is_away(self) -> bool:
        """Whether the store did not answer just now."""
        return time.monotonic() < self._rests_until

    async def __call__(self, work: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function of the store.

        Raises:
            StoreError: The store failed, or did not answer in time.
        """
        # More calls than threads wait for one another, unless every thread hangs in a call that took too long.
        self._hanging = [call for call in self._hanging if not call.done()]
        if self.is_away or len(self._hanging) >= WORKERS:
            raise StoreError("no answer in time just now")
        future = self._threads.submit(work, self.database, *args, **kwargs)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._limit)
        except asyncio.TimeoutError:
            self._rests_until = time.monotonic() + REST
            self._hanging.append(future)
            raise StoreError("no answer in time") from None

    def close(self) -> None:
        """Let calls that hang be, and close the connections."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self.database.close()
