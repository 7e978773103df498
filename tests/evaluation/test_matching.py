"""The evaluation of matching: its pools, its proofs, and that no other way misses less than the plan."""

import resource

import pytest

from evaluation.matching.plans import OURS, RIVALS, Board, gap_to_other_solver, measure, most_rare, share_of_known
from evaluation.matching.pools import CHAIN, chain_pool, pools, rare_pool, twin_pool, usual_pool
from evaluation.matching.report import report
from evaluation.matching.rivals import best_pair_first, in_turn, most_fit
from evaluation.matching.skipping import measure_skipping
from evaluation.matching.stability import measure_stability
from evaluation.matching.year import measure_years
from helpline.volunteers.assignment import plan
from helpline.volunteers.planning import make_plan


def test_the_pools_have_the_same_people_each_time():
    assert pools(40, 60) == pools(40, 60)


@pytest.mark.parametrize("pool", pools(60, 90), ids=lambda pool: pool.name)
def test_no_other_way_misses_less_than_the_plan(pool):
    board = Board(pool.problem)
    ours = board.missing(board.chosen_by(plan(pool.problem)))
    assert plan(pool.problem).missing == pytest.approx(ours, abs=1e-3)
    for way in RIVALS.values():
        chosen = way(board.scores, board.allowed, board.places, board.days)
        assert all(board.allowed[row, column] for row, column in enumerate(chosen) if column >= 0)
        assert board.missing(chosen) >= ours - 1e-3
        assert (chosen < 0).mean() >= board.fewest_without() - 1e-9


@pytest.mark.parametrize("pool", [twin_pool(60, 90), chain_pool(60)], ids=lambda pool: pool.name)
def test_the_plan_finds_the_best_where_it_is_known(pool):
    total, found = share_of_known(pool)
    assert total == pytest.approx(1)
    assert found > 0.9


def test_by_hand_one_of_each_chain_goes_without():
    board = Board(chain_pool(60).problem)
    for way in (in_turn, best_pair_first):
        chosen = way(board.scores, board.allowed, board.places, board.days)
        assert (chosen < 0).mean() == pytest.approx(1 / CHAIN)
    assert (most_fit(board.scores, board.allowed, board.places, board.days) >= 0).all()


def test_another_solver_finds_nothing_better():
    assert gap_to_other_solver(40, 25) == pytest.approx(0, abs=1e-3)


def test_the_rare_are_measured_by_those_who_are_as_rare():
    pool = rare_pool(100, 200)
    measured = measure(pool)
    assert measured[OURS].rare is not None
    assert measured[OURS].rare <= most_rare(pool, Board(pool.problem)) <= 1


def test_a_thousand_requests_and_two_thousand_volunteers_take_less_than_ten_seconds():
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    made = make_plan(usual_pool(1000, 2000).problem, 120)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert len(made.plan.matches) == 1000
    # Of the processor, since others may use the machine as well.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 10


def test_what_is_left_out_is_measured_by_the_truth():
    fits = measure_skipping(usual_pool(60, 90))
    assert all(0 < fit.worst_tenth <= fit.score < 1 for fit in fits.values())


def test_what_was_proposed_before_keeps_a_plan_still():
    stability = measure_stability(usual_pool(60, 60), 3)
    assert stability.kept <= stability.afresh


def test_a_year_goes_by_for_each_way():
    years = measure_years(years=1, weeks=6)
    assert set(years) == {OURS, *RIVALS}
    assert all(0 <= year.late <= 1 and year.longest <= year.worst_longest <= 6 for year in years.values())


def test_the_report_holds_every_pool(monkeypatch):
    monkeypatch.setattr("evaluation.matching.report.measure_years", lambda *_, **__: measure_years(years=1, weeks=2))
    figures, text = report(lambda what: None, 30, 50)
    assert {pool.name for pool in pools(30, 50)} < set(figures)
    assert "another solver" in text
    assert "nan" not in text
