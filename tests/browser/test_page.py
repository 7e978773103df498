"""The widget as a guest on a site: its rules kept, its styles untouched, its settings heard."""

import gzip
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Meet
from tests.browser.contract_server import HEADERS, ContractServer
from tests.browser.visitor import HELPLINE, Visitor

HOSTILE = """<!doctype html><html lang="en" style="font-size: 5px"><head><title>Shop</title><style>
* { color: red !important; font: italic 40px serif !important; letter-spacing: 9px; text-transform: uppercase;
    box-sizing: content-box; margin: 30px; transform: none; }
button, a, p, div, dialog, input { background: lime !important; display: inline !important; opacity: .2; }
mbc-chat { display: none; visibility: hidden; filter: blur(3px); transform: scale(.1); opacity: 0; color: red; }
</style><script src="mbc-chat.js" {attributes} defer></script></head><body><h1>Shop</h1></body></html>"""


def serve(page: Page, site: str, html: str, policy: str | None = None) -> None:
    """Put a page of another site's making in the place of the demo page."""
    headers = {"Content-Security-Policy": policy} if policy else {}
    page.route(site, lambda route: route.fulfill(body=html, content_type="text/html", headers=headers))


def tag(attributes: str = "", body: str = "<h1>Article</h1>", lang: str = "en") -> str:
    """Return a page with the script tag and nothing else."""
    return (
        f'<!doctype html><html lang="{lang}"><head><title>Article</title>'
        f'<script src="mbc-chat.js" {attributes} defer></script></head><body>{body}</body></html>'
    )


def test_bundle_is_at_most_24_kb(bundle: Path) -> None:
    assert len(gzip.compress((bundle / "mbc-chat.js").read_bytes(), 9)) <= 24_000


def test_no_policy_is_broken_and_nobody_else_is_asked(visitor: Visitor) -> None:
    visitor.open().ask("What does NED mean?")
    visitor.ask("Please call me back")
    visitor.page.evaluate("() => { window.print = () => undefined; }")
    visitor.menu("Print the conversation")
    visitor.menu("Copy the conversation")
    visitor.menu("Start over")
    visitor.dialog.get_by_role("button", name="Start over", exact=True).click()
    expect(visitor.answers).to_have_count(1)
    assert visitor.violations() == []
    assert visitor.errors == []
    assert {urlsplit(url).netloc for url in visitor.requests} == {urlsplit(visitor.site).netloc}


def test_named_trusted_types_policies_are_enough(meet: Meet, server: ContractServer) -> None:
    visitor = meet(server.url)
    policy = HEADERS["Content-Security-Policy"] + "; trusted-types lit-html"
    serve(visitor.page, server.url, tag(), policy)
    visitor.open().ask("What does NED mean?")
    assert visitor.violations() == []


def test_hostile_styles_of_a_site_do_not_reach_it(meet: Meet, server: ContractServer) -> None:
    plain = meet(server.url).open()
    hostile = meet(server.url)
    serve(hostile.page, server.url, HOSTILE.replace("{attributes}", ""))
    hostile.open()
    look = (
        "(e) => { const s = getComputedStyle(e), b = e.getBoundingClientRect();"
        " return [s.color, s.font, s.letterSpacing, s.textTransform, s.backgroundColor, b.width, b.height]; }"
    )
    for part in (".head", ".bubble", ".choices button", "#mbc-field", ".helpline"):
        expected = plain.dialog.locator(part).first.evaluate(look)
        assert hostile.dialog.locator(part).first.evaluate(look) == expected, part
    expect(hostile.dialog).to_be_in_viewport(ratio=1)


def test_its_styles_do_not_reach_the_site(meet: Meet, site: str) -> None:
    visitor = meet(site).arrive()
    style = (
        "(e) => JSON.stringify(Object.fromEntries([...getComputedStyle(e)].map((n) => [n, getComputedStyle(e)[n]])))"
    )
    heading = visitor.page.locator("h1")
    before = heading.evaluate(style)
    visitor.launcher.click()
    expect(visitor.answers).to_have_count(1)
    assert heading.evaluate(style) == before


def test_settings_by_attribute(meet: Meet, server: ContractServer) -> None:
    visitor = meet(server.url)
    attributes = (
        'data-label="Ask Ada" data-position="start" data-theme="dark" data-greeting="Welcome to our clinic." '
        f'data-server="{server.url}" data-exit-url="/elsewhere" data-max-length="20"'
    )
    serve(visitor.page, server.url, tag(attributes))
    visitor.page.route("**/elsewhere", lambda route: route.fulfill(body="weather", content_type="text/plain"))
    visitor.arrive()
    visitor.page.get_by_role("button", name="Ask Ada").click()
    expect(visitor.log.get_by_text("Welcome to our clinic.")).to_be_visible()
    assert visitor.dialog.bounding_box()["x"] < 100
    assert visitor.dialog.evaluate("(e) => getComputedStyle(e).colorScheme") == "dark"
    visitor.send("This is far too long for them")
    expect(visitor.dialog.get_by_text("20 is the most")).to_be_visible()
    visitor.dialog.get_by_role("button", name="Quick exit", exact=True).click()
    visitor.page.wait_for_url("**/elsewhere")


def test_colours_by_custom_property(meet: Meet, server: ContractServer) -> None:
    visitor = meet(server.url)
    serve(visitor.page, server.url, tag(body="<style>mbc-chat { --mbc-chat-accent: rgb(0, 60, 90) }</style>"))
    visitor.arrive()
    assert visitor.launcher.evaluate("(e) => getComputedStyle(e).backgroundColor") == "rgb(0, 60, 90)"


def test_server_elsewhere_is_where_the_script_came_from(meet: Meet, server: ContractServer) -> None:
    visitor = meet("http://article.test/story")
    origin = server.url.removesuffix("/webhooks/website/")
    cors = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}

    def relay(route: Route) -> None:
        answer = route.fetch() if route.request.method != "OPTIONS" else None
        route.fulfill(response=answer, headers=cors) if answer else route.fulfill(status=204, headers=cors)

    visitor.page.route(f"{origin}/**", relay)
    page = tag().replace("mbc-chat.js", f"{server.url}mbc-chat.js")
    visitor.page.route("http://article.test/story", lambda route: route.fulfill(body=page, content_type="text/html"))
    visitor.open()


def test_script_tag_twice_makes_one_chat(meet: Meet, server: ContractServer) -> None:
    visitor = meet(server.url)
    html = tag().replace("</head>", '<script src="mbc-chat.js" defer></script></head>')
    serve(visitor.page, server.url, html)
    visitor.arrive()
    expect(visitor.launcher).to_have_count(1)
    assert visitor.errors == []


def test_page_may_place_and_open_it_by_itself(meet: Meet, server: ContractServer) -> None:
    visitor = meet(server.url)
    body = '<main><button id="ask">Ask</button><mbc-chat label="Mine"></mbc-chat></main>'
    serve(visitor.page, server.url, tag(body=body))
    visitor.arrive()
    visitor.page.locator("#ask").focus()
    visitor.page.evaluate("() => document.querySelector('mbc-chat').show()")
    expect(visitor.answers).to_have_count(1)
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.locator("#ask")).to_be_focused()


def test_without_javascript_the_number_is_there(meet: Meet, site: str) -> None:
    visitor = meet(site, java_script_enabled=False)
    visitor.page.goto(site)
    expect(visitor.page.locator(".noscript")).to_be_visible()
    expect(visitor.page.get_by_role("link", name=HELPLINE).first).to_be_visible()


@pytest.mark.parametrize("width", [320, 375, 768, 1280])
def test_demo_page_does_not_scroll_sideways(meet: Meet, site: str, width: int) -> None:
    visitor = meet(site, {"width": width, "height": 700}).arrive()
    assert visitor.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
