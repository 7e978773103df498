"""The sentence encoder as a Rasa featurizer: dense sentence features that any Rasa classifier can use."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from helpline.nlu.kept_vectors import encoded_once
from helpline.nlu.message_text import text_of
from helpline.nlu.sentence_encoder import Vectors, shared_encoder


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoderFeaturizer(DenseFeaturizer, GraphComponent):
    """Adds one dense sentence vector to each message with text; no features of single tokens.

    In training, what the last training read is not read again where its vectors were kept.
    """

    def __init__(self, config: dict[str, Any], name: str) -> None:
        super().__init__(name, config)
        self._encoder = shared_encoder()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SentenceEncoderFeaturizer":
        """Return the featurizer, its encoder loaded and checked."""
        return cls(config, execution_context.node_name)

    @staticmethod
    def required_packages() -> list[str]:
        """Name the packages that must be importable; the model's own are checked by hash at load."""
        return ["onnxruntime", "tokenizers"]

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Accept any: there is nothing to configure."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the sentence vector to each message with text."""
        self._add(messages, self._encoder.encode)
        return messages

    def _add(self, messages: list[Message], encode: Callable[[list[str]], Vectors]) -> None:
        texts = [(message, text_of(message)) for message in messages if message.get(TEXT)]
        new = [text for _, text in texts if text.vector is None]
        for text, vector in zip(new, encode([text.text for text in new]) if new else (), strict=True):
            text.set_vector(vector)
        for message, text in texts:
            rows = np.array([text.vector], np.float32)
            features = Features(rows, FEATURE_TYPE_SENTENCE, TEXT, self._config[FEATURIZER_CLASS_ALIAS])
            message.add_features(features)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the sentence vectors to all examples."""
        self._add(training_data.training_examples, partial(encoded_once, name="examples"))
        return training_data


def sentence_vectors(messages: list[Message]) -> Vectors:
    """Return the sentence vectors that the featurizer put on messages, one row each."""
    return np.array([message.get_dense_features(TEXT)[1].features[0] for message in messages], np.float32)


def labelled_examples(training_data: TrainingData) -> list[tuple[str, str, Message]]:
    """Return leaf intent, text and message of all examples with an intent, whatever files they stand in.

    Each once, and sorted, so that moving an example to another file changes nothing.
    """
    examples = {
        (message.get(INTENT_RESPONSE_KEY) or message.get(INTENT), message.get(TEXT)): message
        for message in training_data.intent_examples
        if message.get(TEXT)
    }
    return [(*key, examples[key]) for key in sorted(examples)]
