"""Deletes what a visitor left."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, Restarted
from rasa_sdk.executor import CollectingDispatcher

from actions import context
from helpline.errors import StoreError
from helpline.store.erasure import erase_sender


class DeleteData(Action):
    """Deletes requests, feedback and flags, and restarts the conversation. Rule of a confirmed deletion.

    Utters: ``utter_deleted``; ``utter_deleted_partly`` when older data may be there that cannot be found;
    ``utter_not_deleted`` when nothing was deleted.
    """

    def name(self) -> str:
        """Return the action's name."""
        return "action_delete_data"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Delete all or nothing."""
        try:
            erased = erase_sender(context.store(), tracker.sender_id)
        except StoreError:
            dispatcher.utter_message(response="utter_not_deleted")
            return []
        dispatcher.utter_message(response="utter_deleted" if erased.complete else "utter_deleted_partly")
        return [Restarted()]
