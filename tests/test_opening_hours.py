from datetime import datetime, timezone

import pytest

from helpline.opening_hours import is_open, parse_hours
from helpline.settings import Settings

HOURS = "Mon-Fri 09:00-17:00, Sat 10:00-14:00"


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
    ],
)
def test_open_is_told_in_the_helplines_own_time(utc, expected):
    assert is_open(HOURS, "America/New_York", datetime(*utc, tzinfo=timezone.utc)) is expected


@pytest.mark.parametrize(
    "text", ["", "always", "Mon 9-17", "Mon-Fri 17:00-09:00", "Fri-Mon 09:00-17:00", "Mon 09:00-25:00"]
)
def test_hours_that_cannot_be_read_are_refused(text):
    with pytest.raises(ValueError, match="Mon-Fri"):
        parse_hours(text)


def test_a_start_with_such_hours_stops():
    with pytest.raises(ValueError, match="helpline_hours"):
        Settings(helpline_hours="always")
