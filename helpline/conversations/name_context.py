"""Tells what stands around a word of a message: a relation, a title, a verb, the end of a sentence."""

import re
from collections.abc import Sequence

from helpline.conversations.name_tokens import Token
from helpline.conversations.name_words import NameWords
from helpline.conversations.redaction_lexicon import Names
from helpline.conversations.span import BLANK

_LINK = re.compile(r"[\s,:=\"'\u201c(.~*-]{0,4}")
_NEAR = re.compile(r"\s{1,2}\(?|\s?,\s?\(?|\s?[-\u2013\u2014]\s?")
_SIGNATURE = re.compile(r"\n\s*|(?:.*[\s.,!?])?[-\u2013\u2014~]\s?", re.S)
_STOP = re.compile(rf"\s?[,.!?:;(/&\n\u2013\u2014{BLANK}-]|\s?{BLANK}")
_ENCLOSING = re.compile(r"\s?[,(]\s?")
_LABEL = re.compile(r"['\u2019s]{0,2}\s?[:=\u2013\u2014-]\s{0,2}|\s-\s")
_LONGEST_PHRASE = 4


class NameContext:
    """Questions about the words beside the i-th one; the words are those of `tokenize`."""

    def __init__(self, lexicon: Names, words: NameWords) -> None:
        self._words = words
        self._relations, self._owners = frozenset(lexicon.relations), frozenset(lexicon.owners)
        self._relation_links = frozenset(lexicon.relation_links)
        self._named_by = frozenset([*lexicon.relations, *lexicon.name_nouns])
        self._titles = frozenset(lexicon.titles)
        self._listing, self._linking = frozenset(lexicon.listing), frozenset(lexicon.linking)
        self._labels = frozenset([*lexicon.labels, *lexicon.relations])
        self._modals, self._after_modals = frozenset(lexicon.modals), frozenset(lexicon.after_modals)
        self._month_cues = frozenset([*lexicon.place_cues, *lexicon.determiners, *lexicon.month_cues])
        self._months, self._place_cues = frozenset(lexicon.months), frozenset(lexicon.place_cues)
        self._institutions, self._in_place = frozenset(lexicon.institutions), frozenset(lexicon.in_place)
        self._town_nouns, self._town_first = frozenset(lexicon.town_nouns), frozenset(lexicon.town_first)
        self._into_people = frozenset(lexicon.into_people)
        self._after_places = frozenset(lexicon.after_places)
        self._certain_place_cues = frozenset(lexicon.certain_place_cues)

    def phrase_before(self, tokens: Sequence[Token], i: int, phrases: frozenset[str]) -> str | None:
        """Return the longest of the phrases that ends before a word."""
        phrase, found = "", None
        for j in range(i - 1, max(-1, i - 1 - _LONGEST_PHRASE), -1):
            if not _LINK.fullmatch(tokens[j + 1].before):
                break
            phrase = f"{tokens[j].written} {phrase}".strip()
            if phrase in phrases:
                found = phrase
        return found

    def phrase_after(self, tokens: Sequence[Token], i: int, phrases: frozenset[str]) -> str | None:
        """Return the shortest of the phrases, of two words at most, that begins after a word."""
        phrase = ""
        for j in range(i + 1, min(i + 3, len(tokens))):
            if not re.fullmatch(r"\s{1,2}|,\s?", tokens[j].before):
                return None
            phrase = f"{phrase} {tokens[j].written}".strip()
            if phrase in phrases:
                return phrase
        return None

    def is_relation_after(self, tokens: Sequence[Token], i: int) -> bool:
        """Whether "my sister", "is my sister" follows."""
        following = [token.written for token in tokens[i + 1 : i + 7]]
        if len(following) > 2 and following[0] in self._listing:
            following = following[2:]
        if following and following[0] in self._linking:
            following = following[1:]
        return (
            i + 1 < len(tokens)
            and _NEAR.fullmatch(tokens[i + 1].before) is not None
            and len(following) > 1
            and following[0] in self._owners
            and (
                following[1].removesuffix("'s") in self._named_by
                or (len(following) > 2 and following[2] in self._named_by)
            )
        )

    def is_after_owned(self, tokens: Sequence[Token], i: int) -> bool:
        """Whether "my sister", "her flatmate is" stands before the word."""
        link = self.phrase_before(tokens, i, self._relation_links)
        last = i - len(link.split()) if link else i
        return any(
            0 < last - length < last
            and " ".join(token.written for token in tokens[last - length : last]) in self._relations
            and any(token.written in self._owners for token in tokens[max(0, last - length - 2) : last - length])
            and all(tokens[j].before.isspace() for j in range(last - length, i + 1))
            for length in (1, 2)
        )

    def is_sentence(self, tokens: Sequence[Token], i: int) -> bool:
        """Whether the word is a sentence of its own, or what stands between two commas or brackets."""
        after = tokens[i + 1].before if i + 1 < len(tokens) else "."
        return (tokens[i].first or _ENCLOSING.fullmatch(tokens[i].before) is not None) and bool(_STOP.match(after))

    def is_before_relation(self, tokens: Sequence[Token], i: int) -> bool:
        """Whether the word owns a relation: "lilys mom", "Dale's wife"."""
        token = tokens[i]
        return (
            token.written != token.word
            and token.word not in self._relations
            and token.word not in self._titles
            and token.written.endswith("s")
            and i + 1 < len(tokens)
            and tokens[i + 1].before == " "
            and tokens[i + 1].word in self._relations
        )

    def is_labelled(self, tokens: Sequence[Token], i: int) -> bool:
        """Whether "me:", "wife -" stands before the word."""
        return i > 0 and tokens[i - 1].word in self._labels and _LABEL.fullmatch(tokens[i].before) is not None

    def is_last(self, tokens: Sequence[Token], i: int) -> bool:
        """Whether a stop or comma follows, or nothing."""
        return i + 1 == len(tokens) or not tokens[i + 1].before.isspace()

    def is_set_apart(self, tokens: Sequence[Token], i: int) -> bool:
        """Whether the word begins a sentence and a stop or comma follows: "June. Like the month", "Miles, 27"."""
        return tokens[i].first and (i + 1 == len(tokens) or _STOP.match(tokens[i + 1].before) is not None)

    def is_signature(self, tokens: Sequence[Token], i: int) -> bool:
        """Whether the text ends with the word, after a dash, a new line or a sentence."""
        return (
            i > 0 and i + 1 == len(tokens) and (tokens[i].first or _SIGNATURE.fullmatch(tokens[i].before) is not None)
        )

    def is_dashed_signature(self, tokens: Sequence[Token], i: int) -> bool:
        """Whether the text ends with the word after a dash or a new line."""
        return i > 0 and i + 1 == len(tokens) and _SIGNATURE.fullmatch(tokens[i].before) is not None

    def is_verb(self, tokens: Sequence[Token], i: int) -> bool:
        """Whether a word such as "will" or "may" is the verb of what stands before it."""
        token = tokens[i]
        return (
            token.word in self._modals
            and i + 1 < len(tokens)
            and tokens[i + 1].before.isspace()
            and tokens[i + 1].word in self._after_modals
            and not (token.capital and not token.first)
        )

    def _is_institution(self, tokens: Sequence[Token], i: int, before: str, following: str) -> bool:
        """Whether a word with a capital is part of the name of a town or hospital: "Daly City", "in Edison"."""
        token = tokens[i]
        if not token.capital or token.word != token.written or (i and before in self._titles):
            return False
        person = self._words.is_sure(token.word) and before not in self._place_cues
        if following in self._town_nouns and tokens[i + 1].capital and not person:
            return True
        if following in self._institutions and not before and not person:
            return tokens[i + 1].capital
        if following in self._institutions and before not in self._titles:
            return before in self._month_cues or before in self._place_cues or before == "my"
        if before in self._in_place:
            into = i > 1 and tokens[i - 2].word in self._into_people
            return not into and not (following and tokens[i + 1].written != tokens[i + 1].word)
        if before in self._town_first and i > 1 and tokens[i - 1].capital:
            return tokens[i - 2].word in self._place_cues
        return before == "at" and not self._words.is_sure(token.word)

    def is_place_or_month(self, tokens: Sequence[Token], i: int) -> bool:
        """Whether the word is a town, state or month where it stands."""
        word, words = tokens[i].word, self._words
        before = tokens[i - 1].word if i and not tokens[i].first else ""
        following = tokens[i + 1].word if i + 1 < len(tokens) and tokens[i + 1].before.isspace() else ""
        if self._is_institution(tokens, i, before, following):
            return True
        if words.is_place(word):
            return before in self._place_cues or words.is_place(before) or following in self._after_places
        if before in self._place_cues and not words.is_sure(word):
            if before in self._certain_place_cues and (words.is_unknown(word) or words.is_family(word)):
                return True
            if words.is_place(following) and len(word) > 2:
                return True
        return word in self._months and before in self._month_cues
