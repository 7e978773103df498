"""Makes a request of filled slots, and what its summary shows."""

from dataclasses import asdict, dataclass
from typing import Any

from helpline.errors import IncompleteRequestError
from helpline.forms.definition import CALLBACK, Form, Values
from helpline.forms.engine import is_default
from helpline.forms.phone_numbers import show_phone_number
from helpline.requests.request import CallbackRequest, Request, VolunteerRequest

# Answers about the person with MBC, who may be another than the visitor.
ABOUT_PATIENT = ("diagnosis_type", "cancer_subtype", "spread_sites", "age_range")


@dataclass(frozen=True)
class SummaryLine:
    """One answer in a summary.

    Attributes:
        slot: The answer's slot.
        name: What the line is called: by its slot; ``other_<slot>`` where it is about the person whom the visitor cares
            for; ``email`` or ``phone_number`` where it is the one or the other.
        values: What was answered, as keys or in the visitor's own words; empty for what was left out.
    """

    slot: str
    name: str
    values: tuple[str, ...]


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


def summary_lines(form: Form, values: Values, region: str) -> list[SummaryLine]:
    """List the answers of a form in their order, also those that were left out; what was not asked has no line."""
    lines = []
    for step in form.steps:
        if is_default(form, step.slot, values):
            continue
        value = values.get(step.slot) or ()
        shown = value if isinstance(value, list | tuple) else (show_value(step.slot, str(value), region),)
        lines.append(SummaryLine(step.slot, _name(form, step.slot, values), tuple(shown)))
    return lines


def _name(form: Form, slot: str, values: Values) -> str:
    if slot in ABOUT_PATIENT and values.get("for_whom") == "other":
        return f"other_{slot}"
    if slot == form.address:
        return "email" if values.get(form.method) == "email" else "phone_number"
    return slot


def show_value(slot: str, value: str, region: str) -> str:
    """Write an answer as its summary shows it: a phone number as people write it, the rest as it is."""
    is_number = slot in {"phone_number", "contact_address"} and value.startswith("+")
    return show_phone_number(value, region) if is_number else value
