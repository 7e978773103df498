"""Runs all saved tests against the engine, one after the other in the background, and keeps what came of each."""

import asyncio
import contextlib
import logging

from helpline.console.engine_calls import EngineAwayError, EngineCalls
from helpline.console.flow_turns import kept, messages_of
from helpline.errors import StoreError
from helpline.store.audit import Actor
from helpline.store.calls import StoreCalls
from helpline.store.flows import Flow, Turns, begin_run, end_run, list_flows, save_result

logger = logging.getLogger(__name__)

# After so many tests without an answer the engine is away, and the others are not tried.
_GIVEN_UP_AFTER = 2


class FlowRuns:
    """The run of this process, if there is one.

    Args:
        store: Calls the store.
        trials: Asks the engine.
    """

    def __init__(self, store: StoreCalls, trials: EngineCalls) -> None:
        self._store = store
        self._trials = trials
        self._task: asyncio.Task[None] | None = None
        self._starting = False

    @property
    def is_running(self) -> bool:
        """Whether tests run now."""
        return self._starting or (self._task is not None and not self._task.done())

    async def start(self, actor: Actor) -> bool:
        """Begin a run and return at once.

        Returns:
            Whether it began: not while another goes on, and not without any tests.
        """
        if self.is_running:
            return False
        self._starting = True
        try:
            flows = await self._store(list_flows)
            if not flows:
                return False
            number = await self._store(begin_run, actor, len(flows))
            self._task = asyncio.create_task(self._run(number, flows))
        finally:
            self._starting = False
        return True

    async def close(self) -> None:
        """Break off a run."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self, number: int, flows: list[Flow]) -> None:
        unanswered = 0
        try:
            for flow in flows:
                turns = await self._played(flow)
                unanswered = unanswered + 1 if turns is None else 0
                await self._store(save_result, number, flow.number, turns)
                if unanswered == _GIVEN_UP_AFTER:
                    break
            await self._store(end_run, number)
        except StoreError as error:
            logger.error("A run of tests was broken off: %s", error)

    async def _played(self, flow: Flow) -> Turns | None:
        try:
            return [kept(turn) for turn in await self._trials.play(flow.channel, messages_of(flow.turns))]
        except EngineAwayError as error:
            logger.error("A test was not answered: %s", error)
            return None
