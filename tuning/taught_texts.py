"""Texts that tuning takes beside the training messages.

One encoder teaches another by parts of messages, and by two of them joined: what the product reads when somebody asks
twice. A follow-up is read for danger as it is typed, without the subject that its example stands behind. And what has
nothing to do with an answer is read behind its subject; it has the label that it has alone.
"""

import random
from collections.abc import Sequence

from evaluation.understanding.messages import Example
from helpline.nlu.intent.behind_subjects import read_behind_subjects
from helpline.nlu.intent.segments import segments
from helpline.nlu.intents import is_answerable
from helpline.nlu.reserved import is_reserved
from helpline.text.mending import mended

_FOLLOW_UPS = "in_context.yml"
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


def follow_ups_alone(examples: Sequence[Example]) -> list[str]:
    """Return the follow-ups among training messages as typed, mended, but for those reserved in either form."""
    written = {each.text for each in examples if each.path.endswith(_FOLLOW_UPS) and not is_reserved(each.text)}
    said = {text.partition(": ")[2] for text in written}
    return sorted({mended(text) for text in said if not is_reserved(text)} - {""})


def no_follow_ups(examples: Sequence[Example]) -> list[tuple[str, str]]:
    """Return what is no follow-up behind the subjects of answers, mended, with its leaf intent; nothing reserved."""
    subjects = sorted({each.text.partition(": ")[0] for each in examples if each.path.endswith(_FOLLOW_UPS)})
    alone = [each for each in examples if not each.path.endswith(_FOLLOW_UPS) and not is_reserved(each.text)]
    behind = read_behind_subjects([each.intent for each in alone], [mended(each.text) for each in alone], subjects)
    return [(leaf, text) for leaf, text in behind if not is_reserved(text)]
