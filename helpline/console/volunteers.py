"""Peer volunteers: who there is, one with all matches, and pausing, removing and bringing back."""

from typing import Any

from starlette.responses import Response
from wtforms import BooleanField, SelectField

from helpline.console import volunteer_words
from helpline.console.desk import Visit
from helpline.console.form import StaffForm
from helpline.console.pages import go_to, page, problem
from helpline.console.paging import Paging, paging_of, path_number
from helpline.console.permissions import Permission
from helpline.console.queue import as_contact
from helpline.console.routes import StaffRoute
from helpline.store import volunteer_changes as changes
from helpline.store.audit import list_entries
from helpline.store.volunteer_changes import VolunteerConflictError, VolunteerGoneError
from helpline.store.volunteers import (
    ListedVolunteers,
    WantedVolunteers,
    find_volunteers,
    list_languages,
    list_volunteers,
    read_volunteer,
)
from helpline.volunteers.content import VolunteerContent

PAGE_SIZE = 25
CONFLICT = (
    "Somebody else changed this volunteer in the meantime, so nothing was saved yet. What you typed is still here. "
    "Look at what is new, then save it once more."
)
_CHANGED = (
    "Somebody else changed this volunteer in the meantime, so nothing was done. Look at what is new, then try again."
)
_STATES = [("", "All but removed"), *volunteer_words.STATES.items()]


class VolunteerFilterForm(StaffForm):
    """What the list shall hold."""

    state = SelectField("State", choices=_STATES, default="")
    language = SelectField("Speaks", default="")
    diagnosis = SelectField("Diagnosis", choices=[("", "Any"), *volunteer_words.DIAGNOSES.items()], default="")
    free = BooleanField("Has a place free now")
    untrained = BooleanField("Not trained yet")


async def show_volunteers(visit: Visit) -> Response:
    """Show the volunteers, or those that are asked for."""
    form, paging = await _filters(visit), paging_of(visit, PAGE_SIZE)
    wanted = WantedVolunteers(
        _one(form.state), _one(form.language), _one(form.diagnosis), bool(form.free.data), bool(form.untrained.data)
    )
    listed = await visit.desk.store(list_volunteers, wanted, visit.now, paging.first, paging.size)
    return _list(visit, form, listed, paging, is_filtered=wanted != WantedVolunteers())


async def search(visit: Visit) -> Response:
    """Find volunteers by the words of a name, a phone number or an email address.

    What was typed comes in the body, and what is found is shown at once: no address of a page, and so no log, holds it.
    """
    typed = str(visit.form.get("q") or "").strip()[:200]
    if not typed:
        return go_to("/volunteers")
    address = as_contact(typed, visit.desk.settings.default_phone_region)
    found = await visit.desk.store(find_volunteers, typed, address, visit.now)
    paging = Paging("/volunteers", "", 1, max(1, len(found)))
    return _list(visit, await _filters(visit), ListedVolunteers(found, len(found)), paging, is_search=True)


async def show_volunteer(visit: Visit) -> Response:
    """Show one volunteer."""
    return await volunteer_page(visit)


async def reveal(visit: Visit) -> Response:
    """Show how to reach a volunteer. Who looked is written to the audit log."""
    try:
        contact = await visit.desk.store(changes.reveal_volunteer, visit.account.actor, volunteer_number(visit))
    except VolunteerGoneError:
        return volunteer_gone(visit)
    return await volunteer_page(visit, contact=contact, block="contact")


async def pause(visit: Visit) -> Response:
    """Let a volunteer pause."""
    return await _set_state(visit, "pausing")


async def activate(visit: Visit) -> Response:
    """Let a volunteer be active again, or bring one back who was removed."""
    return await _set_state(visit, "active")


async def remove(visit: Visit) -> Response:
    """Remove a volunteer, who is kept for some time."""
    return await _set_state(visit, "removed")


async def erase(visit: Visit) -> Response:
    """Delete all that is kept of a volunteer at once."""
    if visit.form.get("sure") != "yes":
        return await volunteer_page(visit, 422, "Tick the box first: what is deleted cannot be brought back.")
    arguments = (visit.account.actor, volunteer_number(visit), version_of(visit))
    try:
        await visit.desk.store(changes.erase_volunteer, *arguments)
    except VolunteerConflictError:
        return await volunteer_page(visit, 409, _CHANGED)
    except VolunteerGoneError:
        return volunteer_gone(visit)
    return go_to("/volunteers", "volunteer-deleted")


async def volunteer_page(
    visit: Visit,
    status: int = 200,
    wrong: str | None = None,
    contact: tuple[str | None, str | None] | None = None,
    block: str | None = None,
) -> Response:
    """Return the page of the volunteer whose number is in the address."""
    store, number = visit.desk.store, volunteer_number(visit)
    detail = await store(read_volunteer, number, visit.now)
    if detail is None:
        return volunteer_gone(visit)
    record = detail.record
    return page(
        visit,
        "volunteer.html",
        status,
        block=block,
        one=record,
        detail=detail,
        facts=volunteer_words.facts(VolunteerContent(profile=record.profile)),
        held=[match for match in detail.matches if not match.is_over],
        over=[match for match in detail.matches if match.is_over],
        history=await store(list_entries, changes.subject_of(number)),
        contact=contact,
        wrong=wrong,
        kept_days=visit.desk.settings.volunteer_days,
        named=volunteer_words,
    )


def volunteer_gone(visit: Visit) -> Response:
    """Return what is said of a volunteer who is not there."""
    text = "There is no volunteer of this number, or no more. Go to the volunteers and search for the name."
    return problem(visit, 404, "This volunteer is not there", text)


def volunteer_number(visit: Visit) -> int:
    """Return the number that stands in the address."""
    return path_number(visit, "number")


def version_of(visit: Visit) -> int:
    """Return the version that was seen; 0 for what is no number."""
    given = str(visit.form.get("version") or "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0


async def _set_state(visit: Visit, state: str) -> Response:
    arguments = (visit.account.actor, volunteer_number(visit), version_of(visit), state)
    try:
        await visit.desk.store(changes.set_volunteer_state, *arguments)
    except VolunteerConflictError:
        return await volunteer_page(visit, 409, _CHANGED)
    except VolunteerGoneError:
        return volunteer_gone(visit)
    return go_to(f"/volunteers/{volunteer_number(visit)}", f"volunteer-{state}")


async def _filters(visit: Visit) -> VolunteerFilterForm:
    given = visit.request.query_params
    form = VolunteerFilterForm(given if given else None)
    tags = await visit.desk.store(list_languages)
    form.language.choices = [("", "Any language"), *((tag, volunteer_words.language(tag)) for tag in tags)]
    form.validate()
    return form


def _list(visit: Visit, form: VolunteerFilterForm, listed: ListedVolunteers, paging: Paging, **how: Any) -> Response:
    shown = {"is_search": False, "is_filtered": False, **how}
    return page(visit, "volunteers.html", form=form, listed=listed, paging=paging, named=volunteer_words, **shown)


def _one(field: SelectField) -> str | None:
    """Read a filter; one that makes no sense is left out."""
    return str(field.data) if field.data and field.data in dict(field.choices) else None


def _route(path: str, page_: Any, permission: Permission = Permission.EDIT_VOLUNTEERS) -> StaffRoute:
    return StaffRoute(f"/volunteers/{{number:int}}/{path}", page_, permission, "POST")


ROUTES = [
    StaffRoute("/volunteers", show_volunteers, Permission.VIEW_VOLUNTEERS),
    StaffRoute("/volunteers/search", search, Permission.VIEW_VOLUNTEERS, "POST"),
    StaffRoute("/volunteers/{number:int}", show_volunteer, Permission.VIEW_VOLUNTEERS),
    _route("contact", reveal, Permission.REVEAL_VOLUNTEER),
    _route("pause", pause),
    _route("activate", activate),
    _route("remove", remove),
    _route("delete", erase),
]
