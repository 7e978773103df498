"""What axe finds on a page, and a picture of it."""

import os
import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SCREENSHOTS = Path(__file__).parents[2] / "results" / "browser"
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


def violations(page: Page) -> list[str]:
    """Return each rule that the page breaks, with the first element that breaks it."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


def keep_picture(page: Page, name: str, *, full_page: bool = False) -> None:
    """Keep a screenshot for people to look at, where TEST_PICTURES asks for it: hundreds of them take minutes."""
    if os.environ.get("TEST_PICTURES"):
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{re.sub('[^a-z0-9]+', '-', name)}.png", full_page=full_page)
