"""Long lists of words that are only asked whether they hold a word, in eight bytes a word."""

import string
from array import array
from bisect import bisect_left
from collections.abc import Iterable


class WordList:
    """A list of words, kept as their sorted hashes: a set of 100,000 words would take ten times the memory.

    That two words share a hash of 64 bits does not happen with lists of this length.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._hashes = array("q", sorted(map(hash, words)))

    def __contains__(self, word: str) -> bool:
        sought = hash(word)
        place = bisect_left(self._hashes, sought)
        return place < len(self._hashes) and self._hashes[place] == sought


def slips(word: str) -> set[str]:
    """Return what becomes of a word by one letter more, less or another, or by two that are exchanged."""
    halves = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    found = {a + b[1:] for a, b in halves if b} | {a + b[1] + b[0] + b[2:] for a, b in halves if len(b) > 1}
    found |= {f"{a}{c}{b[1:]}" for a, b in halves for c in string.ascii_lowercase if b}
    return found | {f"{a}{c}{b}" for a, b in halves for c in string.ascii_lowercase}
