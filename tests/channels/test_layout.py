"""Replies laid out on every channel: no message over its limits, nothing lost, order kept, no number or link cut."""

import re
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evaluation.channels.channel_flows import breaches
from helpline.channels import capabilities as known
from helpline.channels.capabilities import MESSENGER, SLACK, SMS, TELEGRAM, WHATSAPP, WHATSAPP_TWILIO, Capabilities
from helpline.channels.layout import Layout, lay_out, load_channel_wording, more, say
from helpline.channels.messages import OutboundMessage
from helpline.channels.text_message import plain, segments
from helpline.safety.replies import danger_replies
from helpline.settings import ROOT

CHANNELS = {name: each for name, each in vars(known).items() if isinstance(each, Capabilities)}
WORDING = load_channel_wording()
MORE = WORDING.of("utter_channel_more")
unhurried = settings(deadline=None, max_examples=80)
NUMBERS = ["(888) 753-LBBC (5222)", "610-555-0142 ext. 5", "+44 20 7946 0958", "988", "215-555-0142", "1 215 555 0142"]
LINKS = ["https://www.lbbc.org/a-long-way/to-a-page.html?with=some&more=1", "help@lbbc.example"]
CODES = ["K7QM-3F"]
ATOMS = NUMBERS + LINKS + CODES

word = st.text("abcdefghijklmnop\u2019\u00e9", min_size=1, max_size=14)
atom = st.one_of(word, word, word, st.sampled_from(ATOMS).map(lambda each: f"at {each} or"))
sentence = st.builds(
    lambda words, end: " ".join(words).capitalize() + end,
    st.lists(atom, min_size=1, max_size=40),
    st.sampled_from([".", "?", ".\u201d", ":"]),
)
text = st.builds("\n\n".join, st.lists(st.builds(" ".join, st.lists(sentence, min_size=1, max_size=5)), max_size=5))
title = st.builds(" ".join, st.lists(word, min_size=1, max_size=6)).map(lambda each: each[:40].strip())


@st.composite
def replies(draw: st.DrawFn) -> list[dict[str, Any]]:
    made = []
    for place in range(draw(st.integers(1, 4))):
        titles = draw(st.lists(title, max_size=12))
        made.append(reply(draw(text) if titles else draw(text.filter(bool)), *titles, place=place))
    return made


def reply(said: str, *titles: str, place: int = 0, **more_of_it: Any) -> dict[str, Any]:
    buttons = [{"ref": f"r{place}-{number}", "title": each, "payload": "/x"} for number, each in enumerate(titles)]
    return {"text": said, "buttons": buttons, "metadata": {}, **more_of_it}


def everything(laid: Layout) -> list[OutboundMessage]:
    return [*laid.messages, *laid.waiting]


def words(said: str) -> list[str]:
    """Return a text without what spaces and lines it has: words may be cut only where nothing else fits."""
    return said.split()


def as_said(message: OutboundMessage) -> str:
    return message.text.removesuffix(MORE)


def expected(turn: list[dict[str, Any]], laid: list[OutboundMessage], capabilities: Capabilities) -> list[str]:
    """Return the words of a turn as they are to be read, with numbers where the choices are no buttons."""
    pressed = {choice.ref for message in laid for choice in message.choices}
    said, number = [], 0
    for each in turn:
        said.append(each["text"] or WORDING.of("utter_channel_choose"))
        for button in each["buttons"]:
            number += 1
            if button["ref"] not in pressed:
                said.append(f"{number}. {button['title']}")
    return words(plain("\n".join(said)) if capabilities.gsm_7 else "\n".join(said))


def check_limits(message: OutboundMessage, capabilities: Capabilities) -> None:
    """Hold a message against what the channel can show."""
    assert list(breaches(message, capabilities)) == []
    assert message.text == message.text.strip()


@pytest.mark.parametrize("name", CHANNELS)
@unhurried
@given(turn=replies(), danger=st.booleans())
@example(turn=[reply("a" * 5000)], danger=False)
@example(turn=[reply(" ".join(NUMBERS * 40), "Yes", "yes")], danger=True)
def test_every_message_is_within_its_limits_and_nothing_is_lost(name, turn, danger) -> None:
    capabilities = CHANNELS[name]
    laid = lay_out(turn, capabilities, WORDING, danger=danger)
    sent = everything(laid)
    for message in sent:
        check_limits(message, capabilities)
        assert message.urgent is danger
    told = [each for message in sent for each in words(as_said(message))]
    assert "".join(told) == "".join(expected(turn, sent, capabilities))
    refs = [choice.ref for message in sent for choice in message.choices]
    assert refs == [button["ref"] for each in turn for button in each["buttons"] if button["ref"] in refs]


@pytest.mark.parametrize("name", CHANNELS)
@unhurried
@given(turn=replies())
def test_no_number_link_or_code_is_cut(name, turn) -> None:
    capabilities = CHANNELS[name]
    sent = [message.text for message in everything(lay_out(turn, capabilities, WORDING))]
    for each in ATOMS:
        there = sum(one["text"].count(f"at {each} or") for one in turn)
        assert sum(len(re.findall(rf"(?<!\S){re.escape(each)}(?!\S)", one)) for one in sent) >= there


@unhurried
@given(turn=replies())
def test_at_most_three_in_a_row_and_then_more(turn) -> None:
    laid = lay_out(turn, SMS, WORDING)
    told: list[OutboundMessage] = []
    while laid.messages:
        assert len(laid.messages) <= 3
        *before, last = laid.messages
        assert not any(message.text.endswith(MORE) for message in before)
        assert last.text.endswith(MORE) is bool(laid.waiting)
        told += laid.messages
        laid = more(laid.waiting, SMS)
    assert told == everything(lay_out(turn, SMS, WORDING))


@pytest.mark.parametrize("danger", [False, True])
def test_what_the_channel_says_of_a_picture_is_part_of_the_row(danger) -> None:
    picture = WORDING.of("utter_channel_picture")
    turn = [reply("Stable means that it does not grow. " * 40)]
    laid = lay_out(turn, SMS, WORDING, before="utter_channel_picture", danger=danger)
    assert len([message for message in laid.messages if not message.urgent]) <= 3
    place = 1 if danger else 0
    assert laid.messages[place].text.startswith(picture[:40])
    assert "".join(words(laid.messages[place].text)).startswith("".join(words(picture)))
    alone = lay_out([reply("Yes.")], TELEGRAM, WORDING, before="utter_channel_picture")
    assert [message.text for message in alone.messages] == [picture, "Yes."]


def test_a_text_is_cut_between_sentences() -> None:
    first, second = "Stable means that it does not grow. " * 8, "It may stay so for long. " * 6
    laid = lay_out([reply(first + second)], SMS, WORDING)
    assert len(laid.messages) == 2
    assert all(message.text.endswith(".") for message in laid.messages)


def test_replies_share_text_messages_and_stand_alone_elsewhere() -> None:
    turn = [reply("Thanks, Grace."), reply("What number should we call?")]
    assert [each.text for each in lay_out(turn, SMS, WORDING).messages] == [
        "Thanks, Grace.\n\nWhat number should we call?"
    ]
    for name in CHANNELS.keys() - {"SMS"}:
        assert len(lay_out(turn, CHANNELS[name], WORDING).messages) == 2


def test_numbers_count_on_over_a_turn_as_the_assistant_counts() -> None:
    turn = [reply("First.", "One", "Two"), reply("Then.", "Three", place=1)]
    (message,) = lay_out(turn, SMS, WORDING).messages
    assert message.text == "First.\n\n1. One\n2. Two\n\nThen.\n\n3. Three"


def test_whether_it_helped_is_numbered_like_other_choices() -> None:
    helpful = reply("Was this helpful?", "Yes", "No")
    helpful["buttons"][0]["payload"] = "/feedback_helpful"
    (message,) = lay_out([reply("You are welcome.", "One"), helpful], SMS, WORDING).messages
    assert message.text.endswith("1. One\n\nWas this helpful?\n\n2. Yes\n3. No")


def test_typographic_signs_do_not_make_a_text_message_longer() -> None:
    said = "\u201cIt\u2019s\u00a0fine\u201d \u2014 or 5\u20136\u2026"
    (message,) = lay_out([reply(said)], SMS, WORDING).messages
    assert message.text == '"It\'s fine" - or 5-6...'
    assert segments(message.text).encoding == "GSM-7"
    assert lay_out([reply(said)], TELEGRAM, WORDING).messages[0].text == said


@pytest.mark.parametrize(
    ("titles", "capabilities", "shown", "as_list"),
    [
        (("Yes", "No"), WHATSAPP, ("Yes", "No"), False),
        (("Yes", "No", "Why", "Skip"), WHATSAPP, ("Yes", "No", "Why", "Skip"), True),
        # Whole in a list's row, and not in a button.
        (("What is stable disease?", "No"), WHATSAPP, ("What is stable disease?", "No"), True),
        # Whole in neither.
        (("What is biomarker testing?", "No"), WHATSAPP, ("What is biomarker\u2026", "No"), False),
        (("How is it different from NED?", "How is it different from stable?"), WHATSAPP, (), False),
        (tuple(f"Choice {number}" for number in range(11)), WHATSAPP, (), False),
        (("Yes", "yes"), SLACK, (), False),
        (("Hormone receptor-positive", "Other"), MESSENGER, (), False),
        (("Hormone receptor-positive", "Other"), TELEGRAM, ("Hormone receptor-positive", "Other"), False),
        (("Yes", "No"), WHATSAPP_TWILIO, (), False),
    ],
)
def test_how_choices_are_shown(titles, capabilities, shown, as_list) -> None:
    (message,) = lay_out([reply("Which?", *titles)], capabilities, WORDING).messages
    assert tuple(choice.title for choice in message.choices) == shown
    assert message.as_list is as_list
    assert (message.text == "Which?") is bool(shown)


def test_the_source_and_the_progress_are_short() -> None:
    page = reply("NED is a word.", metadata={"reviewed": "2025-07-10", "section": "Words"})
    asks = reply("What is your first name?", form={"step": 1, "steps": 4})
    (message,) = lay_out([page, asks], SMS, WORDING).messages
    assert message.text.split("\n\n") == [
        "NED is a word.",
        "From LBBC's page, reviewed July 2025.",
        "Question 1 of 4. What is your first name?",
        WORDING.of("utter_channel_leave_form"),
    ]
    (message,) = lay_out([reply("And the number?", form={"step": 2, "steps": 4})], SMS, WORDING).messages
    assert message.text == "Question 2 of 4. And the number?"


@pytest.mark.parametrize("name", CHANNELS)
def test_every_reply_to_danger_is_one_whole_message(name) -> None:
    said = danger_replies()
    assert said
    for each in said.values():
        (message,) = lay_out([reply(each)], CHANNELS[name], WORDING, danger=True).messages
        assert words(message.text) == words(plain(each) if CHANNELS[name].gsm_7 else each)


def test_who_answers_is_told_first_and_after_danger() -> None:
    turn = [reply("NED is a word.")]
    (message,) = lay_out(turn, SMS, WORDING, introduced=False).messages
    assert re.search(r"not a person.*rates may apply.*STOP.*\n\nNED is a word.", message.text)
    crisis, about_us = lay_out(turn, SMS, WORDING, danger=True, introduced=False).messages
    assert (crisis.text, crisis.urgent, about_us.urgent) == ("NED is a word.", True, False)
    assert "rates" not in lay_out(turn, WHATSAPP, WORDING, introduced=False).messages[0].text
    assert "STOP" not in lay_out(turn, TELEGRAM, WORDING, introduced=False).messages[0].text


def test_late_replies_come_first_without_choices() -> None:
    (message,) = lay_out([reply("Now.", "Yes")], SMS, WORDING, late=[reply("Late.", "Old")]).messages
    assert message.text == "Late.\n\nNow.\n\n1. Yes"


def test_there_is_always_an_answer() -> None:
    assert "988" in lay_out([], SMS, WORDING).messages[0].text


@pytest.mark.parametrize("name", CHANNELS)
def test_what_channels_say_themselves_is_one_message(name) -> None:
    said = yaml.safe_load((ROOT / "data" / "responses" / "channels.yml").read_text(encoding="utf-8"))["responses"]
    for response in said:
        (message,) = say(response, CHANNELS[name], WORDING).messages
        check_limits(message, CHANNELS[name])
