"""Decides what a message within a form is: an answer, or something else that the visitor wants.

Free answers ("Grace", "after lunch", "telling my kids") look like anything to the classifier, so the step
that was asked decides first what can be an answer to it.
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from helpline.forms.definition import CHANGE, Form, Step, Values, read_yes_or_no
from helpline.forms.message import (
    ASIDES,
    SAFETY,
    TOPICS,
    Message,
    asks_why,
    cancels,
    goes_back,
    is_question,
    is_unsure,
    skips,
)
from helpline.text.lexicon import Lexicon


class DialogueAct(Enum):
    """What a visitor does with a question."""

    ANSWER = auto()
    CORRECT = auto()
    SKIP = auto()
    BACK = auto()
    WHY = auto()
    CANCEL = auto()
    CHANGE = auto()  # wants something changed, not said what
    ASIDE = auto()  # asks or says something else: the rules answer, the form goes on
    REPEAT = auto()  # a courtesy; the question is asked again
    UNCLEAR = auto()  # no answer to this question


@dataclass(frozen=True)
class Interpretation:
    """A dialogue act, and the slot and value it is about where it has them."""

    act: DialogueAct
    slot: str | None = None
    value: Any = None


# Words of an answer that names one of the choices and no more.
_SHORT = 2
_COURTESIES = ("greet", "thanks", "repeat", "feedback_helpful", "feedback_not_helpful", "resume_form")


def interpret(form: Form, requested: str, values: Values, message: Message, region: str) -> Interpretation:
    """Decide what a message means for the question that was asked.

    Args:
        form: The form that is active.
        requested: The slot that was asked for, or ``CHANGE``.
        values: The slots filled so far.
        message: What was typed.
        region: Region of phone numbers without country code.
    """
    if message.intent in SAFETY or (message.intent == "ask_topic"):
        return Interpretation(DialogueAct.ASIDE)
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
    if step.optional and is_unsure(message) and not step.read(message, values, region):
        return Interpretation(DialogueAct.SKIP)
    if step.free:
        if is_unsure(message):
            return Interpretation(DialogueAct.SKIP)
        aside = _interpret_aside(message, unless_feeling=step.slot == "main_concern")
        timely = step.slot in {"best_time", "preferred_times"} and Lexicon.load().times.within(message.text)
        doubtful = message.intent in TOPICS and not message.means("faq", "advice")
        if aside and not (timely and doubtful):
            return aside
        value = step.read(message, values, region)
        return Interpretation(DialogueAct.ANSWER, step.slot, value) if value else Interpretation(DialogueAct.UNCLEAR)
    # "call me instead" holds the word "me", but is no answer to "for whom".
    contact = step.slot in {"phone_number", "contact_address"}
    by_phone = step.slot == "contact_method" and message.intent == "request_callback"
    if message.means(*ASIDES) and len(message.text.split()) > _SHORT and not (contact or by_phone):
        return Interpretation(DialogueAct.ASIDE)
    value = step.read(message, values, region)
    if step.slot == "first_name":
        return _interpret_name_answer(value, message)
    if value and (contact or not (is_question(message) and message.intent in TOPICS)):
        return Interpretation(DialogueAct.ANSWER, step.slot, value)
    return _interpret_aside(message, statements=True) or Interpretation(DialogueAct.UNCLEAR)


def _interpret_name_answer(value: str | None, message: Message) -> Interpretation:
    asked = message.text.strip().endswith("?") or message.means(*ASIDES)
    phrase = len((value or "").split()) > 1 and message.text != value and message.means(*TOPICS, "distress")
    if value and not asked and not phrase:
        return Interpretation(DialogueAct.ANSWER, "first_name", value)
    return _interpret_aside(message, statements=True) or Interpretation(DialogueAct.UNCLEAR)


def _interpret_aside(
    message: Message, *, statements: bool = False, unless_feeling: bool = False
) -> Interpretation | None:
    """Return what a message that is not for the form is, or None for one that may be.

    Args:
        message: The message.
        statements: Whether a topic that is named without a question counts too.
        unless_feeling: Whether a feeling may be an answer.
    """
    if message.means(*_COURTESIES):
        return Interpretation(DialogueAct.REPEAT)
    if message.means(*ASIDES) or (message.means("distress") and not unless_feeling):
        return Interpretation(DialogueAct.ASIDE)
    if message.intent in TOPICS and is_question(message):
        return Interpretation(DialogueAct.ASIDE)
    if statements and message.means("faq", "advice", "two_questions"):
        return Interpretation(DialogueAct.ASIDE)
    return None


def _interpret_decision(form: Form, requested: str, message: Message) -> Interpretation:
    if requested == CHANGE:
        slot = _named_slot(form, message.text)
        return (
            Interpretation(DialogueAct.CORRECT, slot)
            if slot
            else _interpret_aside(message) or Interpretation(DialogueAct.UNCLEAR)
        )
    aside = _interpret_aside(message, statements=True)
    answer = None if aside and is_question(message) else read_yes_or_no(message)
    if answer is None:
        return aside or Interpretation(DialogueAct.UNCLEAR)
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
