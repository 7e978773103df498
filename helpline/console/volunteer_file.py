"""Volunteers from a file and into one: what a file would change is shown before anything is written.

The browser reads the file into the form, or somebody pastes it there: pages send plain fields and no files.
"""

import asyncio

from starlette.responses import Response
from wtforms import TextAreaField

from helpline.console import volunteer_words
from helpline.console.desk import Visit
from helpline.console.form import StaffForm
from helpline.console.pages import go_to, page
from helpline.console.permissions import Permission
from helpline.console.routes import StaffRoute
from helpline.store.volunteer_changes import VolunteerConflictError
from helpline.store.volunteer_import import ImportPlan, apply_import, export_volunteers, plan_import
from helpline.volunteers.content import ONE_OF, SOME_OF
from helpline.volunteers.csv_file import COLUMNS, LONGEST_FILE, CsvError, CsvRow, read_csv, write_csv

# A file as a form sends it: most letters as themselves, others as three each.
LONGEST_BODY = 3 * LONGEST_FILE
# So many rows of a kind are shown; of the others the number is.
_MOST_SHOWN = 100
_CONFLICT = "Somebody else changed a volunteer in the meantime, so nothing was taken in. Look at what it is now."


class ImportForm(StaffForm):
    """The content of a file."""

    csv = TextAreaField("The file's content")


async def show_import(visit: Visit) -> Response:
    """Ask for a file."""
    return _page(visit, ImportForm())


async def preview(visit: Visit) -> Response:
    """Show what a file would change. Nothing is written."""
    form = ImportForm(visit.form)
    rows = await _rows(visit, form)
    if rows is None:
        return _page(visit, form, 422)
    return _page(visit, form, plan=await visit.desk.long_store(plan_import, rows))


async def take_in(visit: Visit) -> Response:
    """Take in what was shown."""
    form = ImportForm(visit.form)
    rows = await _rows(visit, form)
    if rows is None:
        return _page(visit, form, 422)
    mark = str(visit.form.get("mark") or "")[:64]
    try:
        await visit.desk.long_store(apply_import, visit.account.actor, rows, mark)
    except VolunteerConflictError:
        return _page(visit, form, 409, plan=await visit.desk.long_store(plan_import, rows), wrong=_CONFLICT)
    return go_to("/volunteers", "volunteers-imported")


async def send_file(visit: Visit) -> Response:
    """Send all volunteers with how to reach them, and write down who took them along."""
    found = await visit.desk.long_store(export_volunteers, visit.account.actor)
    answer = Response(await asyncio.to_thread(write_csv, found), media_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="volunteers-{visit.now.date().isoformat()}.csv"'
    return answer


async def _rows(visit: Visit, form: ImportForm) -> list[CsvRow] | None:
    """Return the rows of the file; None where the form says what is wrong with it."""
    text = str(form.csv.data or "")
    try:
        if not text.strip():
            raise CsvError("Choose a file, or paste its content.")
        rows = await asyncio.to_thread(read_csv, text, visit.desk.settings.default_phone_region)
        if not rows:
            raise CsvError("The file names its columns and holds nobody. Write one volunteer on each line below.")
    except CsvError as error:
        form.csv.errors = [str(error)]
        return None
    return rows


def _page(
    visit: Visit, form: ImportForm, status: int = 200, plan: ImportPlan | None = None, wrong: str | None = None
) -> Response:
    shown = {
        action: [row for row in plan.rows if row.action == action][:_MOST_SHOWN] if plan else []
        for action in ("refused", "changed", "new")
    }
    choices = {**ONE_OF, **SOME_OF}
    columns = [(title, ", ".join(choices.get(name, ()))) for name, title in COLUMNS.items()]
    return page(
        visit,
        "volunteer_import.html",
        status,
        form=form,
        plan=plan,
        shown=shown,
        columns=columns,
        named=volunteer_words,
        wrong=wrong,
    )


ROUTES = [
    StaffRoute("/volunteers/import", show_import, Permission.IMPORT_VOLUNTEERS),
    StaffRoute("/volunteers/import", preview, Permission.IMPORT_VOLUNTEERS, "POST", longest_body=LONGEST_BODY),
    StaffRoute("/volunteers/import/confirm", take_in, Permission.IMPORT_VOLUNTEERS, "POST", longest_body=LONGEST_BODY),
    StaffRoute("/volunteers/export", send_file, Permission.EXPORT_VOLUNTEERS, "POST"),
]
