"""What happened, counted by day once the day is over, so that an overview of months need not go through all turns.

A day is that of the helpline's place. The engine counts it when it has been over for two days: what comes in late, such
as a flag that waited on the disk, is in it then. Until then, and where no engine ran, it is counted at each look. The
counts name nobody, and go when transcripts do.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, Text, case, cast, delete, extract, func, insert, literal, select, type_coerce
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpline.store.database import Database
from helpline.store.tables import ConversationRow, DayCountRow, FlagRow, RequestRow, TurnRow

_CONVERSATIONS, _TURNS, _FLAGS = ConversationRow.__table__, TurnRow.__table__, FlagRow.__table__
_REQUESTS, _COUNTS = RequestRow.__table__, DayCountRow.__table__
# Messages are told apart no further by time; topics are counted over the whole time.
NOT_UNDERSTOOD, GREETING, OTHER = "nlu_fallback", "greet", "other"
TOPIC, OTHER_LANGUAGE_INTENT = "faq/", "other_language"
# What is known of a conversation's language: the assistant answers in English, and notices another one.
ENGLISH, OTHER_LANGUAGE = "english", "other"
CONVERSATIONS, MESSAGES, TOPICS, DANGERS, REQUESTS = "conversations", "messages", "topics", "dangers", "requests"
LANGUAGES = "languages"
# Notes that a day is counted, and for which place.
_COUNTED = "counted"
SETTLED_AFTER = timedelta(days=2)
# How far back days are counted for the overview, which shows thirteen weeks.
LOOKED_BACK = timedelta(days=98)
_AT_ONCE = 14


@dataclass(frozen=True)
class HourCount:
    """How many there were of a kind within an hour, or a whole day, which is told by its beginning in UTC."""

    hour: datetime
    kind: str
    number: int


@dataclass(frozen=True)
class Scope:
    """Of which conversations: of a channel or of all, of a language or of all."""

    channel: str | None = None
    language: str | None = None


def count_settled_days(database: Database, now: datetime, zone: ZoneInfo, kept: timedelta = LOOKED_BACK) -> None:
    """Count the days that are over and are not counted yet.

    Args:
        database: The store.
        now: The time.
        zone: The time zone of the helpline's place.
        kept: How long transcripts are kept: days before are not counted, for their counts would go at once.

    Raises:
        StoreError: They cannot be counted.
    """
    end = (now - SETTLED_AFTER).astimezone(zone).date()
    since = (now - min(kept, LOOKED_BACK)).astimezone(zone).date() + timedelta(days=1)
    try:
        with database.transaction() as session:
            _forget_other_places(session, zone)
            missing = _days_without(_counted_days(session, since, zone), since, end)
        # Some days at a time: who waits to write waits for these alone.
        for start in range(0, len(missing), _AT_ONCE):
            with database.transaction(expected=IntegrityError) as session:
                _count_days(session, missing[start : start + _AT_ONCE], zone)
    except IntegrityError:
        pass  # another engine counts them just now


def uncounted_times(
    session: Session, since: date, now: datetime, zone: ZoneInfo
) -> list[tuple[datetime, datetime | None]]:
    """Return begin and end of the times since a day that are not counted by days; the last, with today, has no end."""
    today = now.astimezone(zone).date()
    missing = _days_without(_counted_days(session, since, zone), since, today + timedelta(days=1))
    times = ((_begins(first, zone), last) for first, last in _stretches(missing))
    return [(begins, None if last == today else _begins(last + timedelta(days=1), zone)) for begins, last in times]


def read_settled(session: Session, since: date, scope: Scope, zone: ZoneInfo) -> dict[str, list[HourCount]]:
    """Return the counts of settled days by measure. Topics are those of all the time, told by its beginning."""
    if not _counted_days(session, since, zone):
        return {}  # what is there was counted by the days of another place
    where = [_COUNTS.c.day >= since.isoformat(), _COUNTS.c.measure != _COUNTED]
    if scope.channel is not None:
        where.append(_COUNTS.c.channel == scope.channel)
    if scope.language is not None:
        where.append(_COUNTS.c.language == scope.language)
    day = case((_COUNTS.c.measure == TOPICS, literal(since.isoformat())), else_=_COUNTS.c.day).label("on")
    rows = session.execute(
        select(_COUNTS.c.measure, day, _COUNTS.c.kind, func.sum(_COUNTS.c.number).label("number"))
        .where(*where)
        .group_by(_COUNTS.c.measure, "on", _COUNTS.c.kind)
    ).all()
    found: dict[str, list[HourCount]] = {}
    for row in rows:
        begins = _begins(date.fromisoformat(row.on), zone)
        found.setdefault(row.measure, []).append(HourCount(begins, row.kind, int(row.number)))
    return found


def count_hours(
    session: Session, since: datetime, until: datetime | None = None, topics_by_hour: bool = True
) -> Iterator[Any]:
    """Give rows of measure, hour, kind, channel, language and number, counted by what is stored.

    A danger or a request belongs to the conversation that it comes from: where that is not kept any more, it has
    neither channel nor language. Topics have the hour of the beginning where they need not be told by their own.
    """
    begins = literal(f"{since.astimezone(timezone.utc):%Y-%m-%d %H}")
    foreign = select(_TURNS.c.conversation_id).where(_TURNS.c.intent == OTHER_LANGUAGE_INTENT)
    language = case((_CONVERSATIONS.c.id.in_(foreign), OTHER_LANGUAGE), else_=ENGLISH)
    talks = _TURNS.join(_CONVERSATIONS)
    understood = case((_TURNS.c.intent.in_((NOT_UNDERSTOOD, GREETING)), _TURNS.c.intent), else_=OTHER)
    asked = func.substr(_TURNS.c.intent, 1, len(TOPIC)) == TOPIC
    topic = func.substr(_TURNS.c.intent, len(TOPIC) + 1)

    def beside(table: Any) -> Any:
        return table.outerjoin(_CONVERSATIONS, _CONVERSATIONS.c.sender_digest == table.c.sender_digest)

    wanted: tuple[tuple[str, Any, Any, Any, tuple[Any, ...]], ...] = (
        (CONVERSATIONS, _CONVERSATIONS, _CONVERSATIONS.c.started_at, _CONVERSATIONS.c.channel, ()),
        (LANGUAGES, _CONVERSATIONS, _CONVERSATIONS.c.started_at, language, ()),
        (MESSAGES, talks, _TURNS.c.created_at, understood, (_TURNS.c.intent.is_not(None),)),
        (TOPICS, talks, _TURNS.c.created_at, topic, (asked,)),
        (DANGERS, beside(_FLAGS), _FLAGS.c.created_at, _FLAGS.c.reason, ()),
        (REQUESTS, beside(_REQUESTS), _REQUESTS.c.created_at, _REQUESTS.c.kind, ()),
    )
    for measure, source, at, kind, where in wanted:
        within = (at >= since,) if until is None else (at >= since, at < until)
        known = case((_CONVERSATIONS.c.id.is_(None), ""), else_=language)
        columns = (
            literal(measure).label("measure"),
            (hour_text(session, at) if topics_by_hour or measure != TOPICS else begins).label("hour"),
            kind.label("kind"),
            func.coalesce(_CONVERSATIONS.c.channel, "").label("channel"),
            known.label("language"),
        )
        query = select(*columns, func.count().label("number")).select_from(source).where(*within, *where)
        yield from session.execute(query.group_by("hour", "kind", "channel", "language")).all()


def hour_text(session: Session, at: Any) -> Any:
    """Return the hour of a column's time, as the database names it."""
    if _is_sqlite(session):  # where a time is a text
        return func.substr(type_coerce(at, Text), 1, 13)
    return func.to_char(func.timezone("UTC", at), "YYYY-MM-DD HH24")


def minutes_between(session: Session, first: Any, second: Any) -> Any:
    """Return the whole minutes from a column's time to another's."""
    if _is_sqlite(session):
        return (func.strftime("%s", type_coerce(second, Text)) - func.strftime("%s", type_coerce(first, Text))) / 60
    return cast(func.floor(extract("epoch", second - first) / 60), Integer)


def _is_sqlite(session: Session) -> bool:
    return session.connection().dialect.name == "sqlite"


def hour_of(text: str) -> datetime:
    """Return the hour that the database names, in UTC."""
    return datetime.fromisoformat(f"{text}:00:00+00:00")


def _count_days(session: Session, days: list[date], zone: ZoneInfo) -> None:
    found: Counter[tuple[str, ...]] = Counter()
    for first, last in _stretches(days):
        rows = count_hours(session, _begins(first, zone), _begins(last + timedelta(days=1), zone))
        for row in rows:
            # Where days begin within an hour of UTC, that hour counts where it begins, but for the first.
            day = max(first, hour_of(row.hour).astimezone(zone).date())
            found[day.isoformat(), row.measure, row.kind, row.channel, row.language] += row.number
    names = ("day", "measure", "kind", "channel", "language")
    values: list[dict[str, Any]] = [
        {**dict(zip(names, key, strict=True)), "number": number} for key, number in found.items()
    ]
    values += [
        {"day": day.isoformat(), "measure": _COUNTED, "kind": zone.key, "channel": "", "language": "", "number": 0}
        for day in days
    ]
    session.execute(insert(_COUNTS), values)


def _counted_days(session: Session, since: date, zone: ZoneInfo) -> set[str]:
    """Return the days from one on that are counted by the place of a time zone."""
    counted = (_COUNTS.c.measure == _COUNTED, _COUNTS.c.kind == zone.key, _COUNTS.c.day >= since.isoformat())
    return set(session.execute(select(_COUNTS.c.day).where(*counted)).scalars())


def _days_without(known: set[str], since: date, end: date) -> list[date]:
    days = (since + timedelta(days=number) for number in range((end - since).days))
    return [day for day in days if day.isoformat() not in known]


def _stretches(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """Give first and last of days that follow each other."""
    first = last = None
    for day in days:
        if first is not None and last is not None and day - last != timedelta(days=1):
            yield first, last
            first = None
        first, last = first or day, day
    if first is not None and last is not None:
        yield first, last


def _forget_other_places(session: Session, zone: ZoneInfo) -> None:
    """Forget what was counted by the days of another place, before a setting was changed."""
    elsewhere = select(_COUNTS.c.id).where(_COUNTS.c.measure == _COUNTED, _COUNTS.c.kind != zone.key).limit(1)
    if session.execute(elsewhere).first() is not None:
        session.execute(delete(_COUNTS))


def _begins(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(timezone.utc)
