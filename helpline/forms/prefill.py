"""Fills a form from what was said already, so that nobody has to say a thing twice.

Facts about the illness may have been said at any time: they are kept in a small record (the slot ``known_facts``).
Contact details count only where they were said to the form itself: whoever mentions a sister's name or an old number
in passing has not given it to be called.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from helpline.forms import answers
from helpline.forms.ages import read_age_range
from helpline.forms.definition import LONGEST_TEXT, Form, Values, this_year
from helpline.forms.email_addresses import read_email
from helpline.forms.message import Message, is_about_oneself
from helpline.forms.person_names import read_name, read_name_beside_number
from helpline.forms.phone_numbers import read_phone_number
from helpline.text.lexicon import Lexicon
from helpline.text.normalising import straightened

# All that a record of facts may hold. Each value is one of a closed list, or a list of such values.
FACTS = ("for_whom", "diagnosis_type", "cancer_subtype", "spread_sites", "age_range")
# Of these, what was said of one person is not the other's.
ABOUT_PATIENT = FACTS[1:]

Facts = Mapping[str, Any]


def facts_in(message: Message) -> dict[str, Any]:
    """Return what a message states about the visitor or somebody of theirs, by slot. A question states nothing."""
    if not is_about_oneself(message):
        return {}
    of_other = _is_of_other(message.text)
    stage = _asserted("diagnosis_type", message, "diagnosis_stage")
    facts = {
        "for_whom": "other" if of_other else None,
        "diagnosis_type": next((each for each in stage if each in {"de_novo", "recurrence"}), None),
        "cancer_subtype": _asserted("cancer_subtype", message, "subtype"),
        "spread_sites": _asserted("spread_sites", message, "spread_site"),
        "age_range": read_age_range(message.text, this_year(), of_other=of_other) if message.values("age") else None,
    }
    return {slot: value for slot, value in facts.items() if value}


def _is_of_other(text: str) -> bool:
    """Tell whether the illness is somebody else's. A relative may be mentioned for another reason."""
    words = Lexicon.load().whose_illness
    straight = straightened(text)
    return words.other.search(straight) is not None and words.oneself.within(straight) is None


def _asserted(slot: str, message: Message, entity: str) -> list[str]:
    """Return the options that the entities of a message name, without those that its words deny."""
    denied = answers.denied_choices(slot, message.text)
    named = answers.read_choices(slot, ", ".join(message.values(entity)))
    return [key for key in named if key not in denied]


def merge_facts(old: Facts, new: Facts) -> dict[str, Any]:
    """Return one record of two: a newer fact replaces the older one of its slot; anything else is dropped."""
    merged = {**old, **new}
    if new.get("for_whom") and new["for_whom"] != (old.get("for_whom") or "self"):
        merged = dict(new)
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
        found |= _contacts(form, message, values, region)
        if (reason := _reason(message)) is not None:
            found["callback_topic"] = reason
    if current_messages and (times := current_messages[-1].values("time_of_day")):
        found["best_time"] = answers.read_time(current_messages[-1].text, times)
    if values.get("for_whom") and (found.get("for_whom") or "self") != values["for_whom"]:
        found = {slot: value for slot, value in found.items() if slot not in ABOUT_PATIENT}
    slots = {step.slot for step in form.steps}
    return {slot: value for slot, value in found.items() if slot in slots and value and values.get(slot) is None}


def _reason(message: Message) -> str | None:
    """Return what a wish to be called back is about, in its own words; None where it does not say."""
    lexicon = Lexicon.load()
    found = lexicon.requests.reason_after.search(straightened(message.text))
    if found is None or message.intent != "request_callback":
        return None
    # A name, a number or a time behind it tells something else.
    said = re.split(r",|\d{3}|\b(?:my (?:name|number)|call me|i'?m [A-Z])", found["reason"])[0]
    time = lexicon.timed.search(said)
    said = said[: time.start()] if time is not None and not said[time.end() :].strip() else said
    return said.strip()[:LONGEST_TEXT] or None


def _contacts(form: Form, message: Message, values: Values, region: str) -> dict[str, Any]:
    method = values.get(form.method)
    address = read_email(message.text) if method == "email" else None
    if method not in {None, "email"}:
        address = read_phone_number(message.text, region, in_passing=True)
    name = read_name(message.text, message.values("person_name"), alone=False)
    contacts = {
        "first_name": name or read_name_beside_number(message.text),
        form.address: address,
    }
    return {slot: value for slot, value in contacts.items() if isinstance(value, str)}
