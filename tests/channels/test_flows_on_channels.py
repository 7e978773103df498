"""All flows on all channels, on the real engine; and the numbers of choices lead where their buttons lead."""

from typing import Any

import pytest

from evaluation.channels.channel_flows import ChannelFigures, ChannelFlow, load_flows, measure, play
from helpline.channels.capabilities import CHANNELS
from helpline.cli.channel import rehearsal_of
from helpline.processes.assistant_client import AssistantClient, ClientTurn
from helpline.processes.model import MODEL
from helpline.safety.dangers import DANGER_LEAVES
from helpline.safety.detector import PatternDetector

FLOWS = load_flows()
GROUPS = tuple(dict.fromkeys(flow.group for flow in FLOWS))


@pytest.fixture(scope="module")
def detector() -> PatternDetector:
    return PatternDetector.from_model(MODEL)


@pytest.mark.parametrize("group", GROUPS)
def test_every_flow_obeys_every_channels_limits_and_reaches_its_end(client: AssistantClient, detector, group) -> None:
    flows = [flow for flow in FLOWS if flow.group == group]
    measured = measure(lambda name: rehearsal_of(client, name, detector), flows)
    assert {name for _, name in measured} == set(CHANNELS) or group == "the channel's words"
    assert [fault for each in measured.values() for fault in each.faults] == []


def test_every_kind_of_danger_is_among_them() -> None:
    assert {flow.danger for flow in FLOWS} - {None} == set(DANGER_LEAVES)


def test_a_flow_that_goes_astray_is_a_fault(client: AssistantClient) -> None:
    figures = ChannelFigures()
    astray = ChannelFlow("x", ("what does NED mean",), "utter_callback_saved", "crisis/self")
    play(astray, "sms", lambda name: rehearsal_of(client, name), figures)
    assert len(figures.faults) == 3


# What leads to choices, and what is said between them and the answer.
OFFERS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "an answer": (("what does NED mean",), ()),
    "a turn later": (("what does NED mean",), ("goodbye",)),
    "some turns later": (("what does NED mean",), ("goodbye", "goodbye")),
    "a person": (("I want to talk to a person",), ()),
    "two answers": (("what is NED, and what does progression mean",), ()),
    "not understood": (("asdf qwer zxcv",), ()),
    "a form": (("please call me back", "Grace", "212 555 0177"), ()),
    "a form after an aside": (("please call me back", "Grace", "212 555 0177", "what does NED mean"), ()),
    "the number": (("please call me back", "Grace"), ()),
    "consent": (("match me with a volunteer",), ()),
    "a summary": (("please call me back", "Grace", "212 555 0177", "skip", "skip"), ()),
    "what to change": (("please call me back", "Grace", "212 555 0177", "skip", "skip", "change something"), ()),
    "age": (("match me with a volunteer", "yes", "Grace", "for myself", "phone call", "212 555 0177", "skip", "skip",
             "skip"), ()),
}  # fmt: skip


class Sms:
    """A conversation by text message, told to the engine as it is."""

    def __init__(self, client: AssistantClient) -> None:
        self.client, self.sender = client, client.converse().sender

    def take(self, **content: str) -> ClientTurn:
        return self.client.take_turn(self.sender, channel="sms", phone_number="+12155550142", **content)

    def say(self, *texts: str) -> ClientTurn:
        for text in texts:
            turn = self.take(text=text)
        return turn


def told(turn: ClientTurn) -> tuple[Any, ...]:
    return [reply["response"] for reply in turn.replies], turn.form, turn.slots.get("requested_slot")


@pytest.mark.parametrize("offer", OFFERS)
def test_a_number_leads_where_its_button_leads(client: AssistantClient, offer) -> None:
    up_to, between = OFFERS[offer]
    offered = [button for reply in Sms(client).say(*up_to).replies for button in reply["buttons"]]
    assert len(offered) > 1
    for place, answers in ((0, ("1", "first", "the first one")), (1, ("2", "Two", "the second one"))):
        pressing = Sms(client)
        last = pressing.say(*up_to)
        button = [each for reply in last.replies for each in reply["buttons"]][place]
        assert button["title"] == offered[place]["title"]
        pressed = pressing.take(button=button["ref"])
        for answer in (*answers, button["title"]):
            typing = Sms(client)
            typing.say(*up_to, *between)
            assert told(typing.say(answer)) == told(pressed), answer


def test_whether_it_helped_shifts_no_numbers(client: AssistantClient) -> None:
    """Its own numbers answer it; "the second one" is still the second of what was offered before it."""
    pressing = Sms(client)
    second = [button for reply in pressing.say("what does NED mean").replies for button in reply["buttons"]][1]
    pressed = pressing.take(button=second["ref"])
    for answer, expected in (("2", "utter_feedback_sorry"), ("1", "utter_feedback_thanks")):
        conversation = Sms(client)
        assert told(conversation.say("what does NED mean", "thank you"))[0] == ["utter_ask_helpful"]
        assert told(conversation.say(answer))[0] == [expected]
    conversation = Sms(client)
    assert told(conversation.say("what does NED mean", "thank you", "the second one")) == told(pressed)


def test_what_was_saved_stands_after_stop(client: AssistantClient) -> None:
    conversation = rehearsal_of(client, "sms")
    for said in ("please call me back", "Grace", "212 555 0177", "skip", "skip", "yes, save it"):
        conversation.send(said)
    conversation.send("STOP")
    assert conversation.send("how does my request stand") == ()
    conversation.send("START")
    conversation.send("how does my request stand")
    assert conversation.turn is not None
    assert [reply["response"] for reply in conversation.turn["replies"]] == ["utter_check_callback_new"]


def test_what_a_form_holds_is_not_saved_after_stop(client: AssistantClient) -> None:
    conversation = rehearsal_of(client, "sms")
    for said in ("please call me back", "Grace", "yes", "skip", "skip"):
        conversation.send(said)
    assert conversation.form == "callback_form"
    conversation.send("STOP")
    assert conversation.form is None
    assert conversation.send("yes, save it") == ()
    conversation.send("START")
    conversation.send("how does my request stand")
    assert conversation.turn is not None
    assert [reply["response"] for reply in conversation.turn["replies"]] == ["utter_check_unknown"]
