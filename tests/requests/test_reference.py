import pytest

from helpline.requests.reference import ALPHABET, find_reference, new_reference


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
