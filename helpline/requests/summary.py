"""Makes a request of filled slots, and what its summary shows."""

from typing import Any

from helpline.errors import IncompleteRequestError
from helpline.forms.answers import show_phone_number
from helpline.forms.definition import CALLBACK, Form, Values
from helpline.requests.request import CallbackRequest, Request, VolunteerRequest


def build_request(form: Form, values: Values) -> Request:
    """Make the request.

    Raises:
        IncompleteRequestError: A slot that may not be left out is empty.
    """
    for step in form.steps:
        if not step.optional and not values.get(step.slot):
            raise IncompleteRequestError(step.slot)
    given: dict[str, Any] = {step.slot: values.get(step.slot) for step in form.steps}
    if form is CALLBACK:
        return CallbackRequest(**given)
    several = {slot: tuple(given[slot] or ()) for slot in ("cancer_subtype", "spread_sites")}
    return VolunteerRequest(**{**given, **several})


def summary_parts(form: Form, values: Values, region: str) -> list[tuple[str, list[str]]]:
    """List what was answered, in order: the slot, and its values as keys or as the visitor's own words."""
    parts = []
    for step in form.steps:
        value = values.get(step.slot)
        if value:
            shown = list(value) if isinstance(value, list | tuple) else [_show(step.slot, str(value), region)]
            parts.append((step.slot, shown))
    return parts


def _show(slot: str, value: str, region: str) -> str:
    is_number = slot in {"phone_number", "contact_address"} and value.startswith("+")
    return show_phone_number(value, region) if is_number else value
