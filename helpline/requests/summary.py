"""Makes a request of filled slots, and what its summary shows."""

from dataclasses import asdict
from typing import Any

from helpline.errors import IncompleteRequestError
from helpline.forms.definition import CALLBACK, Form, Values
from helpline.forms.phone_numbers import show_phone_number
from helpline.requests.request import CallbackRequest, Request, VolunteerRequest

# Answers about the person with MBC, who may be another than the visitor.
ABOUT_PATIENT = ("diagnosis_type", "cancer_subtype", "spread_sites", "age_range")


def build_request(form: Form, values: Values) -> Request:
    """Make the request.

    Raises:
        IncompleteRequestError: A slot that may not be left out is empty.
    """
    for step in form.steps:
        if not (step.optional or step.default or values.get(step.slot)):
            raise IncompleteRequestError(step.slot)
    given: dict[str, Any] = {step.slot: values.get(step.slot) or step.default for step in form.steps}
    if form is CALLBACK:
        return CallbackRequest(contact_method=given.pop("callback_method"), **given)
    several = {slot: tuple(given[slot] or ()) for slot in ("cancer_subtype", "spread_sites")}
    return VolunteerRequest(**{**given, **several})


def slots_of(request: Request) -> dict[str, Any]:
    """Return the slots of the form that would make a request; optional ones that were left out are None."""
    values: dict[str, Any] = {name: value or None for name, value in asdict(request).items()}
    if isinstance(request, CallbackRequest):
        return {**values, "callback_method": values.pop("contact_method")}
    several = {slot: list(values[slot] or ()) or None for slot in ("cancer_subtype", "spread_sites")}
    return {**values, **several, "volunteer_consent": True}


def summary_parts(form: Form, values: Values, region: str) -> list[tuple[str, list[str]]]:
    """List what was answered, in order: what its line is called, and the values as keys or in the visitor's own words.

    A line is called by its slot; ``other_<slot>`` where it is about the person whom the visitor cares for, and
    ``email`` for an email address in the place of a number. What was not asked has no line.
    """
    parts = []
    for step in form.steps:
        value = values.get(step.slot)
        if value and value != step.default:
            shown = list(value) if isinstance(value, list | tuple) else [show_value(step.slot, str(value), region)]
            parts.append((_line(step.slot, value, values), shown))
    return parts


def _line(slot: str, value: Any, values: Values) -> str:
    if slot in ABOUT_PATIENT and values.get("for_whom") == "other":
        return f"other_{slot}"
    return "email" if slot == "phone_number" and "@" in value else slot


def show_value(slot: str, value: str, region: str) -> str:
    """Write an answer as its summary shows it: a phone number as people write it, the rest as it is."""
    is_number = slot in {"phone_number", "contact_address"} and value.startswith("+")
    return show_phone_number(value, region) if is_number else value
