"""The whole benchmark: each part measured for each checkout in turn, several rounds, and told as figures by name."""

import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

from evaluation.benchmark.channels import ChannelLoad, ChannelMeasurement
from evaluation.benchmark.console_pages import CONVERSATIONS, REQUESTS, measure_console, postgresql_database
from evaluation.benchmark.conversations import (
    MEASURED_AT,
    Load,
    Website,
    measure_length,
    visitor_messages,
)
from evaluation.benchmark.costly_messages import costly_messages, measure_costly_messages
from evaluation.benchmark.crowds import Figures, Say, measure_beside_rasa, measure_crowds
from evaluation.benchmark.detection import measure_danger_detector
from evaluation.benchmark.fairness import measure_fairness
from evaluation.benchmark.growth import Growth, measure_growth
from evaluation.benchmark.measurements import Times
from evaluation.benchmark.page_load import measure_page
from evaluation.benchmark.parse_times import measure_parsing
from evaluation.benchmark.scale import Scale, measure_engines, measure_sign_ups, measure_stored
from evaluation.benchmark.soak import Soak, measure_soak
from evaluation.product.checkout import NO_LIMITS, WEBSITE, Checkout, RunningProduct, folder_megabytes
from evaluation.product.twilio import LocalTwilio

Rounds = dict[str, list[Figures]]

PARTS = (
    "load", "length", "cost", "fairness", "page", "rasa", "cluster", "stored", "sign-ups", "soak", "growth", "console",
    "channels", "parse", "detector", "environment",
)  # fmt: skip

CHANNEL_LOAD = ChannelLoad()
SCALE = Scale()
SOAK = Soak()
GROWTH = Growth()


@dataclass(frozen=True)
class Extent:
    """How much is measured.

    Attributes:
        rounds: How often all is measured, the checkouts in turn; the middle of each figure counts.
        loads: Visitors and their turns.
        length: The messages of a long conversation that are measured.
        costly: How often each costly message is sent.
        fair_seconds: How long each part of the fairness lasts.
        parsed: Messages that are read without a server.
        pages: How often the page is loaded.
        console: How often each page of the staff's console is asked for, and the requests and conversations behind it.
        channels: Text messages, and the outage of their provider.
        crowds: Visitors and their turns, beside Rasa's own server.
        scale: Engines, stored conversations and sign-ups.
        soak: For how long visitors talk, to see whether anything grows.
        growth: On how many training messages and topics it is trained, to see what grows with them.
    """

    rounds: int = 2
    loads: tuple[Load, ...] = (Load(1, 3, 30), Load(8, 1, 30), Load(32, 1, 30))
    length: tuple[int, ...] = MEASURED_AT
    costly: int = 6
    fair_seconds: float = 25.0
    parsed: int = 300
    pages: int = 5
    console: tuple[int, int, int] = (30, REQUESTS, CONVERSATIONS)
    channels: ChannelLoad = CHANNEL_LOAD
    crowds: tuple[Load, ...] = (
        Load(1, 3, 30),
        Load(8, 1, 30),
        Load(32, 1, 30),
        Load(64, 1, 30),
        Load(128, 1, 30),
    )
    scale: Scale = SCALE
    soak: Soak = SOAK
    growth: Growth = GROWTH


SHORT = Extent(
    1,
    (Load(1, 1, 15), Load(8, 1, 5), Load(32, 1, 4)),
    (10, 30, 50),
    2,
    6.0,
    40,
    1,
    (3, 300, 1000),
    ChannelLoad(4, 4, 5.0, 0.5),
    (Load(1, 1, 15), Load(8, 1, 5)),
    Scale((1,), Load(8, 1, 5), (100,), Load(1, 1, 15), 5.0),
    Soak(5, 2),
    Growth((40,), (), 20),
)


class Benchmark:
    """Measures all checkouts, each part for one right after the other.

    Args:
        checkouts: What is measured; the first is this one.
        parts: Which of `PARTS`.
        extent: How much.
        say: Told what is measured now.
        postgresql: URL of a PostgreSQL server on which the console is measured too.
        rasa_python: Python of an environment with Rasa and TensorFlow, whose starter bot is measured too.
    """

    def __init__(
        self,
        checkouts: Sequence[Checkout],
        parts: Sequence[str],
        extent: Extent,
        say: Say,
        postgresql: str | None = None,
        rasa_python: Path | None = None,
    ) -> None:
        self._checkouts = checkouts
        self._parts = parts
        self._extent = extent
        self._say = say
        self._postgresql = postgresql
        self._rasa_python = rasa_python
        self.rounds: dict[str, Rounds] = {}
        """What each round measured so far: by part, by the name of what was measured, and by figure."""

    @property
    def figures(self) -> dict[str, Figures]:
        """What was measured so far, by checkout and by what it is, the unit in brackets; the middle of all rounds."""
        columns: Rounds = {checkout.name: [] for checkout in self._checkouts}
        for measured in self.rounds.values():
            for name, figures in measured.items():
                columns.setdefault(name, []).extend(figures)
        return {name: middle(measured) for name, measured in columns.items()}

    def run(self) -> None:
        """Measure.

        Raises:
            StartError: A product did not start.
        """
        for part, name, figures in self._measure():
            self.rounds.setdefault(part, {}).setdefault(name, []).append(figures)

    def _measure(self) -> Iterator[tuple[str, str, Figures]]:
        parts, extent, say = self._parts, self._extent, self._say
        for round_ in range(extent.rounds):
            # Whoever goes first in one round goes last in the next.
            ordered = self._checkouts if round_ % 2 == 0 else list(reversed(self._checkouts))
            yield from _round(ordered, parts, extent, say)
        if "rasa" in parts:
            for name, figures in measure_beside_rasa(self._rasa_python, extent.rounds, extent.crowds, say):
                yield "rasa", name, figures
        for checkout in self._checkouts:
            for part, figures in _once(checkout, parts, extent, say):
                yield part, checkout.name, figures
        own: list[tuple[str, Callable[[], Figures]]] = [
            ("console", lambda: _console(extent, self._postgresql, say)),
            ("channels", lambda: _channels(Checkout.this(), extent, say)),
            ("soak", lambda: _soak(extent, say)),
            ("growth", lambda: measure_growth(extent.growth, visitor_messages())),
            ("stored", lambda: measure_stored(extent.scale)),
            ("sign-ups", lambda: measure_sign_ups(extent.scale, self._postgresql)),
        ]
        if self._postgresql is not None:
            own.append(("cluster", partial(measure_engines, extent.scale, self._postgresql)))
        for part, measure in own:
            if part in parts:
                say(part)
                yield part, Checkout.this().name, measure()


def _round(
    checkouts: Sequence[Checkout], parts: Sequence[str], extent: Extent, say: Say
) -> Iterator[tuple[str, str, Figures]]:
    measures: list[tuple[str, Callable[[RunningProduct], Figures]]] = [
        ("load", lambda product: _load(product, extent)),
        ("length", lambda product: _length(product, extent)),
        ("cost", lambda product: _cost(product, extent)),
        ("page", lambda product: _page(product, extent)),
    ]
    wanted = [(name, measure) for name, measure in measures if name in parts]
    if wanted:
        with _running(checkouts, NO_LIMITS, say) as products:
            for product in products:
                yield "start", product.checkout.name, {"start (s)": product.start_seconds}
            for name, measure in wanted:
                for product in products:
                    say(f"{name}: {product.checkout.name}")
                    measured = measure(product)
                    product.require_running()
                    yield name, product.checkout.name, measured
    if "fairness" in parts:
        with _running(checkouts, {}, say) as products:
            for product in products:
                say(f"fairness: {product.checkout.name}")
                yield "fairness", product.checkout.name, _fairness(product, extent)


@contextmanager
def _running(checkouts: Sequence[Checkout], settings: dict[str, str], say: Say) -> Iterator[list[RunningProduct]]:
    """Start all checkouts one after the other; those that wait for their turn do next to nothing."""
    with ExitStack() as stack:
        products = []
        for checkout in checkouts:
            say(f"start: {checkout.name}")
            directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
            products.append(stack.enter_context(RunningProduct(checkout, directory, settings)))
        yield products


def _load(product: RunningProduct, extent: Extent) -> Figures:
    figures = measure_crowds(Website(product), extent.loads, visitor_messages())
    for part, megabytes in product.memory().items():
        figures[f"memory of the {part} (MB)"] = megabytes
    figures["database after the load (MB)"] = product.database_megabytes()
    return figures


def _soak(extent: Extent, say: Say) -> Figures:
    with _running([Checkout.this()], NO_LIMITS, say) as (product,):
        return measure_soak(product, extent.soak)


def _length(product: RunningProduct, extent: Extent) -> Figures:
    results = measure_length(product, visitor_messages(), extent.length)
    figures = {f"CPU of a turn at message {each.message} (ms)": each.cpu for each in results}
    figures.update({f"p50 of a turn at message {each.message} (ms)": each.times.at(0.5) for each in results})
    figures[f"CPU at message {results[-1].message}, times that at {results[0].message}"] = (
        results[-1].cpu / results[0].cpu
    )
    return figures


def _cost(product: RunningProduct, extent: Extent) -> Figures:
    costs = measure_costly_messages(product, costly_messages(), extent.costly)
    plain = costs.pop("plain question (ms)")
    ranked = sorted(costs.items(), key=lambda each: each[1], reverse=True)
    figures = {"CPU of a plain question (ms)": plain, "costliest message, times a plain question": ranked[0][1]}
    figures.update({f"cost of {name}, times a plain question": ratio for name, ratio in ranked})
    return figures


def _fairness(product: RunningProduct, extent: Extent) -> Figures:
    fairness = measure_fairness(product, extent.fair_seconds)
    return {
        "fairness: median alone (ms)": fairness.alone.at(0.5),
        "fairness: beside an address at its limits, times alone": fairness.ratio(fairness.at_limits),
        "fairness: beside an address past its limits, times alone": fairness.ratio(fairness.past_limits),
        "fairness: p95 beside an address at its limits (ms)": fairness.at_limits.at(0.95),
        "fairness: messages of the greedy address, answered": fairness.answered,
        "fairness: messages of the greedy address, refused": fairness.refused,
    }


def _page(product: RunningProduct, extent: Extent) -> Figures:
    if not (product.checkout.folder / "widget" / "dist").exists():
        return {}
    times = measure_page(f"{product.url}{WEBSITE}/", extent.pages)
    return {} if times is None else {f"{times.way} (ms)": times.at(0.5)}


def _console(extent: Extent, postgresql: str | None, say: Say) -> Figures:
    """Measure the pages of the staff's console, and a rotation of its store's keys, on each database."""
    figures: Figures = {}
    times, requests, conversations = extent.console
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        databases = {"SQLite": f"sqlite:///{folder / 'store.db'}"}
        if postgresql is not None:
            databases["PostgreSQL"] = stack.enter_context(postgresql_database(postgresql))
        for name, url in databases.items():
            measured = measure_console(url, folder, times, say, requests, conversations)
            costs = measured.pages
            figures |= {f"console on {name}, {page}, p95 (ms)": cost.times.at(0.95) for page, cost in costs.items()}
            figures[f"console on {name}, largest page (kB)"] = max(cost.kilobytes for cost in costs.values())
            figures[f"console on {name}, rotation of the keys (s)"] = measured.rotation
    return figures


def _channels(checkout: Checkout, extent: Extent, say: Say) -> Figures:
    """Measure text messages, with a provider on this machine."""
    say(f"channels: {checkout.name}")
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as directory,
        LocalTwilio() as twilio,
        RunningProduct(checkout, Path(directory), {**NO_LIMITS, **twilio.settings}) as product,
    ):
        figures = ChannelMeasurement(product, twilio).measure(extent.channels, visitor_messages())
        for part, megabytes in product.memory().items():
            figures[f"with text messages, memory of the {part} (MB)"] = megabytes
        return figures


def _once(checkout: Checkout, parts: Sequence[str], extent: Extent, say: Say) -> Iterator[tuple[str, Figures]]:
    """Measure what needs no running product and does not change from round to round."""
    texts = visitor_messages()[: extent.parsed]
    if "parse" in parts:
        say(f"parse: {checkout.name}")
        times = Times("understanding alone", measure_parsing(checkout.folder, checkout.environment, texts))
        yield "parse", {f"{times.way}, p50 (ms)": times.at(0.5), f"{times.way}, p95 (ms)": times.at(0.95)}
    if "detector" in parts and checkout == Checkout.this():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what libraries have to say to their own developers
            times = measure_danger_detector(checkout.folder / "models" / "mbc.tar.gz", texts)
        yield "detector", {f"{times.way}, p50 (ms)": times.at(0.5), f"{times.way}, p95 (ms)": times.at(0.95)}
    if "environment" in parts:
        model = checkout.folder / "models" / "mbc.tar.gz"
        yield (
            "environment",
            {
                "Python environment (MB)": folder_megabytes(checkout.environment),
                "model (MB)": model.stat().st_size / 1e6,
            },
        )


def middle(rounds: Sequence[Figures]) -> Figures:
    """Return the middle of each figure over all rounds in which it was measured."""
    names = list(dict.fromkeys(name for figures in rounds for name in figures))
    return {name: median(figures[name] for figures in rounds if name in figures) for name in names}
