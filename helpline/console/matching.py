"""A plan for all who wait for a volunteer: made, looked at, and accepted whole, in part or not at all.

Choosing somebody else for one request is left to ``matching_changes``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from helpline.console import match_words, volunteer_words
from helpline.console.desk import Visit
from helpline.console.match_plans import Decisions, Desktop, DraftPlan, MatchPlans
from helpline.console.pages import go_to, page
from helpline.console.paging import paging_of
from helpline.console.permissions import Permission
from helpline.console.routes import StaffRoute
from helpline.mail.match_duties import outcomes_to_ask
from helpline.store.match_plans import WaitingPerson, count_waiting, list_waiting, propose_pairs
from helpline.store.volunteers import VolunteerRecord, read_volunteers
from helpline.volunteers.plan import Match, Pair
from helpline.volunteers.reasons import Reasons, reasons
from helpline.volunteers.weights import Weights

PAGE_SIZE = 20
_GONE = "The plan is gone: it was made more than an hour ago, or the console was started anew. Make it again."
_CHANGED = (
    "The plan was changed in another window, so nothing was proposed yet. Look at what it is now, then accept it."
)
_NOT_TICKED = "Tick those whom you want to propose, or propose all."


@dataclass(frozen=True)
class Proposal:
    """A line of a plan: who waits, who is proposed, and what speaks for and against it.

    Attributes:
        request: The row of the request.
        person: Who waits; None for one who does not any more.
        volunteer: Who is proposed; None for nobody.
        match: How well they fit.
        reasons: Why, in words; None for nobody.
        why_nobody: Why nobody is, in words.
        is_fixed: Whether a coordinator chose the volunteer.
    """

    request: int
    person: WaitingPerson | None
    volunteer: VolunteerRecord | None
    match: Match | None
    reasons: Reasons | None
    why_nobody: tuple[str, ...]
    is_fixed: bool


async def show_matching(visit: Visit) -> Response:
    """Show the plan, what is being made, or how many wait."""
    return await matching_page(visit)


async def show_progress(visit: Visit) -> Response:
    """Say how long the plan is being made; when it is there, htmx loads its page."""
    mine = desktop_of(visit)
    if mine.work is None:
        to = "/matching/change" if mine.change is not None else "/matching"
        return Response(headers={"HX-Redirect": to}) if visit.wants_fragment else go_to(to)
    return page(visit, "matching_progress.html", block="progress", **progress_of(visit, mine))


async def make(visit: Visit) -> Response:
    """Begin to make a plan. What was decided before stays decided, unless it is to be forgotten."""
    mine = desktop_of(visit)
    keep = mine.plan is not None and visit.form.get("anew") != "yes"
    decisions = mine.plan.decisions if keep and mine.plan is not None else Decisions()
    plans_of(visit).make(visit.account.id, visit.now, decisions)
    return go_to("/matching")


async def accept(visit: Visit) -> Response:
    """Propose all of the plan, or those that are ticked; what cannot be any more is said."""
    plan = desktop_of(visit).plan
    if plan is None:
        return await matching_page(visit, 409, _GONE)
    ticked = [pair for text in visit.form.getlist("pair") if (pair := _pair(str(text)))]
    if visit.form.get("which") == "all":
        if visit.form.get("version") != str(plan.version):
            return await matching_page(visit, 409, _CHANGED)
        wanted = plan.pairs
    elif not ticked:
        return await matching_page(visit, 422, _NOT_TICKED)
    else:
        wanted = [pair for pair in plan.pairs if pair in ticked]
        if len(wanted) < len(set(ticked)):
            return await matching_page(visit, 409, _CHANGED, ticked)
    weights = plans_of(visit).weights
    refused = await visit.desk.long_store(propose_pairs, visit.account.actor, wanted, weights)
    failed = {(one.request_id, one.volunteer_id) for one in refused}
    mine = desktop_of(visit)
    # A change that was looked at counts those who are proposed now among those who wait.
    mine.plan, mine.change = plan.without([pair for pair in wanted if pair not in failed], refused), None
    if len(failed) == len(wanted):
        return go_to("/matching", "matches-refused")
    return go_to("/matching", "matches-proposed" if not refused else "matches-proposed-in-part")


async def discard(visit: Visit) -> Response:
    """Accept nothing."""
    plans_of(visit).forget(visit.account.id)
    return go_to("/matching", "plan-gone")


async def matching_page(
    visit: Visit, status: int = 200, wrong: str | None = None, ticked: Sequence[Pair] = ()
) -> Response:
    """Return the page of the plan."""
    mine, store = desktop_of(visit), visit.desk.store
    if mine.work is not None:
        return page(visit, "matching_progress.html", status, **progress_of(visit, mine))
    if mine.plan is None:
        weeks = visit.desk.settings.match_outcome_weeks
        return page(
            visit,
            "matching.html",
            status,
            plan=None,
            waiting=await store(count_waiting),
            to_ask=await store(outcomes_to_ask, weeks, visit.now),
            weeks=weeks,
            wrong=wrong or mine.error,
        )
    plan, paging = mine.plan, paging_of(visit, PAGE_SIZE)
    shown = plan.order[paging.first : paging.first + paging.size]
    decided = sorted(plan.decisions.all)[:PAGE_SIZE]
    refused = plan.refused[:PAGE_SIZE]
    beside = [(one.request_id, one.volunteer_id) for one in refused] + decided
    people = await people_of(visit, [*shown, *(pair[0] for pair in beside)])
    weights = plans_of(visit).weights
    volunteers = await volunteers_of(visit, [plan], [*shown], [pair[1] for pair in beside])
    return page(
        visit,
        "matching.html",
        status,
        plan=plan,
        lines=[line_of(one, plan, people, volunteers, weights) for one in shown],
        refused=[(one, people.get(one.request_id), volunteers.get(one.volunteer_id)) for one in refused],
        decided=[(pair, people.get(pair[0]), volunteers.get(pair[1])) for pair in decided],
        ticked=frozenset(ticked),
        paging=paging,
        wrong=wrong or mine.error,
        named=volunteer_words,
        said=match_words,
    )


def plans_of(visit: Visit) -> MatchPlans:
    """Return the plans of this process."""
    plans: MatchPlans = visit.request.app.state.match_plans
    return plans


def desktop_of(visit: Visit) -> Desktop:
    """Return what whoever asks has before them."""
    return plans_of(visit).of(visit.account.id, visit.now)


def progress_of(visit: Visit, mine: Desktop) -> dict[str, Any]:
    """Return what a page says of a plan that is being made."""
    return {"seconds": mine.work.seconds if mine.work else 0, "limit": plans_of(visit).seconds}


async def people_of(visit: Visit, requests: Iterable[int]) -> dict[int, WaitingPerson]:
    """Return those of some requests who wait, by their rows."""
    found = await visit.desk.store(list_waiting, sorted(set(requests)))
    return {one.need.id: one for one in found}


async def volunteers_of(
    visit: Visit, plans: Sequence[DraftPlan], requests: Sequence[int], others: Sequence[int] = ()
) -> dict[int, VolunteerRecord]:
    """Return the volunteers whom plans propose to some requests, and some others, by their rows."""
    wanted = {plan.matches[one].volunteer for plan in plans for one in requests if one in plan.matches}
    found = await visit.desk.store(read_volunteers, sorted(wanted | set(others)), visit.now)
    return {one.id: one for one in found}


def line_of(
    request: int,
    plan: DraftPlan,
    people: dict[int, WaitingPerson],
    volunteers: dict[int, VolunteerRecord],
    weights: Weights,
) -> Proposal:
    """Return a line of a plan."""
    person, match = people.get(request), plan.matches.get(request)
    volunteer = volunteers.get(match.volunteer) if match is not None else None
    why = reasons(person.need, volunteer.profile, weights) if person is not None and volunteer is not None else None
    is_fixed = match is not None and (request, match.volunteer) in plan.decisions.fixed
    return Proposal(request, person, volunteer, match, why, plan.why_nobody.get(request, ()), is_fixed)


def _pair(text: str) -> Pair | None:
    request, _, volunteer = text.partition("-")
    numbers = [int(one) for one in (request, volunteer) if one.isascii() and one.isdigit() and len(one) < 10]
    return (numbers[0], numbers[1]) if len(numbers) == 2 else None


ROUTES = [
    StaffRoute("/matching", show_matching, Permission.MATCH_VOLUNTEERS),
    StaffRoute("/matching/progress", show_progress, Permission.MATCH_VOLUNTEERS, by_itself=True),
    StaffRoute("/matching/plan", make, Permission.MATCH_VOLUNTEERS, "POST"),
    StaffRoute("/matching/accept", accept, Permission.MATCH_VOLUNTEERS, "POST"),
    StaffRoute("/matching/discard", discard, Permission.MATCH_VOLUNTEERS, "POST"),
]
