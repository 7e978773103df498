"""The form of a volunteer: to add one, and to change what is known. How to reach them is never shown in it."""

from typing import Any

from starlette.responses import Response
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from helpline.console import volunteer_words
from helpline.console.desk import Visit
from helpline.console.form import StaffForm
from helpline.console.pages import go_to, page
from helpline.console.permissions import Permission
from helpline.console.routes import StaffRoute
from helpline.console.volunteer_words import CHOICES
from helpline.console.volunteers import CONFLICT, version_of, volunteer_number, volunteer_page
from helpline.store.volunteer_changes import (
    DoubleVolunteerError,
    VolunteerConflictError,
    VolunteerGoneError,
    WrongPartsError,
    add_volunteer,
    change_volunteer,
)
from helpline.store.volunteers import VolunteerRecord, read_volunteer
from helpline.volunteers.content import (
    LONGEST_EMAIL,
    LONGEST_NAME,
    LONGEST_NOTES,
    PARTS,
    SOME_OF,
    PartError,
    VolunteerContent,
    differing_parts,
    part_of,
    read_part,
    with_parts,
)
from helpline.volunteers.csv_file import COLUMNS

_NOT_TOLD = ("", "Not told")
# Read from text, as a file's cells are.
_TYPED = ("name", "treatment_ended", "languages", "capacity", "rest_days", "trained_on", "notes")
_NOT_SHOWN = ("email", "phone", "state")
_CHOSEN = ("role", "diagnosis", "age_range", "children", "work")


class ChecksField(SelectMultipleField):
    """Several of some choices, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _checks(label: str, name: str) -> ChecksField:
    return ChecksField(label, choices=list(CHOICES[name].items()))


def _select(label: str, name: str) -> SelectField:
    return SelectField(label, choices=[_NOT_TOLD, *CHOICES[name].items()], default="")


class VolunteerForm(StaffForm):
    """All that is written of a volunteer."""

    name = StringField("Name", [Length(max=LONGEST_NAME)])
    email = StringField("Email", [Length(max=LONGEST_EMAIL)])
    phone = StringField("Phone", [Length(max=40)])
    forget_email = BooleanField("Forget the email address that is kept")
    forget_phone = BooleanField("Forget the phone number that is kept")
    role = RadioField("Speaks as somebody who", choices=list(CHOICES["role"].items()), default="patient")
    metastatic = BooleanField("The cancer is metastatic", default=True)
    treatment_ended = StringField("Treatment ended on")
    diagnosis = _select("Diagnosis", "diagnosis")
    subtypes = _checks("Subtypes", "subtypes")
    sites = _checks("Spread to", "sites")
    age_range = _select("Age", "age_range")
    languages = StringField("Languages", default="English")
    concerns = _checks("Lived through", "concerns")
    children = _select("Children", "children")
    work = _select("Work", "work")
    times = _checks("Can talk", "times")
    methods = _checks("How they can talk", "methods")
    capacity = StringField("How many people at once", default="1")
    rest_days = StringField("Days of rest after a match", default="0")
    trained_on = StringField("Trained on")
    notes = TextAreaField("Notes", [Length(max=LONGEST_NOTES)])


async def show_new(visit: Visit) -> Response:
    """Show an empty form."""
    return _page(visit, VolunteerForm())


async def add(visit: Visit) -> Response:
    """Add a volunteer."""
    form = VolunteerForm(visit.form)
    parts = _read(visit, form, new=True)
    if parts is None:
        return _page(visit, form, 422)
    content = with_parts(VolunteerContent(), parts)
    try:
        number = await visit.desk.store(add_volunteer, visit.account.actor, content)
    except WrongPartsError as error:
        return _page(visit, _marked(form, error), 422)
    except (DoubleVolunteerError, VolunteerConflictError) as error:
        return _page(visit, form, 409, double=error if isinstance(error, DoubleVolunteerError) else None)
    return go_to(f"/volunteers/{number}", "volunteer-added")


async def show_edit(visit: Visit) -> Response:
    """Show the form with what is known."""
    record = await _record(visit)
    if record is None:
        return await _not_there(visit)
    return _page(visit, VolunteerForm(data=_data(record)), record=record)


async def edit(visit: Visit) -> Response:
    """Change what is known."""
    form, record = VolunteerForm(visit.form), await _record(visit)
    if record is None:
        return await _not_there(visit)
    parts = _read(visit, form, new=False)
    if parts is None:
        return _page(visit, form, 422, record=record)
    arguments = (visit.account.actor, volunteer_number(visit), version_of(visit), parts)
    try:
        await visit.desk.store(change_volunteer, *arguments)
    except WrongPartsError as error:
        return _page(visit, _marked(form, error), 422, record=record)
    except DoubleVolunteerError as error:
        return _page(visit, form, 409, record=record, double=error)
    except VolunteerConflictError:
        return _page(visit, form, 409, record=record, wrong=CONFLICT, kept=_differing(record, parts))
    except VolunteerGoneError:
        return await _not_there(visit)
    return go_to(f"/volunteers/{record.id}", "volunteer-saved")


def _page(
    visit: Visit,
    form: VolunteerForm,
    status: int = 200,
    record: VolunteerRecord | None = None,
    double: DoubleVolunteerError | None = None,
    wrong: str | None = None,
    kept: list[tuple[str, str]] | None = None,
) -> Response:
    if wrong is None and double is None and status != 200:
        wrong = "Nothing was saved yet. Look at what is marked, mend it and save it again."
    return page(visit, "volunteer_form.html", status, form=form, one=record, double=double, wrong=wrong, kept=kept)


async def _record(visit: Visit) -> VolunteerRecord | None:
    """Return the volunteer whose number is in the address; None for one who was removed, or is not there."""
    detail = await visit.desk.store(read_volunteer, volunteer_number(visit), visit.now)
    return detail.record if detail and detail.record.state != "removed" else None


async def _not_there(visit: Visit) -> Response:
    return await volunteer_page(visit, 409, "They were removed, so nothing was saved. Bring them back first.")


def _read(visit: Visit, form: VolunteerForm, new: bool) -> dict[str, Any] | None:
    """Return the parts that were filled in; None where the form says what is wrong. What is kept for contact stays."""
    sound, region = form.validate(), visit.desk.settings.default_phone_region
    parts: dict[str, Any] = {"metastatic": bool(form.metastatic.data)}
    parts |= {name: form[name].data or None for name in _CHOSEN}
    parts |= {name: frozenset(form[name].data or ()) for name in SOME_OF}
    typed = {name: str(form[name].data or "") for name in _TYPED}
    for name in ("email", "phone"):
        text = str(form[name].data or "").strip()
        if text or new or form[f"forget_{name}"].data:
            typed[name] = text
    for name, text in typed.items():
        try:
            parts[name] = read_part(name, text, region)
        except PartError as problem:
            form[name].errors = [str(problem)]
            sound = False
    if not parts["role"]:
        form.role.errors, sound = ["Choose one."], False
    if not parts["methods"]:
        form.methods.errors, sound = ["Tick at least one way."], False
    return parts if sound else None


def _marked(form: VolunteerForm, error: WrongPartsError) -> VolunteerForm:
    """Write beside the fields what does not fit."""
    for name, text in error.problems:
        form[name].errors = [text]
    return form


def _data(record: VolunteerRecord) -> dict[str, Any]:
    """Return what the form shows of a volunteer."""
    content, data = _content(record), {}
    for name in PARTS:
        if name not in _NOT_SHOWN:
            given = part_of(content, name)
            typed = name in _TYPED
            data[name] = volunteer_words.value(name, given) if typed else list(given) if name in SOME_OF else given
    return data


def _content(record: VolunteerRecord) -> VolunteerContent:
    return VolunteerContent(record.name, None, None, record.profile, record.notes)


def _differing(record: VolunteerRecord, parts: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what is kept now where that differs from what was typed, in words."""
    kept, typed = _content(record), {name: value for name, value in parts.items() if name not in ("email", "phone")}
    return [
        (COLUMNS[name], volunteer_words.value(name, part_of(kept, name)) or "nothing")
        for name in differing_parts(kept, with_parts(kept, typed))
    ]


ROUTES = [
    StaffRoute("/volunteers/new", show_new, Permission.EDIT_VOLUNTEERS),
    StaffRoute("/volunteers/new", add, Permission.EDIT_VOLUNTEERS, "POST"),
    StaffRoute("/volunteers/{number:int}/edit", show_edit, Permission.EDIT_VOLUNTEERS),
    StaffRoute("/volunteers/{number:int}/edit", edit, Permission.EDIT_VOLUNTEERS, "POST"),
]
