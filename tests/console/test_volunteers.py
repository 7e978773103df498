"""Volunteers at the console: who there is, how to reach them, adding, changing, removing, and files."""

import re
from datetime import timedelta
from html import unescape
from itertools import pairwise

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from helpline.store.audit import Actor, list_entries
from helpline.store.requests import save_request
from helpline.store.tables import RequestRow
from helpline.store.volunteer_changes import add_volunteer, change_volunteer, set_volunteer_state
from helpline.store.volunteer_matches import move_match, propose_match
from helpline.store.volunteer_memory import NAMES, PROFILES
from helpline.store.volunteer_rows import VOLUNTEERS, content_of
from helpline.volunteers.csv_file import read_csv
from tests.builders import volunteer, volunteer_request
from tests.channels.product.conftest import until
from tests.console.conftest import Browser, Console

TEST = Actor(None, "test")
FILLED = {
    "name": "Rosa",
    "email": "rosa@example.org",
    "phone": "(215) 555-0142",
    "role": "patient",
    "metastatic": "y",
    "languages": "Spanish, en",
    "methods": ["phone", "text"],
    "capacity": "3",
    "rest_days": "14",
    "concerns": ["telling_children"],
    "diagnosis": "recurrence",
    "trained_on": "2026-01-31",
    "notes": "Sings in a choir",
}


def add(console: Console, **parts) -> int:
    return add_volunteer(console.database, TEST, volunteer(**parts))


def kept(console: Console, number: int):
    with console.database.transaction() as session:
        return content_of(session.execute(select(VOLUNTEERS).where(VOLUNTEERS.c.id == number)).one())


def cora(console: Console) -> Browser:
    return console.signed_in("cora", "coordinator")


def words_of(answer) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", " ", answer.text)).split())


def test_without_volunteers_the_page_says_what_to_do(console: Console) -> None:
    assert "Add the first one, or take in the list" in words_of(cora(console).get("/volunteers"))
    assert "A coordinator can add some." in words_of(console.signed_in().get("/volunteers"))
    assert "Nobody fits" in words_of(console.signed_in().get("/volunteers?free=y"))


def test_everybody_on_staff_sees_who_they_are_and_nobody_how_to_reach_them(console: Console) -> None:
    number = add(console, notes="Has a sister")
    for browser in (console.signed_in(), cora(console)):
        for path in ("/volunteers", f"/volunteers/{number}", f"/volunteers/{number}/edit"):
            shown = browser.get(path).text
            assert "joan@" not in shown
            assert "555" not in shown
    shown = words_of(console.signed_in().get(f"/volunteers/{number}"))
    for told in (
        "Joan",
        "Has a sister",
        "HER2-positive",
        "Telling children",
        "2 of 2 places free",
        "A coordinator can",
    ):
        assert told in shown
    assert "Change" not in shown


def test_how_to_reach_them_is_shown_to_a_coordinator_who_asks_and_written_down(console: Console) -> None:
    number = add(console)
    shown = cora(console).post(f"/volunteers/{number}/contact").text
    assert "joan@example.org" in shown
    assert "+12155550177" in shown
    assert list_entries(console.database, f"volunteer {number}")[0].action == "contact revealed"
    assert console.signed_in().post(f"/volunteers/{number}/contact").status_code == 403


def test_filters_and_search_find_whom_they_say_and_no_address_of_a_page_holds_a_name(console: Console) -> None:
    add(console)
    add(console, name="Marisol", email="m@example.org", languages=frozenset({"es"}), state="pausing", trained_on=None)
    browser = console.signed_in()
    for query, names in {
        "": ["Marisol", "Joan"],
        "language=es": ["Marisol"],
        "state=active": ["Joan"],
        "free=y": ["Joan"],
        "untrained=y": ["Marisol"],
        "diagnosis=recurrence": [],
        "diagnosis=nonsense&state=x": ["Marisol", "Joan"],
    }.items():
        assert re.findall('class="open"[^>]*>([^<]+)<', browser.get(f"/volunteers?{query}").text) == names, query
    for typed in ("mari", "M@example.org"):
        answer = browser.post("/volunteers/search", q=typed)
        assert answer.status_code == 200
        assert re.findall('class="open"[^>]*>([^<]+)<', answer.text) == ["Marisol"]
    assert len(re.findall('class="open"', browser.post("/volunteers/search", q="(215) 555-0177").text)) == 2


def test_added_changed_paused_and_active_again(console: Console) -> None:
    browser = cora(console)
    assert "Add a volunteer" in browser.get("/volunteers/new").text
    answer = browser.post("/volunteers/new", **FILLED)
    assert answer.headers["location"] == "/volunteers/1?said=volunteer-added"
    one = kept(console, 1)
    assert (one.email, one.phone, one.profile.languages) == ("rosa@example.org", "+12155550142", {"en", "es"})
    assert (one.profile.capacity, one.profile.methods) == (3, {"phone", "text"})
    form = browser.get("/volunteers/1/edit").text
    assert 'value="English, Spanish"' in form
    assert re.search('checked[^>]*value="telling_children"', form)
    changed = {**FILLED, "email": "", "phone": "", "name": "Rosa B.", "concerns": ["faith"], "version": "1"}
    assert browser.post("/volunteers/1/edit", **changed).status_code == 303
    one = kept(console, 1)
    assert (one.name, one.email, one.phone, one.profile.concerns) == (
        "Rosa B.",
        "rosa@example.org",
        "+12155550142",
        {"faith"},
    )
    assert browser.post("/volunteers/1/edit", **changed, forget_phone="y").status_code == 409
    assert browser.post("/volunteers/1/edit", **{**changed, "version": "2"}, forget_phone="y").status_code == 303
    assert kept(console, 1).phone is None
    assert "pauses" in browser.client.get(browser.post("/volunteers/1/pause", version="3").headers["location"]).text
    assert browser.post("/volunteers/1/activate", version="4").status_code == 303
    shown = words_of(browser.get("/volunteers/1"))
    assert "volunteer changed (name, lived through)" in shown
    done = [entry.action for entry in list_entries(console.database, "volunteer 1")]
    assert done == [
        "volunteer active",
        "volunteer pausing",
        "volunteer changed",
        "volunteer changed",
        "volunteer added",
    ]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": " "}, "Write a name."),
        ({"email": "", "phone": ""}, "without one nobody can ask them"),
        ({"email": "nobody"}, "This is not an email address"),
        ({"phone": "12"}, "This is not a phone number"),
        ({"methods": []}, "Tick at least one way."),
        ({"languages": "Martian!"}, "is not a language"),
        ({"capacity": "many"}, "Write a number from 1 to 20."),
        ({"trained_on": "2999-01-01"}, "still to come"),
        ({"treatment_ended": "2020-01-01"}, "its treatment goes on"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_saved(console: Console, fields: dict, said: str) -> None:
    answer = cora(console).post("/volunteers/new", **{**FILLED, **fields})
    assert answer.status_code == 422
    assert said in unescape(answer.text)
    assert "Sings in a choir" in answer.text
    assert "No volunteers yet" in cora(console).get("/volunteers").text


def test_a_double_is_shown_and_not_added(console: Console) -> None:
    number = add(console)
    answer = cora(console).post("/volunteers/new", **{**FILLED, "email": "Joan@example.org"})
    assert answer.status_code == 409
    assert f'href="/volunteers/{number}"' in answer.text
    set_volunteer_state(console.database, TEST, number, 1, "removed")
    answer = cora(console).post("/volunteers/new", **{**FILLED, "email": "Joan@example.org"})
    assert "They were removed, and can be brought back there." in words_of(answer)
    cora(console).post("/volunteers/new", **{**FILLED, "phone": "(215) 555-0177"})
    assert "The phone number is also that of volunteer 1" in words_of(cora(console).get("/volunteers/2"))


def test_whoever_saves_over_somebody_else_is_told_what_is_kept_now_and_loses_nothing(console: Console) -> None:
    number = add(console)
    browser = cora(console)
    change_volunteer(console.database, TEST, number, 1, {"languages": frozenset({"fr"})})
    answer = browser.post(f"/volunteers/{number}/edit", **FILLED, version="1")
    assert answer.status_code == 409
    shown = words_of(answer)
    assert "Somebody else changed this volunteer" in shown
    assert "Languages French" in shown
    assert "Sings in a choir" in answer.text
    again = re.search(r'name="version" value="(\d+)"', answer.text)[1]
    assert browser.post(f"/volunteers/{number}/edit", **FILLED, version=again).status_code == 303
    for what in ("pause", "remove"):
        answer = browser.post(f"/volunteers/{number}/{what}", version="1")
        assert answer.status_code == 409
        assert "nothing was done" in answer.text


def test_with_whom_somebody_is_matched_and_was_is_on_their_page(console: Console) -> None:
    number, browser = add(console), cora(console)
    code = save_request(console.database, volunteer_request(), "visitor", console.database.now())
    with console.database.transaction() as session:
        request = session.execute(select(RequestRow.id)).scalar_one()
    match = propose_match(console.database, TEST, request, number)
    assert f"{code} · Proposed, nobody was asked yet" in words_of(browser.get(f"/volunteers/{number}"))
    assert "Their 1 match ends" in words_of(browser.get(f"/volunteers/{number}"))
    for before, after in pairwise(("proposed", "asked", "accepted", "final", "ended")):
        move_match(console.database, TEST, match, before, after)
    shown = words_of(browser.get(f"/volunteers/{number}"))
    assert "Nobody now" in shown
    assert f"{code} · Ended" in shown
    end = (console.database.now() + timedelta(days=14)).date().isoformat()
    assert f"rests until {end}" in shown


def test_removed_brought_back_and_deleted(console: Console) -> None:
    number, browser = add(console), cora(console)
    assert browser.post(f"/volunteers/{number}/remove", version="1").status_code == 303
    assert "No volunteers yet" in browser.get("/volunteers").text
    shown = words_of(browser.get(f"/volunteers/{number}"))
    assert "goes 365 days after that" in shown
    for answer in (browser.get(f"/volunteers/{number}/edit"), browser.post(f"/volunteers/{number}/edit", **FILLED)):
        assert answer.status_code == 409
        assert "Bring them back first." in answer.text
    assert browser.get("/volunteers/999/edit").status_code == 404
    assert "Bring back" in shown
    assert browser.post(f"/volunteers/{number}/activate", version="2").status_code == 303
    answer = browser.post(f"/volunteers/{number}/delete", version="3")
    assert answer.status_code == 422
    assert "Tick the box first" in answer.text
    assert browser.post(f"/volunteers/{number}/delete", version="3", sure="yes").status_code == 303
    assert browser.get(f"/volunteers/{number}").status_code == 404


def test_a_file_is_shown_before_it_is_taken_in(console: Console) -> None:
    number, browser = add(console), cora(console)
    csv = "Name,Email,Languages\r\nJoan B.,joan@example.org,en\r\nRosa,rosa@example.org,es\r\nBad,nobody,es\r\n"
    answer = browser.post("/volunteers/import", csv=csv)
    shown = words_of(answer)
    assert "1 new, 1 changed, 0 as they are, 1 that cannot be taken in. Nothing is written yet." in shown
    assert "Line 4 , Bad" in shown
    assert "Email: This is not an email address. Write one such as joan@example.org." in shown
    assert "Line 2, Joan B. : name" in shown
    assert kept(console, number).name == "Joan"
    mark = re.search('name="mark" value="([0-9a-f]{64})"', answer.text)[1]
    sent = unescape(re.search('name="csv" value="([^"]*)"', answer.text)[1])
    assert browser.post("/volunteers/import/confirm", csv=sent, mark="x").status_code == 409
    assert browser.post("/volunteers/import/confirm", csv=sent, mark=mark).status_code == 303
    assert (kept(console, number).name, kept(console, 2).name) == ("Joan B.", "Rosa")
    assert "Volunteers imported 1 new; 1 changed; 0 same; 1 refused" in words_of(browser.get("/audit"))


def test_a_file_that_cannot_be_read_says_what_to_do(console: Console) -> None:
    browser = cora(console)
    for csv, said in (
        ("", "Choose a file, or paste"),
        ("Name,Email\n", "holds nobody"),
        ("Nom;Courriel\n", "no column"),
    ):
        answer = browser.post("/volunteers/import", csv=csv)
        assert answer.status_code == 422
        assert said in answer.text
    large = "Name,Email\n" + "".join(f"Joan,joan{one}@example.org\n" for one in range(5000))
    assert "5000 new" in words_of(browser.post("/volunteers/import", csv=large))
    assert browser.post("/volunteers/import", csv="a" * 6_100_000).status_code == 413
    assert browser.post("/volunteers/search", q="a" * 70_000).status_code == 413


def test_all_are_taken_along_by_coordinators_and_written_down(console: Console) -> None:
    add(console, notes="=cmd()")
    answer = cora(console).post("/volunteers/export")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(r'attachment; filename="volunteers-[\d-]+\.csv"', answer.headers["content-disposition"])
    (row,) = read_csv(answer.content.decode(), "US")
    assert (row.parts["email"], row.parts["notes"]) == ("joan@example.org", "=cmd()")
    assert '"\'=cmd()"' in answer.text
    entry = list_entries(console.database)[0]
    assert (entry.staff_name, entry.action, entry.detail) == ("Cora", "volunteers exported", {"volunteers": 1})
    assert console.signed_in().post("/volunteers/export").status_code == 403


def test_names_and_words_are_shown_as_words(console: Console) -> None:
    number = add(console, name="<b>Joan</b>", notes="<script>x</script>")
    for path in ("/volunteers", f"/volunteers/{number}", f"/volunteers/{number}/edit"):
        shown = cora(console).get(path).text
        assert "<b>Joan" not in shown
        assert "<script>x" not in shown


def test_pages_of_a_list(console: Console) -> None:
    for number in range(27):
        add(console, name=f"Person {number}", email=f"p{number}@example.org", phone=None)
    browser = console.signed_in()
    first = browser.get("/volunteers?language=en")
    assert "27 volunteers" in words_of(first)
    assert "page=2" in first.text
    assert re.findall('class="open"[^>]*>([^<]+)<', browser.get("/volunteers?language=en&page=2").text) == [
        "Person 1",
        "Person 0",
    ]


def test_the_volunteers_are_read_once_the_console_starts(console: Console) -> None:
    """So nobody waits at the first look until thousands are decrypted."""
    number = add(console)
    with TestClient(console.app, base_url="http://127.0.0.1:5006"):
        until(lambda: NAMES.remembered(console.database) == {number: ("joan",)}, seconds=20)
        assert list(PROFILES.remembered(console.database)) == [number]
