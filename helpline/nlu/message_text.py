"""A message's text as all components of a turn share it: normalised once, cut into parts once, each part encoded once.

All that is encoded in a turn has room for so many word pieces together. So no message costs many times what another
costs, whatever it is made of."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from helpline.nlu.intent.halves import halves
from helpline.nlu.intent.segments import segments
from helpline.nlu.sentence_encoder import Vectors, shared_encoder
from helpline.text.mending import mended

# Some characters stand for many: a text may grow by so many characters while it is normalised.
_GROWTH = 100
# So many word pieces are encoded in a turn: those of the whole text, and what is left for its parts.
PIECES_OF_A_TURN = 176
# Longer messages are no two questions in one sentence.
_LONGEST_TO_HALVE = 240
_PROPERTY = "message_text"
# So many texts that were read ahead are kept until somebody takes them.
_KEPT_AHEAD = 64


class MessageText:
    """The text of one message.

    Attributes:
        typed: The text as it was typed.
        text: The text, normalised and mended.
    """

    def __init__(self, typed: str) -> None:
        self.typed = typed
        self.text = mended(typed)[: len(typed) + _GROWTH]
        self._vectors: dict[str, Vectors] = {}

    @cached_property
    def segments(self) -> list[str]:
        """The parts that may each be a question of their own; one part where nothing divides the text."""
        return segments(self.text)

    @cached_property
    def halves(self) -> list[tuple[str, str]]:
        """The ways to cut a short text in two halves that may each ask something."""
        return halves(self.text) if len(self.text) <= _LONGEST_TO_HALVE else []

    @property
    def vector(self) -> Vectors | None:
        """The sentence vector of the whole text, where it is known."""
        return self._vectors.get(self.text)

    def set_vector(self, vector: Vectors) -> None:
        """Take the sentence vector of the whole text: a part which is the whole needs none of its own."""
        self._vectors[self.text] = vector

    def set_vectors(self, vectors: Mapping[str, Vectors]) -> None:
        """Take the sentence vectors of some parts, by the part: they were encoded before."""
        self._vectors.update(vectors)

    def vectors(self, parts: Sequence[str], fewest: int) -> Vectors:
        """Return the sentence vectors of parts of the text, one row each; the longest are cut where room is short.

        Args:
            parts: The parts, normalised.
            fewest: There is room for so many word pieces at least.
        """
        new = [part for part in dict.fromkeys(parts) if part not in self._vectors]
        if new:
            rows = shared_encoder().encode_within(new, max(self.room, fewest))
            self._vectors.update(zip(new, rows, strict=True))
        return np.stack([self._vectors[part] for part in parts])

    def vectors_of_first(self, parts: Sequence[str], fewest: int) -> tuple[list[str], Vectors]:
        """Return the first parts that there is room for as a whole, and their vectors; at least one.

        Args:
            parts: The parts, normalised, what matters most first.
            fewest: There is room for so many word pieces at least.
        """
        chosen = self.first_with_room(parts, fewest) or list(parts[:1])
        return chosen, self.vectors(chosen, fewest)

    def first_with_room(self, parts: Sequence[str], fewest: int) -> list[str]:
        """Return the first parts that there is room for as a whole; none where the first is too long.

        Args:
            parts: The parts, normalised, what matters most first.
            fewest: There is room for so many word pieces at least.
        """
        room, chosen = max(self.room, fewest), list[str]()
        for part in parts:
            room -= shared_encoder().pieces(part)
            if room < 0:
                break
            chosen.append(part)
        return chosen

    @cached_property
    def room(self) -> int:
        """How many word pieces the parts may have together, beside those of the whole text."""
        return PIECES_OF_A_TURN - shared_encoder().pieces(self.text)


_ahead: OrderedDict[str, MessageText] = OrderedDict()


def read_ahead(typed: str) -> None:
    """Encode a text before its turn, in a thread of its own: the encoder needs no other part of the process.

    Who reads that text next takes it; what nobody takes is forgotten.
    """
    text = MessageText(typed)
    (vector,) = shared_encoder().encode([text.text])
    text.set_vector(vector)
    _ahead[typed] = text
    while len(_ahead) > _KEPT_AHEAD:
        _ahead.popitem(last=False)


def text_of(message: Message) -> MessageText:
    """Return the text of a message as the components before left it; the first of them takes it, or makes it."""
    text: MessageText | None = message.get(_PROPERTY)
    if text is None:
        text = _ahead.pop(message.get(TEXT), None) or MessageText(message.get(TEXT))
        message.set(_PROPERTY, text)
    return text
