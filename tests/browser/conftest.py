"""A browser, the site, and visitors; without a browser or a built widget these tests are skipped."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.contract_server import ContractServer
from tests.browser.visitor import Visitor

ROOT = Path(__file__).parents[2]
BUNDLE = ROOT / "widget" / "dist"
CHROMIUM = "/usr/bin/chromium"
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 375, "height": 740}
DESKTOP = {"width": 1280, "height": 860}

Meet = Callable[..., Visitor]


@pytest.fixture(scope="package")
def bundle() -> Path:
    """The built widget."""
    if not (BUNDLE / "mbc-chat.js").is_file():
        pytest.skip("the widget is not built: npm ci && npm run build in widget/")
    return BUNDLE


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    if not Path(CHROMIUM).is_file():
        pytest.skip("no Chromium: apt-get install chromium")
    expect.set_options(timeout=10_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def server(bundle: Path) -> Iterator[ContractServer]:
    """A server that a test may stop, start and look into."""
    server = ContractServer(bundle)
    yield server
    server.stop()


@pytest.fixture(scope="package")
def site(bundle: Path, request: pytest.FixtureRequest) -> str:
    """Address of the demo page as the product serves it, or of the servers that TEST_SITE names."""
    if address := os.environ.get("TEST_SITE"):
        return address
    return f"{request.getfixturevalue('product').url}/webhooks/website/"


@pytest.fixture(params=[DESKTOP, PHONE], ids=["1280", "375"])
def size(request: pytest.FixtureRequest) -> dict[str, int]:
    """A computer's screen and a phone's."""
    return request.param


# Colours do not depend on the size: each scheme is looked at, and each size.
SCREENS = pytest.mark.parametrize(
    ("size", "scheme"), [(DESKTOP, "dark"), (PHONE, "light")], ids=["1280-dark", "375-light"]
)
# Where nothing depends on the screen, and so on the database behind it, a test needs one of them.
ON_A_COMPUTER = pytest.mark.parametrize("size", [DESKTOP], ids=["1280"])


@pytest.fixture
def database_kind(size: dict[str, int]) -> str:
    """The database behind a screen: a day is the same on both, so each screen has one of them."""
    return "sqlite" if size == DESKTOP else "postgresql"


@pytest.fixture
def meet(browser: Browser) -> Iterator[Meet]:
    """Make visitors, each with a browser profile of their own."""
    contexts = []

    def make(site: str, size: dict[str, int] = DESKTOP, **options: Any) -> Visitor:
        context = browser.new_context(viewport=size, locale="en-US", **options)
        contexts.append(context)
        return Visitor(context.new_page(), site)

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def visitor(meet: Meet, site: str, size: dict[str, int]) -> Visitor:
    """A visitor on each of the two screens."""
    return meet(site, size)
