"""The trained model's reading of a message, without a server: for evaluation and tests."""

import asyncio
import logging
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.utils.log_utils import configure_structlog

from helpline.nlu.safety.output import leaf_of


class TrainedReader:
    """Reads messages as the Rasa server with the same model does.

    Args:
        model: The trained model's file.
    """

    def __init__(self, model: Path) -> None:
        # Unless told otherwise, Rasa prints every message it reads.
        configure_structlog(logging.WARNING)
        self._agent = Agent.load(str(model))

    def parse(self, text: str) -> dict[str, Any]:
        """Return Rasa's parse data of a message."""
        return asyncio.run(self._agent.parse_message(text))

    def leaf(self, text: str) -> str:
        """Return the leaf intent of a message, such as ``faq/ned`` or ``greet``."""
        return leaf_of(self.parse(text))
