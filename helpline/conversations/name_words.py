"""Tells of a single word whether it is a name, can be one, or is none."""

import re
from functools import lru_cache
from itertools import chain

from helpline.conversations.redaction_lexicon import Names, domain_words, lines_of, read_list
from helpline.conversations.word_list import WordList, slips

# A word in no list with one of these endings is a rare or misspelt word, hardly a name.
_INFLECTED = re.compile(
    r"(?:ed|ing|ly|tion|ness|ful|ous|ive|able|ment|est|ity|ism|ist|ists|ions|emia|itis|oma|osis|pathy|ology|gist|scopy"
    r"|ectomy|[^s]s)$"
)
_LONGEST_SCRAP = 3
_SHORTEST_MISSPELT = 5


class NameWords:
    """The lists of names and words, as questions about a word in small letters without accents."""

    def __init__(self, words: Names) -> None:
        never_words = frozenset(words.never_words)
        self._never, self._places = frozenset(words.never), frozenset(words.places)
        foreign = read_list("foreign_words.txt") - frozenset(words.more_given)
        self._not_names = frozenset(words.not_names) | domain_words() | foreign
        self._drug = re.compile(f"(?:{'|'.join(words.drug_endings)})$")
        self._words = read_list("words_en.txt") - never_words
        self._rare_words = WordList(lines_of("rare_words_en.txt"))
        self._common_words = read_list("common_words_en.txt") - never_words
        self._also_words = frozenset(words.also_words) - never_words
        more_given = (*words.more_given, *self._also_words, *never_words)
        self._given = WordList(chain(lines_of("given_names.txt"), more_given))
        self._family = WordList(lines_of("family_names.txt"))
        self._towns = WordList(lines_of("towns.txt"))
        self._word_families = frozenset(words.word_families)

    def is_never(self, word: str) -> bool:
        """Whether the word is no name even after "my name is"."""
        return word in self._never

    def is_drug(self, word: str) -> bool:
        """Whether the word is one of the domain or looks like a drug."""
        return word in domain_words() or (self._drug.search(word) is not None and word not in self._given)

    def is_no_name(self, word: str) -> bool:
        """Whether the word is no name without a strong sign."""
        return word in self._never or word in self._not_names or self.is_drug(word)

    def is_place(self, word: str) -> bool:
        """Whether a town, state or country is called so."""
        return word in self._places

    def is_ordinary(self, word: str) -> bool:
        """Whether the word is used as a word, too."""
        return word in self._words or word in self._also_words

    def is_sure(self, word: str) -> bool:
        """Whether the word is a given name and hardly anything else."""
        return len(word) > 2 and word in self._given and not self.is_ordinary(word) and not self._excluded(word)

    def is_family(self, word: str) -> bool:
        """Whether the word is a family name and hardly anything else."""
        return len(word) > 2 and word in self._family and not self.is_ordinary(word) and not self._excluded(word)

    def is_listed_given(self, word: str) -> bool:
        """Whether the word is in the list of given names, whatever else it is."""
        return word in self._given and word not in self._never

    def is_listed_family(self, word: str) -> bool:
        """Whether the word is in the list of family names, whatever else it is."""
        return word in self._family and word not in self._never

    def is_common(self, word: str) -> bool:
        """Whether the word is one of those that everybody uses."""
        return word in self._common_words

    def is_word_family(self, word: str) -> bool:
        """Whether the word is a family name, well known, and a word."""
        return word in self._word_families

    def is_after_title(self, word: str) -> bool:
        """Whether the word is a name after "dr"."""
        return (
            word in self._word_families
            or word.removesuffix("s") in self._word_families
            or word in self._also_words
            or self.can_be_name(word)
        )

    def is_unknown(self, word: str) -> bool:
        """Whether the word is in no list of names, words and towns."""
        return len(word) > 2 and not self.is_known(word) and word not in self._towns and not self._excluded(word)

    def is_foreign(self, word: str) -> bool:
        """Whether the word is neither a name nor English, nor a slip of an English word: a name no list has."""
        return (
            len(word) > _LONGEST_SCRAP
            and word.isascii()
            and word.isalpha()
            and self.is_unknown(word)
            and word not in self._rare_words
            and not self.is_inflected(word)
            and not self._is_misspelt(word)
        )

    @lru_cache(maxsize=4096)  # noqa: B019 - there is one object, as long as the process lives
    def _is_misspelt(self, word: str) -> bool:
        """Whether one letter more, less, another or two exchanged make a known word of it, or a space two of them."""
        if len(word) < _SHORTEST_MISSPELT:
            return False
        halves = [(word[:i], word[i:]) for i in range(len(word) + 1)]
        if any(a in self._common_words and b in self._common_words for a, b in halves if min(len(a), len(b)) > 1):
            return True
        return any(slip in self._words or slip in self._not_names for slip in slips(word))

    def is_known(self, word: str) -> bool:
        """Whether the word is in one of the lists."""
        return (
            word in self._words
            or word in self._given
            or word in self._family
            or word in self._not_names
            or word in self._never
        )

    def is_inflected(self, word: str) -> bool:
        """Whether the word ends as verbs, adjectives and illnesses do."""
        return _INFLECTED.search(word) is not None

    def can_be_given(self, word: str) -> bool:
        """Whether the word is a given name that people use, whatever else it is."""
        return word in self._also_words or (word in self._given and word not in self._common_words)

    def is_usual_given(self, word: str) -> bool:
        """Whether the word is a given name as often as a word."""
        return word in self._also_words or (word in self._given and word not in self._words)

    def can_be_name(self, word: str) -> bool:
        """Whether the word can be a name where one is looked for."""
        return self.can_be_given(word) or self.is_family(word) or self.is_unknown(word)

    def _excluded(self, word: str) -> bool:
        return word in self._places or self.is_no_name(word)
