"""Turns in the middle of a form, whatever its steps before were."""

from helpline.forms.definition import CALLBACK
from helpline.forms.engine import Background, take_turn
from helpline.forms.message import Message

FULL = {
    "first_name": "Grace",
    "callback_method": "phone",
    "phone_number": "+12155550142",
    "best_time": "after lunch",
    "callback_topic": "my kids",
}
# What a call back asks of somebody who can be phoned.
ASKED = tuple(slot for slot in CALLBACK.order if slot != "callback_method")
SIGNED = {"volunteer_consent": True, "first_name": "Grace", "for_whom": "self"}


def turn(
    requested, text, intent="inform", confidence=0.9, form=CALLBACK, values=None, skipped=(), background=None, **found
):
    """Take a turn in a form whose steps before the requested one are filled."""
    if values is None:
        values = {slot: FULL.get(slot, SIGNED.get(slot)) for slot in form.order}
        if requested in form.order:
            values |= dict.fromkeys(form.order[form.order.index(requested) :])
        if form is CALLBACK and requested != "callback_method":
            values["callback_method"] = "phone"
    message = Message(text, intent, confidence, found)
    return take_turn(form, values, skipped, requested, message, background or Background(), "US")
