"""What could lose somebody in the queue: new danger, mistyped years, stale forms, a search that stops."""

import re
from datetime import timedelta

import pytest

from helpline.console.due import due_times
from helpline.store import queue as queue_store
from helpline.store.audit import list_entries
from helpline.store.flags import flag_conversation
from helpline.store.inbox import IncomingMessage, receive
from helpline.store.messaging_senders import MessagingSender, sender_id_of
from helpline.store.queue import Wanted, list_queue
from helpline.store.staff import find_account
from tests.builders import callback_request
from tests.console.conftest import Console
from tests.console.test_queue import post, row, save


def test_new_danger_is_seen_as_such_by_its_owner_and_by_everybody(console: Console) -> None:
    now = console.database.now()
    flag_conversation(console.database, "d", "m1", "violence", now - timedelta(hours=5))
    anna, ben = console.signed_in(), console.signed_in("ben")
    (code,) = re.findall(r'href="/queue/(\w{4}-\w{2})"', anna.get("/queue").text)
    post(anna, console, code, "attempts", outcome="reached", note="", next_at="", status="")
    assert "urgent" not in anna.get("/queue").text
    flag_conversation(console.database, "d", "m2", "crisis/self", now - timedelta(minutes=2))
    for browser in (anna, ben):
        shown = browser.get("/queue").text
        assert 'class="row item urgent"' in shown
        assert "New danger: said something that may be a crisis" in shown
        assert "Anna" in shown
    assert "still with Anna" in ben.get(f"/queue/{code}").text
    shown = anna.get(f"/queue/{code}").text
    assert "New danger was raised" in shown
    assert "still with you" in shown
    assert "I have read it and go on" in shown
    post(anna, console, code, "take")
    assert "New danger" not in anna.get(f"/queue/{code}").text


@pytest.mark.parametrize("zone", [None, "Asia/Tokyo", "America/New_York"])
@pytest.mark.parametrize("year", ["0001", "2062", "9999"])
def test_a_year_that_is_mistyped_loses_nothing(console: Console, zone: str | None, year: str) -> None:
    code = save(console)
    console.settings.helpline_time_zone = zone
    anna = console.signed_in()
    next_at = f"{year}-12-31T23:59" if year == "9999" else f"{year}-01-01T00:00"
    answer = post(anna, console, code, "attempts", outcome="no_answer", note="Rang out", next_at=next_at, status="")
    assert answer.status_code == 422
    assert ("is past" if year == "0001" else "more than a year ahead") in answer.text
    assert "Rang out</textarea>" in answer.text
    assert row(console, code)["next_attempt_at"] is None


def test_labels_of_a_colleague_are_not_wiped_and_stand_in_no_log(console: Console) -> None:
    code = save(console)
    anna, ben = console.signed_in(), console.signed_in("ben")
    seen = row(console, code)["version"]
    post(ben, console, code, "labels", labels="Prefers evenings")
    answer = post(anna, console, code, "labels", version=seen, labels="scan")
    assert answer.status_code == 409
    assert "What you typed is still here" in answer.text
    assert 'value="scan"' in answer.text
    assert "prefers evenings" in anna.get(f"/queue/{code}").text
    again = re.search(r'name="version" value="(\d+)"', answer.text)[1]
    assert post(anna, console, code, "labels", version=again, labels="scan").status_code == 303
    assert [entry.detail for entry in list_entries(console.database, code)] == [{}, {}]


def test_what_a_colleague_has_is_not_taken_without_a_word(console: Console) -> None:
    code = save(console)
    anna, ben, cora = console.signed_in(), console.signed_in("ben"), console.signed_in("cora", "coordinator")
    post(anna, console, code, "take")
    shown = ben.get(f"/queue/{code}").text
    assert "They, or a coordinator, can hand it over" in shown
    assert f'action="/queue/{code}/take"' not in shown
    assert post(ben, console, code, "take").status_code == 403
    assert row(console, code)["assigned_to"] == find_account(console.database, "anna").id
    assert "Take it over from Anna" in cora.get(f"/queue/{code}").text
    assert post(cora, console, code, "take").status_code == 303


def test_danger_in_what_a_colleague_has_may_be_taken_over_by_anybody(console: Console) -> None:
    now = console.database.now()
    flag_conversation(console.database, "d", "m1", "violence", now)
    anna, ben = console.signed_in(), console.signed_in("ben")
    (code,) = re.findall(r'href="/queue/(\w{4}-\w{2})"', anna.get("/queue").text)
    post(anna, console, code, "take")
    assert post(ben, console, code, "take").status_code == 403
    flag_conversation(console.database, "d", "m2", "crisis/self", now)
    assert "Take it over from Anna" in ben.get(f"/queue/{code}").text
    assert post(ben, console, code, "take").status_code == 303


def test_a_search_that_stops_says_so(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        save(console, callback_request(callback_topic=f"scans {number}"), f"sender {number}")
    anna = console.signed_in()
    assert "were looked through" not in anna.get("/queue?topic=scans").text
    monkeypatch.setattr(queue_store, "_MOST_DECRYPTED", 2)
    shown = anna.get("/queue?topic=scans").text
    assert "Only the newest 2 were looked through" in shown
    assert "2 found" in shown


def flag_by_text(console: Console, phone: str = "+12155550142") -> tuple[MessagingSender, str]:
    """Let somebody write about danger by text message, and return who, and the code of the conversation."""
    sender = MessagingSender("sms", "+15550100000", phone, phone)
    now = console.database.now()
    receive(console.database, [IncomingMessage(sender, f"SM{phone}", {}, urgent=True)], now)
    flag_conversation(console.database, sender_id_of(console.database, sender), "m", "crisis/self", now)
    listed = list_queue(console.database, Wanted(kind="conversation"), due_times(console.settings), now, 0)
    return sender, next(item.reference for item in reversed(listed.items))


def test_who_writes_by_text_message_is_found_by_the_number_and_is_the_same_person(console: Console) -> None:
    call, stranger = save(console), save(console, callback_request(phone_number="+12155550199"), "c")
    _, flagged = flag_by_text(console)
    anna = console.signed_in()
    shown = anna.get(anna.post("/queue/search", q="(215) 555-0142").headers["location"]).text
    assert call in shown
    assert flagged in shown
    assert stranger not in shown
    for of, other in ((call, flagged), (flagged, call)):
        shown = anna.get(f"/queue/{of}").text
        assert "There is more from the same person" in shown
        assert f'href="/queue/{other}"' in shown
        assert stranger not in shown
    assert "more from the same" not in anna.get(f"/queue/{stranger}").text
