"""One turn of a form: from the slots and a message to the changed slots and the next question."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from helpline.forms.acts import DialogueAct, Interpretation
from helpline.forms.asides import refuses_call, way_named
from helpline.forms.corrections import SEVERAL
from helpline.forms.definition import ASKS_WHAT_MOVES, CHANGE, Form, Values
from helpline.forms.denials import Doubt
from helpline.forms.interpretation import interpret
from helpline.forms.message import Message, edited_slot
from helpline.forms.phone_numbers import NOT_YOURS
from helpline.forms.prefill import ABOUT_PATIENT, Facts, prefill
from helpline.forms.written_from import offer_of

# From so many answers in vain to the same question on, the way on is offered.
TRIES = 2
_NO_ANSWER = ("utter_invalid_", "utter_cannot_skip", "utter_stuck")
# Answers that are acknowledged: the visitor sees that the name and the words for a time were understood.
_NOTED = ("first_name", "best_time", "preferred_times")
# Changes of these are said with the new value.
_SHOWN_AGAIN = ("first_name", "phone_number", "contact_address", "best_time", "preferred_times")


@dataclass(frozen=True)
class Background:
    """What the conversation gives a form beside the message, so that less has to be asked.

    Attributes:
        facts: Facts about the illness that were said at any time, by slot.
        messages: The message that started the form and those within it, oldest first.
        in_doubt: Whether the question asked now is about a value that may not be meant; an aside may have come between.
        written_from: The number that the visitor writes from, where the channel knows it.
        offers_it: Whether the question asked now is whether that number is the one to use.
    """

    facts: Facts = field(default_factory=dict)
    messages: Sequence[Message] = ()
    in_doubt: bool = False
    written_from: str | None = None
    offers_it: bool = False

    def earlier(self, read: Callable[[Message], Any]) -> Sequence[Message]:
        """Return the messages before the last; where a value is in doubt, those up to the one that ``read`` doubts."""
        before = self.messages[:-1]
        if not self.in_doubt:
            return before
        doubted = [place for place, each in enumerate(before, 1) if isinstance(read(each), Doubt)]
        return before[: doubted[-1]] if doubted else before


@dataclass(frozen=True)
class FormTurn:
    """What a form does with a message.

    Attributes:
        digression: The message is not for the form: nothing changes, the rules answer.
        requested: What to ask next; None ends the form.
        changes: Slots to set.
        skipped: The slots left out so far.
        say: Names of responses to utter before the question.
        candidates: The values that are in doubt, as people write them; those responses may name them.
        shown: The slot whose value these responses show, if any.
        doubt: The response that is asked instead of the question, as a value may not be meant.
    """

    digression: bool = False
    requested: str | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    say: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    shown: str | None = None
    doubt: str | None = None

    @property
    def is_stuck(self) -> bool:
        """Whether the message brought the form nowhere."""
        return self.doubt == NOT_YOURS or any(name.startswith(_NO_ANSWER) for name in self.say)

    def with_way_on(self, form: Form, tries: int) -> "FormTurn":
        """Return the turn with the way on in place of the same help, from the second try in vain on.

        Args:
            form: The form.
            tries: How often the question was answered in vain, with this message.
        """
        if not self.is_stuck or tries < TRIES:
            return self
        step = form.step(self.requested)
        if step is not None and step.optional:
            return replace(self, say=("utter_stuck_optional",), doubt=None)
        stuck = "utter_stuck_address" if self.requested == form.address else "utter_stuck"
        return replace(self, say=(stuck,), doubt=None)

    def with_offer(self, form: Form, values: Values, requested: str | None, written_from: str | None) -> "FormTurn":
        """Return the turn with the question for a number as an offer of the one that the visitor writes from.

        It is offered when the question comes up, or is about another way to be reached, and not once more after a no;
        nor is the number offered that is to be changed.

        Args:
            form: The form.
            values: Its slots before the turn.
            requested: The slot that was asked for before it.
            written_from: That number; None where the channel does not know it.
        """
        comes_up = self.requested == form.address and (requested != form.address or form.method in self.changes)
        by_phone = self.changes.get(form.method, values.get(form.method)) in {"phone", "text"}
        is_new = values.get(form.address) != written_from
        if written_from is None or self.doubt or not (comes_up and by_phone and is_new):
            return self
        offer = offer_of(written_from)
        return replace(self, doubt=offer.response, candidates=offer.shown)


def begin(
    form: Form, values: Values, skipped: Sequence[str], background: Background, region: str, *, anew: bool = True
) -> FormTurn:
    """Begin a form, or go on with one that was parked: fill in what was said already, and ask for the rest.

    Args:
        form: The form.
        values: Its slots; None where there is no answer yet.
        skipped: Slots that the visitor left out.
        background: What was said already.
        region: Region of phone numbers without country code.
        anew: Whether it was not begun before, so that defaults hold and it is said what it asks.
    """
    defaults = {step.slot: step.default for step in form.steps if anew and step.default}
    message = background.messages[-1] if background.messages else None
    say = (form.intro,) if anew and form.intro else ()
    if message is not None and form.method in defaults and (named := way_named(form, "", defaults, message, region)):
        defaults[form.method] = named
        say = (f"utter_{form.kind}_intro_{named}",)
    changes: dict[str, Any] = defaults | prefill(
        form, {**values, **defaults}, background.facts, background.messages, region
    )
    if message is not None and changes.get(form.method) == "phone" and refuses_call(form, values, message):
        changes |= {form.method: None, form.address: None}
        say = (*say, "utter_no_call")
    way = form.step(form.method)
    if message is not None and way is not None and not anew and values.get(form.method) is None:
        changes[form.method] = way.read_surely(message, values, region)  # the way that it waited for
    requested = _next(form, {**values, **changes}, skipped)
    return FormTurn(requested=requested, changes=changes, skipped=tuple(skipped), say=say)


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
    if form.step(edited := edited_slot(message)) is not None:
        return _reopen(form, values, tuple(skipped), edited)
    step = form.step(requested)
    earlier = background.earlier(lambda each: step.read(each, values, region) if step else None)
    offered = offer_of(background.written_from) if background.offers_it and background.written_from else None
    interpretation = interpret(form, requested, values, message, region, earlier, offered)
    left_out = tuple(skipped)
    match interpretation.act:
        case DialogueAct.DIGRESSION:
            return FormTurn(digression=True, requested=requested, skipped=left_out)
        case DialogueAct.CANCEL:
            return FormTurn(changes={form.confirmed: False}, skipped=left_out)
        case DialogueAct.WHY:
            return FormTurn(requested=requested, skipped=left_out, say=(f"utter_why_{requested}",))
        case DialogueAct.COURTESY:
            welcome = ("utter_welcome",) if interpretation.value == "thanks" else ()
            return FormTurn(requested=requested, skipped=left_out, say=welcome)
        case DialogueAct.DENY:
            return FormTurn(requested=requested, changes={requested: None}, skipped=left_out)
        case DialogueAct.NO_CALL:
            turn = _reopen(form, values, left_out, form.method)
            return replace(turn, changes={**turn.changes, form.confirmed: None}, say=("utter_no_call",))
        case (
            DialogueAct.WISH
            | DialogueAct.HOPE
            | DialogueAct.RUDE
            | DialogueAct.HOW_MANY
            | DialogueAct.HOW_TO_CANCEL
            | DialogueAct.COST
            | DialogueAct.WHO
            | DialogueAct.FOR_OTHER
        ):
            return FormTurn(requested=requested, skipped=left_out, say=(_reply_to(interpretation.act, form),))
        case DialogueAct.SKIP if step is None or not step.optional:
            return FormTurn(requested=requested, skipped=left_out, say=("utter_cannot_skip",))
        case DialogueAct.SKIP:
            left_out = (*left_out, requested)
            return FormTurn(requested=_next(form, values, left_out), skipped=left_out)
        case DialogueAct.KEEP | DialogueAct.BACK if requested == CHANGE:
            return FormTurn(requested=_next(form, values, left_out), skipped=left_out)
        case DialogueAct.BACK:
            return _reopen(form, values, left_out, _before(form, values, requested))
        case DialogueAct.CHANGE if requested in {form.confirmed, CHANGE}:
            return FormTurn(requested=CHANGE, changes={form.confirmed: None}, skipped=left_out)
        case DialogueAct.CHANGE:
            return _reopen(form, values, left_out, _before(form, values, requested))
        case DialogueAct.CORRECT if interpretation.value is None or _is_as_before(values, interpretation):
            turn = _reopen(form, values, left_out, interpretation.slot)
            left_out_part = requested == form.confirmed and interpretation.slot in ASKS_WHAT_MOVES
            return replace(turn, say=("utter_tell_anew",)) if left_out_part else turn
        case DialogueAct.ANSWER | DialogueAct.CORRECT:
            turn = _fill(form, values, left_out, str(interpretation.slot), interpretation.value, background, region)
            slot = str(interpretation.slot)
            said: tuple[str, ...] = _noted(requested, slot, interpretation.act is DialogueAct.CORRECT)
            if not said and _was_reopened(form, values, turn, slot):
                said = _noted(requested, slot, True)
            if background.in_doubt and slot == form.address:
                said = said or (f"utter_noted_{slot}",)
            return replace(turn, say=said, shown=slot if said else None)
        case DialogueAct.ANSWER_OTHER:
            slot = str(interpretation.slot)
            turn = _fill(form, values, left_out, slot, interpretation.value, background, region)
            said = ("utter_noted_other" if slot != form.address else f"utter_noted_{slot}",)
            return replace(turn, say=said, shown=slot)
        case DialogueAct.DOUBTFUL:
            doubt: Doubt = interpretation.value
            return FormTurn(requested=requested, skipped=left_out, doubt=doubt.response, candidates=doubt.shown)
    return FormTurn(requested=requested, skipped=left_out, say=(f"utter_invalid_{requested}",))


def _fill(
    form: Form, values: Values, skipped: tuple[str, ...], slot: str, value: Any, background: Background, region: str
) -> FormTurn:
    changes: dict[str, Any] = {slot: value}
    said_of = str(values.get("for_whom") or background.facts.get("for_whom") or "self")
    changes |= outdated(form, {**values, "for_whom": said_of}, slot, value)
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


def _is_as_before(values: Values, correction: Interpretation) -> bool:
    """Whether several options read from a correction are those that were there: what is wrong was not understood."""
    if correction.slot not in SEVERAL:
        return False
    return sorted(correction.value) == sorted(values.get(correction.slot) or ())


def _noted(requested: str, slot: str, corrected: bool) -> tuple[str, ...]:
    """Return what acknowledges an answer or a change; to most answers the next question is enough."""
    if corrected or slot != requested:
        return (f"utter_changed_{slot}" if slot in _SHOWN_AGAIN else "utter_changed_answer",)
    return (f"utter_noted_{slot}",) if slot in _NOTED else ()


def _was_reopened(form: Form, values: Values, turn: FormTurn, slot: str) -> bool:
    """Whether an answer takes the place of one that the visitor wanted changed: what comes after it was answered."""
    after = form.order[form.order.index(slot) + 1 :]
    answered = any(values.get(each) is not None or each in turn.skipped for each in after)
    return slot in _SHOWN_AGAIN and answered and turn.requested == form.confirmed


def _reply_to(act: DialogueAct, form: Form) -> str:
    replies = {
        DialogueAct.WISH: f"utter_under_way_{form.kind}",
        DialogueAct.WHO: f"utter_who_calls_{form.kind}",
        DialogueAct.HOPE: "utter_hope_first",
        DialogueAct.COST: "utter_cost",
        DialogueAct.HOW_TO_CANCEL: "utter_how_to_cancel",
        DialogueAct.RUDE: "utter_rude",
        DialogueAct.FOR_OTHER: "utter_for_another",
    }
    return replies.get(act, "utter_how_many")


def questions_left(form: Form, values: Values, skipped: Sequence[str]) -> int:
    """Count the questions that are still to be answered, without the summary."""
    asked = (slot for slot in form.order if slot != form.confirmed)
    return sum(values.get(slot) is None and slot not in skipped for slot in asked)


def _before(form: Form, values: Values, requested: str) -> str | None:
    # What has a default is not asked on the way, unless it was once.
    order = [slot for slot in form.order if slot == requested or not is_default(form, slot, values)]
    position = order.index(requested) if requested in order else len(order) - 1
    return order[position - 1] if position > 0 else None


def _next(form: Form, values: Values, skipped: Sequence[str]) -> str | None:
    return next((slot for slot in form.order if values.get(slot) is None and slot not in skipped), None)


def is_default(form: Form, slot: str, values: Values) -> bool:
    """Whether a step holds what it holds as long as the visitor says nothing else: then it is not asked."""
    step = form.step(slot)
    return step is not None and step.default is not None and values.get(slot) in {None, step.default}


def outdated(form: Form, values: Values, slot: str, value: Any) -> dict[str, None]:
    """Return the answers that a new value makes void, emptied: the other kind's address, another person's answers."""
    void: dict[str, None] = {}
    if slot == form.method and not fits(value, values.get(form.address)):
        void[form.address] = None
    if slot == "for_whom" and value != values.get("for_whom"):
        void |= {each: None for each in ABOUT_PATIENT if values.get(each)}
    return void


def fits(method: str | None, address: str | None) -> bool:
    """Tell whether an address serves for a way to be reached; for a way that is not known yet only a missing one."""
    return address is None or ("@" in address) == (method == "email")
