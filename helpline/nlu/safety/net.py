"""The safety net as a Rasa graph component, after the intent classifier.

Its verdict overrides everything before it: nothing that is asked besides may hide a cry for help.
What it decides, and how, is in the modules beside it.
"""

import hashlib
import json
import logging
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from helpline.nlu.danger import MARGINS
from helpline.nlu.encoder import SentenceEncoderFeaturizer, labelled_examples, sentence_vectors
from helpline.nlu.safety.decision import Verdict
from helpline.nlu.safety.judge import SafetyJudge
from helpline.nlu.safety.learned import Fit
from helpline.nlu.safety.output import write_advice, write_check_in, write_passed_on, write_verdict
from helpline.safety.dangers import DANGER_LEAVES
from helpline.settings import ROOT

logger = logging.getLogger(__name__)

_RESPONSES_FILE = "responses.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SafetyNet(GraphComponent, IntentClassifier):
    """Makes a crisis, violence or an emergency the message's intent, whatever else stands in it.

    Needs the intent classifier's output and the dense sentence features before it. On a raise it sets
    ``intent``, ``intent_ranking``, ``response_selector``, the entity ``safety`` and the properties ``safety``
    (what raised it, by code) and ``also_asked``. Where danger is likelier than anything else and yet too unlikely to
    be raised, the next intent moves up, and for a crisis the property ``check_in`` asks for a sentence on whom to
    call; where the classifier was unsure between kinds of advice, it is advice.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults.

        ``patterns``: folder of the patterns, from the project's root; a copy is kept with the model.
        ``long_from``: from how many words on a message is also judged sentence by sentence.
        ``also_asked_from``: confidence of the classifier from which on what else was asked is kept.
        ``advice_from``: part of all kinds of advice in the confidences, from which on an unsure message asks for it.
        ``ranking_length``: how many intents a ranking shows.
        The rest are the fields of `helpline.nlu.safety.learned.Fit`.
        """
        return {
            "patterns": "content/safety",
            "long_from": 30,
            "also_asked_from": 0.2,
            "advice_from": 0.25,
            "ranking_length": 10,
            "inverse_penalty": 0.5,
            "weight": 4.0,
            "directions": 100,
            "flagged": 0.004,
            "seed": 42,
        }

    def __init__(
        self,
        config: dict[str, Any],
        name: str,
        model_storage: ModelStorage,
        resource: Resource,
        judge: SafetyJudge | None = None,
        responses: dict[str, list[dict[str, Any]]] | None = None,
    ) -> None:
        self._config = {**self.get_default_config(), **config}
        self._name = name
        self._storage = model_storage
        self._resource = resource
        self._responses = responses or {}
        self.judge = judge

    @classmethod
    def required_components(cls) -> list[type]:
        """Name what must stand before it; Rasa trains it beside the classifier that it overrides."""
        return [SentenceEncoderFeaturizer]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SafetyNet":
        """Return a net to be trained."""
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Return a hash of the patterns and of the code that reads them, so that Rasa trains again when they change."""
        patterns = ROOT / {**cls.get_default_config(), **config}["patterns"]
        modules = (*Path(__file__).parent.glob("*.py"), *(ROOT / "helpline" / "safety").glob("*.py"))
        files = (*sorted(patterns.glob("*.yml")), *sorted(modules))
        return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()

    def train(self, training_data: TrainingData) -> Resource:
        """Fit to all examples that have an intent; whatever is no danger is one class."""
        examples = labelled_examples(training_data)
        if not any(leaf in DANGER_LEAVES for leaf, _, _ in examples):
            return self._resource
        with self._storage.write_to(self._resource) as directory:
            self.judge = SafetyJudge.trained(
                ROOT / self._config["patterns"],
                leaves=[leaf for leaf, _, _ in examples],
                texts=[text for _, text, _ in examples],
                vectors=sentence_vectors([message for _, _, message in examples]),
                fit=Fit(**{field: self._config[field] for field in Fit.__dataclass_fields__}),
                long_from=self._config["long_from"],
                directory=directory,
            )
            (directory / _RESPONSES_FILE).write_text(json.dumps(training_data.responses), encoding="utf-8")
        self._responses = training_data.responses
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "SafetyNet":
        """Return the net that training kept.

        Raises:
            ValueError: Nothing was kept. A server without its safety net must not start.
        """
        options = {**cls.get_default_config(), **config}
        with model_storage.read_from(resource) as directory:
            judge = SafetyJudge.load(directory, options["long_from"])
            responses = json.loads((directory / _RESPONSES_FILE).read_text(encoding="utf-8"))
        return cls(config, execution_context.node_name, model_storage, resource, judge, responses)

    def process(self, messages: list[Message]) -> list[Message]:
        """Judge each message with text that was read as words; a pressed button is no text."""
        for message in messages:
            if self.judge is not None and message.get(TEXT) and message.get_dense_features(TEXT)[1] is not None:
                self._write(
                    message,
                    self.judge.verdict(message.get(TEXT), sentence_vectors([message]), message.get(MARGINS) or {}),
                )
        return messages

    def _write(self, message: Message, verdict: Verdict | None) -> None:
        if verdict is None or verdict.leaf is None:
            write_passed_on(message, self._name)
            write_advice(message, self._config["advice_from"])
            if verdict is not None:
                logger.info("A message called for %s.", verdict.code)
                write_check_in(message, verdict.code)
            return
        logger.info("A message was raised by %s.", verdict.code)
        write_verdict(
            message,
            verdict.leaf,
            verdict.code,
            self._responses,
            source=self._name,
            also_asked_from=self._config["also_asked_from"],
            length=self._config["ranking_length"],
        )
