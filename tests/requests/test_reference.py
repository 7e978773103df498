import pytest

from helpline.requests.reference import (
    ALPHABET,
    find_reference,
    is_reference,
    meant_reference,
    new_reference,
    without_reference,
)


def test_a_new_code_is_short_and_has_no_letter_that_is_mistaken():
    codes = {new_reference() for _ in range(200)}
    assert len(codes) > 195
    for code in codes:
        assert len(code) == 7
        assert set(code) - {"-"} <= set(ALPHABET)
        assert code[4] == "-"
    assert not set("O0I1L2Z5S8BUV") & set(ALPHABET)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("K7QM-3F", "K7QM-3F"),
        ("my code is k7qm-3f, any news?", "K7QM-3F"),
        ("K7QM3F", "K7QM-3F"),
        ("k7qm 3f please", None),
        ("K7QM 3F", "K7QM-3F"),
        ("k7qm3f", "K7QM-3F"),
        ("what about my request", None),
        ("they phoned at 4 am", None),
        ("the karma they get", None),
        ("2155550142", None),
    ],
)
def test_a_code_is_found_in_a_message(text, code):
    assert find_reference(text) == code


@pytest.mark.parametrize("dash", ["-", "\u2010", "\u2011", "\u2013", "\u2014", "\u2212", "_", " - "])
def test_any_dash_serves(dash):
    assert find_reference(f"k7qm{dash}3f") == "K7QM-3F"
    assert meant_reference(f"(kcqm{dash}xf)") == "KCQM-XF"
    assert is_reference(f"kcqm{dash}xf.")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("my code is kcqm xf", "KCQM-XF"),
        ("reference number: KCQMXF", "KCQM-XF"),
        ("what about kcqm-xf please", "KCQM-XF"),
        ("k7qm3f", "K7QM-3F"),
        ("CANCER", None),
        ("I HAVE CANCER", None),
        ("rather", None),
        ("KCQMXF", None),
        ("a word in a long story that has nothing to do with that, kcqm-xf and goes on", None),
    ],
)
def test_a_message_is_about_a_code_or_it_is_not(text, code):
    assert meant_reference(text) == code


def test_letters_alone_are_a_code_only_where_one_was_asked_for():
    assert meant_reference("kcqmxf", expected=True) == "KCQM-XF"
    assert meant_reference("and kcqmxf", expected=True) is None
    assert not is_reference("kcqmxf")


def test_what_is_said_of_a_code_is_told_from_it():
    assert without_reference("cancel K7QM\u20113F please") == "cancel please"
