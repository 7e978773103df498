"""Store calls of the delivery process: a few at once, the others wait; and what must be noted is tried until it is."""

import asyncio
import logging
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from helpline.errors import StoreError
from helpline.store.calls import WORKERS, StoreCalls
from helpline.store.database import Database

logger = logging.getLogger(__name__)

T = TypeVar("T")
P = ParamSpec("P")

# One less than would be refused.
_AT_ONCE = WORKERS - 1
_PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0)


class PatientCalls:
    """Calls functions of the store that take the database first; who comes when many are under way waits.

    Args:
        calls: Runs them, with a time limit.
    """

    def __init__(self, calls: StoreCalls) -> None:
        self.calls = calls
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def __call__(self, work: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function of the store.

        Raises:
            StoreError: The store failed, or did not answer in time.
        """
        async with self._places:
            return await self.calls(work, *args, **kwargs)

    async def until_done(self, work: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function of the store until it succeeds: it may be run again."""
        number = 0
        while True:
            try:
                return await self(work, *args, **kwargs)
            except StoreError as error:
                logger.error("What became of a message is not noted yet: %s.", error.reason)
                await asyncio.sleep(_PAUSES[min(number, len(_PAUSES) - 1)])
                number += 1
