"""Tokens: signed, ending, and worth nothing for anybody else's conversation."""

import time
from types import SimpleNamespace

import pytest
from itsdangerous import TimestampSigner

from helpline.rasa import turns
from helpline.web.sessions import LONGEST_SESSION, Sessions
from tests.web.conftest import Kept
from tests.web.server import SECRET, Site

HOUR = 3600


@pytest.fixture
def sessions() -> Sessions:
    return Sessions(SECRET, 60)


def aged(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let tokens be signed as if some time ago."""
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: int(time.time() - seconds))


def test_token_leads_back_to_its_session(sessions: Sessions) -> None:
    session, token = sessions.open(1000.0)
    read = sessions.read(f"Bearer {token}")
    assert read is not None
    assert read.sender == session.sender


def test_token_does_not_show_the_sender(sessions: Sessions) -> None:
    session, token = sessions.open(1000.0)
    assert session.sender.removeprefix("website-") not in token
    assert token.partition(".")[0] not in session.sender


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Bearer x", "Basic {}", "{}", "bearer {}"])
def test_other_headers_open_nothing(sessions: Sessions, header: str | None) -> None:
    _, token = sessions.open(1000.0)
    assert sessions.read(header and header.format(token)) is None


def test_every_changed_character_makes_a_token_worthless(sessions: Sessions) -> None:
    _, token = sessions.open(1000.0)
    for place in range(len(token) - 1):  # the last character holds bits that base64 does not use
        other = "A" if token[place] != "A" else "B"
        assert sessions.read(f"Bearer {token[:place]}{other}{token[place + 1 :]}") is None


def test_token_of_another_secret_is_foreign(sessions: Sessions) -> None:
    _, token = Sessions("another secret of the same length as the first", 60).open(1000.0)
    assert sessions.read(f"Bearer {token}") is None


def test_session_slides_with_its_messages_but_not_for_ever(sessions: Sessions) -> None:
    session, _ = sessions.open(0.0)
    assert sessions.expires_in(session, 0.0, HOUR - 1) == 1
    assert sessions.expires_in(session, 0.0, HOUR) == 0
    assert sessions.expires_in(session, HOUR - 1.0, HOUR) == HOUR - 1
    assert sessions.expires_in(session, LONGEST_SESSION, LONGEST_SESSION) == 0


def test_signature_of_a_token_ends_too(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    aged(monkeypatch, LONGEST_SESSION + 1)
    _, token = sessions.open(0.0)
    monkeypatch.undo()
    assert sessions.read(f"Bearer {token}") is None


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer forged.token.here", "Bearer " + "x" * 4000, "Basic dXNlcjpwYXNz"],
)
def test_forged_tokens_are_refused_everywhere(site: Site, header: str) -> None:
    headers = {"Authorization": header.encode("latin-1")}
    message = {"client_message_id": "6f1dd5ab-7d0c-4b0c-9d3e-0f1f1f1f1f1f", "text": "helpline"}
    for answer in (
        site.http.get("/conversation", headers=headers),
        site.http.post("/messages", json=message, headers=headers),
        site.http.delete("/session", headers=headers),
    ):
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "session_expired"
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_session_that_nobody_used_for_an_hour_has_ended(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.say("helpline")
    later, monotonic = time.time() + HOUR + 1, time.monotonic() + HOUR + 1
    monkeypatch.setattr(turns, "time", SimpleNamespace(time=lambda: later, monotonic=lambda: monotonic))
    monkeypatch.setattr(time, "time", lambda: later)
    assert site.send(text="helpline").status_code == 401
    assert site.conversation().status_code == 401


def test_token_of_a_server_with_another_secret_is_refused(site: Site, kept: Kept) -> None:
    _, site.token = Sessions("another secret of the same length as the first", 60).open(time.time())
    assert site.send(text="helpline").status_code == 401
    assert len(kept()) == 1


def test_well_signed_token_without_a_conversation_makes_none(site: Site, kept: Kept) -> None:
    _, site.token = Sessions(SECRET, 60).open(time.time())
    assert site.send(text="helpline").status_code == 401
    assert site.conversation().status_code == 401
    assert len(kept()) == 1


def test_visitors_do_not_see_each_other(site: Site) -> None:
    other = Site(site.url)
    other.open()
    site.say("answer")
    said = [message["text"] for message in other.conversation().json()["messages"]]
    assert said == ["Hello. I am an automated assistant."]


@pytest.mark.parametrize("field", ["sender", "sender_id", "conversation_id", "token", "metadata", "input_channel"])
def test_no_caller_chooses_a_sender(site: Site, kept: Kept, field: str) -> None:
    senders = kept()
    assert site.http.post("/sessions", json={field: "victim"}).status_code == 400
    assert site.send(text="helpline", **{field: "victim"}).status_code == 400
    query = {field: "victim"}
    message = {"client_message_id": "6f1dd5ab-7d0c-4b0c-9d3e-0f1f1f1f1f1f", "text": "helpline"}
    assert site.http.post("/messages", json=message, params=query, headers=site.headers).status_code == 200
    assert kept() == senders


def test_senders_are_never_shown(site: Site, kept: Kept) -> None:
    (sender,) = kept()
    secret = sender.removeprefix("website-")
    answers = [site.open(), site.send(text="choices"), site.conversation(), site.send(button="none")]
    for answer in answers:
        assert secret not in answer.text
        assert secret not in str(answer.headers)
