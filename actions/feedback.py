"""Keeps whether an answer helped."""

import logging
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import context
from helpline.errors import StoreError
from helpline.store.feedback import save_feedback

logger = logging.getLogger(__name__)


class SaveFeedback(Action):
    """Stores yes or no and the topic, no text. Rules of ``feedback_helpful`` and ``feedback_not_helpful``.

    Reads: ``topic``. Utters nothing: a feedback that is lost is no loss to the visitor.
    """

    def name(self) -> str:
        """Return the action's name."""
        return "action_save_feedback"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Store the feedback."""
        helpful = tracker.latest_message["intent"]["name"] in {"feedback_helpful", "affirm"}
        try:
            save_feedback(context.store(), tracker.sender_id, helpful, tracker.get_slot("topic"), context.now())
        except StoreError as problem:
            logger.error("A feedback was not stored: %s.", problem)
        return []
