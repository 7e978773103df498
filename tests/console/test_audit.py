"""Every form that changes something writes it into the audit log, whichever page it stands on."""

import re
from collections.abc import Callable
from typing import Any

import pyotp
import pytest

from helpline.console.app import routes
from helpline.console.engine_calls import EngineCalls
from helpline.console.flow_runs import FlowRuns
from helpline.processes.sockets import socket_path
from helpline.processes.supervisor import Supervisor
from helpline.store.audit import list_entries
from helpline.store.conversations import TurnRecord, write_turn
from helpline.store.passkeys import add_passkey
from helpline.store.requests import save_request
from helpline.store.staff import enrol, find_account, set_totp_secret
from tests.builders import callback_request
from tests.console.conftest import PASSWORD, TOTP_SECRET, Browser, Console
from tests.console.test_answers import GOOD, NED, fields
from tests.console.volunteer_forms import VolunteerForms

# They only look, or change what is the session's own alone: what must be signed next, a trial of which nothing is kept,
# a plan that is a proposal until it is accepted.
# The first step of signing in opens a session that is good for the second step alone.
NOTHING_CHANGED = {
    "/queue/search",
    "/access",
    "/answers/{name}/look",
    "/try/say",
    "/try/back",
    "/try/over",
    "/try/tests/{number:int}/try",
    "/account/passkeys/begin",
    "/volunteers/search",
    "/volunteers/import",
    "/matching/plan",
    "/matching/discard",
    "/matching/change",
    "/matching/change/accept",
    "/matching/change/leave",
    "/sign-in",
    "/sign-in/passkey/begin",
}
# A passkey is made and used in a real browser: tests/browser/test_console.py looks at the audit log there.
IN_A_BROWSER = {"/account/passkeys", "/sign-in/passkey"}


class Morning:
    """A console with one of everything, and somebody of each role at it."""

    def __init__(self, console: Console) -> None:
        self.console = console
        database, now = console.database, console.database.now()
        self.code = save_request(database, callback_request(), "a", now)
        self.double = save_request(database, callback_request(callback_topic="x"), "b", now)
        turn = TurnRecord("m", now, "is ned a guy", [{"text": "Yes"}], {})
        write_turn(database, "visitor", "website", 0, {}, [turn])
        self.dora = console.signed_in("dora", "coordinator")
        self.ada = console.signed_in("ada", "administrator")
        console.add("ben")
        self.volunteers = VolunteerForms(console, self.dora)

    def version(self, code: str) -> str:
        return re.search(r'name="version" value="(\d+)"', self.dora.get(f"/queue/{code}").text)[1]

    def item(self, what: str, code: str | None = None, **given: Any) -> Callable[[], Any]:
        def post() -> Any:
            on = code or self.code
            return self.dora.post(f"/queue/{on}/{what}", version=self.version(on), **given)

        return post

    def post(self, path: str, **given: Any) -> Callable[[], Any]:
        return lambda: self.dora.post(path, **given)

    def half(self, user_name: str) -> Browser:
        """Give the password in a new browser."""
        browser = self.console.browser()
        browser.get("/sign-in")
        answer = browser.post("/sign-in", user_name=user_name, password=PASSWORD)
        browser.get(answer.headers["location"])
        return browser

    def give_code(self) -> Any:
        self.console.add("eve")
        account = find_account(self.console.database, "eve")
        set_totp_secret(self.console.database, account.id, TOTP_SECRET)
        enrol(self.console.database, account, 0, ["AAAA-BBBB-CC"])
        return self.half("eve").post("/sign-in/code", code=pyotp.TOTP(TOTP_SECRET).now())

    def set_up(self) -> Any:
        self.console.add("finn")
        browser = self.half("finn")
        secret = find_account(self.console.database, "finn").totp_secret
        return browser.post("/sign-in/set-up", code=pyotp.TOTP(secret).now())

    def end_session(self) -> Any:
        other = self.console.signed_in("dora")
        number = re.search(r"/account/sessions/(\d+)/end", self.dora.get("/account").text)[1]
        return (
            other.post(f"/account/sessions/{number}/end")
            if number == "1"
            else self.dora.post(f"/account/sessions/{number}/end")
        )

    def remove_passkey(self) -> Any:
        account = find_account(self.console.database, "dora")
        add_passkey(self.console.database, account, "key", b"id", b"credential", 0)
        return self.dora.post("/account/passkeys/1/remove")

    def save_test(self) -> Any:
        self.dora.post("/try/over")
        self.dora.post("/try/say", text="what does NED mean")
        return self.dora.post("/try/save", name="what NED means")

    def run_tests(self) -> Any:
        answer = self.dora.post("/try/tests/run")
        while self.console.app.state.flow_runs.is_running:
            self.dora.get("/try/tests/progress")
        return answer

    def draft(self) -> Any:
        return self.dora.post(NED, **fields(self.dora, NED, text_0=GOOD))

    def changes(self) -> dict[str, Callable[[], Any]]:
        """Return each change by its route, in an order in which they can be made."""
        ben = str(find_account(self.console.database, "ben").id)
        discard = {"version": "1"}
        return {
            "/queue/{reference}/take": self.item("take"),
            "/queue/{reference}/hand-over": self.item("hand-over", to=ben),
            "/queue/{reference}/return": self.item("return"),
            "/queue/{reference}/status": self.item("status", status="in_progress"),
            "/queue/{reference}/attempts": self.item("attempts", outcome="no_answer", note="", next_at="", status=""),
            "/queue/{reference}/notes": self.item("notes", text="a note"),
            "/queue/{reference}/labels": self.item("labels", labels="scan"),
            "/queue/{reference}/contact": self.item("contact"),
            "/queue/{reference}/merge": self.item("merge", self.double, into=self.code),
            "/conversations/{number:int}/review": self.post("/conversations/1/review", verdict="right", note=""),
            "/conversations/{number:int}/proposals": self.post(
                "/conversations/1/proposals", turn="1", intent="faq/ned", text="is ned a guy", kind="training"
            ),
            "/proposals/{number:int}": self.post("/proposals/1", status="accepted"),
            "/answers/{name}": self.draft,
            "/answers/{name}/discard": self.post(f"{NED}/discard", **discard),
            "/access/file": self.post("/access/file", reference=self.code, form="json"),
            "/try/save": self.save_test,
            "/try/tests/run": self.run_tests,
            "/try/tests/{number:int}/accept": self.post("/try/tests/1/accept"),
            "/try/tests/{number:int}/delete": self.post("/try/tests/1/delete"),
            "/replies": self.post("/replies", title="Thanks", text="Thank you."),
            "/replies/{number:int}/delete": self.post("/replies/1/delete"),
            **self.volunteers.changes(),
            "/staff": lambda: self.ada.post("/staff", user_name="ben", change="stop"),
            "/sign-in/code": self.give_code,
            "/sign-in/set-up": self.set_up,
            "/account/passkeys/{number:int}/remove": self.remove_passkey,
            "/account/sessions/{session:int}/end": self.end_session,
            "/account/sessions/end": self.post("/account/sessions/end"),
            "/account/password": self.post("/account/password", old=PASSWORD, new="five other quiet words here"),
            "/sign-out": lambda: self.ada.post("/sign-out"),
        }


@pytest.fixture
def morning(console: Console, product: Supervisor) -> Morning:
    engine = EngineCalls(socket_path(product.settings, "engine"), product.secret)
    console.app.state.engine = engine
    console.app.state.flow_runs = FlowRuns(console.app.state.desk.store, engine)
    return Morning(console)


def test_no_form_is_left_out(morning: Morning) -> None:
    posts = {route.path for route in routes() if "POST" in route.methods}
    assert set(morning.changes()) | NOTHING_CHANGED | IN_A_BROWSER == posts
    assert not set(morning.changes()) & (NOTHING_CHANGED | IN_A_BROWSER)


def test_each_change_is_in_the_audit_log_with_who_made_it(morning: Morning) -> None:
    with morning.dora.client:  # what goes on in the background goes on between two requests
        for path, change in morning.changes().items():
            before = list_entries(morning.console.database, limit=1)
            answer = change()
            assert answer.status_code in {200, 303}, (path, answer.status_code, answer.text[:2000])
            newest = list_entries(morning.console.database, limit=1)
            assert newest != before, path
            assert newest[0].staff_name in {"Dora", "Ada", "Eve", "Finn"}, (path, newest)
