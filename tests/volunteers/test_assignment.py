"""The plan for all who wait: what must hold of any, and that no better one exists."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpline.volunteers.assignment import changed_plan, plan, scores_of
from helpline.volunteers.plan import Match, Plan, Problem
from helpline.volunteers.scoring import hard_nos, rank, score
from helpline.volunteers.weights import DEFAULT_WEIGHTS
from tests.volunteers.people import NOW, need, needs, problems, volunteer, volunteers

PLAIN = replace(DEFAULT_WEIGHTS, wait=0.0, rarity=0.0)


def pairs(made: Plan) -> frozenset[tuple[int, int]]:
    return frozenset((match.need, match.volunteer) for match in made.matches)


def matched(made: Plan) -> dict[int, int]:
    return dict(pairs(made))


def every_plan(problem: Problem):
    """Yield all plans that may be, as pairs, and what is missing in each, by the rules of scoring alone."""
    choices = [
        [None, *(each for each in problem.volunteers if not hard_nos(asking, each, problem.now, problem.weights))]
        for asking in problem.needs
    ]
    for chosen in product(*choices):
        counts = Counter(each.id for each in chosen if each is not None)
        if all(counts[each.id] <= each.capacity - each.matched for each in problem.volunteers):
            made = frozenset(
                (asking.id, each.id) for asking, each in zip(problem.needs, chosen, strict=True) if each is not None
            )
            yield (
                made,
                sum(missing_to(problem, asking, each) for asking, each in zip(problem.needs, chosen, strict=True)),
            )


def missing_to(problem: Problem, asking, there) -> float:
    weights = problem.weights
    well = sum(
        each.capacity - each.matched
        for each in problem.volunteers
        if not hard_nos(asking, each, problem.now, weights) and score(asking, each, weights) >= 0.7
    )
    waits = min((problem.now - asking.waiting_since).days / 28, 3)
    waiting, rarity = 1 + weights.wait * waits, weights.rarity / (1 + well)
    return 2 * waiting + rarity if there is None else (waiting + rarity) * (1 - score(asking, there, weights)) ** 2


@given(problems(4, 4))
@settings(max_examples=150, deadline=None)
def test_no_other_plan_is_better(problem):
    problem = replace(problem, proposed=frozenset())
    least = min(missing for _, missing in every_plan(problem))
    assert plan(problem).missing == pytest.approx(least, abs=1e-4)


@given(problems(4, 4))
@settings(max_examples=100, deadline=None)
def test_no_other_plan_is_better_with_what_was_proposed_before(problem):
    def worth(made, missing):
        return missing - problem.weights.keep * len(made & problem.proposed)

    least = min(worth(*each) for each in every_plan(problem))
    made = plan(problem)
    assert worth(pairs(made), made.missing) == pytest.approx(least, abs=1e-4)


@given(problems())
@settings(deadline=None)
def test_capacity_and_hard_nos_always_hold(problem):
    made = plan(problem)
    asking = {each.id: each for each in problem.needs}
    there = {each.id: each for each in problem.volunteers}
    for match in made.matches:
        assert hard_nos(asking[match.need], there[match.volunteer], NOW, problem.weights) == []
        assert match.score == score(asking[match.need], there[match.volunteer], problem.weights)
    helped = Counter(match.volunteer for match in made.matches)
    assert all(count <= there[row].capacity - there[row].matched for row, count in helped.items())
    assert sorted([*(match.need for match in made.matches), *made.without]) == sorted(asking)


@given(problems(), st.randoms())
@settings(deadline=None)
def test_the_order_in_which_people_are_told_changes_nothing(problem, random):
    waiting, there = list(problem.needs), list(problem.volunteers)
    random.shuffle(waiting)
    random.shuffle(there)
    assert plan(replace(problem, needs=tuple(waiting), volunteers=tuple(there))) == plan(problem)


@given(problems())
@settings(deadline=None)
def test_a_plan_made_again_from_what_it_proposed_is_the_same(problem):
    made = plan(problem)
    assert plan(replace(problem, proposed=pairs(made))) == made


@given(problems(), volunteers(7))
@settings(deadline=None)
def test_one_volunteer_more_never_makes_more_missing(problem, another):
    problem = replace(problem, proposed=frozenset())
    more = replace(problem, volunteers=(*problem.volunteers, another))
    assert plan(more).missing <= plan(problem).missing


@given(problems(), needs(6))
@settings(deadline=None)
def test_who_asks_too_takes_nobody_from_more_people_than_one(problem, another):
    """One request more: at most one person who had somebody has nobody."""
    made = plan(problem)
    more = plan(replace(problem, needs=(*problem.needs, another), proposed=pairs(made)))
    assert len(set(more.without) - set(made.without) - {another.id}) <= 1


@given(problems())
@settings(deadline=None)
def test_scores_are_reckoned_to_the_last_bit_as_for_two_people(problem):
    table = scores_of(problem.needs, problem.volunteers, problem.weights)
    assert table.tolist() == [[score(asking, each) for each in problem.volunteers] for asking in problem.needs]


def test_nobody_waits_or_nobody_is_there():
    assert plan(Problem((), (volunteer(),), NOW)) == Plan((), (), 0.0)
    made = plan(Problem((need(1),), (), NOW, PLAIN))
    assert (made.matches, made.without, made.missing) == ((), (1,), 2.0)
    assert scores_of([], [], PLAIN).shape == (0, 0)


def test_everybody_gets_the_one_who_is_just_like_them():
    kinds = ("triple_negative", "her2_positive", "lobular")
    waiting = tuple(need(row, subtypes={kind}) for row, kind in enumerate(kinds, 1))
    there = tuple(volunteer(10 + row, subtypes={kind}) for row, kind in enumerate(kinds, 1))
    assert matched(plan(Problem(waiting, there[::-1], NOW))) == {1: 11, 2: 12, 3: 13}


def test_the_only_one_who_fits_a_rare_diagnosis_is_left_for_them():
    rare = volunteer(11, subtypes={"inflammatory"}, age_range="40-49")
    common = volunteer(12, subtypes={"lobular"}, age_range="40-49")
    first = need(1, age_range="40-49", waiting_since=NOW - timedelta(days=9))
    second = need(2, subtypes={"inflammatory"}, age_range="40-49")
    assert matched(plan(Problem((first, second), (rare, common), NOW))) == {1: 12, 2: 11}


def test_who_waits_longest_gets_the_last_one():
    lately, long_ago = need(1), need(2, waiting_since=NOW - timedelta(days=40))
    assert plan(Problem((lately, long_ago), (volunteer(),), NOW)).without == (1,)


def test_two_middling_fits_are_better_than_a_good_and_a_bad_one():
    """The sum of the scores is the same; the squares are not."""
    either = need(1, age_range="40-49"), need(2, age_range="60-69")
    there = volunteer(11, age_range="50-59"), volunteer(12, age_range="70+")
    assert matched(plan(Problem(either, there, NOW, PLAIN))) == {1: 11, 2: 12}


def test_a_volunteer_with_room_for_two_gets_two():
    made = plan(Problem((need(1), need(2), need(3)), (volunteer(9, capacity=3, matched=1),), NOW))
    assert Counter(match.volunteer for match in made.matches) == {9: 2}


def test_of_volunteers_who_fit_alike_the_one_is_asked_whose_turn_it_is():
    lately = volunteer(1, last_ended_at=NOW - timedelta(days=10))
    long_ago = volunteer(2, last_ended_at=NOW - timedelta(days=90))
    assert matched(plan(Problem((need(1),), (lately, long_ago), NOW))) == {1: 2}


def test_what_was_proposed_stays_where_another_is_hardly_better():
    waiting = need(1, age_range="40-49"), need(2, age_range="40-49")
    there = volunteer(11, age_range="40-49"), volunteer(12, age_range="40-49")
    crossed = frozenset({(1, 12), (2, 11)})
    assert pairs(plan(Problem(waiting, there, NOW, proposed=crossed))) == crossed


def test_what_was_proposed_goes_where_another_is_much_better():
    waiting = need(1, subtypes={"lobular"})
    there = volunteer(11, subtypes={"lobular"}), volunteer(12, subtypes={"triple_negative"})
    assert matched(plan(Problem((waiting,), there, NOW, proposed=frozenset({(1, 12)})))) == {1: 11}


def test_what_was_proposed_of_people_who_are_gone_is_forgotten():
    made = plan(Problem((need(1),), (volunteer(11),), NOW, proposed=frozenset({(1, 99), (98, 11)})))
    assert matched(made) == {1: 11}


TWO = Problem(
    (need(1, subtypes={"lobular"}), need(2, subtypes={"her2_low"})),
    (volunteer(11, subtypes={"lobular"}), volunteer(12, subtypes={"her2_low"})),
    NOW,
)


def test_a_change_says_for_whom_it_gets_worse_and_what_it_costs():
    changed = changed_plan(replace(TWO, fixed=frozenset({(1, 12)})))
    assert matched(changed.plan) == {1: 12, 2: 11}
    assert matched(changed.unchanged) == {1: 11, 2: 12}
    assert changed.cost == pytest.approx(changed.plan.missing - changed.unchanged.missing, abs=1e-5)
    assert changed.cost > 0
    assert [(each.need, each.before.volunteer, each.after.volunteer) for each in changed.worse] == [
        (1, 11, 12),
        (2, 12, 11),
    ]
    assert changed.better == ()


def test_a_forbidden_pair_is_not_in_the_plan_and_somebody_may_get_nobody():
    waiting = need(1, subtypes={"lobular"}), need(2)
    there = (volunteer(11, subtypes={"lobular"}),)
    changed = changed_plan(Problem(waiting, there, NOW, forbidden=frozenset({(1, 11)})))
    assert matched(changed.plan) == {2: 11}
    assert [(each.need, each.after) for each in changed.worse] == [(1, None)]
    assert [(each.need, each.before) for each in changed.better] == [(2, None)]


def test_no_change_costs_nothing():
    changed = changed_plan(TWO)
    assert changed.plan == changed.unchanged
    assert (changed.cost, changed.worse, changed.better) == (0.0, (), ())


def test_fixing_what_is_proposed_anyway_costs_nothing():
    changed = changed_plan(replace(TWO, fixed=pairs(plan(TWO))))
    assert (changed.plan, changed.cost, changed.worse) == (changed.unchanged, 0.0, ())


@given(problems(), st.data())
@settings(deadline=None)
def test_changes_hold_and_never_make_less_missing(problem, data):
    problem = replace(problem, proposed=frozenset())
    able = [
        (asking.id, each.id)
        for asking in problem.needs
        for each in problem.volunteers
        if not hard_nos(asking, each, NOW, problem.weights)
    ]
    if not able:
        return
    fixed = frozenset({data.draw(st.sampled_from(able))})
    forbidden = frozenset(data.draw(st.lists(st.sampled_from(able), max_size=3))) - fixed
    changed = changed_plan(replace(problem, fixed=fixed, forbidden=forbidden))
    assert fixed <= pairs(changed.plan)
    assert not forbidden & pairs(changed.plan)
    assert changed.plan.missing >= changed.unchanged.missing
    helped = Counter(match.volunteer for match in changed.plan.matches)
    assert all(helped[each.id] <= each.capacity - each.matched for each in problem.volunteers if helped[each.id])


def test_those_who_are_not_concerned_by_a_change_keep_whom_they_have():
    alike = tuple(need(row) for row in range(1, 7))
    there = tuple(volunteer(10 + row) for row in range(1, 7))
    problem = Problem(alike, there, NOW)
    before = plan(problem)
    taken = next(match for match in before.matches if match.need == 1)
    changed = changed_plan(replace(problem, forbidden=frozenset({(taken.need, taken.volunteer)})))
    assert len(pairs(before) - pairs(changed.plan)) == 2
    assert changed.cost == 0


def test_what_is_missing_is_a_whole_number_of_steps():
    made = plan(TWO)
    assert np.isclose(made.missing * 100_000, round(made.missing * 100_000))
    assert all(isinstance(match, Match) for match in made.matches)


@given(problems())
@settings(max_examples=60, deadline=None)
def test_each_request_is_told_who_else_fits_best_as_for_one_alone(problem):
    made = changed_plan(problem).choices
    for asking in problem.needs:
        found = rank(asking, problem.volunteers, problem.now, problem.weights, 12).best
        assert made[asking.id] == tuple(each.id for each, _ in found)
