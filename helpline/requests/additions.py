"""Reads what somebody adds to a request that was saved: "I also have HER2+", "oh and mornings are better".

Nothing said after the yes is in the request. What its form asks for is shown as a change, which a yes saves; the rest
cannot be in it, and that is said (actions/change_request.py).
"""

import re
from dataclasses import dataclass
from typing import Any

from helpline.forms.answers import denied_choices, read_choices
from helpline.forms.asides import refuses_call, way_named
from helpline.forms.corrections import OF_ILLNESS, SEVERAL, TIMES, named_slot
from helpline.forms.definition import ASKS_WHAT_MOVES, FORMS, Form, Values
from helpline.forms.message import Message, is_about_oneself
from helpline.requests.request import Request
from helpline.requests.summary import slots_of
from helpline.text.lexicon import Lexicon
from helpline.text.normalising import straightened

# With more words around it a time or a place of spread is part of a story.
_MOST_WORDS = 12


@dataclass(frozen=True)
class Addition:
    """What a message adds to a request.

    Attributes:
        slot: The answer of its form that it adds to.
        value: That answer with the addition; None where the slot is named and its value is not.
        is_there_already: Whether the request holds it.
    """

    slot: str
    value: Any
    is_there_already: bool = False


def says_addition(text: str) -> bool:
    """Tell whether a message says outright that it adds something: "I forgot to say", "can you add that"."""
    return Lexicon.load().requests.adds.within(text) is not None


def may_be_addition(text: str) -> bool:
    """Tell whether a message may add to a request that was spoken of just now: it holds what a form asks for."""
    words = Lexicon.load().requests
    if len(text.split()) > _MOST_WORDS or words.adds_nothing.within(text):
        return False
    if prefers_time(text):
        return True
    if text.strip().endswith("?") or not words.adds_lately.within(text):
        return False
    named = any(read_choices(slot, text) for slot in SEVERAL)
    return named or any(named_slot(form, text) in ASKS_WHAT_MOVES for form in FORMS.values())


def goes_on_about_oneself(text: str) -> bool:
    """Tell whether a message, right after a request was saved, goes on about oneself: "one more thing, I'm a nurse"."""
    words = Lexicon.load().requests
    short = len(text.split()) <= _MOST_WORDS and not words.adds_nothing.within(text)
    return short and words.adds_lately.at_start(text.strip()) is not None and is_about_oneself(Message(text))


def adds_to_request(text: str) -> bool:
    """Tell whether a message that is about a saved request adds to it, and does not name what shall be changed."""
    words = Lexicon.load().requests
    names_change = words.change.within(text) or words.change_once_saved.within(text)
    return says_addition(text) or (not names_change and (may_be_addition(text) or goes_on_about_oneself(text)))


def prefers_time(text: str) -> bool:
    """Tell whether a message says when it is good to call: "not before noon please".

    It is about a call, or about nothing but a time: "my pain is worse at night" is no wish.
    """
    lexicon = Lexicon.load()
    words = lexicon.requests
    if lexicon.times.within(text) is None or words.prefers_time.within(text) is None:
        return False
    if words.kinds["callback"].within(text):
        return True
    left = straightened(text)
    for known in (words.adds_before, words.prefers_time, lexicon.times, lexicon.around_times, lexicon.around_options):
        left = known.without(left)
    return all(words.wish_again.fullmatch(word) for word in re.findall(r"\w+", left))


def read_addition(form: Form, request: Request, message: Message, region: str) -> Addition | None:
    """Return what a message adds to a request; None where its form does not ask for it.

    Args:
        form: The form that makes such requests.
        request: The request that was saved.
        message: What the visitor said.
        region: Region of phone numbers without country code.
    """
    values = slots_of(request)
    way = way_named(form, "", values, message, region)
    if way is not None or refuses_call(form, values, message):
        return Addition(form.method, way or None)
    address = form.step(form.address)
    if address is not None and (given := address.read_surely(message, values, region)):
        return Addition(form.address, given, given == values[form.address])
    before = Lexicon.load().requests.addition_before.match(message.text)
    added = message.text[before.end() if before else 0 :].strip()
    times = next(step.slot for step in form.steps if step.slot in TIMES)
    if prefers_time(message.text):
        return Addition(times, added, added == values[times])
    if (of_illness := _of_illness(form, values, message, region)) is not None:
        return of_illness
    topic = named_slot(form, message.text)
    if topic not in ASKS_WHAT_MOVES:
        return None
    return Addition(topic, "; ".join(filter(None, (values[topic], added))))


def _of_illness(form: Form, values: Values, message: Message, region: str) -> Addition | None:
    for slot in OF_ILLNESS:
        step = form.step(slot)
        value = step.read_surely(message, values, region) if step is not None else None
        if value and slot in SEVERAL:
            denied = denied_choices(slot, message.text)
            given = list(values[slot] or ())
            value = list(dict.fromkeys(key for key in [*given, *value] if key not in denied))
            return Addition(slot, value, value == given)
        if value:
            return Addition(slot, value, value == values[slot])
    return None
