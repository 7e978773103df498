"""Another volunteer for one request of a plan: who else there is, and what choosing them, or ruling a pair out, costs.

A change is reckoned with the whole plan, and shown before it takes the plan's place.
"""

from dataclasses import dataclass

from starlette.responses import Response

from helpline.console import match_words, volunteer_words
from helpline.console.desk import Visit
from helpline.console.match_plans import DraftPlan
from helpline.console.matching import (
    desktop_of,
    line_of,
    matching_page,
    people_of,
    plans_of,
    progress_of,
    volunteers_of,
)
from helpline.console.pages import go_to, page, problem
from helpline.console.paging import number_of, path_number
from helpline.console.permissions import Permission
from helpline.console.routes import StaffRoute
from helpline.store.match_plans import WaitingPerson
from helpline.store.volunteers import VolunteerRecord
from helpline.volunteers.reasons import Reasons, reasons
from helpline.volunteers.scoring import hard_nos, score

# So many requests of each kind are told of a change.
_TOLD = 20
_GONE = "The plan, or the change that you looked at, is gone. Make the plan again."
_NOTHING = "Choose a volunteer for a request of the plan."


@dataclass(frozen=True)
class Choice:
    """A volunteer who could be chosen.

    Attributes:
        volunteer: Who they are.
        score: How well they fit, from 0 to 1.
        reasons: Why, in words.
    """

    volunteer: VolunteerRecord
    score: float
    reasons: Reasons


async def show_choices(visit: Visit) -> Response:
    """Show who else could be proposed to a request of the plan."""
    mine, request = desktop_of(visit), path_number(visit, "number")
    people = await people_of(visit, [request])
    if mine.plan is None or request not in mine.plan.order or request not in people:
        return problem(visit, 404, "This request is not in the plan", "Go to the plan, and choose one there.")
    weights, person = plans_of(visit).weights, people[request]
    volunteers = await volunteers_of(visit, [mine.plan], [request], mine.plan.choices.get(request, ()))
    return page(
        visit,
        "matching_choices.html",
        line=line_of(request, mine.plan, people, volunteers, weights),
        person=person,
        choices=_choices(mine.plan, person, volunteers, visit),
        plan=mine.plan,
        named=volunteer_words,
        said=match_words,
    )


async def look(visit: Visit) -> Response:
    """Begin to reckon what a change costs."""
    plan = desktop_of(visit).plan
    request, volunteer = (number_of(str(visit.form.get(name) or "")) for name in ("request", "volunteer"))
    if plan is None:
        return await matching_page(visit, 409, _GONE)
    if request not in plan.order or volunteer is None:
        return await matching_page(visit, 422, _NOTHING)
    pair = (request, volunteer)
    what = {"want": plan.decisions.with_fixed, "rule_out": plan.decisions.with_forbidden}
    decide = what.get(str(visit.form.get("change") or ""), plan.decisions.without)
    plans_of(visit).make(visit.account.id, visit.now, decide(pair), is_change=True)
    return go_to("/matching/change")


async def show_change(visit: Visit) -> Response:
    """Show what the change costs, and for whom it gets worse."""
    mine = desktop_of(visit)
    if mine.work is not None:
        return page(visit, "matching_progress.html", **progress_of(visit, mine))
    if mine.plan is None or mine.change is None:
        return go_to("/matching")
    before, after = mine.plan, mine.change
    worse, better, other = match_words.changes(before, after)
    told = [*worse[:_TOLD], *better[:_TOLD], *other[:_TOLD]]
    refused = after.refused[:_TOLD]
    decided = match_words.decided(before, after)
    beside = [(one.request_id, one.volunteer_id) for one in refused] + [pair for _, pair in decided]
    people = await people_of(visit, [*told, *(request for request, _ in beside)])
    volunteers = await volunteers_of(visit, [before, after], told, [volunteer for _, volunteer in beside])
    weights = plans_of(visit).weights

    def both(requests: list[int]) -> list[object]:
        plans = (before, after)
        return [tuple(line_of(one, plan, people, volunteers, weights) for plan in plans) for one in requests[:_TOLD]]

    return page(
        visit,
        "matching_change.html",
        before=before,
        after=after,
        decided=[(said, people.get(pair[0]), volunteers.get(pair[1])) for said, pair in decided],
        kinds=[
            ("Who gets somebody who fits less, or nobody", len(worse), both(worse)),
            ("Who gets somebody who fits better", len(better), both(better)),
            ("Who gets somebody else who fits as well", len(other), both(other)),
        ],
        refused=[(one, people.get(one.request_id), volunteers.get(one.volunteer_id)) for one in refused],
        said=match_words,
    )


async def accept_change(visit: Visit) -> Response:
    """Let the change take the place of the plan. Nobody is proposed by that."""
    mine = desktop_of(visit)
    if mine.change is not None and visit.form.get("version") != str(mine.change.version):
        return go_to("/matching/change")
    if not plans_of(visit).accept_change(visit.account.id, visit.now):
        return await matching_page(visit, 409, _GONE)
    return go_to("/matching", "plan-changed")


async def leave_change(visit: Visit) -> Response:
    """Leave the plan as it was."""
    desktop_of(visit).change = None
    return go_to("/matching", "plan-as-it-was")


def _choices(
    plan: DraftPlan, person: WaitingPerson, volunteers: dict[int, VolunteerRecord], visit: Visit
) -> list[Choice]:
    """Return who could be proposed as well, those left out who cannot be any more since the plan was made."""
    weights, found = plans_of(visit).weights, []
    for one in plan.choices.get(person.need.id, ()):
        record = volunteers.get(one)
        if record is not None and not hard_nos(person.need, record.profile, visit.now, weights):
            fit = score(person.need, record.profile, weights)
            found.append(Choice(record, fit, reasons(person.need, record.profile, weights)))
    return found


ROUTES = [
    StaffRoute("/matching/requests/{number:int}", show_choices, Permission.MATCH_VOLUNTEERS),
    StaffRoute("/matching/change", look, Permission.MATCH_VOLUNTEERS, "POST"),
    StaffRoute("/matching/change", show_change, Permission.MATCH_VOLUNTEERS),
    StaffRoute("/matching/change/accept", accept_change, Permission.MATCH_VOLUNTEERS, "POST"),
    StaffRoute("/matching/change/leave", leave_change, Permission.MATCH_VOLUNTEERS, "POST"),
]
