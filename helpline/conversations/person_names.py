"""Finds personal names by lists of names and by the words beside them.

A name that is no other word ("emily", "oluwaseun") is one wherever it stands. A name that is a word as well ("grace",
"will") and a word that is in no list ("zolani") need something that shows a person: "my sister", "dr.", "this is",
"told me", a capital within a sentence, a sentence of its own. What stands beside a found name is then looked at again.
"""

import re
from collections.abc import Iterator

from helpline.conversations.name_context import NameContext
from helpline.conversations.name_neighbours import ADJACENT, NameNeighbours
from helpline.conversations.name_tokens import Token, tokenize
from helpline.conversations.name_words import NameWords
from helpline.conversations.redaction_lexicon import Names, plain
from helpline.conversations.span import Span

_AFTER_TITLE = re.compile(r"\.?\s{0,2}")
_SPELLED = re.compile(r"(?<![\w-])[^\W\d_](?:-[^\W\d_]){3,14}(?![\w-])")
_LONGEST_THIRD_PERSON = 7
_MOST_SURNAMES = 2
_MOST_FOREIGN, _MOST_FOREIGN_SHARE = 2, 0.2


class PersonNameFinder:
    """Finds names.

    Args:
        lexicon: The words that stand beside names, and those that are names or none.
    """

    def __init__(self, lexicon: Names) -> None:
        self._words = NameWords(lexicon)
        self._context = NameContext(lexicon, self._words)
        self._neighbours = NameNeighbours(lexicon, self._words, self._context)
        self._naming, self._titles, self._relations = map(
            frozenset, (lexicon.naming, lexicon.titles, lexicon.relations)
        )
        self._naming_certain, self._naming_particles = map(
            frozenset, (lexicon.naming_certain, lexicon.naming_particles)
        )
        self._being, self._calling, self._after = map(frozenset, (lexicon.being, lexicon.calling, lexicon.after))
        self._after_certain, self._determiners = frozenset(lexicon.after_certain), frozenset(lexicon.determiners)
        self._present, self._personal_titles = frozenset(lexicon.present), frozenset(lexicon.personal_titles)
        self._linking, self._owners, self._auxiliaries = map(
            frozenset, (lexicon.linking, lexicon.owners, lexicon.auxiliaries)
        )
        self._being_uncertain, self._after_being = frozenset(lexicon.being_uncertain), frozenset(lexicon.after_being)
        self._openers, self._verbs = frozenset(lexicon.openers), frozenset(lexicon.verbs)
        self._months, self._syllables = frozenset(lexicon.months), frozenset(lexicon.syllables)
        self._greetings, self._short_names = frozenset(lexicon.greetings), frozenset(lexicon.short_names)
        self._given_too = frozenset(lexicon.given_too)
        self._abbreviations = frozenset(lexicon.abbreviations)
        self._states, self._abstract = frozenset(lexicon.states_of_people), frozenset(lexicon.abstract)

    def is_name_alone(self, text: str) -> bool:
        """Tell whether a text is a given name, with a surname or two or none, and nothing else."""
        first, *others = [plain(word.strip(".,!")) for word in text.split()] or [""]
        if not self._words.is_sure(first) and not (others and self._words.is_listed_given(first)):
            return False
        return len(others) <= _MOST_SURNAMES and all(map(self._words.is_listed_family, others))

    def find(self, text: str) -> Iterator[Span]:
        """Yield the names; neighbouring ones as one, without the title that stands before them."""
        for match in _SPELLED.finditer(text):
            word = plain(match[0].replace("-", ""))
            if self._words.can_be_name(word) and not self._words.is_common(word):
                yield Span(*match.span(), "name")
        tokens = tokenize(text, self._words)
        named = [self._is_name(tokens, i) for i in range(len(tokens))]
        if not any(named):
            return
        self._neighbours.mark(tokens, named)
        self._leave_titles(tokens, named)
        i = 0
        while i < len(tokens):
            if not named[i]:
                i += 1
                continue
            last = i
            while last + 1 < len(tokens) and named[last + 1] and ADJACENT.fullmatch(tokens[last + 1].before):
                last += 1
            yield Span(tokens[i].start, tokens[last].end, "name")
            i = last + 1

    def _leave_titles(self, tokens: list[Token], named: list[bool]) -> None:
        """Unmark titles and relations before a name: the "navigator" of "navigator Shonda"."""
        for i in range(len(tokens) - 1):
            word, following = tokens[i].word, tokens[i + 1]
            owned = i > 0 and tokens[i - 1].word in self._owners
            named[i] = named[i] and not (
                (word in self._titles or word in self._relations)
                and named[i + 1]
                and _AFTER_TITLE.fullmatch(following.before)
                and following.before
                and not (i > 0 and named[i - 1])
                and (owned or not self._words.is_usual_given(word))
            )

    def _is_name(self, tokens: list[Token], i: int) -> bool:
        token, words, context = tokens[i], self._words, self._context
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
            return (token.capital and context.is_dashed_signature(tokens, i)) or self._are_initials(tokens, i)
        initial_before = i and len(tokens[i - 1].word) == 1 and tokens[i - 1].first and "." in token.before
        if initial_before and words.is_word_family(token.word):
            return True
        if self._is_of_syllables(tokens, i) or self._is_greeted(tokens, i):
            return True
        if not words.is_never(token.word):
            naming = context.phrase_before(tokens, i, self._naming)
            if naming and self._after_naming(token, naming):
                return True
        if words.is_no_name(token.word):
            shown = (token.first or token.capital) and context.is_relation_after(tokens, i)
            owning = token.capital and token.written.endswith("'s") and words.can_be_given(token.word)
            return words.is_listed_given(token.word) and (shown or owning)
        if context.is_place_or_month(tokens, i):
            return False
        if words.is_sure(token.word) or (words.is_family(token.word) and (token.capital or len(token.word) > 3)):
            return True
        if self._is_owned(tokens, i):
            return True
        if words.is_unknown(token.word):
            return self._is_unknown_name(tokens, i)
        if words.can_be_given(token.word):
            return self._is_ambiguous_name(tokens, i)
        if token.capital and not token.first and not words.is_place(token.word):
            return context.phrase_before(tokens, i, self._relations) is not None or self._is_capital_family(tokens, i)
        return False

    def _is_owned(self, tokens: list[Token], i: int) -> bool:
        """Whether "my flatmate" stands before a word that few people use: a name more often than not."""
        word, words = tokens[i].word, self._words
        return (
            len(word) > 2
            and not words.is_place(word)
            and (words.is_usual_given(word) or not (words.is_common(word) or words.is_inflected(word)))
            and word not in self._abstract
            and not self._context.is_verb(tokens, i)
            and self._context.is_after_owned(tokens, i)
        )

    def _are_initials(self, tokens: list[Token], i: int) -> bool:
        """Whether the letter is one of "T.J." at the beginning of a sentence."""
        a = i if tokens[i].first else i - 1
        if a < 0 or a + 1 >= len(tokens) or not tokens[a].first or tokens[a + 1].before != ".":
            return False
        pair = tokens[a].word + tokens[a + 1].word
        longer = a + 2 < len(tokens) and tokens[a + 2].before == "."
        return len(pair) == 2 and pair not in self._abbreviations and (tokens[a].capital or not longer)

    def _is_greeted(self, tokens: list[Token], i: int) -> bool:
        """Whether "thanks Paloma", "I'm An." makes a name of what is none elsewhere."""
        token, context = tokens[i], self._context
        if not token.capital or token.first:
            return False
        if self._words.is_no_name(token.word) and (token.word in self._short_names or token.word in self._given_too):
            greeted = context.phrase_before(tokens, i, self._greetings)
            being = token.word in self._short_names and context.phrase_before(tokens, i, self._being)
            return bool(greeted or being) and context.is_last(tokens, i)
        return False

    def _is_of_syllables(self, tokens: list[Token], i: int) -> bool:
        """Whether the word is half of a name such as "ji-woo" or "Chi-Kuen"."""
        return tokens[i].word in self._syllables and any(
            0 <= a < b < len(tokens)
            and tokens[b].before == "-"
            and tokens[a].word != tokens[b].word
            and tokens[a].word in self._syllables
            and tokens[b].word in self._syllables
            and (tokens[a].capital or not self._words.is_never(tokens[a].word))
            for a, b in ((i - 1, i), (i, i + 1))
        )

    def _is_capital_family(self, tokens: list[Token], i: int) -> bool:
        """Whether a family name that is a word stands with a capital among small words: "the Winters slot"."""
        word = tokens[i].word
        beside = [*tokens[max(0, i - 1) : i], *tokens[i + 1 : i + 2]]
        return (
            self._words.is_listed_family(word)
            and not self._words.is_common(word)
            and word not in self._months
            and not any(token.capital and not token.first for token in beside)
        )

    def _after_title(self, tokens: list[Token], i: int) -> bool:
        token, words = tokens[i], self._words
        if len(token.word) == 1:
            personal = tokens[i - 1].word in self._personal_titles or tokens[i - 1].word == "dr"
            return personal and token.word not in "iaunrw"
        is_verb = self._context.is_verb(tokens, i)
        if token.word in self._naming_particles or (
            words.is_word_family(token.word) and not words.is_never(token.word) and not is_verb
        ):
            return True
        if is_verb or words.is_never(token.word) or (words.is_no_name(token.word) and token.word not in self._months):
            return False
        if token.word in self._months and not (words.can_be_given(token.word) or words.is_word_family(token.word)):
            return False
        return token.capital or words.is_unknown(token.word) or words.is_after_title(token.word)

    def _after_naming(self, token: Token, phrase: str) -> bool:
        """Whether a word after "my name is" is a name: nearly all are, after "called" those that can be."""
        word, words = token.word, self._words
        if word in self._naming_particles:
            return True
        certain = phrase in self._naming_certain
        if certain and words.is_word_family(word):
            return True
        if words.is_drug(word) or (words.is_no_name(word) and not words.can_be_given(word)):
            return False
        return certain or token.capital or words.can_be_name(word)

    def _is_unknown_name(self, tokens: list[Token], i: int) -> bool:
        """Whether a word that is in no list is meant as a name."""
        token, context = tokens[i], self._context
        if token.capital and not token.first:
            return True
        if context.is_labelled(tokens, i):
            return True
        if len(tokens) == 1 and not self._words.is_inflected(token.word):
            return True
        if self._words.is_inflected(token.word) and not (token.capital and context.is_set_apart(tokens, i)):
            return False
        if token.capital:
            return True
        if i and tokens[i - 1].word in self._determiners:
            return False
        if context.phrase_before(tokens, i, self._relations) or context.is_relation_after(tokens, i):
            return True
        if context.is_before_relation(tokens, i):
            return True
        being = context.phrase_before(tokens, i, self._being)
        if being and being not in self._being_uncertain:
            following = tokens[i + 1].word if i + 1 < len(tokens) else ""
            return context.is_last(tokens, i) or following in self._after_being
        calling = context.phrase_before(tokens, i, self._calling)
        if calling and (" " in calling or calling == "named"):
            return True
        if context.phrase_after(tokens, i, self._after_certain) is not None:
            return True
        return self._words.is_foreign(token.word) and self._is_english(tokens)

    def _is_english(self, tokens: list[Token]) -> bool:
        """Whether so few words are foreign that they are names and not another language."""
        foreign = sum(self._words.is_foreign(token.word) for token in tokens)
        return foreign <= max(_MOST_FOREIGN, len(tokens) * _MOST_FOREIGN_SHARE)

    def _is_ambiguous_name(self, tokens: list[Token], i: int) -> bool:
        """Whether a name that is a word as well is meant as a name."""
        token, words, context = tokens[i], self._words, self._context
        before = tokens[i - 1].word if i else ""
        if context.is_relation_after(tokens, i) and (
            token.word not in self._verbs or tokens[i + 1].word in self._linking
        ):
            return before not in self._determiners or token.capital
        if context.is_before_relation(tokens, i) or context.is_labelled(tokens, i):
            return True
        if context.is_verb(tokens, i):
            return False
        if self._stands_as_name(tokens, i):
            return True
        if token.word in self._auxiliaries and not token.capital and not context.is_last(tokens, i):
            third_person = tokens[i + 1].word.endswith("s") and len(tokens[i + 1].word) < _LONGEST_THIRD_PERSON
            certain = context.phrase_after(tokens, i, self._after_certain) is not None or third_person
            return certain and before not in self._determiners and before not in self._owners
        being = context.phrase_before(tokens, i, self._being)
        if token.capital and not token.first and not words.is_place(token.word):
            introduced = being is not None and being not in self._being_uncertain
            return not (token.word in self._months and before not in self._relations and not introduced)
        if i == 1 and before == "is" and context.phrase_after(tokens, i, self._present):
            return True
        if being and not (token.word in self._months and being in self._being_uncertain):
            certain = (
                words.is_usual_given(token.word)
                and being not in self._being_uncertain
                and before not in self._determiners - {"this"}
            )
            after = context.phrase_after(tokens, i, self._after)
            return token.capital or certain or context.is_last(tokens, i) or after is not None
        if token.capital and context.phrase_after(tokens, i, self._after):
            return True
        calling = context.phrase_before(tokens, i, self._calling)
        if not token.capital and before in self._determiners and not (calling and " " in calling):
            return False
        if calling or context.phrase_before(tokens, i, self._relations):
            return True
        if context.phrase_after(tokens, i, self._after_certain):
            return i == 0 or token.first or before in self._openers
        return context.is_dashed_signature(tokens, i) or (len(tokens) == 1 and token.capital)

    def _stands_as_name(self, tokens: list[Token], i: int) -> bool:
        """Whether its place in the sentence makes the word a name: "June. Like the month", "Ray does", "Dale's"."""
        token, context = tokens[i], self._context
        usual = self._words.is_usual_given(token.word)
        if (
            usual
            and context.is_sentence(tokens, i)
            and token.word not in self._abstract
            and token.word not in self._months
        ):
            return True
        if context.is_set_apart(tokens, i) and usual:
            alone = i == 0 or i + 1 == len(tokens)
            return token.capital or (alone and len(tokens) > 1 and token.word not in self._auxiliaries)
        if token.word in self._abstract:
            return False
        if not token.capital:
            begins = token.first and usual and not (token.word in self._auxiliaries or token.word in self._months)
            return begins and context.phrase_after(tokens, i, self._states) is not None
        if token.written.endswith("'s") and token.word not in self._months:
            return True
        return token.first and usual and context.phrase_after(tokens, i, self._states) is not None
