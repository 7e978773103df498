"""Volunteers at the console in a real browser: found, added, changed and taken in from a file, by keyboard alone."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from helpline.volunteers.csv_file import read_csv
from tests.browser.test_console import Person, Site, console, person  # noqa: F401 -- fixtures
from tests.browser.test_console_conversations import visit

FILE = (
    "\ufeffName;Email;Languages;Lived through\r\n"
    'Joan;joan@example.org;"English; French";"telling children; work; waiting for scans"\r\n'
    "Noor;noor@example.org;Arabic;newly told\r\n"
    "Nobody;no address;English;\r\n"
)


def test_a_coordinator_keeps_the_volunteers_by_keyboard(console: Site, person: Person, tmp_path: Path) -> None:  # noqa: F811
    page, press = person.page, person.press
    person.sign_in(console, "cora")
    press("g")
    press("p")
    expect(page.get_by_role("heading", level=1, name="Volunteers")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="6 volunteers")).to_be_visible()
    person.look("volunteers")
    press("/")
    page.keyboard.type("joan")
    press("Enter")
    expect(page.locator("a.open")).to_have_text(["Joan"])
    person.look("volunteers found")
    press("j")
    press("Enter")
    expect(page.get_by_role("heading", level=1, name="Joan")).to_be_visible()
    expect(page.get_by_text("Asked, no answer yet")).to_be_visible()
    expect(page.get_by_text("joan@example.org")).to_have_count(0)
    person.look("volunteer")
    person.tab_to("button", "Show how to reach them")
    press("Enter")
    expect(page.get_by_role("link", name="joan@example.org")).to_be_visible()
    person.look("volunteer with contact")

    person.tab_to("link", "^Change$")
    press("Enter")
    expect(page.get_by_role("heading", level=1, name="Joan")).to_be_visible()
    person.look("volunteer form")
    person.tab_to("checkbox", "^Dating$")
    press("Space")
    person.tab_to("button", "^Save$")
    press("Enter")
    expect(page.get_by_role("status").filter(has_text="is saved")).to_be_visible()
    expect(page.get_by_text("Telling children, Work, Dating, Waiting for scans")).to_be_visible()
    person.tab_to("button", "^Pause$")
    press("Enter")
    expect(page.get_by_role("status").filter(has_text="The volunteer pauses")).to_be_visible()
    person.tab_to("button", "^Active again$")
    press("Enter")
    expect(page.get_by_role("status").filter(has_text="The volunteer is active")).to_be_visible()

    press("g")
    press("p")
    person.tab_to("link", "Add a volunteer")
    press("Enter")
    person.tab_to("textbox", "^Name$")
    page.keyboard.type("Grace")
    person.tab_to("button", "^Save$")
    press("Enter")
    expect(page.get_by_text("Tick at least one way.")).to_be_visible()
    person.look("volunteer form with things to mend")
    assert "422" in person.broken.pop()  # as the browser says of a form that is refused
    person.tab_to("textbox", "^Email$")
    page.keyboard.type("grace@example.org")
    person.tab_to("checkbox", "^By phone$")
    press("Space")
    person.tab_to("button", "^Save$")
    press("Enter")
    expect(page.get_by_role("status").filter(has_text="The volunteer is added")).to_be_visible()
    expect(page.get_by_role("heading", level=1, name="Grace")).to_be_visible()


def test_a_file_is_taken_in_and_out_by_keyboard(console: Site, person: Person, tmp_path: Path) -> None:  # noqa: F811
    page, press = person.page, person.press
    file = tmp_path / "volunteers.csv"
    file.write_text(FILE, "utf-8", newline="")
    person.sign_in(console, "cora")
    page.on("filechooser", lambda chosen: chosen.set_files(file))
    visit(console, person, "/volunteers/import", "volunteers file")
    chooser = page.get_by_label("CSV file")
    while not chooser.evaluate("(element) => element === document.activeElement"):
        press("Tab")
    press("Space")
    expect(page.get_by_label("The file's content")).to_have_value(FILE.removeprefix("\ufeff").replace("\r\n", "\n"))
    person.tab_to("button", "Look at what it changes")
    press("Enter")
    expect(page.get_by_role("status").filter(has_text="1 new, 1 changed, 0 as they are, 1 that cannot")).to_be_visible()
    expect(page.get_by_text("Write one such as joan@example.org")).to_be_visible()
    person.look("volunteers file shown")
    person.tab_to("button", "Take in 2 volunteers")
    press("Enter")
    expect(page.get_by_role("status").filter(has_text="The file is taken in")).to_be_visible()
    person.tab_to("button", "Take all along as CSV")
    with page.expect_download() as download:
        press("Enter")
    out = read_csv(download.value.path().read_text("utf-8"), "US")
    assert {row.parts["name"]: row.parts["languages"] for row in out}["Joan"] == {"en", "fr"}
    assert len(out) == 7
    chosen_again = download.value.path()
    page.goto(f"{console.url}/volunteers/import")
    page.get_by_label("CSV file").set_input_files(
        {"name": "again.csv", "mimeType": "text/csv", "buffer": chosen_again.read_bytes()}
    )
    page.get_by_role("button", name="Look at what it changes").click()
    expect(page.get_by_role("status").filter(has_text="0 new, 0 changed, 7 as they are, 0 that cannot")).to_be_visible()
    person.look("volunteers file without changes")


@pytest.mark.parametrize("name", ["anna", "cora"])
def test_what_stands_on_the_other_pages(console: Site, person: Person, name: str) -> None:  # noqa: F811
    page = person.page
    person.sign_in(console, name)
    visit(console, person, "/volunteers?free=y&language=es", f"volunteers filtered {name}")
    visit(console, person, "/volunteers?diagnosis=recurrence&state=removed", f"volunteers nobody {name}")
    visit(console, person, "/volunteers/2", f"volunteer matched {name}")
    for summary in page.locator("summary").all():
        summary.click()
    person.look(f"volunteer with all open {name}")
    if name == "anna":
        expect(page.get_by_text("A coordinator can see it.")).to_be_visible()
        expect(page.get_by_role("link", name="Change")).to_have_count(0)
        return
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="The volunteer is removed")).to_be_visible()
    expect(page.get_by_role("button", name="Bring back")).to_be_visible()
    person.look("volunteer removed")
