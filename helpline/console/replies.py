"""Canned replies: texts that staff read out or send often."""

from dataclasses import replace

from starlette.responses import Response
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from helpline.console.desk import Visit
from helpline.console.form import StaffForm
from helpline.console.pages import go_to, page
from helpline.console.paging import in_pages, paging_of, path_number
from helpline.console.permissions import Permission
from helpline.console.routes import StaffRoute
from helpline.store.queue_changes import delete_reply, list_replies, save_reply

# How many bytes of a page they may make.
_REPLIES = 40_000


class ReplyForm(StaffForm):
    """A reply."""

    title = StringField("Title", [InputRequired("Write a title."), Length(max=60)])
    text = TextAreaField("Text", [InputRequired("Write the text."), Length(max=1000)])


async def show_replies(visit: Visit) -> Response:
    """Show all replies."""
    return await _page(visit, ReplyForm())


async def save(visit: Visit) -> Response:
    """Save a reply; one of the same title is replaced."""
    form = ReplyForm(visit.form)
    if not form.validate():
        return await _page(visit, form, 422)
    await visit.desk.store(save_reply, visit.account.actor, str(form.title.data).strip(), str(form.text.data).strip())
    return go_to("/replies", "reply")


async def remove(visit: Visit) -> Response:
    """Delete a reply."""
    await visit.desk.store(delete_reply, visit.account.actor, path_number(visit, "number"))
    return go_to("/replies", "reply-gone")


async def _page(visit: Visit, form: ReplyForm, status: int = 200) -> Response:
    replies = in_pages(await visit.desk.store(list_replies), lambda reply: (*reply[1:], reply[1], reply[1]), _REPLIES)
    paging = replace(paging_of(visit, 1), number=min(paging_of(visit, 1).number, len(replies)))
    shown = replies[paging.number - 1]
    return page(visit, "replies.html", status, replies=shown, form=form, paging=paging, pages=len(replies))


ROUTES = [
    StaffRoute("/replies", show_replies, Permission.WORK_QUEUE),
    StaffRoute("/replies", save, Permission.EDIT_REPLIES, "POST"),
    StaffRoute("/replies/{number:int}/delete", remove, Permission.EDIT_REPLIES, "POST"),
]
