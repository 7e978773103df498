"""Opens a saved request, or one that was begun, for a change or an addition."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import context
from actions.conversation import latest_message
from actions.request_form import clear_request
from actions.saved_requests import find_meant
from helpline.errors import StoreError
from helpline.forms.definition import FORMS, Form
from helpline.forms.message import Message
from helpline.requests.additions import Addition, adds_to_request, read_addition
from helpline.requests.changes import open_for_change
from helpline.requests.request import Request
from helpline.settings import load_settings
from helpline.store.requests import read_request


class ChangeRequest(Action):
    """Puts a request into its form again, with the named answer changed or asked. Rule of ``correct_value``.

    A request can be changed only where it was made: whoever holds its code may know or withdraw it, not lead the call
    elsewhere. A request that was begun and parked comes first. What a message adds is shown as a change where the form
    asks for it; else it is said that it is not in the request. Sets: the slots of the form, ``changing_request``,
    ``change_named``, ``request_at_hand``. Utters: ``utter_change_which``, ``utter_change_elsewhere``,
    ``utter_nothing_to_change``, ``utter_check_failed``; ``utter_not_added_<kind>`` and ``utter_already_added`` with
    ``{reference}``.
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
            found = [request.reference for request in find_meant(tracker).requests]
            own = {code: read_request(context.store(), code, tracker.sender_id) for code in found}
        except StoreError:
            dispatcher.utter_message(response="utter_check_failed")
            return []
        mine = {code: request for code, request in own.items() if request is not None}
        if mine and adds_to_request(message.text):
            return add(dispatcher, mine, message, region)
        if len(found) != 1 or not mine:
            response = "utter_change_which" if len(found) > 1 else "utter_nothing_to_change"
            dispatcher.utter_message(response="utter_change_elsewhere" if len(found) == 1 else response)
            return []
        code, request = next(iter(mine.items()))
        return open_form(code, request, open_for_change(form_of(request), request, message, region))


def add(dispatcher: CollectingDispatcher, mine: dict[str, Request], message: Message, region: str) -> list[EventType]:
    """Open the request whose form asks for what a message adds; else say that it is not added to any."""
    additions = {code: read_addition(form_of(request), request, message, region) for code, request in mine.items()}
    fitting: dict[str, Addition] = {code: addition for code, addition in additions.items() if addition is not None}
    if len(fitting) > 1:
        dispatcher.utter_message(response="utter_change_which")
        return []
    code = next(iter(fitting or mine))
    addition = fitting.get(code)
    if addition is None or addition.is_there_already:
        response = f"utter_not_added_{mine[code].kind}" if addition is None else "utter_already_added"
        dispatcher.utter_message(response=response, reference=code)
        return [SlotSet("request_at_hand", code)]
    change = addition.slot, addition.value
    return open_form(code, mine[code], open_for_change(form_of(mine[code]), mine[code], message, region, change=change))


def form_of(request: Request) -> Form:
    """Return the form that makes such requests."""
    return FORMS[f"{request.kind}_form"]


def open_form(code: str, request: Request, slots: dict[str, Any]) -> list[EventType]:
    """Return the events that begin a request's form with it."""
    slots |= {"changing_request": code, "request_at_hand": code, "form_in_progress": request.kind}
    return [
        *clear_request(),
        *(SlotSet(slot, value) for slot, value in slots.items()),
        FollowupAction(form_of(request).name),
    ]
