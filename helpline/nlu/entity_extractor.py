"""The vocabulary's entities in Rasa, with canonical values: "ibrance" is treatment palbociclib.

Reads a message with the domain's own spaCy pipeline, which training makes and keeps within the model. Rasa's own
spaCy components would need the pipeline installed apart from the model, read all training messages to no use, and
give the words as they were typed.
"""

import hashlib
import re
from pathlib import Path
from typing import Any

import spacy
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.language import Language
from spacy.tokens import Doc

from helpline.nlu import vocabulary
from helpline.settings import ROOT

PIPELINE_FOLDER = "vocabulary"
# What has no space for so long is no word, address or number, and splitting it into tokens takes long.
_LONG_WORD = re.compile(r"\S{120,}")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class VocabularyEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Adds a message's tokens and the vocabulary's entities, their ids as values.

    Names are told by their capitals, so the text is read as it was typed.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults. ``source``: file of the vocabulary, from the project's root."""
        return {"source": "content/vocabulary.yml"}

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, nlp: Language | None = None
    ) -> None:
        self._config = {**self.get_default_config(), **config}
        self._storage = storage
        self._resource = resource
        self._nlp = nlp

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
        """Return an extractor to be trained."""
        return cls(config, model_storage, resource)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Return a hash of the vocabulary and of what builds it, so that Rasa trains again when they change."""
        source = ROOT / {**cls.get_default_config(), **config}["source"]
        builder = Path(vocabulary.__file__)
        return hashlib.sha256(b"\0".join(path.read_bytes() for path in (source, builder))).hexdigest()

    def train(self, training_data: TrainingData) -> Resource:
        """Build the pipeline of the vocabulary's file and keep it; the messages are not needed for it."""
        with self._storage.write_to(self._resource) as directory:
            vocabulary.build(directory / PIPELINE_FOLDER, ROOT / self._config["source"])
            self._nlp = spacy.load(directory / PIPELINE_FOLDER)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "VocabularyEntityExtractor":
        """Return the extractor with the pipeline that training kept."""
        with model_storage.read_from(resource) as directory:
            return cls(config, model_storage, resource, spacy.load(directory / PIPELINE_FOLDER))

    def process(self, messages: list[Message]) -> list[Message]:
        """Add tokens and entities to each message with text."""
        for message in messages:
            text = message.get(TEXT)
            if self._nlp is not None and text:
                doc = self._nlp(_LONG_WORD.sub(lambda word: " " * len(word[0]), text))
                message.set(TOKENS_NAMES[TEXT], [Token(token.text, token.idx) for token in doc])
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
