"""What a visitor does in the chat, on a computer and on a phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.axe import keep_picture
from tests.browser.conftest import PHONE, Meet
from tests.browser.contract_server import ContractServer
from tests.browser.visitor import HELPLINE, Visitor


def test_question_gets_answer_with_source_and_review_date(visitor: Visitor) -> None:
    answer = visitor.open().ask("What does NED mean?")
    expect(answer).to_contain_text(re.compile("no evidence of disease", re.I))
    expect(visitor.log.locator(".source").last).to_contain_text("reviewed July 2025")


def test_helpline_number_is_in_sight_from_start_to_end(visitor: Visitor) -> None:
    visitor.open()
    link = visitor.dialog.get_by_role("link", name=HELPLINE).first
    for question in ("What does NED mean?", "Talk to a person", "What does NED mean?"):
        visitor.ask(question)
        expect(link).to_be_in_viewport(ratio=1)
        expect(link).to_have_attribute("href", "tel:+18887535222")


def test_number_in_answer_is_a_phone_link(visitor: Visitor) -> None:
    visitor.open()
    link = visitor.answers.first.get_by_role("link", name=HELPLINE)
    expect(link).to_have_attribute("href", "tel:+18887535222")


def test_choice_is_sent_and_then_no_longer_active(visitor: Visitor) -> None:
    visitor.open()
    title = visitor.choices.first.inner_text()
    first = visitor.answers.first.get_by_role("button", name=title)
    first.click()
    expect(visitor.said).to_contain_text(title)
    expect(visitor.answers).not_to_have_count(1)
    expect(first).to_be_disabled()


def test_beginning_of_long_answer_is_in_sight(visitor: Visitor) -> None:
    visitor.open()
    for _ in range(3):
        visitor.ask("What does NED mean?")
    visitor.page.wait_for_timeout(700)
    expect(visitor.answers.last.locator(".words p").first).to_be_in_viewport()


def test_typing_is_shown_until_the_answer_comes(visitor: Visitor) -> None:
    visitor.open()
    held = visitor.hold()
    visitor.send("What does NED mean?")
    expect(visitor.log.locator(".typing")).to_be_visible()
    held[0].continue_()
    expect(visitor.answers).not_to_have_count(1)
    expect(visitor.log.locator(".typing")).to_be_hidden()


def test_feedback_is_asked_and_sent(visitor: Visitor) -> None:
    visitor.open().ask("What does NED mean?")
    group = visitor.log.get_by_role("group", name="Was this helpful?")
    if group.count():  # asked sparingly
        group.get_by_role("button", name="Yes").click()
        expect(visitor.said.last).to_contain_text("Yes, this helped")
        expect(group).to_have_count(0)


def test_form_steps_have_their_keyboards_and_errors_at_the_field(visitor: Visitor) -> None:
    visitor.open().ask("Please call me back")
    name = visitor.dialog.get_by_label("Your first name")
    expect(name).to_have_attribute("autocomplete", "given-name")
    name.fill("Rosa")
    name.press("Enter")
    number = visitor.dialog.get_by_label("Your phone number")
    expect(number).to_have_attribute("type", "tel")
    expect(number).to_have_attribute("autocomplete", "tel")
    expect(number).to_be_focused()
    visitor.ask("12")
    expect(number).to_have_attribute("aria-invalid", "true")
    described = number.evaluate(
        "(field) => field.getAttribute('aria-describedby').split(' ')"
        ".map((id) => field.getRootNode().getElementById(id).innerText)"
    )
    assert visitor.log.locator(".invalid .words").last.inner_text() in described
    assert len(described) == 1
    assert visitor.dialog.locator(".problem").count() == 0
    visitor.ask("(215) 555-0142")
    expect(visitor.field).not_to_have_attribute("aria-invalid", "true")


def test_letters_can_be_typed_in_a_number_step(visitor: Visitor) -> None:
    visitor.open().ask("Please call me back")
    visitor.ask("Rosa")
    visitor.dialog.get_by_role("button", name="Use the keyboard with letters").click()
    expect(visitor.field).to_be_focused()
    expect(visitor.field).to_have_attribute("type", "text")


def test_too_long_text_stays_with_the_visitor(visitor: Visitor) -> None:
    visitor.open()
    visitor.send("a" * 1001)
    expect(visitor.dialog.get_by_text("That is 1001 characters")).to_be_visible()
    expect(visitor.field).to_have_value("a" * 1001)
    expect(visitor.said).to_have_count(0)


def test_conversation_goes_on_after_a_page_load(visitor: Visitor) -> None:
    visitor.open().ask("What does NED mean?")
    texts = visitor.texts()
    visitor.field.fill("half a sente")
    visitor.page.reload()
    if visitor.launcher.is_visible():
        visitor.launcher.click()
    expect(visitor.said).to_have_count(1)
    assert visitor.texts() == texts
    expect(visitor.field).to_have_value("half a sente")
    expect(visitor.log.locator(".source").last).to_be_in_viewport()


def test_start_over_leads_to_a_new_conversation(visitor: Visitor) -> None:
    visitor.open().ask("What does NED mean?")
    visitor.menu("Start over")
    visitor.dialog.get_by_role("button", name="Start over", exact=True).click()
    expect(visitor.said).to_have_count(0)
    expect(visitor.answers).to_have_count(1)


def test_copy_puts_the_conversation_on_the_clipboard(visitor: Visitor) -> None:
    visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.open().ask("What does NED mean?")
    visitor.menu("Copy the conversation")
    expect(visitor.dialog.get_by_role("status")).to_have_text("The conversation is copied.")
    copied = visitor.page.evaluate("() => navigator.clipboard.readText()")
    assert "You: What does NED mean?" in copied
    assert "reviewed July 2025" in copied


def test_print_shows_the_conversation_alone(visitor: Visitor) -> None:
    visitor.open().ask("What does NED mean?")
    visitor.page.evaluate("() => { window.print = () => (window.printed = true); }")
    visitor.menu("Print the conversation")
    assert visitor.page.evaluate("() => window.printed")
    visitor.page.emulate_media(media="print")
    expect(visitor.page.get_by_role("heading", level=1)).to_be_hidden()
    expect(visitor.answers.first).to_be_visible()
    expect(visitor.answers.last).to_be_visible()
    expect(visitor.dialog.get_by_role("link", name=HELPLINE).first).to_be_visible()
    expect(visitor.field).to_be_hidden()
    visitor.page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
    expect(visitor.dialog).to_be_hidden()


SCHEMES = ["light", "dark"]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_source_and_date_are_printed_in_black_on_white(meet: Meet, server: ContractServer, scheme: str) -> None:
    visitor = meet(server.url, PHONE, color_scheme=scheme).open()
    visitor.page.evaluate("() => { document.body.style.background = '#181016'; }")
    visitor.ask("What does NED mean?")
    visitor.page.evaluate("() => { window.print = () => undefined; }")
    visitor.menu("Print the conversation")
    visitor.page.emulate_media(media="print", color_scheme=scheme)
    for printed in (visitor.answers.last.locator(".source"), visitor.dialog.locator(".paper")):
        expect(printed).to_be_visible()
        expect(printed).to_contain_text("LBBC: Metastatic breast cancer, reviewed July 2025")
        assert printed.evaluate("(e) => getComputedStyle(e).color") == "rgb(0, 0, 0)"
    expect(visitor.dialog.locator(".paper")).to_contain_text(re.compile(r"Conversation with .*, \w+ \d+, \d{4}"))
    behind = "() => ['html', 'body'].map((e) => getComputedStyle(document.querySelector(e)).backgroundColor)"
    assert visitor.page.evaluate(behind) == ["rgb(255, 255, 255)"] * 2
    keep_picture(visitor.page, f"printed {scheme}", full_page=True)
    visitor.page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    visitor.page.emulate_media(media="screen", color_scheme=scheme)
    assert visitor.page.evaluate(behind)[1] == "rgb(24, 16, 22)"


def test_all_of_a_long_conversation_is_printed(meet: Meet, server: ContractServer, size: dict[str, int]) -> None:
    visitor = meet(server.url, size).open()
    for _ in range(3):
        visitor.ask("tell me all of the long story")
    visitor.page.evaluate("() => { window.print = () => undefined; }")
    visitor.menu("Print the conversation")
    visitor.page.emulate_media(media="print")
    assert visitor.dialog.locator(".paper").inner_text().startswith("Conversation with the MBC assistant")
    black = (
        "(e) => [...e.querySelectorAll('.entry, .entry *')].every((x) => getComputedStyle(x).color === 'rgb(0, 0, 0)')"
    )
    assert visitor.dialog.evaluate(black)
    pages = len(re.findall(rb"/Type /Page\b", visitor.page.pdf(format="Letter")))
    assert pages > 1
    visitor.page.emulate_media(media="screen")
    expect(visitor.page.locator("dialog:modal")).to_have_count(1 if size["width"] < 480 else 0)


def test_deleted_conversation_cannot_be_read_any_more(visitor: Visitor) -> None:
    visitor.open().ask("What does NED mean?")
    token = visitor.page.evaluate("() => JSON.parse(sessionStorage['mbc-chat']).token")
    visitor.menu("Delete the conversation")
    visitor.dialog.get_by_role("button", name="Only the conversation").click()
    expect(visitor.notice).to_contain_text("This conversation is deleted")
    expect(visitor.log.locator(".entry")).to_have_count(0)
    headers = {"Authorization": f"Bearer {token}"}
    assert visitor.page.request.get(visitor.site + "conversation", headers=headers).status == 401
    assert token not in visitor.stored()


def test_quick_exit_clears_everything_and_leaves(visitor: Visitor) -> None:
    visitor.open().ask("What does NED mean?")
    token = visitor.page.evaluate("() => JSON.parse(sessionStorage['mbc-chat']).token")
    visitor.dialog.get_by_role("button", name="Quick exit", exact=True).click()
    visitor.page.wait_for_url("about:blank")
    visitor.arrive()
    assert visitor.stored() == '[{},{},""]'
    headers = {"Authorization": f"Bearer {token}"}
    assert visitor.page.request.get(visitor.site + "conversation", headers=headers).status == 401
    visitor.launcher.click()
    expect(visitor.said).to_have_count(0)


def test_quick_exit_is_in_the_menu_too(visitor: Visitor) -> None:
    visitor.open()
    visitor.menu("Quick exit: clear the chat")
    visitor.page.wait_for_url("about:blank")
