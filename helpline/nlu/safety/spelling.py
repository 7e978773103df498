"""Mends the words that the safety patterns look for, and no others.

A general spelling corrector would "correct" drug names. Here a word is touched only where it is no English
word and one of the patterns' own words is close: a letter wrong, missing, doubled or swapped, figures for
letters, a space inside a word or none between two.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from itertools import groupby

from helpline.nlu.safety.text import SENTENCE_END

_FIGURES = str.maketrans("0134578@$!|+", "oieastbasilt")
_FIGURES_L = str.maketrans("0134578@$!|+", "oleastbaslit")
_FIGURE_WORDS = str.maketrans({"1": "one", "2": "to", "4": "for", "8": "ate"})
_SHORTEST = 3
_TWO_ERRORS_FROM = 9
_BY_EAR_FROM = 7
_SHORT_KEYS = frozenset(("die", "end", "gun", "not"))
_WORDS_OF_ONE = frozenset(("a", "i"))
_LONGEST_KEY = 14
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LONGEST_RUN = 30


class Spelling:
    """Mends words towards a set of key words.

    Args:
        key_words: The words to mend towards.
        known: English words, which are never changed. Words of one to three letters count only when they are
            also in ``short``.
        short: Known words of up to three letters.
    """

    def __init__(self, key_words: Iterable[str], known: Collection[str], short: Collection[str]) -> None:
        self._keys = frozenset(key_words)
        self._pieces = frozenset(key for key in self._keys if len(key) > _SHORTEST or key in {*short, *_WORDS_OF_ONE})
        self._known = frozenset(word for word in known if len(word) > _SHORTEST) | frozenset(short) | self._keys
        self._long_keys = defaultdict[str, list[str]](list)
        for key in sorted(key for key in self._keys if len(key) >= _TWO_ERRORS_FROM):
            self._long_keys[key[0]].append(key)
        self._sounds = {_sound(key): key for key in sorted(self._keys) if len(key) >= _BY_EAR_FROM and key.isalpha()}
        self._mended = lru_cache(maxsize=20_000)(self._mend)

    def mend(self, tokens: list[str]) -> list[str]:
        """Return the tokens with key words mended, joined and split."""
        out: list[str] = []
        for token in self._joined(tokens):
            out += self._mended(token)
        return out

    def _joined(self, tokens: list[str]) -> list[str]:
        """Close the spaces inside words: "su icide", "k i l l"."""
        out: list[str] = []
        position = 0
        while position < len(tokens):
            width = self._width_of_split_word(tokens, position)
            out.append("".join(tokens[position : position + width]))
            position += width
        return out

    def _width_of_split_word(self, tokens: list[str], start: int) -> int:
        if start == len(tokens):
            return 1
        letters = start
        while letters < len(tokens) and len(tokens[letters]) == 1 and tokens[letters] != SENTENCE_END:
            letters += 1
        if letters - start >= _SHORTEST:
            return min(letters - start, _LONGEST_RUN)
        if tokens[start] in _WORDS_OF_ONE and self._width_of_split_word(tokens[: start + 5], start + 1) > 1:
            return 1
        for width in (4, 3, 2):
            parts = tokens[start : start + width]
            if len(parts) == width and any(self._is_odd(part) for part in parts) and self._makes_keys("".join(parts)):
                return width
        return 1

    def _is_odd(self, part: str) -> bool:
        return part.isalpha() and (part not in self._known or (len(part) == 1 and part not in _WORDS_OF_ONE))

    def _makes_keys(self, word: str) -> bool:
        return word in self._keys or bool(self._split(word))

    def _mend(self, token: str) -> tuple[str, ...]:
        bare = token.replace("'", "")
        if token in self._known or bare in self._keys or len(bare) < _SHORTEST or token.endswith("'s"):
            return (token,)
        single = _single(bare)
        read = (bare.translate(table) for table in (_FIGURES, _FIGURES_L, _FIGURE_WORDS))
        forms = tuple(dict.fromkeys((bare, single, *read)))
        for form in forms:
            if form in self._known:
                return (form,)
        if not bare[0].isalpha():
            return (token,)
        return self._split(bare) or self._nearest(forms) or self._split(single) or (token,)

    def _nearest(self, forms: tuple[str, ...]) -> tuple[str, ...]:
        for form in forms:
            for word in _one_error(form):
                if word in self._keys and _alike(word, form):
                    return (word,)
        token = forms[0]
        if len(token) >= _TWO_ERRORS_FROM - 1:
            for key in self._long_keys[token[0]]:
                if abs(len(key) - len(token)) <= 2 and _distance(key, token) <= 2:
                    return (key,)
        heard = self._sounds.get(_sound(token)) if len(token) >= _BY_EAR_FROM - 1 else None
        return (heard,) if heard else ()

    def _split(self, token: str) -> tuple[str, ...]:
        """Split words that were run together, as few and as long as possible; empty where that is not all keys."""
        if not token.isalpha() or len(token) <= _SHORTEST or token in self._known:
            return ()
        best: list[tuple[str, ...] | None] = [None] * (len(token) + 1)
        best[0] = ()
        for end in range(1, len(token) + 1):
            for start in range(max(0, end - _LONGEST_KEY), end):
                before = best[start]
                if before is None or token[start:end] not in self._pieces:
                    continue
                now = best[end]
                if now is None or len(before) + 1 < len(now):
                    best[end] = (*before, token[start:end])
        return best[-1] or ()


def _single(letters: Iterable[str]) -> str:
    """Reduce doubled letters to one: a stretched word has two of them by now."""
    return "".join(letter for letter, _ in groupby(letters))


def _one_error(word: str) -> Iterator[str]:
    """Return the words that one slip may have come from, the likeliest slips first.

    Letters swapped, one doubled or too many, one missing, one wrong.
    """
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    yield from (a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1)
    yield from (a + b[1:] for a, b in cuts if b)
    yield from (a + letter + b for a, b in cuts for letter in _LETTERS)
    yield from (a + letter + b[1:] for a, b in cuts if b for letter in _LETTERS)


def _alike(key: str, typed: str) -> bool:
    """Tell whether a key may be meant: three letters make too many words, and the first is seldom wrong."""
    if len(key) <= _SHORTEST:
        return key in _SHORT_KEYS and sorted(key) == sorted(typed)
    return key[0] in (typed[0], typed[1:2])


def _sound(word: str) -> str:
    """Return the first letter and the consonants after it: words written by ear share them."""
    return word[0] + "".join(_single(letter for letter in word[1:] if letter not in "aeiouyh"))


def _distance(first: str, second: str) -> int:
    """Return the optimal-string-alignment distance of two words."""
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        older, before = before, row
        row = [i]
        for j, b in enumerate(second, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == second[j - 2] and first[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]
