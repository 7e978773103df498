"""Mends the words that the safety patterns look for, and no others.

A general spelling corrector would "correct" drug names. Here a word is touched only where it is no English
word and one of the patterns' own words is close: a letter wrong, missing, doubled or swapped, figures for
letters, a space inside a word or none between two.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import lru_cache
from itertools import groupby

from rapidfuzz.distance import OSA

from helpline.safety.words import SENTENCE_END

_FIGURES = str.maketrans("0134578@$!|+", "oieastbasilt")
_FIGURES_L = str.maketrans("0134578@$!|+", "oleastbaslit")
_FIGURE_WORDS = str.maketrans({"1": "one", "2": "to", "4": "for", "8": "ate"})
_SHORTEST = 3
_TWO_ERRORS_FROM = 9
_BY_EAR_FROM = 7
_SHORT_KEYS = frozenset(("die", "end", "gun", "not"))
_WORDS_OF_ONE = frozenset(("a", "i"))
_LONGEST_KEY = 14
# Longer words are no words that come twice: what was made of them is not kept.
_LONGEST_KEPT = 40
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")
_LONGEST_SPACED_WORD = 30
# Into so many parts a word may be torn by spaces, beside one of single letters.
_MOST_PARTS = 4


class Spelling:
    """Mends words towards a set of key words.

    Args:
        key_words: The words to mend towards.
        known: English words, which are never changed. Words of one to three letters count only when they are
            also in ``short``.
        short: Known words of up to three letters.
    """

    def __init__(self, key_words: Iterable[str], known: Iterable[str], short: Collection[str]) -> None:
        self._keys = frozenset(key_words)
        self._pieces = frozenset(key for key in self._keys if len(key) > _SHORTEST or key in {*short, *_WORDS_OF_ONE})
        # One set and no copies of it: it is the largest thing that a front door holds.
        self._known = {word for word in known if len(word) > _SHORTEST}
        self._known.update(short, self._keys)
        self._keys_by_start: dict[tuple[int, str], set[str]] = {}
        for key in self._keys:
            self._keys_by_start.setdefault((len(key), key[0]), set()).add(key)
        self._long_keys = defaultdict[str, list[str]](list)
        for key in sorted(key for key in self._keys if len(key) >= _TWO_ERRORS_FROM):
            self._long_keys[key[0]].append(key)
        self._sounds = {_sound(key): key for key in sorted(self._keys) if len(key) >= _BY_EAR_FROM and key.isalpha()}
        self._mended = lru_cache(maxsize=20_000)(self._mend)

    def mend(self, tokens: list[str]) -> list[str]:
        """Return the tokens with key words mended, joined and split."""
        out: list[str] = []
        for token in self._joined(tokens):
            out += self._mended(token) if len(token) <= _LONGEST_KEPT else self._mend(token)
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
        while letters < len(tokens) and _is_single(tokens[letters]):
            letters += 1
        if letters - start >= _SHORTEST:
            return min(letters - start, _LONGEST_SPACED_WORD)
        if tokens[start] in _WORDS_OF_ONE and self._width_of_split_word(tokens[start : start + 5], 1) > 1:
            return 1
        parts = tokens[start : start + _MOST_PARTS]
        if SENTENCE_END in parts:
            parts = parts[: parts.index(SENTENCE_END)]
        odd = [self._is_odd(part) for part in parts]
        for width in range(len(parts), 1, -1):
            if any(odd[:width]) and self._makes_keys("".join(parts[:width])):
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
            key = self._one_slip_away(form)
            if key:
                return (key,)
        token = forms[0]
        if len(token) >= _TWO_ERRORS_FROM - 1:
            for key in self._long_keys[token[0]]:
                if OSA.distance(key, token, score_cutoff=2) <= 2:
                    return (key,)
        heard = self._sounds.get(_sound(token)) if len(token) >= _BY_EAR_FROM - 1 else None
        return (heard,) if heard else ()

    def _one_slip_away(self, typed: str) -> str | None:
        """Return the key word that one slip has made what was typed, the likeliest slip's."""
        slips = []
        for length in (len(typed) - 1, len(typed), len(typed) + 1):
            for first in {typed[0], typed[1:2]}:
                for key in self._keys_by_start.get((length, first), ()):
                    if OSA.distance(key, typed, score_cutoff=1) == 1 and _alike(key, typed):
                        slip = _slip(key, typed)
                        if slip:
                            slips.append((slip, key))
        return min(slips)[1] if slips else None

    def _split(self, token: str) -> tuple[str, ...]:
        """Split words that were run together, as few and as long as possible; empty where that is not all keys."""
        if not token.isalpha() or len(token) <= _SHORTEST or token in self._known:
            return ()
        # How many words the letters up to a place make at least, and where the last of them begins.
        fewest: list[int | None] = [0] + [None] * len(token)
        begins = [0] * (len(token) + 1)
        for start in range(len(token)):
            before = fewest[start]
            if before is None:
                continue
            for end in range(start + 1, min(start + _LONGEST_KEY, len(token)) + 1):
                now = fewest[end]
                if token[start:end] in self._pieces and (now is None or before + 1 < now):
                    fewest[end], begins[end] = before + 1, start
        words: list[str] = []
        end = len(token) if fewest[-1] else 0
        while end:
            words.insert(0, token[begins[end] : end])
            end = begins[end]
        return tuple(words)


def _is_single(token: str) -> bool:
    """Tell whether a token is one plain letter or figure: characters of other scripts are words by themselves."""
    return len(token) == 1 and token.isascii() and token != SENTENCE_END


def _single(letters: Iterable[str]) -> str:
    """Reduce doubled letters to one: a stretched word has two of them by now."""
    return "".join(letter for letter, _ in groupby(letters))


def _slip(key: str, typed: str) -> tuple[int, int, str] | None:
    """Return which slip makes a key word of what was typed, the likeliest kinds first, then where, then the letter.

    Letters swapped, one doubled or too many, one missing, one wrong. None for a missing or wrong one that is no letter.
    """
    shorter = min(len(key), len(typed))
    place = next((place for place in range(shorter) if key[place] != typed[place]), shorter)
    if len(key) < len(typed):
        return 1, _first_of_run(typed, place), ""
    if len(key) > len(typed):
        return (2, _first_of_run(key, place), key[place]) if key[place] in _LETTERS else None
    if key[place + 1 :] != typed[place + 1 :]:
        return 0, place, ""
    return (3, place, key[place]) if key[place] in _LETTERS else None


def _first_of_run(word: str, place: int) -> int:
    """Return where the letters begin that are the same as the one at a place, and stand beside it."""
    while place and word[place - 1] == word[place]:
        place -= 1
    return place


def _alike(key: str, typed: str) -> bool:
    """Tell whether a key may be meant: three letters make too many words, and the first is seldom wrong."""
    if len(key) <= _SHORTEST:
        return key in _SHORT_KEYS and sorted(key) == sorted(typed)
    return key[0] in (typed[0], typed[1:2])


def _sound(word: str) -> str:
    """Return the first letter and the consonants after it: words written by ear share them."""
    return word[0] + "".join(_single(letter for letter in word[1:] if letter not in "aeiouyh"))
