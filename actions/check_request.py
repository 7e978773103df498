"""Says how a request stands, to whoever made it or holds its code."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import context
from actions.saved_requests import find_meant
from helpline.errors import StoreError
from helpline.store.requests import RequestState, find_requests_of
from helpline.store.tables import OPEN


class CheckRequest(Action):
    """Looks a request up by the code in the message, else those of the sender. Rule of ``check_request``.

    Reads and sets: ``request_at_hand``. Utters: ``utter_check_<kind>_<status>`` with ``{reference}``, for each request
    that waits, or for the newest where none does; ``utter_check_unknown`` or, of a code, ``utter_check_unknown_code``;
    ``utter_check_not_saved_yet`` within a form whose visitor has none; ``utter_check_failed``; never a contact detail.
    Within a form ``utter_check_beside_form`` of one that waits, without its choices, and what becomes of the form:
    ``utter_form_goes_on`` or ``utter_change_goes_on``.
    """

    def name(self) -> str:
        """Return the action's name."""
        return "action_check_request"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Look up and say."""
        try:
            meant = find_meant(tracker)
            found = meant.requests
            if not found and meant.code is None:
                found = find_requests_of(context.store(), tracker.sender_id)[:1]
        except StoreError:
            dispatcher.utter_message(response="utter_check_failed")
            return []
        if tracker.active_loop_name and (found or meant.code is not None):
            return say_beside_form(dispatcher, tracker, found)
        if not found:
            filling = tracker.get_slot("form_in_progress") is not None and meant.code is None
            unknown = "utter_check_unknown" if meant.code is None else "utter_check_unknown_code"
            dispatcher.utter_message(response="utter_check_not_saved_yet" if filling else unknown)
            return []
        for request in found:
            response = f"utter_check_{request.kind}_{request.status}"
            dispatcher.utter_message(response=response, reference=request.reference)
        return [SlotSet("request_at_hand", found[0].reference)]


def say_beside_form(dispatcher: CollectingDispatcher, tracker: Tracker, found: list[RequestState]) -> list[EventType]:
    """Say how requests stand while a form is open, and that it goes on: its question comes again after this."""
    changing = tracker.get_slot("changing_request")
    if not found:
        dispatcher.utter_message(response="utter_check_unknown_code")
    for request in found:
        if request.reference == changing:
            continue
        beside = request.status in OPEN
        response = "utter_check_beside_form" if beside else f"utter_check_{request.kind}_{request.status}"
        dispatcher.utter_message(response=response, reference=request.reference)
    goes_on = "utter_form_goes_on" if changing is None else "utter_change_goes_on"
    dispatcher.utter_message(response=goes_on, reference=changing)
    return []
