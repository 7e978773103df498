"""An evening of a visitor, in steps, by keyboard alone: at each one axe and geometry, and a picture for who wants it.

The stand-in server has the longest wordings. Each step says what is expected; what a form needs is in sight throughout.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.axe import keep_picture, violations
from tests.browser.conftest import DESKTOP, PHONE, Meet
from tests.browser.contract_server import ContractServer
from tests.browser.geometry import misplaced
from tests.browser.visitor import Visitor

NARROW = {"width": 320, "height": 568}
MOST_TABS = 150
Step = tuple[str, Callable[["Evening"], object]]


class Evening:
    """A visitor who has no mouse."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.page = visitor.page

    def reach(self, name: str) -> None:
        """Press Tab until something of that name has the focus."""
        for _ in range(MOST_TABS):
            focused = " ".join(self.visitor.focused().split())
            if focused == name or (" " in name and focused.startswith(name)):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f'the keyboard does not reach "{name}"')

    def press(self, *names: str) -> None:
        """Reach each of the buttons and press it; in the end no answer is on its way."""
        for name in names:
            self.reach(name)
            self.page.keyboard.press("Enter")
            self.page.wait_for_timeout(60)
        self.settle()

    def say(self, text: str) -> None:
        """Reach the field, type and send."""
        for _ in range(MOST_TABS):
            if self.visitor.field.evaluate("(e) => e.getRootNode().activeElement === e"):
                break
            self.page.keyboard.press("Tab")
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")
        self.page.wait_for_timeout(60)
        self.settle()

    def settle(self) -> None:
        """Wait until what was sent is answered and nothing moves."""
        if self.visitor.dialog.count():
            self.visitor.settle()
        self.page.wait_for_timeout(250)

    def sees(self, text: str) -> None:
        """The last answer holds it."""
        expect(self.visitor.answers.last).to_contain_text(text)

    def reads(self, text: str) -> None:
        """The bar of the form is whole in sight, and says it."""
        bar = self.visitor.dialog.locator(".form-bar")
        expect(bar).to_contain_text(text)
        for button in bar.get_by_role("button").all():
            expect(button).to_be_in_viewport(ratio=1)


def reopen(evening: Evening) -> None:
    """Close the chat with Escape and open it again."""
    evening.page.keyboard.press("Escape")
    expect(evening.visitor.dialog).to_have_count(0)
    evening.page.keyboard.press("Enter")  # the focus is back on the launcher
    evening.settle()


def is_small(evening: Evening) -> None:
    """The launcher covers little of a phone."""
    box = evening.visitor.launcher.bounding_box()
    assert box
    assert evening.page.viewport_size
    if evening.page.viewport_size["width"] <= 480:
        assert box["width"] == box["height"] <= 64


STEPS: list[Step] = [
    ("arrive", lambda v: is_small(v)),
    ("open", lambda v: (v.press("Questions? Chat with us"), v.sees("What would you like to know?"))),
    ("ask", lambda v: (v.say("what does NED mean"), v.sees("no evidence of disease"))),
    ("helpful", lambda v: (v.press("Yes, this helped"), v.sees("I heard"))),
    (
        "a choice",
        lambda v: (v.press("What does NED mean?"), v.sees("LBBC: Metastatic breast cancer, reviewed July 2025")),
    ),
    ("a follow-up", lambda v: (v.press("How is that different"), v.sees("I heard"))),
    (
        "a long answer",
        lambda v: (v.say("tell me all of the long story"), expect(v.visitor.dialog.locator(".more")).to_be_visible()),
    ),
    ("menu", lambda v: v.press("Menu")),
    ("menu left", lambda v: (v.page.keyboard.press("Escape"), v.settle())),
    (
        "copy",
        lambda v: (
            v.press("Menu", "Copy the conversation"),
            expect(v.visitor.dialog.locator(".status")).to_be_visible(),
        ),
    ),
    ("a person", lambda v: (v.say("can I talk to a person"), v.sees("(888) 753-LBBC (5222)"))),
    ("consent", lambda v: (v.say("match me with a volunteer"), v.reads("Start the questions?"))),
    ("no", lambda v: (v.press("No"), v.sees("Nothing was saved"))),
    ("consent again", lambda v: (v.say("match me with a volunteer"), v.reads("Start the questions?"))),
    ("yes", lambda v: (v.press("Yes"), v.reads("1 of 8"))),
    ("name", lambda v: (v.say("Mary-Jo"), v.reads("2 of 8"))),
    ("back", lambda v: (v.press("Back"), v.reads("1 of 8"))),
    ("name again", lambda v: (v.say("Mary-Jo"), v.reads("2 of 8"))),
    ("for whom", lambda v: (v.press("For myself"), v.reads("3 of 8"))),
    ("wrong number", lambda v: (v.say("12"), v.sees("That does not look like"), v.reads("3 of 8"))),
    ("an aside", lambda v: (v.say("what is it for?"), v.sees("What phone number"), v.reads("3 of 8"))),
    ("number", lambda v: (v.say("(215) 555-0142"), v.reads("4 of 8"))),
    (
        "several types",
        lambda v: (
            v.press("Hormone receptor-positive", "Lobular"),
            expect(v.visitor.dialog.get_by_role("button", name="Done")).to_be_in_viewport(ratio=1),
        ),
    ),
    ("types done", lambda v: (v.press("Done"), v.reads("5 of 8"))),
    ("places", lambda v: (v.press("Bones", "Liver", "Bones", "Done"), v.reads("6 of 8"))),
    ("age", lambda v: (v.press("40-49"), v.reads("7 of 8"))),
    ("concern", lambda v: (v.say("the waiting before each scan, and what to tell my daughters"), v.reads("8 of 8"))),
    ("summary", lambda v: (v.press("Skip"), v.reads("Check your answers"))),
    ("edit", lambda v: (v.press("Edit: Type of cancer"), v.reads("4 of 8"))),
    ("summary again", lambda v: (v.press("HER2-positive", "Done"), v.reads("Check your answers"))),
    (
        "saved",
        lambda v: (
            v.press("Yes, save it"),
            v.sees("K7QM-3F"),
            expect(v.visitor.dialog.locator(".card")).to_be_visible(),
        ),
    ),
    (
        "code copied",
        lambda v: (v.press("Copy the code"), expect(v.visitor.dialog.locator(".status")).to_contain_text("code")),
    ),
    ("taken back", lambda v: (v.press("Take back my request"), v.sees("was taken back"))),
    ("cancelled", lambda v: (v.say("match me with a volunteer"), v.press("Cancel"), v.sees("Nothing was saved"))),
    ("closed and opened", lambda v: (reopen(v), v.sees("Nothing was saved"))),
    ("delete?", lambda v: v.press("Menu", "Delete the conversation")),
    (
        "deleted",
        lambda v: (
            v.press("The conversation and my requests"),
            expect(v.visitor.notice).to_be_in_viewport(),
        ),
    ),
    ("deletion typed", lambda v: v.say("delete my data")),
    (
        "deleted by words",
        lambda v: (v.press("Yes, delete it"), expect(v.visitor.said).to_have_count(0), v.sees("What would you")),
    ),
]


# As on `SCREENS`, and on the narrowest phone.
@pytest.mark.parametrize(
    ("size", "scheme"),
    [(DESKTOP, "dark"), (PHONE, "light"), (NARROW, "dark")],
    ids=["1280-dark", "375-light", "320-dark"],
)
def test_an_evening_by_keyboard(meet: Meet, server: ContractServer, size: dict[str, int], scheme: str) -> None:
    allowed = ["clipboard-read", "clipboard-write"]
    visitor = meet(server.url, size, color_scheme=scheme, reduced_motion="reduce", permissions=allowed).arrive()
    evening, found = Evening(visitor), {}
    for number, (name, act) in enumerate(STEPS, 1):
        act(evening)
        keep_picture(visitor.page, f"evening {size['width']} {scheme} {number:02d} {name}")
        # What axe looks at is the same on every phone; what fits is not.
        broken = [] if size == NARROW else violations(visitor.page)
        if wrong := broken + misplaced(visitor.page):
            found[name] = wrong
    assert found == {}
    assert visitor.errors == []


def test_the_evening_is_long_enough() -> None:
    assert len(STEPS) >= 35
