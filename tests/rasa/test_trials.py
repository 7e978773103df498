"""Trials in the engine: how long they live, how many there are, how long one may become, and what their actions are."""

from pathlib import Path

import pytest

from evaluation.follow_ups import InProcessActions
from helpline.rasa import trials as module
from helpline.rasa.action_client import ActionClient
from helpline.rasa.generator import HelplineResponses
from helpline.rasa.processor import TurnProcessor
from helpline.rasa.sources import FOLLOW_UP, FORM, OTHER, RULE, STORY
from helpline.rasa.trials import TrialError, TrialMessage, TrialName, Trials, TrialScript
from helpline.rasa.turn_request import ConversationEndedError

MINE = TrialName("mine", "website")


@pytest.fixture(scope="module")
def processor(trained_model: Path) -> TurnProcessor:
    return TurnProcessor(trained_model, HelplineResponses, InProcessActions())


@pytest.fixture
def trials(processor: TurnProcessor) -> Trials:
    return Trials(processor)


async def test_a_trial_is_as_long_as_one_may_be(trials: Trials, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_TURNS", 2)
    await trials.read(MINE)
    await trials.take(TrialMessage("mine", "website", text="hello"))
    with pytest.raises(TrialError):
        await trials.take(TrialMessage("mine", "website", text="hello"))
    assert len((await trials.back(MINE))["turns"]) == 1


async def test_those_that_nobody_used_for_long_are_forgotten(trials: Trials, monkeypatch: pytest.MonkeyPatch) -> None:
    await trials.read(MINE)
    trials.forget_old()
    await trials.take(TrialMessage("mine", "website", text="hello"))
    monkeypatch.setattr(module, "LIVES", -1.0)
    trials.forget_old()
    with pytest.raises(ConversationEndedError):
        await trials.take(TrialMessage("mine", "website", text="hello"))


async def test_the_least_used_make_room(trials: Trials, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ROOM", 2)
    for name in ("mine", "another", "mine", "third"):
        await trials.over(TrialName(name, "text"))
    with pytest.raises(ConversationEndedError):
        await trials.back(TrialName("another", "text"))
    await trials.back(TrialName("mine", "text"))


async def test_on_channels_other_than_the_website_the_visitor_begins(trials: Trials) -> None:
    assert (await trials.read(TrialName("text", "text")))["turns"] == []


@pytest.mark.parametrize(
    ("said", "chosen"),
    [
        (["what does NED mean"], [("utter_faq", RULE)]),
        (["I am so scared of what comes next", "no"], [("utter_anything_else", STORY)]),
        (["please call me back"], [("callback_form", RULE)]),
        (["please call me back", "Grace"], [("callback_form", FORM)]),
    ],
)
async def test_what_acted_is_told(trials: Trials, said: list[str], chosen: list[tuple[str, str]]) -> None:
    turns = (await trials.play(TrialScript("website", [{"text": text} for text in said])))["turns"]
    assert [(action["name"], action["source"]) for action in turns[-1]["actions"]] == chosen
    assert all(bool(action["names"]) == (action["source"] in {RULE, STORY}) for action in turns[-1]["actions"])


async def test_a_form_that_leaves_a_message_to_the_rules_is_told_so(trials: Trials) -> None:
    script = [{"text": "please call me back"}, {"text": "what does NED mean"}]
    actions = (await trials.play(TrialScript("website", script)))["turns"][-1]["actions"]
    assert [(action["name"], action["refused"]) for action in actions][:2] == [
        ("callback_form", True),
        ("utter_faq", False),
    ]
    assert {FOLLOW_UP, OTHER} & {action["source"] for action in actions} == set()


async def test_while_the_action_server_is_away_a_trial_hears_what_a_visitor_would(trained_model: Path) -> None:
    away = TurnProcessor(trained_model, HelplineResponses, ActionClient(Path("nobody.sock"), "secret", 1.0))
    turns = (await Trials(away).play(TrialScript("website", [{"text": "please call me back"}])))["turns"]
    assert [reply["response"] for reply in turns[-1]["replies"]] == ["utter_not_saved"]
