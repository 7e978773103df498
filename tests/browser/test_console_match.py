"""A coordinator finds a volunteer for somebody in a real browser: by keyboard alone, on both screens, with axe."""

from playwright.sync_api import expect

from tests.browser.test_console import Person, Site, console, person  # noqa: F401 -- fixtures


def test_from_who_fits_best_to_the_end_of_a_match(console: Site, person: Person) -> None:  # noqa: F811
    page, press = person.page, person.press

    def do(button: str, said: str) -> None:
        person.tab_to("button", button)
        press("Enter")
        expect(page.get_by_role("status").filter(has_text=said)).to_be_visible()

    person.sign_in(console, "cora")
    person.tab_to("link", "^Linda$", steps=120)
    press("Enter")
    expect(page.get_by_role("heading", level=1, name="Linda")).to_be_visible()
    person.tab_to("link", "Find a volunteer")
    press("Enter")
    expect(page.get_by_role("heading", level=1, name="A volunteer for Linda")).to_be_visible()
    expect(page.get_by_text("Asked, no answer yet")).to_be_visible()
    person.look("match")
    for summary in page.locator("summary").all():
        summary.focus()
        press("Enter")
    person.look("match with all open")
    person.tab_to("checkbox", "^Dating$", steps=120)
    press("Space")
    do("^Save$", "What the person needs is saved")
    expect(page.get_by_role("definition").filter(has_text="Dating")).to_be_visible()
    person.tab_to("button", "Show how to reach Joan")
    press("Enter")
    expect(page.get_by_role("link", name="joan@example.org")).to_be_visible()
    person.look("match with contact")
    do("^They said yes", "What the volunteer said is saved")
    person.tab_to("checkbox", "^Joan$")
    press("Space")
    person.look("match with a yes")
    do("^Offer to the visitor", "tell the visitor about them yourself")
    person.tab_to("radio", "^Joan$")
    press("Space")
    person.look("match offered")
    do("^Save what they chose", "What the visitor chose is saved")
    do("^Make it final", "The match is settled")
    expect(page.get_by_text("Matched just now")).to_be_visible()
    person.look("match final")
    do("^End the match", "The match is ended")
    person.look("match ended")
