"""The vocabulary's entities in Rasa, with canonical values: "ibrance" is treatment palbociclib.

Rasa's own SpacyEntityExtractor gives the words as they were typed, and runs spaCy a second time.
"""

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import SPACY_DOCS
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.nlu.utils.spacy_utils import SpacyNLP
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.tokens import Doc

from helpline.nlu import expressions

# SpacyNLP loads a pipeline by name only; this makes spaCy know the component that ours holds.
SPACY_COMPONENTS = (expressions.NAME,)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class VocabularyEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Adds the entities of the message's spaCy document, their ids as values.

    SpacyNLP must stand before it with ``case_sensitive: true``, for names are told by their capitals.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Name what must stand before it in the pipeline."""
        return [SpacyNLP]

    @staticmethod
    def required_packages() -> list[str]:
        """Name the packages that must be importable."""
        return ["spacy"]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "VocabularyEntityExtractor":
        """Return the extractor; it has nothing to configure."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities of each message that has a spaCy document."""
        for message in messages:
            doc = message.get(SPACY_DOCS[TEXT])
            if doc is not None:
                entities = self.add_extractor_name(_entities(doc))
                message.set(ENTITIES, [*message.get(ENTITIES, []), *entities], add_to_output=True)
        return messages


def _entities(doc: Doc) -> list[dict[str, Any]]:
    return [
        {
            "entity": span.label_,
            "value": span.ent_id_ or span.text,
            "start": span.start_char,
            "end": span.end_char,
            "confidence_entity": 1.0,
        }
        for span in doc.ents
    ]
