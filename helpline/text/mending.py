"""Mends how hurried people spell, the words that this subject lives by first.

"wat r my tx optns" becomes "what are my treatment options": short forms of text messages are written out, a word that
is no English word becomes a key word where it is close to one, is taken apart where words ran together, and else
becomes a common English word with one letter slipped. Names of drugs are English to nobody and key words to this file,
so that they stay what they are. The words are content/lexicon/en.yml's, under `spelling`; the word list of
pyspellchecker, counted in the subtitles of films, decides beside the encoder's what is English.
"""

import re
import unicodedata
from collections import defaultdict
from functools import cache, lru_cache

from rapidfuzz.distance import OSA
from spellchecker import SpellChecker

from helpline.text.encoder_files import english_words
from helpline.text.lexicon import Lexicon
from helpline.text.normalising import normalised

_WORD = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)?|\d+")
_HELD = re.compile(r"(.)\1+")
_ANY_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
# Shorter texts may be names.
_FEWEST_WORDS = 3
_LONGEST_ABBREVIATION = 4
_SHORTEST = 4
# Longer words are no slips, and each letter more takes longer to look for one.
_LONGEST = 30
_TWO_ERRORS_FROM = 8
# Words without their vowels need so many letters to mean one word only.
_FEWEST_CONSONANTS = 3
_VOWELS = frozenset("aeiouy")
# Words that ran together: at most so many, of at least so many letters together. What stands beside one of them is
# among the commonest words, or many a rare word and many a name would fall apart.
_MOST_PARTS = 3
_SHORTEST_RUN = 6
_COMMONEST = 2500
# Of shorter words too many are names, and what people write who text.
_SHORTEST_SLIPPED = 5
# A slip is mended only to one of this many words, the commonest.
_COMMON = 12_000
# A word beside another is looked for in so many characters.
_BESIDE = 20


def mended(text: str) -> str:
    """Return a text, normalised, with short forms written out and slips mended: what the models read."""
    return _WORD.sub(_mender(), normalised(text))


def is_hardly_english(text: str) -> bool:
    """Whether half of a text's words or more, three at least in all, are neither English nor can be mended to it.

    What begins with a capital within the text is a name, and what is short and in capitals, or without a vowel, stands
    for other words; neither tells a language. With a longer word that has no vowel somebody hit the keys.
    """
    words = _ANY_WORD.findall(normalised(text))
    telling = [
        word for number, word in enumerate(words) if not _is_abbreviation(word) and not (number and word.istitle())
    ]
    strange = [word for word in telling if not _mender().is_understood(word)]
    return all(map(_has_vowel, strange)) and len(words) >= _FEWEST_WORDS and 2 * len(strange) >= len(words)


def _has_vowel(word: str) -> bool:
    return not _VOWELS.isdisjoint(unicodedata.normalize("NFKD", word.lower()))


def _is_abbreviation(word: str) -> bool:
    return len(word) <= _LONGEST_ABBREVIATION and (
        word.isupper() or (len(word) < _LONGEST_ABBREVIATION and not _has_vowel(word))
    )


@cache
def _mender() -> "_Mender":
    return _Mender()


class _Mender:
    def __init__(self) -> None:
        spelling = Lexicon.load().spelling
        self._short_forms = spelling.short_forms
        self._by_place = spelling.short_forms_by_place
        self._keys = spelling.key_words
        self._english = SpellChecker(distance=1)
        self._known = english_words() | self._keys | spelling.not_misspelt
        self._common = english_words(_COMMON)
        self._run_together = spelling.run_together
        self._neighbours = english_words(_COMMONEST) | self._keys | self._run_together
        self._by_start = defaultdict[str, list[str]](list)
        self._by_consonants = dict[str, str]()
        for key in sorted(self._keys):
            self._by_start[key[0]].append(key)
            self._by_consonants.setdefault(_consonants(key), key)
        self._mended = lru_cache(maxsize=20_000)(self._mend)

    def __call__(self, match: re.Match[str]) -> str:
        word = match[0]
        if (form := self._by_place.get(word.lower())) is not None:
            return _in_case_of(word, form.meaning(_word_before(match), _word_after(match)))
        return self._meant(word)

    def is_understood(self, word: str) -> bool:
        """Whether a word is English, a letter, or something that is written out or mended; letters may be held down."""
        if len(word) == 1 or self._meant(word) != word:
            return True
        forms = (word.lower(), _HELD.sub(r"\1", word.lower()))
        return any(form in self._known or form in self._english or form in self._by_place for form in forms)

    def _meant(self, word: str) -> str:
        return self._mended(word) if len(word) <= _LONGEST else word

    def _mend(self, word: str) -> str:
        lower = word.lower()
        found = self._short_forms.get(lower)
        if found is None and lower.isalpha() and lower not in self._known and lower not in self._english:
            found = self._key(lower) or self._apart(lower) or self._slipped(lower)
        if found is None:
            return word
        return _in_case_of(word, found)

    def _key(self, word: str) -> str | None:
        if len(word) < _SHORTEST:
            return None
        allowed = 2 if len(word) >= _TWO_ERRORS_FROM else 1
        close = [(OSA.distance(word, key, score_cutoff=allowed), key) for key in self._by_start[word[0]]]
        best = min(close, default=(allowed + 1, ""))
        if best[0] <= allowed:
            return best[1]
        consonants = _consonants(word)
        return self._by_consonants.get(consonants) if len(consonants) > _FEWEST_CONSONANTS else None

    def _apart(self, word: str) -> str | None:
        parts = self._parts(word, _MOST_PARTS) if len(word) >= _SHORTEST_RUN else None
        return " ".join(parts) if parts and len(parts) > 1 else None

    def _slipped(self, word: str) -> str | None:
        """Return the common word that a word is with one letter wrong, missing, too many or swapped; None without one.

        Most slips leave the first letter as it is. The last letter that is not spoken ("tryin"), and an apostrophe that
        is missing, go before all else.
        """
        if len(word) < _SHORTEST_SLIPPED:
            return None
        if word.endswith("in") and f"{word}g" in self._common:
            return f"{word}g"
        near = [each for each in sorted(self._english.candidates(word) or ()) if each[0] == word[0]]
        whole = [each for each in near if each.replace("'", "") == word and not each.endswith("'s")]  # "havent"
        common = [each for each in near if each in self._common]
        # Vowels slip more easily: "secnd" is second rather than send.
        alike = [each for each in common if _consonants(each) == _consonants(word)]
        return max(whole or alike or common, key=self._english.word_usage_frequency, default=None)

    def _parts(self, word: str, most: int) -> list[str] | None:
        """Return a word as the fewest words that it may be, of which no two others stand side by side; or None."""
        if word in self._run_together or (word in self._neighbours and len(word) >= _SHORTEST):
            return [word]
        found = []
        for cut in range(1, len(word)) if most > 1 else ():
            left, right = self._parts(word[:cut], 1), self._parts(word[cut:], most - 1)
            if left and right and not self._run_together.isdisjoint((left[-1], right[0])):
                found.append(left + right)
        return min(found, key=lambda parts: (len(parts), -max(map(len, parts))), default=None)


def _consonants(word: str) -> str:
    """Return the first letter and the consonants after it, each once in a row."""
    rest = [letter for letter in word[1:] if letter not in _VOWELS]
    return word[0] + "".join(letter for place, letter in enumerate(rest) if not place or rest[place - 1] != letter)


def _in_case_of(word: str, found: str) -> str:
    return found.upper() if word.isupper() and len(word) > 1 else found


def _word_before(match: re.Match[str]) -> str:
    *_, word = ("", *_WORD.findall(match.string[max(0, match.start() - _BESIDE) : match.start()]))
    return word.lower()


def _word_after(match: re.Match[str]) -> str:
    found = _WORD.search(match.string, match.end(), match.end() + _BESIDE)
    return found[0].lower() if found else ""
