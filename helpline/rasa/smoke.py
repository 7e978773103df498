"""Conversations that must come back right before a model is served: danger first, then topics, each on its own.

The engine holds them before it says that it is ready. ``python -m helpline.rasa.smoke MODEL`` holds them with a model
that is not served yet.
"""

import asyncio
import gc
import sys
from collections.abc import Sequence
from pathlib import Path

from rasa.core.channels.channel import UserMessage
from rasa.shared.core.trackers import DialogueStateTracker

from helpline.errors import HelplineError, StartError
from helpline.rasa.output import TurnOutput
from helpline.rasa.processor import TurnProcessor
from helpline.rasa.state import TrackerState, tracker_of

# What is said, and the response that must come first.
SmokeConversation = Sequence[tuple[str, str]]

SMOKE_CONVERSATIONS: Sequence[SmokeConversation] = (
    [("I want to kill myself", "utter_crisis/self")],
    [("my sister says she will end her life tonight", "utter_crisis/other")],
    [("my husband hits me and I am afraid of him", "utter_violence")],
    [("I can't breathe and my chest hurts right now", "utter_emergency/life_threat")],
    [("what does NED mean?", "utter_faq/ned"), ("I want to kill myself", "utter_crisis/self")],
    [("what does NED mean?", "utter_faq/ned"), ("so am I cured", "utter_faq/curable")],
)


async def run_smoke_conversations(
    processor: TurnProcessor, conversations: Sequence[SmokeConversation] = SMOKE_CONVERSATIONS
) -> None:
    """Hold conversations; they are stored nowhere.

    Raises:
        StartError: An answer was wrong, so this model must not be served.
    """
    for conversation in conversations:
        tracker: DialogueStateTracker = tracker_of(TrackerState(), "smoke", processor.domain)
        for text, response in conversation:
            output = TurnOutput("smoke")
            tracker = await processor.run_turn(UserMessage(text, output, "smoke", input_channel="smoke"), tracker)
            variations = processor.domain.responses.get(response) or [{}]
            wanted = str(variations[0].get("text") or "").strip()
            heard = output.replies[0]["text"] if output.replies else ""
            if not wanted or not heard.startswith(wanted):
                raise StartError(
                    f"The model does not answer '{text}' with {response}, so it is not served. "
                    "Train again with 'helpline train --force'; if it stays so, the training data or a package changed."
                )


def main(model: str) -> None:
    """Hold the conversations with a model that is not served.

    Raises:
        HelplineError: The model cannot be read, or an answer was wrong.
    """
    from helpline.rasa.generator import HelplineResponses
    from helpline.rasa.logs import configure_logs
    from helpline.settings import load_settings

    gc.disable()
    configure_logs(load_settings())
    asyncio.run(run_smoke_conversations(TurnProcessor(Path(model), HelplineResponses, None)))


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except HelplineError as error:
        sys.exit(str(error))
