"""What the front door does about danger by itself: it notices, answers when the engine does not, and tells staff."""

import logging
import time
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timezone

from helpline.observability.figures import figures
from helpline.observability.probe_marks import is_probe
from helpline.safety.detector import PatternDetector
from helpline.store.flag_spool import FlagSpool

logger = logging.getLogger(__name__)

# Messages that were answered here, so that one sent again gets the same answer and makes no second flag.
REMEMBERED = 5_000


class FirstAid:
    """Answers danger without the engine.

    Args:
        detector: Finds danger by patterns; None in a process that is told of danger.
        replies: What is said to each kind of danger, word for word as the assistant says it.
        spool: Where flags for staff are kept until the engine takes them in.
    """

    def __init__(self, detector: PatternDetector | None, replies: Mapping[str, str], spool: FlagSpool) -> None:
        self._detector = detector
        self._replies = replies
        self._spool = spool
        self._given: OrderedDict[tuple[str, str], tuple[str, float]] = OrderedDict()

    def danger(self, text: str | None) -> str | None:
        """Return the kind of danger that a message shows outright, such as ``crisis/self``, or None."""
        return self._detector.danger(text) if text and self._detector is not None else None

    def given(self, conversation: str, message_id: str) -> tuple[str, float] | None:
        """Return what was said here to a message before, and when (Unix time); None for other messages."""
        return self._given.get((conversation, message_id))

    async def answer(self, conversation: str, message_id: str, danger: str) -> tuple[str, float]:
        """Return what to say to somebody in danger, and when it was said first. Staff are told as well.

        Args:
            conversation: The sender id.
            message_id: The message's id.
            danger: The kind of danger.
        """
        key = (conversation, message_id)
        if key not in self._given:
            self._given[key] = (self._replies[danger], time.time())
            while len(self._given) > REMEMBERED:
                self._given.popitem(last=False)
            figures.count("helpline_danger_total", kind=danger, by="front door")
            logger.error("The front door answered danger (%s) in the engine's place.", danger)
            if not is_probe(conversation):
                await self._spool.add(conversation, message_id, danger, datetime.now(timezone.utc))
        return self._given[key]
