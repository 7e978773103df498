"""The texts by which one encoder teaches another: messages, parts of them, and two of them joined.

Parts and pairs are what the product reads when somebody asks twice. They have no label and need none.
"""

import random
from collections.abc import Sequence

from helpline.nlu.intent.segments import segments
from helpline.nlu.intents import is_answerable

_PARTS = 40_000
_JOINED = 8_000
_FEWEST_WORDS = 3
_LONGEST_JOINED = 110  # characters
_JOINTS = (" and ", " also ", ", and ", "? ", " and also ", ". ", " plus ")


def texts_to_teach(texts: Sequence[str], labels: Sequence[str], seed: int) -> list[str]:
    """Return messages, then parts of them, then pairs of them.

    Args:
        texts: Normalised messages.
        labels: The leaf intent of each.
        seed: Of what is chosen.
    """
    chance = random.Random(seed)  # noqa: S311 - no secret
    known = set(texts)
    cut = (part for text in texts if len(found := segments(text)) > 1 for part in found)
    parts = [part for part in dict.fromkeys(cut) if len(part.split()) >= _FEWEST_WORDS and part not in known]
    chance.shuffle(parts)
    asked = [
        text for text, label in zip(texts, labels, strict=True) if is_answerable(label) and len(text) < _LONGEST_JOINED
    ]
    pairs = [
        chance.choice(asked).rstrip("?. ") + chance.choice(_JOINTS) + chance.choice(asked)
        for _ in range(_JOINED if asked else 0)
    ]
    return [*texts, *parts[:_PARTS], *pairs]
