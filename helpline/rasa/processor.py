"""Rasa's message processor for one turn on a given tracker: no store, no lock, no HTTP.

Whoever runs a turn reads the tracker before and keeps it after (helpline/rasa/turns.py).
"""

from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rasa.core.actions.action import Action
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.engine import loader
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.storage import ModelMetadata
from rasa.shared.core.constants import FOLLOWUP_ACTION
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecutionRejected, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT_NAME_KEY
from rasa.utils.common import TempDirectoryPath, get_temp_dir_name
from rasa.utils.endpoints import EndpointConfig

from helpline.forms.asides import refuses_call
from helpline.forms.definition import FORMS
from helpline.forms.message import Message
from helpline.forms.prefill import facts_in, merge_facts
from helpline.nlu.message_text import read_ahead
from helpline.rasa.action_client import ActionClient, leave_checking_to_client
from helpline.rasa.after_danger import is_after_danger, was_misread
from helpline.rasa.graph_runner import SequentialGraphRunner
from helpline.rasa.kept_model import KeptModelStorage, domain_as_written
from helpline.rasa.rereading import reread
from helpline.rasa.sources import FOLLOW_UP, NAMES, OTHER, SOURCE
from helpline.rasa.state import REMINDER_TURNS, TURNS_SINCE_CRISIS
from helpline.rasa.threads import events_of_thread
from helpline.rasa.understood import danger_of
from helpline.safety.dangers import CRISIS

KNOWN_FACTS = "known_facts"


@dataclass(frozen=True)
class ChosenAction:
    """An action that was chosen in a turn.

    Attributes:
        name: Its name.
        source: Where the prediction comes from (`helpline.rasa.sources`).
        names: The rules or stories that it follows.
        confidence: The policy's.
        refused: Whether the action refused: a form, where a message is none of its own.
    """

    name: str
    source: str
    names: list[str]
    confidence: float
    refused: bool


# Takes the actions of a turn, where somebody asks for them.
chosen_actions: ContextVar[list[ChosenAction] | None] = ContextVar("chosen_actions", default=None)


class TurnProcessor(MessageProcessor):
    """Runs turns with a trained model.

    Args:
        model: The model's file.
        generator: Makes the responses, from the model's domain.
        actions: Where custom actions run.
    """

    def __init__(self, model: Path, generator: type[NaturalLanguageGenerator], actions: EndpointConfig | None) -> None:
        empty = InMemoryTrackerStore(Domain.empty())
        super().__init__(str(model), empty, InMemoryLockStore(), generator(None, None), actions)
        self.nlg = generator(None, self.domain)
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="reader")
        if isinstance(actions, ActionClient):
            leave_checking_to_client()

    @staticmethod
    def _load_model(model_path: str | Path) -> tuple[str, ModelMetadata, GraphRunner]:
        """Load the model as Rasa does, with a storage and a graph runner of our own."""
        path = Path(model_path)
        with TempDirectoryPath(get_temp_dir_name()) as directory, domain_as_written():
            metadata, runner = loader.load_predict_graph_runner(
                Path(directory), path, KeptModelStorage, SequentialGraphRunner
            )
        return path.name, metadata, runner

    def read_ahead(self, text: str) -> "Future[None]":
        """Begin to encode a message, beside whatever else is to be done before its turn."""
        return self._reader.submit(read_ahead, text)

    async def close(self) -> None:
        """Close the connections to the action server."""
        if isinstance(self.action_endpoint, ActionClient):
            await self.action_endpoint.close()

    async def run_turn(self, message: UserMessage, tracker: DialogueStateTracker) -> DialogueStateTracker:
        """Understand a message, run what the policies choose, and send the responses to the message's channel.

        Args:
            message: What was said, with the output channel that takes the answers.
            tracker: The conversation before.

        Returns:
            The conversation after.
        """
        tracker.model_id = self.model_metadata.model_id
        tracker.assistant_id = self.model_metadata.assistant_id
        await self._update_tracker_session(tracker, message.output_channel, None)
        self._count_turns_since_crisis(tracker)
        await self._handle_message_with_tracker(message, tracker)
        self._note_facts(tracker)
        self._note_refused_call(tracker)
        tracker = await self.run_action_extract_slots(message.output_channel, tracker)
        await self._run_prediction_loop(message.output_channel, tracker)
        tracker.update_with_events(events_of_thread(tracker), self.domain)
        return tracker

    async def _run_action(
        self,
        action: Action,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        """Run an action as Rasa does, and note it where somebody asks."""
        goes_on: bool = await super()._run_action(action, tracker, output_channel, nlg, prediction)
        chosen = chosen_actions.get()
        if chosen is not None:
            told = prediction.diagnostic_data
            source = FOLLOW_UP if prediction.policy_name == FOLLOWUP_ACTION else told.get(SOURCE, OTHER)
            refused = isinstance(tracker.events[-1], ActionExecutionRejected)
            names, confidence = list(told.get(NAMES, [])), float(prediction.max_confidence)
            chosen.append(ChosenAction(action.name(), source, names, confidence, refused))
        return goes_on

    async def parse_message(
        self, message: UserMessage, tracker: DialogueStateTracker | None = None, only_output_properties: bool = True
    ) -> dict[str, Any]:
        """Understand a message as Rasa does; one that means a choice on offer, or a saved request, is that.

        After danger it is read alone: "who do i call" leans on that, and not on the topic before.
        """
        before = None if tracker is not None and is_after_danger(tracker) else tracker
        parsed: dict[str, Any] = await super().parse_message(message, before, only_output_properties)
        if tracker is None:
            return parsed
        return reread(parsed, tracker, self.domain)

    def _count_turns_since_crisis(self, tracker: DialogueStateTracker) -> None:
        """Note before a message how many turns ago the last crisis was: 1 after it, None when it is long ago."""
        before: int | None = tracker.get_slot(TURNS_SINCE_CRISIS)
        last = tracker.latest_message
        if last is not None and last.intent.get(INTENT_NAME_KEY) == CRISIS:
            now: int | None = 1
        elif was_misread(tracker):
            now = None
        else:
            now = before + 1 if before is not None and before < REMINDER_TURNS else None
        if now != before:
            tracker.update(SlotSet(TURNS_SINCE_CRISIS, now), self.domain)

    def _note_facts(self, tracker: DialogueStateTracker) -> None:
        """Keep what the visitor said of the illness, for a form that may be filled in later."""
        parsed = tracker.latest_message.parse_data if tracker.latest_message else {}
        facts = facts_in(Message.from_parse_data(dict(parsed)))
        if facts:
            known = merge_facts(tracker.get_slot(KNOWN_FACTS) or {}, facts)
            tracker.update(SlotSet(KNOWN_FACTS, known), self.domain)

    def _note_refused_call(self, tracker: DialogueStateTracker) -> None:
        """Forget the phone of a form in which a message in danger refuses a call: "don't phone, he listens".

        The danger is answered and parks the form; when it is taken up again, it asks for a safe way.
        """
        form = next((form for form in FORMS.values() if form.name == tracker.active_loop_name), None)
        parsed = dict(tracker.latest_message.parse_data or {}) if tracker.latest_message else {}
        if form is None or danger_of(parsed) is None:
            return
        if refuses_call(form, tracker.current_slot_values(), Message.from_parse_data(parsed)):
            for slot in (form.method, form.address):
                tracker.update(SlotSet(slot, None), self.domain)
