"""The patterns as the product reads them, a small safety net trained in seconds, and the trained model."""

from collections.abc import Callable
from pathlib import Path

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from helpline.nlu.encoder import SentenceEncoderFeaturizer
from helpline.nlu.safety.net import SafetyNet
from helpline.nlu.trained import TrainedReader
from helpline.safety.detector import PatternDetector
from helpline.settings import ROOT

EXAMPLES_OF_A_KIND = 12


@pytest.fixture(scope="session")
def detector() -> PatternDetector:
    return PatternDetector()


@pytest.fixture(scope="session")
def trained_reader(trained_model: Path) -> TrainedReader:
    return TrainedReader(trained_model)


@pytest.fixture(scope="session")
def featurized() -> Callable[[list[Message]], list[Message]]:
    """Add sentence vectors, as the pipeline does before the safety net."""
    return SentenceEncoderFeaturizer(SentenceEncoderFeaturizer.get_default_config(), "encoder").process


@pytest.fixture(scope="session")
def examples() -> list[Message]:
    """Some examples of each intent of danger, of distress and of a few topics."""
    files = [str(ROOT / "data" / "nlu" / name) for name in ("safety.yml", "distress.yml")]
    files += [str(ROOT / "data" / "topics" / name) for name in ("ned.yml", "symptoms.yml")]
    data = TrainingDataImporter.load_from_dict(training_data_paths=files).get_nlu_data()
    by_leaf: dict[str, list[Message]] = {}
    for message in data.intent_examples:
        by_leaf.setdefault(message.get_full_intent(), []).append(message)
    return [message for leaf in sorted(by_leaf) for message in by_leaf[leaf][:EXAMPLES_OF_A_KIND]]


@pytest.fixture(scope="session")
def small_net(examples, featurized, tmp_path_factory) -> SafetyNet:
    """A safety net trained on few examples, kept and loaded again as Rasa does it."""
    return trained_net(featurized(examples), tmp_path_factory.mktemp("net"))


def trained_net(examples: list[Message], directory: Path) -> SafetyNet:
    """Train a safety net and load it from where it was kept."""
    storage, resource = LocalModelStorage(directory), Resource("net")
    context = ExecutionContext(GraphSchema({}), node_name="net")
    SafetyNet.create({}, storage, resource, context).train(TrainingData(examples))
    return SafetyNet.load({}, storage, resource, context)
