"""What the actions of both request forms share: a turn of the form, its summary, saving at its end."""

from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import context
from actions.conversation import background_of, is_return_to, latest_message
from helpline.errors import StoreError
from helpline.forms.definition import REQUEST_SLOTS, Form
from helpline.forms.engine import FormTurn, begin, take_turn
from helpline.requests.summary import build_request, summary_parts
from helpline.settings import load_settings
from helpline.store.requests import save_request

Domain = dict[str, Any]


class RequestFormAction(Action, ABC):
    """An action of a form; ``form`` says of which one."""

    @property
    @abstractmethod
    def form(self) -> Form:
        """The form that the action belongs to."""

    def values(self, tracker: Tracker) -> dict[str, Any]:
        """Return the slots of the form."""
        return {slot: tracker.get_slot(slot) for slot in self.form.order}


class ValidateRequestForm(RequestFormAction):
    """Reads a message within a form. Rasa runs it whenever the form runs.

    It decides over all slots at once and not slot by slot, because what a message is to one question
    depends on whether it corrects another; so it is no ``FormValidationAction``.

    Reads and sets: the slots of the form, ``skipped_steps``, ``form_in_progress``, ``requested_slot``.
    Utters: ``utter_why_<slot>``, ``utter_invalid_<slot>``, ``utter_cannot_skip``. Without a slot set, Rasa
    takes the message for none of the form's, and the rules answer it.
    """

    def name(self) -> str:
        """Return the name under which Rasa calls it for the form."""
        return f"validate_{self.form.name}"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> list[EventType]:
        """Take one turn."""
        turn = self.take(tracker)
        if turn.digression:
            return []
        for response in turn.say:
            dispatcher.utter_message(response=response)
        changes = {
            **turn.changes,
            "skipped_steps": list(turn.skipped),
            "form_in_progress": self.form.kind,
            "requested_slot": turn.requested,
        }
        return [SlotSet(slot, value) for slot, value in changes.items()]

    def take(self, tracker: Tracker) -> FormTurn:
        """Begin the form, come back to it, or read the message."""
        region = load_settings().default_phone_region
        skipped = tuple(tracker.get_slot("skipped_steps") or ())
        requested, values = tracker.get_slot("requested_slot"), self.values(tracker)
        if requested is None:
            return begin(self.form, values, skipped, background_of(tracker, self.form), region)
        if is_return_to(tracker, self.form):
            return FormTurn(requested=requested, skipped=skipped)
        message, background = latest_message(tracker), background_of(tracker, self.form)
        return take_turn(self.form, values, skipped, requested, message, background, region)


class AskConfirmation(RequestFormAction):
    """Shows what was given and asks whether it is right. Rasa runs it when all else is answered.

    Reads: the slots of the form. Utters: ``utter_<kind>_summary`` with ``{summary}``, made of
    ``utter_summary_<slot>`` and ``utter_choice_<key>``, which come with the domain.
    """

    def name(self) -> str:
        """Return the name by which Rasa finds the question of the slot."""
        return f"action_ask_{self.form.confirmed}"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> list[EventType]:
        """Utter the summary."""
        wording = {name: variations[0]["text"] for name, variations in domain["responses"].items() if variations}
        lines = []
        for slot, values in summary_parts(self.form, self.values(tracker), load_settings().default_phone_region):
            shown = ", ".join(wording.get(f"utter_choice_{slot}_{value}", value) for value in values)
            lines.append(f"{wording[f'utter_summary_{slot}']} {shown}")
        dispatcher.utter_message(response=f"utter_{self.form.kind}_summary", summary="\n".join(lines))
        return []


class SaveRequest(RequestFormAction):
    """Saves what was confirmed. The rule of the form's end runs it.

    Reads: the slots of the form; nothing happens when the summary was neither confirmed nor cancelled.
    Sets: empties all slots of a request, but keeps them when saving failed, for another try.
    Utters: ``utter_<kind>_saved`` with ``{reference}``, ``utter_not_saved`` or ``utter_request_cancelled``.
    """

    def name(self) -> str:
        """Return the action's name."""
        return f"action_save_{self.form.kind}"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> list[EventType]:
        """Save, or say that nothing was saved."""
        confirmed = tracker.get_slot(self.form.confirmed)
        if confirmed is None:
            return []
        if confirmed is False:
            dispatcher.utter_message(response="utter_request_cancelled")
            return clear_request()
        request = build_request(self.form, self.values(tracker))
        try:
            reference = save_request(
                context.store(), request, tracker.sender_id, context.now(), tracker.latest_message.get("message_id")
            )
        except StoreError:
            dispatcher.utter_message(response="utter_not_saved")
            return [SlotSet(self.form.confirmed, None)]
        dispatcher.utter_message(response=f"utter_{self.form.kind}_saved", reference=reference)
        return clear_request()


def clear_request() -> list[EventType]:
    """Return the events that leave nothing of a request in the slots."""
    return [SlotSet(slot, None) for slot in (*REQUEST_SLOTS, "skipped_steps", "form_in_progress")]
