"""Who may ask for what: the whole matrix of routes and roles, written out here a second time."""

import re

import pytest
from sqlalchemy import text

from helpline.console import words
from helpline.console.app import routes
from helpline.console.permissions import Permission, may
from helpline.console.routes import StaffRoute
from helpline.settings import ROOT
from tests.console.conftest import Console

EVERYBODY = {None, "half", "staff", "coordinator", "administrator"}
SIGNED_IN = {"staff", "coordinator", "administrator"}
WORKING = {"staff", "coordinator"}
COORDINATING = {"coordinator"}
AUDITING = {"coordinator", "administrator"}
ADMINISTERING = {"administrator"}

# Who may ask for each route. None is somebody who has not signed in, "half" one who has only given the password.
EXPECTED = {
    ("GET", "/"): EVERYBODY,
    ("GET", "/health"): EVERYBODY,
    ("GET", "/static/{name}"): EVERYBODY,
    ("GET", "/sign-in"): EVERYBODY,
    ("POST", "/sign-in"): EVERYBODY,
    ("POST", "/sign-out"): EVERYBODY,
    ("GET", "/sign-in/code"): {"half"},
    ("POST", "/sign-in/code"): {"half"},
    ("GET", "/sign-in/set-up"): {"half"},
    ("POST", "/sign-in/set-up"): {"half"},
    ("GET", "/account"): SIGNED_IN,
    ("GET", "/account/still-here"): SIGNED_IN,
    ("POST", "/account/password"): SIGNED_IN,
    ("POST", "/account/sessions/{session:int}/end"): SIGNED_IN,
    ("POST", "/account/sessions/end"): SIGNED_IN,
    ("POST", "/account/passkeys/begin"): SIGNED_IN,
    ("POST", "/account/passkeys"): SIGNED_IN,
    ("POST", "/account/passkeys/{number:int}/remove"): SIGNED_IN,
    ("POST", "/sign-in/passkey/begin"): {"half"},
    ("POST", "/sign-in/passkey"): {"half"},
    ("GET", "/queue"): SIGNED_IN,
    ("POST", "/queue/search"): WORKING,
    ("GET", "/queue/news"): SIGNED_IN,
    ("GET", "/queue/{reference}"): SIGNED_IN,
    ("GET", "/queue/{reference}/viewers"): SIGNED_IN,
    ("POST", "/queue/{reference}/take"): WORKING,
    ("POST", "/queue/{reference}/return"): WORKING,
    ("POST", "/queue/{reference}/hand-over"): WORKING,
    ("POST", "/queue/{reference}/status"): WORKING,
    ("POST", "/queue/{reference}/attempts"): WORKING,
    ("POST", "/queue/{reference}/notes"): WORKING,
    ("POST", "/queue/{reference}/labels"): WORKING,
    ("POST", "/queue/{reference}/merge"): COORDINATING,
    ("POST", "/queue/{reference}/contact"): WORKING,
    ("GET", "/queue/{reference}/match"): COORDINATING,
    ("POST", "/queue/{reference}/match/need"): COORDINATING,
    ("POST", "/queue/{reference}/match/ask"): COORDINATING,
    ("POST", "/queue/{reference}/match/answer"): COORDINATING,
    ("POST", "/queue/{reference}/match/offer"): COORDINATING,
    ("POST", "/queue/{reference}/match/chosen"): COORDINATING,
    ("POST", "/queue/{reference}/match/final"): COORDINATING,
    ("POST", "/queue/{reference}/match/end"): COORDINATING,
    ("POST", "/queue/{reference}/match/outcome"): COORDINATING,
    ("GET", "/conversations"): WORKING,
    ("GET", "/conversations/{number:int}"): WORKING,
    ("POST", "/conversations/{number:int}/review"): WORKING,
    ("POST", "/conversations/{number:int}/proposals"): WORKING,
    ("GET", "/proposals"): WORKING,
    ("GET", "/proposals/training.yml"): COORDINATING,
    ("GET", "/proposals/development.yml"): COORDINATING,
    ("POST", "/proposals/{number:int}"): COORDINATING,
    ("GET", "/try"): WORKING,
    ("POST", "/try/say"): WORKING,
    ("POST", "/try/back"): WORKING,
    ("POST", "/try/over"): WORKING,
    ("POST", "/try/save"): WORKING,
    ("GET", "/try/tests"): WORKING,
    ("GET", "/try/tests/progress"): WORKING,
    ("POST", "/try/tests/run"): WORKING,
    ("GET", "/try/tests/stories.yml"): WORKING,
    ("GET", "/try/tests/cases.jsonl"): WORKING,
    ("GET", "/try/tests/{number:int}"): WORKING,
    ("GET", "/try/tests/{number:int}/story.yml"): WORKING,
    ("GET", "/try/tests/{number:int}/case.jsonl"): WORKING,
    ("POST", "/try/tests/{number:int}/accept"): WORKING,
    ("POST", "/try/tests/{number:int}/delete"): WORKING,
    ("POST", "/try/tests/{number:int}/try"): WORKING,
    ("GET", "/answers"): WORKING,
    ("GET", "/answers/change.diff"): COORDINATING,
    ("GET", "/answers/{name}"): WORKING,
    ("POST", "/answers/{name}"): COORDINATING,
    ("POST", "/answers/{name}/look"): COORDINATING,
    ("POST", "/answers/{name}/discard"): COORDINATING,
    ("GET", "/answers/{name}/change.diff"): COORDINATING,
    ("GET", "/volunteers"): WORKING,
    ("POST", "/volunteers/search"): WORKING,
    ("GET", "/volunteers/new"): COORDINATING,
    ("POST", "/volunteers/new"): COORDINATING,
    ("GET", "/volunteers/import"): COORDINATING,
    ("POST", "/volunteers/import"): COORDINATING,
    ("POST", "/volunteers/import/confirm"): COORDINATING,
    ("POST", "/volunteers/export"): COORDINATING,
    ("GET", "/volunteers/{number:int}"): WORKING,
    ("GET", "/volunteers/{number:int}/edit"): COORDINATING,
    ("POST", "/volunteers/{number:int}/edit"): COORDINATING,
    ("POST", "/volunteers/{number:int}/contact"): COORDINATING,
    ("POST", "/volunteers/{number:int}/pause"): COORDINATING,
    ("POST", "/volunteers/{number:int}/activate"): COORDINATING,
    ("POST", "/volunteers/{number:int}/remove"): COORDINATING,
    ("POST", "/volunteers/{number:int}/delete"): COORDINATING,
    ("GET", "/matching"): COORDINATING,
    ("GET", "/matching/progress"): COORDINATING,
    ("POST", "/matching/plan"): COORDINATING,
    ("POST", "/matching/accept"): COORDINATING,
    ("POST", "/matching/discard"): COORDINATING,
    ("GET", "/matching/requests/{number:int}"): COORDINATING,
    ("GET", "/matching/change"): COORDINATING,
    ("POST", "/matching/change"): COORDINATING,
    ("POST", "/matching/change/accept"): COORDINATING,
    ("POST", "/matching/change/leave"): COORDINATING,
    ("GET", "/matching/weights"): COORDINATING,
    ("GET", "/overview"): SIGNED_IN,
    ("GET", "/overview.csv"): SIGNED_IN,
    ("GET", "/overview/{name}"): SIGNED_IN,
    ("GET", "/replies"): WORKING,
    ("POST", "/replies"): COORDINATING,
    ("POST", "/replies/{number:int}/delete"): COORDINATING,
    ("GET", "/mails"): WORKING,
    ("GET", "/mails/{name}"): WORKING,
    ("POST", "/mails/allow"): WORKING,
    ("POST", "/mails/{number:int}/send"): WORKING,
    ("POST", "/mails/{number:int}/leave"): WORKING,
    ("GET", "/access"): COORDINATING,
    ("POST", "/access"): COORDINATING,
    ("POST", "/access/file"): COORDINATING,
    ("GET", "/audit"): AUDITING,
    ("GET", "/staff"): ADMINISTERING,
    ("POST", "/staff"): ADMINISTERING,
}


def declared() -> list[tuple[str, str, Permission]]:
    return [(method, route.path, route.permission) for route in routes() for method in route.methods - {"HEAD"}]


def test_every_route_declares_its_right() -> None:
    assert [route for route in routes() if not isinstance(route, StaffRoute)] == []
    assert [route.path for route in routes() if not isinstance(route.permission, Permission)] == []


def test_every_route_is_in_the_matrix_and_changes_are_posts() -> None:
    assert {(method, path) for method, path, _ in declared()} == set(EXPECTED)
    assert {method for method, _, _ in declared()} == {"GET", "POST"}


@pytest.mark.parametrize("role", sorted(EVERYBODY, key=str))
def test_the_matrix(console: Console, role: str | None) -> None:
    browser = console.browser()
    if role == "half":
        console.signed_in("half", "staff")
        with console.database.transaction() as session:
            session.execute(text("UPDATE staff_sessions SET complete = 0"))
        half = console.browser()
        desk = console.app.state.desk
        half.client.cookies.set(desk.cookie, desk._signer.sign("token-of-half").decode())
        half.csrf, browser = desk.csrf("token-of-half"), half
    elif role is not None:
        browser = console.signed_in(role, role)
    wrong = []
    for method, path, permission in sorted(declared(), key=lambda one: one[:2]):
        if path == "/sign-out" or (path == "/queue/news" and role in SIGNED_IN):
            continue  # one ends the session, the other goes on for minutes
        address = path.replace("{name}", "console.css").replace("{session:int}", "999999")
        address = address.replace("{reference}", "NONE-00").replace("{number:int}", "999999")
        # Without the session's token a change that is allowed is refused later, with other words, and changes nothing.
        answer = browser.get(address) if method == "GET" else browser.post(address, csrf="none")
        refused = (
            (answer.headers.get("location") == "/sign-in" and address != "/sign-in")
            or answer.status_code == 401
            or "You may not do this" in answer.text
        )
        allowed = role in EXPECTED[method, path]
        if refused == allowed:
            wrong.append((method, path, role, answer.status_code))
        half = role == "half"
        assert may("staff" if half else role, permission, complete=not half) == allowed, (method, path)
    assert wrong == []


def test_what_each_role_may_reveal() -> None:
    assert {role for role in SIGNED_IN if may(role, Permission.REVEAL_CONTACT)} == WORKING
    assert {role for role in SIGNED_IN if may(role, Permission.REVEAL_VOLUNTEER)} == COORDINATING
    assert not may("staff", Permission.REVEAL_CONTACT, complete=False)


def test_each_page_of_the_menu_has_a_key_of_its_own_that_the_docs_tell() -> None:
    keys = [key for _, _, key, _ in words.PAGES]
    assert len(set(keys)) == len(keys)
    told = (ROOT / "docs" / "staff.md").read_text().partition("lead to a page:")[2].partition("\n\n")[0]
    assert re.findall("`([a-z])`", told) == keys
