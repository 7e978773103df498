"""Opens a request for a change: the slots of its form, with the answer that a message wants changed."""

from collections.abc import Mapping
from typing import Any

from helpline.forms.corrections import correction_in
from helpline.forms.definition import Form
from helpline.forms.engine import outdated
from helpline.forms.message import Message
from helpline.requests.request import Request
from helpline.requests.summary import slots_of


def open_for_change(
    form: Form,
    given: Request | Mapping[str, Any],
    message: Message,
    region: str,
    *,
    change: tuple[str | None, Any] | None = None,
) -> dict[str, Any]:
    """Return the slots with which the form begins again.

    Args:
        form: The form that makes such requests.
        given: The request that was saved, or the slots of one that was begun.
        message: What the visitor said. The answer that it names is empty, or holds the value that it gives.
        region: Region of phone numbers without country code.
        change: The slot to be changed and its value, where that is known; else the message says it.

    Returns:
        The form's slots, ``skipped_steps`` and ``change_named``: whether an answer was named.
    """
    values = dict(given) if isinstance(given, Mapping) else {**dict.fromkeys(form.order), **slots_of(given)}
    slot, value = change or correction_in(form, values, message, region)
    skipped = [step.slot for step in form.steps if step.optional and not values[step.slot] and step.slot != slot]
    if slot is not None:
        values |= {slot: value} | outdated(form, values, slot, value)
    values[form.confirmed] = None
    return {**values, "skipped_steps": skipped, "change_named": slot is not None}
