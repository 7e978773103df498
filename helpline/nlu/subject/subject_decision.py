"""Weighs what a message names and says, and decides whether it asks about another subject than the page's.

Each name of another subject has a weight to begin with. It changes with each sign of how the name is meant: words of
breast cancer, words of spread that do not belong to the name, a name only told beside the question. The weights were
chosen on development messages (docs/understanding.md). Knows nothing of Rasa.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from helpline.nlu.intent.segments import asks
from helpline.nlu.subject.phrases import Place
from helpline.nlu.subject.subject_vocabulary import CANCER, ORGANIZATION, SPREAD_SITE, SubjectVocabulary

# From this weight on a name is what the question is about.
THRESHOLD = 1.0
ILLNESS, EARLY_BREAST, DRUG, ANIMAL = "illness", "early_breast", "drug", "animal"
# What a name weighs by itself.
_NAMED = {CANCER: 2.0, SPREAD_SITE: 1.5, ILLNESS: 1.5, EARLY_BREAST: 1.5, DRUG: 0.0, ORGANIZATION: 2.0, ANIMAL: 0.0}
# What is added for each sign that the message has.
SIGNS: dict[str, dict[str, float]] = {
    CANCER: {"breast": -2.0, "metastatic": -1.0},
    SPREAD_SITE: {"breast": -2.0, "metastatic": -2.0, "own_spread": -2.0, "went_there": -1.0, "asked_whether": -1.0},
    ILLNESS: {"breast": -2.0, "metastatic": -2.0, "oncology": -1.5},
    EARLY_BREAST: {"metastatic": -2.0, "organs": -1.0, "past": -1.0, "comparison": -1.0},
    DRUG: {"drug_asked": 1.5, "drug_told": -1.0, "metastatic": -1.0},
    ORGANIZATION: {"lbbc": -2.0, "metastatic": -1.0},
    ANIMAL: {"animal_patient": 1.5, "animal_kept": -1.0, "metastatic": -1.0, "breast": -0.5},
}
# "So brain cancer basically", said of what was answered just now: the organ where it is.
_GOES_ON = {SPREAD_SITE: -1.0}
# A name that is told as what somebody has or had besides, and one where nothing is asked while another part asks.
_BACKGROUND = -1.0
_NOT_ASKED = -0.5
# These count in the part of the message only that holds the name.
_SAME_PART = frozenset(("animal_patient", "drug_asked"))
# So many words may stand between a name and the words of spread or of background that belong to it.
_BETWEEN = 2
# So many names of a message are weighed; no question has more.
_MOST_NAMES = 8


@dataclass(frozen=True)
class Part:
    """A part of a message: its words, and whether it has the form of a question."""

    words: list[str]
    asks: bool


class _Signals:
    """What of the vocabulary stands in a part of a message; each signal is looked for once, when it is needed."""

    def __init__(self, part: Part, vocabulary: SubjectVocabulary) -> None:
        self.asks = part.asks
        self.names = vocabulary.names(part.words)
        self._words = part.words
        self._vocabulary = vocabulary
        self._found: dict[str, list[Place]] = {}

    def places(self, signal: str) -> list[Place]:
        """Return where a signal's words stand; of spread and of oncology, those that belong to no name."""
        if signal not in self._found:
            found = self._vocabulary.signal(signal, self._words)
            if signal == "metastatic":
                found = [place for place in found if not self._is_of_a_name(place)]
            elif signal == "oncology":
                found = [place for place in found if place.start not in self._named]
            self._found[signal] = found
        return self._found[signal]

    def has_apart_from(self, signal: str, name: Place | None) -> bool:
        """Whether a signal's words stand here, and not within a name."""
        return any(name is None or place.end <= name.start or place.start >= name.end for place in self.places(signal))

    def is_background(self, name: Place) -> bool:
        """Whether words such as "died of" stand before a name."""
        return any(0 <= name.start - place.end <= _BETWEEN for place in self.places("background"))

    def _is_of_a_name(self, place: Place) -> bool:
        """Whether a word of spread is a name's: "stage 4 lung cancer", "colon cancer that spread"; or is denied."""
        if place.start in self._denied:
            return True
        longest = 0 if place.start in self._own else _BETWEEN
        gap = next((gap for gap in range(longest + 1) if place.start - gap in self._ends), None)
        between = self._words[place.start - gap : place.start] if gap is not None else ["and"]
        # "My hernia, and now stage 4" joins two things; "kidney cancer and it spread" does not.
        after = "and" not in between or "it" in between
        return after or place.end in self._starts or place.end + 1 in self._starts

    @cached_property
    def _named(self) -> set[int]:
        return {position for name in self.names for position in range(name.start, name.end)}

    @cached_property
    def _starts(self) -> set[int]:
        return {name.start for name in self.names if name.label != EARLY_BREAST}

    @cached_property
    def _ends(self) -> set[int]:
        return {name.end for name in self.names if name.label != EARLY_BREAST}

    @cached_property
    def _own(self) -> set[int]:
        return {place.start for place in self.places("own_spread")}

    @cached_property
    def _denied(self) -> set[int]:
        return {position for place in self.places("no_spread") for position in range(place.start, place.end)}


def parts_of(text: str, segments: Sequence[str], vocabulary: SubjectVocabulary) -> list[Part]:
    """Return the parts of a message, also those of a single word, which are no segments ("LCIS, what is it").

    Args:
        text: The message, normalised.
        segments: Its segments, in their order.
        vocabulary: Mends the words.
    """
    parts, position = list[Part](), 0
    for segment in segments:
        start = text.find(segment, position)
        if start >= position:
            parts.append(Part(vocabulary.words(text[position:start]), asks=False))
            position = start + len(segment)
        parts.append(Part(vocabulary.words(segment), asks(segment)))
    parts.append(Part(vocabulary.words(text[position:]), asks=False))
    return [part for part in parts if part.words]


def subject_of(parts: Sequence[Part], vocabulary: SubjectVocabulary, *, goes_on: bool = False) -> str | None:
    """Return the family of what a message asks about, or None where that may be metastatic breast cancer.

    Args:
        parts: The parts of the message, their words as the vocabulary returns them.
        vocabulary: The names and signals.
        goes_on: Whether the message goes on from an answer given just now.
    """
    read = [_Signals(part, vocabulary) for part in parts]
    named = [(part, name) for part in read for name in part.names][:_MOST_NAMES]
    weights: dict[str, float] = {}
    for part, name in named:
        family = CANCER if name.label == SPREAD_SITE else name.label
        weight = _weight(read, part, name) + (_GOES_ON.get(name.label, 0.0) if goes_on else 0.0)
        weights[family] = max(weight, weights.get(family, 0.0))
    # An animal with a cancer is an animal; else the heaviest, the first of equals.
    if weights.get(ANIMAL, 0.0) >= THRESHOLD:
        return ANIMAL
    heaviest = max(weights, key=lambda family: weights[family], default=None)
    return heaviest if heaviest is not None and weights[heaviest] >= THRESHOLD else None


def is_on_spread(parts: Sequence[Part], vocabulary: SubjectVocabulary) -> bool:
    """Whether a part of a message speaks of breast cancer and of its spread, and none denies the spread.

    Args:
        parts: The parts of the message, their words as the vocabulary returns them.
        vocabulary: The names and signals.
    """
    read = [_Signals(part, vocabulary) for part in parts]
    if any(part.places("no_spread") for part in read):
        return False
    return any(part.places("breast") and (part.places("metastatic") or part.places("went_there")) for part in read)


def is_on_the_page(parts: Sequence[Part], vocabulary: SubjectVocabulary) -> bool:
    """Whether a message holds words of breast cancer or of the organization that the assistant speaks for.

    Args:
        parts: The parts of the message, their words as the vocabulary returns them.
        vocabulary: The signals.
    """
    return any(vocabulary.signal(sign, part.words) for part in parts for sign in ("breast", "lbbc"))


def _weight(parts: Sequence[_Signals], part: _Signals, name: Place) -> float:
    weight = _NAMED[name.label]
    for sign, added in SIGNS[name.label].items():
        where = [part] if sign in _SAME_PART else parts
        if any(one.has_apart_from(sign, name if one is part else None) for one in where):
            weight += added
    if part.is_background(name):
        weight += _BACKGROUND
    if not part.asks and any(one.asks for one in parts):
        weight += _NOT_ASKED
    return weight
