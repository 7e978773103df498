"""Text messages: from a webhook to what the provider takes, how many webhooks, and an outage of the provider."""

import asyncio
import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import httpx

from evaluation.benchmark.measurements import Times
from evaluation.product.checkout import RunningProduct
from evaluation.product.twilio import WEBHOOK, LocalTwilio, signed_message

# Until everything that waits must have been sent.
_SETTLE_SECONDS = 300.0
_QUESTION = "what does NED mean"


@dataclass(frozen=True)
class ChannelLoad:
    """How much is measured.

    Attributes:
        senders: People who write at once, each when the last answer is there.
        turns: Messages of each.
        flood_seconds: How long webhooks come as fast as they are acknowledged.
        outage_minutes: How long the provider is away.
        per_second: Messages a second meanwhile.
    """

    senders: int = 8
    turns: int = 20
    flood_seconds: float = 20.0
    outage_minutes: float = 10.0
    per_second: float = 2.0


class ChannelMeasurement:
    """Measures a running product whose text messages go to a local provider.

    Args:
        product: The product.
        twilio: The provider.
    """

    def __init__(self, product: RunningProduct, twilio: LocalTwilio) -> None:
        self._product = product
        self._twilio = twilio
        self._ids = itertools.count(1)
        self._numbers = itertools.count(1)

    def measure(self, load: ChannelLoad, texts: Sequence[str]) -> dict[str, float]:
        """Return the figures."""
        return asyncio.run(self._measure(load, texts))

    async def _measure(self, load: ChannelLoad, texts: Sequence[str]) -> dict[str, float]:
        limits = httpx.Limits(max_connections=64)
        async with httpx.AsyncClient(base_url=self._product.url, timeout=30, limits=limits) as client:
            await self._converse(client, self._new_number(), texts[:5])  # what is loaded with the first messages
            times = await self._conversations(client, load, texts)
            answered = Times("answered", [each * 1000 for each in times if each is not None])
            acknowledged, flooded = await self._flood(client, load.flood_seconds)
            waited = Times("acknowledged", [each * 1000 for each in acknowledged])
            figures = {
                "text messages: inbound to accepted by the provider, p50 (ms)": answered.at(0.5),
                "text messages: inbound to accepted by the provider, p95 (ms)": answered.at(0.95),
                "text messages: not answered": float(times.count(None)),
                "text messages: webhooks acknowledged (a second)": len(acknowledged) / load.flood_seconds,
                "text messages: webhook to acknowledgement, p95 (ms)": waited.at(0.95),
                "text messages: webhooks not acknowledged": float(flooded - len(acknowledged)),
            }
            return figures | await self._outage(client, load)

    async def _conversations(
        self, client: httpx.AsyncClient, load: ChannelLoad, texts: Sequence[str]
    ) -> list[float | None]:
        numbers = [self._new_number() for _ in range(load.senders)]
        said = [[texts[(place * load.turns + turn) % len(texts)] for turn in range(load.turns)]
                for place in range(load.senders)]  # fmt: skip
        times = await asyncio.gather(*map(self._converse, [client] * load.senders, numbers, said))
        return [each for one in times for each in one]

    async def _converse(self, client: httpx.AsyncClient, number: str, texts: Sequence[str]) -> list[float | None]:
        """Write messages one after the other; return how long each answer took in seconds, None for one without."""
        times: list[float | None] = []
        for text in texts:
            before, begun = len(self._twilio.texts(number)), time.monotonic()
            await self._send(client, number, text)
            while len(self._twilio.texts(number)) == before and time.monotonic() - begun < 60.0:
                await asyncio.sleep(0.002)
            came = [each.clock for each in list(self._twilio.taken) if each.to == number][before:]
            times.append(came[0] - begun if came else None)
            await asyncio.sleep(0.2)  # the rest of the answer
        return times

    async def _flood(self, client: httpx.AsyncClient, seconds: float) -> tuple[list[float], int]:
        """Send webhooks as fast as they are acknowledged; return their times in seconds, and how many were sent."""
        acknowledged: list[float] = []
        sent = 0
        end = time.monotonic() + seconds

        async def sender() -> None:
            nonlocal sent
            while time.monotonic() < end:
                begun = time.monotonic()
                sent += 1
                if await self._send(client, self._new_number(), "hello") == 200:
                    acknowledged.append(time.monotonic() - begun)

        await asyncio.gather(*(sender() for _ in range(16)))
        await self._settled(lambda: len({each.to for each in list(self._twilio.taken)}) >= len(acknowledged))
        return acknowledged, sent

    async def _outage(self, client: httpx.AsyncClient, load: ChannelLoad) -> dict[str, float]:
        """Write while the provider is away; return what was lost and doubled when it was back."""
        self._twilio.is_away = True
        numbers: list[str] = []
        begun = time.monotonic()
        while time.monotonic() - begun < load.outage_minutes * 60.0:
            number = self._new_number()
            while await self._send(client, number, _QUESTION) != 200:
                await asyncio.sleep(0.5)
            numbers.append(number)
            await asyncio.sleep(max(0.0, len(numbers) / load.per_second - (time.monotonic() - begun)))
        self._twilio.is_away = False
        back = time.monotonic()
        wanted = await self._whole_answer(client)
        await self._settled(lambda: all(len(set(self._twilio.texts(each))) >= len(wanted) for each in numbers))
        taken = [self._twilio.texts(each) for each in numbers]
        last = max((each.clock for each in list(self._twilio.taken) if each.to in set(numbers)), default=back)
        return {
            "outage: minutes": load.outage_minutes,
            "outage: messages that came in": float(len(numbers)),
            "outage: answers lost": float(sum(not wanted <= set(texts) for texts in taken)),
            "outage: answers doubled": float(sum(len(texts) > len(set(texts)) for texts in taken)),
            "outage: all sent after its end (s)": max(0.0, last - back),
        }

    async def _whole_answer(self, client: httpx.AsyncClient) -> set[str]:
        """Return all messages of the answer that everybody must get."""
        number = self._new_number()
        await self._send(client, number, _QUESTION)
        await self._settled(lambda: bool(self._twilio.texts(number)))
        await asyncio.sleep(5)
        return set(self._twilio.texts(number))

    async def _settled(self, holds: Callable[[], bool]) -> None:
        begun = time.monotonic()
        while not holds() and time.monotonic() - begun < _SETTLE_SECONDS:
            await asyncio.sleep(0.2)

    async def _send(self, client: httpx.AsyncClient, number: str, text: str) -> int:
        headers, body = signed_message(number, text, f"SM{next(self._ids):032x}")
        try:
            return (await client.post(WEBHOOK, headers=headers, content=body)).status_code
        except httpx.HTTPError:
            return 0

    def _new_number(self) -> str:
        return f"+1555{next(self._numbers):07d}"
