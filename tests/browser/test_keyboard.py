"""The chat without a mouse, and where the focus is."""

from playwright.sync_api import expect

from tests.browser.conftest import Meet
from tests.browser.visitor import Visitor

FOCUS_RING = "(e) => getComputedStyle(e).outlineStyle + ' ' + parseFloat(getComputedStyle(e).outlineWidth)"


def press_until(visitor: Visitor, key: str, target: str, most: int = 40) -> None:
    """Press a key until something with this name has the focus."""
    for _ in range(most):
        if target in visitor.focused():
            return
        visitor.page.keyboard.press(key)
    raise AssertionError(f"{target} was never reached; at {visitor.focused()}")


def test_whole_conversation_by_keyboard(visitor: Visitor) -> None:
    keyboard = visitor.page.keyboard
    visitor.arrive()
    press_until(visitor, "Tab", "Chat with us")
    keyboard.press("Enter")
    expect(visitor.field).to_be_focused()
    expect(visitor.answers).to_have_count(1)
    keyboard.type("What does NED mean?")
    keyboard.press("Enter")
    expect(visitor.answers).to_have_count(2)
    visitor.settle()
    title = visitor.choices.first.inner_text()
    press_until(visitor, "Shift+Tab", title)
    keyboard.press("Space")
    expect(visitor.said.last).to_be_focused()
    expect(visitor.said.last).to_contain_text(title)
    keyboard.press("Escape")
    expect(visitor.dialog).to_be_hidden()
    expect(visitor.launcher).to_be_focused()
    keyboard.press("Enter")
    expect(visitor.said).to_have_count(2)


def test_next_stop_after_a_choice_is_its_answer(visitor: Visitor) -> None:
    visitor.open()
    visitor.choices.first.focus()
    visitor.page.keyboard.press("Enter")
    expect(visitor.answers).not_to_have_count(1)
    visitor.settle()
    expect(visitor.said.last).to_be_focused()
    visitor.page.keyboard.press("Tab")
    inside = "(e) => !!e.getRootNode().activeElement?.closest('.entry') && e.contains(e.getRootNode().activeElement)"
    assert visitor.answers.last.evaluate(inside)


def test_escape_closes_the_menu_before_the_chat(visitor: Visitor) -> None:
    visitor.open()
    menu = visitor.dialog.get_by_role("button", name="Menu")
    menu.press("Enter")
    expect(visitor.dialog.get_by_role("button", name="Start over")).to_be_focused()
    visitor.page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    expect(menu).to_have_attribute("aria-expanded", "false")
    visitor.page.keyboard.press("Escape")
    expect(visitor.dialog).to_be_hidden()


def test_tabbing_out_of_the_menu_closes_it(visitor: Visitor) -> None:
    visitor.open()
    menu = visitor.dialog.get_by_role("button", name="Menu")
    menu.press("Enter")
    press_until(visitor, "Tab", "Close the chat", 8)
    expect(menu).to_have_attribute("aria-expanded", "false")


def test_every_stop_shows_where_one_is(visitor: Visitor) -> None:
    visitor.open().ask("What does NED mean?")
    visitor.field.focus()
    for _ in range(12):
        visitor.page.keyboard.press("Shift+Tab")
        if not visitor.dialog.evaluate("(e) => e.matches(':focus-within')"):
            break
        style, width = visitor.dialog.locator(":focus").evaluate(FOCUS_RING).split()
        assert (style, float(width)) >= ("solid", 2.0), visitor.focused()


def test_phone_dialog_keeps_the_focus_and_covers_the_page(meet: Meet, site: str) -> None:
    visitor = meet(site, {"width": 375, "height": 740}).open()
    assert visitor.dialog.evaluate("(e) => e.matches(':modal')")
    for _ in range(25):
        visitor.page.keyboard.press("Tab")
        inside = visitor.dialog.evaluate("(e) => e.matches(':focus-within')")
        assert (
            inside
            or visitor.focused() in ("body", "html")
            or visitor.page.evaluate("document.activeElement === document.body")
        )


def test_computer_dialog_leaves_the_page_in_use(meet: Meet, site: str) -> None:
    visitor = meet(site).open()
    assert not visitor.dialog.evaluate("(e) => e.matches(':modal')")
    visitor.page.get_by_role("heading", level=1).click()
    expect(visitor.dialog).to_be_visible()
    visitor.page.keyboard.press("Escape")
    expect(visitor.dialog).to_be_hidden()


def test_turning_the_phone_keeps_focus_and_draft(meet: Meet, site: str) -> None:
    visitor = meet(site).open()
    modal = visitor.page.locator("dialog:modal")  # the browser tells of the new size with its next frame
    visitor.field.fill("half a sente")
    visitor.page.set_viewport_size({"width": 375, "height": 740})
    expect(modal).to_have_count(1)
    expect(visitor.field).to_be_focused()
    visitor.page.set_viewport_size({"width": 1280, "height": 860})
    expect(modal).to_have_count(0)
    expect(visitor.field).to_be_focused()
    expect(visitor.field).to_have_value("half a sente")


def test_chat_left_open_does_not_take_the_focus_on_the_next_page(meet: Meet, site: str) -> None:
    visitor = meet(site).open()
    visitor.page.reload()
    expect(visitor.answers).to_have_count(1)
    assert visitor.page.evaluate("() => document.activeElement === document.body")


def test_touch_screen_opens_without_its_keyboard(meet: Meet, site: str) -> None:
    visitor = meet(site, {"width": 375, "height": 740}, has_touch=True, is_mobile=True).open()
    expect(visitor.dialog.get_by_role("heading", name="MBC assistant")).to_be_focused()
