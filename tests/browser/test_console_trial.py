"""Trying the assistant out at the console in a real browser, with the real engine behind it, on both screens."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from playwright.sync_api import expect

from helpline.console.app import make_app
from helpline.console.demo import fill
from helpline.console.due import due_times
from helpline.console.engine_calls import EngineCalls
from helpline.processes.supervisor import Supervisor
from helpline.settings import Settings
from helpline.store.audit import Actor
from helpline.store.database import Database
from helpline.store.encryption import Cipher
from helpline.store.flows import save_flow
from helpline.web.http_server import Server
from tests.browser.test_console import SECRET, Person, Site, person  # noqa: F401 -- fixtures

PAGE_BYTES = 60_000


@dataclass
class TrialSite(Site):
    """The console with its app, whose engine can be taken away."""

    app: Any = None


@pytest.fixture
def console(bundle: Path, product: Supervisor, tmp_path: Path) -> Iterator[TrialSite]:
    """The console with invented people, beside the running assistant."""
    settings = Settings(console_secret=SECRET, run_directory=product.settings.run_directory)
    database = Database(f"sqlite:///{tmp_path / 'store.db'}", Cipher([Fernet.generate_key().decode()]))
    database.upgrade()
    accounts = {one.user_name: one for one in fill(database, due_times(settings))}
    app = make_app(settings, database, SECRET, is_demo=True, engine_secret=product.secret)
    with Server(app, port=0, stop_seconds=1) as server:
        yield TrialSite(server.url.replace("127.0.0.1", "localhost"), database, accounts, app)


def say(person: Person, words: str) -> None:  # noqa: F811
    """Write into the field, which has the focus, and press Enter."""
    expect(person.page.get_by_label("What a visitor says")).to_be_focused()
    person.page.keyboard.type(words)
    person.page.keyboard.press("Enter")
    expect(person.page.locator(".chat .mine").last).to_contain_text(words)


def test_a_try_out_by_keyboard(console: Site, person: Person) -> None:  # noqa: F811
    page = person.page
    person.sign_in(console, "anna")
    person.press("g")
    person.press("t")
    expect(page.get_by_role("heading", level=1, name="Try it")).to_be_visible()
    expect(page.locator(".chat")).to_contain_text("automated")
    person.look("try it")
    say(person, "what does NED mean")
    why = page.get_by_role("region", name="Why it answered so")
    expect(why).to_contain_text("NED, no evidence of disease")
    expect(why).to_contain_text("rule: ")
    expect(page.locator("#heard")).to_contain_text("no evidence of disease")
    person.look("try it answered")
    page.get_by_text("The signs and their weights").click()
    person.look("try it signs")
    page.get_by_label("What a visitor says").focus()
    say(person, "I want to kill myself")
    expect(why).to_contain_text("Raised: said something that may be a crisis")
    expect(page.get_by_text("would be flagged in the queue now")).to_be_visible()
    person.look("try it danger")
    person.tab_to("button", "One step back")
    person.press("Enter")
    expect(page.locator(".chat")).not_to_contain_text("kill myself")
    assert len(page.content()) <= PAGE_BYTES
    person.tab_to("button", "Start over")
    person.press("Enter")
    expect(page.locator(".chat .mine")).to_have_count(0)


def test_a_conversation_is_saved_and_all_tests_are_run(console: Site, person: Person) -> None:  # noqa: F811
    page = person.page
    person.sign_in(console, "anna")
    page.goto(f"{console.url}/try/tests")
    person.look("tests none")
    page.goto(f"{console.url}/try")
    say(person, "what does NED mean")
    page.get_by_role("button", name="How is it different from stable?").click()
    expect(page.locator(".chat .mine")).to_have_count(2)
    save(person, "My name is Maria Lopez")
    expect(page.get_by_text("seems to hold a name")).to_be_visible()
    assert [line for line in person.broken if "422" not in line] == []
    person.broken.clear()  # the browser notes that the form was refused, as it was to be
    person.look("tests refused")
    page.get_by_label("Name").fill("NED, and how stable differs")
    page.get_by_role("button", name="Save it").click()
    expect(page.get_by_text("The conversation is saved as a test")).to_be_visible()
    person.look("tests saved")
    other = {"said": "so am I cured", "pressed": False, "payload": "", "intent": "faq/ned", "danger": None}
    other |= {"entities": [], "story": [], "responses": ["utter_faq/ned"], "texts": ["NED"], "choices": []}
    save_flow(console.database, Actor(None, "test"), "A cure", "sms", [other])
    for _ in range(2):
        page.reload()
        person.tab_to("button", "Run all 2 tests")
        person.press("Enter")
        expect(page.get_by_text("This run: As when it was saved")).to_be_visible()
        expect(page.get_by_role("button", name="Run all 2 tests")).to_be_visible()
    expect(page.get_by_text("Nothing changed since the run before")).to_be_visible()
    expect(page.get_by_text("This run: Different")).to_be_visible()
    person.look("tests run")
    assert len(page.content()) <= PAGE_BYTES
    page.get_by_role("link", name="A cure").click()
    expect(page.get_by_role("heading", name="What differs from when it was saved")).to_be_visible()
    person.look("test that differs")
    page.get_by_role("button", name="What is answered now is right").click()
    expect(page.get_by_text("is right from now on")).to_be_visible()
    person.tab_to("button", "Go on with it in Try it")
    person.press("Enter")
    expect(page.locator(".chat .mine")).to_have_text("You: so am I cured")
    person.look("test gone on with")
    page.goto(f"{console.url}/try/tests")
    with page.expect_download() as download:
        page.get_by_role("link", name="Replay cases").click()
    assert "How is it different from stable?" in download.value.path().read_text()


def save(person: Person, name: str) -> None:  # noqa: F811
    person.page.get_by_text("Save as a test").click()
    person.page.get_by_label("Name").fill(name)
    person.page.get_by_role("button", name="Save it").click()


def test_by_text_message_with_numbers(console: Site, person: Person) -> None:  # noqa: F811
    page = person.page
    person.sign_in(console, "anna")
    page.goto(f"{console.url}/try?channel=sms")
    page.get_by_role("button", name="Start over").click()
    expect(page.get_by_text("Here the visitor writes first")).to_be_visible()
    say(person, "what does NED mean")
    expect(page.locator(".chat")).to_contain_text("1. How is it different from stable?")
    person.look("try it by text message")


def test_without_an_engine_the_page_says_so(console: TrialSite, person: Person) -> None:  # noqa: F811
    person.sign_in(console, "anna")
    console.app.state.engine = EngineCalls(Path("nobody.sock"), SECRET)
    person.page.goto(f"{console.url}/try")
    expect(person.page.get_by_role("heading", name="The assistant does not answer just now")).to_be_visible()
    person.broken.clear()  # the browser notes the status
    person.look("try it away")
