"""What staff try out, on the whole product: answered as visitors are, told why, and nothing of it kept anywhere."""

import math
import secrets
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import inspect, text

from helpline.processes.sockets import socket_path
from helpline.processes.supervisor import Supervisor
from helpline.store.database import open_database

CALL_BACK = ["please call me back", "Grace", "by phone", "215 555 0142", "mornings", "about the costs", "yes, save it"]


class TryOut:
    """A trial at the engine."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http
        self.name = secrets.token_hex(8)

    def ask(self, what: str, **body: Any) -> httpx.Response:
        return self.http.post(f"/trials/{what}", json={"trial": self.name, "channel": "website", **body})

    def turns(self, what: str, **body: Any) -> list[dict[str, Any]]:
        answer = self.ask(what, **body)
        assert answer.status_code == 200, answer.text
        return answer.json()["turns"]

    def say(self, *texts: str) -> dict[str, Any]:
        for said in texts:
            turns = self.turns("take", text=said)
        return turns[-1]

    def press(self, title: str) -> dict[str, Any]:
        buttons = [button for reply in self.turns("read")[-1]["replies"] for button in reply["buttons"]]
        ref = next(button["ref"] for button in buttons if button["title"] == title)
        return self.turns("take", button=ref)[-1]


@pytest.fixture
def try_out(product: Supervisor) -> Iterator[TryOut]:
    transport = httpx.HTTPTransport(uds=str(socket_path(product.settings, "engine")))
    headers = {"Authorization": f"Bearer {product.secret}"}
    with httpx.Client(transport=transport, base_url="http://engine", headers=headers, timeout=30) as http:
        trial = TryOut(http)
        trial.turns("read")
        yield trial


def said(turn: dict[str, Any]) -> str:
    return "\n".join(reply["text"] for reply in turn["replies"])


def kept(product: Supervisor) -> dict[str, int]:
    """Count the rows of every table."""
    database = open_database(product.settings)
    with database.transaction() as session:
        tables = inspect(session.get_bind()).get_table_names()
        counted = {name: session.execute(text(f"SELECT count(*) FROM {name}")).scalar() for name in tables}
    database.close()
    return counted


def test_it_begins_as_the_widget_does_and_is_there_again_when_it_is_read(try_out: TryOut) -> None:
    first = try_out.turns("read")
    assert [turn["said"] for turn in first] == [None]
    assert first == try_out.turns("read")
    assert first[0]["replies"][0]["response"] == "utter_greet"


def test_a_turn_tells_why_it_was_answered_so(try_out: TryOut) -> None:
    turn = try_out.say("what does NED mean")
    assert "no evidence of disease" in said(turn)
    assert turn["intent"] == "faq/ned"
    assert turn["confidence"] > 0.5
    assert turn["alternatives"][0][0] == "faq/ned"
    assert len(turn["alternatives"]) > 2
    assert {"name": "topic", "value": "ned", "changed": True} in turn["slots"]
    (action,) = turn["actions"]
    assert (action["name"], action["source"]) == ("utter_faq", "rule")
    assert len(action["names"]) == 1
    assert turn["danger"] is None


def test_the_story_that_acted_is_told(try_out: TryOut) -> None:
    try_out.say("I am so scared of what comes next")
    (action,) = try_out.say("no")["actions"]
    assert (action["name"], action["source"]) == ("utter_anything_else", "story")
    assert "From a feeling to support, and a no" in action["names"]


def test_danger_is_answered_and_its_signs_are_told_with_their_weights(try_out: TryOut, product: Supervisor) -> None:
    before = kept(product)
    turn = try_out.say("I want to kill myself")
    assert turn["danger"] == "crisis/self"
    assert turn["would"] == ["flag"]
    first = turn["weighed"][0]
    assert first["kind"] == "crisis"
    assert first["probability"] > first["threshold"]
    assert first["patterns"]
    assert [name for name, _, _ in first["signs"]][:2] == ["score", "part"]
    log_odds = first["intercept"] + sum(value * weight for _, value, weight in first["signs"])
    assert first["probability"] == pytest.approx(1 / (1 + math.exp(-log_odds)))
    everyday = try_out.say("the weather is nice today")["weighed"]
    assert all(each["probability"] < each["threshold"] for each in everyday)
    assert kept(product) == before


def test_nothing_of_a_trial_is_kept_whatever_it_says_it_saved(try_out: TryOut, product: Supervisor) -> None:
    before = kept(product)
    turn = try_out.say(*CALL_BACK)
    assert turn["replies"][0]["response"] == "utter_callback_saved"
    assert turn["would"] == ["save"]
    assert "saved" in said(try_out.say("how does my request stand"))
    assert try_out.say("cancel my request", "yes")["would"] == ["withdraw"]
    assert try_out.say("what does NED mean")["intent"] == "faq/ned"
    helpful = [each for each in try_out.turns("read")[-1]["replies"][-1]["controls"] if each["name"] == "helpful"]
    assert try_out.turns("take", button=helpful[0]["ref"])[-1]["would"] == ["feedback"]
    assert try_out.say("delete my data", "yes")["would"] == ["delete"]
    assert kept(product) == before


def test_a_step_back_within_a_form_asks_the_same_again(try_out: TryOut) -> None:
    asked = try_out.say(*CALL_BACK[:3])
    answered = try_out.say(CALL_BACK[3])
    assert answered["form"] == "callback_form"
    back = try_out.turns("back")
    assert said(back[-1]) == said(asked)
    assert said(try_out.say(CALL_BACK[3])) == said(answered)


def test_what_was_saved_in_a_turn_is_gone_when_it_is_taken_back(try_out: TryOut) -> None:
    try_out.say(*CALL_BACK)
    try_out.say("what does NED mean")
    assert "utter_check_callback_new" in responses(try_out.say("how does my request stand"))
    for _ in range(3):
        try_out.turns("back")
    try_out.say("no, cancel it")
    assert "utter_check_unknown" in responses(try_out.say("how does my request stand"))


def responses(turn: dict[str, Any]) -> list[str]:
    return [reply["response"] for reply in turn["replies"]]


def test_the_beginning_cannot_be_taken_back_and_over_begins_anew(try_out: TryOut) -> None:
    try_out.say("hello")
    for _ in range(3):
        turns = try_out.turns("back")
    assert len(turns) == 1
    try_out.say("what does NED mean")
    assert len(try_out.turns("over")) == 1
    assert {slot["name"] for slot in try_out.say("hello")["slots"]} & {"topic", "answered"} == set()


def test_a_button_is_pressed_and_an_old_one_is_not(try_out: TryOut) -> None:
    turn = try_out.say("what does NED mean")
    button = turn["replies"][-1]["buttons"][0]
    pressed = try_out.press(button["title"])
    assert (pressed["said"], pressed["pressed"], pressed["payload"]) == (button["title"], True, button["payload"])
    assert try_out.ask("take", button=button["ref"]).status_code == 409


def test_a_trial_that_is_gone_or_a_message_that_makes_no_sense_is_told(try_out: TryOut) -> None:
    assert try_out.ask("take", text="hi", trial="nobody").status_code == 410
    assert try_out.ask("back", trial="nobody").status_code == 410
    assert try_out.ask("take", colour="red").status_code == 400


def test_a_script_is_played_from_its_first_message_on(try_out: TryOut) -> None:
    script = [
        {"text": "what does NED mean"},
        {"choice": "How is it different from stable?"},
        {"choice": "Never on offer"},
    ]
    turns = try_out.http.post("/trials/play", json={"channel": "website", "turns": script}).json()["turns"]
    assert [turn["said"] for turn in turns] == [next(iter(turn.values())) for turn in script]
    assert [turn["pressed"] for turn in turns] == [False, True, False]


def test_two_trials_at_once_do_not_mix(try_out: TryOut) -> None:
    other = TryOut(try_out.http)
    other.turns("read")
    try_out.say(*CALL_BACK[:2])
    assert other.say("what does NED mean")["form"] is None
    assert try_out.say(CALL_BACK[2])["form"] == "callback_form"
