"""Pages that stay open for long: the list goes on by itself, a newcomer is said, and what was typed is not lost."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import text

from tests.browser.test_console import Person, Site, console  # noqa: F401 -- a fixture


@pytest.fixture
def anna(browser: Browser, size: dict[str, int], console: Site) -> Iterator[Person]:  # noqa: F811
    made = Person(browser, size)
    made.page.clock.install()
    made.sign_in(console, "anna")
    yield made
    made.context.close()
    assert [line for line in made.broken if "401" not in line and "403" not in line] == []


def test_the_list_is_renewed_each_minute_without_news(console: Site, anna: Person) -> None:  # noqa: F811
    anna.page.wait_for_timeout(1500)  # the stream of news has begun, and the list was renewed with it
    with anna.page.expect_response(lambda answer: answer.request.headers.get("hx-trigger") == "list"):
        anna.page.clock.fast_forward(61_000)


def test_what_came_in_before_the_stream_began_is_seen(console: Site, anna: Person) -> None:  # noqa: F811
    with anna.page.expect_response(lambda answer: answer.request.headers.get("hx-trigger") == "list"):
        anna.page.reload()


def test_whoever_has_it_open_learns_of_a_newcomer(
    console: Site,  # noqa: F811
    anna: Person,
    browser: Browser,
    size: dict[str, int],
) -> None:
    anna.page.get_by_role("link", name="Grace").first.click()
    cora = Person(browser, size)
    cora.sign_in(console, "cora")
    cora.page.goto(anna.page.url)
    anna.page.clock.fast_forward(31_000)
    expect(anna.page.get_by_text("Cora Coordinator looks at this too")).to_be_visible()
    anna.look("a newcomer")
    cora.context.close()


def test_a_session_that_ends_while_somebody_writes_costs_no_word(console: Site, anna: Person) -> None:  # noqa: F811
    page = anna.page
    page.get_by_role("link", name="Grace").first.click()
    page.wait_for_url("**/queue/*", wait_until="load")  # its script hears what is typed from then on
    note = page.get_by_label("Note", exact=True)
    with page.expect_response("**/account/still-here") as told:
        note.press_sequentially("She")
    assert told.value.status == 204
    with console.database.transaction() as session:
        session.execute(text("DELETE FROM staff_sessions"))
    page.clock.fast_forward(61_000)
    note.press_sequentially(" told me a lot")
    expect(page.get_by_text("You were signed out. What you typed is still here")).to_be_visible()
    page.get_by_role("button", name="Add the note").click()
    expect(page.get_by_role("heading", name="You were signed out")).to_be_visible()
    expect(page.get_by_label("Text")).to_have_value("She told me a lot")
    anna.look("signed out")

    with page.expect_popup() as opened:
        page.get_by_role("link", name="Sign in, in a new window").click()
    beside, account = opened.value, console.accounts["anna"]
    beside.fill("[name=user_name]", "anna")
    beside.fill("[name=password]", account.password)
    beside.keyboard.press("Enter")
    beside.fill("[name=code]", account.codes[1])
    beside.keyboard.press("Enter")
    expect(beside.get_by_role("heading", level=1, name="Who waits")).to_be_visible()
    page.get_by_role("button", name="I have signed in: go on").click()
    expect(page.get_by_label("Text")).to_have_value("She told me a lot")
    page.get_by_role("button", name="Send it again").click()
    expect(page.get_by_text("The note is saved")).to_be_visible()
    expect(page.locator(".history").get_by_text("She told me a lot")).to_be_visible()
