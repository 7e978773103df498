"""One spelling for what people type in many ways, before anything reads a message.

What carries no meaning is made the same: kinds of quotes, kinds of letters, letters held down. No word is corrected: a
general corrector turns names of drugs into other words, and n-grams of characters bear typos better.
"""

import re
import unicodedata

QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u02bc": "'", "`": "'", "\u00b4": "'"})
HELD_LETTER = re.compile(r"([a-z])\1{2,}", re.IGNORECASE)
REPEATED_SIGN = re.compile(r"([!?.,])[!?.,]+")
SPACE = re.compile(r"\s+")


def normalised(text: str) -> str:
    """Return the text with one kind of quotes, nothing invisible, no held letters or repeated signs, and single spaces.

    Capitals stay; a letter three times or more becomes two ("soooo" is "soo").
    """
    text = text.translate(QUOTES)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    text = HELD_LETTER.sub(r"\1\1", text)
    text = REPEATED_SIGN.sub(r"\1", text)
    return SPACE.sub(" ", text).strip()


def says_something(text: str) -> bool:
    """Whether a text holds a letter, a digit or a picture; signs and what cannot be seen say nothing."""
    return any(unicodedata.category(sign)[0] in "LN" or unicodedata.category(sign) == "So" for sign in text)
