"""Reads what a message says to another question than the one that was asked.

Corrections of answers given before, additions to what takes several, and answers to what is not asked yet.
"""

import re
from typing import Any

from rapidfuzz import fuzz

from helpline.forms.acts import DialogueAct, Interpretation
from helpline.forms.answers import is_data_alone, says_only, says_only_when, time_in
from helpline.forms.asides import refuses_call, way_named
from helpline.forms.definition import ASKS_WHAT_MOVES, LONGEST_TEXT, Form, Step, Values
from helpline.forms.denials import Doubt
from helpline.forms.message import TOPIC_INTENTS, Message, is_question
from helpline.forms.person_names import is_name_alone, read_name
from helpline.text.lexicon import Lexicon

# Steps whose answers are several options.
SEVERAL = ("spread_sites", "cancer_subtype")
# Answers about the illness that their words alone tell.
OF_ILLNESS = (*SEVERAL, "age_range")
TIMES = ("best_time", "preferred_times")
# So few words name an answer and say no more; so few turn to another value.
_FEW = 2
_MOVING = 9
_LONG_WORD = re.compile(r"\w{4,}")
# From this likeness on (0 to 100), two names are spellings of one.
_ANOTHER_SPELLING = 55


def interpret_correction(
    form: Form, requested: str, values: Values, message: Message, region: str
) -> Interpretation | None:
    """Return the correction in a message such as "that's wrong, my number is …", or None when it corrects nothing."""
    current = form.step(requested)
    free = current is not None and current.free
    words = Lexicon.load().correction
    said = words.patterns.at_start(message.text) if free else words.patterns.within(message.text)
    explicit = said is not None or message.means("correct_value")
    slot = named_slot(form, message.text)
    restated = slot not in {None, requested} and words.restatement.within(message.text)
    if not explicit and not restated:
        return None
    slot = slot or _slot_by_value(form, values, message, region)
    if free and slot in {None, requested}:
        return None
    if slot is None and is_question(message) and message.intent in TOPIC_INTENTS:
        return None  # "actually, what is NED" corrects nothing
    if slot is None:
        answer = current.read(message, values, region) if current else None
        if isinstance(answer, Doubt):
            return None
        return Interpretation(DialogueAct.ANSWER, requested, answer) if answer else Interpretation(DialogueAct.CHANGE)
    value = _new_value(form, slot, values, message, region)
    return None if free and value is None and not explicit else Interpretation(DialogueAct.CORRECT, slot, value)


def interpret_correction_of_last(
    form: Form, requested: str, values: Values, message: Message, region: str
) -> Interpretation | None:
    """Return the correction of the answer just given: "no, it's Hannah", "sorry, 62". None where there is none."""
    said = Lexicon.load().correction.of_last.match(message.text.strip())
    current, last = form.step(requested), _answered_before(form, requested, values)
    if said is None or current is None or last is None or is_question(message):
        return None
    value = said["value"].strip(" \t.!")
    rest = Message(value, entities=message.entities)
    if not current.free and current.read(rest, values, region) is not None:
        return None  # it answers the question that was asked
    if last.free:
        meant = value if last.slot in TIMES and is_data_alone(value) and Lexicon.load().times.within(value) else None
    elif last.slot == "first_name":
        name = last.read_surely(rest, values, region) if said["stated"] and is_name_alone(value) else None
        meant = name if name and (_has_capital(value) or _is_like(name, str(values[last.slot]))) else None
    else:
        meant = last.read_surely(rest, values, region)
    return Interpretation(DialogueAct.CORRECT, last.slot, meant) if meant else None


def _answered_before(form: Form, requested: str, values: Values) -> Step | None:
    """Return the step that was answered last before the question that is asked now."""
    place = form.order.index(requested) if requested in form.order else len(form.order)
    answered = [slot for slot in form.order[:place] if values.get(slot) is not None]
    steps = [step for step in map(form.step, answered) if step is not None and values[step.slot] != step.default]
    return steps[-1] if steps else None


def _has_capital(value: str) -> bool:
    return value[:1].isupper() and not value.isupper()


def _is_like(new: str, old: str) -> bool:
    """Tell whether a name is another spelling of one: what is corrected mostly is a slip."""
    return fuzz.ratio(new.casefold(), old.casefold()) >= _ANOTHER_SPELLING


def interpret_addition(
    form: Form, requested: str, values: Values, message: Message, region: str
) -> Interpretation | None:
    """Return what is added to an answer that takes several: "I also have HER2+". None where nothing is."""
    current = form.step(requested)
    words = Lexicon.load().correction.addition
    adds = words.at_start(message.text) if current is not None and current.free else words.within(message.text)
    if not adds or message.text.strip().endswith("?"):
        return None
    for slot in SEVERAL:
        step = form.step(slot)
        asked_before = step is not None and slot != requested and _is_before(form, slot, requested)
        if step is None or not asked_before:
            continue
        given = list(values.get(slot) or ())
        new = [each for each in step.read_surely(message, values, region) or () if each not in given]
        if new:
            return Interpretation(DialogueAct.CORRECT, slot, [*given, *new])
    return None


def interpret_other_answer(
    form: Form, requested: str, values: Values, message: Message, region: str
) -> Interpretation | None:
    """Return the answer to another question that a message is and no more: "she is 71", "bones and liver", a number.

    Of the illness only what is not answered yet counts; a number or an address only where there is one already, so that
    it takes its place.
    """
    address = form.step(form.address)
    given = address is not None and requested != form.address and values.get(form.address) is not None
    # Nor does a number beside a few words say when: "sorry, no glasses. 215 877 4310".
    beside_time = requested in TIMES and time_in(message.text) is None
    if address is not None and given and (is_data_alone(message.text) or beside_time):
        contact = address.read_surely(message, values, region)
        if contact:
            return Interpretation(DialogueAct.ANSWER_OTHER, form.address, contact)
    if message.text.strip().endswith("?"):
        return None
    times = next((step for step in form.steps if step.slot in TIMES), None)
    answered = times is not None and values.get(times.slot) is not None and requested in ASKS_WHAT_MOVES
    if times is not None and answered and says_only_when(message.text):
        return Interpretation(DialogueAct.ANSWER_OTHER, times.slot, times.read_surely(message, values, region))
    for slot in OF_ILLNESS:
        step = form.step(slot)
        asked = step is not None and values.get(slot) is None and slot != requested
        # A few figures where a number is asked for are a part of one.
        if step is None or not asked or not says_only(slot, message.text) or requested == form.address:
            continue
        value = step.read_surely(message, values, region)
        if value:
            return Interpretation(DialogueAct.ANSWER_OTHER, slot, value)
    return None


def _is_before(form: Form, slot: str, requested: str) -> bool:
    return requested not in form.order or form.order.index(slot) < form.order.index(requested)


def correction_in(form: Form, values: Values, message: Message, region: str) -> tuple[str | None, Any]:
    """Return which answer a message wants changed, None for none, and its new value, None where it gives none."""
    way = way_named(form, "", values, message, region)
    if way is not None or refuses_call(form, values, message):
        return form.method, way or None
    slot = named_slot(form, message.text) or _slot_by_value(form, values, message, region)
    return (slot, _new_value(form, slot, values, message, region)) if slot else (None, None)


def change_in_summary(form: Form, values: Values, message: Message, region: str) -> Interpretation | None:
    """Return the change that a few words below a summary ask for: "time", "mornings", "make it afternoons"."""
    lexicon, text = Lexicon.load(), message.text.strip()
    words = len(text.split())
    if lexicon.decision.leaving.within(text) is not None:
        return None
    few, begins = words <= _FEW, lexicon.timed.match(text) is not None and not is_question(message)
    moves = words <= _MOVING and (begins or lexicon.correction.moving.at_start(text))
    # "Everything is right except my age, it's 65", "the name is Viera".
    states = lexicon.correction.stating.match(text) is not None
    excepts = (states or lexicon.decision.doubt.within(text)) and not is_question(message)
    if (contact := _other_contact(form, values, message, region)) is not None:
        return Interpretation(DialogueAct.CORRECT, form.address, contact)
    if states and is_name_alone(text):
        return Interpretation(DialogueAct.CORRECT, "first_name", read_name(text, message.values("person_name")))
    if not few and not moves and not excepts:
        return None
    slot, value = correction_in(form, values, message, region)
    if slot in TIMES and not (few and value):
        value = (text if begins else time_in(text)) or value
    elif not few and not moves and named_slot(form, text) != slot:
        return None
    told = slot is not None and (value is not None or (few and named_slot(form, text) == slot))
    return Interpretation(DialogueAct.CORRECT, slot, value) if told else None


def _other_contact(form: Form, values: Values, message: Message, region: str) -> str | None:
    """Return the number or address in a message that is not the one that was given; None for none, or in doubt."""
    step = form.step(form.address)
    contact = step.read_surely(message, values, region) if step is not None else None
    return contact if contact and contact != values.get(form.address) else None


def edit_of_summary(form: Form, values: Values, message: Message) -> Interpretation | None:
    """Return what a message below a summary leaves out or adds: "drop the reason", "tell them I'm hard of hearing"."""
    edit = Lexicon.load().correction.edit.match(message.text)
    about = next(slot for slot in ASKS_WHAT_MOVES if form.step(slot) is not None)
    if edit is None or not edit["rest"].strip(" .!?"):
        return None
    if edit["removing"]:
        is_part = Lexicon.load().correction.part.within(edit["rest"]) or _share_word(edit["rest"], values.get(about))
        slot = named_slot(form, edit["rest"]) or (about if is_part else None)
        return _asked_anew(form, values, slot)
    if named_slot(form, edit["rest"]) is not None:
        return None
    said = "; ".join(filter(None, (values.get(about), edit["rest"].strip())))
    return Interpretation(DialogueAct.CORRECT, about, said[:LONGEST_TEXT])


def leaves_out(form: Form, requested: str, values: Values, message: Message) -> Interpretation | None:
    """Return what a message leaves out by name before the summary is shown: "forget the time", "delete the topic"."""
    edit = Lexicon.load().correction.edit.match(message.text)
    if edit is None or not edit["removing"]:
        return None
    slot = named_slot(form, edit["rest"])
    step = form.step(slot)
    if step is not None and step.optional and slot == requested:
        return Interpretation(DialogueAct.SKIP)
    return _asked_anew(form, values, slot)


def _asked_anew(form: Form, values: Values, slot: str | None) -> Interpretation | None:
    """Return that an answer is dropped and its question asked anew; None where it must be answered or was not."""
    step = form.step(slot)
    is_left_out = step is not None and step.optional and values.get(step.slot) is not None
    return Interpretation(DialogueAct.CORRECT, slot) if is_left_out else None


def _share_word(text: str, value: str | None) -> bool:
    """Tell whether a text has a word of an answer, small words aside."""
    return not set(_LONG_WORD.findall(text.lower())).isdisjoint(_LONG_WORD.findall(str(value or "").lower()))


def named_slot(form: Form, text: str) -> str | None:
    """Return the slot of the answer that a text names; None for none."""
    names = Lexicon.load().answers
    return next((step.slot for step in form.steps if names[step.slot].within(text)), None)


def _slot_by_value(form: Form, values: Values, message: Message, region: str) -> str | None:
    """Return the slot that a corrected value is for, as far as the value itself tells."""
    for slot in ("phone_number", "contact_address", "best_time", "preferred_times"):
        step = form.step(slot)
        if step is None:
            continue
        found = Lexicon.load().times.within(message.text) if step.free else step.read_surely(message, values, region)
        if found:
            return slot
    for slot in SEVERAL:
        step = form.step(slot)
        if step and values.get(slot) and step.read_surely(message, values, region):
            return slot
    return "first_name" if message.values("person_name") else None


def _new_value(form: Form, slot: str, values: Values, message: Message, region: str) -> Any:
    """Read the new value of a slot: from the whole message, else from what stands after the name of the answer."""
    step = form.step(slot)
    assert step is not None  # noqa: S101 - slots come from the form's steps
    whole = step.read_surely(message, values, region) if not step.free and slot != "first_name" else None
    if whole:
        return whole
    lexicon = Lexicon.load()
    named = lexicon.answers[slot].within(message.text)
    text = lexicon.correction.link.sub("", message.text[named.end() :]) if named else ""
    instead = lexicon.correction.replacement.search(message.text)
    if not text and instead:
        text = instead["value"]
    text = lexicon.correction.old.sub("", text).strip().rstrip("?.! ")
    text = lexicon.correction.trailing.sub("", text).strip()
    return step.read_surely(Message(text, entities=message.entities), values, region) if text else None
