"""The parts of a message: where one question may end and another begin.

Only the form is looked at here; whether the parts mean different things is for `helpline.nlu.intent.two_questions`.
Knows nothing of Rasa.
"""

import re
from collections.abc import Sequence
from itertools import groupby

from helpline.text.lexicon import Lexicon

MAX_SEGMENTS = 6
SMALLEST_SEGMENT = 2

_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"(?<=[?!;])\s*|(?<=[a-z0-9)\"'][.])\s+|\n+|\s[-\u2013\u2014]+\s", re.IGNORECASE)


def segments(text: str) -> list[str]:
    """Return the parts of a normalised text that may each be a question; one part when nothing divides it.

    Parts of a single word are joined where some stand in a row ("mets: meaning?"), and left out else. Of many parts
    neighbours are joined, and none is left out.
    """
    parts = _with_single_words_joined(_parts(text))
    long_enough = [part for part in parts if not _is_short(part)]
    return (long_enough or [text]) if len(long_enough) <= MAX_SEGMENTS else _joined(parts)


def asks(segment: str) -> bool:
    """Whether a part has the form of a question or a request."""
    return "?" in segment or bool(Lexicon.load().segments.question.match(segment))


def told_beside_questions(parts: Sequence[str]) -> list[str]:
    """Return the parts of a text that ask nothing, where another of its parts does; else none."""
    told = [part for part in parts if not asks(part)]
    return told if len(told) < len(parts) else []


def _parts(text: str) -> list[str]:
    joint = Lexicon.load().segments.joint_before_question
    parts = []
    for sentence in _SENTENCE_END.split(text):
        parts += [part.strip(" ,.") for part in joint.split(sentence)]
    return [part for part in parts if part]


def _with_single_words_joined(parts: Sequence[str]) -> list[str]:
    joined: list[str] = []
    for short, group in groupby(parts, _is_short):
        row = list(group)
        joined += [" ".join(row)] if short else row
    return joined


def _joined(parts: Sequence[str]) -> list[str]:
    """Join neighbours to as many parts as there may be, all about equally long."""
    share = sum(map(len, parts)) / MAX_SEGMENTS
    joined: list[list[str]] = [[]]
    length = 0
    for part in parts:
        if length >= share * len(joined):
            joined.append([])
        joined[-1].append(part)
        length += len(part)
    return [" ".join(each) for each in joined]


def _is_short(part: str) -> bool:
    return len(_WORD.findall(part)) < SMALLEST_SEGMENT
