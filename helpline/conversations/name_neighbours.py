"""Finds the names beside names: family names, initials, nicknames in quotes, "emily and grace"."""

import re
from collections.abc import Sequence

from helpline.conversations.name_context import NameContext
from helpline.conversations.name_tokens import Token
from helpline.conversations.name_words import NameWords
from helpline.conversations.redaction_lexicon import Names

ADJACENT = re.compile(r"\s{1,2}|-|\.\s?|\s[\"\u201c\u2018']|[\"\u201d\u2019']\s")
_COMMA = re.compile(r"\s?[,/&+]\s?")
_QUOTE = re.compile(r"[\"\u201c\u2018\u201d\u2019']")
_SHORT_FAMILY = 4
# Letters that stand for words: "you", "are", "and".
_SHORT_WORDS = "iaucrnwxy"


class NameNeighbours:
    """Marks what belongs to the names that are marked already, in the list beside the words."""

    def __init__(self, lexicon: Names, words: NameWords, context: NameContext) -> None:
        self._words, self._context = words, context
        self._listing, self._months = frozenset(lexicon.listing), frozenset(lexicon.months)
        self._particles, self._naming_particles = frozenset(lexicon.particles), frozenset(lexicon.naming_particles)
        self._short_given, self._relations = frozenset(lexicon.short_given), frozenset(lexicon.relations)
        self._titles, self._auxiliaries = frozenset(lexicon.titles), frozenset(lexicon.auxiliaries)
        self._determiners = frozenset(lexicon.determiners)
        self._short_families = frozenset(lexicon.short_families)
        self._linking = frozenset(lexicon.linking) - self._listing
        self._nickname_words = frozenset(lexicon.nickname_words)

    def mark(self, tokens: Sequence[Token], named: list[bool]) -> None:
        """Mark the neighbours of the names, to the right, then to the left."""
        self._repeat(tokens, named)
        for i in range(len(tokens) - 1):
            if named[i]:
                self._spread_right(tokens, named, i)
        for i in range(len(tokens) - 1, 0, -1):
            if named[i]:
                self._spread_left(tokens, named, i)

    def _repeat(self, tokens: Sequence[Token], named: list[bool]) -> None:
        """Mark a name wherever it stands, but not where it is a verb or a place."""
        capital = {token.word for token, is_name in zip(tokens, named, strict=True) if is_name and token.capital}
        known = {
            token.word
            for token, is_name in zip(tokens, named, strict=True)
            if is_name and len(token.word) > 1 and not (self._words.is_never(token.word) or token.word in self._titles)
        }
        for i, token in enumerate(tokens):
            if named[i] or token.word not in known or not self._is_again(tokens, i):
                continue
            following = tokens[i + 1].word if i + 1 < len(tokens) else ""
            small = token.word in capital and not token.capital and following not in self._linking
            if small and self._words.is_ordinary(token.word):
                continue
            named[i] = True

    def _is_again(self, tokens: Sequence[Token], i: int) -> bool:
        """Whether a word that is a name elsewhere in the text is one here, too."""
        word = tokens[i].word
        if not self._words.is_ordinary(word):
            return True
        return not (
            self._context.is_verb(tokens, i)
            or self._context.is_place_or_month(tokens, i)
            or (word in self._auxiliaries and not tokens[i].capital)
            or (i and tokens[i - 1].word in self._determiners and not tokens[i].capital)
        )

    def _spread_right(self, tokens: Sequence[Token], named: list[bool], i: int) -> None:
        j = i + 1
        token = tokens[j]
        if named[j]:
            return
        if not ADJACENT.fullmatch(token.before):
            if _COMMA.fullmatch(token.before):
                named[j] = self._is_listed(tokens, j, "," in token.before)
            return
        if token.word in self._particles and self._spread_over_particles(tokens, named, j):
            return
        if token.word in self._listing and j + 1 < len(tokens) and tokens[j + 1].before.isspace():
            named[j + 1] = named[j + 1] or self._is_listed(tokens, j + 1, False)
        elif self._continues(tokens, named, j):
            named[j] = True

    def _spread_over_particles(self, tokens: Sequence[Token], named: list[bool], j: int) -> bool:
        k = j + 1
        while k < len(tokens) and tokens[k].word in self._particles and k < j + 3:
            k += 1
        if k >= len(tokens) or not re.fullmatch(r"\s|'|\u2019", tokens[k].before):
            return False
        last = tokens[k]
        certain = tokens[j].word in self._naming_particles and not self._words.is_never(last.word)
        if not (
            named[k]
            or certain
            or self._words.is_family(last.word)
            or self._words.is_word_family(last.word)
            or (last.capital and not self._words.is_never(last.word))
        ):
            return False
        named[j : k + 1] = [True] * (k + 1 - j)
        return True

    def _continues(self, tokens: Sequence[Token], named: list[bool], j: int) -> bool:
        """Whether a word after a name belongs to it: a family name, an initial."""
        token, words = tokens[j], self._words
        word, is_last = token.word, self._context.is_last(tokens, j)
        if "." in token.before and len(tokens[j - 1].word) > 1:
            return False
        if len(word) == 1:
            if word not in _SHORT_WORDS:
                return True
            return (word not in "iau" and (token.capital or is_last)) or (token.capital and word in "au" and is_last)
        between = j + 1 < len(tokens) and named[j + 1] and ADJACENT.fullmatch(tokens[j + 1].before) is not None
        if token.before == "-" and token.capital:
            return not words.is_drug(word)
        if words.is_no_name(word) or self._context.is_verb(tokens, j):
            return False
        if token.before == "-":
            return True
        if words.is_place(word) and not (token.capital or between):
            return False
        if token.capital and word not in self._months:
            return True
        if words.is_unknown(word):
            return not words.is_inflected(word)
        if len(word) < 4 and words.is_listed_given(word):
            following = j + 1 < len(tokens) and words.is_listed_given(tokens[j + 1].word)
            return between or following or is_last or self._context.is_relation_after(tokens, j)
        if words.is_listed_family(word) and (is_last or not words.is_common(word)):
            return True
        return words.is_family(word) or words.is_sure(word) or words.is_word_family(word) or (between and len(word) < 6)

    def _is_listed(self, tokens: Sequence[Token], j: int, comma: bool) -> bool:
        """Whether a word after "emily and" or "emily," is a name, too."""
        token, words = tokens[j], self._words
        if (
            words.is_no_name(token.word)
            or words.is_place(token.word)
            or self._context.is_verb(tokens, j)
            or len(token.word) < 2
        ):
            return False
        if token.capital:
            return words.can_be_name(token.word) or not (comma or words.is_common(token.word))
        if comma and not (self._context.is_last(tokens, j) or tokens[j + 1].word in self._listing):
            return False
        return words.can_be_given(token.word) or (words.can_be_name(token.word) and not words.is_inflected(token.word))

    def _spread_left(self, tokens: Sequence[Token], named: list[bool], i: int) -> None:
        j = i - 1
        token, words = tokens[j], self._words
        before = tokens[i].before
        if named[j] or not (ADJACENT.fullmatch(before) or _COMMA.fullmatch(before)):
            return
        if token.word in self._short_given and token.capital and before == ". ":
            named[j] = True
        elif len(token.word) == 1:
            initial = "." in before or (token.capital and token.written not in {"i", "a"})
            named[j] = token.written == token.word and (initial or (token.word == "o" and before == " "))
        elif token.word in self._naming_particles and before.isspace() and j and not words.is_never(tokens[j - 1].word):
            named[j] = tokens[j - 1].word in self._particles or token.word != "di"
        elif (token.word in self._naming_particles and before.isspace() and token.first) or (
            token.word in self._particles and before.isspace() and j and tokens[j - 1].word in self._naming_particles
        ):
            named[j] = True
        elif token.word in self._listing and j and before.isspace() and token.before.isspace():
            self._spread_over_listing(tokens, named, j - 1)
        elif self._belongs(tokens, j, i):
            named[j] = True

    def _spread_over_listing(self, tokens: Sequence[Token], named: list[bool], j: int) -> None:
        """Mark "grace" in "grace and emily"."""
        token, words = tokens[j], self._words
        named[j] = named[j] or (
            not words.is_no_name(token.word)
            and words.can_be_name(token.word)
            and not self._context.is_place_or_month(tokens, j)
            and (token.capital or j == 0 or words.is_usual_given(token.word) or tokens[j - 1].word in self._relations)
        )

    def _belongs(self, tokens: Sequence[Token], j: int, i: int) -> bool:
        """Whether a word before a name belongs to it: a given name, a family name that comes first."""
        token, words, before = tokens[j], self._words, tokens[i].before
        if "." in before or not (before.isspace() or before == "-" or _QUOTE.search(before)):
            return False
        if token.word in self._short_families and (token.capital or len(token.word) < _SHORT_FAMILY):
            return not words.is_never(token.word)
        if token.capital and token.word in self._nickname_words:
            return True
        if words.is_no_name(token.word) or self._context.is_verb(tokens, j) or token.word in self._titles:
            return False
        if token.capital:
            return (
                words.is_unknown(token.word)
                or words.can_be_given(token.word)
                or (words.is_listed_family(token.word) and not words.is_common(token.word))
                or before == "-"
            )
        if before == "-":
            return words.is_unknown(token.word) or words.can_be_given(token.word)
        return words.can_be_given(token.word) and not words.is_inflected(token.word)
