"""A plan for all who wait, in a browser: made, changed and accepted by keyboard alone, on both screens, with axe."""

from playwright.sync_api import expect

from tests.browser.test_console import Person, Site, console, person  # noqa: F401 -- fixtures
from tests.browser.test_console_conversations import visit
from tests.store.test_match_plans import add, ask


def test_a_coordinator_proposes_to_all_who_wait_by_keyboard(
    console: Site,  # noqa: F811
    person: Person,  # noqa: F811
) -> None:
    page, press = person.page, person.press
    for name, days in (("Ann", 40), ("Bea", 33), ("Carla", 30)):
        ask(console.database, name, days)
    add(console.database, "Noor", age_range="70+", subtypes=frozenset({"triple_negative"}), capacity=1)
    add(console.database, "Mia", age_range="40-49", capacity=1)
    person.sign_in(console, "cora")
    press("g")
    press("m")
    expect(page.get_by_role("heading", level=1, name="Matching")).to_be_visible()
    person.look("matching before a plan")
    person.tab_to("button", "^Make a plan$")
    press("Enter")
    expect(page.get_by_role("button", name="Make it again")).to_be_visible(timeout=30_000)
    expect(page.locator("li.item").first).to_contain_text("Ann")
    person.look("matching plan")

    person.tab_to("link", "^Somebody else")
    press("Enter")
    expect(page.get_by_role("heading", level=1, name="Somebody else for Ann")).to_be_visible()
    person.look("matching somebody else")
    person.tab_to("button", "^See what it costs to choose")
    press("Enter")
    expect(page.get_by_role("heading", level=1, name="What your change costs")).to_be_visible(timeout=30_000)
    person.look("matching what a change costs")
    person.tab_to("button", "^Change the plan$")
    press("Enter")
    expect(page.get_by_role("status").filter(has_text="The plan is changed")).to_be_visible()
    expect(page.get_by_role("heading", name="What you decided")).to_be_visible()
    person.look("matching plan changed")

    person.tab_to("checkbox", "^Propose")
    press("Space")
    person.tab_to("button", "^Propose those that are ticked$")
    press("Enter")
    expect(page.get_by_role("status").filter(has_text="No volunteer is asked yet")).to_be_visible()
    person.look("matching one proposed")
    person.tab_to("button", "^Propose (all|the one)")
    press("Enter")
    expect(page.get_by_role("status").filter(has_text="No volunteer is asked yet")).to_be_visible()
    person.look("matching all proposed")
    person.tab_to("button", "^Accept none$")
    press("Enter")
    expect(page.get_by_role("status").filter(has_text="The plan is gone")).to_be_visible()
    person.tab_to("link", "^What weighs how much")
    press("Enter")
    expect(page.get_by_role("heading", level=1, name="What weighs how much")).to_be_visible()
    person.look("matching weights")


def test_the_page_that_waits_for_the_plan(console: Site, person: Person) -> None:  # noqa: F811
    ask(console.database, "Ann", 40)
    person.sign_in(console, "cora")
    person.page.route("**/matching/progress", lambda route: route.fulfill(status=204))
    visit(console, person, "/matching", "matching with somebody who waits")
    person.page.get_by_role("button", name="Make a plan").click()
    expect(person.page.get_by_role("progressbar")).to_be_visible()
    person.look("matching progress")
    person.page.get_by_role("button", name="Stop it").click()
    expect(person.page.get_by_role("status").filter(has_text="The plan is gone")).to_be_visible()
