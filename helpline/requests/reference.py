"""Reference codes that a person can read out on the phone, such as K7QM-3F."""

import re
import secrets

from helpline.text.lexicon import Lexicon

# Without 0/O, 1/I/L, 2/Z, 5/S, 8/B and U/V: none of these is mistaken for another by eye or on the phone.
ALPHABET = "ACDEFGHJKMNPQRTWXY34679"
_LENGTH = 6
# Whatever a keyboard, a phone or a word processor makes of the dash.
_DASH = "[-_\u2010-\u2015\u2212\ufe58\ufe63\uff0d]"
_SHAPE = re.compile(
    rf"(?<![A-Za-z0-9])([{ALPHABET}]{{4}})(?:\s?{_DASH}+\s?|\s)?([{ALPHABET}]{{2}})(?![A-Za-z0-9])", re.I
)
# A message that is about a code has at most so many other words.
_FEW_WORDS = 8


def new_reference() -> str:
    """Make a code at random; 23 to the power of 6 of them, so that none is found by guessing a few."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def find_reference(text: str) -> str | None:
    """Find the first code in a message, in any case, with or without its dash.

    A code without dash counts only when it holds a digit or is in capitals, so that "garden" is a word.
    """
    for match in _SHAPE.finditer(text):
        code = f"{match[1]}-{match[2]}".upper()
        dashed = re.search(_DASH, match[0]) is not None
        if dashed or match[0].isupper() or (any(c.isdigit() for c in code) and " " not in match[0]):
            return code
    return None


def meant_reference(text: str, *, expected: bool = False) -> str | None:
    """Find the code that a message is about: it says nothing but the code, or a few words around it.

    Here a word in capitals is no code ("CANCER" has the shape of one). In letters alone and without its dash a code
    counts only after a word such as "code", or when it was asked for and is the whole message.

    Args:
        text: The message.
        expected: Whether a code was asked for, or just given.
    """
    words = Lexicon.load().requests
    for match in _SHAPE.finditer(text):
        code = f"{match[1]}-{match[2]}".upper()
        around = re.findall(r"\w+", f"{text[: match.start()]} {text[match.end() :]}")
        dashed = re.search(_DASH, match[0]) is not None
        certain = dashed or (any(c.isdigit() for c in code) and (" " not in match[0] or match[0].isupper()))
        named = words.code_before.search(text[: match.start()]) is not None
        if named or (certain and len(around) <= _FEW_WORDS) or (expected and not around):
            return code
    return None


def is_reference(text: str) -> bool:
    """Tell whether a text is a code with its dash, and nothing else."""
    match = _SHAPE.fullmatch(text.strip(" \t\n.,!?'\"()[]*#\u201c\u201d"))
    return match is not None and re.search(_DASH, match[0]) is not None


def code_in_form(text: str) -> str | None:
    """Find the code that a message within a form is about: the whole message, or with a word such as "code" beside it.

    There a name or a number may look like one, so that its shape alone is not enough.
    """
    if is_reference(text):
        return meant_reference(text)
    words = Lexicon.load().requests
    named = words.code.within(text) or words.code_of.within(text)
    return meant_reference(text) if named else None


def without_reference(text: str) -> str:
    """Return a text without its codes: "cancel K7QM-3F" says "cancel"."""
    return " ".join(_SHAPE.sub(" ", text).split())
