"""Visitors for half an hour: what they wait, and what each part holds, must be in the end as in the beginning."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from evaluation.benchmark.conversations import visitor_messages
from evaluation.product.checkout import RunningProduct
from evaluation.product.visitor import Visitor, address_of

_EVERY = 60.0
# The first and the last so many samples are compared; what is loaded with the first messages is in none of them.
_COMPARED = 3


@dataclass(frozen=True)
class Soak:
    """How long, and how much is said.

    Attributes:
        minutes: How long; the first minute does not count.
        visitors: How many talk at once, each for a conversation of 30 messages and then anew; after a yes to deleting
            what was said, which some say, anew at once.
        thinks: Seconds between an answer and the next message.
    """

    minutes: int = 30
    visitors: int = 16
    thinks: float = 1.0


def measure_soak(product: RunningProduct, soak: Soak) -> dict[str, float]:
    """Let visitors talk for long, and compare the end with the beginning."""
    return asyncio.run(_soak(product, soak))


async def _talk(
    url: str, number: int, soak: Soak, end: float, times: list[tuple[float, float]], failed: list[str]
) -> None:
    texts, said = visitor_messages(number), 0
    while time.monotonic() < end:
        async with Visitor(url, address_of(number)) as visitor:
            await visitor.open()
            for _ in range(30):
                reply = await visitor.say(texts[said % len(texts)])
                times.append((time.monotonic(), reply.seconds * 1000))
                if reply.is_over:
                    break
                if not reply.is_answer:
                    failed.append(reply.problem or str(reply.status))
                said += 1
                if time.monotonic() > end:
                    return
                await asyncio.sleep(soak.thinks)


async def _sample(product: RunningProduct, end: float, samples: list[dict[str, float]]) -> None:
    while time.monotonic() < end:
        await asyncio.sleep(min(_EVERY, max(0.0, end - time.monotonic())))
        samples.append(product.memory())


async def _soak(product: RunningProduct, soak: Soak) -> dict[str, float]:
    started = time.monotonic()
    end = started + soak.minutes * 60
    times: list[tuple[float, float]] = []
    failed: list[str] = []
    samples: list[dict[str, float]] = []
    talks = [_talk(product.url, number, soak, end, times, failed) for number in range(soak.visitors)]
    await asyncio.gather(_sample(product, end, samples), *talks)
    part = _COMPARED * _EVERY
    first = [each for at, each in times if started + _EVERY <= at < started + _EVERY + part]
    last = [each for at, each in times if at >= end - part]
    figures = {
        "soak, messages": float(len(times)),
        "soak, not answered": float(len(failed)),
        "soak, p50 in the first minutes (ms)": median(first),
        "soak, p50 in the last minutes (ms)": median(last),
        "soak, p50, last by first": median(last) / median(first),
    }
    for name in samples[0]:
        early, late = (_middle(samples[rows], name) for rows in (slice(1, 1 + _COMPARED), slice(-_COMPARED, None)))
        figures[f"soak, memory of the {name} in the first minutes (MB)"] = early
        figures[f"soak, memory of the {name} in the last minutes (MB)"] = late
    return figures


def _middle(samples: Sequence[dict[str, float]], name: str) -> float:
    return median(sample[name] for sample in samples if name in sample)
