"""The overview: what happened, by day or week, channel and language, as charts and tables, and files to take along."""

import csv
import io
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from markupsafe import Markup
from starlette.responses import Response
from wtforms import SelectField

from helpline.console import words
from helpline.console.charts import Bar, lying_bars, standing_bars, within_page
from helpline.console.desk import Visit
from helpline.console.form import StaffForm
from helpline.console.measures import HIDDEN, Measure, Period, measures_of
from helpline.console.pages import page, problem
from helpline.console.permissions import Permission
from helpline.console.routes import StaffRoute
from helpline.console.titles import titles_of
from helpline.store.conversation_reviews import list_channels
from helpline.store.overview import read_counts

_LYING = ("topics",)


class OverviewForm(StaffForm):
    """What is shown."""

    by = SelectField("By", choices=[("day", "Day, 4 weeks"), ("week", "Week, 3 months")], default="day")
    channel = SelectField("Channel", default="")
    language = SelectField("Language", choices=[("", "All languages"), *words.LANGUAGES.items()], default="")


async def show_overview(visit: Visit) -> Response:
    """Show all measures."""
    form, measures, waiting = await _measured(visit)
    return page(
        visit,
        "overview.html",
        form=form,
        waiting=waiting,
        charts=[(measure, within_page(_drawn(measure))) for measure in measures],
        query=urlencode({name: field.data for name, field in form._fields.items() if field.data}),
    )


async def send_csv(visit: Visit) -> Response:
    """Send all measures as one table; small counts are hidden but for dangers."""
    form, measures, _ = await _measured(visit)
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(("measure", "channel", "language", "period", "part", "value"))
    of = form.channel.data or "all", form.language.data or "all"
    for measure in measures:
        for line, (label, parts, whole) in zip(measure.lines, measure.outside(), strict=True):
            label = line.key or label
            for column, part in zip(measure.columns, parts, strict=True):
                table.writerow((measure.title, *of, label, column, part))
            table.writerow((measure.title, *of, label, measure.whole, whole))
    headers = {"Content-Disposition": f'attachment; filename="overview-by-{form.by.data}.csv"'}
    return Response(written.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


async def send_chart(visit: Visit) -> Response:
    """Send a chart as a file; small counts are hidden but for dangers."""
    key = str(visit.request.path_params["name"]).removesuffix(".svg")
    _, measures, _ = await _measured(visit)
    measure = next((one for one in measures if one.key == key), None)
    if measure is None:
        return problem(visit, 404, "There is no such chart", "Go to the overview and choose one.")
    headers = {"Content-Disposition": f'attachment; filename="{key}.svg"'}
    return Response(str(_drawn(measure, outside=True)), media_type="image/svg+xml", headers=headers)


async def _measured(visit: Visit) -> tuple[OverviewForm, list[Measure], dict[str, int]]:
    given, store = visit.request.query_params, visit.desk.store
    form = OverviewForm(given if given else None)
    form.channel.choices = [("", "All channels"), *((name, name) for name in await store(list_channels))]
    form.validate()
    for field, usual in ((form.by, "day"), (form.channel, ""), (form.language, "")):
        if field.data not in dict(field.choices):
            field.data = usual
    zone = ZoneInfo(visit.desk.settings.helpline_time_zone or "UTC")
    period = Period.until(visit.now, zone, form.by.data == "week")
    of = form.channel.data or None, form.language.data or None
    counts = await store(read_counts, period.since, zone, *of)
    return form, measures_of(counts, period, await titles_of(visit)), counts.waiting


def _drawn(measure: Measure, outside: bool = False) -> Markup:
    bars = []
    for line, (label, texts, whole) in zip(measure.lines, measure.outside(), strict=True):
        hidden = outside and whole == HIDDEN
        parts = tuple(
            (name, part.value)
            for name, part, text in zip(measure.columns, line.parts, texts, strict=True)
            if part.value and not (outside and text == HIDDEN)
        )
        value = None if hidden else line.whole.value
        bars.append(Bar(label, value, whole if outside else line.whole.text, () if hidden else parts))
    title = f"{measure.title}. {measure.note}" + (f" Counts below {HIDDEN[1:]} are left out." if outside else "")
    if measure.key in _LYING:
        return lying_bars(title, bars)
    return standing_bars(title, bars, measure.columns, measure.lines[0].whole.unit)


ROUTES = [
    StaffRoute("/overview", show_overview, Permission.VIEW_OVERVIEW),
    StaffRoute("/overview.csv", send_csv, Permission.VIEW_OVERVIEW),
    StaffRoute("/overview/{name}", send_chart, Permission.VIEW_OVERVIEW),
]
