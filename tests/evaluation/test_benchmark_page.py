"""The page of benchmarks: tables between their marks, pictures beside it, and words that stay."""

import pytest

from evaluation.benchmark.page import keep_part, part_table, spread, write_page
from helpline.settings import ROOT

ROUNDS = {
    "now": [{"1 visitor, p50 (ms)": 20.0, "1 visitor, throughput (messages/s)": 40.0},
            {"1 visitor, p50 (ms)": 24.0, "1 visitor, throughput (messages/s)": 44.0}],
    "floor": [{"1 visitor, p50 (ms)": 11.0, "1 visitor, throughput (messages/s)": 80.0}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("values", "shown"), [([3.0], "3.00"), ([1.0, 5.0, 2.0], "2.00 (1.00 to 5.00)"), ([10.0, 10.01], "10.0")]
)
def test_a_figure_of_several_rounds_has_the_least_and_the_most_behind_it(values, shown):
    assert spread(values) == shown


def test_a_part_is_compared_with_what_was_measured_beside_it():
    assert part_table(ROUNDS).splitlines()[2] == (
        "| 1 visitor, p50 (ms)                | 22.0 (20.0 to 24.0) |  11.0 |        2.00 |"
    )


def test_the_tables_are_put_between_their_marks_and_the_words_stay(tmp_path):
    page = tmp_path / "benchmarks.md"
    page.write_text("Before.\n<!-- measured: rasa -->\nold\n<!-- end -->\nAfter.\n")
    keep_part(tmp_path / "parts", "rasa", "2026-03-06T10:00:00+00:00", ROUNDS)
    for _ in range(2):
        write_page(page, tmp_path / "parts")
    text = page.read_text()
    assert text.startswith("Before.\n<!-- measured: rasa -->\nMeasured on 2026-03-06, ")
    assert text.endswith(" |\n<!-- end -->\nAfter.\n")
    assert "old" not in text
    assert text.count("1 visitor, p50 (ms)") == 1
    for name in ("throughput", "latency"):
        assert (tmp_path / "benchmarks" / f"{name}.svg").read_text().count("<path") > 2


def test_a_part_that_was_not_measured_here_stays_as_it_is(tmp_path):
    page = tmp_path / "benchmarks.md"
    page.write_text("<!-- measured: sign-ups -->\nold\n<!-- end -->\n")
    write_page(page, tmp_path)
    assert page.read_text() == "<!-- measured: sign-ups -->\nold\n<!-- end -->\n"


def test_the_page_asks_for_parts_that_there_are():
    from evaluation.benchmark.benchmark import PARTS

    text = (ROOT / "docs" / "benchmarks.md").read_text()
    wanted = [line.split()[2] for line in text.splitlines() if line.startswith("<!-- measured:")]
    assert set(wanted) <= set(PARTS)
    assert "rasa" in wanted
