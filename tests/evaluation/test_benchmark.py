"""The benchmark's arithmetic, its tables and its messages."""

import pytest

from evaluation.benchmark.conversations import visitor_messages
from evaluation.benchmark.costly_messages import LONGEST, costly_messages
from evaluation.benchmark.measurements import Times
from evaluation.benchmark.report import number, ratio, table
from evaluation.product.checkout import Checkout, folder_megabytes
from evaluation.product.visitor import Reply, address_of
from helpline.settings import Settings
from helpline.text.visitor_text import clean_text


def test_a_percentile_is_the_time_below_which_a_share_lies():
    times = Times("turn", [float(value) for value in range(100, 0, -1)])
    assert (times.at(0.5), times.at(0.95), times.at(1.0)) == (51.0, 96.0, 100.0)


def test_the_table_compares_the_first_with_the_second():
    text = table({"now": {"p50 (ms)": 20.0, "memory (MB)": 400.0}, "before": {"p50 (ms)": 40.0}})
    assert text.splitlines() == [
        "|             |  now | before | now / before |",
        "|-------------|-----:|-------:|-------------:|",
        "| p50 (ms)    | 20.0 |   40.0 |         0.50 |",
        "| memory (MB) |  400 |        |              |",
    ]


@pytest.mark.parametrize(
    ("value", "shown"), [(None, ""), (0, "0"), (0.123, "0.12"), (12.34, "12.3"), (1234.5, "1,234")]
)
def test_a_number_has_the_digits_that_count(value, shown):
    assert number(value) == shown


def test_nothing_is_compared_with_zero():
    assert ratio(1.0, 0.0) == ratio(None, 1.0) == ""


def test_costly_messages_are_as_long_as_a_message_may_be_and_arrive():
    for name, text in costly_messages().items():
        assert 800 < len(text) <= LONGEST, name
        assert clean_text(text), name


def test_visitors_messages_are_always_in_the_same_order_and_many():
    assert visitor_messages() == visitor_messages()
    assert len(visitor_messages()) > 32 * 30


def test_visitors_come_from_addresses_of_their_own():
    addresses = {address_of(number) for number in range(2_000)}
    assert len(addresses) == 2_000
    assert all(address.startswith("127.") for address in addresses)


def test_this_checkout_knows_its_settings():
    assert Checkout.this().settings() == set(Settings.__fields__)


def test_a_folder_with_a_file_twice_takes_its_space_once(tmp_path):
    (tmp_path / "file").write_bytes(b"x" * 1_000_000)
    (tmp_path / "again").hardlink_to(tmp_path / "file")
    assert 1.0 <= folder_megabytes(tmp_path) < 1.1


def test_what_can_be_read_is_the_answer_or_the_error():
    message = {"text": "Hello", "buttons": [{"title": "Yes", "ref": "r1"}]}
    assert Reply(200, 0.1, {"messages": [message]}).text == "Hello"
    assert Reply(200, 0.1, {"messages": [message]}).button("Yes") == "r1"
    assert Reply(503, 0.1, {"error": {"text": "Call us"}}).text == "Call us"
    assert Reply(0, 60.0).text == ""
