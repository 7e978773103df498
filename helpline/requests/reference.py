"""Reference codes that a person can read out on the phone, such as K7QM-3F."""

import re
import secrets

# Without 0/O, 1/I/L, 2/Z, 5/S, 8/B and U/V: none of these is mistaken for another by eye or on the phone.
ALPHABET = "ACDEFGHJKMNPQRTWXY34679"
_LENGTH = 6
_SHAPE = re.compile(
    rf"(?<![A-Za-z0-9])([{ALPHABET}]{{4}})(?:\s?[-\u2013]\s?|\s)?([{ALPHABET}]{{2}})(?![A-Za-z0-9])", re.I
)


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
        dashed = re.search(r"[-\u2013]", match[0]) is not None
        if dashed or match[0].isupper() or (any(c.isdigit() for c in code) and " " not in match[0]):
            return code
    return None
