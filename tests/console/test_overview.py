"""The overview: counts by day and week, charts with a table, and what is hidden in what leaves the house."""

import csv
import io
import re
from datetime import date, datetime, timezone
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpline.console import charts
from helpline.console.charts import Bar, lying_bars, standing_bars, within_page
from helpline.console.measures import DAYS, WEEKS, Cell, Line, Measure, Period, measures_of
from helpline.content.catalogue import Catalogue
from helpline.settings import ROOT
from helpline.store.conversations import TurnRecord, write_turn
from helpline.store.day_counts import HourCount
from helpline.store.flags import flag_conversation
from helpline.store.overview import OverviewCounts
from helpline.store.requests import save_request
from tests.builders import callback_request, volunteer_request
from tests.console.conftest import Console

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 3, 11, 3, 30, tzinfo=timezone.utc)  # still the tenth in New York, after the clocks went on


def fill(console: Console, number: int = 6, channel: str = "website") -> None:
    at = console.database.now()
    for one in range(number):
        turns = [
            TurnRecord("m0", at, None, [], {}, "greet", 1.0),
            TurnRecord("m1", at, "what is NED", [], {}, "faq/ned", 0.9),
            TurnRecord("m2", at, "blub", [], {}, "nlu_fallback", 0.2),
        ]
        write_turn(console.database, f"{channel} {one}", channel, 0, {}, turns)


def table(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.text)))


def today(answer, title: str, part: str = "All") -> str:
    return [row["value"] for row in table(answer) if (row["measure"], row["part"]) == (title, part)][-1]


def test_days_and_weeks_are_those_of_the_helplines_place() -> None:
    days, weeks = Period.until(NOW, NEW_YORK, False), Period.until(NOW, NEW_YORK, True)
    assert (days.starts[-1], len(days.starts)) == (date(2026, 3, 10), DAYS)
    assert (weeks.starts[-1], len(weeks.starts)) == (date(2026, 3, 9), WEEKS)
    assert days.since == datetime(2026, 2, 11, 5, tzinfo=timezone.utc)
    assert days.start_of(datetime(2026, 3, 10, 4, tzinfo=timezone.utc)) == date(2026, 3, 10)
    assert days.start_of(datetime(2026, 3, 8, 4, tzinfo=timezone.utc)) == date(2026, 3, 7)
    assert weeks.start_of(datetime(2026, 3, 9, 3, tzinfo=timezone.utc)) == date(2026, 3, 2)


def test_what_the_measures_count() -> None:
    hour = NOW.replace(minute=0)
    counts = OverviewCounts(
        [HourCount(hour, "website", 7), HourCount(hour, "sms", 2)],
        [HourCount(hour, "other", 15), HourCount(hour, "nlu_fallback", 5), HourCount(hour, "greet", 99)],
        {"ned": 15},
        [HourCount(hour, "crisis/self", 1)],
        [HourCount(hour, "callback", 3)],
        {hour: [60, 120, 1800]},
        {},
        [HourCount(hour, "english", 8), HourCount(hour, "other", 1)],
    )
    last = {one.key: one.lines[-1] for one in measures_of(counts, Period.until(NOW, NEW_YORK, False))}
    assert (last["conversations"].whole.text, [part.text for part in last["conversations"].parts]) == ("9", ["2", "7"])
    assert [part.text for part in last["languages"].parts] == ["8", "1"]
    assert last["not-understood"].whole.text == "25.0%"
    assert last["danger"].whole.text == "1"
    assert [part.text for part in last["requests"].parts] == ["3", "0"]
    assert last["first-contact"].whole.text == "2.0 h"
    assert (last["topics"].label, last["topics"].whole.text) == ("ned", "15")


def measure(*lines: Line, is_danger: bool = False) -> Measure:
    return Measure("k", "T", "n", ("a", "b", "c"), "All", lines, is_danger)


def line(*numbers: int) -> Line:
    return Line("today", tuple(Cell(number, number) for number in numbers), Cell(sum(numbers), sum(numbers)))


@pytest.mark.parametrize(
    ("numbers", "parts", "whole"),
    [
        ((5, 6, 7), ["5", "6", "7"], "18"),
        ((4, 6, 7), ["<5", "6", "7"], "<5"),  # 17 would tell the four
        ((4, 1, 7), ["<5", "<5", "7"], "12"),
        ((12, 1, 0), ["12", "<5", "<5"], "<5"),  # 13 would tell that the two are one together
        ((9, 4, 4), ["9", "<5", "<5"], "<5"),  # 17 would tell that both are four
        ((0, 0, 0), ["<5", "<5", "<5"], "<5"),
    ],
)
def test_counts_below_five_do_not_leave_the_house(numbers, parts, whole) -> None:
    assert measure(line(*numbers)).outside() == [("today", parts, whole)]


def figure(text: str) -> int | None:
    return None if text == "<5" else int(text)


def possible(rows: list[tuple[list[int | None], int | None, int]]) -> list[list[set[int]]]:
    """Return which values each part may have, for somebody who knows the figures and that all rows have one whole.

    Each row has its parts, its whole, and the largest value that somebody thinks a hidden part may have.
    """
    found: list[list[set[int]]] = [[set() for _ in parts] for parts, _, _ in rows]
    for whole in range(100):
        ranges = []
        for parts, told, most in rows:
            hidden = sum(part is None for part in parts)
            left = whole - sum(part or 0 for part in parts)
            if told not in {None, whole} or (parts and not 0 <= left <= most * hidden):
                break
            least = max(0, left - most * (hidden - 1))
            ranges.append([{part} if part is not None else set(range(least, min(most, left) + 1)) for part in parts])
        else:
            for row, values in zip(found, ranges, strict=True):
                for one, more in zip(row, values, strict=True):
                    one |= more
    return found


@settings(max_examples=400, deadline=None)
@given(st.lists(st.integers(0, 14), min_size=1, max_size=4), st.data())
def test_no_hidden_count_is_told_by_the_other_figures_of_a_file(numbers: list[int], data: st.DataObject) -> None:
    hour, whole = NOW.replace(minute=0), sum(numbers)
    english = data.draw(st.integers(0, whole))
    channels = [HourCount(hour, f"channel {place}", number) for place, number in enumerate(numbers)]
    languages = [HourCount(hour, "english", english), HourCount(hour, "other", whole - english)]
    counts = OverviewCounts(channels, [], {}, [], [], {}, {}, languages)
    measures = {one.key: one for one in measures_of(counts, Period.until(NOW, NEW_YORK, False))}
    true = [numbers if len(numbers) > 1 else [], [english, whole - english]]
    shown = []
    for key in ("conversations", "languages"):
        _, parts, told = measures[key].outside()[-1]
        shown.append(([figure(part) for part in parts], figure(told)))
    for most in (4, 90):  # whether or not somebody takes "<5" by its word
        guesses = possible([(*shown[0], most), (*shown[1], 90)])
        for of, values in zip(true, guesses, strict=True):
            for number, may_be in zip(of, values, strict=True):
                assert number >= 5 or len(may_be) > 1
    parts, told = shown[0]
    if told is not None and None in parts:
        assert told - sum(part or 0 for part in parts) >= 5
    assert all(each is None or each >= 5 for row, told in shown for each in (*row, told))


def test_dangers_are_never_hidden() -> None:
    assert measure(line(1, 0, 6), is_danger=True).outside() == [("today", ["1", "0", "6"], "7")]


def test_a_share_tells_no_small_count_either() -> None:
    for asked, lost, shown in ((100, 4, "<5"), (100, 97, "<5"), (100, 5, "5.0%"), (0, 0, "<5")):
        hour = NOW.replace(minute=0)
        messages = [HourCount(hour, "nlu_fallback", lost), HourCount(hour, "other", asked - lost)]
        counts = OverviewCounts([], messages, {}, [], [], {}, {}, [])
        measures = measures_of(counts, Period.until(NOW, NEW_YORK, False))
        share = next(one for one in measures if one.key == "not-understood")
        assert share.outside()[-1][2] == shown


def test_the_page_has_charts_each_with_its_table(console: Console) -> None:
    fill(console)
    fill(console, 2, "sms")
    save_request(console.database, callback_request(), "website 1", console.database.now())
    save_request(console.database, volunteer_request(), "b", console.database.now())
    flag_conversation(console.database, "website 1", "m", "crisis/self", console.database.now())
    anna = console.signed_in()
    html = anna.get("/overview").text
    assert html.count('<svg class="chart"') == html.count("<details><summary>Table") == 7
    assert " style=" not in html
    assert "Not a valid choice" not in html
    assert len(html.encode()) < 60_000
    assert "1 waits now" in html
    for query in (
        "?by=week",
        "?channel=sms",
        "?by=week&channel=website",
        "?by=year&channel=none&language=x",
        "?language=other",
    ):
        assert anna.get(f"/overview{query}").status_code == 200


def test_the_csv_hides_small_counts_but_for_danger(console: Console) -> None:
    fill(console)
    fill(console, 3, "sms")
    save_request(console.database, callback_request(), "website 1", console.database.now())
    flag_conversation(console.database, "website 1", "m", "crisis/self", console.database.now())
    anna = console.signed_in()
    answer = anna.get("/overview.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="overview-by-day.csv"'
    assert today(answer, "Conversations", "website") == "6"
    assert today(answer, "Conversations", "sms") == today(answer, "Conversations") == "<5"
    assert today(answer, "Not understood", "Share") == "50.0%"
    assert today(answer, "Danger by kind") == "1"
    assert today(answer, "Handed to people", "Call backs") == "<5"
    assert today(answer, "Time to first contact", "Median") == "<5"
    assert today(answer, "Topics", "Times") == "9"
    of_one = anna.get("/overview.csv?channel=website&by=week")
    assert {row["channel"] for row in table(of_one)} == {"website"}
    assert today(of_one, "Danger by kind") == "1"
    assert today(anna.get("/overview.csv?channel=sms"), "Danger by kind") == "0"
    of_english = anna.get("/overview.csv?language=english")
    assert {row["language"] for row in table(of_english)} == {"english"}
    # Nine of English, with six of the website, would tell the three of the other channel.
    assert [today(of_english, "Languages", part) for part in ("English", "Another language", "All")] == ["<5"] * 3
    assert today(anna.get("/overview.csv?language=other"), "Danger by kind") == "0"


def test_a_chart_that_leaves_the_house_hides_small_counts(console: Console) -> None:
    fill(console, 3)
    flag_conversation(console.database, "website 1", "m", "crisis/self", console.database.now())
    anna = console.signed_in()
    assert re.search(r"<rect [^>]+><title>[^<]+: 3</title>", anna.get("/overview").text)
    answer = anna.get("/overview/conversations.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    ElementTree.fromstring(answer.text)
    assert "<rect" not in answer.text
    assert anna.get("/overview/danger.svg").text.count("<rect") == 1
    assert anna.get("/overview/nothing.svg").status_code == 404


def test_a_bar_shows_its_parts_and_a_file_none_below_five(console: Console) -> None:
    fill(console, 12)
    fill(console, 7, "sms")
    fill(console, 3, "whatsapp")
    fill(console, 2, "telegram")
    anna = console.signed_in()
    page = anna.get("/overview").text
    inside = page.partition('<h2 id="conversations">')[2].partition("</section>")[0]
    shown = [part.partition(": ")[2] for part in re.findall(r"<title>([^<]+)</title>", inside)]
    assert shown == ["sms 7", "telegram 2", "website 12", "whatsapp 3"]
    assert re.findall(r"<text[^>]*>([a-z]+)</text>", inside) == ["sms", "telegram", "website", "whatsapp"]
    assert re.findall(r'<g class="(of-\w+)"', inside) == re.findall(r'<circle class="(of-\w+)"', inside)
    outside = anna.get("/overview/conversations.svg").text
    shown = [part.partition(": ")[2] for part in re.findall(r"<title>([^<]+)</title>", outside)]
    assert shown == ["sms 7", "website 12", "Not shown apart 5"]
    assert "telegram" not in outside


def test_charts_are_well_formed_and_their_words_escaped() -> None:
    for draw in (standing_bars, lying_bars):
        for bars in ([], [Bar("<b>", 0, "0")], [Bar("a", 3, "3"), Bar("b", None, "none"), Bar("c", 1234.5, "1234.5")]):
            drawn = str(draw('A "chart" & more', bars))
            ElementTree.fromstring(drawn)
            assert "<b>" not in drawn
    drawn = str(standing_bars("A chart", [Bar("a", 3, "3", (("<i>", 3),))], ["<i>"], "<u>"))
    ElementTree.fromstring(drawn)
    assert not re.search("<[iu]>", drawn)


def test_topics_are_called_by_their_titles_and_files_by_their_keys(console: Console) -> None:
    fill(console)
    anna = console.signed_in()
    title = Catalogue(ROOT).snapshot().answers["utter_faq/ned"].title
    html = anna.get("/overview").text
    assert f'<th scope="row" title="ned">{title}</th>' in html
    assert "ned" in {row["period"] for row in table(anna.get("/overview.csv")) if row["measure"] == "Topics"}
    assert "reached or not" in html
    assert "given the number is not counted" in html


def test_the_style_sheet_has_each_colour_that_a_chart_in_a_page_leaves_out() -> None:
    chart = standing_bars("t", [Bar("today", 9, "9", (("a", 3), ("b", 3)))], ("a", "b"))
    shown = within_page(chart)
    assert "#" not in shown
    assert 'fill="#' in chart
    style = (ROOT / "helpline/console/static/console.css").read_text(encoding="utf-8")
    for name in ("rest", *range(len(charts._COLOURS))):
        assert f".chart .of-{name} {{ fill: " in style
    assert all(colour in style for colour in (*charts._COLOURS[2:], charts._REST))
