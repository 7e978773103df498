"""What is asked beside a courtesy: "thank you dear. can it be cured" asks whether it can be cured.

A greeting or thanks weighs so much in the meaning of a short message that the question beside it is not heard. Where it
begins and ends, form tells; that it is no more than a courtesy, the classifier. Knows nothing of Rasa.
"""

import re
from collections.abc import Iterator
from itertools import islice, takewhile

from helpline.nlu.intent.prediction import Rank, Thresholds
from helpline.nlu.intent.segments import asks, segments
from helpline.nlu.intents import LEADING_IN
from helpline.text.lexicon import Lexicon

# What is longer tells something; at each end of a message so many places are tried, and so many courtesies taken off.
_LONGEST = 8
_MOST_PLACES = 3
_MOST_COURTESIES = 3
_WORD = re.compile(r"\w")


def asked_beside_courtesy(text: str, rank: Rank, thresholds: Thresholds) -> str | None:
    """Return what a message asks beside its courtesies, or None where it has none, or asks nothing.

    Args:
        text: The message, normalised.
        rank: Returns leaf intents with their confidences for each of some texts.
        thresholds: Where a decision turns.
    """
    asked = None
    # One after the other: in "thanks. my mom found out yesterday" the courtesy weighs as much as in the whole.
    for _ in range(_MOST_COURTESIES):
        rest = _without_one(asked or text, rank, thresholds)
        if rest is None:
            break
        asked = rest
    return asked


def _without_one(text: str, rank: Rank, thresholds: Thresholds) -> str | None:
    cuts = [(courtesy, rest) for courtesy, rest in _cuts(text) if any(map(asks, segments(rest)))]
    rankings = rank([courtesy for courtesy, _ in cuts]) if cuts else []
    for (_, rest), ((leaf, confidence), *_) in zip(cuts, rankings, strict=True):
        if leaf in LEADING_IN and confidence >= thresholds.part:
            return rest
    return None


def _cuts(text: str) -> Iterator[tuple[str, str]]:
    """Yield what may be a courtesy, the shortest first, and the rest of the text: of its beginning, then of its end."""
    words = Lexicon.load().segments
    places = {match.span() for match in words.joint_of_two.finditer(text)}
    opening = words.before_asking.match(text)
    starts = sorted(places | ({(opening.end(), opening.end())} if opening else set()))
    yield from _courteous((text[:end], text[start:]) for end, start in starts)
    ends = sorted(places | {match.span() for match in words.before_thanks.finditer(text)}, reverse=True)
    yield from _courteous((text[start:], text[:end]) for end, start in ends)


def _courteous(parts: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the first of the parts that are short enough for a courtesy, each with the rest."""
    short = takewhile(lambda part: len(part[0].split()) <= _LONGEST, parts)
    worded = ((part, rest) for part, rest in short if _WORD.search(part) and not asks(part))
    yield from islice(((part.strip(), rest.strip()) for part, rest in worded), _MOST_PLACES)
