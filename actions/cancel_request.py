"""Drops a request that was begun, or withdraws one that was saved, after a yes."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import context
from actions.request_form import clear_request, say_dropped
from actions.saved_requests import find_meant, kind_named
from helpline.errors import StoreError
from helpline.store.requests import find_request, withdraw_request
from helpline.store.tables import OPEN

Domain = dict[str, Any]


class CancelRequest(Action):
    """Drops a parked request; else asks whether the saved one shall be cancelled. Rule of ``cancel`` outside a form.

    Reads: ``form_in_progress``, ``offered``. Sets: ``request_at_hand``. Utters: what `say_dropped` says;
    ``utter_withdraw_confirm`` with ``{reference}``, ``utter_withdraw_which``; of one that is closed
    ``utter_check_<kind>_<status>``; ``utter_check_unknown_code``, ``utter_nothing_to_cancel``, ``utter_check_failed``.
    """

    def name(self) -> str:
        """Return the action's name."""
        return "action_cancel_request"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> list[EventType]:
        """Drop, or ask."""
        if tracker.get_slot("offered") == "withdrawal":
            return withdraw(dispatcher, tracker)  # "cancel it", once more, is a yes
        text = tracker.latest_message.get("text") or ""
        begun = tracker.get_slot("form_in_progress")
        try:
            meant = find_meant(tracker)
        except StoreError:
            if begun is None:
                dispatcher.utter_message(response="utter_check_failed")
                return []
            say_dropped(dispatcher, tracker)
            return clear_request()
        if begun is not None and meant.code is None and kind_named(text) in {None, begun}:
            say_dropped(dispatcher, tracker)
            return clear_request()
        found = meant.requests
        if not found:
            dispatcher.utter_message(response="utter_check_unknown_code" if meant.code else "utter_nothing_to_cancel")
            return []
        if len(found) > 1:
            dispatcher.utter_message(response="utter_withdraw_which")
            return []
        reference = found[0].reference
        closed = f"utter_check_{found[0].kind}_{found[0].status}"
        response = "utter_withdraw_confirm" if found[0].status in OPEN else closed
        dispatcher.utter_message(response=response, reference=reference)
        return [SlotSet("request_at_hand", reference)]


class WithdrawRequest(Action):
    """Withdraws the request at hand. Rule of a yes to ``utter_withdraw_confirm``."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_withdraw_request"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> list[EventType]:
        """Withdraw, and say whether it is."""
        return withdraw(dispatcher, tracker)


def withdraw(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """Withdraw the request at hand and say what became of it.

    Utters: ``utter_withdrawn`` or, where staff had begun, ``utter_withdrawn_late``; ``utter_withdraw_too_late``;
    ``utter_not_withdrawn`` when it stands as before.
    """
    reference = tracker.get_slot("request_at_hand") or ""
    try:
        before = find_request(context.store(), reference)
        withdrawn = withdraw_request(context.store(), reference, context.now())
    except StoreError:
        dispatcher.utter_message(response="utter_not_withdrawn", reference=reference)
        return []
    if not withdrawn:
        dispatcher.utter_message(response="utter_withdraw_too_late", reference=reference)
    elif before is not None and before.status == "in_progress":
        dispatcher.utter_message(response="utter_withdrawn_late", reference=reference)
    else:
        dispatcher.utter_message(response="utter_withdrawn", reference=reference)
    return []
