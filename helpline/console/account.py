"""One's own account: where one is signed in, and the password."""

from starlette.responses import Response
from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from helpline.console import passkeys
from helpline.console.credentials import hash_password, is_password
from helpline.console.desk import Visit
from helpline.console.form import StaffForm
from helpline.console.pages import go_to, page
from helpline.console.paging import path_number
from helpline.console.permissions import Permission
from helpline.console.routes import StaffRoute
from helpline.store import staff, staff_sessions
from helpline.store.database import Database
from helpline.store.passkeys import list_passkeys
from helpline.store.staff import Account, StaffError


class NewPasswordForm(StaffForm):
    """Changes the password."""

    old = PasswordField("Your password now", [InputRequired("Write your password."), Length(max=300)])
    new = PasswordField("New password", [InputRequired("Write the new password."), Length(max=300)])


async def show_account(visit: Visit) -> Response:
    """Show the account."""
    return await _page(visit, NewPasswordForm())


async def still_here(_visit: Visit) -> Response:
    """Note that somebody types in a page, so that a long call does not end the session."""
    return Response(status_code=204)


async def change_password(visit: Visit) -> Response:
    """Change the password, and end the other sessions."""
    form = NewPasswordForm(visit.form)
    if not form.validate():
        return await _page(visit, form, 422)
    try:
        await visit.desk.store(_change_password, visit.account, str(form.old.data), str(form.new.data))
    except StaffError as error:
        return await _page(visit, form, 422, str(error))
    return go_to("/sign-in", "password")


async def end_session(visit: Visit) -> Response:
    """End one of one's own sessions."""
    await visit.desk.store(staff_sessions.end_session, visit.account, path_number(visit, "session"))
    return go_to("/account", "session-ended")


async def end_other_sessions(visit: Visit) -> Response:
    """End all sessions but this one."""
    own = visit.session.id if visit.session else None
    await visit.desk.store(staff_sessions.end_sessions, visit.account.actor, visit.account, own)
    return go_to("/account", "sessions-ended")


def _change_password(database: Database, account: Account, old: str, new: str) -> None:
    if not is_password(account.password_hash, old):
        raise StaffError("Your password now is another one.")
    staff.change_account(
        database, account.actor, account.user_name, "password changed", password_hash=hash_password(new)
    )


async def _page(visit: Visit, form: NewPasswordForm, status: int = 200, problem: str | None = None) -> Response:
    sessions = await visit.desk.store(staff_sessions.list_sessions, visit.account)
    own = await visit.desk.store(list_passkeys, visit.account)
    named = passkeys.can_have_passkeys(visit)
    return page(
        visit, "account.html", status, sessions=sessions, form=form, problem=problem, passkeys=own, can_add=named
    )


ROUTES = [
    StaffRoute("/account", show_account, Permission.OWN_ACCOUNT),
    StaffRoute("/account/still-here", still_here, Permission.OWN_ACCOUNT),
    StaffRoute("/account/password", change_password, Permission.OWN_ACCOUNT, "POST"),
    StaffRoute("/account/sessions/{session:int}/end", end_session, Permission.OWN_ACCOUNT, "POST"),
    StaffRoute("/account/sessions/end", end_other_sessions, Permission.OWN_ACCOUNT, "POST"),
]
