"""A conversation that must come back right before the engine says that it is ready: a topic and a crisis."""

from collections.abc import Sequence

from rasa.core.channels.channel import UserMessage
from rasa.shared.core.trackers import DialogueStateTracker

from helpline.errors import StartError
from helpline.rasa.output import TurnOutput
from helpline.rasa.processor import TurnProcessor

SmokeConversation = Sequence[tuple[str, str]]

# What is said, and the response that must come first.
SMOKE_CONVERSATION: SmokeConversation = (
    ("what does NED mean?", "utter_faq/ned"),
    ("I want to kill myself", "utter_crisis/self"),
)


async def run_smoke_conversation(processor: TurnProcessor, conversation: SmokeConversation) -> None:
    """Hold a conversation; it is stored nowhere.

    Raises:
        StartError: An answer was wrong, so this model must not be served.
    """
    tracker = DialogueStateTracker.from_events("smoke", [], processor.domain.slots)
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
