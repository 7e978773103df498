"""The parts of a message: where one question may end and another begin.

Only the form is looked at here; whether the parts mean different things is for `helpline.nlu.intent.decision`.
Knows nothing of Rasa.
"""

import re

from helpline.text.lexicon import Lexicon
from helpline.text.normalising import normalised

# More parts than this are a story: its beginning and its end hold the question.
MAX_SEGMENTS = 6
SMALLEST_SEGMENT = 2
MAX_CUTS = 2
SHORTEST_HALF = 6  # characters

_SENTENCE_END = re.compile(r"(?<=[?!;])\s*|(?<=[a-z0-9)\"'][.])\s+|\n+|\s[-\u2013\u2014]+\s", re.IGNORECASE)


def segments(text: str) -> list[str]:
    """Return the parts of a message in their order; one part when nothing divides it."""
    joint = Lexicon.load().segments.joint_before_question
    parts = []
    for sentence in _SENTENCE_END.split(normalised(text)):
        parts += [part.strip(" ,.") for part in joint.split(sentence)]
    long_enough = [part for part in parts if len(re.findall(r"\w+", part)) >= SMALLEST_SEGMENT]
    if len(long_enough) > MAX_SEGMENTS:
        half = MAX_SEGMENTS // 2
        return long_enough[:half] + long_enough[-half:]
    return long_enough or [text]


def halves(text: str) -> list[tuple[str, str]]:
    """Return the ways to cut a message in two where something may be joined, the most even cut first."""
    plain = normalised(text)
    cuts = []
    for joint in Lexicon.load().segments.any_joint.finditer(plain):
        left, right = plain[: joint.start()].strip(" ,."), plain[joint.end() :].strip(" ,.")
        if min(len(left), len(right)) >= SHORTEST_HALF:
            cuts.append((abs(len(left) - len(right)), left, right))
    return [(left, right) for _, left, right in sorted(cuts)[:MAX_CUTS]]


def asks(segment: str) -> bool:
    """Whether a part has the form of a question or a request."""
    return segment.rstrip().endswith("?") or bool(Lexicon.load().segments.question.match(segment))
