"""The conversation before "ready": a model that answers wrongly is not served."""

from pathlib import Path

import pytest

from helpline.errors import StartError
from helpline.rasa.generator import HelplineResponses
from helpline.rasa.processor import TurnProcessor
from helpline.rasa.smoke import run_smoke_conversations


@pytest.fixture(scope="module")
def processor(trained_model: Path) -> TurnProcessor:
    return TurnProcessor(trained_model, HelplineResponses, None)


async def test_the_trained_model_passes(processor: TurnProcessor) -> None:
    await run_smoke_conversations(processor)


@pytest.mark.parametrize(
    ("text", "response"),
    [("what does NED mean?", "utter_faq/lmd"), ("hello", "utter_crisis/self"), ("hello", "utter_never_written")],
)
async def test_a_model_that_answers_wrongly_is_not_served(processor: TurnProcessor, text: str, response: str) -> None:
    with pytest.raises(StartError, match=rf"does not answer '{text[:4]}.*{response}.*helpline train --force"):
        await run_smoke_conversations(processor, [[(text, response)]])
