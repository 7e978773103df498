"""One classifier over all leaf intents, topics beside the conversation's own.

Rasa's usual pair, an intent classifier and a response selector for each retrieval intent, decides twice and
cannot weigh "faq/treatment_options" against "advice/which_treatment". This one decides once and fills both outputs.
Model, n-grams, calibration, decision and the form of the output are in the modules beside it.
"""

import json
from functools import partial
from typing import Any, Optional

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from helpline.nlu.featurizer import SentenceEncoderFeaturizer, labelled_examples, sentence_vectors
from helpline.nlu.follow_ups import FollowUps
from helpline.nlu.intent.behind_subjects import read_behind_subjects
from helpline.nlu.intent.in_context import decide_in_context
from helpline.nlu.intent.leaf_model import LeafModel, LeafModelOptions, fit_leaf_model
from helpline.nlu.intent.linear_model import Matrix
from helpline.nlu.intent.ngrams import NgramVectorizer
from helpline.nlu.intent.prediction import Ranking, Thresholds
from helpline.nlu.intent.rasa_input import context_of
from helpline.nlu.intent.rasa_output import KNOWN_AS, Responses, write_prediction
from helpline.nlu.intent.remembered import RememberedMessages
from helpline.nlu.intents import TOPIC_GROUP, group_of
from helpline.nlu.kept_vectors import encoded_once
from helpline.nlu.message_text import MessageText, text_of
from helpline.nlu.reserved import is_reserved, learned_from

NGRAMS_FILE = "ngrams.json"
MODEL_FILE = "model.npz"
REMEMBERED_FILE = "remembered.npz"
RESPONSES_FILE = "responses.json"
# Word pieces that the parts of a message may have together, however long it is.
ROOM_FOR_PARTS = 24


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LeafIntentClassifier(GraphComponent, IntentClassifier):
    """Chooses among all leaf intents, or says that it is unsure.

    Reads the dense sentence features of the featurizers before it and the message's n-grams. Sets ``intent``,
    ``intent_ranking``, ``response_selector`` and the entity ``topic``.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults.

        ``ranking_length``: how many intents a ranking shows.
        ``others_of_an_intent``: see `helpline.nlu.reserved.learned_from`.
        ``min_df``: in how many messages an n-gram must stand to count.
        ``..._threshold``: see `helpline.nlu.intent.prediction.Thresholds`.
        The rest are the fields of `helpline.nlu.intent.leaf_model.LeafModelOptions`.
        ``fallback_threshold: 0`` makes it a plain classifier, which never falls back and sees no second question.
        """
        return {
            "ranking_length": 10,
            "others_of_an_intent": 250,
            "min_df": 2,
            "fallback_threshold": 0.65,
            "likely_threshold": 0.4,
            "outside_threshold": 0.15,
            "part_threshold": 0.5,
            "half_threshold": 0.75,
            "two_threshold": 0.5,
            "whole_threshold": 0.8,
            "ngram_weight": 0.7,
            "nearness_weight": 6.0,
            "svd_components": 192,
            "C": 1.0,
            "max_iter": 45,
            "cv_folds": 2,
            "held_out_classes": 5,
            "random_state": 42,
        }

    def __init__(
        self,
        config: dict[str, Any],
        name: str,
        model_storage: ModelStorage,
        resource: Resource,
        ngrams: NgramVectorizer | None = None,
        model: LeafModel | None = None,
        remembered: RememberedMessages | None = None,
        responses: Responses | None = None,
    ) -> None:
        self._config = {**self.get_default_config(), **config}
        self._name = name
        self._storage = model_storage
        self._resource = resource
        self._ngrams = ngrams
        self._model = model
        self._remembered = remembered
        self._responses = responses or {}

    @classmethod
    def required_components(cls) -> list[type]:
        """Name what must stand before it in the pipeline."""
        return [SentenceEncoderFeaturizer]

    @staticmethod
    def required_packages() -> list[str]:
        """Name the packages that must be importable."""
        return ["scipy", "sklearn"]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "LeafIntentClassifier":
        """Return a classifier to be trained."""
        return cls(config, execution_context.node_name, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit to all examples that have an intent, whatever files they stand in."""
        examples = labelled_examples(training_data)
        all_texts = [text_of(message).text for _, _, message in examples]
        self._remembered = RememberedMessages.of(all_texts, [label for label, _, _ in examples])
        follow_ups, others = FollowUps(training_data.responses), self._config["others_of_an_intent"]
        groups = _groups(examples, follow_ups)
        behind = _behind_subjects(examples, follow_ups)
        learned = learned_from(groups, [text for _, text, _ in examples], others)
        examples = [example for example, chosen in zip(examples, learned, strict=True) if chosen]
        labels = [label for label, _, _ in examples] + [label for label, _ in behind]
        texts = [text_of(message).text for _, _, message in examples] + [text for _, text in behind]
        if len(set(labels)) < 2:
            return self._resource
        self._ngrams, rows = NgramVectorizer.fitted(texts, self._config["min_df"])
        vectors = sentence_vectors([message for _, _, message in examples])
        self._model = fit_leaf_model(
            np.concatenate([vectors, encoded_once([text for _, text in behind], "behind-subjects")]),
            rows,
            labels,
            LeafModelOptions.of(self._config),
            reserved=[is_reserved(text) for _, text, _ in examples] + [False] * len(behind),
        )
        self._responses = training_data.responses
        self._persist()
        return self._resource

    # Rasa compares this type with what it hands over, and knows the old form of a union alone.
    def process(self, messages: list[Message], tracker: Optional[DialogueStateTracker] = None) -> list[Message]:  # noqa: UP045
        """Set the intent of each message with text.

        Args:
            messages: The messages.
            tracker: The conversation before them, where there is one.
        """
        with_text = [message for message in messages if message.get(TEXT)]
        if self._model is None or self._ngrams is None or self._remembered is None or not with_text:
            return messages
        texts = [text_of(message) for message in with_text]
        thresholds = Thresholds.of(self._config)
        context = context_of(tracker, FollowUps(self._responses))
        dense = sentence_vectors(with_text)
        rankings = self._ranked([text.text for text in texts], dense)
        for message, text, ranking in zip(with_text, texts, rankings, strict=True):
            prediction = decide_in_context(text, ranking, partial(self._rank_parts, text), thresholds, context)
            if (known_as := self._remembered.leaf_of(text.text)) is not None:
                message.set(KNOWN_AS, known_as)
            write_prediction(message, prediction, self._responses, self._config["ranking_length"], self._name)
        return messages

    def _rank_parts(self, text: MessageText, parts: list[str]) -> list[Ranking]:
        return self._ranked(parts, text.vectors(parts, ROOM_FOR_PARTS))

    def _ranked(self, texts: list[str], dense: Matrix) -> list[Ranking]:
        if self._model is None or self._ngrams is None or self._remembered is None:
            return []
        labels, rows = self._model.labels, self._model.probabilities(dense, self._ngrams.rows(texts)).tolist()
        rankings = [sorted(zip(labels, row, strict=True), key=lambda pair: -pair[1]) for row in rows]
        return [self._remembered.ranked(text, ranking) for text, ranking in zip(texts, rankings, strict=True)]

    def _persist(self) -> None:
        if self._model is None or self._ngrams is None or self._remembered is None:
            return
        with self._storage.write_to(self._resource) as directory:
            self._ngrams.save(directory / NGRAMS_FILE)
            self._model.save(directory / MODEL_FILE)
            self._remembered.save(directory / REMEMBERED_FILE)
            (directory / RESPONSES_FILE).write_text(json.dumps(self._responses), encoding="utf-8")

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "LeafIntentClassifier":
        """Return the classifier that training kept; without data there was nothing to keep."""
        try:
            with model_storage.read_from(resource) as directory:
                kept = (
                    NgramVectorizer.load(directory / NGRAMS_FILE),
                    LeafModel.load(directory / MODEL_FILE),
                    RememberedMessages.load(directory / REMEMBERED_FILE),
                    json.loads((directory / RESPONSES_FILE).read_text(encoding="utf-8")),
                )
        except ValueError:
            # Rasa's word for "nothing was kept": there were no examples.
            return cls.create(config, model_storage, resource, execution_context)
        return cls(config, execution_context.node_name, model_storage, resource, *kept)


def _behind_subjects(examples: list[tuple[str, str, Message]], follow_ups: FollowUps) -> list[tuple[str, str]]:
    """Return what has nothing to do with the page behind the subjects of its answers, with its leaf intent."""
    alone = [(label, message) for label, text, message in examples if follow_ups.said_behind(text) is None]
    subjects = sorted(follow_ups.subjects)
    texts = [text_of(message).text for _, message in alone]
    return read_behind_subjects([label for label, _ in alone], texts, subjects) if subjects else []


def _groups(examples: list[tuple[str, str, Message]], follow_ups: FollowUps) -> list[str]:
    """Return what so many others of are learned from for each example: its leaf intent.

    What the page does not say is asked in thousands of examples alone, and in hundreds behind the subject of an answer,
    and so is what only tells: these are groups of their own, since a follow-up is read like them.
    """
    return [
        label if group_of(label) == TOPIC_GROUP or follow_ups.said_behind(text) is None else f"{label} behind a subject"
        for label, text, _ in examples
    ]
