"""The contract with the widget, over HTTP."""

from uuid import uuid4

from tests.web.conftest import Kept
from tests.web.server import Site

MESSAGE_FIELDS = {"id", "from", "text", "at", "buttons", "links", "source", "input", "invalid", "feedback"} | {
    "form",
    "saved",
}


def test_new_session_greets_and_gives_a_token(site: Site) -> None:
    answer = site.open()
    body = answer.json()
    assert set(body) == {"token", "expires_in", "messages"}
    assert 0 < body["expires_in"] <= 3600
    assert [message["text"] for message in body["messages"]] == ["Hello. I am an automated assistant."]
    assert set(body["messages"][0]) == MESSAGE_FIELDS


def test_message_is_answered_with_its_id(site: Site) -> None:
    id_ = str(uuid4())
    body = site.send(id_, text="helpline").json()
    assert body["client_message_id"] == id_
    assert body["messages"][0]["from"] == "assistant"


def test_links_name_approved_contacts_and_nothing_else(site: Site) -> None:
    (message,) = site.say("helpline")
    assert message["links"] == [
        {"title": "(888) 753-LBBC (5222)", "href": "tel:+18887535222"},
        {"title": "988", "href": "tel:988"},
    ]


def test_answer_carries_its_source(site: Site) -> None:
    (message,) = site.say("answer")
    assert message["text"] == "First line.\nSecond line."
    assert message["source"] == {
        "title": "What NED means",
        "section": "Quick facts",
        "reviewed": "2025-07-10",
        "page": "Metastatic breast cancer",
        "href": None,
    }


def test_form_question_names_the_keyboard_of_its_answer(site: Site) -> None:
    (message,) = site.say("dial")
    assert (message["input"], message["invalid"]) == ("tel", False)
    (message,) = site.say("wrong")
    assert (message["input"], message["invalid"]) == ("tel", True)


def test_several_messages_of_a_turn_come_in_order_with_ids_of_their_own(site: Site) -> None:
    messages = site.say("two parts")
    assert [message["text"] for message in messages] == ["Part one.", "Part two."]
    assert len({message["id"] for message in messages}) == 2


def test_conversation_gives_what_was_said_and_the_same_messages(site: Site) -> None:
    answered = site.say("two parts")
    messages = site.conversation().json()["messages"]
    assert [(m["from"], m["text"]) for m in messages] == [
        ("assistant", "Hello. I am an automated assistant."),
        ("visitor", "two parts"),
        ("assistant", "Part one."),
        ("assistant", "Part two."),
    ]
    assert messages[2:] == answered
    assert all(set(message) == MESSAGE_FIELDS for message in messages)


def test_conversation_goes_on_after_the_visitor_began_again(site: Site) -> None:
    site.say("begin again")
    site.say("helpline")
    said = [m["text"] for m in site.conversation().json()["messages"] if m["from"] == "visitor"]
    assert said == ["begin again", "helpline"]


def test_too_long_message_gets_a_kind_answer_and_makes_no_turn(site: Site) -> None:
    answer = site.send(text="helpline " * 200)
    assert answer.status_code == 200
    (message,) = answer.json()["messages"]
    assert "(888) 753-LBBC (5222)" in message["text"]
    assert "988" in message["text"]
    assert len(site.conversation().json()["messages"]) == 1


def test_ended_session_is_deleted_and_its_token_opens_nothing(site: Site, kept: Kept) -> None:
    site.say("helpline")
    assert len(kept()) == 1
    assert site.end().json() == {"complete": True}
    assert kept() == []
    for answer in (site.conversation(), site.send(text="helpline"), site.end()):
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "session_expired"
    assert kept() == []


def test_health(site: Site) -> None:
    assert site.http.get("/health").json() == {"status": "ok"}
