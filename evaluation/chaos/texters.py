"""People who write a text message while something fails, and whether each got the answer, once."""

import asyncio
import itertools
import time

import httpx

from evaluation.product.twilio import WEBHOOK, LocalTwilio, signed_message

QUESTION, ANSWERED_WITH = "what does NED mean", "no evidence of disease"
# A provider sends a webhook again that was not acknowledged.
_AGAIN_AFTER = 0.5
_LAST_ANSWERS = 60.0


class Texters:
    """Somebody new writes every second.

    Args:
        url: The front door's address.
        twilio: The provider that answers come to.
    """

    def __init__(self, url: str, twilio: LocalTwilio) -> None:
        self.running = True
        self._url = url
        self._twilio = twilio
        self._numbers: list[str] = []

    async def write(self) -> None:
        """Write until it is enough."""
        async with httpx.AsyncClient(base_url=self._url, timeout=10) as client:
            for one in itertools.count(1):
                if not self.running:
                    return
                number = f"+1555{one:07d}"
                while await self._send(client, number, one) != 200:
                    await asyncio.sleep(_AGAIN_AFTER)
                self._numbers.append(number)
                await asyncio.sleep(1.0)

    async def read(self) -> tuple[int, int, int]:
        """Return how many wrote, how many were not answered in time, and how many got a message twice."""
        until = time.monotonic() + _LAST_ANSWERS
        while time.monotonic() < until and not all(map(self._is_answered, self._numbers)):
            await asyncio.sleep(0.5)
        unanswered = sum(not self._is_answered(number) for number in self._numbers)
        texts = [self._twilio.texts(number) for number in self._numbers]
        return len(self._numbers), unanswered, sum(len(each) > len(set(each)) for each in texts)

    def _is_answered(self, number: str) -> bool:
        return any(ANSWERED_WITH in text.lower() for text in self._twilio.texts(number))

    @staticmethod
    async def _send(client: httpx.AsyncClient, number: str, one: int) -> int:
        headers, body = signed_message(number, QUESTION, f"SM{one:032x}")
        try:
            return (await client.post(WEBHOOK, headers=headers, content=body)).status_code
        except httpx.HTTPError:
            return 0
