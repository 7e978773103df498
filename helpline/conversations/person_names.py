"""Finds personal names by lists of names and by the words beside them.

A name that is no other word ("emily", "oluwaseun") is one wherever it stands. A name that is a word as well ("grace",
"will") and a word that is in no list ("zolani") need something that shows a person: "my sister", "dr.", "this is",
"told me", a capital within a sentence.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from helpline.conversations.redaction_lexicon import Names, domain_words, plain, read_list
from helpline.conversations.span import BLANK, Span

_TOKEN = re.compile(r"[^\W\d_]+(?:['\u2019\u2018][^\W\d_]+)*")
_SENTENCE_END = re.compile(rf"[.!?\n:;{BLANK}]")
_LINK = re.compile(r"[\s,:\"'\u201c(.~*-]{0,4}")
_ADJACENT = re.compile(r"(?:\s{1,2}|-|\.\s?)")
_MOST_CAPITALS = 0.6
_LONGEST_PHRASE = 4
_INFLECTED = re.compile(r"(?:ed|ing|ly|tion|ness|ful|ous|ive|able|ment|est|ity|ism|ist|ists|ions|cally|emia|itis|oma|osis|pathy|ology|gist|scopy|ectomy)$")


class _Token(NamedTuple):
    start: int
    end: int
    word: str  # plain, without a possessive
    capital: bool
    first: bool  # first of a sentence
    before: str  # what stands between it and the token before


class PersonNameFinder:
    """Finds names.

    Args:
        words: The words that stand beside names.
    """

    def __init__(self, words: Names) -> None:
        self._words = words
        self._naming, self._titles, self._relations = map(frozenset, (words.naming, words.titles, words.relations))
        self._being, self._calling, self._after = map(frozenset, (words.being, words.calling, words.after))
        self._signs, self._greetings = frozenset(words.signs), frozenset(words.greetings)
        self._particles, self._never = frozenset(words.particles), frozenset(words.never)
        self._modals, self._after_modals = frozenset(words.modals), frozenset(words.after_modals)
        self._months, self._places, self._place_cues = map(frozenset, (words.months, words.places, words.place_cues))
        self._not_names = frozenset(words.not_names) | domain_words()
        self._drug = re.compile(f"(?:{'|'.join(words.drug_endings)})$")
        self._ordinary = read_list("words_en.txt") - frozenset(words.never_words)
        self._given = read_list("given_names.txt") | frozenset(words.more_given) | frozenset(words.also_words)
        self._family = read_list("family_names.txt")
        self._also_words = frozenset(words.also_words) - frozenset(words.never_words)
        self._word_families = frozenset(words.word_families)

    def find(self, text: str) -> Iterator[Span]:
        """Yield the names; neighbouring ones as one."""
        tokens = self._tokens(text)
        named = [self._is_name(tokens, i) for i in range(len(tokens))]
        self._repeat(tokens, named)
        self._spread(tokens, named)
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

    def _tokens(self, text: str) -> list[_Token]:
        letters = [c for c in text if c.isalpha()]
        shouting = len(letters) > 8 and sum(map(str.isupper, letters)) > _MOST_CAPITALS * len(letters)  # noqa: PLR2004
        tokens: list[_Token] = []
        end = 0
        for match in _TOKEN.finditer(text):
            word = plain(match[0])
            length = len(match[0])
            if word.endswith("'s"):
                word, length = word[:-2], length - 2
            elif word.endswith("s") and self._is_sure(word[:-1]) and not self._is_known(word):
                word = word[:-1]
            before = text[end : match.start()]
            first = not tokens or _SENTENCE_END.search(before) is not None
            capital = match[0][0].isupper() and not shouting and not (length > 1 and match[0].isupper() and word in self._ordinary)
            tokens.append(_Token(match.start(), match.start() + length, word, capital, first, before))
            end = match.end()
        return tokens

    # What a word is.

    def _is_known(self, word: str) -> bool:
        return word in self._ordinary or word in self._not_names or word in self._given or word in self._family or word in self._never

    def _is_no_name(self, word: str) -> bool:
        return word in self._never or word in self._not_names or self._drug.search(word) is not None

    def _is_sure(self, word: str) -> bool:
        """Whether the word is a given name and hardly anything else."""
        return (
            len(word) > 2  # noqa: PLR2004
            and word in self._given
            and word not in self._ordinary
            and word not in self._also_words
            and word not in self._places
            and not self._is_no_name(word)
        )

    def _is_family(self, word: str) -> bool:
        return len(word) > 2 and word in self._family and word not in self._ordinary and word not in self._places and not self._is_no_name(word)  # noqa: PLR2004

    def _is_unknown(self, word: str) -> bool:
        return len(word) > 2 and not self._is_known(word) and word not in self._places and not self._is_no_name(word)  # noqa: PLR2004

    # What stands beside it.

    def _phrase_before(self, tokens: list[_Token], i: int, phrases: frozenset[str]) -> str | None:
        phrase = ""
        for back in range(1, _LONGEST_PHRASE + 1):
            j = i - back
            if j < 0 or not _LINK.fullmatch(tokens[j + 1].before):
                return None
            word = tokens[j].word
            phrase = f"{word} {phrase}".strip()
            if phrase in phrases:
                return phrase
        return None

    def _phrase_after(self, tokens: list[_Token], i: int) -> str | None:
        phrase = ""
        for j in range(i + 1, min(i + 3, len(tokens))):
            if not re.fullmatch(r"\s{1,2}|,\s", tokens[j].before):
                return None
            phrase = f"{phrase} {tokens[j].word}".strip()
            if phrase in self._after:
                return phrase
        return None

    def _follows_as_verb(self, tokens: list[_Token], i: int) -> bool:
        """Whether a word such as "will" or "may" is the verb of what stands before it."""
        token = tokens[i]
        if token.word not in self._modals or i + 1 == len(tokens):
            return False
        following = tokens[i + 1]
        return following.before.isspace() and following.word in self._after_modals and not token.capital

    def _is_place_or_time(self, tokens: list[_Token], i: int) -> bool:
        before = tokens[i - 1].word if i else ""
        word = tokens[i].word
        if word in self._places and (before in self._place_cues or before in self._places):
            return True
        return word in self._months and (before not in self._relations and before not in self._titles)

    # Whether it is a name.

    def _is_name(self, tokens: list[_Token], i: int) -> bool:
        token = tokens[i]
        word = token.word
        if len(word) < 2 and not token.capital:  # noqa: PLR2004
            return False
        naming = self._phrase_before(tokens, i, self._naming)
        if naming and word not in self._never and word not in domain_words() and len(word) > 1:
            return self._after_naming(token, naming)
        if len(word) < 2 or self._is_no_name(word) and not (token.capital and word in self._also_words):  # noqa: PLR2004
            return False
        title = self._title_before(tokens, i)
        if title and self._after_title(tokens, i):
            return True
        if self._is_place_or_time(tokens, i):
            return False
        if self._is_sure(word):
            return True
        if self._is_family(word) and (token.capital or len(word) > 3):  # noqa: PLR2004
            return True
        if token.capital and not token.first and self._by_capital(tokens, i):
            return True
        return self._by_company(tokens, i)

    def _after_naming(self, token: _Token, phrase: str) -> bool:
        """Whether a word after "my name is" is a name: nearly all are, after "called" those that can be."""
        word = token.word
        if phrase.endswith("name") or phrase in {"called", "name was", "is called", "known as", "names", "username"}:
            return token.capital or word in self._given or self._is_family(word) or self._is_unknown(word)
        return True

    def _title_before(self, tokens: list[_Token], i: int) -> bool:
        return i > 0 and tokens[i - 1].word in self._titles and re.fullmatch(r"\.?\s{0,2}", tokens[i].before) is not None

    def _after_title(self, tokens: list[_Token], i: int) -> bool:
        token = tokens[i]
        word = token.word
        if self._follows_as_verb(tokens, i):
            return False
        if token.capital or self._is_unknown(word):
            return True
        return word in self._word_families or word in self._also_words or (word in self._family and word not in self._ordinary) or self._is_sure(word)

    def _by_capital(self, tokens: list[_Token], i: int) -> bool:
        token = tokens[i]
        word = token.word
        if word in self._places:
            return self._phrase_before(tokens, i, self._relations) is not None
        if word in self._also_words:
            return True
        upper = token.end - token.start > 1 and token.end - token.start < 6  # noqa: PLR2004
        return (word in self._given and word not in self._ordinary) or (self._is_unknown(word) and not (upper and False))

    def _by_company(self, tokens: list[_Token], i: int) -> bool:
        token = tokens[i]
        word = token.word
        being = self._phrase_before(tokens, i, self._being)
        relation = self._phrase_before(tokens, i, self._relations)
        calling = self._phrase_before(tokens, i, self._calling)
        after = self._phrase_after(tokens, i)
        can_be = word in self._also_words or (word in self._given and word not in self._ordinary)
        if self._follows_as_verb(tokens, i):
            return False
        if can_be:
            return self._ambiguous(tokens, i, being, relation, calling, after)
        if not self._is_unknown(word):
            return False
        last = i + 1 == len(tokens) or not tokens[i + 1].before.isspace()
        if being and being not in {"its", "it's", "it is", "that's", "thats", "i was"}:
            return token.capital or (not _INFLECTED.search(word) and (last or after is not None or tokens[i + 1].word in {"from", "and", "here"}))
        if relation:
            return token.capital or not _INFLECTED.search(word)
        if calling:
            return (token.capital or calling in {"ask for", "named", "talk to", "speak to", "speak with", "talked to", "spoke to"}) and not _INFLECTED.search(word)
        return bool(after) and token.capital

    def _ambiguous(self, tokens: list[_Token], i: int, being: str | None, relation: str | None, calling: str | None, after: str | None) -> bool:
        token = tokens[i]
        last = i + 1 == len(tokens) or not tokens[i + 1].before.isspace()
        if being and not (token.word in self._months and being in {"its", "it's", "it is"}):
            strong = being in {"this is", "im", "i'm", "i am", "her name is", "his name is"}
            return token.capital or (strong and token.word in self._also_words) or last or after is not None
        if relation:
            return token.capital or token.word in self._also_words
        if calling:
            return True
        if after:
            return token.capital or after in self._signs or after in {"told", "says", "is my", "was my", "and i", "my sister", "my husband", "my wife", "my friend", "my mom"}
        # A message that is nothing else, or ends with it after a dash or in a line of its own.
        alone = len(tokens) == 1 and token.word not in self._ordinary
        signed = i > 0 and i + 1 == len(tokens) and re.search(r"\n\s*$|[-\u2013\u2014~]\s?$", token.before) is not None
        return alone or signed or (len(tokens) == 1 and token.capital)

    # From names to their neighbours.

    def _repeat(self, tokens: list[_Token], named: list[bool]) -> None:
        known = {token.word for token, is_name in zip(tokens, named, strict=True) if is_name and token.word not in self._ordinary and token.word not in self._also_words}
        for i, token in enumerate(tokens):
            if token.word in known and len(token.word) > 1:
                named[i] = True

    def _spread(self, tokens: list[_Token], named: list[bool]) -> None:
        for i in range(len(tokens) - 1):
            if named[i]:
                self._spread_right(tokens, named, i)
        for i in range(len(tokens) - 2, -1, -1):
            following, token = tokens[i + 1], tokens[i]
            near = _ADJACENT.fullmatch(following.before)
            if named[i + 1] and not named[i] and near and "." not in following.before and not self._is_no_name(token.word):
                given = token.word in self._also_words and (token.capital or self._is_family(following.word) and not self._follows_as_verb(tokens, i))
                named[i] = bool(given or (token.capital and not token.first and self._is_unknown(token.word)) or (token.capital and token.first and self._is_unknown(token.word)))

    def _spread_right(self, tokens: list[_Token], named: list[bool], i: int) -> None:
        j = i + 1
        following = tokens[j]
        if named[j] or _ADJACENT.fullmatch(following.before):
            if named[j] or not _ADJACENT.fullmatch(following.before):
                return
            if following.word in self._particles and j + 1 < len(tokens):
                k = j + 1
                while k < len(tokens) - 1 and tokens[k].word in self._particles and k < j + 3:
                    k += 1
                follower = tokens[k]
                if named[k] or follower.capital or self._is_family(follower.word) or follower.word in self._family and following.word in {"de", "la", "van", "von", "del", "da"}:
                    named[j : k + 1] = [True] * (k + 1 - j)
                    return
            if self._continues(tokens, j):
                named[j] = True
            return
        if re.fullmatch(r"\s?,\s|\s?[&/+]\s?", following.before):
            named[j] = self._listed(tokens, j)
            return
        return

    def _continues(self, tokens: list[_Token], j: int) -> bool:
        token = tokens[j]
        word = token.word
        if "." in token.before and len(tokens[j - 1].word) > 1:
            return False
        if len(word) == 1:
            last = j + 1 == len(tokens) or not tokens[j + 1].before.isspace()
            return word not in {"i", "a", "u"} and (token.capital or last or self._is_family(tokens[j + 1].word))
        if self._is_no_name(word) or word in self._places and not token.capital or self._follows_as_verb(tokens, j):
            return False
        if token.capital and word not in self._months:
            return True
        if self._is_family(word) or self._is_sure(word):
            return True
        if self._is_unknown(word):
            return not _INFLECTED.search(word)
        return word in self._word_families and word not in self._modals

    def _listed(self, tokens: list[_Token], j: int) -> bool:
        """Whether a word after a name and a comma is a name, too."""
        token = tokens[j]
        if self._is_no_name(token.word) or token.word in self._places or self._follows_as_verb(tokens, j):
            return False
        return token.capital and (token.word in self._given or self._is_unknown(token.word))
