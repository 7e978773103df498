"""What a visitor sees and keeps when the engine crashes and comes back: real processes, a real store.

The servers are this module's own, since they are killed here. What the widget does about failures that a real
server does not show on demand is tried in test_recovery.py.
"""

import sqlite3
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Route, expect

from helpline.processes.supervisor import START_TIMEOUT, Supervisor
from tests.browser.conftest import PHONE, Meet
from tests.browser.visitor import HELPLINE, Visitor
from tests.conftest import settings_for

FIRST = "What does NED mean?"
SECOND = "What is leptomeningeal disease?"
NUMBER = "(215) 555-0142"
BACK_BY_ITSELF = 60_000  # milliseconds: the longest pause between two tries, and a first turn on a busy machine


@pytest.fixture(scope="module")
def fragile(bundle, trained_model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supervisor]:
    """A product of its own, since it is broken here."""
    directory = tmp_path_factory.mktemp("restarted")
    with Supervisor(settings_for(directory), trained_model, directory / "log") as running:
        yield running


@pytest.fixture
def visitor(meet: Meet, fragile: Supervisor) -> Iterator[Visitor]:
    """A visitor of these servers, on a phone: least fits there. Whatever happens, the next one finds them running."""
    yield meet(f"{fragile.url}/webhooks/website/", PHONE)
    restart(fragile)


def crash(product: Supervisor) -> None:
    """Front door and engine are gone in the middle of whatever they do."""
    for part in (product.door, product.engine):
        part.process.kill()
        part.process.wait()


def restart(product: Supervisor) -> None:
    """Both run again, and answer."""
    parts = [part for part in (product.door, product.engine) if part.process.poll() is not None]
    for part in parts:
        product.launch(part)
    deadline = time.monotonic() + START_TIMEOUT
    while not all(part.answers(product.secret) for part in parts):
        assert all(part.process.poll() is None for part in parts), "a part did not start again"
        assert time.monotonic() < deadline, "a part does not answer"
        time.sleep(0.25)


def only_the_visitor_tries_again(visitor: Visitor) -> None:
    """The page's clock stands still: what goes out after a failure, the visitor sent."""
    visitor.page.clock.pause_at(time.time() + 60)


def message_is_kept(visitor: Visitor, text: str) -> None:
    """It is said in words that the message did not go through; it is there, and both numbers are in sight."""
    expect(visitor.notice).to_contain_text("I cannot reach the assistant right now. What you wrote is kept")
    for name, address in ((HELPLINE, "tel:+18887535222"), ("988", "tel:988")):
        link = visitor.notice.get_by_role("link", name=name)
        expect(link).to_be_in_viewport(ratio=1)
        expect(link).to_have_attribute("href", address)
    expect(visitor.said.last).to_contain_text(text)
    expect(visitor.said.last).to_contain_text("Waiting to be sent")


def message_is_answered(visitor: Visitor, before: list[str], text: str, answer: str) -> None:
    """The message went out: once, with one answer, after all that was said before the crash."""
    expect(visitor.answers.last).to_contain_text(answer, timeout=BACK_BY_ITSELF)
    visitor.settle()
    expect(visitor.notice).to_have_count(0)
    expect(visitor.log).not_to_contain_text("Waiting to be sent")
    texts = visitor.texts()
    assert texts[: len(before)] == before
    assert texts[len(before) : -1] == [f"visitor: {text}"]
    assert told(visitor) == texts
    assert not visitor.errors


def told(visitor: Visitor) -> list[str]:
    """Return what the server tells of the conversation, as `Visitor.texts` does for the screen."""
    token = visitor.page.evaluate("() => JSON.parse(sessionStorage['mbc-chat']).token")
    reply = visitor.page.request.get(visitor.site + "conversation", headers={"Authorization": f"Bearer {token}"})
    return [f"{each['from']}: {' '.join(each['text'].split())}" for each in reply.json()["messages"]]


def requests_saved(product: Supervisor) -> int:
    with sqlite3.connect(product.settings.database_url.removeprefix("sqlite:///")) as store:
        return store.execute("SELECT count(*) FROM requests").fetchone()[0]


def test_question_asked_during_a_crash_goes_out_by_itself_and_once(visitor: Visitor, fragile: Supervisor) -> None:
    expect(visitor.open().ask(FIRST)).to_contain_text("no evidence of disease")
    before = visitor.texts()
    crash(fragile)
    visitor.send(SECOND)
    message_is_kept(visitor, SECOND)
    assert visitor.texts() == [*before, f"visitor: {SECOND}"]
    visitor.field.fill("half a sente")
    restart(fragile)
    message_is_answered(visitor, before, SECOND, "tissues or fluid around the brain")
    expect(visitor.field).to_have_value("half a sente")


def test_form_goes_on_where_it_was_and_its_request_is_saved_once(visitor: Visitor, fragile: Supervisor) -> None:
    saved = requests_saved(fragile)
    visitor.page.clock.install()
    visitor.open().ask("Please call me back")
    visitor.ask("Rosa")
    before = visitor.texts()
    only_the_visitor_tries_again(visitor)
    crash(fragile)
    visitor.send(NUMBER)
    message_is_kept(visitor, NUMBER)
    restart(fragile)
    visitor.notice.get_by_role("button", name="Try again").click()
    message_is_answered(visitor, before, NUMBER, "What is a good time to call you?")
    expect(visitor.ask("after lunch")).to_contain_text("something you would like to talk about")
    summary = visitor.ask("Skip")
    for given in ("Rosa", NUMBER, "after lunch"):
        expect(summary).to_contain_text(given)
    assert requests_saved(fragile) == saved
    expect(visitor.ask("yes")).to_contain_text("code is")
    assert requests_saved(fragile) == saved + 1


def test_turn_whose_answer_was_lost_in_the_crash_is_not_run_again(visitor: Visitor, fragile: Supervisor) -> None:
    visitor.page.clock.install()
    expect(visitor.open().ask(FIRST)).to_contain_text("no evidence of disease")
    before = visitor.texts()
    only_the_visitor_tries_again(visitor)

    def crash_before_the_answer_arrives(route: Route) -> None:
        route.fetch()
        crash(fragile)
        route.abort("connectionreset")

    visitor.page.route("**/messages", crash_before_the_answer_arrives, times=1)
    visitor.send(SECOND)
    message_is_kept(visitor, SECOND)
    restart(fragile)
    visitor.notice.get_by_role("button", name="Try again").click()
    message_is_answered(visitor, before, SECOND, "tissues or fluid around the brain")


def test_question_asked_while_the_engine_alone_is_gone_is_answered_when_it_is_back(
    visitor: Visitor, fragile: Supervisor
) -> None:
    expect(visitor.open().ask(FIRST)).to_contain_text("no evidence of disease")
    before = visitor.texts()
    fragile.engine.process.kill()
    fragile.engine.process.wait()
    visitor.send(SECOND)
    expect(visitor.notice).to_contain_text("I can't answer right now")
    for name in (HELPLINE, "988"):
        expect(visitor.notice.get_by_role("link", name=name)).to_be_in_viewport(ratio=1)
    restart(fragile)
    if visitor.notice.get_by_role("button", name="Try again").is_visible():
        visitor.notice.get_by_role("button", name="Try again").click()
    message_is_answered(visitor, before, SECOND, "tissues or fluid around the brain")
