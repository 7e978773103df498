"""When somebody can talk, from their own words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpline.volunteers.profile import TIMES
from helpline.volunteers.times import read_times

WEEKDAYS = {time for time in TIMES if time.startswith("weekday")}
WEEKENDS = set(TIMES) - WEEKDAYS


def at(*parts: str) -> set[str]:
    return {f"{day}_{part}" for day in ("weekday", "weekend") for part in parts}


MORNINGS, AFTERNOONS, EVENINGS = at("mornings"), at("afternoons"), at("evenings")


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("weekday evenings", {"weekday_evenings"}),
        ("evenings", EVENINGS),
        ("weekends", WEEKENDS),
        ("any weekday", WEEKDAYS),
        ("weekday mornings or Saturday afternoons", {"weekday_mornings", "weekend_afternoons"}),
        ("Mondays and Tuesday mornings", {"weekday_mornings"}),
        ("Saturday mornings and afternoons", {"weekend_mornings", "weekend_afternoons"}),
        ("weekends and weekday evenings", WEEKENDS | {"weekday_evenings"}),
        ("Tues/Thurs evenings", {"weekday_evenings"}),
        ("after work", EVENINGS),
        ("weeknights", {"weekday_evenings"}),
        ("daytime", MORNINGS | AFTERNOONS),
        ("lunch time", AFTERNOONS),
        ("before noon", MORNINGS),
        ("after lunch", AFTERNOONS),
    ],
)
def test_days_and_parts_of_a_day_are_read_together(text, times):
    assert read_times(text) == times


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("after 5pm", EVENINGS),
        ("after 6", EVENINGS),
        ("after 3pm on weekdays", {"weekday_afternoons", "weekday_evenings"}),
        ("10am", MORNINGS),
        ("10:30", MORNINGS),
        ("18:00", EVENINGS),
        ("after 13:00", AFTERNOONS | EVENINGS),
        ("around 7pm", EVENINGS),
        ("Tuesday at 3", {"weekday_afternoons"}),
        ("between 9 and 11", MORNINGS),
        ("9-5", MORNINGS | AFTERNOONS),
        ("9am to 1pm on weekdays", {"weekday_mornings", "weekday_afternoons"}),
        ("Monday to Friday 9 to 12", {"weekday_mornings"}),
        ("mornings before 11", MORNINGS),
        ("Weekday evenings after 6:30pm EST", {"weekday_evenings"}),
    ],
)
def test_hours_are_read(text, times):
    assert read_times(text) == times


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("not mornings", AFTERNOONS | EVENINGS),
        ("any time but mornings", AFTERNOONS | EVENINGS),
        ("not on weekends", WEEKDAYS),
        ("never at night", MORNINGS | AFTERNOONS),
        ("I can't do mornings", AFTERNOONS | EVENINGS),
        ("mornings are bad", AFTERNOONS | EVENINGS),
        ("weekdays are busy", WEEKENDS),
        ("I work until 5, so evenings", EVENINGS),
        ("I work weekdays 9-5", WEEKENDS | {"weekday_evenings"}),
        ("I have chemo on Friday mornings", set(TIMES) - {"weekday_mornings"}),
    ],
)
def test_what_is_denied_or_taken_is_left_out(text, times):
    assert read_times(text) == times


@pytest.mark.parametrize(
    "text", ["", "any time", "whenever", "any time except Fridays", "I don't mind", "mornings, afternoons and evenings"]
)
def test_who_names_no_time_or_all_has_no_times_that_others_could_lack(text):
    assert read_times(text) == set()


@given(st.text(max_size=200))
@settings(deadline=None)
def test_whatever_is_typed_is_read_as_times_that_there_are(text):
    assert read_times(text) <= set(TIMES)
