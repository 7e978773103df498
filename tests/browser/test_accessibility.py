"""WCAG 2.2 AA: what axe finds in every state, and what axe cannot see."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.axe import keep_picture, violations
from tests.browser.conftest import DESKTOP, PHONE, SCREENS, Meet
from tests.browser.contract_server import ContractServer
from tests.browser.visitor import HELPLINE, Visitor

ZOOMED = {"width": 320, "height": 256}  # 1280 by 1024 at 400%

# Writes down what a screen reader is told: text that comes into a region which is live for it.
EAR = """
() => {
  const root = document.querySelector("mbc-chat").shadowRoot;
  const live = (node) => {
    const at = node.nodeType === 1 ? node : node.parentElement;
    if (!at || at.closest("[aria-hidden=true]")) return "off";
    const region = at.closest("[aria-live], [role=status], [role=alert]");
    return region?.getAttribute("aria-live") || (region ? "polite" : "off");
  };
  window.heard = [];
  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      for (const node of type === "characterData" ? [target] : addedNodes) {
        const text = node.textContent.replace(/\\s+/g, " ").trim();
        if (text && node.nodeType !== 8 && live(node) !== "off") window.heard.push(text);
      }
    }
  }).observe(root, { subtree: true, childList: true, characterData: true });
}
"""

# Contrast of two colours as WCAG reckons it.
CONTRAST = """
(e, [pseudo, front, back]) => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((v) => v / 255)
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const of = ([element, name, part]) => light(getComputedStyle(element, part)[name]);
  const [a, b] = [of([e, front, pseudo]), of([e.closest(back) ?? e, "backgroundColor", null])];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}
"""


def states(visitor: Visitor) -> Iterator[str]:
    """Walk through every state of the chat, and name it."""
    page = visitor.arrive().page
    yield "closed"
    visitor.launcher.click()
    expect(visitor.answers).to_have_count(1)
    yield "greeting"
    visitor.ask("What does NED mean?")
    yield "answer"
    visitor.dialog.get_by_role("button", name="Menu").click()
    yield "menu"
    visitor.dialog.get_by_role("button", name="Delete the conversation").click()
    yield "question of the menu"
    page.keyboard.press("Escape")
    visitor.ask("Please call me back")
    yield "form"
    visitor.ask("Rosa")
    visitor.ask("12")
    yield "error"
    visitor.send("a" * 1001)
    yield "too long"
    visitor.field.fill("")
    held = visitor.hold()
    visitor.send("hello")
    expect(visitor.log.locator(".typing")).to_be_visible()
    yield "typing"
    held[0].abort()
    expect(visitor.notice).to_be_visible()
    yield "no network"
    page.unroute("**/messages")
    visitor.menu("Delete the conversation")
    visitor.dialog.get_by_role("button", name="Only the conversation").click()
    expect(visitor.notice).to_contain_text("deleted")
    yield "deleted"


@SCREENS
def test_axe_finds_nothing_in_any_state(meet: Meet, server: ContractServer, size: dict[str, int], scheme: str) -> None:
    visitor = meet(server.url, size, color_scheme=scheme, reduced_motion="reduce")
    found = {}
    for state in states(visitor):
        keep_picture(visitor.page, f"{size['width']} {scheme} {state}")
        if violated := violations(visitor.page):
            found[state] = violated
    assert found == {}


def heard(visitor: Visitor) -> list[str]:
    return visitor.page.evaluate("() => window.heard.splice(0)")


def test_screen_reader_hears_typing_once_and_the_answer_once(meet: Meet, server: ContractServer) -> None:
    visitor = meet(server.url).open()
    visitor.page.evaluate(EAR)
    visitor.ask("What does NED mean?")
    words = heard(visitor)
    assert words[0] == "The assistant is typing"
    assert len(words) == 2, words
    assert words[1].startswith("Assistant : NED stands for") or words[1].startswith("Assistant: NED stands for")
    visitor.ask("Talk to a person")
    assert [word.split(":")[0].strip() for word in heard(visitor)] == ["The assistant is typing", "Assistant"]


def test_screen_reader_hears_nothing_of_what_is_old(meet: Meet, server: ContractServer) -> None:
    first = meet(server.url).open()
    first.ask("What does NED mean?")
    second = Visitor(first.page.context.new_page(), server.url).arrive()
    second.page.evaluate(EAR)
    second.launcher.click()
    expect(second.answers).to_have_count(2)
    second.settle()
    assert [word for word in heard(second) if word != "The assistant is typing"] == []


def test_screen_reader_hears_what_went_wrong_once(meet: Meet, server: ContractServer) -> None:
    visitor = meet(server.url).open()
    visitor.page.evaluate(EAR)
    visitor.page.route("**/messages", lambda route: route.abort())
    visitor.send("hello")
    expect(visitor.notice).to_be_visible()
    visitor.page.wait_for_timeout(2500)  # one more try has failed meanwhile
    words = heard(visitor)
    assert len([word for word in words if "988" in word]) == 1, words
    assert words.count("The assistant is typing") == 1


def test_speakers_are_named(visitor: Visitor) -> None:
    visitor.open().ask("What does NED mean?")
    assert visitor.said.last.inner_text().replace("\n", "").startswith("You")
    assert visitor.answers.last.inner_text().replace("\n", "").startswith("Assistant")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_where_axe_does_not_look(meet: Meet, site: str, scheme: str) -> None:
    visitor = meet(site, color_scheme=scheme).open()
    field = visitor.field
    assert field.evaluate(CONTRAST, ["::placeholder", "color", "textarea"]) >= 4.5
    assert field.evaluate(CONTRAST, [None, "borderTopColor", ".composer"]) >= 3
    assert visitor.choices.first.evaluate(CONTRAST, [None, "borderTopColor", "dialog"]) >= 3
    field.focus()
    assert field.evaluate(CONTRAST, [None, "outlineColor", ".composer"]) >= 3
    visitor.dialog.get_by_role("button", name="Close the chat").focus()
    close = visitor.dialog.get_by_role("button", name="Close the chat")
    assert close.evaluate(CONTRAST, [None, "outlineColor", ".head"]) >= 3
    visitor.choices.first.click()
    expect(visitor.log.locator(".choices button:disabled").first).to_be_visible()
    assert visitor.log.locator(".choices button:disabled").first.evaluate(CONTRAST, [None, "color", "dialog"]) >= 4.5


def test_targets_are_large_enough(visitor: Visitor) -> None:
    visitor.open().ask("What does NED mean?")
    visitor.dialog.get_by_role("button", name="Menu").click()
    for control in visitor.dialog.locator("button:visible, .head a:visible, textarea").all():
        box: Any = control.bounding_box()
        assert min(box["width"], box["height"]) >= 24, control.inner_text()


def test_400_percent_zoom(meet: Meet, site: str) -> None:
    visitor = meet(site, ZOOMED)
    visitor.arrive()
    expect(visitor.launcher).to_be_in_viewport(ratio=1)
    visitor.launcher.click()
    expect(visitor.answers).to_have_count(1)
    visitor.ask("What does NED mean?")
    number = visitor.dialog.get_by_role("link", name=HELPLINE).first
    expect(number).to_be_in_viewport(ratio=1)
    assert visitor.dialog.evaluate("(e) => e.scrollWidth <= e.clientWidth")
    assert visitor.dialog.bounding_box()["width"] == ZOOMED["width"]
    head, answer = visitor.dialog.locator(".head").bounding_box(), visitor.answers.last.bounding_box()
    assert head["y"] + head["height"] <= answer["y"] <= ZOOMED["height"] / 3, (
        "the answer is not seen from its beginning"
    )
    assert head["height"] <= ZOOMED["height"] / 4
    keep_picture(visitor.page, "320 zoomed")
    visitor.answers.last.locator(".source").scroll_into_view_if_needed()
    expect(number).to_be_in_viewport(ratio=1)
    visitor.page.keyboard.type("more")
    expect(visitor.field).to_have_value("more")
    expect(visitor.field).to_be_in_viewport(ratio=1)
    visitor.dialog.get_by_role("button", name="Menu").click()
    assert visitor.dialog.locator(".list").bounding_box()["height"] > ZOOMED["height"] * 0.7
    last = visitor.dialog.get_by_role("button", name="Quick exit: clear")
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport(ratio=0.95)


ANSWERS = ["Mary-Jo", "For myself", "Phone call", "(215) 555-0142", "It came back", "Lobular", "Bones", "54"]
ANSWERS += ["the waiting before each scan, and what to tell my daughters", "Skip"]
SMALL = [{"width": 320, "height": 568}, {"width": 320, "height": 400}, {"width": 640, "height": 320}, ZOOMED]


@pytest.mark.parametrize("size", SMALL, ids=lambda size: f"{size['width']}x{size['height']}")
def test_decisive_buttons_are_in_sight_on_a_small_screen(meet: Meet, site: str, size: dict[str, int]) -> None:
    visitor = meet(site, size).open()
    visitor.ask("match me with a volunteer")
    visitor.settle()

    def in_sight(*names: str) -> None:
        for name in names:
            button = visitor.dialog.get_by_role("button", name=name, exact=True)
            expect(button).to_be_in_viewport(ratio=1)
            box: Any = button.bounding_box()
            at = "([x, y]) => document.elementFromPoint(x, y).shadowRoot.elementFromPoint(x, y).innerText"
            middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
            assert name in visitor.page.evaluate(at, middle), "something lies over it"

    in_sight("Yes", "Cancel")
    visitor.ask("yes")
    for answer in ANSWERS:
        visitor.settle()
        in_sight("Cancel")
        visitor.ask(answer)
    visitor.settle()
    in_sight("Yes, save it", "Back", "Cancel")
    keep_picture(visitor.page, f"{size['width']} by {size['height']} summary")
    edit = visitor.dialog.get_by_role("button", name="Edit: Good times")
    edit.scroll_into_view_if_needed()
    in_sight("Yes, save it", "Back", "Cancel")


def test_320_pixels_wide(meet: Meet, site: str) -> None:
    visitor = meet(site, {"width": 320, "height": 640}).open()
    visitor.ask("What does NED mean?")
    assert visitor.dialog.evaluate("(e) => e.scrollWidth <= e.clientWidth")
    assert visitor.log.evaluate("(e) => e.scrollWidth <= e.clientWidth")
    keep_picture(visitor.page, "320")


def test_text_spacing_and_larger_text(meet: Meet, site: str) -> None:
    visitor = meet(site, PHONE).open()
    visitor.ask("What does NED mean?")
    visitor.page.evaluate(
        "() => { const sheet = new CSSStyleSheet(); sheet.replaceSync('* { line-height: 1.5 !important;"
        " letter-spacing: 0.12em !important; word-spacing: 0.16em !important } .base { font-size: 34px !important }');"
        " const root = document.querySelector('mbc-chat').shadowRoot;"
        " root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]; }"
    )
    assert visitor.log.evaluate("(e) => e.scrollWidth <= e.clientWidth")
    expect(visitor.dialog.get_by_role("link", name=HELPLINE).first).to_be_in_viewport(ratio=1)
    expect(visitor.field).to_be_in_viewport(ratio=1)
    keep_picture(visitor.page, "375 large text")


def test_reduced_motion(meet: Meet, server: ContractServer) -> None:
    visitor = meet(server.url, reduced_motion="reduce").open()
    visitor.hold()
    visitor.send("hello")
    expect(visitor.log.locator(".typing")).to_be_visible()
    moving = "() => document.querySelector('mbc-chat').shadowRoot.getAnimations().length"
    assert visitor.page.evaluate(moving) == 0
    assert visitor.log.evaluate("(e) => getComputedStyle(e).scrollBehavior") == "auto"


def test_forced_colours(meet: Meet, server: ContractServer) -> None:
    visitor = meet(server.url, DESKTOP, forced_colors="active").open()
    visitor.ask("What does NED mean?")
    keep_picture(visitor.page, "1280 forced colours")
    border = "(e) => getComputedStyle(e).borderTopStyle + parseFloat(getComputedStyle(e).borderTopWidth)"
    for part in (".bubble", ".send", ".round", ".choices button:enabled", "#mbc-field"):
        drawn = visitor.dialog.locator(part).first.evaluate(border)
        assert re.fullmatch(r"solid[1-9][.\d]*", drawn), f"{part} has no edge: {drawn}"


def test_right_to_left(meet: Meet, server: ContractServer) -> None:
    visitor = meet(server.url)
    html = (
        '<!doctype html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>مقال</title>'
        '<script src="mbc-chat.js" data-dir="rtl" defer></script></head><body><h1>مقال</h1></body></html>'
    )
    visitor.page.route(server.url, lambda route: route.fulfill(body=html, content_type="text/html"))
    visitor.open().ask("ما معنى NED")
    panel, mine = visitor.dialog.bounding_box(), visitor.said.last.locator(".bubble").bounding_box()
    assert panel["x"] < 100
    assert mine["x"] - panel["x"] < 60
    assert visitor.said.last.locator(".words").evaluate("(e) => getComputedStyle(e).direction") == "rtl"
    assert visitor.log.evaluate("(e) => e.scrollWidth <= e.clientWidth")
    keep_picture(visitor.page, "1280 rtl")
