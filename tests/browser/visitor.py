"""A visitor at the demo page: what one can see and do there, in the words of the tests."""

from playwright.sync_api import Locator, Page, Route, expect

LAUNCHER = "Chat with us"
HELPLINE = "(888) 753-LBBC (5222)"


class Visitor:
    """One tab of one visitor.

    Args:
        page: The tab, with nothing loaded yet.
        site: Address of the demo page.
    """

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self.site = site
        self.requests: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.add_init_script(
            "window.violations = [];"
            "addEventListener('securitypolicyviolation', (event) =>"
            " violations.push(`${event.violatedDirective} ${event.sourceFile}`));"
        )

    @property
    def launcher(self) -> Locator:
        return self.page.get_by_role("button", name=LAUNCHER)

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog", name="MBC assistant")

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    @property
    def answers(self) -> Locator:
        return self.log.locator(".entry.assistant")

    @property
    def said(self) -> Locator:
        return self.log.locator(".entry.visitor")

    @property
    def notice(self) -> Locator:
        return self.log.locator(".notice")

    @property
    def choices(self) -> Locator:
        return self.log.locator(".choices button:enabled")

    @property
    def field(self) -> Locator:
        return self.dialog.get_by_role("textbox")

    def arrive(self) -> "Visitor":
        """Load the page."""
        self.page.goto(self.site)
        return self

    def open(self) -> "Visitor":
        """Load the page, open the chat and wait for the greeting."""
        self.arrive()
        self.launcher.click()
        expect(self.answers.first).to_be_visible()
        return self

    def send(self, text: str) -> None:
        """Type and send, without waiting."""
        self.field.fill(text)
        self.field.press("Enter")

    def ask(self, text: str) -> Locator:
        """Type, send, and return the answer when it is there."""
        before = self.answers.count()
        self.send(text)
        expect(self.answers).not_to_have_count(before)
        self.settle()
        return self.answers.last

    def hold(self) -> list[Route]:
        """Keep messages from going out; the list fills with those that wait to be let go."""
        held: list[Route] = []
        self.page.route("**/messages", lambda route: held.append(route))
        return held

    def settle(self) -> None:
        """Wait until no answer is on its way."""
        expect(self.log.locator(".typing")).to_be_hidden()

    def menu(self, item: str) -> None:
        """Open the menu and choose."""
        self.dialog.get_by_role("button", name="Menu").click()
        self.dialog.get_by_role("button", name=item).click()

    def texts(self) -> list[str]:
        """Return what stands in the log, speaker first."""
        return [
            ("visitor: " if "visitor" in (entry.get_attribute("class") or "") else "assistant: ")
            + " ".join(entry.locator(".words").inner_text().split())
            for entry in self.log.locator(".entry").all()
        ]

    def focused(self) -> str:
        """Return what has the focus: its label or text, or its tag."""
        return self.page.evaluate(
            "() => { let at = document.activeElement;"
            " while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;"
            " return at.getAttribute('aria-label') || (at.labels && at.labels[0]?.innerText)"
            " || at.innerText?.trim() || at.localName; }"
        )

    def violations(self) -> list[str]:
        """Return what the content security policy had to stop."""
        return self.page.evaluate("() => window.violations")

    def stored(self) -> str:
        """Return all that the tab's storage holds."""
        return self.page.evaluate("() => JSON.stringify([{...sessionStorage}, {...localStorage}, document.cookie])")
