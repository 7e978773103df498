"""Tells staff which conversations to look at."""

import logging
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import context
from helpline.errors import StoreError
from helpline.store.flags import flag_conversation

logger = logging.getLogger(__name__)


class FlagConversation(Action):
    """Flags the conversation with the kind of the last message, such as ``crisis/self``. Safety rules.

    Utters nothing and never fails: what the visitor hears was said before it.
    """

    def name(self) -> str:
        """Return the action's name."""
        return "action_flag_conversation"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Store the flag."""
        try:
            flag_conversation(context.store(), tracker.sender_id, _reason(tracker), context.now())
        except StoreError as problem:
            logger.error("A conversation was not flagged: %s.", problem)
        return []


def _reason(tracker: Tracker) -> str:
    intent = tracker.latest_message["intent"]["name"]
    selected = (tracker.latest_message.get("response_selector") or {}).get(intent) or {}
    return (selected.get("response") or {}).get("intent_response_key") or intent
