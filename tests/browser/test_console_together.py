"""Two people at the console at once, and a coordinator who answers what is held on somebody."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.test_console import Person, Site, console, person  # noqa: F401 -- fixtures


@pytest.fixture
def colleague(browser: Browser, size: dict[str, int]) -> Iterator[Person]:
    made = Person(browser, size)
    yield made
    made.context.close()


def test_two_people_at_one_request(console: Site, person: Person, colleague: Person) -> None:  # noqa: F811
    anna, cora = person.page, colleague.page
    person.sign_in(console, "anna")
    colleague.sign_in(console, "cora")
    anna.get_by_role("link", name="Grace").first.click()
    address = anna.url
    cora.goto(address)
    expect(cora.get_by_text("Anna Staff looks at this too")).to_be_visible()
    colleague.look("somebody else looks")

    cora.get_by_label("What came of it").select_option(label="No answer")
    cora.get_by_label("What else there is to say").fill("Rang for a minute")
    anna.get_by_role("button", name="Assign to me").click()
    expect(anna.get_by_text("It is assigned to you")).to_be_visible()
    cora.get_by_role("button", name="Save", exact=True).click()
    expect(cora.get_by_text("Somebody else changed this in the meantime")).to_be_visible()
    expect(cora.get_by_label("What else there is to say")).to_have_value("Rang for a minute")
    colleague.look("somebody else was first")
    cora.get_by_role("button", name="Save", exact=True).click()
    expect(cora.get_by_text("The attempt is written down")).to_be_visible()
    anna.reload()
    expect(anna.locator(".history").get_by_text("Rang for a minute")).to_be_visible()
    assert [line for line in colleague.broken if "409" not in line] == []


def test_what_one_does_shows_in_the_others_queue(console: Site, person: Person, colleague: Person) -> None:  # noqa: F811
    person.sign_in(console, "anna")
    colleague.sign_in(console, "cora")
    colleague.page.wait_for_timeout(1500)  # the stream of news has begun
    person.page.get_by_role("link", name="Grace").first.click()
    code = person.page.url.rpartition("/")[2]
    person.page.get_by_role("button", name="Assign to me").click()
    line = colleague.page.locator("li.item").filter(has_text=code)
    expect(line).to_contain_text("Anna", timeout=8000)


def test_all_that_is_held_is_taken_along(console: Site, person: Person, tmp_path: Path) -> None:  # noqa: F811
    page = person.page
    person.sign_in(console, "cora")
    if (pages := page.get_by_role("button", name="Pages")).is_visible():  # a phone's
        pages.focus()
        page.keyboard.press("Enter")
        person.look("pages")
    page.get_by_role("link", name="Access requests").click()
    person.look("access request")
    page.get_by_label("Their code, phone number or email").fill("215 555 0142")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", name="This is held")).to_be_visible()
    person.look("access request found")
    with page.expect_download() as waited:
        page.get_by_role("button", name="Take it along as JSON").click()
    assert json.loads(waited.value.path().read_text())["held"]["requests"][0]["phone_number"] == "+12155550142"
    with page.expect_download() as waited:
        page.get_by_role("button", name="Take it along to read").click()
    file = tmp_path / "held.html"
    waited.value.save_as(file)
    reader = person.context.new_page()
    reader.goto(file.as_uri())
    expect(reader.get_by_role("heading", level=1, name="What the MBC helpline holds on you")).to_be_visible()
    reader.close()


def test_from_a_flag_to_its_conversation_and_back(console: Site, person: Person) -> None:  # noqa: F811
    page = person.page
    person.sign_in(console, "anna")
    page.goto(f"{console.url}/queue?kind=conversation")
    page.locator("a.open").first.click()
    page.get_by_role("link", name="What was understood at each message").click()
    expect(page.get_by_role("heading", level=1, name="Conversation ")).to_be_visible()
    person.look("flagged conversation")
    page.get_by_role("link", name="Flagged").click()
    expect(page.get_by_role("heading", level=1, name="Flagged conversation")).to_be_visible()
