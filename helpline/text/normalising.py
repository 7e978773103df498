"""One spelling for what people type in many ways, before anything reads a message.

What carries no meaning is made the same: kinds of quotes, kinds of letters, letters held down. No word is corrected:
names and contact details stay as they were typed (`helpline.text.mending` corrects what the models read).
"""

import re
import unicodedata

QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u02bc": "'", "`": "'", "\u00b4": "'"})
_DOUBLE_QUOTES = str.maketrans(dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\u300c\u300d", '"'))
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
# Stage III, IIIA to IIIC, is a figure.
HELD_LETTER = re.compile(r"(?!(?<![a-z])iii[abc]?(?![a-z]))([a-z])\1{2,}", re.IGNORECASE)
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


def in_another_script(text: str) -> bool:
    """Whether most letters of a text are not those of English: Arabic, Chinese, Cyrillic."""
    letters = [sign for sign in text if unicodedata.category(sign)[0] == "L"]
    return sum(not unicodedata.name(sign, "").startswith("LATIN") for sign in letters) * 2 > len(letters)


def straightened(text: str) -> str:
    """Return the text with plain digits, quotes, dashes and spaces, and all else as it was typed."""
    text = "".join(sign for sign in unicodedata.normalize("NFKC", text.translate(QUOTES)) if not _is_invisible(sign))
    return _DASHES.sub("-", text.translate(_DOUBLE_QUOTES))


def _is_invisible(sign: str) -> bool:
    return unicodedata.category(sign) == "Cf"
