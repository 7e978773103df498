"""Turns of visitors over the website's API: one alone, many at once, and one who stays for hundreds of messages."""

import asyncio
import json
import random
import time
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from evaluation.benchmark.measurements import Times
from evaluation.product.checkout import RunningProduct
from evaluation.product.visitor import Reply, Visitor, address_of
from helpline.settings import ROOT

DEVELOPMENT = ROOT / "tests" / "nlu" / "development"
FILES = ("topics", "conversation", "noisy", "out_of_scope")
# What is said around the messages at which a long conversation is measured: plain questions, the same each time.
PLAIN_QUESTIONS = (
    "What is metastatic breast cancer?",
    "What does NED mean?",
    "What are bone metastases?",
    "How is it treated?",
    "What does de novo mean?",
    "Thank you",
    "What is a clinical trial?",
    "Where can I find support?",
    "Can it be cured?",
    "What does HER2 mean?",
)
MEASURED_AT = (10, 100, 220, 450)


@dataclass(frozen=True)
class Load:
    """Visitors who send again as soon as they are answered.

    Attributes:
        visitors: How many talk at once.
        conversations: How many each has, one after the other.
        turns: Messages of each conversation.
    """

    visitors: int
    conversations: int
    turns: int


@dataclass(frozen=True)
class LoadResult:
    """What a load measured.

    Attributes:
        times: Time of each turn.
        seconds: Time of the whole.
        failed: Turns that were not answered, or with an error.
        product_cpu: Processor seconds of the product.
        client_cpu: Processor seconds of the visitors.
    """

    times: Times
    seconds: float
    failed: int
    product_cpu: float
    client_cpu: float

    @property
    def turns(self) -> int:
        """How many turns there were."""
        return len(self.times.milliseconds)


def visitor_messages(seed: int = 7, folder: Path = DEVELOPMENT) -> list[str]:
    """Return the development messages in an order that is mixed and always the same."""
    texts = [
        json.loads(line)["text"]
        for name in FILES
        for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    random.Random(seed).shuffle(texts)  # noqa: S311 -- an order, no secret
    return texts


class Talker(AbstractAsyncContextManager[Any], Protocol):
    """Somebody who talks to whatever is measured."""

    async def open(self) -> Reply:
        """Begin."""

    async def say(self, text: str) -> Reply:
        """Send a message and wait for the answer."""


class Measured(Protocol):
    """A server that visitors talk to."""

    def visitor(self, number: int) -> Talker:
        """Return somebody who talks to it."""

    def cpu_seconds(self) -> float:
        """Return the processor time of all its processes so far."""


@dataclass(frozen=True)
class Website:
    """The website's chat of a running product; each visitor comes from an address of their own."""

    product: RunningProduct

    def cpu_seconds(self) -> float:
        """Return the processor time of all its processes so far."""
        return self.product.cpu_seconds()

    def visitor(self, number: int) -> Visitor:
        """Return somebody who talks to it."""
        return Visitor(self.product.url, address_of(number), trust=self.product.trust)


def measure_load(server: Measured, load: Load, texts: Sequence[str]) -> LoadResult:
    """Let visitors talk, each with messages of their own, and wait for the last."""
    return asyncio.run(_measure_load(server, load, texts))


async def _measure_load(server: Measured, load: Load, texts: Sequence[str]) -> LoadResult:
    milliseconds: list[float] = []
    failed = 0

    async def talk(number: int) -> None:
        nonlocal failed
        for conversation in range(load.conversations):
            async with server.visitor(number) as visitor:
                await visitor.open()
                first = (number * load.conversations + conversation) * load.turns
                for turn in range(load.turns):
                    reply = await visitor.say(texts[(first + turn) % len(texts)])
                    milliseconds.append(reply.seconds * 1000)
                    failed += not reply.is_answer

    cpu, own, started = server.cpu_seconds(), time.process_time(), time.perf_counter()
    await asyncio.gather(*(talk(number) for number in range(load.visitors)))
    seconds = time.perf_counter() - started
    own = time.process_time() - own
    return LoadResult(
        Times(f"{load.visitors} visitors", milliseconds), seconds, failed, server.cpu_seconds() - cpu, own
    )


@dataclass(frozen=True)
class LengthResult:
    """Cost of a turn about one message of a long conversation, in milliseconds a turn."""

    message: int
    cpu: float
    times: Times


def measure_length(
    product: RunningProduct, texts: Sequence[str], messages: Sequence[int] = MEASURED_AT
) -> list[LengthResult]:
    """Talk alone, for longer than anybody does, and measure the ten turns about each of some messages.

    Args:
        product: The running product.
        texts: What is said in between.
        messages: At which messages the turns are measured, in order.
    """
    return asyncio.run(_measure_length(product, texts, messages))


async def _measure_length(product: RunningProduct, texts: Sequence[str], messages: Sequence[int]) -> list[LengthResult]:
    results = []
    async with Visitor(product.url) as visitor:
        await visitor.open()
        said = 0
        for message in messages:
            first = message - len(PLAIN_QUESTIONS) // 2
            while said < first - 2:
                await visitor.say(texts[said % len(texts)])
                said += 1
            for text in ("stop", "What is breast cancer?"):  # a form that was begun in between would cost more
                await visitor.say(text)
                said += 1
            cpu, milliseconds = product.cpu_seconds(), []
            for text in PLAIN_QUESTIONS:
                milliseconds.append((await visitor.say(text)).seconds * 1000)
                said += 1
            spent = (product.cpu_seconds() - cpu) * 1000 / len(PLAIN_QUESTIONS)
            results.append(LengthResult(message, spent, Times(f"message {message}", milliseconds)))
    return results
