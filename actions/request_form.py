"""What the actions of both request forms share: a turn of the form, its summary, saving at its end."""

from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import context
from actions.conversation import background_of, is_return_to, latest_message, written_from
from helpline.errors import StoreError
from helpline.forms.definition import CHANGE, REQUEST_SLOTS, Form
from helpline.forms.engine import FormTurn, begin, questions_left, take_turn
from helpline.requests.request import Request
from helpline.requests.summary import build_request, show_value, summary_lines
from helpline.settings import load_settings
from helpline.store.requests import change_request, find_open_requests_of, save_request

Domain = dict[str, Any]

# What is kept of a form beside its answers.
_STATE_SLOTS = ("skipped_steps", "form_in_progress", "changing_request", "change_named", "tries", "in_doubt")


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

    Reads and sets: the slots of the form, ``skipped_steps``, ``form_in_progress``, ``requested_slot``, ``tries``,
    ``in_doubt`` (what is asked instead of the question). Reads: ``changing_request``. Utters what `FormTurn.say` names,
    with ``{value}`` or ``{left}``.
    Without a slot set, Rasa takes the message for none of the form's, and the rules answer it.
    """

    def name(self) -> str:
        """Return the name under which Rasa calls it for the form."""
        return f"validate_{self.form.name}"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> list[EventType]:
        """Take one turn."""
        turn = self.take(tracker)
        if turn.digression:
            return []
        tries = (tracker.get_slot("tries") or 0) + 1 if turn.is_stuck else 0
        turn = turn.with_way_on(self.form, tries)
        if tracker.get_slot("changing_request") is None:
            asked = tracker.get_slot("requested_slot")
            turn = turn.with_offer(self.form, self.values(tracker), asked, written_from(tracker))
        region = load_settings().default_phone_region
        value = show_value(turn.shown or "", str(turn.changes.get(turn.shown or "")), region)
        left = questions_left(self.form, {**self.values(tracker), **turn.changes}, turn.skipped)
        changing = tracker.get_slot("changing_request") is not None
        for name in turn.say:
            response = "utter_no_call_changing" if changing and name == "utter_no_call" else name
            dispatcher.utter_message(response=response, value=value, left=left)
        changes = {
            **turn.changes,
            "skipped_steps": list(turn.skipped),
            "form_in_progress": self.form.kind,
            "requested_slot": turn.requested,
            "tries": tries,
            "in_doubt": self.doubt_after(turn, tracker),
        }
        return [SlotSet(slot, value) for slot, value in changes.items()]

    def doubt_after(self, turn: FormTurn, tracker: Tracker) -> dict[str, str] | None:
        """Return what is asked instead of the question, with its values; after an aside the same as before."""
        if turn.doubt is not None:
            return {"response": turn.doubt, "candidates": ", ".join(turn.candidates)}
        same_question = turn.requested == tracker.get_slot("requested_slot") and not turn.changes and not turn.is_stuck
        return tracker.get_slot("in_doubt") if same_question else None

    def take(self, tracker: Tracker) -> FormTurn:
        """Begin the form, come back to it, or read the message."""
        region = load_settings().default_phone_region
        skipped = tuple(tracker.get_slot("skipped_steps") or ())
        requested, values = tracker.get_slot("requested_slot"), self.values(tracker)
        if requested is None:
            return self.begin(tracker, values, skipped, region)
        if is_return_to(tracker, self.form):
            return FormTurn(requested=requested, skipped=skipped)
        message, background = latest_message(tracker), background_of(tracker, self.form)
        return take_turn(self.form, values, skipped, requested, message, background, region)

    def begin(self, tracker: Tracker, values: dict[str, Any], skipped: tuple[str, ...], region: str) -> FormTurn:
        """Begin the form: anew with what it is, or to change a request, whose answers are all there."""
        if tracker.get_slot("changing_request") is not None:
            named = next((slot for slot in self.form.order if values[slot] is None and slot not in skipped), None)
            return FormTurn(requested=named if tracker.get_slot("change_named") else CHANGE, skipped=skipped)
        anew = tracker.get_slot("form_in_progress") != self.form.kind
        return begin(self.form, values, skipped, background_of(tracker, self.form), region, anew=anew)


class AskConfirmation(RequestFormAction):
    """Shows what was given and asks whether it is right. Rasa runs it when all else is answered.

    Reads: the slots of the form, ``changing_request``. Utters: ``utter_<kind>_summary`` with ``{summary}``, made of
    ``utter_summary_<name>`` and ``utter_choice_<key>``, which come with the domain; ``utter_change_summary`` with
    ``{reference}`` too where a saved request is changed.
    """

    def name(self) -> str:
        """Return the name by which Rasa finds the question of the slot."""
        return f"action_ask_{self.form.confirmed}"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> list[EventType]:
        """Utter the summary."""
        wording = {name: variations[0]["text"] for name, variations in domain["responses"].items() if variations}
        lines = []
        for line in summary_lines(self.form, self.values(tracker), load_settings().default_phone_region):
            shown = ", ".join(wording.get(f"utter_choice_{line.slot}_{value}", value) for value in line.values)
            if shown:
                lines.append(f"{wording[f'utter_summary_{line.name}']} {shown}")
        changing = tracker.get_slot("changing_request")
        response = f"utter_{self.form.kind}_summary" if changing is None else "utter_change_summary"
        dispatcher.utter_message(response=response, summary="\n".join(lines), reference=changing)
        return []


class SaveRequest(RequestFormAction):
    """Saves what was confirmed. The rule of the form's end runs it.

    Reads: the slots of the form; nothing happens when the summary was neither confirmed nor cancelled.
    Sets: ``request_at_hand``; empties all slots of a request, but keeps them when saving failed, for another try.
    Utters: ``utter_<kind>_saved`` with ``{reference}`` or ``utter_not_saved``; where a saved request is changed
    ``utter_request_changed``, ``utter_change_too_late`` or ``utter_change_not_saved``; what `say_dropped` says.
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
            say_dropped(dispatcher, tracker)
            return clear_request()
        changing = tracker.get_slot("changing_request")
        request = build_request(self.form, self.values(tracker))
        try:
            reference = self.save(dispatcher, tracker, request, changing)
        except StoreError:
            dispatcher.utter_message(
                response="utter_not_saved" if changing is None else "utter_change_not_saved", reference=changing
            )
            return [SlotSet(self.form.confirmed, None)]
        return [*clear_request(), SlotSet("request_at_hand", reference)]

    def save(self, dispatcher: CollectingDispatcher, tracker: Tracker, request: Request, changing: str | None) -> str:
        """Save a new request, or the change of one, say so and return its code."""
        sender, now = tracker.sender_id, context.now()
        if changing is None:
            reference = save_request(context.store(), request, sender, now, tracker.latest_message.get("message_id"))
            dispatcher.utter_message(response=f"utter_{self.form.kind}_saved", reference=reference)
            return reference
        changed = change_request(context.store(), changing, request, sender, now)
        response = "utter_request_changed" if changed else "utter_change_too_late"
        dispatcher.utter_message(response=response, reference=changing)
        return changing


def say_dropped(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """Say that a request that was begun is dropped, and what stands all the same.

    Utters: ``utter_change_dropped`` with ``{reference}``; ``utter_request_cancelled`` only where no request of this
    visitor waits, ``utter_request_cancelled_other_stands`` with ``{reference}`` where one does,
    ``utter_request_cancelled_unsure`` where that cannot be looked up.
    """
    changing = tracker.get_slot("changing_request")
    if changing is not None:
        dispatcher.utter_message(response="utter_change_dropped", reference=changing)
        return
    try:
        standing = find_open_requests_of(context.store(), tracker.sender_id)
    except StoreError:
        dispatcher.utter_message(response="utter_request_cancelled_unsure")
        return
    codes = ", ".join(request.reference for request in standing)
    response = "utter_request_cancelled_other_stands" if standing else "utter_request_cancelled"
    dispatcher.utter_message(response=response, reference=codes)


def clear_request() -> list[EventType]:
    """Return the events that leave nothing of a request in the slots."""
    return [SlotSet(slot, None) for slot in (*REQUEST_SLOTS, *_STATE_SLOTS)]
