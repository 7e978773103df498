"""Conversations, examples and the overview in a real browser, on both screens, with axe on each page."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_console import Person, Site, console, person  # noqa: F401 -- fixtures

PAGE_BYTES = 60_000


def visit(site: Site, who: Person, path: str, name: str) -> None:
    answer = who.page.goto(site.url + path)
    assert answer is not None
    assert len(answer.body()) <= PAGE_BYTES, name
    who.look(name)


def test_a_review_by_two_and_an_example(console: Site, person: Person) -> None:  # noqa: F811
    page = person.page
    person.sign_in(console, "anna")
    person.press("g")
    person.press("v")
    expect(page.get_by_role("heading", level=1, name="Conversations")).to_be_visible()
    person.look("conversations")
    visit(console, person, "/conversations?sample=20", "sample")
    visit(console, person, "/conversations?sample=1&sign=not_helpful&channel=sms", "no conversations")
    visit(console, person, "/conversations?sign=not_understood", "not understood")
    person.press("j")
    person.press("Enter")
    expect(page.get_by_role("heading", name="What was said")).to_be_visible()
    person.look("one conversation")
    page.get_by_role("link", name="This should have been").last.click()
    person.look("this should have been")
    page.get_by_label("It should have been").fill("faq/ned")
    page.get_by_label("In these words").fill("my name is Grace Miller, is ned a guy")
    page.get_by_role("button", name="Propose it").click()
    expect(page.get_by_text("It seems to hold a name")).to_be_visible()
    person.look("refused example")
    assert [line for line in person.broken if "422" not in line] == []
    person.broken.clear()  # the browser notes that the form was refused, as it was to be
    page.get_by_label("In these words").fill("so is ned somebody or what")
    page.get_by_role("button", name="Propose it").click()
    expect(page.get_by_text("The proposal is saved")).to_be_visible()
    visit(console, person, "/conversations?review=differ", "people differ")
    page.locator("a.open").first.click()
    expect(page.get_by_text("You differ")).to_be_visible()
    person.look("where people differ")
    page.get_by_label("Unsure").check()
    page.get_by_role("button", name="Change the review").click()
    expect(page.get_by_text("Your review is saved")).to_be_visible()
    visit(console, person, "/proposals", "examples")


def test_a_coordinator_accepts_an_example_and_takes_it_out(console: Site, person: Person) -> None:  # noqa: F811
    page = person.page
    person.sign_in(console, "cora")
    visit(console, person, "/proposals", "examples to decide on")
    page.get_by_role("button", name="Accept").first.click()
    expect(page.get_by_text("The example is accepted")).to_be_visible()
    person.look("example accepted")
    with page.expect_download() as download:
        page.get_by_role("link", name="Examples to train with").click()
    assert "- is ned a guy or what" in download.value.path().read_text()


@pytest.mark.parametrize("name", ["anna", "ada"])
def test_the_overview(console: Site, person: Person, name: str) -> None:  # noqa: F811
    person.sign_in(console, name)
    visit(console, person, "/overview", f"overview {name}")
    person.page.locator("summary").first.click()
    person.look(f"overview table {name}")
    visit(console, person, "/overview?by=week&channel=website", f"overview by week {name}")
    with person.page.expect_download() as download:
        person.page.get_by_role("link", name="All figures as CSV").click()
    assert "Conversations,website," in download.value.path().read_text()
