"""The danger detector as a Rasa graph component, after the intent classifier.

Its prediction overrides everything before it: nothing that is asked besides may hide a cry for help.
What it decides, and how, is in the modules beside it.
"""

import hashlib
import json
import logging
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from helpline.nlu.danger.danger_classifier import DangerClassifier, DangerTrainingOptions
from helpline.nlu.danger.danger_decision import RAISED_ALONE, DangerPrediction
from helpline.nlu.danger.danger_output import (
    write_advice,
    write_check_in,
    write_danger,
    write_feeling,
    write_feeling_if_unsure,
    write_next_intent,
)
from helpline.nlu.danger.danger_scores import DangerScorerOptions
from helpline.nlu.danger.danger_weighing import DangerRates
from helpline.nlu.featurizer import SentenceEncoderFeaturizer, labelled_examples, sentence_vectors
from helpline.nlu.follow_ups import FollowUps
from helpline.nlu.intent.rasa_output import KNOWN_AS
from helpline.nlu.kept_vectors import encoded_once
from helpline.nlu.message_text import MessageText, text_of
from helpline.nlu.sentence_encoder import Vectors
from helpline.safety.dangers import DANGER_LEAVES, DESPAIR_LEAF
from helpline.settings import ROOT
from helpline.text.lexicon import Lexicon

logger = logging.getLogger(__name__)

_RESPONSES_FILE = "responses.json"
# Metadata of a message that has no words of the visitor's own: the title of the button that was pressed, or whether
# it is no more than what a form asked for, such as a phone number.
BUTTON = "button"
DATA_ALONE = "data_alone"
_NOT_READ = frozenset((BUTTON, DATA_ALONE))
# Metadata of a message of which somebody asks why it was understood so, and the property that tells.
EXPLAINED = "explained"
WEIGHED = "weighed"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class DangerDetector(GraphComponent, IntentClassifier):
    """Makes a crisis, violence, a threat or an emergency the message's intent, whatever else stands in it.

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
        ``sentences_from``: from how many words on the sentences of a message are scored too.
        ``also_asked_threshold``: confidence of the classifier from which on what else was asked is kept.
        ``advice_threshold``: part of all kinds of advice in the confidences from which on an unsure message asks
        for it.
        ``feeling_threshold``: confidence of all feelings together from which on an unsure message is met as one.
        ``ranking_length``: how many intents a ranking shows.
        The rest are the fields of `helpline.nlu.danger.danger_classifier.DangerTrainingOptions`, of
        `helpline.nlu.danger.danger_scores.DangerScorerOptions` and of
        `helpline.nlu.danger.danger_weighing.DangerRates`.
        """
        return {
            "patterns": "content/safety",
            "sentences_from": 30,
            "also_asked_threshold": 0.2,
            "advice_threshold": 0.25,
            "feeling_threshold": 0.3,
            "ranking_length": 10,
            "hidden_units": 256,
            "alpha": 0.01,
            "learning_rate": 0.002,
            "epochs": 15,
            "feature_scale": 4.0,
            "random_state": 42,
            # A crisis that is missed weighs more than a number too many.
            "everyday": {"crisis": 0.003, "violence": 0.0015, "threat": 0.0015, "emergency": 0.003, "despair": 0.02},
            "near": {"crisis": 0.05, "violence": 0.015, "threat": 0.015, "emergency": 0.025, "despair": 0.2},
        }

    def __init__(
        self,
        config: dict[str, Any],
        name: str,
        model_storage: ModelStorage,
        resource: Resource,
        classifier: DangerClassifier | None = None,
        responses: dict[str, list[dict[str, Any]]] | None = None,
    ) -> None:
        self._config = {**self.get_default_config(), **config}
        self._name = name
        self._storage = model_storage
        self._resource = resource
        self._responses = responses or {}
        self.classifier = classifier

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
    ) -> "DangerDetector":
        """Return a detector to be trained."""
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Return a hash of the patterns and of the code that reads them, so that Rasa trains again when they change."""
        patterns = ROOT / {**cls.get_default_config(), **config}["patterns"]
        modules = (*Path(__file__).parent.glob("*.py"), *(ROOT / "helpline" / "safety").glob("*.py"))
        files = (*sorted(patterns.glob("*.yml")), *sorted(modules))
        return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()

    def train(self, training_data: TrainingData) -> Resource:
        """Fit to all examples that have an intent, follow-ups as they are typed; whatever is no danger is one class."""
        examples = labelled_examples(training_data)
        if not any(leaf in DANGER_LEAVES for leaf, _, _ in examples):
            return self._resource
        texts, vectors = _as_typed(examples, FollowUps(training_data.responses))
        with self._storage.write_to(self._resource) as directory:
            self.classifier = DangerClassifier.trained(
                ROOT / self._config["patterns"],
                leaves=[leaf for leaf, _, _ in examples],
                texts=texts,
                vectors=vectors,
                options=DangerTrainingOptions(
                    DangerScorerOptions.of(self._config),
                    DangerRates(self._config["everyday"], self._config["near"]),
                ),
                sentences_from=self._config["sentences_from"],
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
    ) -> "DangerDetector":
        """Return the detector that training kept.

        Raises:
            ValueError: Nothing was kept. An engine without its danger detector must not start.
        """
        options = {**cls.get_default_config(), **config}
        with model_storage.read_from(resource) as directory:
            classifier = DangerClassifier.load(directory, options["sentences_from"])
            responses = json.loads((directory / _RESPONSES_FILE).read_text(encoding="utf-8"))
        return cls(config, execution_context.node_name, model_storage, resource, classifier, responses)

    def process(self, messages: list[Message]) -> list[Message]:
        """Classify each message with text that was read as words.

        A pressed button and an answer that is data alone are no danger, whatever the intent classifier makes of them.
        """
        for message in messages:
            if self.classifier is not None and message.get(TEXT) and message.get_dense_features(TEXT)[1] is not None:
                prediction, known = None, (message.get(METADATA) or {}).keys()
                if not _NOT_READ & known:
                    prediction = self.classifier.predict(text_of(message), sentence_vectors([message]))
                    prediction = None if _is_known_as_harmless(message, prediction) else prediction
                    if EXPLAINED in known:
                        told = self.classifier.explain(text_of(message), sentence_vectors([message]))
                        message.set(WEIGHED, [asdict(each) for each in told], add_to_output=True)
                self._write(message, prediction)
        return messages

    def _write(self, message: Message, prediction: DangerPrediction | None) -> None:
        if prediction is None or prediction.leaf is None:
            write_next_intent(message, self._name)
            write_advice(message, self._config["advice_threshold"])
            write_feeling_if_unsure(message, self._config["feeling_threshold"], Lexicon.load().feeling_pictures)
            if prediction is not None and prediction.despairs:
                write_feeling(message)
            if prediction is not None:
                logger.info("A message called for %s.", prediction.code)
                write_check_in(message, prediction.code)
            return
        logger.info("A message was raised by %s.", prediction.code)
        write_danger(
            message,
            prediction.leaf,
            prediction.code,
            self._responses,
            source=self._name,
            also_asked_threshold=self._config["also_asked_threshold"],
            length=self._config["ranking_length"],
        )


def _is_known_as_harmless(message: Message, prediction: DangerPrediction | None) -> bool:
    """Whether a message is word for word a training message of no danger, and no pattern says otherwise by itself."""
    known_as = message.get(KNOWN_AS)
    if known_as is None or known_as in DANGER_LEAVES or known_as == DESPAIR_LEAF or prediction is None:
        return False
    return not prediction.code.endswith(RAISED_ALONE) and not prediction.despairs


def _as_typed(examples: list[tuple[str, str, Message]], follow_ups: FollowUps) -> tuple[list[str], Vectors]:
    """Return the texts of examples and their sentence vectors, one row each; of follow-ups what a visitor types.

    Danger is read on a message alone. So it is learned from "do they meet in person" without the subject before it:
    what says little alone would else lie nowhere, and the nearest training messages might be veiled crises.
    """
    texts, vectors = [text for _, text, _ in examples], sentence_vectors([message for _, _, message in examples])
    behind = {row: said for row, text in enumerate(texts) if (said := follow_ups.said_behind(text))}
    if behind:
        typed = [MessageText(said).text for said in behind.values()]
        vectors[list(behind)] = encoded_once(typed, "follow-ups-as-typed")
    return [behind.get(row, text) for row, text in enumerate(texts)], vectors
