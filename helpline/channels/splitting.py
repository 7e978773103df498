"""Cuts a text into messages: between sentences, and never inside a number, a link or a code.

Knows nothing of channels: whoever calls it says what fits into a message.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

# A sentence ends here; a list's number ("1.") at the beginning of a line ends none, nor does "ext." before a number.
_SENTENCE_END = re.compile(r"(?<=[.!?])(?<![Ee]xt\.)[\"')\]\u2019\u201d]*(?P<gap>[^\S\n]+)(?=\S)")
_LIST_NUMBER = re.compile(r"(?:^|\n)\s*\d{1,2}[.)]$")
_GAP = re.compile(r"(\s*\n\s*\n\s*|[^\S\n]*\n[^\S\n]*)")
_EXTENSION = re.compile(r"(?:^|\s)ext\.?$", re.IGNORECASE)
_HAS_DIGIT = re.compile(r"\d")
_ENDS_PART = (".", "!", "?", ",", ";", ":")

Fits = Callable[[str], bool]


@dataclass(frozen=True)
class Piece:
    """A part of a text that stays whole if it can.

    Attributes:
        text: The part.
        before: What parts it from the piece before it in the same message.
    """

    text: str
    before: str = " "


def pieces_of(text: str, before: str = "\n\n") -> list[Piece]:
    """Return a text's sentences.

    Args:
        text: The text; paragraphs have an empty line between them.
        before: What parts it from what stands before it.
    """
    pieces: list[Piece] = []
    for part in _GAP.split(text.strip()):
        if not part.strip():
            before = ("\n\n" if part.count("\n") > 1 else "\n") if part else before
            continue
        for sentence in _sentences(part):
            pieces.append(Piece(sentence, before))
            before = " "
    return pieces


def take(pieces: Sequence[Piece], fits: Fits) -> tuple[str, list[Piece]]:
    """Return the text of one message, and the pieces that it has no room for.

    What fits into no message is cut between its lines, then its words, and between letters only where there is nothing
    else to cut.
    """
    text, rest = "", deque(pieces)
    while rest:
        longer = f"{text}{rest[0].before}{rest[0].text}" if text else rest[0].text
        if fits(longer) or len(longer) == 1:
            text = longer
            rest.popleft()
        elif text:
            break
        else:
            rest.extendleft(reversed(_smaller(rest.popleft())))
    return text, list(rest)


def split(pieces: Sequence[Piece], fits: Fits) -> list[str]:
    """Return the texts of as many messages as are needed."""
    texts, rest = [], list(pieces)
    while rest:
        text, rest = take(rest, fits)
        texts.append(text)
    return texts


def _sentences(paragraph: str) -> Iterator[str]:
    start = 0
    for end in _SENTENCE_END.finditer(paragraph):
        sentence = paragraph[start : end.start("gap")]
        if not _LIST_NUMBER.search(sentence):
            yield sentence
            start = end.end()
    yield paragraph[start:]


def _smaller(piece: Piece) -> list[Piece]:
    """Return a piece as several: lines, else words with numbers kept together, else words, else halves of a word."""
    lines = [line for line in piece.text.split("\n") if line]
    if len(lines) > 1:
        return _in_a_row(lines, piece.before, "\n")
    words = piece.text.split()
    together = list(_numbers_together(words))
    if len(together) > 1:
        return _in_a_row(together, piece.before, " ")
    if len(words) > 1:
        return _in_a_row(words, piece.before, " ")
    middle = max(1, len(piece.text) // 2)
    return _in_a_row([piece.text[:middle], piece.text[middle:]], piece.before, "")


def _in_a_row(texts: Sequence[str], before: str, between: str) -> list[Piece]:
    return [Piece(text, between if place else before) for place, text in enumerate(texts)]


def _numbers_together(words: Iterable[str]) -> Iterator[str]:
    """Join words that are parts of one number, such as "(888) 753-LBBC (5222)" or "215 555 0142 ext. 5"."""
    number = ""
    for word in words:
        part = _HAS_DIGIT.search(word) or _EXTENSION.search(word)
        if number and part and (not number.endswith(_ENDS_PART) or _EXTENSION.search(number)):
            number = f"{number} {word}"
            continue
        if number:
            yield number
        number = word if _HAS_DIGIT.search(word) else ""
        if not number:
            yield word
    if number:
        yield number
