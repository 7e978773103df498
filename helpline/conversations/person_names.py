"""Finds personal names by lists of names and by the words beside them.

A name that is no other word ("emily", "oluwaseun") is one wherever it stands. A name that is a word as well ("grace",
"will") and a word that is in no list ("zolani") need something that shows a person: "my sister", "dr.", "this is",
"told me", a capital within a sentence. What stands beside a found name is then looked at again: "emily and grace".
"""

import re
from collections.abc import Iterator

from helpline.conversations.name_tokens import Token, tokenize
from helpline.conversations.name_words import NameWords
from helpline.conversations.redaction_lexicon import Names
from helpline.conversations.span import Span

_LINK = re.compile(r"[\s,:=\"'\u201c(.~*-]{0,4}")
_ADJACENT = re.compile(r"(?:\s{1,2}|-|\.\s?)")
_AFTER_TITLE = re.compile(r"\.?\s{0,2}")
_COMMA = re.compile(r"\s?[,/&+]\s?")
_LONGEST_PHRASE = 4
_LONGEST_THIRD_PERSON = 7
_SIGNATURE = re.compile(r"\n\s*|(?:.*[\s.,!?])?[-\u2013\u2014~]\s?", re.S)


class PersonNameFinder:
    """Finds names.

    Args:
        words: The words that stand beside names, and those that are names or none.
    """

    def __init__(self, words: Names) -> None:
        self._words = NameWords(words)
        self._naming, self._titles, self._relations = map(frozenset, (words.naming, words.titles, words.relations))
        self._being, self._calling, self._after = map(frozenset, (words.being, words.calling, words.after))
        self._after_certain, self._determiners = frozenset(words.after_certain), frozenset(words.determiners)
        self._present = frozenset(words.present)
        self._naming_certain = frozenset(words.naming_certain)
        self._masked_titles, self._listing = frozenset(words.masked_titles), frozenset(words.listing)
        self._particles, self._naming_particles = frozenset(words.particles), frozenset(words.naming_particles)
        self._modals, self._after_modals = frozenset(words.modals), frozenset(words.after_modals)
        self._linking, self._owners, self._auxiliaries = map(
            frozenset, (words.linking, words.owners, words.auxiliaries)
        )
        self._being_uncertain, self._after_being = frozenset(words.being_uncertain), frozenset(words.after_being)
        self._openers, self._after_places = frozenset(words.openers), frozenset(words.after_places)
        self._month_cues = frozenset([*words.place_cues, *words.determiners, *words.month_cues])
        self._verbs = frozenset(words.verbs)
        self._months, self._place_cues = frozenset(words.months), frozenset(words.place_cues)

    def find(self, text: str) -> Iterator[Span]:
        """Yield the names; neighbouring ones as one, with the title of address that stands before them."""
        tokens = tokenize(text, self._words)
        named = [self._is_name(tokens, i) for i in range(len(tokens))]
        if not any(named):
            return
        self._repeat(tokens, named)
        for i in range(len(tokens) - 1):
            if named[i]:
                self._spread_right(tokens, named, i)
        for i in range(len(tokens) - 1, 0, -1):
            if named[i]:
                self._spread_left(tokens, named, i)
        i = 0
        while i < len(tokens):
            if not named[i]:
                i += 1
                continue
            last = i
            while last + 1 < len(tokens) and named[last + 1] and _ADJACENT.fullmatch(tokens[last + 1].before):
                last += 1
            yield Span(tokens[i].start, tokens[last].end, "name")
            i = last + 1

    # What stands beside a word.

    def _phrase_before(self, tokens: list[Token], i: int, phrases: frozenset[str]) -> str | None:
        """Return the longest of the phrases that ends before a word."""
        phrase, found = "", None
        for j in range(i - 1, max(-1, i - 1 - _LONGEST_PHRASE), -1):
            if not _LINK.fullmatch(tokens[j + 1].before):
                break
            phrase = f"{tokens[j].written} {phrase}".strip()
            if phrase in phrases:
                found = phrase
        return found

    def _phrase_after(self, tokens: list[Token], i: int, phrases: frozenset[str]) -> str | None:
        phrase = ""
        for j in range(i + 1, min(i + 3, len(tokens))):
            if not re.fullmatch(r"\s{1,2}|,\s?", tokens[j].before):
                return None
            phrase = f"{phrase} {tokens[j].written}".strip()
            if phrase in phrases:
                return phrase
        return None

    def _is_relation_after(self, tokens: list[Token], i: int) -> bool:
        """Whether "my sister", "is my sister" follows."""
        following = [token.written for token in tokens[i + 1 : i + 7]]
        if len(following) > 2 and following[0] in self._listing:
            following = following[2:]
        if following and following[0] in self._linking:
            following = following[1:]
        near = (
            i + 1 < len(tokens)
            and re.fullmatch(r"\s{1,2}\(?|\s?,\s?\(?|\s?[-\u2013]\s?", tokens[i + 1].before) is not None
        )
        return (
            near
            and len(following) > 1
            and following[0] in self._owners
            and (
                following[1].removesuffix("'s") in self._relations
                or (len(following) > 2 and following[2] in self._relations)
            )
        )

    def _is_last(self, tokens: list[Token], i: int) -> bool:
        return i + 1 == len(tokens) or not tokens[i + 1].before.isspace()

    def _is_verb(self, tokens: list[Token], i: int) -> bool:
        """Whether a word such as "will" or "may" is the verb of what stands before it."""
        token = tokens[i]
        return (
            token.word in self._modals
            and i + 1 < len(tokens)
            and tokens[i + 1].before.isspace()
            and tokens[i + 1].word in self._after_modals
            and not (token.capital and not token.first)
        )

    def _is_place_or_month(self, tokens: list[Token], i: int) -> bool:
        word = tokens[i].word
        before = tokens[i - 1].word if i else ""
        if self._words.is_place(word):
            following = tokens[i + 1].word if i + 1 < len(tokens) and tokens[i + 1].before.isspace() else ""
            return before in self._place_cues or self._words.is_place(before) or following in self._after_places
        return word in self._months and before in self._month_cues

    # Whether a word is a name.

    def _is_name(self, tokens: list[Token], i: int) -> bool:
        token, words = tokens[i], self._words
        if token.in_code:
            return words.is_sure(token.word)
        if (
            i
            and tokens[i - 1].written in self._titles
            and _AFTER_TITLE.fullmatch(token.before)
            and self._after_title(tokens, i)
        ):
            return True
        if len(token.word) < 2:
            return token.capital and i > 0 and i + 1 == len(tokens) and _SIGNATURE.fullmatch(token.before) is not None
        if (
            words.is_word_family(token.word)
            and i
            and len(tokens[i - 1].word) == 1
            and tokens[i - 1].first
            and "." in token.before
        ):
            return True
        if not words.is_never(token.word):
            naming = self._phrase_before(tokens, i, self._naming)
            if naming and self._after_naming(token, naming):
                return True
        if words.is_no_name(token.word):
            return words.is_listed_given(token.word) and token.capital and self._is_relation_after(tokens, i)
        if self._is_place_or_month(tokens, i):
            return False
        if words.is_sure(token.word) or (words.is_family(token.word) and (token.capital or len(token.word) > 3)):
            return True
        if words.is_unknown(token.word):
            return self._is_unknown_name(tokens, i)
        if words.can_be_given(token.word):
            return self._is_ambiguous_name(tokens, i)
        if token.capital and not token.first and not words.is_place(token.word):
            return self._phrase_before(tokens, i, self._relations) is not None
        return False

    def _after_title(self, tokens: list[Token], i: int) -> bool:
        token, words = tokens[i], self._words
        if len(token.word) == 1:
            personal = tokens[i - 1].word in self._masked_titles or tokens[i - 1].word == "dr"
            return personal and token.word not in "iaunrw"
        if token.word in self._naming_particles or (
            words.is_word_family(token.word) and not words.is_never(token.word) and not self._is_verb(tokens, i)
        ):
            return True
        if (
            self._is_verb(tokens, i)
            or words.is_never(token.word)
            or (words.is_no_name(token.word) and token.word not in self._months)
        ):
            return False
        if token.word in self._months and not (words.can_be_given(token.word) or words.is_word_family(token.word)):
            return False
        return token.capital or words.is_unknown(token.word) or words.is_after_title(token.word)

    def _after_naming(self, token: Token, phrase: str) -> bool:
        """Whether a word after "my name is" is a name: nearly all are, after "called" those that can be."""
        word, words = token.word, self._words
        if word in self._naming_particles:
            return True
        if words.is_drug(word) or (words.is_no_name(word) and not words.can_be_given(word)):
            return False
        return phrase in self._naming_certain or token.capital or words.can_be_name(word)

    def _is_unknown_name(self, tokens: list[Token], i: int) -> bool:
        token = tokens[i]
        if token.capital and not token.first:
            return True
        if not token.capital and (
            self._words.is_inflected(token.word) or (i and tokens[i - 1].word in self._determiners)
        ):
            return False
        if self._phrase_before(tokens, i, self._relations) or self._is_relation_after(tokens, i):
            return True
        being = self._phrase_before(tokens, i, self._being)
        if being and being not in self._being_uncertain:
            following = tokens[i + 1].word if i + 1 < len(tokens) else ""
            return token.capital or self._is_last(tokens, i) or following in self._after_being
        calling = self._phrase_before(tokens, i, self._calling)
        if calling and (token.capital or " " in calling or calling == "named"):
            return True
        after = self._phrase_after(tokens, i, self._after if token.capital else self._after_certain)
        return after is not None

    def _is_ambiguous_name(self, tokens: list[Token], i: int) -> bool:
        """Whether a name that is a word as well is meant as a name."""
        token, words = tokens[i], self._words
        before = tokens[i - 1].word if i else ""
        if self._is_relation_after(tokens, i) and (
            token.word not in self._verbs or tokens[i + 1].word in self._linking
        ):
            return before not in self._determiners or token.capital
        if self._is_verb(tokens, i):
            return False
        if token.word in self._auxiliaries and not token.capital and not self._is_last(tokens, i):
            third_person = tokens[i + 1].word.endswith("s") and len(tokens[i + 1].word) < _LONGEST_THIRD_PERSON
            certain = self._phrase_after(tokens, i, self._after_certain) is not None or third_person
            return certain and before not in self._determiners and before not in self._owners
        if token.capital and not token.first and not self._words.is_place(token.word):
            return not (token.word in self._months and before not in self._relations)
        if i == 1 and before == "is" and self._phrase_after(tokens, i, self._present):
            return True
        being = self._phrase_before(tokens, i, self._being)
        if being and not (token.word in self._months and being in self._being_uncertain):
            certain = (
                words.is_usual_given(token.word)
                and being not in self._being_uncertain
                and before not in self._determiners - {"this"}
            )
            return (
                token.capital or certain or self._is_last(tokens, i) or bool(self._phrase_after(tokens, i, self._after))
            )
        if token.capital and self._phrase_after(tokens, i, self._after):
            return True
        calling = self._phrase_before(tokens, i, self._calling)
        if not token.capital and before in self._determiners and not (calling and " " in calling):
            return False
        if calling or self._phrase_before(tokens, i, self._relations):
            return True
        if self._phrase_after(tokens, i, self._after_certain):
            return i == 0 or token.first or before in self._openers
        signed = i > 0 and i + 1 == len(tokens) and _SIGNATURE.fullmatch(token.before) is not None
        return signed or (len(tokens) == 1 and token.capital)

    # From names to their neighbours.

    def _repeat(self, tokens: list[Token], named: list[bool]) -> None:
        """Mark a name wherever it stands, but not where it may be a word."""
        known = {
            token.word
            for token, is_name in zip(tokens, named, strict=True)
            if is_name and len(token.word) > 1 and not self._words.is_ordinary(token.word)
        }
        for i, token in enumerate(tokens):
            named[i] = named[i] or token.word in known

    def _spread_right(self, tokens: list[Token], named: list[bool], i: int) -> None:
        j = i + 1
        token = tokens[j]
        if named[j]:
            return
        if not _ADJACENT.fullmatch(token.before):
            if _COMMA.fullmatch(token.before):
                named[j] = self._is_listed(tokens, j, "," in token.before)
            return
        if token.word in self._particles and self._spread_over_particles(tokens, named, j):
            return
        if token.word in self._listing and j + 1 < len(tokens) and tokens[j + 1].before.isspace():
            named[j + 1] = named[j + 1] or self._is_listed(tokens, j + 1, False)
        elif self._continues(tokens, named, j):
            named[j] = True

    def _spread_over_particles(self, tokens: list[Token], named: list[bool], j: int) -> bool:
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

    def _continues(self, tokens: list[Token], named: list[bool], j: int) -> bool:
        """Whether a word after a name belongs to it: a family name, an initial."""
        token, words = tokens[j], self._words
        word = token.word
        if "." in token.before and len(tokens[j - 1].word) > 1:
            return False
        if len(word) == 1:
            return (word not in "iau" and (token.capital or self._is_last(tokens, j))) or (
                token.capital and word in "au" and self._is_last(tokens, j)
            )
        between = j + 1 < len(tokens) and named[j + 1] and _ADJACENT.fullmatch(tokens[j + 1].before) is not None
        if (
            words.is_no_name(word)
            or self._is_verb(tokens, j)
            or (words.is_place(word) and not (token.capital or between))
        ):
            return False
        if token.before == "-" or (token.capital and word not in self._months):
            return True
        if words.is_unknown(word):
            return not words.is_inflected(word)
        if len(word) < 4 and words.is_listed_given(word):
            following = j + 1 < len(tokens) and words.is_listed_given(tokens[j + 1].word)
            return between or following or self._is_last(tokens, j) or self._is_relation_after(tokens, j)
        if self._is_last(tokens, j) and words.is_listed_family(word) and not words.is_common(word):
            return True
        return words.is_family(word) or words.is_sure(word) or words.is_word_family(word) or (between and len(word) < 6)

    def _is_listed(self, tokens: list[Token], j: int, comma: bool) -> bool:
        """Whether a word after "emily and" or "emily," is a name, too."""
        token, words = tokens[j], self._words
        if (
            words.is_no_name(token.word)
            or words.is_place(token.word)
            or self._is_verb(tokens, j)
            or len(token.word) < 2
        ):
            return False
        if token.capital:
            return words.can_be_name(token.word)
        if comma and not (self._is_last(tokens, j) or tokens[j + 1].word in self._listing):
            return False
        return words.can_be_given(token.word) or (words.can_be_name(token.word) and not words.is_inflected(token.word))

    def _spread_left(self, tokens: list[Token], named: list[bool], i: int) -> None:
        j = i - 1
        token, words = tokens[j], self._words
        before = tokens[i].before
        if named[j] or not (_ADJACENT.fullmatch(before) or _COMMA.fullmatch(before)):
            return
        if token.word in self._masked_titles and re.fullmatch(r"\.?\s{1,2}", before):
            named[j] = True
            if j > 1 and tokens[j - 1].word in self._listing and tokens[j - 2].word in self._masked_titles:
                named[j - 2 : j] = [True, True]
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
            other = tokens[j - 1]
            named[j - 1] = named[j - 1] or (
                not words.is_no_name(other.word)
                and words.can_be_name(other.word)
                and not self._is_place_or_month(tokens, j - 1)
                and (other.capital or j == 1 or tokens[j - 2].word in self._relations)
            )
        elif (
            words.is_no_name(token.word)
            or "." in before
            or self._is_verb(tokens, j)
            or (not before.isspace() and before != "-")
        ):
            return
        elif token.capital:
            named[j] = words.is_unknown(token.word) or words.can_be_given(token.word)
        else:
            named[j] = words.can_be_given(token.word) and words.is_family(tokens[i].word)
