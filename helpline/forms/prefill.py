"""Fills a form from what was said before it asked, so that nobody has to say a thing twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from helpline.forms import answers
from helpline.forms.answers import read_email, read_name, read_phone_number
from helpline.forms.definition import Form, Values
from helpline.forms.message import Message, is_about_oneself


@dataclass(frozen=True)
class Heard:
    """What was said, oldest first.

    Attributes:
        earlier: Messages of the whole conversation before this one; for facts of the illness only.
        current: Messages since the last request ended, with the one that started the form; also for
            contact details. What a cancelled request held is not taken up again.
    """

    earlier: Sequence[Message] = ()
    current: Sequence[Message] = ()


def prefill(form: Form, values: Values, heard: Heard, region: str) -> dict[str, Any]:
    """Return values for slots that are empty and that were said already. All of them show in the summary."""
    slots = {step.slot for step in form.steps}
    found: dict[str, Any] = {}
    for message in (*heard.earlier, *heard.current):
        if is_about_oneself(message):
            found |= _facts(message)
    for message in heard.current:
        found |= _contacts(message, values, region)
    if heard.current and (times := heard.current[-1].values("time_of_day")):
        found |= {"best_time": " ".join(times)}
    return {k: v for k, v in found.items() if k in slots and v and values.get(k) is None}


def _facts(message: Message) -> dict[str, Any]:
    stage = answers.read_choice("diagnosis_type", " ".join(message.values("diagnosis_stage")))
    facts = {
        "for_whom": "other" if message.values("relation") else None,
        "cancer_subtype": _several("cancer_subtype", message.values("subtype")),
        "spread_sites": _several("spread_sites", message.values("spread_site")),
        "age_range": answers.read_age_range(" ".join(message.values("age"))),
        "diagnosis_type": stage if stage in {"de_novo", "recurrence"} else None,
    }
    return {slot: value for slot, value in facts.items() if value}


def _contacts(message: Message, values: Values, region: str) -> dict[str, Any]:
    phone = read_phone_number(message.text, region)
    method = values.get("contact_method")
    contacts = {
        "first_name": read_name(message.text, message.values("person_name"), alone=False),
        "phone_number": phone,
        "contact_address": read_email(message.text) if method == "email" else phone if method else None,
    }
    return {slot: value for slot, value in contacts.items() if value}


def _several(slot: str, words: list[str]) -> list[str]:
    return list(answers.read_choices(slot, " ".join(words)))
