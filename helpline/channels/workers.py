"""One task for each conversation that has something to do, many conversations at once; danger has a task of its own.

What is to be done is read from the store every moment, and at once when somebody says that there is something. So a
process that begins anew finds what the one before left.
"""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from helpline.errors import StoreError

logger = logging.getLogger(__name__)


class Job(NamedTuple):
    """Work for a contact.

    Attributes:
        contact: The contact.
        urgent: Whether it is about danger: that waits for no place and for nothing else.
        place: Where places are counted together, such as the channel; what hangs there keeps nobody else waiting.
    """

    contact: int
    urgent: bool = False
    place: str = ""


LOOK_EVERY = 0.5
_PAUSE = 2.0


class Workers(ABC):
    """Works for conversations.

    Args:
        at_once: For how many at once in each place, beside those in danger.
    """

    def __init__(self, at_once: int) -> None:
        self._places = defaultdict[str, asyncio.Semaphore](lambda: asyncio.Semaphore(at_once))
        self._tasks: dict[Job, asyncio.Task[None]] = {}
        self._again: set[Job] = set()
        self.stopped = False

    @abstractmethod
    async def waiting(self) -> Sequence[Job]:
        """Return what there is to do.

        Raises:
            StoreError: It cannot be read.
        """

    @abstractmethod
    async def work(self, contact: int, urgent: bool) -> None:
        """Do what there is to do for a contact, about danger or otherwise, until there is no more.

        Raises:
            StoreError: The store failed; another time.
        """

    def begin(self, job: Job) -> None:
        """Work for a contact, or see once more when the work that is under way is done."""
        if job in self._tasks:
            self._again.add(job)
        elif not self.stopped:
            self._tasks[job] = asyncio.create_task(self._run(job))

    async def look(self) -> None:
        """Look for work again and again."""
        while True:
            try:
                for job in await self.waiting():
                    self.begin(job)
            except StoreError as error:
                logger.error("What waits cannot be read: %s.", error.reason)
                await asyncio.sleep(_PAUSE)
            except Exception as error:
                # As below: nothing may end this for good.
                logger.error("Looking for work failed: %s.", type(error).__name__)
                await asyncio.sleep(_PAUSE)
            await asyncio.sleep(LOOK_EVERY)

    async def stop(self, seconds: float) -> None:
        """Begin nothing more, and let what is under way end, for so long."""
        self.stopped = True
        tasks = list(self._tasks.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=seconds)
            for task in late:
                task.cancel()

    async def _run(self, job: Job) -> None:
        try:
            if job.urgent:
                await self.work(job.contact, True)
            else:
                async with self._places[job.place]:
                    await self.work(job.contact, False)
        except StoreError as error:
            logger.error("Work for a conversation was broken off: %s.", error.reason)
            await asyncio.sleep(_PAUSE)
        except Exception as error:
            # At this edge nothing may end the whole process; the message of the error could hold somebody's words.
            logger.error("Work for a conversation failed: %s.", type(error).__name__)
            await asyncio.sleep(_PAUSE)
        finally:
            del self._tasks[job]
            if job in self._again:
                self._again.discard(job)
                self.begin(job)
