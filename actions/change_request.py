"""Opens a saved request, or one that was begun, for a change."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import context
from actions.conversation import latest_message
from actions.request_form import clear_request
from actions.saved_requests import find_meant
from helpline.errors import StoreError
from helpline.forms.definition import FORMS
from helpline.requests.changes import open_for_change
from helpline.settings import load_settings
from helpline.store.requests import read_request


class ChangeRequest(Action):
    """Puts a request into its form again, with the named answer changed or asked. Rule of ``correct_value``.

    A request can be changed only where it was made: whoever holds its code may know or withdraw it, not lead the call
    elsewhere. A request that was begun and parked comes first. Sets: the slots of the form, ``changing_request``,
    ``change_named``, ``request_at_hand``. Utters: ``utter_change_which``, ``utter_change_elsewhere``,
    ``utter_nothing_to_change``, ``utter_check_failed``.
    """

    def name(self) -> str:
        """Return the action's name."""
        return "action_change_request"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Find the request, and begin its form with it."""
        begun = tracker.get_slot("form_in_progress")
        message, region = latest_message(tracker), load_settings().default_phone_region
        if begun is not None:
            form = FORMS[f"{begun}_form"]
            given = {slot: tracker.get_slot(slot) for slot in form.order}
            slots = open_for_change(form, given, message, region)
            kept = {slot: slots[slot] for slot in form.order}
            return [*(SlotSet(slot, value) for slot, value in kept.items()), FollowupAction(form.name)]
        try:
            meant = find_meant(tracker)
            found = meant.requests
            reference = found[0].reference if found else ""
            request = read_request(context.store(), reference, tracker.sender_id) if len(found) == 1 else None
        except StoreError:
            dispatcher.utter_message(response="utter_check_failed")
            return []
        if request is None:
            response = "utter_change_which" if len(found) > 1 else "utter_nothing_to_change"
            dispatcher.utter_message(response="utter_change_elsewhere" if len(found) == 1 else response)
            return []
        form = FORMS[f"{request.kind}_form"]
        slots = open_for_change(form, request, message, region)
        slots |= {"changing_request": reference, "request_at_hand": reference, "form_in_progress": request.kind}
        return [
            *clear_request(),
            *(SlotSet(slot, value) for slot, value in slots.items()),
            FollowupAction(form.name),
        ]
