"""Every spelling of a number, whose it is, and what is to be dialled or asked for then."""

import pytest

from helpline.forms.denials import Doubt
from helpline.forms.phone_numbers import read_phone_number, show_phone_number

ONE = "+16465550134"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2155550142", "+12155550142"),
        ("call (215) 555-0142 after 5", "+12155550142"),
        ("not 610-555-0117 but 215.555.0142", "+12155550142"),
        ("+44 20 7946 0958", "+442079460958"),
        ("0044 20 7946 0958", "+442079460958"),
        ("011 44 20 7946 0958", "+442079460958"),
        ("44 20 7946 0958", "+442079460958"),
        ("001 646 555 0134", ONE),
        ("646\n555\n0134", ONE),
        ("646,555,0134", ONE),
        ("646/555/0134", ONE),
        ("646_555_0134", ONE),
        ("*646*555*0134*", ONE),
        ("6 4 6 5 5 5 0 1 3 4", ONE),
        ("646-555-O134", ONE),
        ("\uff16\uff14\uff16\uff15\uff15\uff15\uff10\uff11\uff13\uff14", ONE),
        ("646\u2011555\u20110134", ONE),
        ("six four six, five five five, oh one three four", ONE),
        ("six four six triple five 0134", ONE),
        ("646 555 0134 5pm", ONE),
        ("1-800-555-HELP", "+18005554357"),
        ("1-800-GO-FEDEX", "+18004633339"),
        ("646-555-cake", "+16465552253"),
        ("646 EVENING", None),
        ("555-0142", None),
        ("after 5", None),
        ("000-000-0000", None),
    ],
)
def test_a_phone_number_is_normalised(text, number):
    assert read_phone_number(text, "US") == number


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("646-555-0134 x12", ";ext=12"),
        ("646-555-0134 extension 12", ";ext=12"),
        ("646-555-0134 #12", ";ext=12"),
        ("646-555-0134 room 404", ", room 404"),
        ("646-555-0134, apt 4B", ", apt 4B"),
        ("646-555-0134 then press 3", ", then press 3"),
        ("646-555-0134, ask for Ann", ", ask for Ann"),
        ("ask for Ann Lee at 646-555-0134", ", ask for Ann Lee"),
        ("646-555-0134 ask for the nurse", ", ask for the nurse"),
        ("646-555-0134 ext. 12, room 4, ask for Jo please", ";ext=12, room 4, ask for Jo"),
    ],
)
def test_what_to_dial_and_whom_to_ask_for_is_kept(text, kept):
    assert read_phone_number(text, "US") == ONE + kept


@pytest.mark.parametrize(
    "text",
    [
        "I called 888-753-5222, mine is 646-555-0134",
        "my doctor said to call, my cell is 646-555-0134",
        "my old number was 212-555-0100, the new one is 646-555-0134",
        "212-555-0100 is my old number, use 646-555-0134",
        "212-555-0100 sorry 646-555-0134",
        "no, 646-555-0134",
        "no it's 646-555-0134",
        "it isn't 212-555-0100, it's 646-555-0134",
        "646-555-0134, not 212-555-0100",
        "don't call 212-555-0100, call 646-555-0134",
        "call 646 555 0134 or text 646 555 0134",
        "call my husband at 646-555-0134",
    ],
)
def test_of_several_numbers_the_visitors_is_taken(text):
    assert read_phone_number(text, "US") == ONE


@pytest.mark.parametrize("text", ["(888) 753-LBBC (5222)", "888-753-5222", "I called 1-800-799-7233", "800.222.1222"])
def test_an_approved_contacts_number_is_not_the_visitors(text):
    assert read_phone_number(text, "US") == Doubt("utter_number_not_yours")


@pytest.mark.parametrize(
    "text",
    ["my doctor's number is 646-555-0134", "my oncologist: 646-555-0134", "646-555-0134 is my old number",
     "I called 646-555-0134 and nobody answered", "I had a missed call from 646-555-0134", "do not call 646-555-0134"],
)  # fmt: skip
def test_a_number_that_may_be_anothers_is_asked_about(text):
    expected = Doubt("utter_ask_if_your_number", (ONE,), ("(646) 555-0134",), ONE)
    assert read_phone_number(text, "US") == expected


@pytest.mark.parametrize("between", [" or ", ", ", " (cell), home is ", "/"])
def test_of_two_numbers_one_is_asked_for(between):
    doubt = read_phone_number(f"646-555-0134{between}212-555-0187", "US")
    assert isinstance(doubt, Doubt)
    assert (doubt.response, doubt.values) == ("utter_ask_which_number", (ONE, "+12125550187"))


def test_a_relatives_number_in_passing_is_not_taken():
    assert isinstance(read_phone_number("my sister's number is 646 555 0134", "US", in_passing=True), Doubt)
    assert read_phone_number("reach me at 646 555 0134", "US", in_passing=True) == ONE


def test_numbers_are_shown_as_people_write_them():
    assert show_phone_number("+12155550142", "US") == "(215) 555-0142"
    assert show_phone_number("+442079460958", "US") == "+44 20 7946 0958"
    assert show_phone_number("+12155550142;ext=12, ask for Ann", "US") == "(215) 555-0142 ext. 12, ask for Ann"
