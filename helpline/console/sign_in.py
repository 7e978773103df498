"""Signing in: user name and password, then a code of the authenticator app or a passkey. And signing out.

At the first sign-in the authenticator app is set up and recovery codes are shown, once.
"""

from datetime import timedelta
from secrets import token_urlsafe

from markupsafe import Markup
from starlette.responses import Response
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from helpline.console.credentials import (
    code_step,
    is_password,
    new_recovery_codes,
    new_secret,
    qr_code,
)
from helpline.console.desk import Visit
from helpline.console.form import StaffForm
from helpline.console.pages import go_to, page
from helpline.console.permissions import Permission
from helpline.console.routes import StaffRoute
from helpline.store import staff, staff_sessions
from helpline.store.database import Database
from helpline.store.passkeys import list_passkeys
from helpline.store.staff import Account

HOME = "/queue"
# So many failures within so long, and nobody signs in under that name, or from that address, for a while.
FAILURES_PER_NAME = 5
FAILURES_PER_ADDRESS = 20
WITHIN = timedelta(minutes=15)
_WRONG = "The user name or the password is wrong."
_TOO_OFTEN = "That went wrong too often. Wait 15 minutes, or ask an administrator."
# What browsers write of themselves; the first that is found counts.
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
_BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))


class PasswordForm(StaffForm):
    """The first step."""

    user_name = StringField("User name", [InputRequired("Write your user name."), Length(max=64)])
    password = PasswordField("Password", [InputRequired("Write your password."), Length(max=300)])


class CodeForm(StaffForm):
    """The second step."""

    code = StringField("Code", [InputRequired("Write the code."), Length(max=40)])


async def show_sign_in(visit: Visit) -> Response:
    """The sign-in page; where the password was given already, the second step."""
    if visit.session is None:
        return page(visit, "sign_in.html", form=PasswordForm(), problem=None)
    return go_to(HOME if visit.session.complete else _second_step(visit.account))


async def sign_in(visit: Visit) -> Response:
    """Check user name and password, and go on to the second step."""
    form = PasswordForm(visit.form)
    if not form.validate():
        return page(visit, "sign_in.html", 422, form=form, problem=None)
    address = _address(visit)
    user_name, password = str(form.user_name.data), str(form.password.data)
    checked = await visit.desk.store(_check_password, user_name, password, address)
    if isinstance(checked, str):
        return page(visit, "sign_in.html", 429 if checked == _TOO_OFTEN else 422, form=form, problem=checked)
    token = token_urlsafe(32)
    device = visit.request.headers.get("User-Agent", "")
    await visit.desk.store(staff_sessions.open_session, token, checked, device_name(device))
    response = go_to(_second_step(checked))
    visit.desk.give_token(response, token)
    return response


async def show_code(visit: Visit) -> Response:
    """Ask for a code."""
    if not visit.account.enrolled:
        return go_to("/sign-in/set-up")
    return await _code_page(visit, CodeForm(), None)


async def give_code(visit: Visit) -> Response:
    """Check a code of the app, or a recovery code."""
    form = CodeForm(visit.form)
    account, store = visit.account, visit.desk.store
    if not account.enrolled:
        return go_to("/sign-in/set-up")
    if not form.validate():
        return await _code_page(visit, form, None, 422)
    checked = await store(_check_code, account, str(form.code.data), _address(visit))
    if checked not in {"code", "recovery code"}:
        return await _code_page(visit, form, checked, 422)
    return await finish(visit, checked)


async def show_set_up(visit: Visit) -> Response:
    """Show what the authenticator app scans."""
    if visit.account.enrolled:
        return go_to("/sign-in/code")
    secret = visit.account.totp_secret
    if secret is None:
        secret = new_secret()
        await visit.desk.store(staff.set_totp_secret, visit.account.id, secret)
    return _set_up_page(visit, secret, CodeForm(), None)


async def set_up(visit: Visit) -> Response:
    """Take the first code, and show the recovery codes."""
    form, account = CodeForm(visit.form), visit.account
    if account.enrolled or account.totp_secret is None:
        return go_to("/sign-in/code")
    if not form.validate():
        return _set_up_page(visit, account.totp_secret, form, None, 422)
    step = code_step(account.totp_secret, str(form.code.data), visit.now)
    if step is None:
        problem = "That code is not right. Take the one that the app shows now."
        return _set_up_page(visit, account.totp_secret, form, problem, 422)
    codes = new_recovery_codes()
    await visit.desk.store(staff.enrol, account, step, codes)
    token = await _complete(visit, "code")
    visit.token = token
    response = page(visit, "recovery_codes.html", codes=codes)
    visit.desk.give_token(response, token)
    return response


async def sign_out(visit: Visit) -> Response:
    """End the session."""
    if visit.session is not None:
        await visit.desk.store(staff_sessions.end_session, visit.account, visit.session.id)
    response = go_to("/sign-in", "signed-out")
    visit.desk.take_token(response)
    return response


async def finish(visit: Visit, how: str) -> Response:
    """Complete the session, and go to the first page."""
    response = go_to(HOME)
    visit.desk.give_token(response, await _complete(visit, how))
    return response


async def _complete(visit: Visit, how: str) -> str:
    assert visit.session is not None, "the route needs a session"  # noqa: S101
    token = token_urlsafe(32)
    await visit.desk.store(staff_sessions.complete_session, visit.session.id, token, visit.account, how)
    return token


async def _code_page(visit: Visit, form: CodeForm, problem: str | None, status: int = 200) -> Response:
    has_passkey = bool(await visit.desk.store(list_passkeys, visit.account))
    return page(visit, "sign_in_code.html", status, form=form, problem=problem, has_passkey=has_passkey)


def _set_up_page(visit: Visit, secret: str, form: CodeForm, problem: str | None, status: int = 200) -> Response:
    drawn = Markup(qr_code(secret, visit.account.user_name))  # noqa: S704 -- drawn by us, of our own secret
    spaced = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    return page(visit, "sign_in_set_up.html", status, drawn=drawn, secret=spaced, form=form, problem=problem)


def _second_step(account: Account) -> str:
    return "/sign-in/code" if account.enrolled else "/sign-in/set-up"


def _address(visit: Visit) -> str:
    return visit.desk.address(visit.request)


def _is_throttled(database: Database, user_name: str, address: str) -> bool:
    of_name, of_address = staff.count_failures(database, user_name, address, WITHIN)
    return of_name >= FAILURES_PER_NAME or of_address >= FAILURES_PER_ADDRESS


def _check_password(database: Database, user_name: str, password: str, address: str) -> Account | str:
    """Return the account, or what is wrong."""
    if _is_throttled(database, user_name, address):
        return _TOO_OFTEN
    account = staff.find_account(database, user_name)
    right = is_password(account.password_hash if account else None, password)
    if account is None or not right or not account.active:
        staff.note_failure(database, user_name, address)
        return _WRONG
    return account


def _check_code(database: Database, account: Account, code: str, address: str) -> str:
    """Return how somebody signed in, or what is wrong."""
    if _is_throttled(database, account.user_name, address):
        return _TOO_OFTEN
    step = code_step(account.totp_secret or "", code, database.now()) if account.totp_secret else None
    if step is not None and staff.take_step(database, account, step):
        staff.forget_failures(database, account.user_name)
        return "code"
    if staff.take_recovery_code(database, account, code):
        staff.forget_failures(database, account.user_name)
        return "recovery code"
    staff.note_failure(database, account.user_name, address)
    return (
        "That code is not right, or was used before. Wait for the next one."
        if step is None
        else ("That code was used before. Wait for the next one.")
    )


def device_name(agent: str) -> str:
    """Say in a few words which browser it is."""
    system = next((name for sign, name in _SYSTEMS if sign in agent), "another device")
    return f"{next((name for sign, name in _BROWSERS if sign in agent), 'A browser')} on {system}"


ROUTES = [
    StaffRoute("/sign-in", show_sign_in, Permission.SIGN_IN),
    StaffRoute("/sign-in", sign_in, Permission.SIGN_IN, "POST"),
    StaffRoute("/sign-in/code", show_code, Permission.FINISH_SIGN_IN),
    StaffRoute("/sign-in/code", give_code, Permission.FINISH_SIGN_IN, "POST"),
    StaffRoute("/sign-in/set-up", show_set_up, Permission.FINISH_SIGN_IN),
    StaffRoute("/sign-in/set-up", set_up, Permission.FINISH_SIGN_IN, "POST"),
    StaffRoute("/sign-out", sign_out, Permission.SIGN_IN, "POST"),
]
