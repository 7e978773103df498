"""What the visitor sees and keeps when the network, the server or the session fails."""

import json
import time

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import DESKTOP, PHONE, Meet
from tests.browser.contract_server import ContractServer
from tests.browser.visitor import HELPLINE, Visitor

BLOCK_STORAGE = """
for (const name of ["sessionStorage", "localStorage"]) {
  Object.defineProperty(window, name, { get() { throw new DOMException("blocked", "SecurityError"); } });
}
"""


def numbers_are_shown(visitor: Visitor) -> None:
    """The last line of defence: both numbers as links, in sight."""
    expect(visitor.notice.get_by_role("link", name=HELPLINE)).to_be_visible()
    expect(visitor.notice.get_by_role("link", name="988")).to_be_visible()


def test_network_cut_and_restored(meet: Meet, server: ContractServer, size: dict[str, int]) -> None:
    visitor = meet(server.url, size).open()
    visitor.page.context.set_offline(True)
    visitor.send("What does NED mean?")
    numbers_are_shown(visitor)
    expect(visitor.said.last).to_contain_text("Waiting to be sent")
    visitor.page.context.set_offline(False)
    expect(visitor.answers).to_have_count(2)
    expect(visitor.notice).to_have_count(0)
    assert server.world.turns == ["What does NED mean?"]


def test_server_killed_and_restarted_in_the_middle(meet: Meet, server: ContractServer, size: dict[str, int]) -> None:
    visitor = meet(server.url, size).open()
    visitor.ask("What does NED mean?")
    server.stop()
    visitor.send("Talk to a person")
    numbers_are_shown(visitor)
    visitor.field.fill("half a sente")
    server.start()
    expect(visitor.answers).to_have_count(3)
    expect(visitor.field).to_have_value("half a sente")
    assert server.world.turns == ["What does NED mean?", "Talk to a person"]


def test_try_again_does_not_wait_for_the_timer(meet: Meet, server: ContractServer) -> None:
    visitor = meet(server.url).open()
    answers = [lambda route: route.fulfill(status=500, body="<h1>Traceback</h1>"), lambda route: route.continue_()]
    visitor.page.route("**/messages", lambda route: answers.pop(0)(route))
    visitor.send("What does NED mean?")
    numbers_are_shown(visitor)
    expect(visitor.log).not_to_contain_text("Traceback")
    visitor.notice.get_by_role("button", name="Try again").click()
    expect(visitor.answers).to_have_count(2)
    expect(visitor.notice).to_have_count(0)


def test_lost_reply_makes_no_second_turn(meet: Meet, server: ContractServer) -> None:
    visitor = meet(server.url).open()
    lost = []

    def lose_first(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch())
        route.abort("connectionreset")

    visitor.page.route("**/messages", lose_first)
    visitor.send("What does NED mean?")
    expect(visitor.answers).to_have_count(2)
    assert server.world.turns == ["What does NED mean?"]
    assert visitor.texts().count("visitor: What does NED mean?") == 1


def test_page_load_while_a_message_waits(meet: Meet, server: ContractServer) -> None:
    visitor = meet(server.url).open()
    visitor.page.route("**/messages", lambda route: (route.fetch(), route.abort("connectionreset")))
    visitor.send("What does NED mean?")
    expect(visitor.notice).to_be_visible()
    visitor.page.unroute("**/messages")
    visitor.page.reload()
    expect(visitor.answers).to_have_count(2)
    assert server.world.turns == ["What does NED mean?"]
    assert [text for text in visitor.texts() if text.startswith("visitor")] == ["visitor: What does NED mean?"]


def test_expired_session_sends_what_was_typed_to_a_new_one(
    meet: Meet, server: ContractServer, size: dict[str, int]
) -> None:
    visitor = meet(server.url, size).open()
    visitor.ask("What does NED mean?")
    server.world.sessions.clear()
    visitor.send("Talk to a person")
    expect(visitor.answers).to_have_count(4)
    expect(visitor.notice).to_contain_text("This is a new one, and what you typed was sent")
    assert server.world.turns == ["What does NED mean?", "Talk to a person"]


def test_a_request_that_ended_with_its_session_is_said_not_to_be_saved_and_is_begun_again(
    meet: Meet, server: ContractServer, size: dict[str, int]
) -> None:
    visitor = meet(server.url, size).open()
    visitor.ask("Match me with a volunteer")
    server.world.sessions.clear()
    visitor.send("yes")
    expect(visitor.notice).to_contain_text("Your request was not saved")
    visitor.notice.get_by_role("button", name="Match me with a volunteer").click()
    expect(visitor.answers.last).to_contain_text("Is it all right if I ask you these questions?")
    expect(visitor.notice).to_have_count(0)


def test_choice_of_an_expired_session_is_not_pressed(meet: Meet, server: ContractServer) -> None:
    visitor = meet(server.url).open()
    server.world.sessions.clear()
    visitor.choices.first.click()
    expect(visitor.notice).to_contain_text("Please choose again")
    expect(visitor.choices).to_have_count(3)
    assert server.world.turns == []
    visitor.choices.first.click()
    expect(visitor.answers).to_have_count(3)


def test_refused_message_is_given_back(meet: Meet, server: ContractServer) -> None:
    visitor = meet(server.url).open()
    visitor.page.route("**/messages", lambda route: route.fulfill(status=413, body="{}"))
    visitor.send("A very long story")
    numbers_are_shown(visitor)
    expect(visitor.field).to_have_value("A very long story")
    expect(visitor.said.last).to_contain_text("Not sent")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["1280", "375"])
@pytest.mark.parametrize(
    "answer",
    [
        {"status": 500, "body": "Traceback (most recent call last)"},
        {"status": 503, "body": json.dumps({"error": {"code": "unavailable", "text": "no"}})},
        {"status": 502, "body": "<html>Bad Gateway</html>"},
        {"status": 404, "body": ""},
        {"status": 429, "body": "{}"},
        {"status": 201, "body": "not json"},
        {"status": 201, "body": "[]"},
    ],
    ids=lambda answer: f"{answer['status']} {answer['body'][:9]}",
)
def test_no_session_to_be_had(meet: Meet, server: ContractServer, answer: dict[str, str], size: dict[str, int]) -> None:
    visitor = meet(server.url, size).arrive()
    visitor.page.route("**/sessions", lambda route: route.fulfill(**answer))
    visitor.launcher.click()
    numbers_are_shown(visitor)
    expect(visitor.dialog.get_by_role("link", name=HELPLINE).first).to_be_in_viewport()
    assert "Traceback" not in visitor.dialog.inner_text()
    assert not visitor.errors


@pytest.mark.parametrize(
    "body",
    ["", "null", "7", "[]", '{"messages": null}', '{"messages": [{}, 3]}', '{"messages": [{"id": 1, "text": {}}]}'],
)
def test_an_answer_that_is_none_is_no_silence(meet: Meet, server: ContractServer, body: str) -> None:
    visitor = meet(server.url).open()
    visitor.page.route("**/messages", lambda route: route.fulfill(status=200, body=body))
    visitor.send("hello")
    numbers_are_shown(visitor)
    assert not visitor.errors


def test_server_sentence_is_shown_when_it_holds_both_numbers(meet: Meet, server: ContractServer) -> None:
    visitor = meet(server.url).open()
    words = "We are resting. Call (888) 753-LBBC (5222). In a crisis, call or text 988."
    body = json.dumps({"error": {"code": "unavailable", "text": words}})
    visitor.page.route("**/messages", lambda route: route.fulfill(status=503, body=body))
    visitor.send("hello")
    expect(visitor.notice).to_contain_text("We are resting.")
    numbers_are_shown(visitor)


def test_deleting_without_a_network_claims_nothing(meet: Meet, server: ContractServer) -> None:
    visitor = meet(server.url).open()
    visitor.page.context.set_offline(True)
    visitor.menu("Delete the conversation")
    visitor.dialog.get_by_role("button", name="Only the conversation").click()
    expect(visitor.notice).to_contain_text("could not reach our server to delete it")
    assert len(server.world.sessions) == 1
    visitor.page.context.set_offline(False)
    visitor.notice.get_by_role("button", name="Try again").click()
    expect(visitor.notice).to_contain_text("This conversation is deleted")
    assert not server.world.sessions


def test_storage_blocked(meet: Meet, server: ContractServer, size: dict[str, int]) -> None:
    visitor = meet(server.url, size)
    visitor.page.add_init_script(BLOCK_STORAGE)
    visitor.open().ask("What does NED mean?")
    visitor.ask("Talk to a person")
    assert not visitor.errors
    assert len(server.world.turns) == 2


def test_two_tabs_share_one_conversation(meet: Meet, server: ContractServer) -> None:
    first = meet(server.url).open()
    first.ask("What does NED mean?")
    second = Visitor(first.page.context.new_page(), server.url).arrive()
    second.launcher.click()
    expect(second.said).to_have_count(1)
    second.ask("Talk to a person")
    expect(first.said).to_have_count(2)
    assert first.texts() == second.texts()
    assert len(server.world.sessions) == 1
    second.menu("Delete the conversation")
    second.dialog.get_by_role("button", name="Only the conversation").click()
    expect(first.notice).to_contain_text("ended in another tab")
    expect(first.log.locator(".entry")).to_have_count(0)


def test_other_visitor_on_the_same_computer_finds_nothing(meet: Meet, server: ContractServer) -> None:
    first = meet(server.url).open()
    first.ask("What does NED mean?")
    context = first.page.context
    first.page.close()
    second = Visitor(context.new_page(), server.url).open()
    expect(second.said).to_have_count(0)


def test_storage_holds_no_word_of_the_conversation(meet: Meet, server: ContractServer) -> None:
    visitor = meet(server.url).open()
    visitor.ask("What does NED mean?")
    assert "NED" not in visitor.stored()


def test_slow_network(meet: Meet, server: ContractServer) -> None:
    visitor = meet(server.url).open()
    server.world.on_turn = lambda: time.sleep(1.5)
    visitor.send("one")
    visitor.send("two")
    expect(visitor.answers).to_have_count(3)
    assert visitor.texts()[1:] == ["visitor: one", "assistant: I heard: one", "visitor: two", "assistant: I heard: two"]


def test_conversation_leaves_the_screen_after_its_time(meet: Meet, server: ContractServer) -> None:
    visitor = meet(server.url)
    visitor.page.clock.install()
    visitor.open().ask("What does NED mean?")
    visitor.field.fill("half a sente")
    visitor.page.clock.fast_forward(3_700_000)
    expect(visitor.notice).to_contain_text("closed because nothing was said for a while")
    expect(visitor.log.locator(".entry")).to_have_count(0)
    expect(visitor.field).to_have_value("half a sente")
