"""Every form and every address of the console takes anything at all: it is answered, nothing fails, nothing is lost."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, quote_from_bytes

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from helpline.console import app
from helpline.console.app import routes
from helpline.console.engine_calls import EngineCalls
from helpline.console.flow_runs import FlowRuns
from helpline.processes.sockets import socket_path
from helpline.processes.supervisor import Supervisor
from helpline.store.conversations import TurnRecord, write_turn
from helpline.store.drafts import save_draft
from helpline.store.flows import save_flow
from helpline.store.proposals import propose
from helpline.store.queue_changes import add_note, list_replies, save_reply
from helpline.store.requests import save_request
from helpline.store.staff import find_account
from helpline.store.tables import Base
from helpline.store.volunteer_changes import add_volunteer
from tests.builders import volunteer, volunteer_request
from tests.console.conftest import Browser, Console, open_console
from tests.store.conftest import KINDS, empty_database

VOLUNTEER = (
    "name email phone role metastatic treatment_ended diagnosis subtypes sites age_range languages concerns children "
    "work times methods capacity rest_days trained_on notes"
)
# The fields of each form. That no form is missing is tested.
FIELDS = {
    "/sign-in": "user_name password",
    "/sign-in/code": "code",
    "/sign-in/set-up": "code",
    "/sign-in/passkey/begin": "",
    "/sign-in/passkey": "credential",
    "/sign-out": "",
    "/account/password": "old new",
    "/account/sessions/{session:int}/end": "",
    "/account/sessions/end": "",
    "/account/passkeys/begin": "",
    "/account/passkeys": "credential name",
    "/account/passkeys/{number:int}/remove": "",
    "/queue/search": "q",
    "/queue/{reference}/take": "version",
    "/queue/{reference}/return": "version",
    "/queue/{reference}/hand-over": "version to",
    "/queue/{reference}/status": "version status",
    "/queue/{reference}/attempts": "version outcome note next_at status",
    "/queue/{reference}/notes": "text",
    "/queue/{reference}/labels": "version labels",
    "/queue/{reference}/merge": "version into",
    "/queue/{reference}/contact": "",
    "/queue/{reference}/match/need": "version language concerns children work times never_by_phone",
    "/queue/{reference}/match/ask": "version volunteer",
    "/queue/{reference}/match/answer": "version match answer",
    "/queue/{reference}/match/offer": "version offered",
    "/queue/{reference}/match/chosen": "version chosen",
    "/queue/{reference}/match/final": "version match",
    "/queue/{reference}/match/end": "version match",
    "/queue/{reference}/match/outcome": "version match side answer on",
    "/conversations/{number:int}/review": "verdict note",
    "/conversations/{number:int}/proposals": "turn intent text kind",
    "/proposals/{number:int}": "status",
    "/answers/{name}": "version seen text_0 title_0_0 title_0_1 title_0_2",
    "/answers/{name}/look": "version seen text_0 title_0_0 title_0_1 title_0_2",
    "/answers/{name}/discard": "version",
    "/access": "q",
    "/access/file": "reference conversation digest form",
    "/try/say": "channel text button",
    "/try/back": "channel",
    "/try/over": "channel",
    "/try/save": "channel name",
    "/try/tests/run": "",
    "/try/tests/{number:int}/accept": "",
    "/try/tests/{number:int}/delete": "",
    "/try/tests/{number:int}/try": "",
    "/volunteers/search": "q",
    "/volunteers/new": VOLUNTEER,
    "/volunteers/import": "csv",
    "/volunteers/import/confirm": "csv mark",
    "/volunteers/export": "",
    "/volunteers/{number:int}/edit": f"version forget_email forget_phone {VOLUNTEER}",
    "/volunteers/{number:int}/contact": "",
    "/volunteers/{number:int}/pause": "version",
    "/volunteers/{number:int}/activate": "version",
    "/volunteers/{number:int}/remove": "version",
    "/volunteers/{number:int}/delete": "version sure",
    "/matching/plan": "anew",
    "/matching/accept": "which version pair",
    "/matching/discard": "",
    "/matching/change": "request volunteer change",
    "/matching/change/accept": "version",
    "/matching/change/leave": "",
    "/replies": "title text",
    "/replies/{number:int}/delete": "",
    "/mails/allow": "address",
    "/mails/{number:int}/send": "",
    "/mails/{number:int}/leave": "",
    "/staff": "user_name change",
}
ANSWERED = {200, 204, 303, 400, 401, 403, 404, 405, 409, 413, 415, 422, 429}
# What fits a field, so that not all is refused at the first one.
FITTING = (
    *[
        "1",
        "0",
        "no_answer",
        "done",
        "in_progress",
        "right",
        "training",
        "faq/ned",
        "accepted",
        "stop",
        "anna",
        "cora",
        "2147483648",
        "[]",
        "null",
    ],
    "2030-01-01T10:00",
    "0001-01-01T00:00",
    "9999-12-31T23:59",
    "9" * 25,
    '{"id": "x", "rawId": 1}',
    "1-1",
    "all",
    "want",
    "rule_out",
    "phone",
    "patient",
    "yes",
    "joan@example.org",
    "2026-01-01",
    "name,email\nJoan,joan@example.org\n",
)
ANY_TEXT = st.one_of(
    st.sampled_from(FITTING),
    st.text(st.characters(min_codepoint=0, max_codepoint=0x10FFFF), max_size=60),
    st.sampled_from(
        ["\x00", "\ud800", "\u202e", "<script>alert(1)</script>", "' OR 1=1 --", "{{ 7*7 }}", "\r\n\r\nx: y", ""]
    ),
    st.integers(1, 70_000).map(lambda length: "a" * length),
)
VALUE = st.one_of(
    ANY_TEXT.map(lambda text: quote(text, errors="surrogatepass")), st.binary(max_size=12).map(quote_from_bytes)
)
CSRF = st.sampled_from(["right", "wrong", "missing", "twice"])
PATH = st.one_of(
    st.sampled_from(
        ["1", "999999", "0", "9" * 12, "9" * 30, "9" * 5000, "NONE-00", "utter_faq.ned", "change.diff", "-1", "\u0661"]
    ),
    st.text(st.characters(min_codepoint=1, max_codepoint=0xFFFF, exclude_characters="/"), min_size=1, max_size=20),
)
EASY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture(params=KINDS)
def console(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, product: Supervisor
) -> Iterator[Console]:
    """A console on each database, at a place with a time zone, beside an engine that answers."""
    # However busy the machine is: then nothing but a failure is answered with 503.
    monkeypatch.setattr(app, "STORE_SECONDS", 60.0)
    with empty_database(request.param, tmp_path) as database, open_console(database, monkeypatch) as made:
        made.settings.helpline_time_zone = "America/New_York"
        engine = EngineCalls(socket_path(product.settings, "engine"), product.secret)
        made.app.state.engine = engine
        made.app.state.flow_runs = FlowRuns(made.app.state.desk.store, engine)
        yield made


@pytest.fixture
def filled(console: Console) -> Console:
    """A console with one of everything that a form is about."""
    database = console.database
    at = database.now() - timedelta(hours=1)
    code = save_request(database, volunteer_request(), "sender", at)
    write_turn(database, "visitor", "website", 0, {}, [TurnRecord("m", at, "is ned a guy", [{"text": "Yes"}], {})])
    console.add("cora", "coordinator")
    cora = find_account(database, "cora").actor
    add_note(database, cora, code, "Kept.")
    save_reply(database, cora, "Kept", "Kept.")
    propose(database, cora, 1, 1, "is ned a guy", "faq/ned", "training")
    flow = {"said": "hello", "pressed": False, "payload": "hello", "intent": "greet", "danger": None, "entities": []}
    save_flow(database, cora, "kept", "website", [{**flow, "story": [], "responses": [], "texts": [], "choices": []}])
    save_draft(database, cora, "utter_goodbye", [("Kept.", ())], [("Kept.", ())], 0)
    add_volunteer(database, cora, volunteer(notes="Kept."))
    console.code = code
    return console


def browsers(console: Console) -> list[Browser]:
    return [
        console.signed_in("dora", "coordinator"),
        console.signed_in("ada", "administrator"),
        console.browser(),
    ]


def send(browser: Browser, path: str, pairs: list[tuple[str, str]]):
    body = "&".join(f"{name}={value}" for name, value in pairs)
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return browser.client.post(path, content=body.encode(), headers=kind)


def tables(console: Console) -> dict[str, list[tuple]]:
    """Return all that is kept, but for who was seen when, and whose sign-in failed."""
    kept = {}
    with console.database.transaction() as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in {"staff_sessions", "sign_in_failures", "queue_viewers"}:
                kept[table.name] = sorted(map(tuple, session.execute(select(table)).all()), key=repr)
    return kept


def posts() -> list[str]:
    return sorted({route.path for route in routes() if "POST" in route.methods})


def test_no_form_is_left_out() -> None:
    assert sorted(FIELDS) == posts()


def test_every_form_on_a_page_has_the_fields_that_are_tried(filled: Console) -> None:
    dora = filled.signed_in("dora", "coordinator")
    pages = [
        "/queue",
        f"/queue/{filled.code}",
        f"/queue/{filled.code}/match",
        "/conversations/1?turn=1",
        "/proposals",
        "/answers/utter_faq.ned",
        "/replies",
        "/mails",
        "/account",
        "/volunteers",
        "/volunteers/1",
        "/volunteers/1/edit",
        "/volunteers/new",
        "/volunteers/import",
        "/matching",
        "/matching/requests/1",
        "/matching/change",
    ]
    known = {name for fields in FIELDS.values() for name in fields.split()} | {"csrf"}
    for page in pages:
        for form in re.findall(r'<form[^>]*method="post".*?</form>', dora.get(page).text, re.DOTALL):
            assert set(re.findall(r'<(?:input|select|textarea|button)[^>]* name="([^"]+)"', form)) <= known, page


@pytest.mark.parametrize("seed", range(4))
def test_a_form_takes_anything(filled: Console, seed: int) -> None:
    tried = browsers(filled)
    forms = st.sampled_from(sorted(FIELDS)[seed::4]).flatmap(
        lambda path: st.tuples(
            st.just(path),
            st.lists(st.tuples(st.sampled_from([*FIELDS[path].split(), "csrf", "unknown"]), VALUE), max_size=9),
        )
    )

    @given(who=st.sampled_from(tried), csrf=CSRF, form=forms, place=PATH, kept=st.booleans())
    @EASY
    def anything(who: Browser, csrf: str, form: tuple[str, list[tuple[str, str]]], place: str, kept: bool) -> None:
        path, fields = form
        address = path.replace("{reference}", filled.code).replace("{number:int}", "1").replace("{session:int}", "9999")
        address = address.replace("{name}", "utter_goodbye")
        if not kept:
            address = re.sub(r"\{[^}]+\}", quote(place, errors="surrogatepass"), path)
        tokens = {"right": [who.csrf], "wrong": ["x" * 64], "missing": [], "twice": ["x", who.csrf]}[csrf]
        before = tables(filled)
        answer = send(who, address, [*(("csrf", token) for token in tokens), *fields])
        assert answer.status_code in ANSWERED, (address, answer.status_code)
        assert "<script>alert" not in answer.text
        after = tables(filled)
        if csrf in {"wrong", "missing"}:
            assert after == before
        never_lost(before, after)

    anything()


def never_lost(before: dict[str, list[tuple]], after: dict[str, list[tuple]]) -> None:
    """What visitors gave, what staff wrote about it and the audit log only grow."""
    for name in (
        "requests",
        "volunteer_requests",
        "staff_notes",
        "contact_attempts",
        "audit_log",
        "turns",
        "conversation_reviews",
    ):
        assert len(before[name]) <= len(after[name]), name
    assert before["audit_log"] == [row for row in after["audit_log"] if row in before["audit_log"]]


def test_an_address_takes_anything(filled: Console) -> None:
    tried = browsers(filled)
    paths = sorted({route.path for route in routes() if "GET" in route.methods} - {"/queue/news"})
    names = "page said q show sign channel review sample draw turn before by kind status whose label topic x "
    names += "person language calls diagnosis free untrained state"
    parameters = st.lists(st.tuples(st.sampled_from(names.split()), VALUE), max_size=5)

    @given(st.sampled_from(tried), st.sampled_from(paths), PATH, parameters, st.booleans())
    @EASY
    def anything(who: Browser, path: str, place: str, parameters: list[tuple[str, str]], part: bool) -> None:
        address = re.sub(r"\{[^}]+\}", quote(place, errors="surrogatepass"), path)
        query = "&".join(f"{name}={value[:3000]}" for name, value in parameters)
        answer = who.client.get(f"{address}?{query}", headers={"HX-Request": "true"} if part else {})
        assert answer.status_code in ANSWERED | {304}, (address, query[:200], answer.status_code)
        assert "<script>alert" not in answer.text

    anything()


WORDS = 'Kept words <b>of\nmine</b> & "more" it\'s'
REFUSED = [
    ("/queue/{code}/attempts", {"version": "1", "outcome": "nonsense", "note": WORDS}),
    ("/queue/{code}/attempts", {"version": "99", "outcome": "no_answer", "note": WORDS}),
    ("/queue/{code}/notes", {"text": WORDS + "a" * 4000}),
    ("/queue/{code}/labels", {"labels": WORDS.replace("\n", " ") + "a" * 300}),
    ("/conversations/1/review", {"note": WORDS}),
    (
        "/conversations/1/proposals",
        {"turn": "1", "intent": "nonsense", "text": WORDS.replace("\n", " "), "kind": "training"},
    ),
    ("/volunteers/new", {"name": "Ann", "notes": WORDS}),
    ("/volunteers/1/edit", {"version": "99", "name": "Ann", "methods": "phone", "role": "carer", "notes": WORDS}),
    ("/volunteers/import", {"csv": f"no such column\n{WORDS}"}),
    ("/replies", {"title": "", "text": WORDS}),
    ("/replies", {"title": "a" * 99, "text": WORDS}),
    ("/answers/utter_goodbye", {"version": "0", "seen": "x", "text_0": WORDS}),
    ("/answers/utter_goodbye", {"version": "99", "seen": "", "text_0": WORDS}),
    ("/answers/utter_goodbye", {"version": "0", "seen": "", "text_0": f"Call Grace Miller at 215-555-0142. {WORDS}"}),
]


@pytest.mark.parametrize(("path", "fields"), REFUSED)
def test_what_was_typed_is_still_there_when_a_form_is_refused(
    filled: Console, path: str, fields: dict[str, str]
) -> None:
    dora = filled.signed_in("dora", "coordinator")
    if fields.get("seen") == "":
        fields = fields | {"seen": re.search(r'name="seen" value="(\w+)"', dora.get("/answers/utter_goodbye").text)[1]}
    answer = dora.post(path.replace("{code}", filled.code), **fields)
    assert answer.status_code in {409, 422}, answer.status_code
    for value in fields.values():
        if "Kept words" in value:
            assert value in html.unescape(answer.text)
    assert [text for _, _, text in list_replies(filled.database)] == ["Kept."]


@pytest.mark.parametrize("digits", [12, 30, 4000, 5000])
def test_a_number_that_no_database_holds_is_that_of_nothing(filled: Console, digits: int) -> None:
    dora = filled.signed_in("dora", "coordinator")
    for route in routes():
        if ":int}" in route.path:
            address = re.sub(r"\{[^}]+\}", "9" * digits, route.path)
            answer = dora.get(address) if "GET" in route.methods else dora.post(address, status="accepted")
            assert answer.status_code in ANSWERED, (route.path, answer.status_code)
