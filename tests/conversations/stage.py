"""Plays conversations on the real policies, rules, forms, responses and actions, in one process.

Only the classifier is not run: a test says what it makes of each message, right or wrong, so that the flows are tested
for every classification and not for one model's.

Every turn is played twice: once on a tracker with the whole history, as Rasa keeps it, and once on the compact state,
written as JSON and read again. Both must choose the same actions and say the same.
"""

import json
import re
from pathlib import Path
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from evaluation.follow_ups import InProcessActions
from helpline.forms.written_from import WRITTEN_FROM
from helpline.rasa.generator import HelplineResponses
from helpline.rasa.output import TurnOutput
from helpline.rasa.processor import TurnProcessor
from helpline.rasa.state import TrackerState, compact, tracker_of


class StatedClassifier:
    """Gives what the test states as the parse of the next message."""

    stated: dict[str, Any]

    async def parse(self, message: UserMessage) -> dict[str, Any]:
        """Return the stated parse."""
        return json.loads(json.dumps(self.stated))


class Stage:
    """A conversation with one visitor."""

    def __init__(self, model: str) -> None:
        self.classifier = StatedClassifier()
        self.written_from: str | None = None
        self.processor = TurnProcessor(Path(model), HelplineResponses, InProcessActions())
        self.processor.http_interpreter = self.classifier
        self.sender = "visitor"

    @property
    def sender(self) -> str:
        """Who speaks; somebody else begins a new conversation."""
        return self._sender

    @sender.setter
    def sender(self, sender: str) -> None:
        self._sender = sender
        self.number = 0
        self.written_from = None
        self.whole = DialogueStateTracker.from_events(sender, [], self.processor.domain.slots)
        self.kept = json.dumps(TrackerState().as_dict())

    async def say(self, text: str, intent: str = "inform", confidence: float = 0.9, **entities: Any) -> str:
        """Say something and return all that is answered, buttons in brackets."""
        return await self._said(self._parsed(text, intent, confidence, entities))

    async def say_unclearly(self, text: str, *topics: str, **noted: Any) -> str:
        """Say something that is not understood for sure, with the likeliest topics; return as `say` does."""
        ranking = [{"intent_response_key": f"faq/{topic}", "confidence": 0.5 / 2**n} for n, topic in enumerate(topics)]
        parsed = self._parsed(text, "nlu_fallback", 0.5, {})
        selected = {"faq": {"response": ranking[0], "ranking": ranking}}
        return await self._said({**parsed, "response_selector": selected, "likely": f"faq/{topics[0]}", **noted})

    async def say_beside(self, text: str, intent: str, *topics: str) -> str:
        """Say something that is understood as one leaf intent and may have meant other topics; return as `say` does."""
        parsed = self._parsed(text, intent, 0.8, {})
        ranking = [{"intent_response_key": topic, "confidence": 0.1 / 2**n} for n, topic in enumerate(topics)]
        parsed["response_selector"].setdefault("faq", {"response": ranking[0]})["ranking"] = ranking
        return await self._said(parsed)

    async def _said(self, parsed: dict[str, Any]) -> str:
        self.classifier.stated, text = parsed, parsed["text"]
        self.number += 1
        said, self.whole = await self._play(text, self.whole)
        reloaded = tracker_of(TrackerState.from_dict(json.loads(self.kept)), self.sender, self.processor.domain)
        said_again, tracker = await self._play(text, reloaded)
        assert actions_of_turn(tracker) == actions_of_turn(self.whole)
        assert said_again == said
        self.kept = json.dumps(compact(tracker, self.processor.domain).as_dict())
        self.tracker = tracker
        return said

    async def _play(self, text: str, tracker: DialogueStateTracker) -> tuple[str, DialogueStateTracker]:
        output = TurnOutput("stage")
        noted = {WRITTEN_FROM: self.written_from} if self.written_from else None
        message = UserMessage(
            text, output, self.sender, input_channel="stage", message_id=f"m{self.number}", metadata=noted
        )
        tracker = await self.processor.run_turn(message, tracker)
        return "\n".join(map(_shown, output.replies)), tracker

    def _parsed(self, text: str, intent: str, confidence: float, entities: dict[str, Any]) -> dict[str, Any]:
        name, _, kind = intent.partition("/")
        found = [{"entity": key, "value": value} for key, value in entities.items()]
        if name == "faq":
            found.append({"entity": "topic", "value": kind})
        parsed: dict[str, Any] = {
            "text": text,
            "intent": {"name": name, "confidence": confidence},
            "entities": found,
            "intent_ranking": [],
        }
        if kind:
            response = {"intent_response_key": intent, "utter_action": f"utter_{intent}", "confidence": confidence,
                        "responses": self.processor.domain.responses.get(f"utter_{intent}", [])}  # fmt: skip
            selected = {"response": response, "ranking": [response]}
            parsed["response_selector"] = {"all_retrieval_intents": [name], name: selected}
        return parsed

    @property
    def kept_words(self) -> str:
        """What is kept of the conversation, without the times, whose figures may be those of any number."""
        return re.sub(r'"timestamp": [\d.]+', "", self.kept)

    async def slots(self) -> dict[str, Any]:
        """Return the slots that hold something."""
        return {name: value for name, value in self.tracker.current_slot_values().items() if value not in (None, [])}

    async def form(self) -> str | None:
        """Return the active form."""
        return self.tracker.active_loop_name


def actions_of_turn(tracker: DialogueStateTracker) -> list[str]:
    """Return the names of the actions since the last message of the visitor."""
    names: list[str] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            break
        if isinstance(event, ActionExecuted):
            names.append(str(event.action_name))
    return names[::-1]


def _shown(reply: dict[str, Any]) -> str:
    return reply["text"] + "".join(f" [{button['title']}]" for button in reply["buttons"])
