import pytest

from helpline.requests import choices


@pytest.mark.parametrize(
    ("options", "text", "key"),
    [
        (choices.FOR_WHOM, "For myself", "self"),
        (choices.FOR_WHOM, "me", "self"),
        (choices.FOR_WHOM, "my mom, I care for her", "other"),
        (choices.FOR_WHOM, "For someone I care for", "other"),
        (choices.CONTACT_METHOD, "Phone call", "phone"),
        (choices.CONTACT_METHOD, "text is best", "text"),
        (choices.CONTACT_METHOD, "e-mail please", "email"),
        (choices.CONTACT_METHOD, "carrier pigeon", None),
        (choices.DIAGNOSIS_TYPE, "Metastatic at first diagnosis", "de_novo"),
        (choices.DIAGNOSIS_TYPE, "de novo", "de_novo"),
        (choices.DIAGNOSIS_TYPE, "it came back after 8 years", "recurrence"),
        (choices.DIAGNOSIS_TYPE, "Not sure", "unknown"),
        (choices.DIAGNOSIS_TYPE, "purple", None),
    ],
)
def test_one_option_is_chosen_by_key_title_or_own_words(options, text, key):
    assert choices.read_choice(options, text) == key


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
    assert choices.read_choices(choices.CANCER_SUBTYPE, text) == keys


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
    assert choices.read_choices(choices.SPREAD_SITES, text) == keys


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
    assert choices.read_age_range(text) == age_range
