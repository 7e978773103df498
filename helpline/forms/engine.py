"""One turn of a form: from the slots and a message to the changed slots and the next question."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from helpline.forms.definition import CHANGE, Form, Values
from helpline.forms.interpretation import DialogueAct, interpret
from helpline.forms.message import Message
from helpline.forms.prefill import Facts, prefill


@dataclass(frozen=True)
class Background:
    """What the conversation gives a form beside the message, so that less has to be asked.

    Attributes:
        facts: Facts about the illness that were said at any time, by slot.
        messages: The message that started the form and those within it, oldest first.
    """

    facts: Facts = field(default_factory=dict)
    messages: Sequence[Message] = ()


@dataclass(frozen=True)
class FormTurn:
    """What a form does with a message.

    Attributes:
        digression: The message is not for the form: nothing changes, the rules answer.
        requested: What to ask next; None ends the form.
        changes: Slots to set.
        skipped: The slots left out so far.
        say: Names of responses to utter before the question.
    """

    digression: bool = False
    requested: str | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    say: tuple[str, ...] = ()


def begin(form: Form, values: Values, skipped: Sequence[str], background: Background, region: str) -> FormTurn:
    """Begin a form, or go on with one that was parked: fill in what was said already, and ask for the rest."""
    changes = prefill(form, values, background.facts, background.messages, region)
    return FormTurn(requested=_next(form, {**values, **changes}, skipped), changes=changes, skipped=tuple(skipped))


def take_turn(
    form: Form,
    values: Values,
    skipped: Sequence[str],
    requested: str,
    message: Message,
    background: Background,
    region: str,
) -> FormTurn:
    """Decide what a message changes and what is asked next.

    Args:
        form: The form that is active.
        values: Its slots; None where there is no answer yet.
        skipped: Slots that the visitor left out.
        requested: The slot that was asked for, or ``CHANGE``.
        message: What was typed.
        background: What was said already, for answers that need not be asked for.
        region: Region of phone numbers without country code.
    """
    interpretation = interpret(form, requested, values, message, region)
    step = form.step(requested)
    left_out = tuple(skipped)
    match interpretation.act:
        case DialogueAct.DIGRESSION:
            return FormTurn(digression=True, requested=requested, skipped=left_out)
        case DialogueAct.CANCEL:
            return FormTurn(changes={form.confirmed: False}, skipped=left_out)
        case DialogueAct.WHY:
            return FormTurn(requested=requested, skipped=left_out, say=(f"utter_why_{requested}",))
        case DialogueAct.COURTESY:
            return FormTurn(requested=requested, skipped=left_out)
        case DialogueAct.SKIP if step is None or not step.optional:
            return FormTurn(requested=requested, skipped=left_out, say=("utter_cannot_skip",))
        case DialogueAct.SKIP:
            left_out = (*left_out, requested)
            return FormTurn(requested=_next(form, values, left_out), skipped=left_out)
        case DialogueAct.BACK:
            return _reopen(form, values, left_out, _before(form, values, requested))
        case DialogueAct.CHANGE if requested in {form.confirmed, CHANGE}:
            return FormTurn(requested=CHANGE, changes={form.confirmed: None}, skipped=left_out)
        case DialogueAct.CHANGE:
            return _reopen(form, values, left_out, _before(form, values, requested))
        case DialogueAct.CORRECT if interpretation.value is None:
            return _reopen(form, values, left_out, interpretation.slot)
        case DialogueAct.ANSWER | DialogueAct.CORRECT:
            return _fill(form, values, left_out, str(interpretation.slot), interpretation.value, background, region)
    return FormTurn(requested=requested, skipped=left_out, say=(f"utter_invalid_{requested}",))


def _fill(
    form: Form, values: Values, skipped: tuple[str, ...], slot: str, value: Any, background: Background, region: str
) -> FormTurn:
    changes: dict[str, Any] = {slot: value}
    if slot == "contact_method" and not _fits(value, values.get("contact_address")):
        changes["contact_address"] = None
    skipped = tuple(each for each in skipped if each != slot)
    # Nothing is changed behind the visitor's back once the summary was shown.
    if slot != form.confirmed:
        now = {**values, **changes}
        said = prefill(form, now, background.facts, background.messages, region)
        changes |= {each: said[each] for each in said if each not in skipped and each != slot}
    return FormTurn(requested=_next(form, {**values, **changes}, skipped), changes=changes, skipped=skipped)


def _reopen(form: Form, values: Values, skipped: tuple[str, ...], slot: str | None) -> FormTurn:
    """Ask a question again. What it was answered with is dropped."""
    if slot is None:
        return FormTurn(requested=form.order[0], skipped=skipped)
    skipped = tuple(each for each in skipped if each != slot)
    return FormTurn(requested=slot, changes={slot: None}, skipped=skipped)


def _before(form: Form, values: Values, requested: str) -> str | None:
    order = form.order
    position = order.index(requested) if requested in order else len(order) - 1
    return order[position - 1] if position > 0 else None


def _next(form: Form, values: Values, skipped: Sequence[str]) -> str | None:
    return next((slot for slot in form.order if values.get(slot) is None and slot not in skipped), None)


def _fits(method: str, address: str | None) -> bool:
    return address is None or ("@" in address) == (method == "email")
