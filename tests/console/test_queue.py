"""The queue and its items, as staff use them."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from helpline.console.due import due_times
from helpline.store import queue_changes as changes
from helpline.store.audit import list_entries
from helpline.store.conversations import TurnRecord, end_conversation, write_turn
from helpline.store.flags import flag_conversation
from helpline.store.inbox import Answer, IncomingMessage, contacts_waiting, finish, next_waiting, receive
from helpline.store.messaging_senders import MessagingSender
from helpline.store.outbox import Outgoing, give_up, take_next
from helpline.store.queue import Wanted, list_queue
from helpline.store.requests import find_request, save_request, withdraw_request
from helpline.store.staff import find_account
from tests.builders import callback_request, volunteer_request
from tests.console.conftest import Browser, Console


def save(console: Console, request=None, sender: str = "sender", hours: float = 0) -> str:
    at = console.database.now() - timedelta(hours=hours)
    return save_request(console.database, request or callback_request(), sender, at)


def row(console: Console, reference: str):
    with console.database.transaction() as session:
        found = session.execute(text("SELECT * FROM queue_items WHERE reference = :r"), {"r": reference})
        return found.mappings().one()


def post(browser: Browser, console: Console, reference: str, what: str, **fields):
    version = fields.pop("version", row(console, reference)["version"])
    return browser.post(f"/queue/{reference}/{what}", version=version, **fields)


def test_an_empty_queue_says_what_to_do(console: Console) -> None:
    assert "Nobody waits" in console.signed_in().get("/queue").text
    assert "Nothing fits" in console.signed_in().get("/queue?topic=nothing").text


def test_the_most_urgent_is_first_with_the_reason(console: Console) -> None:
    late = save(console, hours=30)
    soon = save(console, callback_request(first_name="Rosa"), "b", 3)
    save(console, volunteer_request(first_name="Tom"), "c", 1)
    flag_conversation(console.database, "d", "m", "crisis/self", console.database.now() - timedelta(minutes=20))
    shown = re.sub("<[^>]+>|\\s+", " ", console.signed_in().get("/queue").text)
    shown = " ".join(shown.split())
    order = [
        "Said something that may be a crisis 20 minutes ago , due in 40 minutes",
        "Asked for a call 1 day ago , late by 6 hours",
        "Asked for a call 3 hours ago , due in 21 hours",
        "Asked for a peer volunteer 1 hour ago , due in 2 days",
    ]
    places = [shown.index(words) for words in order]
    assert places == sorted(places)
    assert "4 open, 1 late" in shown
    assert shown.index(late) < shown.index(soon)


def test_times_are_exact_on_hover(console: Console) -> None:
    save(console, hours=3)
    assert re.search(r'<time datetime="\d{4}-\d\d-\d\dT[\d:]+\+00:00" title="\w+day, [^"]+ UTC">3 hours ago</time>',
                     console.signed_in().get("/queue").text)  # fmt: skip


def test_a_day_of_work(console: Console) -> None:
    code = save(console, hours=3)
    anna = console.signed_in()
    assert "Assign to me" in anna.get(f"/queue/{code}").text
    assert post(anna, console, code, "take").headers["location"] == f"/queue/{code}?said=taken"
    assert find_request(console.database, code).status == "in_progress"
    shown = anna.post(f"/queue/{code}/contact").text
    assert "(215) 555-0142" in shown
    assert list_entries(console.database, code)[0].action == "contact revealed"
    next_at = (console.database.now() + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    post(anna, console, code, "attempts", outcome="no_answer", note="Rang out", next_at=next_at, status="")
    shown = anna.get(f"/queue/{code}").text
    assert "No answer" in shown
    assert "Rang out" in shown
    assert "next call in 2 hours" in shown
    post(anna, console, code, "notes", text="She prefers <evenings>")
    assert "She prefers &lt;evenings&gt;" in anna.get(f"/queue/{code}").text
    post(anna, console, code, "labels", labels="Scan, sleep, ,scan")
    assert code in anna.get("/queue?label=sleep").text
    assert code not in anna.get("/queue?status=new").text
    answer = post(anna, console, code, "attempts", outcome="reached", note="", next_at="", status="done")
    shown = anna.get(answer.headers["location"]).text
    assert "The attempt is written down. The request is now: Done." in shown
    assert "status changed to Done" in shown
    assert find_request(console.database, code).status == "done"
    assert code not in anna.get("/queue").text
    assert code in anna.get("/queue?status=closed").text
    done = [entry.action for entry in list_entries(console.database, code)]
    assert done == ["status changed", "attempt", "labels", "note", "attempt", "contact revealed", "taken"]


def test_whoever_saves_over_somebody_else_is_told_and_loses_nothing(console: Console) -> None:
    code = save(console)
    anna, ben = console.signed_in(), console.signed_in("ben")
    seen = row(console, code)["version"]
    post(ben, console, code, "take")
    answer = post(
        anna, console, code, "attempts", version=seen, outcome="reached", note="A long story", next_at="", status="done"
    )
    assert answer.status_code == 409
    assert "Somebody else changed this" in answer.text
    assert "A long story</textarea>" in answer.text
    assert '<option selected value="reached">' in answer.text
    assert find_request(console.database, code).status == "in_progress"
    again = re.search(r'name="version" value="(\d+)"', answer.text)[1]
    assert (
        post(
            anna,
            console,
            code,
            "attempts",
            version=again,
            outcome="reached",
            note="A long story",
            next_at="",
            status="done",
        ).status_code
        == 303
    )


def test_a_visitor_who_withdraws_goes_before_what_staff_had_typed(console: Console) -> None:
    code = save(console)
    anna = console.signed_in()
    seen = row(console, code)["version"]
    withdraw_request(console.database, code, console.database.now())
    assert post(anna, console, code, "status", version=seen, status="done").status_code == 409
    assert row(console, code)["status"] == "withdrawn"


@pytest.mark.parametrize(
    ("status", "heard"),
    [
        ("waiting_for_volunteer", "in_progress"),
        ("could_not_reach", "done"),
        ("done", "done"),
        ("withdrawn", "withdrawn"),
    ],
)
def test_what_the_visitor_hears_follows(console: Console, status: str, heard: str) -> None:
    code = save(console, volunteer_request())
    post(console.signed_in(), console, code, "status", status=status)
    assert find_request(console.database, code).status == heard
    assert (withdraw_request(console.database, code, console.database.now())) == (heard != "done")


def test_who_else_looks_is_said(console: Console) -> None:
    code = save(console)
    console.signed_in("ben").get(f"/queue/{code}")
    anna = console.signed_in()
    assert "Ben looks at this too" in anna.get(f"/queue/{code}").text
    # Both pages stay open, and say so.
    for minutes in range(1, 5):
        console.ahead = timedelta(minutes=minutes)
        assert "Anna looks at this too" in console.signed_in("ben").get(f"/queue/{code}/viewers").text
        assert "Ben looks at this too" in anna.get(f"/queue/{code}/viewers").text
    console.ahead = timedelta(minutes=7)
    assert anna.get(f"/queue/{code}/viewers").text.strip() == ""
    assert "Ben" not in anna.get(f"/queue/{code}").text.partition("How it stands")[0]


def test_found_by_code_phone_and_email_and_no_address_of_a_page_holds_a_number(console: Console) -> None:
    call, sign_up = save(console), save(console, volunteer_request(first_name="Tom"), "b")
    anna = console.signed_in()
    assert anna.post("/queue/search", q=call.lower()).headers["location"] == f"/queue/{call}"
    for typed, found, other in (
        ("(215) 555-0142", call, sign_up),
        ("+1 215 555 0142", call, sign_up),
        ("Grace@Example.org ", sign_up, call),
    ):
        address = anna.post("/queue/search", q=typed).headers["location"]
        assert "0142" not in address
        assert "example" not in address
        shown = anna.get(address).text
        assert found in shown
        assert other not in shown
    assert call not in anna.get(anna.post("/queue/search", q="215").headers["location"]).text


def test_filters(console: Console) -> None:
    call, sign_up = save(console), save(console, volunteer_request(), "b")
    anna = console.signed_in()
    assert sign_up not in anna.get("/queue?kind=callback").text
    assert call not in anna.get("/queue?topic=SCANS").text
    assert sign_up in anna.get("/queue?topic=SCANS").text
    post(anna, console, call, "take")
    assert sign_up not in anna.get("/queue?whose=mine").text
    assert call not in anna.get("/queue?whose=nobody").text
    assert anna.get("/queue?kind=nonsense&status=x&whose=y&label=z&page=99999999").status_code == 200


def test_what_is_untouched_returns_to_the_queue(console: Console) -> None:
    code, planned = save(console), save(console, callback_request(first_name="Rosa"), "b")
    anna = console.signed_in()
    for each in (code, planned):
        post(anna, console, each, "take")
    tomorrow = (console.database.now() + timedelta(hours=30)).strftime("%Y-%m-%dT%H:%M")
    post(anna, console, planned, "attempts", outcome="asked_to_call_later", note="", next_at=tomorrow, status="")
    console.ahead = timedelta(hours=9)
    console.signed_in("ben").get("/queue")
    assert row(console, code)["assigned_to"] is None
    assert row(console, planned)["assigned_to"] is not None
    assert list_entries(console.database, code)[0].action == "returned untouched"


def test_the_same_person_is_said_and_doubles_are_merged(console: Console) -> None:
    first = save(console, sender="a", hours=5)
    double = save(console, callback_request(callback_topic="and work"), "b")
    stranger = save(console, callback_request(phone_number="+12155550199"), "c")
    cora = console.signed_in("cora", "coordinator")
    shown = cora.get(f"/queue/{double}").text
    assert "There is more from the same person" in shown
    assert stranger not in shown
    assert "Merge" not in console.signed_in("anna").get(f"/queue/{double}").text
    assert post(cora, console, double, "merge", into=stranger).status_code == 409
    assert post(cora, console, double, "merge", into=first).status_code == 303
    assert double not in cora.get("/queue").text
    post(cora, console, first, "status", status="done")
    assert find_request(console.database, double).status == "done"


def test_a_double_comes_back_when_the_other_is_withdrawn(console: Console) -> None:
    first, double = save(console, sender="a"), save(console, callback_request(callback_topic="x"), "b")
    cora = console.signed_in("cora", "coordinator")
    post(cora, console, double, "merge", into=first)
    withdraw_request(console.database, first, console.database.now())
    assert double in cora.get("/queue").text


def test_nobody_is_forgotten_for_want_of_a_date(console: Console) -> None:
    code = save(console, hours=3)
    anna = console.signed_in()
    post(anna, console, code, "attempts", outcome="no_answer", note="", next_at="", status="")
    assert "next call in 1 day" in anna.get("/queue").text
    wrong = save(console, callback_request(first_name="Rosa"), "b", hours=3)
    post(anna, console, wrong, "attempts", outcome="wrong_number", note="", next_at="", status="")
    assert row(console, wrong)["next_attempt_at"] is not None
    post(anna, console, code, "attempts", outcome="no_answer", note="", next_at="", status="could_not_reach")
    assert row(console, code)["next_attempt_at"] is None


def test_handing_over(console: Console) -> None:
    code = save(console)
    anna, ben, cora = console.signed_in(), console.signed_in("ben"), console.signed_in("cora", "coordinator")
    console.signed_in("ada", "administrator")
    ids = {name: find_account(console.database, name).id for name in ("anna", "ben", "cora", "ada")}
    post(anna, console, code, "take")
    assert post(ben, console, code, "hand-over", to=ids["ben"]).status_code == 403
    assert post(anna, console, code, "hand-over", to=ids["ada"]).status_code == 422
    assert post(anna, console, code, "hand-over", to=ids["ben"]).status_code == 303
    assert post(cora, console, code, "hand-over", to=ids["cora"]).status_code == 303
    assert row(console, code)["assigned_to"] == ids["cora"]
    assert post(cora, console, code, "return").status_code == 303
    assert row(console, code)["assigned_to"] is None


def test_an_administrator_sees_no_name_number_or_note(console: Console) -> None:
    code = save(console)
    changes.add_note(console.database, find_actor(console), code, "a private note")
    ada = console.signed_in("ada", "administrator")
    for shown in (ada.get("/queue").text, ada.get(f"/queue/{code}").text):
        assert "Grace" not in shown
        assert "telling my kids" not in shown
        assert "private" not in shown
        assert "555" not in shown
    assert "You may not do this" in ada.post(f"/queue/{code}/contact").text


def find_actor(console: Console):
    console.signed_in("zoe")
    return find_account(console.database, "zoe").actor


def test_a_flagged_conversation_stands_once_and_says_the_most_serious(console: Console) -> None:
    for number, reason in enumerate(("emergency/urgent", "crisis/self", "violence")):
        flag_conversation(console.database, "sender", f"m{number}", reason, console.database.now())
    listed = list_queue(console.database, Wanted(), due_times(console.settings), console.database.now(), 0)
    assert [(item.kind, item.reason) for item in listed.items] == [("conversation", "crisis/self")]


def test_contact_notes_and_names_cannot_be_read_in_the_file(console: Console, tmp_path) -> None:
    code = save(console)
    anna = console.signed_in()
    anna.post(f"/queue/{code}/contact")
    post(anna, console, code, "notes", text="her daughter is called Quilla")
    post(anna, console, code, "attempts", outcome="no_answer", note="voice of Zebulon", next_at="", status="")
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for secret in ("Quilla", "Zebulon", "5550142", "Grace", "telling my kids"):
        assert secret.encode() not in content


def test_what_is_gone_is_said(console: Console) -> None:
    anna = console.signed_in()
    assert anna.get("/queue/ACDE-FG").status_code == 404
    assert anna.post("/queue/ACDE-FG/take", version=1).status_code == 404


def test_a_number_is_shown_once_asked_for_and_not_before(console: Console) -> None:
    code = save(console)
    anna = console.signed_in()
    for shown in (anna.get("/queue").text, anna.get(f"/queue/{code}").text):
        assert "555" not in re.sub("<input[^>]+>", "", shown)
    fragment = anna.client.post(f"/queue/{code}/contact", data={"csrf": anna.csrf}, headers={"HX-Request": "true"})
    assert "(215) 555-0142" in fragment.text
    assert "<html" not in fragment.text


@pytest.mark.parametrize(
    "query", ["", "?kind=callback", "?status=closed", "?label=none", "?page=2", "?topic=x", "?kind=x"]
)
def test_what_nobody_touched_in_the_filters_is_not_wrong(console: Console, query: str) -> None:
    shown = console.signed_in().get(f"/queue{query}").text
    # What makes no sense is said to be so where it was chosen, and nowhere else.
    wrong = re.findall(r'class="wrong" id="(\w+)-wrong"', shown)
    assert wrong == {"?kind=x": ["kind"], "?label=none": ["label"]}.get(query, [])
    assert ('value="open" selected' in shown or 'selected value="open"' in shown) == ("status=" not in query)


def test_from_a_flagged_item_to_its_conversation_and_back(console: Console) -> None:
    now = console.database.now()
    turn = TurnRecord("m1", now, "so tired of it all", [], {}, "crisis", 0.9, "crisis/self")
    write_turn(console.database, "sender", "website", 0, {}, [turn])
    call = save(console)
    anna = console.signed_in()
    code = re.search(r'href="/queue/([A-Z0-9-]{7})"', anna.get("/queue?kind=conversation").text).group(1)
    assert 'href="/conversations/1"' in anna.get(f"/queue/{code}").text
    assert f'href="/queue/{code}"' in anna.get("/conversations/1").text
    assert f'href="/queue/{call}"' not in anna.get("/conversations/1").text
    assert 'href="/conversations/1"' not in anna.get(f"/queue/{call}").text
    assert 'href="/conversations/1"' not in console.signed_in("ada", "administrator").get(f"/queue/{code}").text
    end_conversation(console.database, "sender", now)
    shown = anna.get(f"/queue/{code}").text
    assert "no longer kept" in shown
    assert 'href="/conversations/1"' not in shown


def test_an_answer_that_did_not_arrive_is_in_the_queue_with_where_the_person_writes_from(console: Console) -> None:
    sender = MessagingSender("sms", "+15550100000", "+12155550142", "+12155550142")
    now = console.database.now()
    receive(console.database, [IncomingMessage(sender, "SM1", {}, urgent=True)], now)
    ((contact, urgent),) = contacts_waiting(console.database)
    finish(console.database, next_waiting(console.database, contact, urgent), Answer([Outgoing({}, urgent)]), now)
    give_up(console.database, take_next(console.database, contact, urgent, now), "21610", now)
    anna = console.signed_in()
    shown = anna.get("/queue").text
    assert "May be in danger, and the answer did not arrive" in shown
    (code,) = re.findall(r'href="/queue/(\w{4}-\w{2})"', shown)[:1]
    page = anna.get(f"/queue/{code}").text
    assert "555" not in re.sub("<input[^>]+>", "", page)
    assert "no way to call back" not in page
    answer = anna.client.post(f"/queue/{code}/contact", data={"csrf": anna.csrf}, headers={"HX-Request": "true"})
    assert "(215) 555-0142" in answer.text
    assert 'href="sms:+12155550142"' in answer.text
    assert "contact revealed" in [entry.action for entry in list_entries(console.database)]
