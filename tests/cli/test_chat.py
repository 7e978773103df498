"""The conversation in the terminal: its lines, its choices, and what a typed number does."""

from typing import Any

import pytest
from rich.console import Console

from helpline.cli import chat
from helpline.processes.assistant_client import ClientConversation, ClientTurn

LONG = "Stable disease means that the cancer is there and is not growing. Words stay whole.\n\nA new paragraph."
TOPIC = {"section": "Treatment [basics]", "reviewed": "2025-07-10"}


def button(title: str) -> dict[str, str]:
    return {"title": title, "payload": f"/{title}", "ref": f"ref-{title}"}


def reply(text: str, *titles: str, **metadata: str) -> dict[str, Any]:
    return {"text": text, "buttons": [button(title) for title in titles], "metadata": metadata, "response": None}


def controlled(text: str, *titles: str, controls: tuple[str, ...], **beside: Any) -> dict[str, Any]:
    return {**reply(text, *titles), "controls": [button(title) for title in controls], **beside}


class Client:
    """Answers each message with what it got."""

    def take_turn(self, conversation: str, **content: str) -> ClientTurn:
        return ClientTurn(content.get("text", ""), [reply(str(content), "Yes", "No"), reply("and", "Other")], 1.0)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch):
    def show(width: int, *replies: dict[str, Any]) -> list[str]:
        console = Console(width=width, highlight=False, record=True, force_terminal=False)
        monkeypatch.setattr(chat, "screen", console)
        chat.show(ClientTurn("", list(replies), 1.0))
        return [line.rstrip() for line in console.export_text().splitlines()]

    return show


@pytest.mark.parametrize("width", [24, 40, 80])
def test_no_line_is_wider_than_the_terminal_and_no_word_is_cut(shown, width):
    lines = shown(width, reply(LONG, "What is the difference?", **TOPIC))
    assert max(map(len, lines)) <= width
    assert {"Stable", "disease", "growing.", "paragraph."} <= {word for line in lines for word in line.split()}


def test_lines_begin_below_each_other_and_paragraphs_stay_apart(shown):
    lines = shown(40, reply(LONG))
    assert lines[0].startswith("Assistant: Stable disease")
    assert all(not line or line.startswith(" " * 11) for line in lines[1:])
    assert "" in lines[1:-1]


def test_a_long_address_is_folded_and_not_lost(shown):
    address = "https://example.org/" + "a" * 60
    assert "".join(line.strip() for line in shown(40, reply(address))).endswith(address[20:])


def test_each_reply_has_its_choices_below_it_with_numbers_that_go_on(shown):
    lines = shown(60, reply("First.", "One", "Two"), reply("Second.", "Three"))
    assert [line.strip() for line in lines if line] == [
        "Assistant: First.",
        "1. One",
        "2. Two",
        "Assistant: Second.",
        "3. Three",
    ]


def test_brackets_are_shown_as_they_stand(shown):
    lines = shown(80, reply("Take [this] one.", "Choice [a]", **TOPIC))
    assert [line.strip() for line in lines[:3]] == [
        "Assistant: Take [this] one.",
        "From the page: Treatment [basics], reviewed 2025-07-10",
        "1. Choice [a]",
    ]


@pytest.mark.parametrize(
    ("line", "sent"),
    [
        ("2", {"button": "ref-No"}),
        ("3", {"button": "ref-Other"}),
        ("4", {"text": "4"}),
        ("yes", {"text": "yes"}),
        ("\u00b2", {"text": "\u00b2"}),
    ],
)
def test_a_number_presses_the_choice_that_is_shown_with_it(line, sent):
    conversation = ClientConversation(Client(), "staff-1")  # type: ignore[arg-type]
    shown = conversation.start()
    assert chat.answered(conversation, shown, line).replies[0]["text"] == str(sent)


def test_a_form_shows_how_far_it_is_and_the_ways_back_and_out(shown):
    asked = controlled("A good time?", "Mornings", controls=("Cancel", "Back"), form={"step": 3, "steps": 4})
    assert [line.strip() for line in shown(60, asked) if line] == [
        "Assistant: A good time?",
        "Question 3 of 4",
        "1. Mornings",
        "2. Cancel",
        "3. Back",
    ]


def test_a_summary_offers_each_line_to_edit_and_nothing_twice(shown):
    summary = controlled("Is this right?", "Yes, save it", "Cancel", controls=("Cancel", "Back", "Edit: First name"))
    assert [line.strip() for line in shown(60, summary) if line][1:] == [
        "1. Yes, save it",
        "2. Cancel",
        "3. Back",
        "4. Edit: First name",
    ]


def test_a_saved_request_offers_what_its_card_does_in_place_of_the_same_choices(shown):
    card = {"reference": "ACDE-FG", "in_place_of": ["ref-Change it"]}
    saved = controlled("Saved.", "Change it", "More", controls=("Change my request", "Take back"), saved=card)
    assert [line.strip() for line in shown(60, saved) if line][1:] == [
        "1. More",
        "2. Change my request",
        "3. Take back",
    ]


def test_where_several_answers_count_it_is_said_how_to_type_them(shown):
    asked = controlled("Where?", "Bones", controls=("Back",), form={"step": 7, "steps": 10, "several": ["ref-Bones"]})
    assert shown(60, asked)[-2].strip() == "Several count: type 1 and 3."


def test_the_number_of_a_control_presses_it():
    conversation = ClientConversation(Client(), "staff-1")  # type: ignore[arg-type]
    turn = ClientTurn("", [controlled("A good time?", "Mornings", controls=("Cancel", "Back"))], 1.0)
    assert chat.answered(conversation, turn, "3").replies[0]["text"] == str({"button": "ref-Back"})
