"""Answers at the console in a real browser: written by keyboard, checked while one types, previewed as in the chat."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from helpline.channels.website_messages import WebsiteMessages, load_links, load_page
from helpline.content.catalogue import read_snapshot
from helpline.settings import ROOT
from tests.browser.conftest import ON_A_COMPUTER, Meet
from tests.browser.contract_server import ContractServer
from tests.browser.test_console import Person, Site, console, person  # noqa: F401 -- fixtures
from tests.browser.test_console_conversations import visit

# Answers with a list, with numbers of all kinds, with links inside a sentence, without a source.
PREVIEWED = (
    "utter_faq/ned_vs_stable",
    "utter_crisis/self",
    "utter_emergency/poisoning",
    "utter_violence",
    "utter_greet",
)


def test_a_coordinator_writes_an_answer_by_keyboard(console: Site, person: Person) -> None:  # noqa: F811
    page, press = person.page, person.press
    person.sign_in(console, "cora")
    press("g")
    press("a")
    expect(page.get_by_role("heading", level=1, name="Answers")).to_be_visible()
    person.look("answers")
    press("/")
    page.keyboard.type("no evidence of disease")
    press("Enter")
    expect(page.get_by_role("status").filter(has_text="answers")).to_be_visible()
    press("j")
    while page.evaluate("document.activeElement.textContent") != "NED, no evidence of disease":
        press("j")
    press("Enter")
    expect(page.get_by_role("heading", level=1, name="NED, no evidence of disease")).to_be_visible()
    expect(page.get_by_text("The content check finds nothing to mend.")).to_be_visible()
    person.look("answer")
    person.tab_to("textbox", "^Text$")
    press("Control+End")
    page.keyboard.type(" About 47 percent of people do!")
    # The first time, the lists by which personal details are known are read.
    expect(page.get_by_text('The number "47" is not in the ledger for this answer')).to_be_visible(timeout=30_000)
    expect(page.locator("#look-status")).to_have_text(re.compile("things to mend"))
    expect(page.locator("ins")).to_have_text(re.compile("About 47 percent of people do!"))
    person.look("answer with things to mend")
    for _ in range(len("About 47 percent of people do!")):
        press("Backspace")
    page.keyboard.type("Ask them.")
    expect(page.locator("#look-status")).to_have_text("The content check finds nothing to mend.")
    person.tab_to("button", "Save the draft")
    press("Enter")
    expect(page.get_by_role("status").filter(has_text="The draft is saved")).to_be_visible()
    person.look("answer with a draft")
    with page.expect_download() as download:
        page.get_by_role("link", name="Take out as a change").click()
    assert "+        NED is not a cure" in download.value.path().read_text()
    visit(console, person, "/answers?show=drafts", "drafts")
    visit(console, person, "/answers?q=zebra", "no answers")
    visit(console, person, "/answers/utter_crisis.self", "safety wording")
    visit(console, person, "/answers/utter_ask_contact_address", "answer with two texts")


def test_two_people_write_the_same_answer_and_nothing_is_lost(console: Site, person: Person) -> None:  # noqa: F811
    page = person.page
    person.sign_in(console, "cora")
    page.goto(f"{console.url}/answers/utter_goodbye")
    another = person.context.new_page()
    another.goto(f"{console.url}/answers/utter_goodbye")
    another.get_by_label("Text", exact=True).fill("Take care of yourself.")
    another.get_by_role("button", name="Save the draft").click()
    expect(another.get_by_text("The draft is saved")).to_be_visible()
    page.get_by_label("Text", exact=True).fill("Take good care.")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_role("alert")).to_contain_text("saved another draft")
    expect(page.get_by_label("Text", exact=True)).to_have_value("Take good care.")
    person.look("somebody else saved a draft")
    assert [line for line in person.broken if "409" not in line] == []
    person.broken.clear()  # the browser notes that the form was refused, as it was to be
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_text("The draft is saved")).to_be_visible()
    page.get_by_role("button", name="Discard the draft").click()
    expect(page.get_by_text("The draft is discarded")).to_be_visible()


@ON_A_COMPUTER
def test_staff_read_an_answer_and_its_draft(console: Site, person: Person) -> None:  # noqa: F811
    person.sign_in(console, "anna")
    visit(console, person, "/answers/utter_faq.clinical_trials", "answer for staff")
    expect(person.page.get_by_text("Draft, begun by Cora Coordinator")).to_be_visible()
    expect(person.page.get_by_role("textbox")).to_have_count(0)


@ON_A_COMPUTER
def test_it_works_without_a_script(console: Site, person: Person, browser: Any) -> None:  # noqa: F811
    person.sign_in(console, "cora")
    state = person.context.storage_state()
    context = browser.new_context(viewport=person.size, java_script_enabled=False, storage_state=state)
    page = context.new_page()
    page.goto(f"{console.url}/answers/utter_goodbye")
    page.get_by_label("Text", exact=True).fill("Take care! There are 99 of us.")
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_text("The wording holds an exclamation mark")).to_be_visible()
    expect(page.get_by_label("Text", exact=True)).to_have_value("Take care! There are 99 of us.")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_text("The draft is saved")).to_be_visible()
    context.close()


@ON_A_COMPUTER
@pytest.mark.parametrize("name", PREVIEWED)
def test_the_preview_is_what_the_chat_shows(
    console: Site,  # noqa: F811
    person: Person,  # noqa: F811
    server: ContractServer,
    meet: Meet,
    name: str,
) -> None:
    person.sign_in(console, "cora")
    person.page.goto(f"{console.url}/answers/{name.replace('/', '.')}")
    preview = parts(
        person.page,
        "[aria-labelledby^=widget] .bubble > p:not(.source), [aria-labelledby^=widget] .points li",
        ".shown .bubble a",
        ".shown .offers li",
        ".shown .source",
    )
    visitor = meet(server.url)
    body = {"token": "t", "expires_in": 3600, "messages": messages(name)}
    visitor.page.route("**/sessions", lambda route: route.fulfill(status=201, json=body))
    visitor.open()
    chat = parts(
        visitor.page, ".entry .words > p, .entry .points li", ".entry .words a", ".entry .choices li", ".entry .source"
    )
    assert preview == chat
    assert chat["paragraphs"]


def messages(name: str) -> list[dict[str, Any]]:
    """Return an answer as the front door sends it to the chat."""
    answer = read_snapshot(ROOT).answers[name].responses[0]
    buttons = [{"ref": f"b{at}", "title": one.title, "payload": one.payload} for at, one in enumerate(answer.buttons)]
    reply = {"id": "a", "text": answer.text, "at": 0, "metadata": answer.metadata, "buttons": buttons}
    channel = WebsiteMessages(load_links(ROOT), "", load_page(ROOT / "content/facts.yml", None))
    return json.loads(json.dumps(channel.answers("m", [reply], 0)))


def parts(page: Page, paragraphs: str, links: str, choices: str, source: str) -> dict[str, list[str]]:
    """Return the words of a message by their kinds."""

    def words(selector: str) -> list[str]:
        return [" ".join(text.split()) for text in page.locator(selector).all_inner_texts()]

    of_links = [link.get_attribute("href") or "" for link in page.locator(links).all()]
    return {"paragraphs": words(paragraphs), "links": of_links, "choices": words(choices), "source": words(source)}
