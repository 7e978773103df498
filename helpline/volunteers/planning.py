"""Has a plan made for all who wait, by a process of its own, within a time limit.

The numerical libraries that reckon it take 40 MB and half a second to load; whoever asks for a plan stays light.
"""

import os
import subprocess
import sys
from collections import Counter

from helpline.errors import PlanningError
from helpline.settings import ROOT
from helpline.volunteers.plan import ChangedPlan, Problem, read_changed_plan, to_json
from helpline.volunteers.reasons import hard_no_in_words
from helpline.volunteers.scoring import hard_nos

_COMMAND = (sys.executable, "-m", "helpline.volunteers.assignment_main")


def make_plan(problem: Problem, seconds: float) -> ChangedPlan:
    """Return the best plan, and what the coordinator's changes cost. Blocks until it is made.

    Args:
        problem: Who waits, who may help, what was decided.
        seconds: How long it may take (``HELPLINE_MATCH_SECONDS``).

    Raises:
        PlanningError: A fixed pair cannot be, it took too long, or the process failed; the message says which.
    """
    if refused := refused_changes(problem):
        raise PlanningError("The plan cannot be made: " + "; ".join(refused) + ".")
    try:
        done = subprocess.run(  # noqa: S603 -- our own module, fixed arguments
            _COMMAND,
            input=to_json(problem),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=seconds,
            cwd=ROOT,
            env=_environment(),
        )
    except subprocess.TimeoutExpired:
        raise PlanningError(
            f"The plan was not made within {seconds:g} seconds. Try again, or give it more with HELPLINE_MATCH_SECONDS."
        ) from None
    except OSError as error:
        raise PlanningError(f"The plan was not made: no process could be started ({type(error).__name__}).") from None
    if done.returncode != 0:
        raise PlanningError(f"The plan was not made: its process failed ({_last_word(done.stderr)}).")
    try:
        return read_changed_plan(done.stdout)
    except (ValueError, KeyError, TypeError):
        raise PlanningError("The plan was not made: its process answered with something else.") from None


def refused_changes(problem: Problem) -> list[str]:
    """Return in words which fixed pairs cannot be, by the rows of their people; nothing where all can."""
    needs = {need.id: need for need in problem.needs}
    volunteers = {volunteer.id: volunteer for volunteer in problem.volunteers}
    wanted, helped = (Counter(pair[side] for pair in problem.fixed) for side in (0, 1))
    refused = []
    for need_id, volunteer_id in sorted(problem.fixed):
        need, volunteer = needs.get(need_id), volunteers.get(volunteer_id)
        who = f"volunteer {volunteer_id} for request {need_id}"
        if need is None or volunteer is None:
            refused.append(f"{who}: the {'request no longer waits' if need is None else 'volunteer is not there'}")
        elif (need_id, volunteer_id) in problem.forbidden:
            refused.append(f"{who}: the same pair was ruled out")
        elif nos := hard_nos(need, volunteer, problem.now, problem.weights):
            refused.append(f"{who}: {hard_no_in_words(nos[0])}")
        elif wanted[need_id] > 1:
            refused.append(f"{who}: the request has another volunteer fixed too")
        elif helped[volunteer_id] > volunteer.capacity - volunteer.matched:
            refused.append(f"{who}: more people are fixed than the volunteer has room for")
    return refused


def _environment() -> dict[str, str]:
    """Return what the process needs of our environment: no setting and no secret."""
    kept = {
        name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "SYSTEMROOT") if name in os.environ
    }
    return {
        **kept,
        "PYTHONHASHSEED": "0",
        "PYTHONWARNINGS": "ignore",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def _last_word(told: str) -> str:
    """Return the class of the error that ended the process, and nothing that it may have said of anybody."""
    lines = told.strip().splitlines()
    word = lines[-1].partition(":")[0].strip() if lines else ""
    return word if word.isidentifier() else "no reason was given"
