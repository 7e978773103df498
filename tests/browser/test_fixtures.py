"""Every component of the widget in every state of its fixtures: alone on a page, without a server."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.browser.axe import keep_picture, violations
from tests.browser.conftest import DESKTOP, ROOT, SCREENS
from tests.browser.contract_server import HEADERS, TYPES

WIDGET = ROOT / "widget"
COMPONENTS = sorted(path for path in (WIDGET / "src" / "components").iterdir() if path.is_dir())
NAMES = [path.name for path in COMPONENTS]
ADDRESS = "http://fixtures.test/"
LISTED = "() => [...document.querySelectorAll('main a')].map((a) => decodeURIComponent(a.search.slice(1)))"

# What is wider than the box that clips it or would have to scroll sideways.
CUT_OFF = """
() => [...document.querySelectorAll("mbc-chat, mbc-chat-frame")]
  .flatMap((host) => [...host.shadowRoot.querySelectorAll("*")])
  .filter((e) => !e.matches(".vh, input, textarea") && getComputedStyle(e).overflowX !== "visible")
  .filter((e) => getComputedStyle(e).clipPath === "none")  // else it is for a screen reader only
  .filter((e) => e.scrollWidth > e.clientWidth).map((e) => `cut off: ${e.className || e.localName}`)
"""

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def fixtures_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fixtures page as it is now, built beside the widget and not into it."""
    search = os.pathsep.join([os.environ.get("PATH", ""), str(Path(sys.executable).parent)])
    node = shutil.which("node", path=search)
    if node is None or not (WIDGET / "node_modules" / "esbuild").is_dir():
        pytest.skip("the widget's packages are not installed: npm ci in widget/")
    folder = tmp_path_factory.mktemp("fixtures")
    subprocess.run([node, "build.mjs", "fixtures", str(folder)], cwd=WIDGET, check=True, timeout=60)
    return folder


@pytest.fixture
def open_page(browser: Browser, fixtures_page: Path) -> Iterator[Open]:
    """Open tabs in which a fixture can be shown, under the policy that the product sends."""
    contexts = []

    def serve(route: Route) -> None:
        name = route.request.url.removeprefix(ADDRESS).split("?")[0] or "index.html"
        path = fixtures_page / name
        if path.is_file():
            route.fulfill(path=path, content_type=TYPES[path.suffix], headers=HEADERS)
        else:
            route.fulfill(status=404)

    def make(size: dict[str, int] = DESKTOP) -> Page:
        context = browser.new_context(viewport=size, reduced_motion="reduce", locale="en-US")
        contexts.append(context)
        page = context.new_page()
        page.add_init_script(
            "window.broken = [];"
            "addEventListener('securitypolicyviolation', (event) => broken.push(event.violatedDirective));"
            "addEventListener('error', (event) => broken.push(event.message));"
            "addEventListener('unhandledrejection', (event) => broken.push(String(event.reason)));"
        )
        page.route("**/*", serve)
        return page

    yield make
    for context in contexts:
        context.close()


def show(page: Page, fixture: str = "") -> None:
    """Load the list of the fixtures, or one of them, and wait until its state is reached."""
    page.goto(f"{ADDRESS}?{quote(fixture, safe='')}")
    page.wait_for_selector("body[data-ready]", timeout=10_000)
    assert page.evaluate("() => document.body.dataset.ready") == (fixture or "list")


def fixtures_of(page: Page, component: str) -> list[str]:
    """Return the names of a component's fixtures."""
    show(page)
    return [name for name in page.evaluate(LISTED) if name.startswith(f"{component}/")]


@pytest.mark.parametrize("folder", COMPONENTS, ids=NAMES)
def test_component_has_readme_style_script_fixtures_and_test(folder: Path) -> None:
    wanted = ["README.md", f"{folder.name}.css", f"{folder.name}.ts", "fixtures.ts", f"{folder.name}.test.ts"]
    assert [name for name in wanted if not (folder / name).is_file()] == []


@pytest.mark.parametrize("folder", COMPONENTS, ids=NAMES)
def test_component_is_tried_in_the_states_of_its_fixtures(folder: Path) -> None:
    assert 'from "./fixtures"' in (folder / f"{folder.name}.test.ts").read_text()


def test_list_holds_every_component_and_no_other(open_page: Open) -> None:
    page = open_page()
    show(page)
    assert {name.split("/")[0] for name in page.evaluate(LISTED)} == set(NAMES)
    assert violations(page) == []


@SCREENS
@pytest.mark.parametrize("component", NAMES)
def test_axe_finds_nothing_and_nothing_is_cut_off(
    open_page: Open, size: dict[str, int], scheme: str, component: str
) -> None:
    page = open_page(size)
    fixtures = fixtures_of(page, component)
    assert fixtures
    found = {}
    for fixture in fixtures:
        show(page, fixture)
        page.emulate_media(color_scheme=scheme)
        keep_picture(page, f"{size['width']} {scheme} {fixture}")
        if wrong := violations(page) + page.evaluate(CUT_OFF) + page.evaluate("() => window.broken"):
            found[fixture] = wrong
    assert found == {}
