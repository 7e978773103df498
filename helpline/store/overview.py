"""Counts of what happened, for the overview: conversations, messages, dangers, requests, first contacts.

Nothing that was said is read, and nobody is named. Days that are over were counted once (``day_counts``); the newest
are counted by the hour each time. What that makes for days and weeks is left to the console.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpline.store.database import Database
from helpline.store.day_counts import (
    CONVERSATIONS,
    DANGERS,
    LANGUAGES,
    MESSAGES,
    OTHER_LANGUAGE,
    OTHER_LANGUAGE_INTENT,
    REQUESTS,
    TOPICS,
    HourCount,
    Scope,
    count_hours,
    hour_of,
    hour_text,
    minutes_between,
    read_settled,
    uncounted_times,
)
from helpline.store.queue_tables import OPEN_STATUSES, QueueItemRow
from helpline.store.tables import ConversationRow, TurnRow

_CONVERSATIONS, _TURNS, _ITEMS = ConversationRow.__table__, TurnRow.__table__, QueueItemRow.__table__
UTC = ZoneInfo("UTC")


@dataclass(frozen=True)
class OverviewCounts:
    """What happened since a time.

    Attributes:
        conversations: By channel, when they began.
        messages: Those not understood, greetings, and others; buttons that were pressed count too.
        topics: How often each topic was asked about, such as ``ned``.
        dangers: Flags, by what was raised.
        requests: By kind.
        first_contacts: Of requests that somebody was reached about, or tried: how long it took, in whole minutes, by
            the hour in which they came in.
        waiting: Open items of the queue by kind, now.
        languages: Conversations by language, when they began.
    """

    conversations: list[HourCount]
    messages: list[HourCount]
    topics: dict[str, int]
    dangers: list[HourCount]
    requests: list[HourCount]
    first_contacts: dict[datetime, list[int]]
    waiting: dict[str, int]
    languages: list[HourCount]


def read_counts(
    database: Database, since: datetime, zone: ZoneInfo = UTC, channel: str | None = None, language: str | None = None
) -> OverviewCounts:
    """Return the counts since a time, of all conversations or of those of a channel, a language, or both.

    A danger or a request belongs to the conversation that it comes from: where that was not kept when it was counted,
    it counts for all together alone. What waits now is that of all.

    Args:
        database: The store.
        since: When a day begins at the helpline's place.
        zone: The time zone of that place.
        channel: A channel's name.
        language: ``ENGLISH`` or ``OTHER_LANGUAGE``.

    Raises:
        StoreError: They cannot be read.
    """
    scope, first = Scope(channel, language), since.astimezone(zone).date()
    with database.transaction() as session:
        found = read_settled(session, first, scope, zone)
        live: Counter[tuple[str, str, str]] = Counter()
        for begins, ends in uncounted_times(session, first, database.now(), zone):
            for row in count_hours(session, begins, ends, topics_by_hour=False):
                if scope.channel in {None, row.channel} and scope.language in {None, row.language}:
                    live[row.measure, row.hour, row.kind] += row.number
        for (measure, hour, kind), number in live.items():
            found.setdefault(measure, []).append(HourCount(hour_of(hour), kind, number))
        topics: Counter[str] = Counter()
        for one in found.get(TOPICS, []):
            topics[one.kind] += one.number
        open_items = (_ITEMS.c.status.in_(OPEN_STATUSES), _ITEMS.c.merged_into.is_(None))
        waiting = session.execute(select(_ITEMS.c.kind, func.count()).where(*open_items).group_by(_ITEMS.c.kind)).all()
        return OverviewCounts(
            found.get(CONVERSATIONS, []),
            found.get(MESSAGES, []),
            dict(topics),
            found.get(DANGERS, []),
            found.get(REQUESTS, []),
            _first_contacts(session, since, scope),
            {str(kind): int(number) for kind, number in waiting},
            found.get(LANGUAGES, []),
        )


def _first_contacts(session: Session, since: datetime, scope: Scope) -> dict[datetime, list[int]]:
    came, met = _ITEMS.c.created_at, _ITEMS.c.first_contact_at
    # Numbers and not times, of which Python makes thousands slowly.
    query = select(hour_text(session, came).label("hour"), minutes_between(session, came, met).label("minutes")).where(
        came >= since, met.is_not(None), _ITEMS.c.request_id.is_not(None)
    )
    if scope != Scope():
        query = query.join(_CONVERSATIONS, _CONVERSATIONS.c.sender_digest == _ITEMS.c.sender_digest)
    if scope.channel is not None:
        query = query.where(_CONVERSATIONS.c.channel == scope.channel)
    if scope.language is not None:
        foreign = select(_TURNS.c.conversation_id).where(_TURNS.c.intent == OTHER_LANGUAGE_INTENT)
        number: Any = _CONVERSATIONS.c.id
        query = query.where(number.in_(foreign) if scope.language == OTHER_LANGUAGE else number.not_in(foreign))
    found: dict[str, list[int]] = {}
    for hour, minutes in session.execute(query):
        found.setdefault(hour, []).append(minutes)
    return {hour_of(hour): minutes for hour, minutes in found.items()}
