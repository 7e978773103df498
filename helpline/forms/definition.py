"""The steps of the two forms: which slot each fills, how its answer is read, and whether it may be left out."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from helpline.forms import answers
from helpline.forms.answers import read_email, read_name, read_phone_number
from helpline.forms.message import Message, says_no, says_yes

Values = Mapping[str, Any]
_LONGEST_TEXT = 300


@dataclass(frozen=True)
class Step:
    """One question.

    Attributes:
        slot: The slot that the answer fills.
        read: Reads an answer from a message, given the other slots and the phone region; None for no answer.
        optional: Whether it may be left out.
        free: Whether nearly any text is an answer, as for a best time to call.
    """

    slot: str
    read: Callable[[Message, Values, str], Any]
    optional: bool = False
    free: bool = False


@dataclass(frozen=True)
class Form:
    """A form: its steps in order, and the slots of consent and of the confirmed summary.

    Consent, if any, is asked before the steps, the summary after them.
    """

    name: str
    steps: tuple[Step, ...]
    confirmed: str
    consent: str | None = None

    @property
    def kind(self) -> str:
        """The kind of request that the form makes."""
        return self.name.removesuffix("_form")

    @property
    def order(self) -> tuple[str, ...]:
        """All slots in the order in which they are asked."""
        return (*((self.consent,) if self.consent else ()), *(s.slot for s in self.steps), self.confirmed)

    def step(self, slot: str | None) -> Step | None:
        """Return the step of a slot; None for consent, summary and anything else."""
        return next((step for step in self.steps if step.slot == slot), None)


def read_yes_or_no(message: Message) -> bool | None:
    """Read an agreement. None when it is neither."""
    if says_no(message):
        return False
    return True if says_yes(message) else None


def _name(message: Message, _values: Values, _region: str) -> str | None:
    return read_name(message.text, message.values("person_name"))


def _phone(message: Message, _values: Values, region: str) -> str | None:
    return read_phone_number(message.text, region)


def _address(message: Message, values: Values, region: str) -> str | None:
    if values.get("contact_method") == "email":
        return read_email(message.text)
    return read_phone_number(message.text, region)


def _text(message: Message, _values: Values, _region: str) -> str | None:
    text = " ".join(message.text.split())
    return text[:_LONGEST_TEXT] if re.search(r"\w", text) and not text.startswith("/") else None


def _choice(slot: str) -> Callable[[Message, Values, str], str | None]:
    return lambda message, _values, _region: answers.read_choice(slot, message.text)


def _choices(slot: str) -> Callable[[Message, Values, str], list[str] | None]:
    return lambda message, _values, _region: list(answers.read_choices(slot, message.text)) or None


def _age(message: Message, _values: Values, _region: str) -> str | None:
    return answers.read_age_range(message.text)


FIRST_NAME = Step("first_name", _name)

CALLBACK = Form(
    "callback_form",
    (
        FIRST_NAME,
        Step("phone_number", _phone),
        Step("best_time", _text, optional=True, free=True),
        Step("callback_topic", _text, optional=True, free=True),
    ),
    confirmed="callback_confirmed",
)

VOLUNTEER = Form(
    "volunteer_form",
    (
        FIRST_NAME,
        Step("for_whom", _choice("for_whom")),
        Step("contact_method", _choice("contact_method")),
        Step("contact_address", _address),
        Step("diagnosis_type", _choice("diagnosis_type"), optional=True),
        Step("cancer_subtype", _choices("cancer_subtype"), optional=True),
        Step("spread_sites", _choices("spread_sites"), optional=True),
        Step("age_range", _age, optional=True),
        Step("main_concern", _text, optional=True, free=True),
        Step("preferred_times", _text, optional=True, free=True),
    ),
    confirmed="volunteer_confirmed",
    consent="volunteer_consent",
)

FORMS = {form.name: form for form in (CALLBACK, VOLUNTEER)}

# Asked after a "no" to the summary: which answer to change. No slot of its own, only requested.
CHANGE = "change_step"

# All that a request leaves in the conversation, to be cleared when it ends.
REQUEST_SLOTS = tuple(dict.fromkeys(slot for form in FORMS.values() for slot in form.order))
