"""The queue: who waits, the most urgent first. Filters, search, and news of it while it is open."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from datetime import datetime

import phonenumbers
from starlette.responses import Response, StreamingResponse
from wtforms import SelectField, StringField

from helpline.console import words
from helpline.console.desk import Visit
from helpline.console.due import due_times, standing
from helpline.console.form import StaffForm
from helpline.console.pages import go_to, page
from helpline.console.paging import paging_of
from helpline.console.permissions import Permission, may
from helpline.console.routes import StaffRoute
from helpline.errors import StoreError
from helpline.requests.reference import find_reference
from helpline.store.queue import Wanted, list_labels, list_queue, newest_change
from helpline.store.queue_changes import return_untouched
from helpline.store.requests import digest_contact

PAGE_SIZE = 25
# How long one stream of news lasts, and how often it looks.
STREAM_SECONDS = 240.0
LOOK_EVERY = 2.0
_LIVES = 30.0
# A code with its dash and some blanks.
_LONGEST_CODE = 12
_DIGEST = re.compile("[0-9a-f]{64}")
_OPEN = [("open", "Open"), *words.STATUSES.items(), ("closed", "All that is closed"), ("all", "All")]

_WHOSE = [("all", "Everybody's"), ("mine", "Mine"), ("nobody", "Nobody's yet")]


class FilterForm(StaffForm):
    """What the list shall hold."""

    kind = SelectField("Kind", choices=[("", "All kinds"), *words.KINDS.items()], default="")
    status = SelectField("Status", choices=_OPEN, default="open")
    whose = SelectField("Whose", choices=_WHOSE, default="all")
    label = SelectField("Label", default="")
    topic = StringField("Words in the topic")


async def show_queue(visit: Visit) -> Response:
    """Show the queue, or the part of it that is asked for."""
    given, store = visit.request.query_params, visit.desk.store
    times = due_times(visit.desk.settings)
    await store(return_untouched, times.untouched, visit.now)
    labels = await store(list_labels)
    form = FilterForm(given if given else None)
    form.label.choices = [("", "All labels"), *((label, label) for label in labels)]
    form.validate()
    wanted = _wanted(form, given.get("person"))
    paging = paging_of(visit, PAGE_SIZE)
    listed = await store(list_queue, wanted, times, visit.now, visit.account.id, paging.first, paging.size)
    shown = [(item, standing(item, times, visit.now)) for item in listed.items]
    return page(
        visit,
        "queue.html",
        block="list",
        form=form,
        shown=shown,
        listed=listed,
        paging=paging,
        is_filtered=bool(paging.query),
        is_search=wanted.contact_digest is not None,
        sees_names=may(visit.account.role, Permission.WORK_QUEUE),
    )


async def search(visit: Visit) -> Response:
    """Find an item by its code, or what a phone number or an email address has asked for.

    What was typed comes in the body and goes on as a digest: no address of a page, and so no log, holds a number.
    """
    typed = str(visit.form.get("q") or "").strip()[:200]
    reference = as_reference(typed)
    if reference is not None:
        return go_to(f"/queue/{reference}")
    if not typed:
        return go_to("/queue")
    address = as_contact(typed, visit.desk.settings.default_phone_region)
    return go_to(f"/queue?person={digest_contact(visit.desk.store.database, address)}")


def _wanted(form: FilterForm, person: str | None) -> Wanted:
    """Read the filters; one that makes no sense is left out."""

    def one(field: SelectField, usual: str) -> str:
        return str(field.data) if field.data in dict(field.choices) and field.data else usual

    return Wanted(
        one(form.kind, "") or None,
        one(form.status, "open"),
        one(form.whose, "all"),
        one(form.label, "") or None,
        str(form.topic.data or "").strip()[:60] or None,
        contact_digest=person if person and _DIGEST.fullmatch(person) else None,
    )


def as_reference(text: str) -> str | None:
    """Return the code that somebody typed; None for anything else."""
    return find_reference(text) if len(text) <= _LONGEST_CODE else None


def as_contact(text: str, region: str) -> str:
    """Write a phone number as it is stored; an email address stays as it is."""
    if "@" not in text:
        try:
            number = phonenumbers.parse(text, region)
            return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
        except phonenumbers.NumberParseException:
            pass
    return text


async def send_news(visit: Visit) -> Response:
    """Send a line whenever something in the queue changes, for a few minutes; the page then asks again."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_news(visit), media_type="text/event-stream", headers=headers)


async def _news(visit: Visit) -> AsyncIterator[str]:
    yield "retry: 3000\n\n"
    store, quiet = visit.desk.store, 0.0
    known: tuple[int, datetime | None] | None = None
    loop = asyncio.get_running_loop()
    end = loop.time() + STREAM_SECONDS
    while loop.time() < end:
        now = known
        with contextlib.suppress(StoreError):
            now = await store(newest_change)
        if known is not None and now != known:
            yield "event: queue\ndata: changed\n\n"
            quiet = 0.0
        known, quiet = now, quiet + LOOK_EVERY
        if quiet >= _LIVES:
            yield ": still here\n\n"
            quiet = 0.0
            if not await _still_signed_in(visit):
                return
        await asyncio.sleep(LOOK_EVERY)


async def _still_signed_in(visit: Visit) -> bool:
    again = Visit(visit.request, visit.desk)
    await visit.desk.recognise(again, seen=False)
    return again.session is not None


ROUTES = [
    StaffRoute("/queue", show_queue, Permission.VIEW_QUEUE),
    StaffRoute("/queue/search", search, Permission.WORK_QUEUE, "POST"),
    StaffRoute("/queue/news", send_news, Permission.VIEW_QUEUE, by_itself=True),
]
