"""Signing in, staying in, and being out."""

import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import text

from helpline.store.staff import find_account
from tests.console.conftest import PASSWORD, TOTP_SECRET, Browser, Console


def give_password(browser: Browser, user_name: str = "anna", password: str = PASSWORD):
    browser.get("/sign-in")
    return browser.post("/sign-in", user_name=user_name, password=password)


def test_at_the_first_sign_in_codes_are_set_up_and_recovery_codes_shown_once(console: Console) -> None:
    console.add("anna")
    browser = console.browser()
    assert give_password(browser, "  Anna ").headers["location"] == "/sign-in/set-up"
    shown = browser.get("/sign-in/set-up").text
    secret = re.search(r'class="key">([A-Z2-7 ]+)<', shown)[1].replace(" ", "")
    assert browser.get("/queue").headers["location"] == "/sign-in"
    assert browser.post("/sign-in/set-up", code="000000").status_code == 422
    codes = browser.post("/sign-in/set-up", code=pyotp.TOTP(secret).now())
    found = re.findall(r"<code>([A-Z2-9-]{12})</code>", codes.text)
    assert len(found) == 8
    assert browser.get("/queue").status_code == 200
    assert secret not in browser.get("/account").text

    again = console.browser()
    assert give_password(again).headers["location"] == "/sign-in/code"
    again.get("/sign-in/code")
    assert again.post("/sign-in/code", code=found[0].lower().replace("-", " ")).headers["location"] == "/queue"
    third = console.browser()
    give_password(third)
    third.get("/sign-in/code")
    assert third.post("/sign-in/code", code=found[0]).status_code == 422


def test_a_code_counts_once(console: Console) -> None:
    console.signed_in()
    code = pyotp.TOTP(TOTP_SECRET).now()
    first, second = console.browser(), console.browser()
    for browser, status in ((first, 303), (second, 422)):
        give_password(browser)
        browser.get("/sign-in/code")
        assert browser.post("/sign-in/code", code=code).status_code == status


@pytest.mark.parametrize(("user_name", "password"), [("anna", "wrong password"), ("nobody", PASSWORD)])
def test_nothing_tells_which_of_the_two_was_wrong(console: Console, user_name: str, password: str) -> None:
    console.add("anna")
    answer = give_password(console.browser(), user_name, password)
    assert answer.status_code == 422
    assert "The user name or the password is wrong." in answer.text
    assert password not in answer.text


def test_after_five_failures_the_right_password_waits_too(console: Console) -> None:
    console.add("anna")
    browser = console.browser()
    for _ in range(5):
        give_password(browser, password="wrong")
    assert give_password(browser).status_code == 429
    console.ahead = timedelta(minutes=16)
    assert give_password(browser).status_code == 303


def test_a_session_ends_without_clicks_and_in_any_case(console: Console) -> None:
    browser = console.signed_in()
    for hour in range(1, 12):
        console.ahead = timedelta(hours=hour) - timedelta(minutes=2 * hour)
        assert browser.get("/queue").status_code == 200, hour
    console.ahead = timedelta(hours=12, minutes=1)
    assert browser.get("/queue").headers["location"] == "/sign-in"
    idle = console.signed_in()
    console.ahead += timedelta(minutes=61)
    assert idle.get("/queue").headers["location"] == "/sign-in"


def test_signing_out_ends_the_session_on_the_server(console: Console) -> None:
    browser = console.signed_in()
    kept = dict(browser.client.cookies)
    browser.post("/sign-out")
    browser.client.cookies.update(kept)
    assert browser.get("/queue").headers["location"] == "/sign-in"


def test_one_sees_and_ends_ones_other_sessions(console: Console) -> None:
    browser = console.signed_in()
    other = console.browser()
    give_password(other)
    other.get("/sign-in/code")
    other.post("/sign-in/code", code=pyotp.TOTP(TOTP_SECRET).now())
    assert browser.get("/account").text.count('class="row"') == 2
    browser.post("/account/sessions/end")
    assert other.get("/queue").headers["location"] == "/sign-in"
    assert browser.get("/queue").status_code == 200


def test_whoever_is_stopped_is_out_at_once(console: Console) -> None:
    browser = console.signed_in()
    with console.database.transaction() as session:
        session.execute(text("UPDATE staff SET active = 0"))
    assert browser.get("/queue").headers["location"] == "/sign-in"
    assert give_password(console.browser()).status_code == 422


def test_a_changed_password_ends_sessions(console: Console) -> None:
    browser = console.signed_in()
    assert browser.post("/account/password", old="wrong", new="another four quiet words").status_code == 422
    assert browser.post("/account/password", old=PASSWORD, new="short").status_code == 422
    before = find_account(console.database, "anna").password_hash
    assert browser.post("/account/password", old=PASSWORD, new="another four quiet words").status_code == 303
    assert find_account(console.database, "anna").password_hash != before
    assert browser.get("/queue").headers["location"] == "/sign-in"


def test_a_change_needs_the_token_of_its_session(console: Console) -> None:
    browser, other = console.signed_in(), console.signed_in("ben")
    for csrf in ("", "wrong", other.csrf, "\u00ff"):
        assert browser.post("/account/sessions/end", csrf=csrf).status_code == 403
    foreign = browser.client.post(
        "/account/sessions/end", data={"csrf": browser.csrf}, headers={"Origin": "https://evil.example"}
    )
    assert foreign.status_code == 403
    assert browser.post("/account/sessions/end").status_code == 303


def test_a_cookie_that_is_not_signed_is_none(console: Console) -> None:
    browser = console.signed_in()
    name = console.app.state.desk.cookie
    browser.client.cookies.clear()
    for value in ("token-of-anna", "token-of-anna.forged", "x" * 5000):
        browser.client.cookies.set(name, value)
        assert browser.get("/queue").headers["location"] == "/sign-in"
        browser.client.cookies.clear()


def test_headers_keep_the_pages_to_themselves(console: Console) -> None:
    browser = console.signed_in()
    for path in ("/queue", "/sign-in", "/static/console.css", "/nowhere"):
        headers = browser.get(path).headers
        assert "script-src 'self';" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
    assert browser.get("/queue").headers["cache-control"] == "no-store"
    given = console.browser().get("/sign-in").headers["set-cookie"]
    assert "HttpOnly" in given
    assert "SameSite=strict" in given


def test_a_foreign_name_that_leads_here_is_refused(console: Console) -> None:
    assert console.browser().get("/sign-in", headers={"Host": "evil.example"}).status_code == 421


def test_neither_passwords_nor_secrets_can_be_read_in_the_file(console: Console, tmp_path) -> None:
    console.signed_in()
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for secret in (PASSWORD, TOTP_SECRET, "AAAA-BBBB-CC", "AAAABBBBCC", "token-of-anna"):
        assert secret.encode() not in content
