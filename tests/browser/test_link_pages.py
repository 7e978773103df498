"""The pages behind the links in mails: read, answered by keyboard alone, on a computer's and a phone's screen."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import keep_picture, violations
from tests.mail.server import MailServer
from tests.mail.test_answers import Matches
from tests.mail.test_link_pages import House


@pytest.fixture
def matches() -> Matches:
    return Matches()


@pytest.fixture
def house(tmp_path, matches, monkeypatch) -> Iterator[House]:
    with MailServer() as server:
        made = House(tmp_path, server, matches, monkeypatch)
        yield made
        made.stop()


@pytest.fixture
def page(browser: Browser, size) -> Iterator[Page]:
    context = browser.new_context(viewport=size, locale="en-US", java_script_enabled=True)
    made = context.new_page()
    made.told = []
    made.on("console", lambda message: made.told.append(message.text))
    made.on("requestfailed", lambda request: made.told.append(request.url))
    yield made
    context.close()


def look(page: Page, name: str) -> None:
    """Let axe look at a page, see that it fits its screen, and keep a picture."""
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    keep_picture(page, f"mail {name} {page.viewport_size['width']}", full_page=True)


def test_a_volunteer_says_yes_by_keyboard(house: House, page: Page, matches: Matches) -> None:
    address = f"{house.door.root_url}/v/{house.token('ask', house.outbox.write())}"
    page.goto(address)
    expect(page.get_by_role("heading", name="Somebody is hoping to talk")).to_be_visible()
    look(page, "ask")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Yes, I would")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Thank you. We tell the other person")).to_be_visible()
    look(page, "thanks")
    assert matches.taken == [(7, "yes")]
    page.goto(address)
    expect(page.get_by_role("heading", name="You have answered already")).to_be_visible()
    look(page, "used")
    assert [line for line in page.told if "410" not in line and "favicon" not in line] == []


def test_a_link_that_leads_nowhere_gives_the_number(house: House, page: Page) -> None:
    page.goto(f"{house.door.root_url}/v/forged")
    expect(page.get_by_role("heading", name="This link leads nowhere")).to_be_visible()
    expect(page.get_by_text("(888) 753-LBBC (5222)")).to_be_visible()
    look(page, "unknown")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_more_mails_in_one_click(house: House, page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{house.door.root_url}/v/{house.token('unsubscribe', house.outbox.write())}")
    look(page, f"unsubscribe {scheme}")
    page.get_by_role("button", name="Send me no more mails").click()
    expect(page.get_by_text("You get no more mails from us")).to_be_visible()
    assert house.outbox.write() is None
