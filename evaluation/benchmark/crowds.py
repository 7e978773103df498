"""Crowds of visitors who send again as soon as they are answered: at the product, and at Rasa's own server."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from evaluation.benchmark.conversations import Load, LoadResult, Measured, Website, measure_load, visitor_messages
from evaluation.benchmark.rasa_servers import (
    FLOOR_MESSAGES,
    STARTER_MESSAGES,
    RasaServer,
    floor_server,
    make_starter_bot,
)
from evaluation.product.checkout import NO_LIMITS, Checkout, RunningProduct

Figures = dict[str, float]
Say = Callable[[str], None]


def measure_crowds(server: Measured, loads: Sequence[Load], texts: Sequence[str]) -> Figures:
    """Let crowds talk to a server, one after the other.

    Args:
        server: The server.
        loads: How many visitors, and their turns.
        texts: What they say.
    """
    measure_load(server, Load(2, 1, 5), texts[-10:])  # what is loaded with the first messages
    figures: Figures = {}
    for load in loads:
        result = measure_load(server, load, texts)
        who = "1 visitor" if load.visitors == 1 else f"{load.visitors} visitors"
        figures |= load_figures(who, result)
    return figures


def load_figures(who: str, result: LoadResult) -> Figures:
    """Return what a load measured, as figures by name.

    Args:
        who: Who talked, and where.
        result: What was measured.
    """
    return {
        f"{who}, p50 (ms)": result.times.at(0.5),
        f"{who}, p95 (ms)": result.times.at(0.95),
        f"{who}, throughput (messages/s)": result.turns / result.seconds,
        f"{who}, CPU of the product (ms a turn)": result.product_cpu * 1000 / result.turns,
        f"{who}, CPU of the measurement (ms a turn)": result.client_cpu * 1000 / result.turns,
        f"{who}, not answered": result.failed,
    }


def measure_beside_rasa(
    python: Path | None, rounds: int, crowds: Sequence[Load], say: Say
) -> Iterator[tuple[str, Figures]]:
    """Measure this product, Rasa's loop without understanding and, where there is one, the starter bot, in turn.

    Args:
        python: Of an environment with Rasa and TensorFlow; without it there is no starter bot.
        rounds: How often.
        crowds: How many visitors, and their turns.
        say: Told what is measured now.

    Raises:
        StartError: One of them did not start.
    """
    with ExitStack() as stack:

        def folder() -> Path:
            return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))

        rivals = [(floor_server(folder()), FLOOR_MESSAGES)]
        if python is not None:
            say("make: starter bot")
            rivals.insert(0, (make_starter_bot(python, folder()), STARTER_MESSAGES))
        for round_ in range(rounds):
            measures: list[Callable[[], tuple[str, Figures]]] = [
                lambda: (Checkout.this().name, _own_crowds(crowds, say)),
                *(partial(_rival_crowds, server, texts, crowds, say) for server, texts in rivals),
            ]
            # Whoever goes first in one round goes last in the next.
            for measure in measures if round_ % 2 == 0 else reversed(measures):
                yield measure()


def _own_crowds(crowds: Sequence[Load], say: Say) -> Figures:
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        RunningProduct(Checkout.this(), Path(folder), NO_LIMITS) as product,
    ):
        say(f"beside Rasa: {product.checkout.name}")
        figures = {"start (s)": product.start_seconds}
        figures |= measure_crowds(Website(product), crowds, visitor_messages())
        return figures | {f"memory of the {part} (MB)": megabytes for part, megabytes in product.memory().items()}


def _rival_crowds(server: RasaServer, texts: Sequence[str], crowds: Sequence[Load], say: Say) -> tuple[str, Figures]:
    with server:
        say(f"beside Rasa: {server.name}")
        figures = {"start (s)": server.start_seconds, **measure_crowds(server, crowds, texts)}
        return server.name, figures | {"memory of the engine (MB)": server.megabytes()}
