"""What a visitor types is never a command, whatever stands before the slash."""

import json
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.constants import INTENT_MESSAGE_PREFIX

from helpline.channels.website.visitor_text import clean_text
from tests.channels.website.server import Site

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
INVISIBLE = [
    chr(code)
    for code in range(sys.maxunicode + 1)
    if unicodedata.category(chr(code)) in {"Cc", "Cf", "Zs", "Zl", "Zp", "Cs"}
]


@given(st.text())
def test_cleaned_text_is_no_command_and_stays_clean(text: str) -> None:
    cleaned = clean_text(text)
    assert not cleaned.strip().startswith(INTENT_MESSAGE_PREFIX)
    assert clean_text(cleaned) == cleaned
    assert not {unicodedata.category(c) for c in cleaned if c != "\n"} & {"Cc", "Cf", "Cs", "Co"}
    cleaned.encode()


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("what does NED mean", "what does NED mean"),
        ("and/or both?", "and/or both?"),
        ("two\r\nlines", "two\nlines"),
        ("a\tb", "a b"),
        ("caf\u00e9 \U0001f600", "caf\u00e9 \U0001f600"),
        ("zero\u200bwidth", "zerowidth"),
        ("\u202eabc\u202c", "abc"),
        ("nul\x00byte", "nulbyte"),
        ("half \ud83d pair", "half  pair"),
        ("/greet", "greet"),
        (" / / ", ""),
        ("\u200b", ""),
    ],
)
def test_text_keeps_what_can_be_seen(text: str, cleaned: str) -> None:
    assert clean_text(text) == cleaned


def test_no_invisible_character_hides_a_command() -> None:
    for hidden in INVISIBLE:
        for text in (f"{hidden}/restart", f"/{hidden}restart", f"/{hidden}/restart", f" {hidden} /restart"):
            assert clean_text(text) == "restart", f"U+{ord(hidden):04X}"


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
