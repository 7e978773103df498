"""The figures that the parts count: each with its name, what it says and its labels, in one table.

Counting costs nothing where no figures are wanted (`HELPLINE_METRICS_ADDRESS`): what counts them for Prometheus is
loaded only then. Labels have few values, known beforehand.
"""

from dataclasses import dataclass
from typing import Any

COUNTER, GAUGE, HISTOGRAM = "counter", "gauge", "histogram"
_SECONDS = (0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)


@dataclass(frozen=True)
class Figure:
    """What is counted: its kind, what it says, its labels, and the parts that count it."""

    kind: str
    says: str
    labels: tuple[str, ...] = ()


FIGURES = {
    "helpline_turns_total": Figure(COUNTER, "Messages that engines took, by outcome.", ("channel", "outcome")),
    "helpline_turn_seconds": Figure(HISTOGRAM, "Seconds of a turn in the engine, with its actions and the store."),
    "helpline_danger_total": Figure(COUNTER, "Messages with danger in them, by who answered.", ("kind", "by")),
    "helpline_handoffs_total": Figure(COUNTER, "Turns that led to people: number, call back, volunteer.", ("kind",)),
    "helpline_action_seconds": Figure(HISTOGRAM, "Seconds of a call of the action server.", ("action",)),
    "helpline_actions_failed_total": Figure(COUNTER, "Actions that gave no answer.", ("action",)),
    "helpline_requests_total": Figure(COUNTER, "Requests at the front door, by kind of status.", ("route", "status")),
    "helpline_request_seconds": Figure(HISTOGRAM, "Seconds of a request at the front door.", ("route",)),
    "helpline_fallbacks_total": Figure(COUNTER, "Visitors who heard the number, not an answer.", ("reason",)),
    "helpline_limited_total": Figure(COUNTER, "Requests over a limit.", ("limit",)),
    "helpline_turns_running": Figure(GAUGE, "Turns that a front door has in the engines now."),
    "helpline_turns_waiting": Figure(GAUGE, "Turns that wait at a front door for a place."),
    "helpline_engines_answering": Figure(GAUGE, "Engines that answer, as a front door or delivery sees it."),
    "helpline_engine_switches_total": Figure(COUNTER, "Messages that another engine was asked, because one was gone."),
    "helpline_queue_open": Figure(GAUGE, "What staff have to do something about.", ("kind",)),
    "helpline_queue_oldest_seconds": Figure(GAUGE, "Age of the oldest of it that nobody has begun with.", ("kind",)),
    "helpline_outbox_waiting": Figure(GAUGE, "Messages of channels that wait to be sent."),
    "helpline_outbox_oldest_seconds": Figure(GAUGE, "Age of the oldest of them."),
    "helpline_inbox_oldest_seconds": Figure(GAUGE, "Age of the oldest message of a channel that is not answered."),
    "helpline_mails_oldest_seconds": Figure(GAUGE, "Age of the oldest mail that waits to be sent."),
    "helpline_flags_spooled": Figure(GAUGE, "Flags of danger that wait on a disk for the store."),
    "helpline_errors_total": Figure(COUNTER, "Errors in the log, by the module that wrote them.", ("logger",)),
    "helpline_probe_right": Figure(GAUGE, "Whether the synthetic visitor was answered right: 1, or 0.", ("what",)),
    "helpline_probe_seconds": Figure(GAUGE, "Seconds that the synthetic visitor waited for the answer.", ("what",)),
    "helpline_probe_time_seconds": Figure(GAUGE, "When the synthetic visitor asked last, Unix time."),
}  # fmt: skip


class Figures:
    """The figures of this process; they count once they are opened."""

    def __init__(self) -> None:
        self._live: dict[str, Any] = {}
        self._registry: Any = None

    @property
    def is_open(self) -> bool:
        """Whether anything is counted."""
        return bool(self._live)

    def open(self) -> None:
        """Begin to count."""
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        made = {COUNTER: Counter, GAUGE: Gauge}
        for name, figure in FIGURES.items():
            if figure.kind == HISTOGRAM:
                live: Any = Histogram(name, figure.says, figure.labels, registry=self._registry, buckets=_SECONDS)
            else:
                live = made[figure.kind](name, figure.says, figure.labels, registry=self._registry)
            self._live[name] = live

    def count(self, name: str, number: float = 1, **labels: str) -> None:
        """Count something."""
        if self._live:
            self._one(name, labels).inc(number)

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        """Note how long something took."""
        if self._live:
            self._one(name, labels).observe(seconds)

    def set(self, name: str, value: float, **labels: str) -> None:
        """Note how much there is of something now."""
        if self._live:
            self._one(name, labels).set(value)

    def text(self) -> bytes:
        """Return all figures as Prometheus reads them."""
        from prometheus_client import generate_latest

        return generate_latest(self._registry)

    def _one(self, name: str, labels: dict[str, str]) -> Any:
        live = self._live[name]
        return live.labels(**labels) if labels else live


figures = Figures()
