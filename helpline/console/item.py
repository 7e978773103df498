"""One item of the queue: who it is about, what was done, and what to do next."""

from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
from starlette.responses import Response
from wtforms import DateTimeLocalField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from helpline.console import volunteer_words, words
from helpline.console.desk import Visit
from helpline.console.due import due_times, standing
from helpline.console.form import StaffForm
from helpline.console.match_view import read_settled
from helpline.console.pages import go_to, page, problem
from helpline.console.paging import in_pages, number_of, said_in
from helpline.console.permissions import Permission, may
from helpline.console.routes import StaffRoute
from helpline.store import queue_changes as changes
from helpline.store.audit import list_entries
from helpline.store.queue import MOST_TURNS_SHOWN, QueueItem, read_item
from helpline.store.queue_changes import ChangeRefusedError, ItemConflictError, ItemGoneError
from helpline.store.queue_tables import OPEN_STATUSES
from helpline.store.queue_viewers import look_at

_CONFLICT = (
    "Somebody else changed this in the meantime, so nothing was saved yet. Look at what is new, then do it again."
)
_CONFLICT_IN_WORDS = (
    "Somebody else changed this in the meantime, so nothing was saved yet. What you typed is still here. Look at what "
    "is new, then save it once more."
)
_OTHERS = "It is somebody else's. Ask them, or a coordinator, to hand it over."
# How many bytes of a page these may make: it is read on a phone as well, between two calls.
_TURNS, _EVENTS, _REPLIES = 16_000, 12_000, 8_000
_A_DAY = timedelta(days=1)
# After these somebody has to try again.
_NOT_REACHED = ("no_answer", "left_message", "wrong_number", "asked_to_call_later")


class AttemptForm(StaffForm):
    """An attempt to reach somebody."""

    outcome = SelectField("What came of it", choices=[("", "Choose"), *words.OUTCOMES.items()])
    note = TextAreaField("What else there is to say", [Length(max=2000)])
    next_at = DateTimeLocalField("Try again at", [Optional()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
    status = SelectField("The request is now", choices=[("", "As it is"), *words.STATUSES.items()])


class NoteForm(StaffForm):
    """A note."""

    text = TextAreaField("Note", [InputRequired("Write the note."), Length(max=4000)])


class LabelsForm(StaffForm):
    """Labels, with commas between."""

    labels = StringField("Labels", [Length(max=300)])


async def show_item(visit: Visit) -> Response:
    """Show the item."""
    return await _page(visit)


async def show_viewers(visit: Visit) -> Response:
    """Show who else has it open; the page asks every half a minute, and so says that it is still open."""
    names = await visit.desk.store(look_at, _reference(visit), visit.account.id, visit.now)
    return page(visit, "viewers.html", names=names or [])


async def take(visit: Visit) -> Response:
    """Assign it to oneself: what nobody has, or, for whoever may hand over what is somebody else's, anything.

    Where there may be danger, anybody who works at the queue may take it over.
    """
    detail = await visit.desk.store(read_item, _reference(visit), visit.account.id, visit.now)
    if detail is None:
        return _gone(visit)
    if not (_is_free(visit, detail.item) or detail.item.is_danger):
        return await _page(visit, 403, _OTHERS)
    return await _change(visit, "taken", changes.assign, _version(visit), visit.account.id)


async def give_back(visit: Visit) -> Response:
    """Return it to the queue."""
    return await _change(visit, "returned", changes.assign, _version(visit), None)


async def hand_over(visit: Visit) -> Response:
    """Assign it to somebody else: what is one's own, or, for coordinators, anything."""
    to = str(visit.form.get("to") or "")
    detail = await visit.desk.store(read_item, _reference(visit), visit.account.id, visit.now)
    if detail is None:
        return _gone(visit)
    if not _is_free(visit, detail.item):
        return await _page(visit, 403, _OTHERS)
    if not (to.isascii() and to.isdigit() and len(to) < 9):
        return await _page(visit, 422, "Choose who shall have it.")
    return await _change(visit, "handed-over", changes.assign, _version(visit), int(to))


async def change_status(visit: Visit) -> Response:
    """Give it another status."""
    return await _change(visit, "status", changes.change_status, _version(visit), str(visit.form.get("status") or ""))


async def add_attempt(visit: Visit) -> Response:
    """Write down an attempt."""
    form = AttemptForm(visit.form)
    if not form.validate() or not form.outcome.data:
        if not form.outcome.data:
            form.outcome.errors = ["Choose what came of it."]
        return await _page(visit, 422, attempt=form)
    next_at = _as_utc(visit, form.next_at.data)
    status = form.status.data or None
    stays_open = (status or "in_progress") in OPEN_STATUSES
    if next_at is None and stays_open and form.outcome.data in _NOT_REACHED:
        next_at = visit.now + due_times(visit.desk.settings).callback  # nobody is forgotten for want of a date
    said = f"attempt-{status}" if status else "attempt-again" if next_at else "attempt"
    arguments = (_version(visit), form.outcome.data, form.note.data, next_at, status)
    return await _change(visit, said, changes.add_attempt, *arguments, attempt=form)


async def add_note(visit: Visit) -> Response:
    """Add a note."""
    form = NoteForm(visit.form)
    if not form.validate():
        return await _page(visit, 422, note=form)
    return await _change(visit, "note", changes.add_note, form.text.data, note=form)


async def set_labels(visit: Visit) -> Response:
    """Change the labels."""
    form = LabelsForm(visit.form)
    if not form.validate():
        return await _page(visit, 422, labels=form)
    labels = str(form.labels.data or "").split(",")
    return await _change(visit, "labels", changes.set_labels, _version(visit), labels, labels=form)


async def merge(visit: Visit) -> Response:
    """Merge it into another of the same person."""
    into = str(visit.form.get("into") or "")[:8]
    try:
        await visit.desk.store(changes.merge, visit.account.actor, _reference(visit), _version(visit), into)
    except (ItemConflictError, ChangeRefusedError) as error:
        return await _page(visit, 409, str(error))
    except ItemGoneError:
        return _gone(visit)
    return go_to(f"/queue/{into}", "merged")


async def reveal(visit: Visit) -> Response:
    """Show how to reach the person. Who looked is written to the audit log."""
    try:
        method, address = await visit.desk.store(changes.reveal_contact, visit.account.actor, _reference(visit))
    except ItemGoneError:
        return _gone(visit)
    return await _page(visit, contact=(method, _shown(address), address), block="contact")


async def _change(visit: Visit, said: str, change: Any, *arguments: Any, **forms: Any) -> Response:
    """Change the item, and show it; where that was refused, with what was typed."""
    try:
        await visit.desk.store(change, visit.account.actor, _reference(visit), *arguments)
    except ItemConflictError:
        return await _page(visit, 409, _CONFLICT_IN_WORDS if forms else _CONFLICT, **forms)
    except ChangeRefusedError as error:
        return await _page(visit, 422, str(error), **forms)
    except ItemGoneError:
        return _gone(visit)
    return go_to(f"/queue/{_reference(visit)}", said)


async def _page(
    visit: Visit,
    status: int = 200,
    wrong: str | None = None,
    contact: tuple[str, str, str] | None = None,
    block: str | None = None,
    **forms: Any,
) -> Response:
    store, settings = visit.desk.store, visit.desk.settings
    detail = await store(read_item, _reference(visit), visit.account.id, visit.now)
    if detail is None:
        return _gone(visit)
    item = detail.item
    works = may(visit.account.role, Permission.WORK_QUEUE)
    events = in_pages(detail.events, lambda event: (event.text,), _EVENTS)
    events_page = min(number_of(visit.request.query_params.get("calls")) or 1, len(events))
    turns = in_pages(detail.turns[::-1], said_in, _TURNS)
    replies = in_pages(await store(changes.list_replies) if works else [], lambda reply: reply[1:], _REPLIES)
    matches = may(visit.account.role, Permission.MATCH_VOLUNTEERS) and item.kind == "volunteer"
    return page(
        visit,
        "item.html",
        status,
        block=block,
        detail=detail,
        item=item,
        works=works,
        settled=await store(read_settled, item.reference) if matches else [],
        named=volunteer_words,
        ask_before=visit.now - timedelta(weeks=settings.match_outcome_weeks),
        standing=standing(item, due_times(settings), visit.now),
        answers=_answer_words(detail.answers) if works else [],
        attempt=_fitting(forms.get("attempt") or AttemptForm(), item),
        note=forms.get("note") or NoteForm(),
        is_labelling="labels" in forms,
        labels=forms.get("labels") or LabelsForm(data={"labels": ", ".join(item.labels)}),
        statuses=_statuses(item.kind),
        colleagues=await store(changes.list_colleagues) if works else [],
        replies=replies[0],
        has_more_replies=len(replies) > 1,
        turns=turns[0][::-1],
        has_earlier=len(turns) > 1 or len(detail.turns) == MOST_TURNS_SHOWN,
        events=events[events_page - 1],
        events_page=events_page,
        events_pages=len(events),
        history=await store(list_entries, item.reference),
        contact=contact,
        wrong=wrong,
        zone=settings.helpline_time_zone,
        again_hours=settings.console_callback_due_hours,
    )


def _gone(visit: Visit) -> Response:
    text = "There is no request of this code. Its visitor may have deleted it, or the code is mistyped."
    return problem(visit, 404, "It is not there", text)


def _reference(visit: Visit) -> str:
    return str(visit.request.path_params["reference"]).upper()[:8]


def _is_free(visit: Visit, item: QueueItem) -> bool:
    """Tell whether somebody may assign it: it is theirs or nobody's, or their role lets them."""
    own = item.assigned_to in {None, visit.account.id}
    return own or may(visit.account.role, Permission.ASSIGN_OTHERS)


def _version(visit: Visit) -> int:
    given = str(visit.form.get("version") or "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0


def _fitting(form: AttemptForm, item: QueueItem) -> AttemptForm:
    """Leave the form with the statuses that this item can have."""
    form.status.choices = [("", f"As it is: {words.STATUSES[item.status]}"), *_statuses(item.kind)]
    return form


def _statuses(kind: str) -> list[tuple[str, str]]:
    return [each for each in words.STATUSES.items() if each[0] != "waiting_for_volunteer" or kind == "volunteer"]


def _as_utc(visit: Visit, local: datetime | None) -> datetime | None:
    """Take a time as that of the helpline's place; one at the end of all times is just late or early."""
    if local is None:
        return None
    zone = visit.desk.settings.helpline_time_zone
    within = min(max(local, datetime.min + _A_DAY), datetime.max - _A_DAY)
    return within.replace(tzinfo=ZoneInfo(zone) if zone else timezone.utc).astimezone(timezone.utc)


def _shown(address: str) -> str:
    if not address.startswith("+"):
        return address
    number = phonenumbers.parse(address)
    shape = phonenumbers.PhoneNumberFormat
    return str(phonenumbers.format_number(number, shape.NATIONAL if number.country_code == 1 else shape.INTERNATIONAL))


def _answer_words(answers: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what was answered, as lines for staff; what was left out has none.

    For somebody who cares for another the facts of the illness are that person's, and their lines say so.
    """
    lines = []
    of_other = answers.get("for_whom") == "other"
    for name, value in answers.items():
        if value:
            values = value if isinstance(value, tuple) else (value,)
            shown = ", ".join(words.ANSWERS.get(str(each), str(each)) for each in values)
            asked = words.QUESTIONS.get(name, name.replace("_", " ").capitalize())
            lines.append((words.OF_OTHER.format(asked) if of_other and name in words.ABOUT_PATIENT else asked, shown))
    return lines


def _route(path: str, page_: Any, permission: Permission = Permission.WORK_QUEUE) -> StaffRoute:
    return StaffRoute(f"/queue/{{reference}}/{path}", page_, permission, "POST")


ROUTES = [
    StaffRoute("/queue/{reference}", show_item, Permission.VIEW_QUEUE),
    StaffRoute("/queue/{reference}/viewers", show_viewers, Permission.VIEW_QUEUE, by_itself=True),
    _route("take", take),
    _route("return", give_back),
    _route("hand-over", hand_over),
    _route("status", change_status),
    _route("attempts", add_attempt),
    _route("notes", add_note),
    _route("labels", set_labels),
    _route("merge", merge, Permission.MERGE_ITEMS),
    _route("contact", reveal, Permission.REVEAL_CONTACT),
]
