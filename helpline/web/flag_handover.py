"""Flags of danger that lie on this machine's disk, while the engines are on others: they are handed over to one.

On one machine the engine takes them from the disk by itself.
"""

import asyncio
import logging
from datetime import datetime

from helpline.errors import HelplineError
from helpline.store.flag_spool import FlagSpool
from helpline.web.engine_client import READ_SECONDS, EngineClient

logger = logging.getLogger(__name__)

HAND_OVER_EVERY = 5.0


async def hand_over_flags(spool: FlagSpool, engine: EngineClient, every: float = HAND_OVER_EVERY) -> None:
    """Hand over what is there, again and again. A flag stays on the disk until an engine has stored it."""
    loop = asyncio.get_running_loop()

    def keep(conversation: str, message_id: str, reason: str, at: datetime) -> None:
        kept = asyncio.run_coroutine_threadsafe(engine.keep_flag(conversation, message_id, reason, at), loop)
        kept.result(2 * READ_SECONDS)

    while True:
        await asyncio.sleep(every)
        try:
            taken = await asyncio.to_thread(spool.take_in, keep)
            if taken:
                logger.warning("%d flags that waited here were handed over to an engine.", taken)
        except (HelplineError, OSError, asyncio.TimeoutError) as error:
            logger.info("Flags wait here still (%s).", type(error).__name__)
