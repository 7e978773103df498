"""A small danger detector, trained in seconds."""

from collections.abc import Callable
from pathlib import Path

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from helpline.nlu.danger.danger_detector import DangerDetector
from helpline.nlu.featurizer import SentenceEncoderFeaturizer
from helpline.nlu.reserved import is_reserved
from helpline.settings import ROOT

EXAMPLES_OF_A_LEAF = 12
# And so many that are reserved: the weighing is fitted on those that patterns do not decide by themselves.
RESERVED_OF_A_LEAF = 6


@pytest.fixture(scope="session")
def featurized() -> Callable[[list[Message]], list[Message]]:
    """Add sentence vectors, as the pipeline does before the danger detector."""
    return SentenceEncoderFeaturizer(SentenceEncoderFeaturizer.get_default_config(), "encoder").process


@pytest.fixture(scope="session")
def examples() -> list[Message]:
    """Some examples of each intent of danger, of distress, advice and small talk, and of a few topics."""
    files = [
        str(ROOT / "data" / "nlu" / name) for name in ("safety.yml", "distress.yml", "advice.yml", "conversation.yml")
    ]
    files += [str(ROOT / "data" / "topics" / name) for name in ("ned.yml", "symptoms.yml")]
    data = TrainingDataImporter.load_from_dict(training_data_paths=files).get_nlu_data()
    by_leaf: dict[str, list[Message]] = {}
    for message in data.intent_examples:
        by_leaf.setdefault(message.get_full_intent(), []).append(message)
    chosen = []
    for leaf in sorted(by_leaf):
        first, others = by_leaf[leaf][:EXAMPLES_OF_A_LEAF], by_leaf[leaf][EXAMPLES_OF_A_LEAF:]
        chosen += first + [message for message in others if is_reserved(message.get("text"))][:RESERVED_OF_A_LEAF]
    return chosen


@pytest.fixture(scope="session")
def small_detector(examples, featurized, tmp_path_factory) -> DangerDetector:
    """A danger detector trained on few examples, kept and loaded again as Rasa does it."""
    return trained_detector(featurized(examples), tmp_path_factory.mktemp("detector"))


def trained_detector(examples: list[Message], directory: Path) -> DangerDetector:
    """Train a danger detector and load it from where it was kept."""
    storage, resource = LocalModelStorage(directory), Resource("detector")
    context = ExecutionContext(GraphSchema({}), node_name="detector")
    DangerDetector.create({}, storage, resource, context).train(TrainingData(examples))
    return DangerDetector.load({}, storage, resource, context)
