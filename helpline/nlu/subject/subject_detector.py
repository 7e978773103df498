"""The subject detector as a Rasa graph component, between the intent classifier and the danger detector.

A question worded like one of the page's may be about something else: another cancer, another illness, a drug. Words
tell that better than examples do: nobody can write examples for each illness and each question.
"""

import hashlib
import json
import shutil
from typing import Any, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from helpline.nlu.follow_ups import FollowUps
from helpline.nlu.intent.context import Context, leans, points_back
from helpline.nlu.intent.rasa_input import context_of
from helpline.nlu.intent.rasa_output import Responses
from helpline.nlu.message_text import text_of
from helpline.nlu.subject.subject_decision import is_on_spread, is_on_the_page, parts_of, subject_of
from helpline.nlu.subject.subject_output import ask_back, gives_way, may_be_ours, may_go_on, write_subject
from helpline.nlu.subject.subject_vocabulary import SubjectVocabulary, read_subjects
from helpline.settings import ROOT

_VOCABULARY_FILE = "subjects.yml"
_RESPONSES_FILE = "responses.json"
_ANSWER = "utter_other_subject/"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SubjectDetector(GraphComponent, IntentClassifier):
    """Makes ``other_subject`` the intent of a message that asks about something else than the page does.

    Needs the intent classifier's output before it. It overrides topics, follow-ups, what is not on the page and an
    unsure message. Where the classifier alone takes what is said of breast cancer's spread for another cancer or
    illness, it has the assistant ask back. It sets ``intent``, ``intent_ranking``, ``response_selector`` and the
    entity ``topic``.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults.

        ``source``: file of the vocabulary, from the project's root; a copy is kept with the model.
        ``advice_threshold``: as of the danger detector, which makes such an unsure message advice.
        ``ranking_length``: how many intents a ranking shows.
        """
        return {"source": "content/subjects.yml", "advice_threshold": 0.25, "ranking_length": 10}

    def __init__(
        self,
        config: dict[str, Any],
        name: str,
        model_storage: ModelStorage,
        resource: Resource,
        vocabulary: SubjectVocabulary | None = None,
        responses: Responses | None = None,
    ) -> None:
        self._config = {**self.get_default_config(), **config}
        self._name = name
        self._storage = model_storage
        self._resource = resource
        self._vocabulary = vocabulary
        self._responses = responses or {}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SubjectDetector":
        """Return a detector to be trained."""
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Return a hash of the vocabulary, so that Rasa trains again when it changes."""
        source = ROOT / {**cls.get_default_config(), **config}["source"]
        return hashlib.sha256(source.read_bytes()).hexdigest()

    def train(self, training_data: TrainingData) -> Resource:
        """Keep a copy of the vocabulary and the responses; the messages are not needed."""
        source = ROOT / self._config["source"]
        self._vocabulary = read_subjects(source)
        self._responses = training_data.responses
        with self._storage.write_to(self._resource) as directory:
            shutil.copy(source, directory / _VOCABULARY_FILE)
            (directory / _RESPONSES_FILE).write_text(json.dumps(self._responses), encoding="utf-8")
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "SubjectDetector":
        """Return the detector with what training kept."""
        with model_storage.read_from(resource) as directory:
            vocabulary = read_subjects(directory / _VOCABULARY_FILE)
            responses = json.loads((directory / _RESPONSES_FILE).read_text(encoding="utf-8"))
        return cls(config, execution_context.node_name, model_storage, resource, vocabulary, responses)

    # Rasa compares this type with what it hands over, and knows the old form of a union alone.
    def process(self, messages: list[Message], tracker: Optional[DialogueStateTracker] = None) -> list[Message]:  # noqa: UP045
        """Set the intent of each message with text that asks about something else.

        Args:
            messages: The messages.
            tracker: The conversation before them, where there is one.
        """
        if self._vocabulary is not None:
            context = context_of(tracker, FollowUps({}))
            for message in messages:
                if message.get(TEXT) and message.get(INTENT):
                    self._classify(message, self._vocabulary, context)
        return messages

    def _classify(self, message: Message, vocabulary: SubjectVocabulary, context: Context) -> None:
        text = text_of(message)
        parts = parts_of(text.text, text.segments, vocabulary)
        family = subject_of(parts, vocabulary, goes_on=context.answered_just_now and leans(text.text))
        if family is None and not is_on_the_page(parts, vocabulary):
            family = self._named_before(message, context)
        if family is not None and gives_way(message, family, self._config["advice_threshold"]):
            length = self._config["ranking_length"]
            write_subject(message, family, self._responses, length=length, source=self._name)
        elif family is None and may_be_ours(message) and is_on_spread(parts, vocabulary):
            ask_back(message)

    def _named_before(self, message: Message, context: Context) -> str | None:
        """Return the family of another subject that was refused right before, where "is it curable" asks of that."""
        said = (name for name in sorted(context.thread.said_lately(1)) if name.startswith(_ANSWER))
        family = next((name.removeprefix(_ANSWER) for name in said), None)
        return family if family and may_go_on(message, points_back=points_back(text_of(message).text)) else None
