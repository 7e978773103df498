"""One turn, played from the state before to the state after. What is kept of it, and where, is the caller's to say."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.shared.core.events import ActionExecuted, Restarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from helpline.forms.answers import is_data_alone
from helpline.forms.written_from import WRITTEN_FROM
from helpline.nlu.danger.danger_detector import BUTTON, DATA_ALONE
from helpline.rasa.controls import Controls
from helpline.rasa.conversation import Answered, Conversation
from helpline.rasa.output import TurnOutput
from helpline.rasa.processor import TurnProcessor
from helpline.rasa.state import compact, tracker_of
from helpline.rasa.turn_request import TurnRequest, UnknownButtonError
from helpline.rasa.understood import danger_of
from helpline.settings import load_settings
from helpline.text.visitor_text import clean_text

DELETING_ACTION = "action_delete_data"


@dataclass(frozen=True)
class PlayedTurn:
    """A turn that was played.

    Attributes:
        entry: The message and its replies.
        after: The conversation after it.
        tracker: Rasa's tracker after it.
        parsed: Rasa's parse data of the message.
        payload: What went into Rasa: what was typed, or what the button stands for.
    """

    entry: Answered
    after: Conversation
    tracker: DialogueStateTracker
    parsed: dict[str, Any]
    payload: str

    @property
    def danger(self) -> str | None:
        """The kind of danger that was raised, such as ``crisis/self``."""
        return danger_of(self.parsed)

    @property
    def deletes(self) -> bool:
        """Whether the deleting action ran in the turn and said, by a restart, that it succeeded."""
        restarted = False
        for event in reversed(self.tracker.events):
            if isinstance(event, UserUttered):
                return False
            if isinstance(event, Restarted):
                restarted = True
            if isinstance(event, ActionExecuted) and event.action_name == DELETING_ACTION:
                return restarted
        return False


async def play_turn(
    processor: TurnProcessor,
    request: TurnRequest,
    before: Conversation,
    received: float,
    noted: Mapping[str, Any] | None = None,
) -> PlayedTurn:
    """Play a turn.

    Args:
        processor: Rasa with the trained model.
        request: The message.
        before: The conversation before.
        received: When it came, by the monotonic clock.
        noted: What the message is noted to be, beside what is seen here.

    Raises:
        UnknownButtonError: The button is not on offer.
    """
    payload, said = _input(request, before)
    output = TurnOutput(request.channel)
    message = UserMessage(
        payload,
        output,
        request.conversation,
        input_channel=request.channel,
        message_id=request.message_id,
        metadata={**_metadata(request, before, said), **(noted or {})} or None,
    )
    tracker = await processor.run_turn(message, tracker_of(before.tracker, request.conversation, processor.domain))
    in_time = time.monotonic() - received <= request.wait
    parsed = dict(tracker.latest_message.parse_data) if tracker.latest_message else {}
    late_of = [each.message_id for each in before.late]
    entry = Answered(request.message_id, said, time.time(), output.replies, in_time, danger_of(parsed), late_of)
    controls = Controls(processor.domain.responses, load_settings().default_phone_region)
    controls.add(output.replies, tracker, danger_of(parsed))
    after = before.after(compact(tracker, processor.domain), entry, tracker.active_loop_name)
    return PlayedTurn(entry, after, tracker, parsed, payload)


def _input(request: TurnRequest, before: Conversation) -> tuple[str, str | None]:
    """Return what goes into Rasa, and what the visitor said: None where they said nothing."""
    if request.button is not None:
        button = before.button(request.button)
        if button is None:
            raise UnknownButtonError
        return button["payload"], button["title"]
    if request.begins:
        return "/greet", None
    text = clean_text(request.text or "")
    return text, text


def _metadata(request: TurnRequest, before: Conversation, said: str | None) -> dict[str, Any]:
    """Return what the message is beside its text: a button that was pressed, no more than data for a form, a number."""
    noted: dict[str, Any] = {WRITTEN_FROM: request.phone_number} if request.phone_number else {}
    if request.button is not None:
        noted[BUTTON] = said
    elif before.form is not None and said is not None and is_data_alone(said, before.offered):
        noted[DATA_ALONE] = True
    return noted
