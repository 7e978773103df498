"""What the overview counts, by hour, on both databases."""

from collections import Counter
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select, update

from helpline.settings import Settings
from helpline.store.conversations import TurnRecord, write_turn
from helpline.store.database import Database
from helpline.store.day_counts import ENGLISH, OTHER_LANGUAGE, HourCount, count_settled_days
from helpline.store.flags import flag_conversation
from helpline.store.overview import read_counts
from helpline.store.queue_tables import QueueItemRow
from helpline.store.requests import save_request
from helpline.store.retention import purge
from helpline.store.tables import DayCountRow, TurnRow
from tests.builders import NOON, callback_request, volunteer_request

BEFORE = NOON - timedelta(days=2)


@pytest.fixture
def clock(monkeypatch):
    """The time, which a test may put on."""
    now = [NOON + timedelta(hours=4)]
    monkeypatch.setattr(Database, "now", lambda self=None: now[0])
    return now


def test_what_happened_is_counted_by_hour_and_channel(database, clock):
    for sender, channel, minutes in (("a", "website", 5), ("b", "website", 59), ("c", "sms", 60)):
        at = NOON + timedelta(minutes=minutes)
        turns = [TurnRecord("m", at, "NED", [], {}, "faq/ned", 0.9), TurnRecord("n", at, "x", [], {}, None)]
        write_turn(database, sender, channel, 0, {}, turns)
    call = save_request(database, callback_request(), "a", NOON)
    save_request(database, volunteer_request(), "gone", NOON)
    flag_conversation(database, "c", "m", "crisis/self", NOON)
    items = QueueItemRow.__table__
    with database.transaction() as session:
        met = update(items).where(items.c.reference == call)
        session.execute(met.values(first_contact_at=NOON + timedelta(hours=3)))
    found = read_counts(database, BEFORE)
    one = datetime(2026, 3, 4, 13, tzinfo=timezone.utc)
    assert sorted(found.conversations, key=str) == [HourCount(NOON, "website", 2), HourCount(one, "sms", 1)]
    assert sum(count.number for count in found.messages) == 3
    assert found.topics == {"ned": 3}
    assert found.dangers == [HourCount(NOON, "crisis/self", 1)]
    assert {(count.kind, count.number) for count in found.requests} == {("callback", 1), ("volunteer", 1)}
    assert found.first_contacts == {NOON: [180]}
    assert found.waiting == {"callback": 1, "volunteer": 1, "conversation": 1}
    of_sms = read_counts(database, BEFORE, channel="sms")
    assert [count.number for count in (*of_sms.conversations, *of_sms.messages, *of_sms.dangers)] == [1, 1, 1]
    assert (of_sms.requests, of_sms.first_contacts) == ([], {})
    assert read_counts(database, NOON + timedelta(days=1)).conversations == []


NEW_YORK = ZoneInfo("America/New_York")
MIDNIGHT = datetime(2026, 3, 2, tzinfo=NEW_YORK)


def talk(database, sender: str, channel: str, at: datetime, *intents: str) -> None:
    turns = [TurnRecord(f"m{place}", at, "x", [], {}, intent, 0.9) for place, intent in enumerate(intents)]
    write_turn(database, sender, channel, 0, {}, turns)


def by_day(counts, zone=NEW_YORK) -> dict:
    found = Counter()
    for one in counts:
        found[one.hour.astimezone(zone).date().isoformat(), one.kind] += one.number
    return dict(found)


def fill_week(database) -> None:
    talk(database, "a", "website", NOON, "faq/ned", "nlu_fallback", "greet")
    talk(database, "b", "sms", NOON + timedelta(hours=16), "faq/ned", "other_language")  # still the fourth in New York
    talk(database, "c", "sms", NOON + timedelta(hours=17), "faq/pain")
    flag_conversation(database, "b", "m", "crisis/self", NOON)
    save_request(database, callback_request(), "a", NOON)


@pytest.mark.parametrize("zone", [NEW_YORK, ZoneInfo("Asia/Kolkata"), ZoneInfo("UTC")])
@pytest.mark.parametrize("scope", [{}, {"channel": "sms"}, {"language": OTHER_LANGUAGE}, {"language": ENGLISH}])
def test_days_that_are_over_tell_what_the_hours_told(database, clock, zone, scope):
    fill_week(database)
    since = MIDNIGHT.replace(tzinfo=zone)
    names = ("conversations", "messages", "dangers", "requests", "languages")
    clock[0] = NOON + timedelta(days=1)
    fresh = read_counts(database, since, zone, **scope)
    clock[0] = NOON + timedelta(days=9)
    for _ in range(2):
        count_settled_days(database, clock[0], zone)
        settled = read_counts(database, since, zone, **scope)
        for name in names:
            assert by_day(getattr(settled, name), zone) == by_day(getattr(fresh, name), zone), name
        assert settled.topics == fresh.topics
    with database.transaction() as session:
        session.execute(delete(TurnRow.__table__))
    assert read_counts(database, since, zone, **scope).topics == fresh.topics  # not counted again


def test_languages_and_channels_are_told_apart(database, clock):
    fill_week(database)
    clock[0] = NOON + timedelta(days=9)
    count_settled_days(database, clock[0], NEW_YORK)
    counts = read_counts(database, MIDNIGHT, NEW_YORK)
    assert by_day(counts.languages) == {
        ("2026-03-04", ENGLISH): 1, ("2026-03-04", OTHER_LANGUAGE): 1, ("2026-03-05", ENGLISH): 1,
    }  # fmt: skip
    of_other = read_counts(database, MIDNIGHT, NEW_YORK, language=OTHER_LANGUAGE)
    assert (of_other.topics, by_day(of_other.dangers)) == ({"ned": 1}, {("2026-03-04", "crisis/self"): 1})
    assert read_counts(database, MIDNIGHT, NEW_YORK, channel="website", language=OTHER_LANGUAGE).topics == {}


def test_another_time_zone_counts_the_days_anew(database, clock):
    fill_week(database)
    clock[0] = NOON + timedelta(days=9)
    count_settled_days(database, clock[0], NEW_YORK)
    for _ in range(2):  # before they are counted anew, and after
        counts = read_counts(database, MIDNIGHT)
        assert by_day(counts.conversations, ZoneInfo("UTC")) == {
            ("2026-03-04", "website"): 1, ("2026-03-05", "sms"): 2,
        }  # fmt: skip
        count_settled_days(database, clock[0], ZoneInfo("UTC"))


def test_what_comes_late_is_counted_until_a_day_is_settled(database, clock):
    fill_week(database)
    clock[0] = NOON + timedelta(days=1, hours=20)
    count_settled_days(database, clock[0], NEW_YORK)
    flag_conversation(database, "a", "late", "violence", NOON)
    assert by_day(read_counts(database, MIDNIGHT, NEW_YORK).dangers)["2026-03-04", "violence"] == 1


def test_counts_go_when_transcripts_do(database, clock):
    fill_week(database)
    count_settled_days(database, NOON + timedelta(days=9), NEW_YORK)
    purge(database, Settings(), NOON + timedelta(days=200))
    with database.transaction() as session:
        assert session.execute(select(DayCountRow)).first() is None


def test_what_is_not_kept_any_more_is_not_counted_again_and_again(database, clock):
    clock[0] = NOON + timedelta(days=9)
    kept = Settings(transcript_days=5)
    for _ in range(2):
        count_settled_days(database, clock[0], NEW_YORK, timedelta(days=kept.transcript_days))
        with database.transaction() as session:
            days = set(session.execute(select(DayCountRow.day)).scalars())
        assert days == {"2026-03-09", "2026-03-10"}
        purge(database, kept, clock[0])


def test_a_look_counts_nothing_for_good(database, clock):
    fill_week(database)
    clock[0] = NOON + timedelta(days=9)
    assert read_counts(database, MIDNIGHT, NEW_YORK).topics == {"ned": 2, "pain": 1}
    with database.transaction() as session:
        assert session.execute(select(DayCountRow)).first() is None


def test_where_days_begin_within_an_hour_nothing_is_lost_nor_counted_twice(database, clock):
    zone = ZoneInfo("Asia/Kolkata")
    for day in range(4):
        talk(database, f"before {day}", "sms", NOON + timedelta(days=day, hours=6, minutes=20), "greet")
        talk(database, f"after {day}", "sms", NOON + timedelta(days=day, hours=6, minutes=40), "greet")
    for days in range(4, 10):
        clock[0] = NOON + timedelta(days=days)
        count_settled_days(database, clock[0], zone)
        counts = read_counts(database, datetime(2026, 3, 2, tzinfo=zone), zone)
        assert sum(one.number for one in counts.conversations) == 8
