"""A staff member's day at the console in a real browser: by keyboard alone, on both screens, with axe on each page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from helpline.console import queue
from helpline.console.app import make_app
from helpline.console.credentials import hash_password
from helpline.console.demo import DemoAccount, fill
from helpline.console.due import due_times
from helpline.console.main import console_limits
from helpline.errors import StoreError
from helpline.requests.request import CallbackRequest
from helpline.settings import Settings
from helpline.store.audit import Actor, list_entries
from helpline.store.database import Database
from helpline.store.requests import save_request
from helpline.store.staff import add_account, find_account
from helpline.web.http_server import Server
from tests.browser.axe import keep_picture, violations
from tests.store.conftest import empty_database

SECRET = "secret-of-the-tests-with-more-than-32-characters"


@dataclass
class Site:
    """The console with invented people."""

    url: str
    database: Database
    accounts: dict[str, DemoAccount]


@pytest.fixture
def console(bundle: Path, tmp_path: Path, database_kind: str) -> Iterator[Site]:
    """The console on one of the databases."""
    settings = Settings(console_secret=SECRET, spool_directory=tmp_path / "spool")
    with empty_database(database_kind, tmp_path) as database:
        database.upgrade()
        accounts = {one.user_name: one for one in fill(database, due_times(settings))}
        app = make_app(settings, database, SECRET, is_demo=True)
        with Server(app, port=0, limits=console_limits(), stop_seconds=1) as server:
            yield Site(server.url.replace("127.0.0.1", "localhost"), database, accounts)


@pytest.fixture
def person(browser: Browser, size: dict[str, int]) -> Iterator["Person"]:
    made = Person(browser, size)
    yield made
    made.context.close()
    assert made.broken == []


class Person:
    """Somebody at a browser, who has no mouse."""

    def __init__(self, browser: Browser, size: dict[str, int]) -> None:
        self.size = size
        self.context = browser.new_context(viewport=size, locale="en-US", reduced_motion="reduce")
        self.page: Page = self.context.new_page()
        self.broken: list[str] = []
        self.page.on("pageerror", lambda error: self.broken.append(str(error)))
        self.page.on("console", self._note)
        self.page.on("request", lambda request: self._note_request(request.url))

    def sign_in(self, site: Site, name: str, *, looking: bool = False) -> None:
        """Sign in with password and code; ``looking``, as `look` does, at both pages."""
        account = site.accounts[name]
        self.page.goto(site.url)
        expect(self.page.locator("[autofocus]")).to_be_focused()
        self.page.keyboard.type(name)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(account.password)
        if looking:
            self.look("sign in")
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("heading", name="Your code")).to_be_visible()
        if looking:
            self.look("code")
        expect(self.page.locator("[autofocus]")).to_be_focused()
        self.page.keyboard.type(account.codes[0])
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("heading", level=1, name="Who waits")).to_be_visible()

    def press(self, key: str) -> None:
        """Press a key once the page's scripts are there."""
        self.page.wait_for_load_state("load")
        self.page.keyboard.press(key)

    def look(self, name: str) -> None:
        """Keep a picture, and look for what breaks a rule or runs over the edge."""
        keep_picture(self.page, f"console {self.size['width']} {name}", full_page=True)
        assert violations(self.page) == [], name
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name

    def tab_to(self, role: Any, name: str, steps: int = 80) -> None:
        """Press Tab until something has the focus."""
        wanted = self.page.get_by_role(role, name=re.compile(name)).first
        for _ in range(steps):
            if wanted.evaluate("(element) => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not come to {name}")

    def _note(self, message: Any) -> None:
        if message.type == "error" and "favicon" not in message.text:
            self.broken.append(message.text)

    def _note_request(self, url: str) -> None:
        if not url.startswith("http://localhost:"):
            self.broken.append(f"somebody else is asked: {url}")


def test_a_morning_by_keyboard(console: Site, person: Person) -> None:
    page, press = person.page, person.press
    person.sign_in(console, "anna", looking=True)
    person.look("queue")
    expect(page.get_by_role("complementary", name="Demonstration")).to_contain_text("invented")
    press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    person.look("shortcuts")
    press("Escape")

    for _ in range(3):
        press("j")
    expect(page.locator("a.open:focus")).to_have_text("Grace")
    press("Enter")
    expect(page.get_by_role("heading", level=1, name="Grace")).to_be_visible()
    expect(page.get_by_text("There is more from the same person")).to_be_visible()
    person.look("request")
    press("a")
    expect(page.get_by_role("status").filter(has_text="It is assigned to you")).to_be_visible()
    person.tab_to("button", "Show the number")
    press("Enter")
    expect(page.get_by_role("link", name="(215) 555-0142")).to_be_visible()
    person.look("contact")
    press("c")
    page.keyboard.type("No answer")
    press("Tab")
    page.keyboard.type("Rang for a minute")
    person.tab_to("button", "^Save$")
    press("Enter")
    expect(page.get_by_text("The attempt is written down")).to_be_visible()
    press("n")
    page.keyboard.type("Her sister may pick up")
    person.tab_to("button", "Add the note")
    press("Enter")
    expect(page.locator(".history").get_by_text("Her sister may pick up")).to_be_visible()
    person.look("request worked on")

    press("g")
    press("q")
    expect(page.get_by_role("heading", level=1, name="Who waits")).to_be_visible()
    press("/")
    page.keyboard.type("215 555 0142")
    press("Enter")
    expect(page.locator("a.open")).to_have_count(2)
    person.look("found")
    for path, name in (("/replies", "replies"), ("/account", "account"), ("/queue?topic=nothing", "nothing found")):
        page.goto(console.url + path)
        person.look(name)
    page.goto(console.url + "/queue?kind=conversation")
    press("j")
    press("Enter")
    expect(page.get_by_role("heading", name="What was said")).to_be_visible()
    person.look("conversation")
    person.tab_to("button", "Sign out")
    press("Enter")
    expect(page.get_by_text("You are signed out")).to_be_visible()


def test_what_comes_in_shows_by_itself(console: Site, person: Person) -> None:
    person.sign_in(console, "anna")
    person.page.wait_for_timeout(1500)  # the stream of news has begun
    new = CallbackRequest("Newcomer", "+12155550155")
    save_request(console.database, new, "just-now", console.database.now())
    expect(person.page.get_by_role("link", name="Newcomer")).to_be_visible(timeout=8000)


def test_pages_of_those_who_look_after_it(console: Site, person: Person) -> None:
    person.sign_in(console, "ada")
    for path in ("/staff", "/audit", "/queue"):
        person.page.goto(console.url + path)
        person.look(path)
    expect(person.page.get_by_text("Grace")).to_have_count(0)


def test_the_first_pages_of_a_newcomer_and_those_that_say_what_is_wrong(
    console: Site, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, password = person.page, "four quiet words here"
    add_account(console.database, Actor(None, "test"), "nora", "Nora", "staff", hash_password(password))
    page.goto(console.url)
    page.get_by_label("User name").fill("nora")
    page.get_by_label("Password").fill(password)
    person.press("Enter")
    page.wait_for_url("**/sign-in/set-up")
    person.look("set up codes")
    page.locator("[name=code]").fill("000000")
    person.press("Enter")
    expect(page.get_by_text("That code is not right")).to_be_visible()
    person.look("set up codes, a wrong one")
    account = find_account(console.database, "nora")
    assert account is not None
    page.locator("[name=code]").fill(pyotp.TOTP(account.totp_secret or "").now())
    person.press("Enter")
    expect(page.get_by_role("heading", level=1, name="recovery codes")).to_be_visible()
    person.look("recovery codes")

    for path, title in (("/nowhere", "There is no such page"), ("/staff", "You may not do this")):
        page.goto(console.url + path)
        expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
        person.look(title)

    def fails(*_arguments: object) -> None:
        raise StoreError("OperationalError")

    monkeypatch.setattr(queue, "list_queue", fails)
    page.goto(f"{console.url}/queue")
    expect(page.get_by_role("heading", level=1, name="The store is away")).to_be_visible()
    person.look("the store is away")
    # The browser notes what was answered otherwise than with 200.
    assert [line for line in person.broken if not re.search("status of (403|404|422|503)", line)] == []
    person.broken.clear()


def test_without_scripts_it_works_too(browser: Browser, console: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(console.url)
    account = console.accounts["anna"]
    page.fill("[name=user_name]", "anna")
    page.fill("[name=password]", account.password)
    page.click("button.primary")
    page.fill("[name=code]", account.codes[0])
    page.click("button.primary")
    page.click("a.open >> text=Grace")
    page.click("text=Show the number")
    expect(page.get_by_role("link", name="(215) 555-0142")).to_be_visible()
    context.close()


def test_a_passkey_in_place_of_a_code(console: Site, person: Person) -> None:
    page = person.page
    tool = person.context.new_cdp_session(page)
    tool.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}
    tool.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "automaticPresenceSimulation": True}})
    person.sign_in(console, "anna")
    page.goto(f"{console.url}/account")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("The passkey is added")).to_be_visible()
    person.look("passkey")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("User name").fill("anna")
    page.get_by_label("Password").fill(console.accounts["anna"].password)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Use a passkey instead").click()
    expect(page.get_by_role("heading", level=1, name="Who waits")).to_be_visible()
    page.goto(f"{console.url}/account")
    expect(page.get_by_text("Added just now, last used")).to_be_visible()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("The passkey is removed")).to_be_visible()
    entries = [entry for entry in list_entries(console.database) if entry.subject == "anna"]
    done = ["passkey removed", "signed in", "session ended", "passkey added", "signed in"]
    assert [entry.action for entry in entries][: len(done)] == done
