"""Spoiled copies of training messages, so that the encoder learns to read what hurried or upset people type.

A spoiled message keeps its meaning: letters slip, words are shortened as in text messages, capitals and full stops go.
"""

import random

from evaluation.safety.perturbations import with_typos

# Words as they are shortened in text messages, and key words as they are often misspelt.
SHORTENED = {
    "you": "u", "are": "r", "your": "ur", "for": "4", "to": "2", "what": "wat", "with": "w", "because": "bc",
    "please": "pls", "right": "rite", "back": "bak", "about": "abt", "people": "ppl", "though": "tho", "know": "kno",
    "night": "nite", "treatment": "tx", "diagnosis": "dx", "the": "teh", "that": "dat", "later": "l8r",
    "before": "b4", "why": "y", "see": "c", "cancer": "cancr", "breast": "brest", "metastatic": "metstatic",
    "tomorrow": "tmrw", "something": "smth", "doctor": "doc", "anyone": "any1", "thanks": "thx", "would": "wud",
}  # fmt: skip
_SHORTENED_AT_ALL = 0.6
_VOWELS_DROPPED = 0.15
_VOWEL_KEPT = 0.4
_FROM_LETTERS = 6
_SIGNS = frozenset(".,?!'\"")


def augmented(text: str, chance: random.Random) -> str:
    """Return a text as it is, or spoiled in one of the ways people spoil them.

    Args:
        text: A normalised message.
        chance: The chances taken; the same seed gives the same spoils.
    """
    way = chance.random()
    if way < 0.4:
        return text
    if way < 0.6:
        text = with_typos(text, chance)
    elif way < 0.7:
        text = _shortened(text, chance)
    elif way < 0.76:
        text = text.upper()
    elif way < 0.92:
        text = text.lower()
    if chance.random() < 0.4:
        text = "".join(sign for sign in text if sign not in _SIGNS) or text
    return text


def _shortened(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    for place, word in enumerate(words):
        lower = word.lower()
        if lower in SHORTENED and chance.random() < _SHORTENED_AT_ALL:
            words[place] = SHORTENED[lower]
        elif len(lower) >= _FROM_LETTERS and lower.isalpha() and chance.random() < _VOWELS_DROPPED:
            middle = (letter for letter in lower[1:-1] if letter not in "aeiou" or chance.random() < _VOWEL_KEPT)
            words[place] = f"{lower[0]}{''.join(middle)}{lower[-1]}"
    return " ".join(words)
