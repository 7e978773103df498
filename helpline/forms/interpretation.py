"""Decides what a message within a form is: an answer, or something else that the visitor wants.

The classifier alone cannot tell: an answer such as "Grace", "after lunch" or "telling my kids" looks like any intent to
it. So the question that was asked says first what can be an answer to it, and the intent decides over the rest.
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from helpline.forms.definition import CHANGE, Form, Step, Values, read_yes_or_no
from helpline.forms.message import (
    CONVERSATION_INTENTS,
    TOPIC_INTENTS,
    Message,
    asks_why,
    cancels,
    goes_back,
    is_question,
    is_unsure,
    skips,
)
from helpline.safety.dangers import DANGERS
from helpline.text.lexicon import Lexicon


class DialogueAct(Enum):
    """What a visitor does with the question that a form asked."""

    ANSWER = auto()  # answers it
    CORRECT = auto()  # gives a new value to any question, or names the one to be asked again
    CHANGE = auto()  # wants something changed and does not say what
    SKIP = auto()  # leaves it out
    BACK = auto()  # wants the question before it
    WHY = auto()  # wants to know what it is for
    CANCEL = auto()  # wants to end the form
    COURTESY = auto()  # greets, thanks; the question is asked again
    DIGRESSION = auto()  # asks or says something else: the rules answer, then the form goes on
    UNCLEAR = auto()  # gives no answer that can be read


@dataclass(frozen=True)
class Interpretation:
    """A dialogue act. Answers and corrections also have their slot; a correction without a value names only that."""

    act: DialogueAct
    slot: str | None = None
    value: Any = None


# An answer that names an option and no more has at most so many words.
_SHORT_ANSWER = 2
_COURTESY_INTENTS = ("greet", "thanks", "repeat", "feedback_helpful", "feedback_not_helpful", "resume_form")


def interpret(form: Form, requested: str, values: Values, message: Message, region: str) -> Interpretation:
    """Decide what a message means for the question that was asked.

    Args:
        form: The form that is active.
        requested: The slot that was asked for, or ``CHANGE``.
        values: The slots filled so far.
        message: What was typed.
        region: Region of phone numbers without country code.
    """
    if message.intent in DANGERS or message.intent == "ask_topic":
        return Interpretation(DialogueAct.DIGRESSION)
    for said, act in ((cancels, DialogueAct.CANCEL), (goes_back, DialogueAct.BACK), (asks_why, DialogueAct.WHY)):
        if said(message):
            return Interpretation(act)
    step = form.step(requested)
    if step and skips(message):
        return Interpretation(DialogueAct.SKIP)
    if (correction := _interpret_correction(form, requested, values, message, region)) is not None:
        return correction
    if step is None:
        return _interpret_decision(form, requested, message)
    return _interpret_answer(step, values, message, region)


def _interpret_answer(step: Step, values: Values, message: Message, region: str) -> Interpretation:
    if step.free:
        return _interpret_free_answer(step, values, message, region)
    if step.optional and is_unsure(message) and not step.read(message, values, region):
        return Interpretation(DialogueAct.SKIP)
    is_contact = step.slot in {"phone_number", "contact_address"}
    by_phone = step.slot == "contact_method" and message.intent == "request_callback"
    # "Call me instead" holds the word "me" and is no answer to "for whom".
    long = len(message.text.split()) > _SHORT_ANSWER
    if long and message.means(*CONVERSATION_INTENTS) and not (is_contact or by_phone):
        return Interpretation(DialogueAct.DIGRESSION)
    value = step.read(message, values, region)
    if step.slot == "first_name":
        return _interpret_name(value, message)
    # "What is de novo?" names an option and does not choose it. A number in a question is a number all the same.
    asks_about_topic = is_question(message) and message.intent in TOPIC_INTENTS
    if value and (is_contact or not asks_about_topic):
        return Interpretation(DialogueAct.ANSWER, step.slot, value)
    return _interpret_digression(message, statements=True) or Interpretation(DialogueAct.UNCLEAR)


def _interpret_free_answer(step: Step, values: Values, message: Message, region: str) -> Interpretation:
    if is_unsure(message):
        return Interpretation(DialogueAct.SKIP)
    digression = _interpret_digression(message, unless_feeling=step.slot == "main_concern")
    # "Would 5pm be ok?" is a question, and an answer to when.
    names_time = step.slot in {"best_time", "preferred_times"} and Lexicon.load().times.within(message.text)
    unsure_of_topic = message.intent in TOPIC_INTENTS and not message.means("faq", "advice")
    if digression and not (names_time and unsure_of_topic):
        return digression
    value = step.read(message, values, region)
    return Interpretation(DialogueAct.ANSWER, step.slot, value) if value else Interpretation(DialogueAct.UNCLEAR)


def _interpret_name(value: str | None, message: Message) -> Interpretation:
    asked = message.text.strip().endswith("?") or message.means(*CONVERSATION_INTENTS)
    phrase = len((value or "").split()) > 1 and message.text != value and message.means(*TOPIC_INTENTS, "distress")
    if value and not asked and not phrase:
        return Interpretation(DialogueAct.ANSWER, "first_name", value)
    return _interpret_digression(message, statements=True) or Interpretation(DialogueAct.UNCLEAR)


def _interpret_digression(
    message: Message, *, statements: bool = False, unless_feeling: bool = False
) -> Interpretation | None:
    """Tell a courtesy or a digression from what may be meant for the form; None for the latter.

    Args:
        message: The message.
        statements: Whether a topic that is named without a question counts too.
        unless_feeling: Whether a feeling may be an answer, so that it is no digression.
    """
    if message.means(*_COURTESY_INTENTS):
        return Interpretation(DialogueAct.COURTESY)
    if message.means(*CONVERSATION_INTENTS) or (message.means("distress") and not unless_feeling):
        return Interpretation(DialogueAct.DIGRESSION)
    if message.intent in TOPIC_INTENTS and is_question(message):
        return Interpretation(DialogueAct.DIGRESSION)
    if statements and message.means("faq", "advice", "two_questions"):
        return Interpretation(DialogueAct.DIGRESSION)
    return None


def _interpret_decision(form: Form, requested: str, message: Message) -> Interpretation:
    """Interpret an answer to a question that is no step: consent, the summary, what to change."""
    if requested == CHANGE:
        slot = _named_slot(form, message.text)
        if slot is None:
            return _interpret_digression(message) or Interpretation(DialogueAct.UNCLEAR)
        return Interpretation(DialogueAct.CORRECT, slot)
    digression = _interpret_digression(message, statements=True)
    answer = None if digression and is_question(message) else read_yes_or_no(message)
    if answer is None:
        return digression or Interpretation(DialogueAct.UNCLEAR)
    if answer is False:
        return Interpretation(DialogueAct.CHANGE if requested == form.confirmed else DialogueAct.CANCEL)
    return Interpretation(DialogueAct.ANSWER, requested, True)


def _interpret_correction(
    form: Form, requested: str, values: Values, message: Message, region: str
) -> Interpretation | None:
    """Return the correction in a message such as "that's wrong, my number is …", or None when it corrects nothing."""
    current = form.step(requested)
    free = current is not None and current.free
    words = Lexicon.load().correction
    said = words.patterns.at_start(message.text) if free else words.patterns.within(message.text)
    explicit = said is not None or message.means("correct_value")
    slot = _named_slot(form, message.text)
    restated = slot not in {None, requested} and words.restatement.within(message.text)
    if not explicit and not restated:
        return None
    slot = slot or _slot_by_value(form, values, message, region)
    if free and slot in {None, requested}:
        return None
    if slot is None:
        answer = current.read(message, values, region) if current else None
        return Interpretation(DialogueAct.ANSWER, requested, answer) if answer else Interpretation(DialogueAct.CHANGE)
    value = _new_value(form, slot, values, message, region)
    return None if free and value is None and not explicit else Interpretation(DialogueAct.CORRECT, slot, value)


def _named_slot(form: Form, text: str) -> str | None:
    names = Lexicon.load().answers
    return next((step.slot for step in form.steps if names[step.slot].within(text)), None)


def _slot_by_value(form: Form, values: Values, message: Message, region: str) -> str | None:
    """Return the slot that a corrected value is for, as far as the value itself tells."""
    for slot in ("phone_number", "contact_address", "best_time", "preferred_times"):
        step = form.step(slot)
        if step is None:
            continue
        found = Lexicon.load().times.within(message.text) if step.free else step.read(message, values, region)
        if found:
            return slot
    for slot in ("spread_sites", "cancer_subtype"):
        step = form.step(slot)
        if step and values.get(slot) and step.read(message, values, region):
            return slot
    return "first_name" if message.values("person_name") else None


def _new_value(form: Form, slot: str, values: Values, message: Message, region: str) -> Any:
    """Read the new value of a slot: from the whole message, else from what stands after the name of the answer."""
    step = form.step(slot)
    assert step is not None  # noqa: S101 - slots come from the form's steps
    whole = step.read(message, values, region) if not step.free and slot != "first_name" else None
    if whole:
        return whole
    lexicon = Lexicon.load()
    named = lexicon.answers[slot].within(message.text)
    text = lexicon.correction.link.sub("", message.text[named.end() :]) if named else ""
    instead = lexicon.correction.replacement.search(message.text)
    if not text and instead:
        text = instead["value"]
    text = lexicon.correction.old.sub("", text)
    return step.read(Message(text, entities=message.entities), values, region) if text else None
