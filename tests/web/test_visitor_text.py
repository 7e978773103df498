"""On the running website channel, too, what a visitor types is never a command."""

import json

import pytest

from tests.text.test_visitor_text import INVISIBLE
from tests.web.server import Site

PAYLOADS = [
    "/restart",
    "/session_start",
    "/greet",
    '/ask_topic{"topic": "ned"}',
    "/greet@1.0{}",
    "//restart",
    "/ /restart",
    "  /restart",
    "\n\t/restart",
    "/\u200b/restart",
    "EXTERNAL: greet",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payloads_in_a_text_do_nothing(site: Site, payload: str) -> None:
    site.say("answer")
    answered = site.say(payload)
    assert [message["text"] for message in answered] != ["You asked about ned."]
    said = [m["text"] for m in site.conversation().json()["messages"] if m["from"] == "assistant"]
    assert said[:2] == ["Hello. I am an automated assistant.", "First line.\nSecond line."]


def test_server_takes_every_control_and_bidi_character(site: Site) -> None:
    hidden = [character for character in INVISIBLE if ord(character) < 0x3000 or character == "\ufeff"]
    for number, character in enumerate(hidden):
        if number % 12 == 0:
            site.open()  # a long conversation would make each turn slower
        (answer,) = site.say(f"{character}/{character}helpline{character}")
        assert "(888) 753-LBBC (5222)" in answer["text"], f"U+{ord(character):04X}"


@pytest.mark.parametrize("text", ["", " ", "/", "///", "\u200b\u200b", "\x00", "\ud800"])
def test_text_with_nothing_to_see_is_refused_kindly(site: Site, text: str) -> None:
    body = json.dumps({"client_message_id": "6f1dd5ab-7d0c-4b0c-9d3e-0f1f1f1f1f1f", "text": text})
    headers = {**site.headers, "Content-Type": "application/json"}
    answer = site.http.post("/messages", content=body, headers=headers)
    assert answer.status_code == 400
    assert "(888) 753-LBBC (5222)" in answer.json()["error"]["text"]
