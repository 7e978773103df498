"""What is said of a match, word for word."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from helpline.errors import ContentError
from helpline.volunteers import reasons as module
from helpline.volunteers.profile import CHILDREN, CONCERNS, DIAGNOSES, METHODS, SITES, SUBTYPES, TIMES, WORK
from helpline.volunteers.reasons import Reasons, hard_no_in_words, matching_wording, reasons, why_nobody
from helpline.volunteers.scoring import hard_nos, rank
from helpline.volunteers.weights import DEFAULT_WEIGHTS
from tests.volunteers.people import NOW, need, needs, volunteer, volunteers


def test_a_match_is_told_as_people_would_tell_it():
    asking = need(subtypes={"triple_negative"}, age_range="40-49", concerns={"telling_children"}, children="young")
    there = volunteer(
        subtypes={"triple_negative"}, age_range="50-59", concerns={"telling_children", "money"}, children="grown"
    )
    told = reasons(asking, there)
    assert told.fitting == (
        "same subtype: triple-negative",
        "also told their children",
        "also lives with metastatic breast cancer",
        "about ten years older",
        "has children too, now grown",
    )
    assert told.against == ()
    assert told.untold == ()


def test_what_speaks_against_is_told_what_weighs_most_first():
    asking = need(subtypes={"her2_positive", "lobular"}, age_range="30-39", sites={"bones", "liver"}, work="working")
    there = volunteer(
        metastatic=False,
        treatment_ended=date(2020, 1, 1),
        subtypes={"her2_positive"},
        age_range="60-69",
        sites={"bones"},
        work="retired",
    )
    told = reasons(asking, there)
    assert told.fitting == ("same subtype: HER2-positive", "spread to some of the same places: bones")
    assert told.against == (
        "does not share lobular",
        "their own cancer is not metastatic",
        "about 30 years older",
        "not known to have spread to liver",
        "has retired",
    )


@pytest.mark.parametrize(
    ("wanted", "there", "fitting", "against"),
    [
        ({"diagnosis": "de_novo"}, {"diagnosis": "de_novo"}, "also metastatic from the start", None),
        (
            {"diagnosis": "de_novo"},
            {"diagnosis": "recurrence"},
            None,
            "theirs came back after earlier breast cancer",
        ),
        ({"subtypes": {"triple_negative"}}, {"subtypes": {"her2_low"}}, None, "another subtype: HER2-low"),
        ({"subtypes": {"lobular"}}, {"subtypes": {"her2_low"}}, None, "does not share lobular"),
        ({"subtypes": {"lobular"}}, {"subtypes": {"lobular", "her2_low"}}, "same subtype: lobular", None),
        (
            {"subtypes": {"her2_positive", "hormone_receptor_positive"}},
            {"subtypes": {"her2_positive"}},
            "shares a subtype: HER2-positive",
            "does not share hormone receptor-positive",
        ),
        (
            {"subtypes": {"triple_negative"}},
            {"subtypes": {"triple_negative", "her2_low"}},
            "same subtype: triple-negative",
            None,
        ),
        (
            {"subtypes": {"her2_positive"}},
            {"subtypes": {"her2_positive", "hormone_receptor_positive"}},
            "same subtype: HER2-positive",
            "theirs is also hormone receptor-positive",
        ),
        (
            {"sites": {"bones", "liver"}},
            {"sites": {"bones", "liver", "skin"}},
            "spread to the same places: bones and liver",
            None,
        ),
        ({"sites": {"bones"}}, {"sites": {"brain"}}, None, "spread to other places: brain"),
        ({"age_range": "30-39"}, {"age_range": "30-39"}, "about the same age", None),
        ({"age_range": "30-39"}, {"age_range": "18-29"}, "about ten years younger", None),
        ({"age_range": "70+"}, {"age_range": "50-59"}, None, "about 20 years younger"),
        (
            {"concerns": {"work", "pain"}},
            {"concerns": {"pain"}},
            "also lives with pain",
            "did not name work as lived through",
        ),
        ({"children": "none"}, {"children": "none"}, "also has no children", None),
        ({"children": "none"}, {"children": "young"}, None, "has children"),
        ({"children": "grown"}, {"children": "young"}, "has children too, still young", None),
        ({"concerns": {"raising_children"}}, {"children": "none"}, None, "has no children"),
        ({"concerns": {"raising_children"}}, {"children": "grown"}, "also has children", None),
        ({"work": "stopped"}, {"work": "stopped"}, "also stopped working", None),
        (
            {"times": {"weekday_evenings", "weekend_evenings"}},
            {"times": {"weekday_evenings"}},
            "also free on weekday evenings",
            None,
        ),
        (
            {"times": {"weekday_evenings"}},
            {"times": {"weekend_mornings"}},
            None,
            "free at other times: weekend mornings",
        ),
    ],
)
def test_each_thing_has_its_words(wanted, there, fitting, against):
    told = reasons(need(**wanted), volunteer(**there))
    assert [each for each in told.fitting if each != "also lives with metastatic breast cancer"] == (
        [fitting] if fitting else []
    )
    assert list(told.against) == ([against] if against else [])


def test_carers_have_words_of_their_own():
    carer = volunteer(role="carer")
    assert reasons(need(role="carer"), carer).fitting == ("also cares for somebody with metastatic breast cancer",)
    weights = replace(DEFAULT_WEIGHTS, same_role=False)
    assert reasons(need(), carer, weights).against == ("cares for somebody, and does not have the cancer",)
    assert reasons(need(role="carer"), volunteer(), weights).against == (
        "has the cancer, and does not care for somebody with it",
    )


def test_what_the_visitor_left_out_is_not_spoken_of():
    told = reasons(need(), volunteer(age_range="40-49", subtypes={"lobular"}, children="none"))
    assert told == Reasons(("also lives with metastatic breast cancer",), (), ())


def test_what_a_volunteer_left_out_is_named_so_that_it_can_be_asked():
    asking = need(age_range="40-49", subtypes={"lobular", "her2_low"}, concerns={"raising_children"}, work="working")
    assert reasons(asking, volunteer()).untold == ("subtype", "what they lived through", "age", "children", "work")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"state": "pausing"}, "is pausing"),
        ({"trained_on": None}, "is not trained yet"),
        ({"capacity": 2, "matched": 2}, "has as many people as they take at once (2)"),
        ({"rest_days": 14, "last_ended_at": NOW - timedelta(days=7)}, "rests until 4 December 2026"),
        ({"metastatic": False}, "their cancer is not metastatic, and no end of treatment is known"),
        (
            {"metastatic": False, "treatment_ended": date(2026, 6, 1)},
            "their cancer is not metastatic, and treatment ended less than 12 months ago",
        ),
        ({"role": "carer"}, "cares for somebody, and does not have the cancer"),
        ({"languages": {"es"}}, "no language in common"),
        ({"methods": {"text", "email"}}, "does not talk by phone"),
    ],
)
def test_a_hard_no_is_told_with_its_reason(told, words):
    assert [hard_no_in_words(no) for no in hard_nos(need(), volunteer(**told), NOW)] == [words]


def test_a_wish_not_to_be_phoned_and_not_now_are_told_too():
    quiet = need(method="phone", never_by_phone=True, declined={1})
    assert [hard_no_in_words(no) for no in hard_nos(quiet, volunteer(1), NOW)] == [
        "the person must never be phoned, and no other way to reach them is known",
        "said not now to this request, or was not chosen",
    ]


def test_why_a_request_has_nobody_is_told_by_how_many():
    there = [
        *(volunteer(row, state="pausing") for row in range(1, 4)),
        volunteer(4, state="pausing", languages={"es"}),
        volunteer(5, languages={"es"}),
        volunteer(6, methods={"text"}),
        volunteer(7),
    ]
    assert why_nobody(rank(need(), there, NOW).nos) == (
        "4 pausing",
        "1 without a language in common",
        "1 who do not talk that way",
    )


def test_every_hard_no_has_its_words_for_one_and_for_many():
    wording = matching_wording()
    assert list(wording.nobody) == list(wording.hard_nos.__fields__)


def test_every_key_has_its_words():
    wording = matching_wording()
    for names, keys in (
        (wording.names.subtypes, SUBTYPES),
        (wording.names.sites, SITES),
        (wording.names.concerns, CONCERNS),
        (wording.names.times, TIMES),
        (wording.names.methods, METHODS),
        (wording.reasons.concerns, CONCERNS),
        (wording.reasons.diagnosis, DIAGNOSES),
        (wording.against.diagnosis, DIAGNOSES),
        (wording.reasons.work, WORK),
        (wording.against.work, WORK),
    ):
        assert list(names) == list(keys)
    assert set(CHILDREN) < set(wording.reasons.children)


@given(needs(), volunteers())
@settings(deadline=None)
def test_whoever_they_are_something_can_be_said_without_a_gap(asking, anybody):
    told = reasons(asking, anybody, replace(DEFAULT_WEIGHTS, same_role=False))
    said = [*told.fitting, *told.against, *told.untold, *map(hard_no_in_words, hard_nos(asking, anybody, NOW))]
    assert all(each.strip() and "{" not in each and "None" not in each for each in said)


def test_a_bad_file_is_refused_with_its_key(tmp_path, monkeypatch):
    text = module.FILE.read_text(encoding="utf-8")
    file = tmp_path / "en.yml"
    file.write_text(text.replace("  pausing: is pausing\n", ""), encoding="utf-8")
    monkeypatch.setattr(module, "FILE", file)
    with pytest.raises(ContentError, match=r"hard_nos\.pausing"):
        matching_wording.__wrapped__()
