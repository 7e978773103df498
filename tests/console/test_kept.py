"""What was typed is not lost when the session is over, the page is old, or the store is away."""

import re
from datetime import timedelta

import pytest

from helpline.errors import StoreError
from helpline.store import queue_changes
from helpline.store.requests import save_request
from tests.builders import callback_request
from tests.console.conftest import Browser, Console

OWN = {"Origin": "http://127.0.0.1:5006"}
WORDS = "She said <so much>\nin an hour"
SHOWN = "She said &lt;so much&gt;\nin an hour</textarea>"


def send(browser: Browser, path: str, headers: dict[str, str] = OWN, **fields: object):
    return browser.client.post(path, data={"csrf": browser.csrf, **fields}, headers=headers)


def sent_again(browser: Browser, answer) -> object:
    """Press the button of the page: it sends all fields that are hidden in it."""
    inputs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.text)
    fields = {name: value.replace("&lt;", "<").replace("&gt;", ">") for name, value in inputs}
    path = re.search(r'<form method="post" action="(/queue/[^"]+)"', answer.text)[1]
    return browser.client.post(path, data=fields, headers=OWN)


@pytest.fixture
def code(console: Console) -> str:
    return save_request(console.database, callback_request(), "sender", console.database.now())


def test_a_note_written_through_the_end_of_the_session_is_sent_again_after_signing_in(
    console: Console, code: str
) -> None:
    anna = console.signed_in()
    console.ahead = timedelta(minutes=61)
    answer = send(anna, f"/queue/{code}/attempts", outcome="reached", note=WORDS, next_at="", status="done", version=1)
    assert answer.status_code == 401
    assert "You were signed out" in answer.text
    assert SHOWN in answer.text
    assert 'href="/sign-in" target="_blank"' in answer.text
    # In another window of the same browser.
    anna.client.cookies = console.signed_in().client.cookies
    answer = sent_again(anna, answer)
    assert answer.status_code == 403
    assert SHOWN in answer.text
    answer = sent_again(anna, answer)
    assert answer.headers["location"] == f"/queue/{code}?said=attempt-done"
    shown = console.signed_in().get(f"/queue/{code}").text
    assert "She said &lt;so much&gt;" in shown
    assert "Done" in shown


def test_what_comes_from_elsewhere_is_not_shown(console: Console, code: str) -> None:
    anna = console.signed_in()
    anna.csrf = "of another session"
    for headers in ({}, {"Origin": "https://elsewhere.example"}, {**OWN, "Sec-Fetch-Site": "cross-site"}):
        answer = send(anna, f"/queue/{code}/notes", headers, text=WORDS)
        assert answer.status_code == 403
        assert "so much" not in answer.text
    stranger = console.browser()
    assert send(stranger, f"/queue/{code}/notes", {}, text=WORDS).text == ""


def test_no_page_shows_a_password(console: Console) -> None:
    anna = console.signed_in()
    console.ahead = timedelta(minutes=61)
    for path in ("/account/password", "/sign-in", "/sign-in/code"):
        answer = send(anna, path, old="a secret", new="a secret", password="a secret", code="a secret", user_name="x")
        assert "a secret" not in answer.text


def test_a_store_that_is_away_loses_nothing(console: Console, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = console.signed_in()

    def fails(*_arguments: object, **_named: object) -> None:
        raise StoreError("OperationalError")

    with monkeypatch.context() as patch:
        patch.setattr(queue_changes, "add_note", fails)
        answer = send(anna, f"/queue/{code}/notes", text=WORDS)
    assert answer.status_code == 503
    assert SHOWN in answer.text
    assert sent_again(anna, answer).headers["location"] == f"/queue/{code}?said=note"


def test_a_page_in_which_somebody_types_keeps_the_session_alive_but_not_for_ever(console: Console) -> None:
    anna = console.signed_in()
    for minutes in range(0, 12 * 60, 50):
        console.ahead = timedelta(minutes=minutes)
        assert anna.get("/account/still-here").status_code == 204
    console.ahead = timedelta(hours=12, minutes=1)
    assert anna.get("/account/still-here").status_code == 303
