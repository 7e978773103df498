"""Fills a form from what was said already, so that nobody has to say a thing twice.

Facts about the illness may have been said at any time: they are kept in a small record (the slot ``known_facts``).
Contact details count only where they were said to the form itself: whoever mentions a sister's name or an old number
in passing has not given it to be called.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from helpline.forms import answers
from helpline.forms.definition import Form, Values
from helpline.forms.message import Message, is_about_oneself

# All that a record of facts may hold. Each value is one of a closed list, or a list of such values.
FACTS = ("for_whom", "diagnosis_type", "cancer_subtype", "spread_sites", "age_range")

Facts = Mapping[str, Any]


def facts_in(message: Message) -> dict[str, Any]:
    """Return what a message states about the visitor or somebody of theirs, by slot. A question states nothing."""
    if not is_about_oneself(message):
        return {}
    stage = answers.read_choice("diagnosis_type", " ".join(message.values("diagnosis_stage")))
    facts = {
        "for_whom": "other" if message.values("relation") else None,
        "diagnosis_type": stage if stage in {"de_novo", "recurrence"} else None,
        "cancer_subtype": list(answers.read_choices("cancer_subtype", " ".join(message.values("subtype")))),
        "spread_sites": list(answers.read_choices("spread_sites", " ".join(message.values("spread_site")))),
        "age_range": answers.read_age_range(" ".join(message.values("age"))),
    }
    return {slot: value for slot, value in facts.items() if value}


def merge_facts(old: Facts, new: Facts) -> dict[str, Any]:
    """Return one record of two: a newer fact replaces the older one of its slot; anything else is dropped."""
    merged = {**old, **new}
    return {slot: merged[slot] for slot in FACTS if merged.get(slot)}


def prefill(
    form: Form, values: Values, facts: Facts, current_messages: Sequence[Message], region: str
) -> dict[str, Any]:
    """Return values for slots that are empty and that were said already. All of them show in the summary.

    Args:
        form: The form.
        values: Its slots so far.
        facts: The record of facts of the conversation.
        current_messages: The message that started the form and those within it, oldest first.
        region: Region of phone numbers without country code.
    """
    found = dict(facts)
    for message in current_messages:
        found = merge_facts(found, facts_in(message))
    for message in current_messages:
        found |= _contacts(message, values, region)
    if current_messages and (times := current_messages[-1].values("time_of_day")):
        found["best_time"] = " ".join(times)
    slots = {step.slot for step in form.steps}
    return {slot: value for slot, value in found.items() if slot in slots and value and values.get(slot) is None}


def _contacts(message: Message, values: Values, region: str) -> dict[str, Any]:
    phone = answers.read_phone_number(message.text, region)
    method = values.get("contact_method")
    contacts = {
        "first_name": answers.read_name(message.text, message.values("person_name"), alone=False),
        "phone_number": phone,
        "contact_address": answers.read_email(message.text) if method == "email" else phone if method else None,
    }
    return {slot: value for slot, value in contacts.items() if value}
