import pytest

from helpline.forms.answers import denied_choices, is_data_alone, read_choice, read_choices, read_time, time_in


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
        ("bones and liver, used to be lungs but not any more", ("bones", "liver")),
        ("lungs are gone now, just liver", ("liver",)),
        ("bones; the liver mets are gone", ("bones",)),
        ("no longer in the lungs", ()),
        ("liver, lungs cleared up", ("liver",)),
        ("bones still, used to have it in the lungs", ("bones",)),
    ],
)
def test_sites_are_found_in_own_words(text, keys):
    assert read_choices("spread_sites", text) == keys


@pytest.mark.parametrize(
    ("slot", "text", "key"),
    [
        ("contact_method", "anything but phone", None),
        ("contact_method", "please don't call me", None),
        ("contact_method", "no calls please, text is fine", "text"),
        ("contact_method", "email, I can't talk on the phone", "email"),
        ("contact_method", "text not email", "text"),
        ("contact_method", "email no, text yes", "text"),
        ("contact_method", "text me on my cell", "text"),
        ("contact_method", "phone or email", None),
        ("contact_method", "rather than calling, email me", "email"),
        ("diagnosis_type", "it never came back, it was stage 4 from the start", "de_novo"),
        ("diagnosis_type", "it didn't come back, metastatic from day one", "de_novo"),
        ("diagnosis_type", "not a recurrence", None),
        ("diagnosis_type", "not at first, it came back later", "recurrence"),
        ("diagnosis_type", "I'm not sure", "unknown"),
        ("for_whom", "not for me, for my sister", "other"),
        ("for_whom", "for me, not for my mom", "self"),
        ("for_whom", "no, it's for my husband", "other"),
    ],
)
def test_a_denied_option_is_never_chosen(slot, text, key):
    assert read_choice(slot, text) == key


@pytest.mark.parametrize(
    ("slot", "text", "keys"),
    [
        ("cancer_subtype", "estrogen negative", ()),
        ("cancer_subtype", "HR negative", ()),
        ("cancer_subtype", "HR-/HER2+", ("her2_positive",)),
        ("cancer_subtype", "hormone receptor negative, her2 positive", ("her2_positive",)),
        ("cancer_subtype", "ER/PR negative and HER2 low", ("her2_low",)),
        ("cancer_subtype", "estrogen positive but progesterone negative", ("hormone_receptor_positive",)),
        ("cancer_subtype", "it isn't lobular, it's inflammatory", ("inflammatory",)),
        ("cancer_subtype", "not triple negative", ()),
        ("cancer_subtype", "triple positive", ("hormone_receptor_positive", "her2_positive")),
        ("spread_sites", "it has not spread to my liver, only bones", ("bones",)),
        ("spread_sites", "not in my lungs, liver or brain, just the bones", ("bones",)),
        ("spread_sites", "no liver mets, bones only", ("bones",)),
        ("spread_sites", "liver is clear, it's in the lungs", ("lungs",)),
        ("spread_sites", "bones and lungs but not the brain", ("bones", "lungs")),
        ("spread_sites", "everything but the brain", ()),
        ("spread_sites", "not only the bones, the liver too", ("bones", "liver")),
        ("spread_sites", "the brain has never been affected; liver", ("liver",)),
    ],
)
def test_of_several_options_those_are_left_out_that_are_denied(slot, text, keys):
    assert read_choices(slot, text) == keys


def test_what_is_denied_is_known_only_where_it_is_denied_throughout():
    assert denied_choices("spread_sites", "not the liver, only bones") == {"liver"}
    assert denied_choices("spread_sites", "not the liver, no wait, the liver") == set()
    assert denied_choices("spread_sites", "bones") == set()


@pytest.mark.parametrize(
    ("text", "times", "said"),
    [
        ("can someone call me back, but not in the morning", ["morning"], "not in the morning"),
        ("call me back any time but tonight", ["any time", "tonight"], "any time but tonight"),
        ("never in the evening please", ["evening"], "never in the evening"),
        ("phone me after 5", ["after 5"], "after 5"),
        ("call me Monday or Tuesday after lunch", ["Monday", "Tuesday", "lunch"], "Monday or Tuesday after lunch"),
        ("call me", [], None),
    ],
)
def test_a_time_is_quoted_with_what_denies_it(text, times, said):
    assert read_time(text, times) == said


@pytest.mark.parametrize(
    ("text", "times", "said"),
    [
        ("can someone call me thursday at 3", ["thursday"], "thursday at 3"),
        ("call me monday between 2 and 4 please", ["monday"], "monday between 2 and 4"),
        ("ring my wife around 3 tomorrow", ["tomorrow"], "around 3 tomorrow"),
        ("phone tomorrow half past 2, it's about a trial", ["tomorrow"], "tomorrow half past 2"),
        (
            "tomorrow please, I'm Bev, my number is 215 639 4481, around 10 am",
            ["tomorrow", "around 10 am"],
            "tomorrow, around 10 am",
        ),
        ("call me friday about my 3 scans", ["friday"], "friday"),
    ],
)
def test_a_time_is_quoted_with_its_hour_and_without_what_is_no_time(text, times, said):
    assert read_time(text, times) == said


def test_a_time_is_found_without_being_named_to_it():
    assert time_in("how about thursday at 3") == "thursday at 3"
    assert time_in("about my scan") is None


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
