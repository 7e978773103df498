"""What a message asks of the channel: words of law and habit, what cannot be read, and danger before them all."""

import pytest

from helpline.channels.capabilities import MESSENGER, SMS, TELEGRAM, WHATSAPP
from helpline.channels.handling import Handling, Standing, handling_of
from helpline.channels.layout import load_channel_wording
from helpline.channels.messages import InboundMessage

NORMAL, STOPPED, IN_FORM = Standing(), Standing(stopped=True), Standing(form_open=True)


def message(text: str | None = None, kind="text", **fields) -> InboundMessage:
    return InboundMessage("sms", "+15550100000", "+15550142000", "m1", kind, text, **fields)


def handled(text: str, standing: Standing = NORMAL, capabilities=SMS, **fields) -> Handling:
    return handling_of(message(text, **fields), capabilities, standing)


@pytest.mark.parametrize(
    "text",
    ["STOP", "stop", "Stop.", " stop! ", "\u201cSTOP\u201d", "STOPALL", "Unsubscribe", "END", "Quit", "OPTOUT",
     "opt out", "Opt-out", "REVOKE", "\uff33\uff34\uff2f\uff30"],
)  # fmt: skip
def test_words_that_stop_all_messages(text) -> None:
    assert handled(text) == Handling(say="utter_channel_stopped", stopped=True)
    assert handled(text, capabilities=WHATSAPP).stopped is True
    assert handled(text, capabilities=TELEGRAM) == Handling(takes_turn=True, text=text.strip())


@pytest.mark.parametrize(
    "text",
    ["stop treatment", "how do I stop the pain", "when does it end", "do I quit work", "no stop that"],
)
def test_the_same_words_in_a_sentence_stop_nothing(text) -> None:
    assert handled(text) == Handling(takes_turn=True, text=text)


def test_what_was_begun_ends_with_it_and_nothing_of_that_is_sent() -> None:
    stopped = handled("stop", IN_FORM)
    assert (stopped.takes_turn, stopped.text, stopped.heard, stopped.stopped) == (True, "never mind", "none", True)


def test_what_the_provider_answers_is_not_answered_twice_and_remembered() -> None:
    assert handled("STOP", kind="stop", answered=True) == Handling(stopped=True)
    assert handled("HELP", answered=True) == Handling()
    assert handled("START", STOPPED, kind="start", answered=True) == Handling(stopped=False)
    assert handled("STOP", STOPPED) == Handling(stopped=True)


def test_start_is_answered_where_the_provider_knew_nothing_of_the_stop() -> None:
    ours = Standing(stopped=True, confirmed=True)
    started = Handling(say="utter_channel_started", stopped=False)
    assert handled("START", ours, kind="start", answered=True) == started
    assert handled("yes", ours, ends_block=True) == started


def test_what_ends_the_providers_block_ends_ours_and_is_an_answer_otherwise() -> None:
    assert handled("YES", STOPPED, ends_block=True) == Handling(stopped=False)
    assert handled("YES", IN_FORM, ends_block=True) == handled("YES", IN_FORM) == Handling(takes_turn=True, text="YES")
    assert handled("YES", STOPPED) == Handling(takes_turn=True, text="YES", heard="danger")


def test_start_help_and_info() -> None:
    assert (
        handled("Start", STOPPED) == handled("UNSTOP", STOPPED) == Handling(say="utter_channel_started", stopped=False)
    )
    assert handled("start") == Handling(takes_turn=True, stopped=False)
    assert handled("help!") == handled("INFO", IN_FORM) == Handling(say="utter_channel_help")
    assert handled("help", STOPPED).say == "utter_channel_help"
    assert handled("help", capabilities=MESSENGER) == Handling(takes_turn=True, text="help")


def test_more_is_what_waits_and_else_a_question() -> None:
    assert handled("More", Standing(waiting=True)) == Handling(more=True)
    assert handled("more") == Handling(takes_turn=True, text="more")
    assert handled("more about NED", Standing(waiting=True)) == Handling(takes_turn=True, text="more about NED")


def test_cancel_asks_which_is_meant() -> None:
    assert handled("CANCEL", IN_FORM) == Handling(say="utter_channel_cancel_which")
    assert handled("cancel") == Handling(say="utter_channel_cancel_what")
    assert handled("cancel my request").takes_turn
    assert handled("cancel", IN_FORM, TELEGRAM) == Handling(takes_turn=True, text="cancel")


def test_danger_comes_before_everything() -> None:
    for standing in (NORMAL, STOPPED, IN_FORM):
        for kind in ("text", "edit", "picture", "choice"):
            handling = handling_of(message("end", kind), SMS, standing, danger=True)
            assert (handling.takes_turn, handling.text, handling.heard) == (True, "end", "all")


def test_whoever_stopped_is_heard_in_danger_alone() -> None:
    assert handled("I feel so low", STOPPED) == Handling(takes_turn=True, text="I feel so low", heard="danger")
    for kind in ("picture", "voice", "location", "sticker", "edit", "other"):
        handling = handling_of(message(None, kind), SMS, STOPPED)
        assert not handling.takes_turn
        assert handling.say is None


@pytest.mark.parametrize("kind", ["reaction", "deletion"])
def test_a_reaction_and_a_deletion_get_nothing(kind) -> None:
    assert handling_of(message("\U0001f44d", kind), TELEGRAM, NORMAL) == Handling()


@pytest.mark.parametrize(
    "kind", ["picture", "video", "document", "voice", "location", "contact", "sticker", "other", "text"]
)
def test_what_cannot_be_read_is_said_so(kind) -> None:
    alone = handling_of(message(None, kind), TELEGRAM, NORMAL)
    assert not alone.takes_turn
    assert alone.say
    with_words = handling_of(message("what is this", kind), TELEGRAM, NORMAL)
    assert (with_words.takes_turn, with_words.text) == (True, "what is this")
    assert (with_words.say is None) is (kind == "text")


def test_an_edit_gets_nothing_but_in_danger() -> None:
    assert handled("what is NED", kind="edit") == Handling()
    assert handling_of(message("end", "edit"), SMS, NORMAL, danger=True).takes_turn


def test_a_press_and_a_beginning() -> None:
    assert handled("Talk to a person", kind="choice", choice="ref") == Handling(takes_turn=True)
    assert handled("/start", capabilities=TELEGRAM, kind="start") == Handling(takes_turn=True, stopped=False)


def test_every_response_that_is_said_is_there() -> None:
    wording = load_channel_wording()
    for kind in ("picture", "voice", "location", "contact", "sticker"):
        said = handling_of(message(None, kind), SMS, NORMAL).say
        assert wording.of(said) != wording.of("no such response")


def test_without_a_word_that_stops_whoever_writes_again_wants_answers_again() -> None:
    for capabilities in (TELEGRAM, MESSENGER):
        assert handled("what is NED", STOPPED, capabilities) == Handling(True, "what is NED", stopped=False)
        assert handled("x", STOPPED, capabilities, kind="choice", choice="b1") == Handling(True, stopped=False)
        assert handled("hello", STOPPED, capabilities, kind="start") == Handling(True, stopped=False)
        picture = handling_of(message(kind="picture"), capabilities, STOPPED)
        assert (picture.say, picture.stopped) == ("utter_channel_picture", False)
        danger = handling_of(message("I want to die"), capabilities, STOPPED, danger=True)
        assert (danger.takes_turn, danger.stopped) == (True, False)
        assert handling_of(message(kind="stop"), capabilities, STOPPED).stopped is True
        assert handling_of(message(kind="reaction"), capabilities, STOPPED) == Handling()
    assert handled("what is NED", STOPPED, WHATSAPP).stopped is None
