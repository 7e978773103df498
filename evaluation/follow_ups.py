"""Plays conversations: the trained model with the real rules and actions, in one process.

A line of a file of follow-ups is a conversation: its turns, and the topic that answers the last, or the topics of which
any does. None of them tells of danger, so whatever is raised is raised falsely. A line of a file of replies says in
regular expressions what the last reply must and must not hold.
"""

import asyncio
import json
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from rasa.core.channels.channel import UserMessage
from rasa.utils.endpoints import EndpointConfig
from rasa.utils.log_utils import configure_structlog
from rasa_sdk.executor import ActionExecutor

from actions.context import trial
from evaluation.held_out import MeasuredShare
from helpline.nlu.follow_ups import FollowUps
from helpline.nlu.intents import DELIMITER
from helpline.rasa.generator import HelplineResponses
from helpline.rasa.output import Reply, TurnOutput
from helpline.rasa.processor import TurnProcessor
from helpline.rasa.state import TrackerState, compact, tracker_of
from helpline.replay.cases import read_cases
from helpline.replay.runner import reply_text
from helpline.safety.dangers import DANGERS

FILE = "follow_ups.jsonl"
REMARKS_FILE = "remarks.jsonl"
REPLIES = "replies_"
_NOT_UNDERSTOOD = ("utter_did_you_mean", "utter_default")
_RAISED = tuple(f"utter_{danger}" for danger in DANGERS)


class InProcessActions(EndpointConfig):
    """An action endpoint that runs the actions of this project where a server would be called."""

    def __init__(self) -> None:
        super().__init__(url="in-process")
        self.executor = ActionExecutor()
        self.executor.register_package("actions")

    async def request(self, *args: Any, **kwargs: Any) -> Any:
        """Run the action that Rasa asks for, with the call as JSON like over HTTP."""
        result = await self.executor.run(json.loads(json.dumps(kwargs["json"])))
        return json.loads(json.dumps(result))


class Player:
    """Plays conversations on a trained model.

    Args:
        model: The model's file.
    """

    def __init__(self, model: Path) -> None:
        configure_structlog(logging.WARNING)  # unless told otherwise, Rasa prints every message it reads
        self._processor = TurnProcessor(model, HelplineResponses, InProcessActions())
        self._follow_ups = FollowUps(self._processor.domain.responses)

    def says(self, topic: str, responses: set[str]) -> bool:
        """Whether a topic, or a response by its name, is among responses; ``utter_ned_simply`` says a topic too."""
        names = {topic, f"utter_{topic}"}
        return any(name in names or self._follow_ups.topic_of(name) == topic for name in responses)

    async def last_responses(self, turns: Sequence[str]) -> set[str]:
        """Return the names of the responses to the last of a conversation's messages; no store is written to."""
        return {reply["response"] for reply in await self.last_replies(turns)}

    async def last_replies(self, turns: Sequence[str]) -> list[Reply]:
        """Return the replies to the last of a conversation's messages; no store is written to."""
        kept, output = TrackerState(), TurnOutput("played")
        with trial([uuid4().hex]):
            for number, text in enumerate(turns):
                output = TurnOutput("played")
                state = TrackerState.from_dict(json.loads(json.dumps(kept.as_dict())))
                tracker = tracker_of(state, "played", self._processor.domain)
                message = UserMessage(text, output, "played", input_channel="played", message_id=str(number))
                kept = compact(await self._processor.run_turn(message, tracker), self._processor.domain)
        return output.replies


def is_raised(responses: set[str]) -> bool:
    """Whether one of the responses is for a danger."""
    return any(name.startswith(_RAISED) for name in responses)


def follow_up_shares(player: Player, folder: Path) -> Iterator[MeasuredShare]:
    """Yield how many follow-ups of a folder are answered, and how many are taken for a danger.

    Args:
        player: Plays them.
        folder: Where the file of follow-ups stands; without one nothing is measured.
    """
    if not (folder / FILE).is_file():
        return
    entries = [json.loads(line) for line in (folder / FILE).read_text(encoding="utf-8").splitlines()]
    played = [asyncio.run(player.last_responses(entry["turns"])) for entry in entries]
    right = sum(
        any(player.says(topic, responses) for topic in _topics(entry))
        for entry, responses in zip(entries, played, strict=True)
    )
    yield MeasuredShare("follow-ups: answered", right, len(entries))
    yield MeasuredShare("follow-ups: taken for a danger", sum(map(is_raised, played)), len(entries))


def remark_shares(player: Player, folder: Path) -> Iterator[MeasuredShare]:
    """Yield how many remarks of a folder, said first in a conversation, are taken up as such, and how many not at all.

    Args:
        player: Plays them.
        folder: Where the file of remarks stands; without one nothing is measured.
    """
    if not (folder / REMARKS_FILE).is_file():
        return
    entries = [json.loads(line) for line in (folder / REMARKS_FILE).read_text(encoding="utf-8").splitlines()]
    played = [asyncio.run(player.last_responses([entry["text"]])) for entry in entries]
    for words, prefixes in (("taken up as such", ("utter_remark",)), ("not understood", _NOT_UNDERSTOOD)):
        hits = sum(any(name.startswith(prefixes) for name in responses) for responses in played)
        yield MeasuredShare(f"remarks: {words}", hits, len(played))


def reply_shares(player: Player, folder: Path) -> Iterator[MeasuredShare]:
    """Yield how many conversations of each file ``replies_*.jsonl`` of a folder end with what their case asks for.

    Args:
        player: Plays them.
        folder: Where the files stand, in the format of `helpline replay`; without one nothing is measured.
    """
    for path in sorted(folder.glob(f"{REPLIES}*.jsonl")):
        cases = read_cases(path.read_text(encoding="utf-8").splitlines())
        played = [asyncio.run(player.last_replies(case.turns)) for case in cases]
        right = sum(not case.judge(reply_text(replies)) for case, replies in zip(cases, played, strict=True))
        name = path.stem.removeprefix(REPLIES).replace("_", " ")
        yield MeasuredShare(f"replies to {name}: as they must be", right, len(cases))


def _topics(entry: dict[str, Any]) -> list[str]:
    expect = entry["expect"]
    return [leaf.rpartition(DELIMITER)[2] for leaf in ([expect] if isinstance(expect, str) else expect)]
