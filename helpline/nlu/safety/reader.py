"""Reads a message for the safety net: from what was typed to plain words and what stands in them."""

import json
from collections import Counter
from collections.abc import Collection, Iterable
from functools import lru_cache
from pathlib import Path

import yaml

from helpline.nlu.safety.patterns import SafetyPatterns, Sight, listed
from helpline.nlu.safety.spelling import Spelling
from helpline.nlu.safety.text import SENTENCE_END, split, written_out
from helpline.nlu.sentence_encoder import TOKENIZER, encoder_file

_KNOWN_FROM = 3
_SHORT = 3


class Reader:
    """Brings messages to plain words and finds the safety patterns in them.

    Args:
        path: The file of patterns.
        known: Words of the domain that are no slip of the finger, beside plain English.
    """

    def __init__(self, path: Path, known: Collection[str] = ()) -> None:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        self.patterns = SafetyPatterns(content)
        self._short_forms: dict[str, str] = content["short_forms"]
        self._spelling = Spelling(
            key_words=self.patterns.key_words
            | {form for form in self._short_forms if form.isalpha() and len(form) > _SHORT},
            known=_english_words() | self.patterns.other_words | set(known),
            short=listed(content["known_short_words"]),
        )

    def words(self, text: str) -> list[str]:
        """Return the plain words of a message, short forms written out and key words mended."""
        return written_out(self._spelling.mend(split(text)), self._short_forms)

    def look(self, words: list[str]) -> Sight:
        """Return what the patterns see in plain words."""
        return self.patterns.look(words)


def frequent_words(texts: Iterable[str]) -> set[str]:
    """Return the words that stand in at least three texts: people of the domain write them so on purpose."""
    counts = Counter(word for text in texts for word in set(split(text)))
    return {word for word, count in counts.items() if count >= _KNOWN_FROM and len(word) > _SHORT}


def sentences(words: list[str]) -> list[list[str]]:
    """Split plain words into sentences."""
    found: list[list[str]] = [[]]
    for word in words:
        if word != SENTENCE_END:
            found[-1].append(word)
        elif found[-1]:
            found.append([])
    return [sentence for sentence in found if sentence]


@lru_cache(maxsize=1)
def _english_words() -> frozenset[str]:
    """Return the whole words of the sentence encoder's vocabulary, some twenty thousand."""
    vocabulary = json.loads(encoder_file(*TOKENIZER).read_text(encoding="utf-8"))["model"]["vocab"]
    return frozenset(word for word in vocabulary if word.isalpha())
