"""Cuts a text into words as the search for names needs them."""

import re
from typing import NamedTuple

from helpline.conversations.name_words import NameWords
from helpline.conversations.redaction_lexicon import plain
from helpline.conversations.span import BLANK

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019\u2018][^\W\d_]+)*")
_SENTENCE_END = re.compile(rf"[.!?\n:;{BLANK}]")
_SHORTENED = re.compile(r"'(?:s|ll|ve|re|d|m)$")
_NEGATED = "n't"
_SHORTEST_SHOUT = 8
_MOST_CAPITALS = 0.6


class Token(NamedTuple):
    """A word of a text."""

    start: int
    end: int
    written: str
    """The word in small letters without accents."""
    word: str
    """The same without "'s", "'ll" and the like."""
    capital: bool
    """Whether it begins with a capital, in a text that is not all capitals."""
    first: bool
    """Whether a sentence begins with it."""
    before: str
    """What stands between it and the word before."""
    in_code: bool
    """Whether a digit or underscore touches it."""


def tokenize(text: str, words: NameWords) -> list[Token]:
    """Return the words of a text."""
    letters = [c for c in text if c.isalpha()]
    shouting = len(letters) >= _SHORTEST_SHOUT and sum(map(str.isupper, letters)) > _MOST_CAPITALS * len(letters)
    tokens: list[Token] = []
    end = 0
    for match in _WORD.finditer(text):
        written, length = plain(match[0]), len(match[0])
        word = written
        if written.endswith(_NEGATED):
            word = "not"
        elif shortened := _SHORTENED.search(written):
            word, length = written[: shortened.start()], length - len(shortened[0])
        elif written.endswith("s") and words.can_be_given(written[:-1]) and not words.is_known(written):
            word = written[:-1]
        capital = match[0][0].isupper() and not shouting
        if length > 1 and match[0].isupper() and not (words.is_usual_given(word) or words.is_family(word)):
            capital = False  # an abbreviation
        before = text[end : match.start()]
        touching = text[max(0, match.start() - 1) : match.start()] + text[match.end() : match.end() + 1]
        tokens.append(
            Token(
                start=match.start(),
                end=match.start() + length,
                written=written,
                word=word,
                capital=capital,
                first=not tokens or _SENTENCE_END.search(before) is not None,
                before=before,
                in_code=any(c.isdigit() or c == "_" for c in touching),
            )
        )
        end = match.end()
    return tokens
