"""The model's graph without Dask gives what it gives with it."""

from pathlib import Path

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.engine import loader
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.core.trackers import DialogueStateTracker

from helpline.rasa.graph_runner import SequentialGraphRunner

TEXTS = [
    "what does NED mean",
    "I want to kill myself",
    "my name is Grace",
    "hi",
    "is it curable and how long do I have",
]


@pytest.fixture(scope="module")
def runners(trained_model: Path, tmp_path_factory: pytest.TempPathFactory):
    made = []
    for kind in (DaskGraphRunner, SequentialGraphRunner):
        directory = tmp_path_factory.mktemp("model")
        made.append(loader.load_predict_graph_runner(directory, trained_model, LocalModelStorage, kind))
    return made


@pytest.mark.parametrize("text", TEXTS)
def test_a_message_is_understood_alike(runners, text: str) -> None:
    parsed = []
    for metadata, runner in runners:
        tracker = DialogueStateTracker.from_events("visitor", [], metadata.domain.slots)
        inputs = {PLACEHOLDER_MESSAGE: [UserMessage(text)], PLACEHOLDER_TRACKER: tracker}
        (message,) = runner.run(inputs, [metadata.nlu_target])[metadata.nlu_target]
        parsed.append(message.as_dict(only_output_properties=True))
    assert parsed[0] == parsed[1]
