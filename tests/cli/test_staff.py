"""Accounts at the command line: made, listed, changed; a password is never an argument."""

import pytest
from typer.testing import CliRunner

from helpline.cli import staff as module
from helpline.console.credentials import is_password
from helpline.errors import StartError
from helpline.settings import Settings
from helpline.store import database as database_module
from helpline.store.audit import list_entries
from helpline.store.database import open_database
from helpline.store.staff import StaffError, find_account

PASSWORD = "four quiet words here"


@pytest.fixture
def store(tmp_path, monkeypatch):
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'store.db'}")
    opened = open_database(settings, tmp_path / "helpline.key")
    monkeypatch.setattr(module, "load_settings", lambda: settings)
    monkeypatch.setattr(
        module, "open_database", lambda _: database_module.open_database(settings, tmp_path / "helpline.key")
    )
    opened.upgrade()
    yield opened
    opened.close()


def run(*arguments: str, typed: str = ""):
    return CliRunner().invoke(module.commands, arguments, input=typed)


def test_an_account_is_made_with_a_password_from_standard_input(store):
    assert run("add", "Anna", "--role", "coordinator", "--name", "Anna Miller", typed=f"{PASSWORD}\n").exit_code == 0
    account = find_account(store, "anna")
    assert (account.display_name, account.role, account.enrolled) == ("Anna Miller", "coordinator", False)
    assert is_password(account.password_hash, PASSWORD)
    assert run("list").exit_code == 0
    assert PASSWORD not in str(list_entries(store))


@pytest.mark.parametrize(
    ("arguments", "typed"),
    [
        (("add", "anna"), "short\n"),
        (("add", "anna"), "aaaaaaaaaaaaaaaa\n"),
        (("add", "an na"), f"{PASSWORD}\n"),
        (("add", "anna", "--role", "boss"), f"{PASSWORD}\n"),
        (("stop", "nobody"), ""),
        (("role", "anna", "boss"), ""),
        (("end-sessions", "nobody"), ""),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(store, arguments, typed):
    assert isinstance(run(*arguments, typed=typed).exception, StaffError)
    assert find_account(store, "anna") is None


def test_an_account_is_changed(store):
    run("add", "anna", typed=f"{PASSWORD}\n")
    assert isinstance(run("add", "ANNA", typed=f"{PASSWORD}\n").exception, StaffError)
    run("role", "anna", "administrator")
    run("stop", "anna")
    assert (find_account(store, "anna").role, find_account(store, "anna").active) == ("administrator", False)
    run("allow", "anna")
    run("password", "anna", typed="another four quiet words\n")
    run("reset-codes", "anna")
    assert is_password(find_account(store, "anna").password_hash, "another four quiet words")
    assert run("end-sessions", "anna").exit_code == 0
    done = [entry.action for entry in list_entries(store)]
    assert done == ["sessions ended", "codes reset", "password replaced", "account allowed", "account stopped",
                    "role changed", "account made"]  # fmt: skip


def test_without_tables_it_says_what_to_do(tmp_path, monkeypatch):
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'none.db'}")
    monkeypatch.setattr(module, "load_settings", lambda: settings)
    monkeypatch.setattr(module, "open_database", lambda _: database_module.open_database(settings, tmp_path / "key"))
    assert isinstance(run("list").exception, StartError)


@pytest.mark.parametrize(
    ("called", "verb"),
    [
        (".venv/bin/helpline", ".venv/bin/helpline"),
        ("/srv/mbc/.venv/bin/helpline", "/srv/mbc/.venv/bin/helpline"),
        ("helpline/cli/main.py", ".venv/bin/helpline"),
    ],
)
def test_how_to_make_the_first_account_is_told_as_it_can_be_typed(store, monkeypatch, capsys, called, verb):
    monkeypatch.setattr(module.sys, "argv", [called, "run"])
    module.say_first_account(Settings())
    assert f"{verb} staff add NAME --role coordinator" in capsys.readouterr().err
    run("add", "anna", typed=f"{PASSWORD}\n")
    capsys.readouterr()
    module.say_first_account(Settings())
    assert capsys.readouterr().err == ""
