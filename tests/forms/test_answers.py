import pytest

from helpline.forms.answers import (
    is_data_alone,
    read_age_range,
    read_choice,
    read_choices,
    read_email,
    read_name,
    read_phone_number,
    show_phone_number,
)


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


@pytest.mark.parametrize(
    ("slot", "text", "key"),
    [
        ("for_whom", "For myself", "self"),
        ("for_whom", "me", "self"),
        ("for_whom", "my mom, I care for her", "other"),
        ("for_whom", "For someone I care for", "other"),
        ("contact_method", "Phone call", "phone"),
        ("contact_method", "text is best", "text"),
        ("contact_method", "e-mail please", "email"),
        ("contact_method", "carrier pigeon", None),
        ("diagnosis_type", "Metastatic at first diagnosis", "de_novo"),
        ("diagnosis_type", "de novo", "de_novo"),
        ("diagnosis_type", "it came back after 8 years", "recurrence"),
        ("diagnosis_type", "Not sure", "unknown"),
        ("diagnosis_type", "purple", None),
    ],
)
def test_one_option_is_chosen_by_key_title_or_own_words(slot, text, key):
    assert read_choice(slot, text) == key


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("her2 positive", ("her2_positive",)),
        ("ER+ PR+ HER2-", ("hormone_receptor_positive",)),
        ("hr+/her2-", ("hormone_receptor_positive",)),
        ("HER2 low", ("her2_low",)),
        ("TNBC", ("triple_negative",)),
        ("hormone receptor positive and lobular", ("hormone_receptor_positive", "lobular")),
        ("inflammatory", ("inflammatory",)),
        ("no clue", ()),
    ],
)
def test_several_subtypes_may_be_named(text, keys):
    assert read_choices("cancer_subtype", text) == keys


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("bones and liver", ("bones", "liver")),
        ("my spine, a rib and my lungs", ("bones", "lungs")),
        ("not bones, liver", ("liver",)),
        ("LMD", ("leptomeninges",)),
        ("everywhere", ()),
    ],
)
def test_sites_are_found_in_own_words(text, keys):
    assert read_choices("spread_sites", text) == keys


@pytest.mark.parametrize(
    ("text", "age_range"),
    [
        ("I'm 47", "40-49"),
        ("40-49", "40-49"),
        ("18", "18-29"),
        ("29", "18-29"),
        ("30", "30-39"),
        ("in my early fifties", "50-59"),
        ("60s", "60-69"),
        ("70+", "70+"),
        ("70 or older", "70+"),
        ("83", "70+"),
        ("17", None),
        ("130", None),
        ("old", None),
    ],
)
def test_an_age_becomes_a_range(text, age_range):
    assert read_age_range(text) == age_range


@pytest.mark.parametrize(
    "text",
    [
        "215-555-0142",
        "(215) 555 0142 ext. 3",
        "+44 20 7946 0958",
        "grace@example.org",
        "52",
        "70+",
        "18-29",
        "3pm",
        "Monday mornings or after 5",
        "between 2 and 4 in the afternoon",
        "any time",
        "for myself",
        "Prefer not to say.",
    ],
)
def test_data_alone_have_no_words_of_the_visitors_own(text):
    assert is_data_alone(text, ["For myself", "Prefer not to say"])


@pytest.mark.parametrize(
    "text",
    [
        "I want to die",
        "Hope",
        "911",
        "988",
        "215-555-0142 if i am still alive",
        "grace@example.org goodbye",
        "tonight i end it",
        "for myself, i want to die",
        "For my mother",
        "",
        "...",
    ],
)
def test_all_else_has(text):
    assert not is_data_alone(text, ["For myself"])
