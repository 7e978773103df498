"""What staff proposed to learn from: a coordinator accepts or refuses it, and takes what is accepted out as a file."""

from starlette.responses import Response

from helpline.console import words
from helpline.console.desk import Visit
from helpline.console.examples import rasa_yaml
from helpline.console.pages import go_to, page, problem
from helpline.console.paging import paging_of, path_number
from helpline.console.permissions import Permission
from helpline.console.routes import StaffRoute
from helpline.console.titles import titles_of
from helpline.store.proposals import ProposalError, count_proposals, decide, list_proposals

_PAGE_SIZE = 50


async def show_proposals(visit: Visit) -> Response:
    """Show proposals of a status."""
    given, store = visit.request.query_params, visit.desk.store
    status = given.get("status", "")
    status = status if status in words.PROPOSAL_STATUSES else "proposed"
    paging = paging_of(visit, _PAGE_SIZE)
    return page(
        visit,
        "proposals.html",
        proposals=await store(list_proposals, status, paging.first, paging.size),
        counts=await store(count_proposals),
        chosen=status,
        paging=paging,
        titles=await titles_of(visit),
    )


async def decide_on(visit: Visit) -> Response:
    """Accept or refuse a proposal."""
    status = str(visit.form.get("status") or "")
    if status not in {"accepted", "refused"}:
        return problem(visit, 422, "Nothing was changed", "Choose whether to accept or to refuse it.")
    try:
        await visit.desk.store(decide, visit.account.actor, path_number(visit, "number"), status)
    except ProposalError as error:
        return problem(visit, 404, "Nothing was changed", str(error))
    return go_to("/proposals", status)


async def export(visit: Visit) -> Response:
    """Send what is accepted as a file of Rasa's, for whoever keeps the repository."""
    kind = visit.request.url.path.rpartition("/")[2].removesuffix(".yml")
    accepted = await visit.desk.store(list_proposals, "accepted", 0, None)
    text = rasa_yaml(one for one in accepted if one.kind == kind)
    headers = {"Content-Disposition": f'attachment; filename="{kind}.yml"'}
    return Response(text, media_type="application/yaml", headers=headers)


ROUTES = [
    StaffRoute("/proposals", show_proposals, Permission.REVIEW_CONVERSATIONS),
    StaffRoute("/proposals/training.yml", export, Permission.DECIDE_PROPOSALS),
    StaffRoute("/proposals/development.yml", export, Permission.DECIDE_PROPOSALS),
    StaffRoute("/proposals/{number:int}", decide_on, Permission.DECIDE_PROPOSALS, "POST"),
]
