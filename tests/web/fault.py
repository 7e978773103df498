"""A component that fails on a word, and an action server that does not answer, to fail for real."""

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

FAILING_WORD = "kaboom"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class FailsOnWord(GraphComponent):
    """Raises an error that holds the visitor's message, as libraries do."""

    @classmethod
    def create(
        cls, config: dict[str, Any], storage: ModelStorage, resource: Resource, context: ExecutionContext
    ) -> "FailsOnWord":
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            if FAILING_WORD in (message.get(TEXT) or ""):
                raise ValueError(f"cannot featurize {message.get(TEXT)}")
        return messages
