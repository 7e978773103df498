import pytest

from helpline.requests.contacts import read_email, read_name, read_phone_number, show_phone_number


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Grace", "Grace"),
        ("grace", "Grace"),
        ("Mary Ann", "Mary Ann"),
        ("my name is Patrice", "Patrice"),
        ("just call me Bev", "Bev"),
        ("I'm Grace", "Grace"),
        ("it's Siobhan O'Neill", "Siobhan O'Neill"),
        ("hi, my name is karen with a k", "Karen"),
        ("Grace, 215-555-0142", "Grace"),
        ("you spelled my name wrong, its Siobhan", "Siobhan"),
        ("José", "José"),
        ("Ned", "Ned"),
        ("Hope", "Hope"),
        ("I'm scared", None),
        ("i'm grace", None),
        ("scared", None),
        ("this is hard", None),
        ("call me back tomorrow", None),
        ("it's actually Marisol", "Marisol"),
        ("hello", None),
        ("I don't want to say", None),
        ("what is this", None),
        ("215-555-0142", None),
        ("!!!", None),
    ],
)
def test_a_name_is_told_from_other_words(text, name):
    assert read_name(text, []) == name


def test_outside_its_question_a_name_must_be_introduced():
    assert read_name("liver mets", ["Liver"], alone=False) is None
    assert read_name("call me back plz", [], alone=False) is None
    assert read_name("this is hard", [], alone=False) is None
    assert read_name("my name is Bev, call me", [], alone=False) == "Bev"
    assert read_name("I'm Bev and I have mets", ["Bev"], alone=False) == "Bev"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2155550142", "+12155550142"),
        ("call (215) 555-0142 after 5", "+12155550142"),
        ("not 610-555-0117 but 215.555.0142", "+12155550142"),
        ("+44 20 7946 0958", "+442079460958"),
        ("555-0142", None),
        ("after 5", None),
        ("000-000-0000", None),
    ],
)
def test_a_phone_number_is_normalised(text, number):
    assert read_phone_number(text, "US") == number


def test_numbers_are_shown_as_people_write_them():
    assert show_phone_number("+12155550142", "US") == "(215) 555-0142"
    assert show_phone_number("+442079460958", "US") == "+44 20 7946 0958"


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("liz.m@Example.org.", "liz.m@example.org"),
        ("it's mlopez@example.org, thanks", "mlopez@example.org"),
        ("a@b", None),
        ("at home", None),
    ],
)
def test_an_email_address_is_normalised(text, email):
    assert read_email(text) == email
