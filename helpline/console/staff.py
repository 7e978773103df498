"""Accounts, for administrators: who may sign in, and with which role. They are made at the command line."""

from functools import partial

from starlette.responses import Response

from helpline.console.desk import Visit
from helpline.console.pages import go_to, page, problem
from helpline.console.permissions import Permission
from helpline.console.routes import StaffRoute
from helpline.store.audit import Actor
from helpline.store.database import Database
from helpline.store.staff import StaffError, change_account, list_accounts
from helpline.store.staff_tables import ROLES

# What may be done to an account: what the audit log says of it, and the columns that change.
_CHANGES: dict[str, tuple[str, dict[str, object]]] = {
    "stop": ("account stopped", {"active": False}),
    "allow": ("account allowed", {"active": True}),
    "end-sessions": ("sessions ended", {}),
    "reset-codes": ("codes reset", {"totp_confirmed_at": None, "totp_secret": None, "totp_step": None}),
    **{f"role-{role}": ("role changed", {"role": role}) for role in ROLES},
}


async def show_staff(visit: Visit) -> Response:
    """Show the accounts."""
    return page(visit, "staff.html", accounts=await visit.desk.store(list_accounts))


async def change(visit: Visit) -> Response:
    """Change an account. One's own is left to another administrator, so that nobody shuts themselves out."""
    user_name, wanted = str(visit.form.get("user_name") or ""), str(visit.form.get("change") or "")
    if wanted not in _CHANGES:
        return problem(visit, 422, "Nothing was changed", "Choose what to change.")
    if user_name == visit.account.user_name:
        return problem(visit, 422, "Nothing was changed", "Your own account is changed by another administrator.")
    action, values = _CHANGES[wanted]
    try:
        await visit.desk.store(partial(_change, actor=visit.account.actor, of=user_name, action=action, values=values))
    except StaffError as error:
        return problem(visit, 404, "Nothing was changed", str(error))
    return go_to("/staff", "account")


def _change(database: Database, actor: Actor, of: str, action: str, values: dict[str, object]) -> None:
    change_account(database, actor, of, action, **values)


ROUTES = [
    StaffRoute("/staff", show_staff, Permission.MANAGE_STAFF),
    StaffRoute("/staff", change, Permission.MANAGE_STAFF, "POST"),
]
