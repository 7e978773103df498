"""Who may be matched with whom, and how well they fit; what was left out counts against nobody."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpline.matching_settings import MatchingSettings
from helpline.volunteers.profile import (
    AGE_RANGES,
    CHILDREN,
    CONCERNS,
    DIAGNOSES,
    METHODS,
    ROLES,
    SITES,
    SUBTYPES,
    TIMES,
    WORK,
)
from helpline.volunteers.scoring import CRITERIA, hard_nos, rank, score
from helpline.volunteers.weights import DEFAULT_WEIGHTS, Weights
from tests.volunteers.people import NOW, need, needs, some_of, volunteer, volunteers

# What can be left out, with nothing in it, and what it may hold.
ANSWERS = {
    "diagnosis": (None, st.sampled_from(DIAGNOSES)),
    "subtypes": (frozenset(), some_of(SUBTYPES, 1)),
    "sites": (frozenset(), some_of(SITES, 1)),
    "age_range": (None, st.sampled_from(AGE_RANGES)),
    "concerns": (frozenset(), some_of(CONCERNS, 1)),
    "children": (None, st.sampled_from(CHILDREN)),
    "work": (None, st.sampled_from(WORK)),
    "times": (frozenset(), some_of(TIMES, 1)),
}


ER = "hormone_receptor_positive"


def keys(nos) -> list[str]:
    return [no.key for no in nos]


def test_somebody_trained_and_free_may_be_matched():
    assert hard_nos(need(), volunteer(), NOW) == []


@pytest.mark.parametrize(
    ("told", "no"),
    [
        ({"state": "pausing"}, "pausing"),
        ({"trained_on": None}, "untrained"),
        ({"trained_on": date(2026, 12, 1)}, "untrained"),
        ({"capacity": 2, "matched": 2}, "full"),
        ({"rest_days": 14, "last_ended_at": NOW - timedelta(days=13)}, "resting"),
        ({"metastatic": False}, "in_treatment"),
        ({"metastatic": False, "treatment_ended": date(2025, 11, 28)}, "treatment_recent"),
        ({"role": "carer"}, "role"),
        ({"languages": {"es"}}, "language"),
        ({"methods": {"text"}}, "method"),
    ],
)
def test_a_volunteer_who_cannot_be_matched_has_one_reason(told, no):
    assert keys(hard_nos(need(), volunteer(**told), NOW)) == [no]


@pytest.mark.parametrize(
    "told",
    [
        {"capacity": 2, "matched": 1},
        {"rest_days": 14, "last_ended_at": NOW - timedelta(days=14)},
        {"metastatic": False, "treatment_ended": date(2025, 11, 27)},
        {"metastatic": True, "treatment_ended": date(2026, 11, 1)},
        {"languages": {"en-GB", "es"}},
    ],
)
def test_a_volunteer_who_can_be_matched_has_none(told):
    assert hard_nos(need(), volunteer(**told), NOW) == []


@given(volunteers())
@settings(deadline=None)
def test_a_metastatic_volunteer_is_not_held_to_a_time_since_treatment(anybody):
    nos = keys(hard_nos(need(), replace(anybody, metastatic=True), NOW))
    assert not {"in_treatment", "treatment_recent"} & set(nos)


def test_how_long_ago_treatment_must_have_ended_is_a_setting():
    there = volunteer(metastatic=False, treatment_ended=date(2026, 5, 31))
    assert keys(hard_nos(need(), there, NOW, replace(DEFAULT_WEIGHTS, treatment_months=6))) == ["treatment_recent"]
    assert hard_nos(need(), there, NOW, replace(DEFAULT_WEIGHTS, treatment_months=5)) == []
    last_of_february = volunteer(metastatic=False, treatment_ended=date(2026, 1, 31))
    assert (
        hard_nos(need(), last_of_february, NOW.replace(month=2, day=28), replace(DEFAULT_WEIGHTS, treatment_months=1))
        == []
    )


def test_who_said_not_now_is_not_asked_again():
    assert keys(hard_nos(need(declined={1}), volunteer(1), NOW)) == ["declined"]
    assert hard_nos(need(declined={1}), volunteer(2), NOW) == []


@pytest.mark.parametrize("method", ["text", "email"])
def test_who_must_not_be_phoned_is_matched_with_those_who_write(method):
    quiet = need(method=method, never_by_phone=True)
    assert hard_nos(quiet, volunteer(methods={method}), NOW) == []
    assert keys(hard_nos(quiet, volunteer(methods={"phone"}), NOW)) == ["method"]


def test_who_must_not_be_phoned_and_told_no_other_way_is_matched_with_nobody():
    assert keys(hard_nos(need(method="phone", never_by_phone=True), volunteer(), NOW)) == ["never_by_phone"]


def test_several_reasons_are_all_told():
    there = volunteer(state="pausing", matched=1, languages={"es"})
    assert keys(hard_nos(need(), there, NOW)) == ["pausing", "full", "language"]


def test_roles_may_differ_where_it_is_set_so_and_then_they_weigh():
    weights = replace(DEFAULT_WEIGHTS, same_role=False)
    carer, patient = volunteer(1, role="carer"), volunteer(2)
    assert hard_nos(need(), carer, NOW, weights) == []
    assert score(need(), carer, weights) < score(need(), patient, weights)
    assert [each.id for each, _ in rank(need(), [carer, patient], NOW, weights).best] == [2, 1]


def test_the_same_in_everything_fits_best_and_the_opposite_least():
    told = {"diagnosis": "de_novo", "subtypes": {"triple_negative"}, "sites": {"brain"}, "age_range": "30-39"}
    lived = {"concerns": {"telling_children"}, "children": "young", "work": "stopped", "times": {"weekday_evenings"}}
    other = volunteer(
        metastatic=False,
        diagnosis="recurrence",
        subtypes={"her2_positive"},
        sites={"bones"},
        age_range="70+",
        concerns={"faith"},
        children="none",
        work="retired",
        times={"weekend_mornings"},
    )
    asking = need(**told, **lived)
    assert score(asking, volunteer(**told, **lived)) > 0.95
    assert score(asking, other) < 0.05


@pytest.mark.parametrize(
    ("wanted", "first", "second"),
    [
        ({"age_range": "40-49"}, {"age_range": "40-49"}, {"age_range": "50-59"}),
        ({"age_range": "40-49"}, {"age_range": "50-59"}, {"age_range": "60-69"}),
        ({"age_range": "40-49"}, {"age_range": "60-69"}, {"age_range": "70+"}),
        ({"subtypes": {ER}}, {"subtypes": {ER}}, {"subtypes": {ER, "her2_positive"}}),
        ({"subtypes": {ER}}, {"subtypes": {ER, "her2_positive"}}, {"subtypes": {"triple_negative"}}),
        ({"subtypes": {ER, "lobular"}}, {"subtypes": {ER, "lobular"}}, {"subtypes": {ER}}),
        ({"subtypes": {"inflammatory"}}, {"subtypes": {"inflammatory", ER}}, {"subtypes": {ER}}),
        ({"sites": {"bones", "liver"}}, {"sites": {"bones", "liver", "skin"}}, {"sites": {"bones"}}),
        ({"concerns": {"work", "money"}}, {"concerns": {"work", "money", "faith"}}, {"concerns": {"work"}}),
        ({"children": "young"}, {"children": "young"}, {"children": "grown"}),
        ({"children": "young"}, {"children": "grown"}, {"children": "none"}),
        ({"concerns": {"telling_children"}}, {"children": "grown"}, {"children": "none"}),
        ({"times": {"weekday_evenings"}}, {"times": {"weekday_evenings"}}, {"times": {"weekend_mornings"}}),
    ],
)
def test_what_fits_better_has_the_higher_score(wanted, first, second):
    assert score(need(**wanted), volunteer(**first)) > score(need(**wanted), volunteer(**second))


@pytest.mark.parametrize(
    ("wanted", "first", "second"),
    [
        # What they did not know of, or told beside it, takes nothing away.
        ({"subtypes": {ER}}, {"subtypes": {ER}}, {"subtypes": {ER, "her2_low"}}),
        ({"subtypes": {ER}}, {"subtypes": {ER}}, {"subtypes": {ER, "lobular"}}),
        ({"subtypes": {"inflammatory"}}, {"subtypes": {"inflammatory"}}, {"subtypes": {"inflammatory", ER}}),
        ({"sites": {"bones"}}, {"sites": {"bones"}}, {"sites": {"bones", "brain"}}),
    ],
)
def test_what_fits_as_well_has_the_same_score(wanted, first, second):
    assert score(need(**wanted), volunteer(**first)) == score(need(**wanted), volunteer(**second))


def test_a_rare_subtype_that_both_have_is_worth_more_than_being_alike_otherwise():
    asking = need(subtypes={"inflammatory"}, age_range="40-49")
    same = volunteer(subtypes={"inflammatory", ER}, age_range="50-59")
    other = volunteer(age_range="40-49", diagnosis="de_novo")
    assert score(asking, same) > score(asking, other)


def test_many_answers_that_fit_are_worth_more_than_one():
    asking = need(age_range="40-49", diagnosis="de_novo", subtypes={"lobular"})
    one = volunteer(age_range="40-49")
    many = volunteer(age_range="40-49", diagnosis="de_novo", subtypes={"lobular"})
    assert score(asking, many) > score(asking, one)


def test_times_do_not_matter_by_email():
    late, early = volunteer(times={"weekday_evenings"}), volunteer(times={"weekend_mornings"})
    mail = need(times={"weekday_evenings"}, method="email")
    assert score(mail, late) == score(mail, early)


@given(needs(), volunteers())
@settings(deadline=None)
def test_a_score_lies_between_nothing_and_everything(asking, anybody):
    assert 0 <= score(asking, anybody) <= 1


@given(needs(), volunteers(), st.sampled_from(sorted(ANSWERS)), st.data())
@settings(deadline=None)
def test_volunteers_who_differ_in_what_the_visitor_left_out_stand_alike(asking, anybody, name, data):
    empty, answers = ANSWERS[name]
    left_out = replace(asking, **{name: empty})
    if name == "children":  # a worry about children tells that there are some
        left_out = replace(left_out, concerns=left_out.concerns - {"telling_children", "raising_children"})
    other = replace(anybody, **{name: data.draw(answers)})
    anybody = replace(anybody, **{name: data.draw(st.just(empty) | answers)})
    assert score(left_out, anybody) == score(left_out, other)


@given(needs(), volunteers(), st.sampled_from(sorted(set(ANSWERS) - {"times"})), st.data())
@settings(deadline=None)
def test_what_a_volunteer_left_out_counts_neither_for_nor_against_them(asking, anybody, name, data):
    empty, answers = ANSWERS[name]
    silent = score(asking, replace(anybody, **{name: empty}))
    told = replace(anybody, **{name: data.draw(answers)})
    fits = list(fits_of(asking, told, name))
    if all(fit >= 0.5 for fit in fits):
        assert score(asking, told) >= silent
    if all(fit <= 0.5 for fit in fits):
        assert score(asking, told) <= silent


@given(needs(), volunteers(), st.sampled_from(sorted(set(ANSWERS) - {"times", "subtypes"})), st.data())
@settings(deadline=None)
def test_leaving_an_answer_out_is_half_way_between_the_best_and_the_worst(asking, anybody, name, data):
    empty, answers = ANSWERS[name]
    told = [replace(anybody, **{name: data.draw(answers)}) for _ in range(2)]
    fits = [list(fits_of(asking, each, name)) for each in told]
    if fits == [[1.0], [0.0]]:
        silent = score(asking, replace(anybody, **{name: empty}))
        assert silent == pytest.approx((score(asking, told[0]) + score(asking, told[1])) / 2)


def test_a_volunteer_without_times_can_talk_at_any():
    asking = need(times={"weekday_evenings"})
    assert score(asking, volunteer()) == score(asking, volunteer(times={"weekday_evenings"}))


def fits_of(asking, told, name):
    """Yield how well what an answer told fits, for each thing that is compared by it."""
    empty, _ = ANSWERS[name]
    for criterion in CRITERIA:
        wanted, there = criterion.of_need(asking), criterion.of_volunteer(told)
        by_the_answer = criterion.of_volunteer(replace(told, **{name: empty})) is None
        if by_the_answer and wanted is not None and there is not None:
            yield criterion.of_both(wanted, there)


@given(needs(), volunteers(), st.sampled_from(sorted(ANSWERS)))
@settings(deadline=None)
def test_leaving_an_answer_out_makes_no_hard_no(asking, anybody, name):
    empty, _ = ANSWERS[name]
    before = hard_nos(asking, anybody, NOW)
    assert hard_nos(asking, replace(anybody, **{name: empty}), NOW) == before
    assert hard_nos(replace(asking, **{name: empty}), anybody, NOW) == before


@given(needs(), st.lists(st.integers(1, 8).flatmap(volunteers), unique_by=lambda each: each.id), st.randoms())
@settings(deadline=None)
def test_the_best_are_the_same_in_whichever_order_they_are_told(asking, there, random):
    shuffled = list(there)
    random.shuffle(shuffled)
    ranking = rank(asking, there, NOW)
    chosen = ranking.best
    assert ranking == rank(asking, shuffled, NOW)
    assert all(found == score(asking, each) for each, found in chosen)
    assert ranking.able == sum(not hard_nos(asking, each, NOW) for each in there)
    assert ranking.nos == Counter(nos[0].key for each in there if (nos := hard_nos(asking, each, NOW)))
    assert all(not hard_nos(asking, each, NOW) for each, _ in chosen)
    scores = [each for _, each in chosen]
    assert scores == sorted(scores, reverse=True)
    assert len(chosen) == min(3, sum(not hard_nos(asking, each, NOW) for each in there))


def test_of_those_who_fit_alike_comes_first_who_has_most_room_and_waited_longest():
    busy = volunteer(1, capacity=2, matched=1)
    lately = volunteer(2, last_ended_at=NOW - timedelta(days=10))
    long_ago = volunteer(3, last_ended_at=NOW - timedelta(days=90))
    never = volunteer(4)
    chosen = rank(need(), [busy, lately, long_ago, never], NOW, count=4).best
    assert [each.id for each, _ in chosen] == [4, 3, 2, 1]


def test_a_weight_of_nothing_takes_a_thing_out():
    weights = replace(DEFAULT_WEIGHTS, age=0.0)
    young, old = volunteer(age_range="18-29"), volunteer(age_range="70+")
    asking = need(age_range="18-29")
    assert score(asking, young, weights) == score(asking, old, weights)


def test_the_weights_are_those_of_the_settings():
    settings = MatchingSettings.construct(match_weight_age=7.0, match_same_role=False, match_treatment_months=3)
    weights = Weights.of(settings)
    assert (weights.age, weights.same_role, weights.treatment_months) == (7.0, False, 3)
    assert weights.subtype == DEFAULT_WEIGHTS.subtype
    criteria = {f"match_weight_{each.weight}" for each in CRITERIA}
    assert criteria <= set(MatchingSettings.__fields__)


def test_every_way_and_role_there_is_can_be_matched():
    for role in ROLES:
        for method in METHODS:
            assert hard_nos(need(role=role, method=method), volunteer(role=role), NOW) == []
