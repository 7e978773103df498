"""However much was said and written, a page stays short enough for a phone, and all of it can still be reached."""

import re
from datetime import timedelta

import pytest

from helpline.console.paging import in_pages
from helpline.store.conversations import TurnRecord, write_turn
from helpline.store.queue_changes import add_note, save_reply
from helpline.store.staff import find_account
from tests.console.conftest import Console

MOST = 60_000
# A character that takes the most room in a page.
LONG = '"' * 1000


@pytest.fixture
def code(console: Console) -> str:
    """A flagged conversation about which much was said and written."""
    console.add("cora", "coordinator")
    cora, now = find_account(console.database, "cora").actor, console.database.now()
    turns = [
        TurnRecord(f"m{one}", now + timedelta(seconds=one), f"said-{one}. {LONG}", [{"text": LONG}], {})
        for one in range(60)
    ]
    turns[-1] = TurnRecord("last", now, "so bad", [], {}, "crisis", 0.9, "crisis/self")
    for version, turn in enumerate(turns):
        write_turn(console.database, "visitor", "website", version, {}, [turn])
    anna = console.signed_in()
    (found,) = re.findall(r'href="/queue/(\w{4}-\w{2})"', anna.get("/queue").text)
    for one in range(20):
        add_note(console.database, cora, found, f"note-{one}. " + LONG * 2)
        save_reply(console.database, cora, f"Reply {one:02}", LONG)
    return found


def size(answer) -> int:
    assert answer.status_code == 200
    return len(answer.content)


def test_an_item_with_much_in_it_is_short_and_all_its_notes_can_be_read(console: Console, code: str) -> None:
    anna, address, found = console.signed_in(), f"/queue/{code}", set()
    assert size(anna.get(address)) <= MOST
    html = anna.get(address).text
    assert "so bad" in html
    assert ">Earlier messages<" in html
    assert ">All replies<" in html
    while address:
        answer = anna.get(address)
        assert size(answer) <= MOST
        found |= set(re.findall(r"note-\d+", answer.text))
        older = re.search(r'href="([^"#]+)#notes">Older ones', answer.text)
        address = older[1] if older else ""
    assert len(found) == 20
    assert size(anna.get(f"/queue/{code}?calls=999")) <= MOST


def test_all_of_a_long_conversation_can_be_read(console: Console, code: str) -> None:
    anna, address, found = console.signed_in(), "/conversations/1", set()
    while address:
        answer = anna.get(address)
        assert size(answer) <= MOST
        found |= set(re.findall(r"said-(\d+)\.", answer.text))
        earlier = re.search(r'href="(/conversations/1\?before=\d+)">Earlier turns', answer.text)
        address = earlier[1] if earlier else ""
    assert len(found) == 59


def test_all_replies_can_be_read(console: Console, code: str) -> None:
    anna, found = console.signed_in(), set()
    for page in range(1, 20):
        answer = anna.get(f"/replies?page={page}")
        assert size(answer) <= MOST
        found |= set(re.findall(r"<h2>(Reply \d+)</h2>", answer.text))
    assert len(found) == 20


def test_a_list_without_entries_is_one_page() -> None:
    assert in_pages([], lambda one: (), 100) == [[]]
    assert in_pages(["a" * 5000, "b", "c"], lambda one: (one,), 1000) == [["a" * 5000], ["b", "c"]]
