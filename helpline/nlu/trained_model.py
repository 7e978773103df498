"""The trained model without a server: for evaluation, benchmarks and tests."""

import asyncio
import logging
import tempfile
import time
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.utils.log_utils import configure_structlog

from helpline.nlu.danger.danger_detector import DangerDetector
from helpline.nlu.follow_ups import Responses
from helpline.nlu.intent.prediction import Prediction
from helpline.nlu.intent.rasa_output import leaf_of
from helpline.nlu.intents import TOPIC_GROUP, TWO_QUESTIONS_INTENT, likely_leaf


class TrainedModel:
    """Parses messages as the engine with the same model does.

    Args:
        model: The trained model's file.
    """

    def __init__(self, model: Path) -> None:
        # Unless told otherwise, Rasa prints every message it reads.
        configure_structlog(logging.WARNING)
        self._agent = Agent.load(str(model))

    @property
    def responses(self) -> Responses:
        """All responses by name, each with its variations."""
        responses: Responses = self._agent.domain.responses if self._agent.domain else {}
        return responses

    def parse(self, text: str) -> dict[str, Any]:
        """Return Rasa's parse data of a message."""
        return asyncio.run(self._agent.parse_message(text))

    def prediction(self, text: str) -> Prediction:
        """Return the decision that a message is answered by; the ranking holds topics only, as choices are made."""
        parsed = self.parse(text)
        topics = parsed["response_selector"].get(TOPIC_GROUP, {}).get("ranking", [])
        ranking = [(topic["intent_response_key"], topic["confidence"]) for topic in topics]
        questions = tuple(parsed.get("questions") or ())
        likely = likely_leaf(parsed)
        return Prediction(ranking, leaf_of(parsed), parsed["intent"]["confidence"], questions, likely=likely)

    def timed(self, text: str, milliseconds: list[float]) -> Prediction:
        """Return the decision, and add the time it took to a list."""
        started = time.perf_counter()
        prediction = self.prediction(text)
        milliseconds.append((time.perf_counter() - started) * 1000)
        return prediction

    def leaves(self, text: str) -> tuple[str, ...]:
        """Return the leaf intents that a message is answered as: one, or the two of two questions."""
        prediction = self.prediction(text)
        return prediction.questions if prediction.intent == TWO_QUESTIONS_INTENT else (prediction.intent,)


def loaded_danger_detector(model: Path) -> DangerDetector:
    """Return the danger detector of a trained model, apart from the rest of its pipeline.

    Raises:
        StopIteration: The model has no danger detector.
    """
    with tempfile.TemporaryDirectory() as directory:
        storage, metadata = LocalModelStorage.from_model_archive(Path(directory), model)
        schema = metadata.predict_schema
        name, node = next((name, node) for name, node in schema.nodes.items() if node.uses is DangerDetector)
        resource = node.resource or Resource(name)
        return DangerDetector.load(node.config, storage, resource, ExecutionContext(schema, node_name=name))
