"""What one address, at the limits that it is allowed, costs another visitor."""

import asyncio
import time
from dataclasses import dataclass

from evaluation.benchmark.costly_messages import costly_messages
from evaluation.benchmark.measurements import Times
from evaluation.product.checkout import RunningProduct
from evaluation.product.visitor import Visitor

OTHER, GREEDY = "127.0.0.2", "127.0.0.3"
QUESTION = "What does it mean that my cancer has spread to the bones?"
# Both keep below the limits of a session and of an address (docs/operators.md) over a measurement of half a minute.
PAUSE = 0.6
OTHER_SESSIONS = 4
GREEDY_SESSIONS = 8
# A minute's allowance, as a burst; then as much as comes back.
BURST = 110
GREEDY_PAUSE = 60 / 120
# Past the limits: each session sends so long after it was answered or refused.
PUSH_PAUSE = 0.1
# Quiet is a product that works so little in a second.
QUIET_CPU, QUIET_WITHIN = 0.1, 120.0
WORST = "500 one-letter lines"


@dataclass(frozen=True)
class Fairness:
    """Times of a visitor alone, beside a greedy address within its limits, and beside one that goes on past them."""

    alone: Times
    at_limits: Times
    past_limits: Times
    answered: int
    refused: int

    def ratio(self, times: Times) -> float:
        """Return how many times the median alone a median is."""
        return times.at(0.5) / self.alone.at(0.5)


def measure_fairness(product: RunningProduct, seconds: float = 25.0) -> Fairness:
    """Measure; the product must run with its usual limits.

    Args:
        product: The running product.
        seconds: How long the visitor asks each time.
    """
    return asyncio.run(_measure(product, seconds))


async def _measure(product: RunningProduct, seconds: float) -> Fairness:
    counts = {200: 0, 429: 0}
    visitors = [Visitor(product.url, OTHER) for _ in range(OTHER_SESSIONS)]
    greedy = [Visitor(product.url, GREEDY) for _ in range(GREEDY_SESSIONS)]
    try:
        for each in (*visitors, *greedy):
            await each.open()
        alone = await _ask(visitors, seconds, "alone")
        bursting = [asyncio.create_task(_within_limits(greedy, counts))]
        at_limits = await _beside(visitors, seconds, "at the limits", bursting)
        await _quiet(product)
        pushing = [asyncio.create_task(_push(each, counts)) for each in greedy]
        past_limits = await _beside(visitors, seconds, "past the limits", pushing)
        return Fairness(alone, at_limits, past_limits, counts[200], counts[429])
    finally:
        for each in (*visitors, *greedy):
            await each.close()


async def _ask(visitors: list[Visitor], seconds: float, name: str) -> Times:
    """Ask the same question now and then, in several conversations in turn."""
    taken: list[float] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        reply = await visitors[len(taken) % len(visitors)].say(QUESTION)
        taken.append(reply.seconds * 1000)
        await asyncio.sleep(PAUSE)
    return Times(name, taken)


async def _beside(visitors: list[Visitor], seconds: float, name: str, attack: "list[asyncio.Task[None]]") -> Times:
    try:
        return await _ask(visitors, seconds, name)
    finally:
        for task in attack:
            task.cancel()
        await asyncio.gather(*attack, return_exceptions=True)


async def _quiet(product: RunningProduct) -> None:
    """Wait until the product has finished what nobody waits for any more."""
    end = time.monotonic() + QUIET_WITHIN
    while time.monotonic() < end:
        before = product.cpu_seconds()
        await asyncio.sleep(1.0)
        if product.cpu_seconds() - before < QUIET_CPU:
            return


async def _within_limits(greedy: list[Visitor], counts: dict[int, int]) -> None:
    """Send a minute's messages at once, and then as many as come back."""
    text = costly_messages()[WORST]
    sends = [asyncio.create_task(_send(greedy[number % len(greedy)], text, counts)) for number in range(BURST)]
    try:
        number = 0
        while True:
            await asyncio.sleep(GREEDY_PAUSE)
            number += 1
            sends.append(asyncio.create_task(_send(greedy[number % len(greedy)], text, counts)))
    finally:
        for send in sends:
            send.cancel()


async def _push(visitor: Visitor, counts: dict[int, int]) -> None:
    """Send again and again, whatever the answer."""
    text = costly_messages()[WORST]
    while True:
        await _send(visitor, text, counts)
        await asyncio.sleep(PUSH_PAUSE)


async def _send(visitor: Visitor, text: str, counts: dict[int, int]) -> None:
    reply = await visitor.say(text)
    if reply.status in counts:
        counts[reply.status] += 1
