"""Times as staff read them."""

from datetime import datetime, timedelta, timezone

import pytest

from helpline.console.times import exact_words, since_words

NOW = datetime(2026, 3, 6, 21, 5, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("away", "said"),
    [
        (timedelta(seconds=20), "in less than a minute"),
        (timedelta(minutes=20), "in 20 minutes"),
        (timedelta(hours=13), "in 13 hours"),
        (timedelta(hours=24, seconds=-2), "in 1 day"),
        (timedelta(hours=23), "in 23 hours"),
        (timedelta(days=1, hours=20), "in 1 day"),
        (timedelta(days=3, minutes=-30), "in 3 days"),
        (-timedelta(seconds=20), "just now"),
        (-timedelta(minutes=59, seconds=50), "1 hour ago"),
        (-timedelta(hours=5, minutes=30), "5 hours ago"),
    ],
)
def test_what_lacks_a_moment_of_a_whole_counts_as_whole(away: timedelta, said: str) -> None:
    assert since_words(NOW + away, NOW) == said


def test_the_exact_time_is_that_of_the_helplines_place_or_says_that_it_is_not() -> None:
    assert exact_words(NOW, "America/New_York") == "Friday, March 6, 2026, 16:05 EST"
    assert exact_words(NOW, None) == "Friday, March 6, 2026, 21:05 UTC"
