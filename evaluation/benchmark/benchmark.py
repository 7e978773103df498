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
    Measured,
    Website,
    measure_length,
    measure_load,
    visitor_messages,
)
from evaluation.benchmark.costly_messages import costly_messages, measure_costly_messages
from evaluation.benchmark.detection import measure_danger_detector
from evaluation.benchmark.fairness import measure_fairness
from evaluation.benchmark.measurements import Times
from evaluation.benchmark.page_load import measure_page
from evaluation.benchmark.parse_times import measure_parsing
from evaluation.benchmark.rasa_servers import (
    FLOOR_MESSAGES,
    STARTER_MESSAGES,
    RasaServer,
    floor_server,
    make_starter_bot,
)
from evaluation.product.checkout import NO_LIMITS, WEBSITE, Checkout, RunningProduct, folder_megabytes
from evaluation.product.twilio import LocalTwilio

Figures = dict[str, float]
Say = Callable[[str], None]

PARTS = (
    "load",
    "length",
    "cost",
    "fairness",
    "page",
    "console",
    "channels",
    "rasa",
    "parse",
    "detector",
    "environment",
)

CHANNEL_LOAD = ChannelLoad()


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
        self._measured: dict[str, list[Figures]] = {checkout.name: [] for checkout in checkouts}

    @property
    def rounds(self) -> dict[str, list[Figures]]:
        """What each round measured, by checkout."""
        return self._measured

    @property
    def figures(self) -> dict[str, Figures]:
        """What was measured so far, by checkout and by what it is, the unit in brackets; the middle of all rounds."""
        return {name: _middle(measured) for name, measured in self._measured.items()}

    def run(self) -> None:
        """Measure.

        Raises:
            StartError: A product did not start.
        """
        for round_ in range(self._extent.rounds):
            # Whoever goes first in one round goes last in the next.
            ordered = self._checkouts if round_ % 2 == 0 else list(reversed(self._checkouts))
            for checkout, figures in _round(ordered, self._parts, self._extent, self._say):
                self._measured[checkout.name].append(figures)
        if "rasa" in self._parts:
            for name, figures in _beside_rasa(self._rasa_python, self._extent, self._say):
                self._measured.setdefault(name, []).append(figures)
        for checkout in self._checkouts:
            self._measured[checkout.name].append(_once(checkout, self._parts, self._extent, self._say))
            if "console" in self._parts and checkout == Checkout.this():
                self._measured[checkout.name].append(_console(self._extent, self._postgresql, self._say))
            if "channels" in self._parts and checkout == Checkout.this():
                self._measured[checkout.name].append(_channels(checkout, self._extent, self._say))


def _round(
    checkouts: Sequence[Checkout], parts: Sequence[str], extent: Extent, say: Say
) -> Iterator[tuple[Checkout, Figures]]:
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
                yield product.checkout, {"start (s)": product.start_seconds}
            for name, measure in wanted:
                for product in products:
                    say(f"{name}: {product.checkout.name}")
                    measured = measure(product)
                    product.require_running()
                    yield product.checkout, measured
    if "fairness" in parts:
        with _running(checkouts, {}, say) as products:
            for product in products:
                say(f"fairness: {product.checkout.name}")
                yield product.checkout, _fairness(product, extent)


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
    figures = _crowds(Website(product), extent.loads, visitor_messages())
    for part, megabytes in product.memory().items():
        figures[f"memory of the {part} (MB)"] = megabytes
    figures["database after the load (MB)"] = product.database_megabytes()
    return figures


def _crowds(server: Measured, loads: Sequence[Load], texts: Sequence[str]) -> Figures:
    measure_load(server, Load(2, 1, 5), texts[-10:])  # what is loaded with the first messages
    figures: Figures = {}
    for load in loads:
        result = measure_load(server, load, texts)
        who = "1 visitor" if load.visitors == 1 else f"{load.visitors} visitors"
        figures[f"{who}, p50 (ms)"] = result.times.at(0.5)
        figures[f"{who}, p95 (ms)"] = result.times.at(0.95)
        figures[f"{who}, throughput (messages/s)"] = result.turns / result.seconds
        figures[f"{who}, CPU of the product (ms a turn)"] = result.product_cpu * 1000 / result.turns
        figures[f"{who}, CPU of the measurement (ms a turn)"] = result.client_cpu * 1000 / result.turns
        figures[f"{who}, not answered"] = result.failed
    return figures


def _beside_rasa(python: Path | None, extent: Extent, say: Say) -> Iterator[tuple[str, Figures]]:
    """Measure this product, Rasa's loop without understanding and, where there is one, the starter bot, in turn."""
    with ExitStack() as stack:

        def folder() -> Path:
            return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))

        rivals = [(floor_server(folder()), FLOOR_MESSAGES)]
        if python is not None:
            say("make: starter bot")
            rivals.insert(0, (make_starter_bot(python, folder()), STARTER_MESSAGES))
        for round_ in range(extent.rounds):
            measures: list[Callable[[], tuple[str, Figures]]] = [
                lambda: (Checkout.this().name, _own_crowds(extent, say)),
                *(partial(_rival_crowds, server, texts, extent, say) for server, texts in rivals),
            ]
            # Whoever goes first in one round goes last in the next.
            for measure in measures if round_ % 2 == 0 else reversed(measures):
                yield measure()


def _own_crowds(extent: Extent, say: Say) -> Figures:
    with _running([Checkout.this()], NO_LIMITS, say) as (product,):
        say(f"beside Rasa: {product.checkout.name}")
        figures = {"start (s)": product.start_seconds}
        figures |= _crowds(Website(product), extent.crowds, visitor_messages())
        return figures | {f"memory of the {part} (MB)": megabytes for part, megabytes in product.memory().items()}


def _rival_crowds(server: RasaServer, texts: Sequence[str], extent: Extent, say: Say) -> tuple[str, Figures]:
    with server:
        say(f"beside Rasa: {server.name}")
        figures = {"start (s)": server.start_seconds, **_crowds(server, extent.crowds, texts)}
        return server.name, figures | {"memory of the engine (MB)": server.megabytes()}


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


def _once(checkout: Checkout, parts: Sequence[str], extent: Extent, say: Say) -> Figures:
    """Measure what needs no running product and does not change from round to round."""
    figures: Figures = {}
    texts = visitor_messages()[: extent.parsed]
    if "parse" in parts:
        say(f"parse: {checkout.name}")
        times = Times("understanding alone", measure_parsing(checkout.folder, checkout.environment, texts))
        figures.update({f"{times.way}, p50 (ms)": times.at(0.5), f"{times.way}, p95 (ms)": times.at(0.95)})
    if "detector" in parts and checkout == Checkout.this():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what libraries have to say to their own developers
            times = measure_danger_detector(checkout.folder / "models" / "mbc.tar.gz", texts)
        figures.update({f"{times.way}, p50 (ms)": times.at(0.5), f"{times.way}, p95 (ms)": times.at(0.95)})
    if "environment" in parts:
        figures["Python environment (MB)"] = folder_megabytes(checkout.environment)
        figures["model (MB)"] = (checkout.folder / "models" / "mbc.tar.gz").stat().st_size / 1e6
    return figures


def _middle(rounds: Sequence[Figures]) -> Figures:
    names = list(dict.fromkeys(name for figures in rounds for name in figures))
    return {name: median(figures[name] for figures in rounds if name in figures) for name in names}
