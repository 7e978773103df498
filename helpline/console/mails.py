"""Mails that may not have arrived, what staff decide about them, and what each mail of the helpline says."""

from starlette.exceptions import HTTPException
from starlette.responses import Response

from helpline.console.desk import Visit
from helpline.console.pages import go_to, page
from helpline.console.paging import path_number
from helpline.console.permissions import Permission
from helpline.console.queue import as_contact
from helpline.console.routes import StaffRoute
from helpline.mail.composing import preview_mail
from helpline.mail.setup import mail_state
from helpline.mail.wording import load_mail_wording
from helpline.store.mail_refusals import allow_mail_again
from helpline.store.mail_trouble import let_be, mails_in_trouble, send_again


async def show_mails(visit: Visit) -> Response:
    """Show the mails that somebody should look at, and which there are."""
    mails = await visit.desk.store(mails_in_trouble)
    is_on = mail_state(visit.desk.settings).is_on
    return page(visit, "mails.html", mails=mails, templates=load_mail_wording().templates, is_on=is_on)


async def show_template(visit: Visit) -> Response:
    """Show what a mail says."""
    name = visit.request.path_params["name"]
    if name not in load_mail_wording().templates:
        raise HTTPException(404)
    return page(visit, "mail.html", name=name, preview=preview_mail(visit.desk.settings, name, visit.now))


async def send(visit: Visit) -> Response:
    """Send a mail once more."""
    sent = await visit.desk.store(send_again, visit.account.actor, path_number(visit, "number"))
    return go_to("/mails", "mail-again" if sent else "mail-over")


async def leave(visit: Visit) -> Response:
    """Leave a mail as it is."""
    await visit.desk.store(let_be, visit.account.actor, path_number(visit, "number"))
    return go_to("/mails", "mail-left")


async def allow(visit: Visit) -> Response:
    """Write to an address again whose owner had wanted no mail, and asks for it now."""
    address = as_contact(str(visit.form.get("address") or "").strip()[:200], visit.desk.settings.default_phone_region)
    if address is None or "@" not in address:
        return go_to("/mails", "mail-no-address")
    known = await visit.desk.store(allow_mail_again, visit.account.actor, address)
    return go_to("/mails", "mail-allowed" if known else "mail-was-allowed")


ROUTES = [
    StaffRoute("/mails/allow", allow, Permission.WORK_QUEUE, "POST"),
    StaffRoute("/mails", show_mails, Permission.WORK_QUEUE),
    StaffRoute("/mails/{name}", show_template, Permission.WORK_QUEUE),
    StaffRoute("/mails/{number:int}/send", send, Permission.WORK_QUEUE, "POST"),
    StaffRoute("/mails/{number:int}/leave", leave, Permission.WORK_QUEUE, "POST"),
]
