"""A plan is made by a process of its own; what goes wrong there is told without what anybody told."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings

from helpline.errors import PlanningError
from helpline.settings import ROOT
from helpline.volunteers import planning
from helpline.volunteers.assignment import changed_plan
from helpline.volunteers.plan import Problem, read_changed_plan, read_problem, to_json
from helpline.volunteers.planning import make_plan, refused_changes
from tests.volunteers.people import NOW, need, problems, volunteer

POOL = Problem(
    (need(1, subtypes={"lobular"}, declined={13}), need(2, method="email", language="es")),
    (
        volunteer(11, subtypes={"lobular"}, trained_on=date(2024, 2, 29)),
        volunteer(12, languages={"en", "es"}, capacity=2, matched=1, last_ended_at=NOW),
        volunteer(13, state="pausing"),
    ),
    NOW,
)


@given(problems())
@settings(deadline=None)
def test_a_problem_and_its_plan_come_back_as_they_went(problem):
    assert read_problem(to_json(problem)) == problem
    changed = changed_plan(problem)
    assert read_changed_plan(to_json(changed)) == changed


def test_the_process_makes_the_same_plan():
    problem = replace(POOL, fixed=frozenset({(1, 12)}))
    assert make_plan(problem, 60) == changed_plan(problem)


def test_whoever_asks_loads_no_numerical_library():
    asked = "import sys, helpline.volunteers.planning; print(sorted({'numpy', 'scipy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("fixed", "forbidden", "said"),
    [
        ((1, 13), None, "volunteer 13 for request 1: is pausing"),
        ((2, 11), None, "volunteer 11 for request 2: no language in common"),
        ((9, 11), None, "volunteer 11 for request 9: the request no longer waits"),
        ((1, 99), None, "volunteer 99 for request 1: the volunteer is not there"),
        ((1, 11), (1, 11), "volunteer 11 for request 1: the same pair was ruled out"),
    ],
)
def test_a_pair_that_cannot_be_is_refused_with_its_reason(fixed, forbidden, said):
    problem = replace(POOL, fixed=frozenset({fixed}), forbidden=frozenset({forbidden} if forbidden else ()))
    assert refused_changes(problem) == [said]
    with pytest.raises(PlanningError, match=said):
        make_plan(problem, 60)


def test_more_than_fits_is_refused():
    waiting = (need(1), need(2))
    two_for_one = Problem(waiting, (volunteer(11), volunteer(12)), NOW, fixed=frozenset({(1, 11), (1, 12)}))
    assert all("another volunteer fixed too" in each for each in refused_changes(two_for_one))
    one_for_two = Problem(waiting, (volunteer(11),), NOW, fixed=frozenset({(1, 11), (2, 11)}))
    assert all("more people are fixed" in each for each in refused_changes(one_for_two))


def test_a_plan_that_takes_too_long_is_given_up():
    with pytest.raises(PlanningError, match=r"not made within 0\.01 seconds.*HELPLINE_MATCH_SECONDS"):
        make_plan(POOL, 0.01)


def test_a_process_that_fails_says_the_kind_of_error_and_nothing_of_anybody(monkeypatch):
    broken = json.loads(to_json(POOL))
    broken["needs"][0]["nickname"] = "Grace"
    monkeypatch.setattr(planning, "to_json", lambda problem: json.dumps(broken))
    with pytest.raises(PlanningError) as caught:
        make_plan(POOL, 60)
    assert str(caught.value) == "The plan was not made: its process failed (KeyError)."


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("print('hello')", "answered with something else"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "no reason was given"),
        ("raise ValueError('Grace')", r"failed \(ValueError\)"),
        ("import sys; sys.exit('Grace and Hannah')", "no reason was given"),
    ],
)
def test_whatever_the_process_does_there_is_a_plain_error(monkeypatch, code, said):
    monkeypatch.setattr(planning, "_COMMAND", (sys.executable, "-c", code))
    with pytest.raises(PlanningError, match=said) as caught:
        make_plan(POOL, 60)
    assert "Grace" not in str(caught.value)


def test_a_process_that_cannot_be_started_is_told(monkeypatch):
    monkeypatch.setattr(planning, "_COMMAND", ("/nowhere/python",))
    with pytest.raises(PlanningError, match=r"no process could be started \(FileNotFoundError\)"):
        make_plan(POOL, 60)


def test_the_process_gets_no_setting_and_no_secret(monkeypatch):
    monkeypatch.setenv("HELPLINE_ENCRYPTION_KEY", "secret")
    code = "import os; raise SystemExit('Set' if any(each.startswith('HELPLINE_') for each in os.environ) else 'Unset')"
    monkeypatch.setattr(planning, "_COMMAND", (sys.executable, "-c", code))
    with pytest.raises(PlanningError, match="Unset"):
        make_plan(POOL, 60)
