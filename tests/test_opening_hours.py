from datetime import datetime, timezone

import pytest
from pydantic import ValidationError

from helpline.opening_hours import OpeningHours, QuietHours, check_holiday, parse_hours, parse_quiet_hours, shown_time
from helpline.settings import Settings

HOURS = "Mon-Fri 09:00-17:00, Sat 10:00-14:00"
NEW_YORK = "America/New_York"
HOLIDAYS = ("2026-11-26", "12-25")


def at(*utc: int) -> datetime:
    return datetime(*utc, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("utc", "expected"),
    [
        ((2026, 3, 4, 13, 59), False),  # Wednesday 08:59 in New York
        ((2026, 3, 4, 14, 0), True),
        ((2026, 3, 4, 21, 59), True),
        ((2026, 3, 4, 22, 0), False),
        ((2026, 7, 1, 13, 0), True),  # summer time: 09:00
        ((2026, 3, 7, 15, 0), True),  # Saturday 10:00
        ((2026, 3, 8, 16, 0), False),  # Sunday
        ((2026, 3, 7, 2, 0), False),  # still Friday in New York, 21:00
        ((2026, 11, 26, 16, 0), False),  # a holiday, Thursday
        ((2027, 11, 26, 16, 0), True),  # not one of this year
        ((2026, 12, 25, 16, 0), False),  # a holiday of every year, Friday
        ((2029, 12, 25, 16, 0), False),
    ],
)
def test_open_is_told_in_the_helplines_own_time(utc, expected):
    assert OpeningHours(HOURS, NEW_YORK, HOLIDAYS).is_open(at(*utc)) is expected


@pytest.mark.parametrize(
    ("hours", "day", "hour", "expected"),
    [  # March 2026: the 6th is a Friday, the 8th a Sunday
        ("Fri 20:00-02:00", 6, 19, False),
        ("Fri 20:00-02:00", 6, 20, True),
        ("Fri 20:00-02:00", 7, 1, True),
        ("Fri 20:00-02:00", 7, 2, False),
        ("Fri 20:00-02:00", 6, 1, False),
        ("Fri 8pm-2am", 7, 1, True),
        ("Fri 8:30 PM - 2 AM", 6, 20, False),
        ("Fri 12pm-12am", 6, 11, False),
        ("Fri 12pm-12am", 6, 23, True),
        ("Fri 12pm-12am", 7, 0, False),
        ("Sun 22:00-06:00", 9, 5, True),  # from Sunday into Monday
        ("Fri-Mon 09:00-17:00", 8, 12, True),  # over the weekend
        ("Fri-Mon 09:00-17:00", 10, 12, False),
        ("Sat-Sun 00:00-24:00", 7, 0, True),
        ("Sat-Sun 00:00-24:00", 8, 23, True),
        ("Sat-Sun 00:00-24:00", 9, 0, False),
        ("24/7", 4, 3, True),
    ],
)
def test_hours_past_midnight_and_around_the_clock(hours, day, hour, expected):
    assert OpeningHours(hours, "Etc/UTC").is_open(at(2026, 3, day, hour, 0)) is expected


def test_hours_that_began_before_a_holiday_go_on_into_it():
    hours = OpeningHours("Mon-Sun 20:00-02:00", "Etc/UTC", ("12-25",))
    assert hours.is_open(at(2026, 12, 25, 1))
    assert not hours.is_open(at(2026, 12, 25, 21))
    assert not hours.is_open(at(2026, 12, 26, 1))


@pytest.mark.parametrize(
    ("hours", "holidays", "always"),
    [
        ("24/7", (), True),
        ("Mon-Fri 00:00-24:00, Sat-Sun 00:00-24:00", (), True),
        ("24/7", ("12-25",), False),
        ("Mon-Sun 00:00-23:00", (), False),
    ],
)
def test_round_the_clock_is_known(hours, holidays, always):
    assert OpeningHours(hours, NEW_YORK, holidays).is_always_open is always


@pytest.mark.parametrize(
    ("utc", "opens"),
    [
        ((2026, 3, 4, 22, 30), "Thursday, 9:00 AM"),
        ((2026, 3, 7, 12, 0), "Saturday, 10:00 AM"),
        ((2026, 3, 7, 20, 0), "Monday, 9:00 AM"),
        ((2026, 11, 26, 15, 0), "Friday, 9:00 AM"),  # Thanksgiving
        ((2026, 3, 7, 23, 0), "Monday, 9:00 AM"),  # summer time begins in between
    ],
)
def test_the_next_opening_is_told(utc, opens):
    next_one = OpeningHours(HOURS, NEW_YORK, HOLIDAYS).opens_next(at(*utc))
    assert next_one is not None
    assert shown_time(next_one) == opens


def test_a_holiday_is_one_only_on_a_day_with_hours():
    hours = OpeningHours(HOURS, NEW_YORK, ("2026-03-08", "2026-03-09"))
    assert not hours.is_holiday(at(2026, 3, 8, 16))  # a Sunday
    assert hours.is_holiday(at(2026, 3, 9, 16))
    assert hours.is_holiday(at(2026, 3, 10, 3))  # still Monday in New York


def test_the_place_is_read_from_the_zone():
    assert (OpeningHours(HOURS, NEW_YORK).place, OpeningHours(HOURS, "US/Eastern").place) == ("New York", "Eastern")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "always",
        "Mon 9-17",
        "Mon 09:00-09:00",
        "Mon 24:00-09:00",
        "Mon 09:00-25:00",
        "Mon 13pm-2pm",
        "Mon 09:60-10:00",
    ],
)
def test_hours_that_cannot_be_read_are_refused(text):
    with pytest.raises(ValueError, match="Mon-Fri"):
        parse_hours(text)


@pytest.mark.parametrize("text", ["Christmas", "12/25", "2026-02-30", "13-01", "2026-11-26 "])
def test_a_holiday_that_is_no_day_is_refused(text):
    with pytest.raises(ValueError, match="every year"):
        check_holiday(text)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"helpline_hours": "always"}, "helpline_hours"),
        ({"helpline_holidays": ["12-25"]}, "need hours"),
        ({"helpline_hours": HOURS, "helpline_time_zone": NEW_YORK, "helpline_holidays": ["25-12"]}, "is no day"),
    ],
)
def test_a_start_with_settings_that_cannot_be_stops(given, named):
    with pytest.raises(ValueError, match=named):
        Settings(**given)


def test_hours_are_known_only_with_their_zone():
    assert Settings().opening_hours is None
    settings = Settings(helpline_hours=HOURS, helpline_time_zone=NEW_YORK, helpline_holidays=["12-25"])
    assert settings.opening_hours == OpeningHours(HOURS, NEW_YORK, ("12-25",))


@pytest.mark.parametrize(
    ("utc", "written", "end"),
    [
        ((2026, 3, 5, 1, 59), "21:00-08:00", None),  # 20:59 in New York
        ((2026, 3, 5, 2, 0), "21:00-08:00", (2026, 3, 5, 13, 0)),
        ((2026, 3, 5, 12, 59), "21:00-08:00", (2026, 3, 5, 13, 0)),
        ((2026, 3, 5, 13, 0), "21:00-08:00", None),
        ((2026, 3, 8, 4, 0), "9pm-8am", (2026, 3, 8, 12, 0)),  # the clocks go forward in that night
        ((2026, 3, 5, 7, 0), "01:00-06:00", (2026, 3, 5, 11, 0)),
        ((2026, 3, 5, 5, 0), "01:00-06:00", None),
    ],
)
def test_when_quiet_hours_end(utc, written, end):
    assert QuietHours(written, NEW_YORK).end_after(at(*utc)) == (at(*end) if end else None)


@pytest.mark.parametrize("text", ["", "21-8", "21:00", "21:00-08:00, 12:00-13:00", "00:00-24:00", "24/7", "never"])
def test_quiet_hours_that_cannot_be_read_or_never_end_are_refused(text):
    with pytest.raises(ValueError, match="21:00-08:00"):
        parse_quiet_hours(text)


def test_quiet_hours_are_in_the_helplines_time_zone_and_can_be_none():
    assert Settings().quiet == QuietHours("21:00-08:00", NEW_YORK)
    zone = {"helpline_hours": HOURS, "helpline_time_zone": "America/Chicago"}
    assert Settings(quiet_hours="22:00-07:00", **zone).quiet == QuietHours("22:00-07:00", "America/Chicago")
    assert Settings(quiet_hours="none").quiet is None
    with pytest.raises(ValidationError):
        Settings(quiet_hours="21:00")
