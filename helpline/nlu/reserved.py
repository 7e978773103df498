"""Which training messages the sentence encoder was not tuned on, and which the models on top of it learn from.

Confidences and thresholds are to hold for messages that nobody has seen. The tuned encoder has seen the messages that
it was tuned on, and puts them nearer to their intents than it puts a stranger's. So one in six is reserved: the models
on top of the encoder learn from it like from any other, and their calibration is fitted on the reserved ones alone.

The encoder and the danger detector learn from all the rest. The intent classifier needs only so many of each intent:
more make training longer, and an intent with thousands of examples draws from its neighbours (docs/understanding.md has
the figures).
"""

import zlib
from collections import Counter
from collections.abc import Sequence

from helpline.text.normalising import normalised

_ONE_IN = 6


def is_reserved(text: str) -> bool:
    """Whether a training message is left out when the encoder is tuned; its words alone decide."""
    return number_of(text) % _ONE_IN == 0


def learned_from(groups: Sequence[str], texts: Sequence[str], others: int) -> list[bool]:
    """Say of each training message whether the intent classifier learns from it: the words alone decide.

    Args:
        groups: What each message counts to: its leaf intent, or a part of that.
        texts: The messages.
        others: How many of each group are taken beside its reserved ones.
    """
    taken, count = [False] * len(texts), Counter[str]()
    for number, _, row in sorted((number_of(text), text, row) for row, text in enumerate(texts)):
        reserved = number % _ONE_IN == 0
        if reserved or count[groups[row]] < others:
            taken[row] = True
            count[groups[row]] += not reserved
    return taken


def number_of(text: str) -> int:
    """Return a number that the words of a text give: the same wherever it is asked for, and as good as drawn by lot."""
    return zlib.crc32(normalised(text).lower().encode())
