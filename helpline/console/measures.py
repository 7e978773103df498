"""What the overview tells, by day or week: each measure with its table, and which counts may leave the house.

A count below five might tell who somebody is, so files that leave the house hide it. Dangers are never hidden: that
there was one must be known.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from helpline.console import words
from helpline.console.titles import topic_title
from helpline.store.day_counts import GREETING, NOT_UNDERSTOOD, HourCount
from helpline.store.overview import OverviewCounts

LEAST_SHOWN = 5
HIDDEN = f"<{LEAST_SHOWN}"
DAYS, WEEKS = 28, 13
TOPICS_SHOWN = 15


@dataclass(frozen=True)
class Cell:
    """A figure. ``count`` is the smallest count that it tells something of; ``value`` None where there is none."""

    value: float | None
    count: int
    unit: str = ""

    @property
    def text(self) -> str:
        """The figure as it is shown within the house."""
        return "none" if self.value is None else f"{self.value:.{0 if not self.unit else 1}f}{self.unit}"

    @property
    def is_small(self) -> bool:
        """Whether it is hidden in what leaves the house."""
        return self.count < LEAST_SHOWN


@dataclass(frozen=True)
class Line:
    """A row of a table: a day, a week or a topic; its parts, and what they make together.

    ``key`` is what files call it where people read another name. ``hides_parts`` and ``hides_all`` say that outside the
    house all parts, or all figures, are hidden.
    """

    label: str
    parts: tuple[Cell, ...]
    whole: Cell
    key: str = ""
    hides_parts: bool = False
    hides_all: bool = False

    def hides_whole(self) -> bool:
        """Whether the whole must be hidden too: with the parts that are shown, it would tell those that are hidden.

        It tells that they make less than five together, and each of them where one is hidden alone, or where all are
        as large as they can be.
        """
        if self.hides_all or self.whole.is_small:
            return True
        hidden = [part.count for part in self.parts if part.is_small]
        told = len(hidden) == 1 or sum(hidden) < LEAST_SHOWN or sum(hidden) == (LEAST_SHOWN - 1) * len(hidden)
        return bool(hidden) and not self.hides_parts and told

    def hides(self, part: Cell) -> bool:
        """Whether one of the parts must be hidden."""
        return self.hides_all or self.hides_parts or part.is_small


@dataclass(frozen=True)
class Measure:
    """Something that is measured.

    Attributes:
        key: Its name in addresses and files.
        title: Its name for people.
        note: What exactly is counted.
        columns: The names of the parts; none where there is the whole alone.
        whole: The name of the whole.
        lines: The rows of its table.
        is_danger: Whether nothing of it is ever hidden.
    """

    key: str
    title: str
    note: str
    columns: tuple[str, ...]
    whole: str
    lines: tuple[Line, ...]
    is_danger: bool = False

    def outside(self) -> list[tuple[str, list[str], str]]:
        """Return label, parts and whole of each row as they may leave the house."""
        return [
            (
                line.label,
                [self._outside(part, line.hides(part)) for part in line.parts],
                self._outside(line.whole, line.hides_whole()),
            )
            for line in self.lines
        ]

    def _outside(self, cell: Cell, hidden: bool) -> str:
        return HIDDEN if hidden and not self.is_danger else cell.text


@dataclass(frozen=True)
class Period:
    """The days or weeks that are shown, at the helpline's place; a week begins on Monday."""

    by_week: bool
    zone: ZoneInfo
    starts: tuple[date, ...]

    @classmethod
    def until(cls, now: datetime, zone: ZoneInfo, by_week: bool) -> "Period":
        """Return the last days or weeks with today's."""
        today = now.astimezone(zone).date()
        last = today - timedelta(days=today.weekday()) if by_week else today
        step, number = (7, WEEKS) if by_week else (1, DAYS)
        return cls(by_week, zone, tuple(last - timedelta(days=step * n) for n in range(number - 1, -1, -1)))

    @property
    def since(self) -> datetime:
        """When it begins."""
        first = self.starts[0]
        return datetime(first.year, first.month, first.day, tzinfo=self.zone)

    def start_of(self, at: datetime) -> date:
        """Return the day or week that a time is in. An hour of a zone off by half an hour counts where it begins."""
        day = at.astimezone(self.zone).date()
        return day - timedelta(days=day.weekday()) if self.by_week else day

    def label(self, start: date) -> str:
        """Say a day or a week."""
        return f"{'week of ' if self.by_week else ''}{start:%b} {start.day}"


def measures_of(counts: OverviewCounts, period: Period, titles: Mapping[str, str] | None = None) -> list[Measure]:
    """Return all measures of a period; topics are called by their titles."""
    conversations = _counted(
        "conversations", "Conversations", "By the day that they began.", counts.conversations, period
    )
    languages = _counted(
        "languages",
        "Languages",
        "Conversations in which the assistant noticed another language, and all others.",
        counts.languages,
        period,
        words.LANGUAGES.get,
        always=tuple(words.LANGUAGES.values()),
    )
    return [
        conversations,
        _share(counts.messages, period),
        _counted(
            "danger",
            "Danger by kind",
            "Messages that were flagged. Never hidden, however few.",
            counts.dangers,
            period,
            _danger_name,
            is_danger=True,
        ),
        _counted(
            "requests",
            "Handed to people",
            "Saved call backs and sign-ups for a peer volunteer. Who asked for a person and was given the number is "
            "not counted.",
            counts.requests,
            period,
            {"callback": "Call backs", "volunteer": "Sign-ups"}.get,
            always=("Call backs", "Sign-ups"),
        ),
        _first_contact(counts.first_contacts, period),
        _topics(counts.topics, titles or {}),
        _told_by(conversations, languages),
    ]


def _told_by(told: Measure, other: Measure) -> Measure:
    """Return another measure of the same wholes, which gives nothing away of what is hidden in the first, nor its own.

    Where the whole is shown in the first, the parts of the other are hidden all or none; where it is hidden there, the
    other is hidden, since its parts would tell the whole.
    """
    lines = (
        replace(line, hides_all=first.hides_whole(), hides_parts=any(part.is_small for part in line.parts))
        for first, line in zip(told.lines, other.lines, strict=True)
    )
    return replace(other, lines=tuple(lines))


def _counted(
    key: str,
    title: str,
    note: str,
    counts: Iterable[HourCount],
    period: Period,
    name: Callable[[str], str | None] = str,
    always: tuple[str, ...] = (),
    is_danger: bool = False,
) -> Measure:
    found: Counter[tuple[date, str]] = Counter()
    for one in counts:
        found[period.start_of(one.hour), name(one.kind) or one.kind] += one.number
    columns = always or tuple(sorted({kind for _, kind in found}))
    lines = []
    for start in period.starts:
        numbers = [found[start, column] for column in columns]
        parts = tuple(Cell(number, number) for number in numbers) if len(columns) > 1 else ()
        lines.append(Line(period.label(start), parts, Cell(sum(numbers), sum(numbers))))
    return Measure(key, title, note, columns if len(columns) > 1 else (), "All", tuple(lines), is_danger)


def _danger_name(kind: str) -> str:
    return words.danger(kind)


def _share(messages: Iterable[HourCount], period: Period) -> Measure:
    asked: Counter[date] = Counter()
    lost: Counter[date] = Counter()
    for one in messages:
        if one.kind != GREETING:
            asked[period.start_of(one.hour)] += one.number
            lost[period.start_of(one.hour)] += one.number if one.kind == NOT_UNDERSTOOD else 0
    lines = []
    for start in period.starts:
        of, number = asked[start], lost[start]
        share = Cell(100 * number / of if of else None, min(number, of - number), "%")
        lines.append(Line(period.label(start), (), share))
    note = "Of all messages and pressed buttons but greetings, the share that the assistant did not understand."
    return Measure("not-understood", "Not understood", note, (), "Share", tuple(lines))


def _first_contact(contacts: Mapping[datetime, Sequence[int]], period: Period) -> Measure:
    minutes: dict[date, list[int]] = {}
    for came, waited in contacts.items():
        minutes.setdefault(period.start_of(came), []).extend(waited)
    lines = []
    for start in period.starts:
        of = minutes.get(start, [])
        lines.append(Line(period.label(start), (), Cell(median(of) / 60 if of else None, len(of), " h")))
    note = "Until somebody first tried to reach the person, reached or not: for half of them within this time. By the "
    note += "day that they asked."
    return Measure("first-contact", "Time to first contact", note, (), "Median", tuple(lines))


def _topics(topics: Mapping[str, int], titles: Mapping[str, str]) -> Measure:
    lines = tuple(
        Line(topic_title(titles, topic), (), Cell(number, number), topic)
        for topic, number in Counter(topics).most_common(TOPICS_SHOWN)
    )
    note = f"The {TOPICS_SHOWN} topics that were asked about most, in all the time shown."
    return Measure("topics", "Topics", note, (), "Times", lines)
