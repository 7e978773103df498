"""A console on a store of its own, and people who have signed in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import lru_cache

import pyotp
import pytest
from cryptography.fernet import Fernet
from starlette.testclient import TestClient

from helpline.console.app import make_app
from helpline.console.credentials import hash_password
from helpline.settings import ROOT, Settings
from helpline.store.audit import Actor
from helpline.store.database import Database
from helpline.store.encryption import Cipher
from helpline.store.staff import add_account, enrol, find_account, set_totp_secret
from helpline.store.staff_sessions import open_session

PASSWORD = "four quiet words here"
SECRET = "secret-of-the-tests-with-more-than-32-characters"
TOTP_SECRET = pyotp.random_base32()


@lru_cache(maxsize=1)
def password_hash() -> str:
    return hash_password(PASSWORD)


@dataclass
class Console:
    """The console of a test. ``ahead`` lets time pass."""

    database: Database
    settings: Settings
    app: object = None
    opened: int = 0
    ahead: timedelta = field(default_factory=timedelta)

    def browser(self) -> "Browser":
        client = TestClient(self.app, base_url="http://127.0.0.1:5006", follow_redirects=False)
        return Browser(client)

    def add(self, user_name: str, role: str = "staff") -> None:
        add_account(self.database, Actor(None, "test"), user_name, user_name.title(), role, password_hash())

    def signed_in(self, user_name: str = "anna", role: str = "staff") -> "Browser":
        """Make an account, and a browser in which it has signed in."""
        if find_account(self.database, user_name) is None:
            self.add(user_name, role)
            account = find_account(self.database, user_name)
            set_totp_secret(self.database, account.id, TOTP_SECRET)
            enrol(self.database, account, 0, ["AAAA-BBBB-CC"])
        account = find_account(self.database, user_name)
        browser = self.browser()
        self.opened += 1
        token = f"token-of-{user_name}" + (str(self.opened) if self.opened > 1 else "")
        open_session(self.database, token, account, "Firefox on Linux", complete=True)
        desk = self.app.state.desk
        browser.client.cookies.set(desk.cookie, desk._signer.sign(token).decode())
        browser.csrf = desk.csrf(token)
        return browser


@dataclass
class Browser:
    """A browser: keeps cookies, and sends what each change must carry."""

    client: TestClient
    csrf: str = ""

    def get(self, path: str, **options: object):
        answer = self.client.get(path, **options)
        self._note(answer)
        return answer

    def post(self, path: str, csrf: str | None = None, **fields: object):
        answer = self.client.post(path, data={"csrf": self.csrf if csrf is None else csrf, **fields})
        self._note(answer)
        return answer

    def _note(self, answer) -> None:
        mark = 'name="csrf" value="'
        if mark in answer.text:
            self.csrf = answer.text.partition(mark)[2].partition('"')[0]


@pytest.fixture
def console(tmp_path, monkeypatch) -> Iterator[Console]:
    database = Database(f"sqlite:///{tmp_path / 'store.db'}", Cipher([Fernet.generate_key().decode()]))
    with open_console(database, monkeypatch) as made:
        yield made


@contextmanager
def open_console(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Console]:
    """Give a console on an empty database of either kind."""
    database.upgrade()
    made = Console(database, Settings(console_secret=SECRET))
    monkeypatch.setattr(Database, "now", lambda self=None: datetime.now(timezone.utc) + made.ahead)
    made.app = make_app(made.settings, database, SECRET, ROOT)
    yield made
    made.app.state.desk.close()


SignedIn = Callable[..., Browser]
