"""Cleans what a visitor typed, before anything else reads it.

Rasa takes a message that begins with ``/`` for a command: an intent, a restart. Only buttons may do that. And what
no database can store (the character NUL, half of a surrogate pair) must not come as far as one.
"""

import unicodedata

# Control, format (zero-width, bidi, soft hyphen, tags), surrogate and private-use characters.
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co"})
_LINE_BREAKS = str.maketrans({"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"})


def clean_text(text: str) -> str:
    """Return the text without invisible characters, and without what would make it a command.

    Line breaks stay, as ``\\n``; tabs become spaces; leading slashes go, however they are hidden. The result
    may be empty.
    """
    lines = text.replace("\r\n", "\n").translate(_LINE_BREAKS).replace("\t", " ")
    visible = "".join(
        character
        for character in lines
        if character == "\n" or not (unicodedata.category(character) in _DROPPED or _is_noncharacter(character))
    )
    start = 0
    while start < len(visible) and (visible[start] == "/" or visible[start].isspace()):
        start += 1
    return visible[start:].rstrip()


def _is_noncharacter(character: str) -> bool:
    code = ord(character)
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
