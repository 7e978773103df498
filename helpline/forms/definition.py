"""The steps of the two forms: which slot each fills, how its answer is read, and whether it may be left out."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from helpline.forms import answers
from helpline.forms.ages import read_age_range
from helpline.forms.denials import Doubt
from helpline.forms.email_addresses import read_email
from helpline.forms.message import Message
from helpline.forms.person_names import read_name
from helpline.forms.phone_numbers import read_phone_number
from helpline.text.lexicon import Lexicon

Values = Mapping[str, Any]
LONGEST_TEXT = 300
# The questions of what moves somebody: there a feeling is the answer.
ASKS_WHAT_MOVES = ("main_concern", "callback_topic")


@dataclass(frozen=True)
class Step:
    """One question.

    Attributes:
        slot: The slot that the answer fills.
        read: Reads an answer from a message, given the other slots and the phone region; None for no answer, a
            ``Doubt`` for what has to be asked about.
        optional: Whether it may be left out.
        free: Whether nearly any text is an answer, as for a best time to call.
        default: What holds as long as the visitor says nothing else: the question is not asked then.
    """

    slot: str
    read: Callable[[Message, Values, str], Any]
    optional: bool = False
    free: bool = False
    default: str | None = None

    def read_surely(self, message: Message, values: Values, region: str) -> Any:
        """Read an answer that is in no doubt; None for none."""
        value = self.read(message, values, region)
        return None if isinstance(value, Doubt) else value


@dataclass(frozen=True)
class Form:
    """A form: its steps in order, and the slots of consent and of the confirmed summary.

    Consent, if any, is asked before the steps, the summary after them.

    Attributes:
        method: The slot of how the visitor is reached.
        address: The slot of the number, or the email address.
        intro: The response that says at the beginning what is asked and how it is kept, where no rule says it.
    """

    name: str
    steps: tuple[Step, ...]
    confirmed: str
    method: str
    address: str
    consent: str | None = None
    intro: str | None = None

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


def _name(message: Message, _values: Values, _region: str) -> str | None:
    return read_name(message.text, message.values("person_name"))


def _address(method: str) -> Callable[[Message, Values, str], str | Doubt | None]:
    def read(message: Message, values: Values, region: str) -> str | Doubt | None:
        by_email = values.get(method) == "email"
        return read_email(message.text) if by_email else read_phone_number(message.text, region)

    return read


def _text(message: Message, _values: Values, _region: str) -> str | None:
    text = " ".join(message.text.split())
    return text[:LONGEST_TEXT] if re.search(r"\w", text) and not text.startswith("/") else None


def _choice(slot: str) -> Callable[[Message, Values, str], str | None]:
    return lambda message, _values, _region: answers.read_choice(slot, message.text)


def _way(message: Message, values: Values, region: str) -> str | None:
    """Read a way to be reached; by phone where any will do, and where the answer holds a number; by email likewise."""
    text = message.text.strip()
    number, email = read_phone_number(text, region), read_email(text)
    if email is not None and number is None:
        return "email"
    any_way = Lexicon.load().requests.any_way.fullmatch(text) is not None
    has_number = isinstance(number, str) or any_way
    return _choice("contact_method")(message, values, region) or ("phone" if has_number else None)


def _choices(slot: str) -> Callable[[Message, Values, str], list[str] | None]:
    return lambda message, _values, _region: list(answers.read_choices(slot, message.text)) or None


def _age(message: Message, values: Values, _region: str) -> str | None:
    of_other = values["for_whom"] == "other" if values.get("for_whom") else None
    return read_age_range(message.text, this_year(), of_other=of_other)


def this_year() -> int:
    """Return the year, in UTC."""
    return datetime.now(timezone.utc).year


FIRST_NAME = Step("first_name", _name)

CALLBACK = Form(
    "callback_form",
    (
        FIRST_NAME,
        Step("callback_method", _choice("contact_method"), default="phone"),
        Step("phone_number", _address("callback_method")),
        Step("best_time", _text, optional=True, free=True),
        Step("callback_topic", _text, optional=True, free=True),
    ),
    confirmed="callback_confirmed",
    method="callback_method",
    address="phone_number",
    intro="utter_callback_intro",
)

VOLUNTEER = Form(
    "volunteer_form",
    (
        FIRST_NAME,
        Step("for_whom", _choice("for_whom")),
        Step("contact_method", _way),
        Step("contact_address", _address("contact_method")),
        Step("diagnosis_type", _choice("diagnosis_type"), optional=True),
        Step("cancer_subtype", _choices("cancer_subtype"), optional=True),
        Step("spread_sites", _choices("spread_sites"), optional=True),
        Step("age_range", _age, optional=True),
        Step("main_concern", _text, optional=True, free=True),
        Step("preferred_times", _text, optional=True, free=True),
    ),
    confirmed="volunteer_confirmed",
    method="contact_method",
    address="contact_address",
    consent="volunteer_consent",
)

FORMS = {form.name: form for form in (CALLBACK, VOLUNTEER)}

# Asked after a "no" to the summary: which answer to change. No slot of its own, only requested.
CHANGE = "change_step"

# All that a request leaves in the conversation, to be cleared when it ends.
REQUEST_SLOTS = tuple(dict.fromkeys(slot for form in FORMS.values() for slot in form.order))
