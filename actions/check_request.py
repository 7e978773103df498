"""Says how a request stands, to whoever made it or holds its code."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import context
from helpline.errors import StoreError
from helpline.requests.reference import find_reference
from helpline.store.requests import find_request, find_requests_of


class CheckRequest(Action):
    """Looks a request up by the code in the message, else the sender's newest. Rule of ``check_request``.

    Utters: ``utter_check_<kind>_<status>`` with ``{reference}``, ``utter_check_unknown`` or
    ``utter_check_failed``; never a contact detail.
    """

    def name(self) -> str:
        """Return the action's name."""
        return "action_check_request"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Look up and say."""
        code = find_reference(tracker.latest_message.get("text") or "")
        try:
            if code:
                found = find_request(context.store(), code)
            else:
                found = next(iter(find_requests_of(context.store(), tracker.sender_id)), None)
        except StoreError:
            dispatcher.utter_message(response="utter_check_failed")
            return []
        if found is None:
            dispatcher.utter_message(response="utter_check_unknown")
        else:
            response = f"utter_check_{found.kind}_{found.status}"
            dispatcher.utter_message(response=response, reference=found.reference)
        return []
