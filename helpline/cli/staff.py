"""`helpline staff`: accounts of those who work at the console. A password is never on the command line."""

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from helpline.cli.progress import console
from helpline.console.credentials import hash_password
from helpline.errors import StoreError
from helpline.settings import Settings, load_settings
from helpline.store.audit import Actor
from helpline.store.database import Database, open_database
from helpline.store.staff import StaffError, add_account, change_account, find_account, list_accounts
from helpline.store.staff_sessions import end_sessions
from helpline.store.staff_tables import ROLES

commands = typer.Typer(help="Accounts of the staff's console.", no_args_is_help=True)

UserName = Annotated[str, typer.Argument(help="What is typed to sign in.")]
Role = Annotated[str, typer.Option(help=f"One of {', '.join(ROLES)}.")]


@commands.command()
def add(
    user_name: UserName,
    role: Role = "staff",
    name: Annotated[str, typer.Option(help="What colleagues read; the user name if left out.")] = "",
) -> None:
    """Make an account. The password is asked for, or read from standard input."""
    with _store() as (database, actor):
        if find_account(database, user_name) is not None:
            raise StaffError(f"There is an account {user_name} already.")
        add_account(database, actor, user_name, name, role, hash_password(_read_password()))
    console.print(f"{user_name} can sign in now. Codes of an authenticator app are set up at the first sign-in.")


@commands.command("list")
def list_() -> None:
    """List the accounts."""
    with _store() as (database, _):
        table = Table("User name", "Name", "Role", "Codes", "May sign in")
        for account in list_accounts(database):
            codes = "set up" if account.enrolled else "not yet"
            table.add_row(
                account.user_name, account.display_name, account.role, codes, "yes" if account.active else "no"
            )
    console.print(table)


@commands.command()
def password(user_name: UserName) -> None:
    """Give an account another password, and end its sessions."""
    with _store() as (database, actor):
        change_account(database, actor, user_name, "password replaced", password_hash=hash_password(_read_password()))
    console.print(f"{user_name} has a new password, and must sign in again.")


@commands.command("reset-codes")
def reset_codes(user_name: UserName) -> None:
    """Let somebody who has lost the phone set up codes anew; passkeys go as well."""
    with _store() as (database, actor):
        change_account(
            database, actor, user_name, "codes reset", totp_confirmed_at=None, totp_secret=None, totp_step=None
        )
    console.print(f"{user_name} sets up codes at the next sign-in.")


@commands.command()
def role(user_name: UserName, new_role: Annotated[str, typer.Argument(help=f"One of {', '.join(ROLES)}.")]) -> None:
    """Give an account another role."""
    if new_role not in ROLES:
        raise StaffError(f"A role is one of {', '.join(ROLES)}.")
    with _store() as (database, actor):
        change_account(database, actor, user_name, "role changed", role=new_role)
    console.print(f"{user_name} is {new_role} now, and must sign in again.")


@commands.command()
def stop(user_name: UserName) -> None:
    """Keep an account from signing in, at once. What it did stays in the audit log."""
    _set_active(user_name, False)


@commands.command()
def allow(user_name: UserName) -> None:
    """Let an account that was stopped sign in again."""
    _set_active(user_name, True)


@commands.command("end-sessions")
def end_sessions_(user_name: UserName) -> None:
    """Sign somebody out everywhere."""
    with _store() as (database, actor):
        account = find_account(database, user_name)
        if account is None:
            raise StaffError(f"There is no account {user_name}.")
        ended = end_sessions(database, actor, account)
    console.print(f"{ended} sessions of {user_name} are ended.")


def say_first_account(settings: Settings) -> None:
    """Tell how to make the first account, where there is none."""
    database = open_database(settings)
    try:
        accounts = list_accounts(database)
        if not accounts:
            # As whoever reads it can type it: the command lies in a folder that is on nobody's path.
            verb = sys.argv[0] if Path(sys.argv[0]).name == "helpline" else ".venv/bin/helpline"
            hint = f"{verb} staff add NAME --role coordinator"
            console.print(f"  Nobody can sign in at the console yet. In another terminal:  {hint}", soft_wrap=True)
    except StoreError:
        pass  # the product runs without its store, and says so where it matters
    finally:
        database.close()


def _set_active(user_name: str, active: bool) -> None:
    with _store() as (database, actor):
        change_account(database, actor, user_name, "account allowed" if active else "account stopped", active=active)
    console.print(f"{user_name} may {'' if active else 'not '}sign in now.")


@contextmanager
def _store() -> Iterator[tuple[Database, Actor]]:
    database = open_database(load_settings())
    try:
        database.require_ready()
        yield database, Actor(None, f"{getpass.getuser()} at the command line")
    finally:
        database.close()


def _read_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != first:
        raise StaffError("The two differ. Nothing was changed.")
    return first
