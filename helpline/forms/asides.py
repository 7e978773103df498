"""What a visitor says to a form that is no answer to its question, known by words.

Another way to be reached, "please don't phone", the wish for the request once more, rude words, how long it takes, what
it costs, who will call: each gets its own reply, and then the question again (helpline/forms/interpretation.py).
"""

import re

from helpline.forms.answers import read_choice
from helpline.forms.definition import Form, Values
from helpline.forms.email_addresses import read_email
from helpline.forms.message import Message, is_question
from helpline.forms.phone_numbers import read_phone_number
from helpline.text.form_words import RequestWords
from helpline.text.lexicon import Lexicon

# Where nearly any text is an answer, a longer message is one, whatever it mentions.
_SHORT = 8
_RUDE_ALONE = 4
# To the question for an address, one that names another way and hardly more asks for that way: "email please".
_NAMES_WAY = 3
# A question on what follows the form is no longer than this; what is longer tells a story.
_QUESTION = 14
# A wish such as "call me back" has at least so many words; fewer may be an answer.
_WISH = 3


def way_named(form: Form, requested: str, values: Values, message: Message, region: str) -> str | None:
    """Return the other way to be reached that a message turns to: "email me instead" is ``email``.

    To the question for an address the name of another way alone turns to it, and so does an address of the other kind.

    Returns:
        A key of the question's options; an empty text for another way that is not named; None where the message turns
        to none.
    """
    words, text = _words(), message.text
    now = values.get(form.method)
    current = form.step(requested)
    if now is None or (current and current.free and len(text.split()) > _SHORT):
        return None
    kept, denied = re.subn(words.old_way.expression, " ", text, flags=re.IGNORECASE)
    named = read_choice("contact_method", kept)
    if requested == form.address:
        if (way := _way_of_address(now, text, region)) is not None:
            return way
        if named not in {None, now} and len(text.split()) <= _NAMES_WAY:
            return named
    if not denied and not words.another_way.within(text):
        return None
    if named is None and requested == form.address and words.way_unnamed.within(text):
        return ""
    return named if named != now else None


def _way_of_address(now: str, text: str, region: str) -> str | None:
    """Return the way of an address that was given in the place of one of another kind, as `way_named` does.

    A number serves for a call and for a text message: then which one is asked.
    """
    number, email = read_phone_number(text, region), read_email(text)
    if now == "email":
        return "" if number is not None and email is None else None
    return "email" if email is not None and number is None else None


def refuses_call(form: Form, values: Values, message: Message) -> bool:
    """Tell whether somebody who would be phoned must not be: "please don't phone, he listens"."""
    return values.get(form.method) in {None, "phone"} and _words().no_call.within(message.text) is not None


def wishes_again(form: Form, message: Message) -> bool:
    """Tell whether a message says no more than that one wants what the form is about."""
    said = re.findall(r"[\w'\u2019]+", message.text.replace("\u2019", "'"))
    words = _words()
    if len(said) < _WISH or not words.kinds[form.kind].within(message.text):
        return False
    return all(words.wish_again.fullmatch(word) for word in said)


def is_for_another(form: Form, message: Message) -> bool:
    """Tell whether a message with no number says that the call is for somebody else, in a form that does not ask."""
    if form.step("for_whom") is not None or any(sign.isdigit() for sign in message.text):
        return False
    return Lexicon.load().whose_illness.other.search(message.text) is not None


def is_rude(message: Message, *, free: bool) -> bool:
    """Tell whether a message swears at the form. Where any text is an answer, only one that says hardly more."""
    short = not free or len(message.text.split()) <= _RUDE_ALONE
    return short and _words().rude.within(message.text) is not None


def asks_how_many(message: Message) -> bool:
    """Tell whether a message asks how long the form goes on."""
    return _words().how_many.within(message.text) is not None


def asks_how_to_cancel(message: Message) -> bool:
    """Tell whether a message asks how to withdraw the request, which withdraws nothing."""
    return _asks_of_process(message) and _words().how_to_cancel.within(message.text) is not None


def asks_cost(message: Message) -> bool:
    """Tell whether a message asks what a call or a match costs."""
    return _asks_of_process(message) and _words().cost.within(message.text) is not None


def asks_who(message: Message) -> bool:
    """Tell whether a message asks who will be in touch."""
    return _asks_of_process(message) and _words().who_calls.within(message.text) is not None


def _asks_of_process(message: Message) -> bool:
    return len(message.text.split()) <= _QUESTION


def describes_person(message: Message) -> bool:
    """Tell whether a message says what somebody should be like, and does not ask for a person at once."""
    words, text = _words(), message.text
    return words.describes_person.within(text) is not None and not words.at_once.within(text)


def hopes_for_person(message: Message) -> bool:
    """Tell whether a message says what somebody should be like, or should not be, and asks nothing."""
    refused = _words().refuses_person.within(message.text) is not None
    return (refused or describes_person(message)) and not is_question(message)


def _words() -> RequestWords:
    return Lexicon.load().requests
