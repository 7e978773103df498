"""Empties a request that was begun, outside its form."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.request_form import clear_request


class CancelRequest(Action):
    """Leaves nothing of a parked request in the slots. Rule of ``cancel`` outside a form.

    Reads: ``form_in_progress``. Utters: ``utter_request_cancelled``, or ``utter_nothing_to_cancel``.
    """

    def name(self) -> str:
        """Return the action's name."""
        return "action_cancel_request"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Empty the slots and say so."""
        begun = tracker.get_slot("form_in_progress") is not None
        dispatcher.utter_message(response="utter_request_cancelled" if begun else "utter_nothing_to_cancel")
        return clear_request()
