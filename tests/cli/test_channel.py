"""A messaging channel in the terminal: bubbles, what they cost, and what a typed number does."""

from typing import Any

import pytest
from rich.console import Console

from helpline.channels.capabilities import CHANNELS
from helpline.channels.layout import load_channel_wording
from helpline.channels.rehearsal import Rehearsal
from helpline.cli import channel


class Assistant:
    """Answers each message with what it got, and two choices."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.form: str | None = None
        self.danger: str | None = None
        self.words = 1

    def __call__(self, *, text: str | None, button: str | None) -> dict[str, Any]:
        self.heard.append({"text": text, "button": button})
        buttons = [{"title": title, "ref": f"ref-{title}", "payload": f"/{title}"} for title in ("Yes", "No")]
        said = " ".join(["A sentence of some words that goes on."] * self.words)
        reply = {"text": said, "buttons": buttons, "metadata": {}, "response": "utter_x"}
        return {"replies": [reply], "late": [], "form": self.form, "danger": self.danger}


@pytest.fixture
def assistant() -> Assistant:
    return Assistant()


def rehearsal(assistant: Assistant, name: str, danger=lambda text: False) -> Rehearsal:
    return Rehearsal(assistant, name, CHANNELS[name], load_channel_wording(), danger)


def shown(monkeypatch: pytest.MonkeyPatch, sent, name: str) -> tuple[str, list[Any]]:
    console = Console(width=60, highlight=False, record=True, force_terminal=False)
    monkeypatch.setattr(channel, "screen", console)
    on_offer = channel.show(sent, CHANNELS[name])
    return console.export_text(), on_offer


def test_a_text_message_is_a_bubble_with_numbers_and_what_it_costs(monkeypatch, assistant) -> None:
    text, on_offer = shown(monkeypatch, rehearsal(assistant, "sms").send("hello"), "sms")
    assert "1. Yes" in text
    assert "GSM-7, " in text
    assert "parts" in text
    assert on_offer == []


def test_buttons_are_numbers_to_press(monkeypatch, assistant) -> None:
    conversation = rehearsal(assistant, "telegram")
    text, on_offer = shown(monkeypatch, conversation.send("hello"), "telegram")
    assert "[2] No" in text
    channel.answered(conversation, "2", on_offer)
    channel.answered(conversation, "3", on_offer)
    assert assistant.heard[1:] == [{"text": None, "button": "ref-No"}, {"text": "3", "button": None}]


def test_more_brings_the_rest_and_nothing_twice(assistant) -> None:
    conversation, assistant.words = rehearsal(assistant, "sms"), 40
    first, rest = conversation.send("hello"), conversation.send("MORE")
    assert len(first) == 3
    assert rest
    told = "".join(message.text for message in (*first, *rest))
    assert told.count("A sentence") == 40
    assert len(assistant.heard) == 1
    conversation.send("more")
    assert assistant.heard[-1] == {"text": "more", "button": None}


def test_what_waits_can_be_read_on_after_help_and_a_picture_and_is_gone_after_a_turn(assistant) -> None:
    conversation, assistant.words = rehearsal(assistant, "sms"), 40
    conversation.send("hello")
    assert conversation.send("HELP")
    conversation.send("", kind="picture")
    assert "A sentence" in conversation.send("MORE")[0].text
    conversation.send("hello")
    assistant.words = 1
    conversation.send("and now")
    conversation.send("MORE")
    assert assistant.heard[-1] == {"text": "MORE", "button": None}


def test_after_stop_only_danger_is_answered(assistant) -> None:
    conversation = rehearsal(assistant, "sms", lambda text: "die" in text)
    (stopped,) = conversation.send("STOP")
    assert "no more messages" in stopped.text
    assert conversation.send("hello") == ()
    assert conversation.send("STOP") == ()
    assistant.danger = "crisis/self"
    answer = conversation.send("I want to die")
    assert [message.urgent for message in answer] == [True]
    assistant.danger = None
    (started,) = conversation.send("START")
    assert "messages again" in started.text
    assert len(conversation.send("hello")) == 1


def test_stop_ends_a_form_and_nothing_of_it_is_sent(assistant) -> None:
    conversation, assistant.form = rehearsal(assistant, "sms"), "callback_form"
    conversation.send("call me")
    assert "stop all messages" in conversation.send("cancel")[0].text
    assistant.form = None
    (stopped,) = conversation.send("stop")
    assert "no more messages" in stopped.text
    assert assistant.heard[-1]["text"] == "never mind"


def test_nothing_that_is_sent_is_said_so(monkeypatch, assistant) -> None:
    text, _ = shown(monkeypatch, rehearsal(assistant, "sms").send("\U0001f44d", "reaction"), "sms")
    assert "(nothing is sent)" in text
