"""Follow-ups on the trained model, message after message, as threads.tsv and threads_unseen.tsv hold them.

A line of these files is a conversation: its messages with "|" between, and the topics or responses by which the last
must be answered, "&" between those of two questions and "/" between alternatives.
"""

import json
from pathlib import Path

import pytest
from rasa.core.channels.channel import UserMessage

from helpline.rasa.generator import HelplineResponses
from helpline.rasa.output import TurnOutput
from helpline.rasa.processor import TurnProcessor
from helpline.rasa.state import TrackerState, compact, tracker_of
from tests.conversations.stage import InProcessActions

FOLDER = Path(__file__).parent
# The files, and the part of their conversations that must come out right.
FIGURES = [("threads.tsv", 0.85), ("threads_unseen.tsv", 0.72)]


def read(name: str) -> list[tuple[list[str], str]]:
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(turns.split("|"), wanted) for turns, wanted in pairs]


@pytest.fixture(scope="module")
def processor(trained_model: Path) -> TurnProcessor:
    return TurnProcessor(trained_model, HelplineResponses, InProcessActions())


async def last_responses(processor: TurnProcessor, turns: list[str]) -> set[str]:
    """Return the names of the responses to the last of the messages."""
    kept = TrackerState()
    output = TurnOutput("stage")
    for number, text in enumerate(turns):
        output = TurnOutput("stage")
        tracker = tracker_of(TrackerState.from_dict(json.loads(json.dumps(kept.as_dict()))), "x", processor.domain)
        message = UserMessage(text, output, "x", input_channel="stage", message_id=str(number))
        kept = compact(await processor.run_turn(message, tracker), processor.domain)
    return {reply["response"] for reply in output.replies}


def is_answered(wanted: str, responses: set[str]) -> bool:
    return all(
        any(
            name in (key, f"utter_faq/{key}") or name.startswith(f"utter_{key}_")
            for key in alternatives.split("/")
            for name in responses
        )
        for alternatives in wanted.split("&")
    )


@pytest.mark.parametrize(("name", "least"), FIGURES)
async def test_follow_ups_are_understood_in_their_conversation(processor, store, name, least):
    cases = read(name)
    wrong = [turns for turns, wanted in cases if not is_answered(wanted, await last_responses(processor, turns))]
    assert 1 - len(wrong) / len(cases) >= least, wrong


@pytest.mark.parametrize(
    ("turns", "danger"),
    [
        (["what is NED", "is that good, because i want to kill myself"], "utter_crisis"),
        (["what does progression mean", "and then i took all my pills an hour ago"], "utter_"),
        (["what is LMD", "1", "i am going to end my life tonight"], "utter_crisis"),
    ],
)
async def test_danger_in_a_follow_up_is_noticed(processor, store, turns, danger):
    responses = await last_responses(processor, turns)
    assert any(name.startswith((danger, "utter_emergency")) and "/" in name for name in responses), responses
    assert any(name.startswith(("utter_crisis", "utter_emergency")) for name in responses)
