"""Buttons are pressed by reference, while they are on offer, and by who was offered them."""

from uuid import uuid4

import pytest

from tests.web.server import Site


def refs(messages: list[dict]) -> dict[str, str]:
    return {button["title"]: button["ref"] for message in messages for button in message["buttons"]}


def test_button_sends_its_payload(site: Site) -> None:
    offered = refs(site.say("choices"))
    answer = site.send(button=offered["What is NED?"])
    assert [message["text"] for message in answer.json()["messages"]] == ["You asked about ned."]


def test_button_with_a_plain_payload_sends_a_text(site: Site) -> None:
    offered = refs(site.say("choices"))
    answer = site.send(button=offered["For myself"])
    assert [message["text"] for message in answer.json()["messages"]] == ["So it is for you."]


def test_greeting_offers_too(site: Site) -> None:
    greeting = site.open().json()["messages"]
    assert site.send(button=refs(greeting)["What is NED?"]).status_code == 200


def test_payloads_are_not_shown(site: Site) -> None:
    site.send(button=refs(site.say("choices"))["What is NED?"])
    site.say("choices")
    everything = site.conversation().text
    assert "ask_topic" not in everything
    assert "It is for me" not in everything
    assert "/greet" not in everything


def test_conversation_shows_what_a_button_said(site: Site) -> None:
    site.send(button=refs(site.say("choices"))["What is NED?"])
    messages = site.conversation().json()["messages"]
    assert [m["text"] for m in messages if m["from"] == "visitor"] == ["choices", "What is NED?"]


def test_only_the_last_offer_stands(site: Site) -> None:
    old = refs(site.say("choices"))["What is NED?"]
    site.say("helpline")
    answer = site.send(button=old)
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "unknown_button"
    assert "988" in answer.json()["error"]["text"]
    buttons = [message["buttons"] for message in site.conversation().json()["messages"]]
    assert not any(buttons)


def test_same_button_offered_again_has_another_reference(site: Site) -> None:
    first = refs(site.say("choices"))
    second = refs(site.say("choices"))
    assert first.keys() == second.keys()
    assert not set(first.values()) & set(second.values())


def test_conversation_offers_the_last_buttons_again(site: Site) -> None:
    offered = site.say("choices")
    assert site.conversation().json()["messages"][-1] == offered[-1]
    assert site.send(button=refs(offered)["What is NED?"]).status_code == 200


def test_buttons_of_somebody_else_do_nothing(site: Site) -> None:
    other = Site(site.url)
    other.open()
    other.say("choices")
    answer = other.send(button=refs(site.say("choices"))["What is NED?"])
    assert answer.status_code == 409


@pytest.mark.parametrize("ref", ["/restart", '/ask_topic{"topic": "ned"}', "", " ", "x" * 65, "è", "a/b"])
def test_payload_in_place_of_a_reference_is_malformed(site: Site, ref: str) -> None:
    site.say("choices")
    assert site.send(button=ref).status_code == 400


def test_made_up_reference_is_not_on_offer(site: Site) -> None:
    site.say("choices")
    assert site.send(button="AAAAAAAAAAAAAAAAAAAA").status_code == 409


def test_press_sent_again_gets_the_first_answer(site: Site) -> None:
    ref = refs(site.say("choices"))["What is NED?"]
    id_ = str(uuid4())
    first = site.send(id_, button=ref)
    assert site.send(id_, button=ref).json() == first.json()
    assert len([m for m in site.conversation().json()["messages"] if m["from"] == "visitor"]) == 2


def test_question_whether_it_helped_is_no_ordinary_button(site: Site) -> None:
    (message,) = site.say("helpful")
    assert message["buttons"] == []
    assert set(message["feedback"]) == {"helpful", "not_helpful"}
    assert message["feedback"]["helpful"] != message["feedback"]["not_helpful"]
