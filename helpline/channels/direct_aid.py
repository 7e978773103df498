"""Answers danger on a messaging channel past the store: when a message cannot be stored, somebody must be answered.

Nothing is written down but the flag for staff, on the local disk. What the provider sends again later may be answered
once more: rather twice than never.
"""

import asyncio
import logging
from collections.abc import Mapping

import httpx

from helpline.channels.handover import ReceivedMessage, sender_of
from helpline.channels.messages import OutboundMessage
from helpline.channels.provider import Provider, RefusedError, SendError
from helpline.store.messaging_senders import MakesDigests, sender_id_of
from helpline.web.first_aid import FirstAid

logger = logging.getLogger(__name__)

# Seconds between the tries.
PAUSES = (1.0, 3.0, 10.0, 30.0)
# Messages of which is remembered that they were answered here.
REMEMBERED = 5_000


class DirectAid:
    """Sends what is said in danger by way of the provider, without a store.

    Args:
        providers: The channels that are switched on.
        first_aid: Knows what is said, and tells staff.
        digests: Makes the sender ids.
        pauses: Seconds between the tries.
    """

    def __init__(
        self,
        providers: Mapping[str, Provider],
        first_aid: FirstAid,
        digests: MakesDigests,
        pauses: tuple[float, ...] = PAUSES,
    ) -> None:
        self._providers = providers
        self._first_aid = first_aid
        self._digests = digests
        self._pauses = pauses
        self._running: dict[tuple[str, str], asyncio.Task[None]] = {}
        # Messages whose answer the provider took.
        self._answered: dict[tuple[str, str], None] = {}

    def begin(self, received: ReceivedMessage, client: httpx.AsyncClient) -> None:
        """Answer a message that shows danger, in the background.

        Nothing happens for one whose answer the provider took, or that is being answered. One that no try brought to
        its receiver is tried again when it comes again.
        """
        message, danger = received.message, received.danger
        if danger is None or message.channel not in self._providers:
            return
        sender_id = sender_id_of(self._digests, sender_of(message))
        key = (sender_id, message.message_id)
        if key not in self._answered and key not in self._running:
            task = asyncio.create_task(self._answer(received, sender_id, danger, client))
            self._running[key] = task
            task.add_done_callback(lambda _: self._running.pop(key))

    async def _answer(self, received: ReceivedMessage, sender_id: str, danger: str, client: httpx.AsyncClient) -> None:
        message = received.message
        text, _ = await self._first_aid.answer(sender_id, message.message_id, danger)
        provider = self._providers[message.channel]
        for pause in (*self._pauses, None):
            try:
                await provider.send(client, message.address, OutboundMessage(text, urgent=True), message.message_id)
                self._note_answered(sender_id, message.message_id)
                return
            except RefusedError as error:
                logger.error("An answer to danger was refused (%s).", error.code)
                return
            except SendError as error:
                logger.error("An answer to danger was not taken (%s).", type(error).__name__)
            if pause is not None:
                await asyncio.sleep(pause)

    def _note_answered(self, sender_id: str, message_id: str) -> None:
        self._answered[sender_id, message_id] = None
        while len(self._answered) > REMEMBERED:
            del self._answered[next(iter(self._answered))]
